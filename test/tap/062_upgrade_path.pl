# Every released version, updated and with its ledgers upgraded, is the same as this version made anew: every member of the extension and
# every object of a ledger, with definition, comment, grants and what it depends on. Drifts that are planted show that this would be seen.
use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Utils;
use Test::More;

use Frozen qw($today $how_to_renew frozen_versions current_version is_released read_frozen installed_script extension_folder psql_file make_ledgers dump_of restore);
use LeadRoi qw(new_node);
use LedgerCopy qw(changes differences);

my $version = current_version();
my $folder = extension_folder();
my $node = new_node('upgrade_path', "lead_roi.testing_today = '$today'", 'jit = off', 'autovacuum = off', 'log_statement = none');
my @scripts;
END { unlink @scripts }

# A script that can be installed while this test runs.
sub add_script
{
    my ($name, $content) = @_;
    push @scripts, "$folder/lead_roi--$name.sql";
    open my $file, '>', $scripts[-1] or die "$scripts[-1]: $!";
    print $file $content;
    close $file;
    return;
}

# Let a database be of another version, with ledgers of that.
sub pretend_version
{
    my ($database, $older) = @_;
    $node->safe_psql($database, <<SQL);
UPDATE pg_extension SET extversion = '$older' WHERE extname = 'lead_roi';
UPDATE pg_enum SET enumlabel = 'version $older' WHERE enumlabel = 'version $version';
UPDATE kept.summary_state SET rule = replace(rule, 'version $version', 'version $older');
SQL
    return;
}

# Bring a database to this version, as docs/operations.md says.
sub upgrade_database
{
    my ($database) = @_;
    $node->safe_psql($database, "ALTER EXTENSION lead_roi UPDATE TO '$version'; CALL lead_roi.upgrade_ledgers()");
    return;
}

# As much of differences as a reader wants to see.
sub short { return join "\n", map { substr $_, 0, 300 } grep { defined } (split /\n/, $_[0])[ 0 .. 9 ] }

sub facts { return psql_file($node, $_[0], 'test/upgrade/facts.sql') }

# This version: ledgers as it makes them, dumped and restored, since the server writes some expressions otherwise when it has read them again.
make_ledgers($node, 'made');
my $dump = dump_of($node, 'made');
restore($node, 'fresh', $dump, $version);
upgrade_database('fresh');
my $fresh = facts('fresh');
cmp_ok(scalar(() = $fresh =~ /\n/g), '>', 10_000, 'there is much to compare');

# Whether a version has a date, is read from the changelog.
is_deeply([ map { is_released('9.0', "# C\n\n## 9.1 (not released yet)\n\n## 9.0 ($_)\n") ? 1 : 0 } 'not released yet', '2030-01-02' ], [ 0, 1 ], 'what is released is known');

# What this version is going to be is frozen; once it is released, it stays so.
my @versions = frozen_versions();
my $is_frozen = grep({ $_ eq $version } @versions) && read_frozen($version, 'script.sql') eq installed_script();
if (is_released($version))
{
    ok($is_frozen, "version $version is what was released; what changes it gets another default_version in lead_roi.control, and a script in upgrade/");
}
elsif (!$is_frozen)
{
    diag("test/frozen/$version isn't what this tree makes, which is tested in its place. $how_to_renew");
}

# The upgrades. What is frozen of this version pretends to be older, and is updated by a script that does nothing.
add_script("0.0--$version", "-- nothing\n");
for my $older (@versions)
{
    my $database = 'from_' . $older =~ s/\./_/gr;
    add_script($older, read_frozen($older, 'script.sql')) if $older ne $version;
    restore($node, $database, $older ne $version || $is_frozen ? read_frozen($older, 'ledgers.sql') : $dump, $older);
    pretend_version($database, '0.0') if $older eq $version;
    is($node->safe_psql($database, 'SELECT DISTINCT version FROM lead_roi.ledger'), $older eq $version ? '0.0' : $older, "$older: ledgers of that version");
    upgrade_database($database);
    is(short(differences($fresh, facts($database))), '', "$older: upgraded, it is as if it had been made anew");
    is($node->safe_psql($database, q{SELECT everything FROM kept.summary_staleness; SELECT lead_roi.fold_summaries('kept') > 0; SELECT everything FROM kept.summary_staleness}),
        "t\nt\nf", "$older: kept summaries are made anew by this version's rule");
}

#
# Drifts: what an update of the extension may forget or do otherwise, and what upgrade_ledger() may.
#
my @member_drifts = (
    [ q{COMMENT ON FUNCTION lead_roi.name_key(text) IS 'old'} => 'function lead_roi.name_key(pg_catalog.text): comment ' ],
    [ q{COMMENT ON TYPE lead_roi.roi_summary IS NULL} => 'type lead_roi.roi_summary: comment ' ],
    [ q{ALTER FUNCTION lead_roi.record_key(text) STABLE} => 'function lead_roi.record_key(pg_catalog.text): pg_proc ' ],
    [ q{ALTER FUNCTION lead_roi.revenue(lead_roi.roi_summary) PARALLEL RESTRICTED} => 'function lead_roi.revenue(lead_roi.roi_summary): pg_proc ' ],
    [ q{ALTER FUNCTION lead_roi_internal.keeps_summaries(text) RESET search_path} => 'function lead_roi_internal.keeps_summaries(pg_catalog.text): pg_proc ' ],
    [ q{ALTER FUNCTION lead_roi.months_between(date, date) COST 7} => 'function lead_roi.months_between(' ],
    [ q{CREATE OR REPLACE FUNCTION lead_roi.keeps_nothing() RETURNS integer LANGUAGE sql AS 'SELECT 1'} => 'function lead_roi.keeps_nothing(): pg_proc ' ],
    [ q{REVOKE EXECUTE ON FUNCTION lead_roi.currency_decimals(text) FROM PUBLIC} => 'function lead_roi.currency_decimals(pg_catalog.text): pg_proc ' ],
    [ q{GRANT CREATE ON SCHEMA lead_roi TO PUBLIC} => 'schema lead_roi: pg_namespace ' ],
    [ q{CREATE OR REPLACE VIEW lead_roi.click_id AS SELECT name, source, medium, paid, yields, rank FROM lead_roi_internal.click_ids() WHERE rank > 1} => 'rule "_RETURN" on lead_roi.click_id: definition ' ],
    [ q{REVOKE SELECT ON lead_roi.known_source FROM PUBLIC} => 'view lead_roi.known_source: pg_class ' ],
    [ q{ALTER TYPE lead_roi.traffic_source SET (STORAGE = main)} => 'type lead_roi.traffic_source: pg_type ' ],
    [ q{ALTER OPERATOR lead_roi.@> (lead_roi.traffic_source, lead_roi.traffic_source) SET (RESTRICT = NONE)} => 'operator lead_roi.@>(' ],
    [ q{ALTER EXTENSION lead_roi DROP CAST (lead_roi.roi_summary AS jsonb); DROP CAST (lead_roi.roi_summary AS jsonb)} => 'cast (lead_roi.roi_summary AS pg_catalog.jsonb): pg_cast ' ],
    [ q{ALTER EXTENSION lead_roi DROP FUNCTION lead_roi.month_of(date)} => 'function lead_roi.month_of(pg_catalog.date): depends ' ]);
my @ledger_drifts = (
    [ q{COMMENT ON COLUMN marketing.lead.external_id IS 'old'} => 'table column marketing.lead.external_id: comment ' ],
    [ q{ALTER TABLE marketing.lead ADD COLUMN forgotten integer} => 'table marketing.lead: pg_attribute ' ],
    [ q{ALTER TABLE marketing.visit ALTER COLUMN visitors DROP NOT NULL} => 'table marketing.visit: pg_attribute ' ],
    [ q{ALTER TABLE marketing.expense ALTER COLUMN incurred_on DROP DEFAULT} => 'default value for marketing.expense.incurred_on: ' ],
    [ q{ALTER TABLE marketing.posting DISABLE TRIGGER keep_postings} => 'trigger keep_postings on marketing.posting: pg_trigger ' ],
    [ q{DROP TRIGGER refuse_merger ON kept.lead_source} => 'trigger refuse_merger on kept.lead_source: definition ' ],
    [ q{DROP INDEX kept.lead_record_key_idx} => 'index kept.lead_record_key_idx: definition ' ],
    [ q{ALTER TABLE kept.exchange_rate DROP CONSTRAINT exchange_rate_pkey} => 'table constraint exchange_rate_pkey on kept.exchange_rate: definition ' ],
    [ q{ALTER SEQUENCE "North America".lead_lead_id_seq CACHE 5} => 'sequence "North America".lead_lead_id_seq: pg_sequence ' ],
    [ q{ALTER TYPE "North America".lead_roi_ledger ADD VALUE 'forgotten'} => 'type "North America".lead_roi_ledger: pg_enum ' ],
    [ q{GRANT SELECT ON webshop.lead_source TO PUBLIC} => 'table webshop.lead_source: pg_class ' ],
    [ q{ALTER VIEW webshop.lead_source_roi SET (security_barrier)} => 'view webshop.lead_source_roi: pg_class ' ],
    [ q{CREATE VIEW webshop.forgotten AS SELECT 1 AS one} => 'view webshop.forgotten: pg_class ' ]);
add_script("0.1--$version", join(";\n", (map { $_->[0] } @member_drifts), ''));
restore($node, 'drifted', $dump, $version);
pretend_version('drifted', '0.1');
$node->safe_psql('drifted', $_->[0]) for @ledger_drifts;
# Views are made anew, so what is missing there isn't missed.
$node->safe_psql('drifted', q{COMMENT ON VIEW marketing.lead_source_roi IS 'old'; DROP VIEW marketing.bill_total CASCADE});
upgrade_database('drifted');
my @reported = changes($fresh, facts('drifted'));
for my $drift (@member_drifts, @ledger_drifts)
{
    my ($statement, $subject) = @{$drift};
    ok(scalar(grep { index(s/^(?:lost|new): //r, $subject) == 0 } @reported), "reported: $statement");
}
is(join("\n", grep { /marketing\.(?:lead_source_roi|bill_total)\b/ && !/: depends/ } @reported), '', 'and no view that was made anew');

$node->stop;
done_testing();
