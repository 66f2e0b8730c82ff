# Dumps and copies of ledgers, in every way there is: complete to the last grant and comment, and what
# is restored goes on where it stood.
use strict;
use warnings FATAL => 'all';

use File::Spec;
use IPC::Run;
use PostgreSQL::Test::Utils;
use Test::More;

use LeadRoi qw(new_node);
use LedgerCopy qw($today @all_schemas create_roles create_original facts changes differences last_keys goes_on);

my @settings = ("lead_roi.testing_today = '$today'", 'jit = off', 'autovacuum = off', 'log_statement = none');
my $node = new_node('dump', @settings);
my $other_server = new_node('dumpall', @settings);
my $folder = PostgreSQL::Test::Utils::tempdir();

# The original is a superuser's. The owner's belongs to a role without any privilege but that it owns
# the database, and one of its ledgers to whoever owns that.
create_roles($node);
$node->safe_psql('postgres', 'CREATE DATABASE original STRATEGY file_copy; CREATE DATABASE owners OWNER copy_owner STRATEGY file_copy');
create_original($node, 'original');
$node->safe_psql('original', <<'SQL');
ALTER TABLE "North America".visit ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY everybody ON "North America".visit USING (true);
SQL
$node->safe_psql('owners', 'CREATE SCHEMA marketing AUTHORIZATION pg_database_owner', extra_params => [ '-U', 'copy_owner' ]);
create_original($node, 'owners', 'copy_owner');

my %last_keys = map { $_ => last_keys($node, $_) } qw(original owners);
for my $table (qw(lead_source recurring_expense amount_change posting expense posting_failure posting_run visit lead payment))
{
    is($node->safe_psql('original', "SELECT count(*) > 0 FROM marketing.$table"), 't', "table $table has rows to compare");
}

# The ways: a name, the commands, and where they differ from the rest: whose database is copied
# (original), the schemas that the copy has (schemas), what is in the copy before (template, before)
# and is done to it after, the server that it is on, its name and that of its ledger (server, copy, ledger).
# In commands, FILE is the file of the last dump, FROM the database copied and TO the copy.
my $over_changed = { template => 'original', before => <<'SQL' };
DELETE FROM marketing.payment WHERE payment_id % 2 = 0;
UPDATE marketing.lead SET campaign = 'changed' WHERE lead_id < 50;
DELETE FROM marketing.expense WHERE title = 'open';
INSERT INTO marketing.lead_source (name) SELECT 'new ' || n FROM generate_series(1, 20) AS n;
ALTER TABLE marketing.lead DROP COLUMN "Région", DROP CONSTRAINT campaign_not_empty, ADD COLUMN other integer;
REVOKE SELECT ON marketing.lead_source_roi FROM copy_reader;
ALTER VIEW marketing.lead_source_roi RESET (security_barrier);
SQL
my $over_reduced = { %{$over_changed}, before => $over_changed->{before} . <<'SQL' };
DROP POLICY spring ON marketing.lead;
DROP INDEX marketing.lead_campaign_idx;
DROP SCHEMA own_reports CASCADE;
SELECT lead_roi.drop_ledger('webshop', drop_rows => true);
SQL
my $refresh = 'REFRESH MATERIALIZED VIEW own_reports.monthly';
my @ledgers_alone = ('marketing', '"North America"');
my $only_ledgers = join ' ', map { "-n '$_'" } @ledgers_alone;
my @ways = (
    [ 'plain', 'pg_dump -f FILE FROM', 'psql -f FILE TO' ],
    (map { [ "custom, pg_restore -j $_", 'pg_dump -Fc -f FILE FROM', "pg_restore -j $_ -d TO FILE" ] } 1, 2, 4),
    [ 'directory, pg_dump and pg_restore -j 2', 'pg_dump -Fd -j 2 -f FILE FROM', 'pg_restore -j 2 -d TO FILE' ],
    [ '--clean over a changed copy', 'pg_dump -Fc -f FILE FROM', 'pg_restore --clean -d TO FILE', $over_changed ],
    [ '--clean --if-exists over a changed copy', 'pg_dump --clean --if-exists -f FILE FROM', 'psql -f FILE TO', $over_reduced ],
    [ '--schema-only, then --data-only', 'pg_dump --schema-only -f FILE FROM', 'psql -f FILE TO', 'pg_dump --data-only -f FILE FROM', 'psql -f FILE TO',
      { after => $refresh } ],
    [ 'pg_restore --schema-only, then --data-only --disable-triggers -j 2', 'pg_dump -Fc -f FILE FROM', 'pg_restore --schema-only -d TO FILE',
      'pg_restore --data-only --disable-triggers -j 2 -d TO FILE', { after => "$refresh; ALTER TABLE marketing.lead DISABLE TRIGGER never" } ],
    [ 'section by section', map { ("pg_dump --section=$_ -f FILE FROM", 'psql -f FILE TO') } qw(pre-data data post-data) ],
    [ 'section by section, -j 4', 'pg_dump -Fc -f FILE FROM', map { "pg_restore --section=$_ -j 4 -d TO FILE" } qw(pre-data data post-data) ],
    [ '-n with -e', "pg_dump $only_ledgers -e lead_roi -f FILE FROM", 'psql -f FILE TO', { schemas => \@ledgers_alone } ],
    [ '-n after CREATE EXTENSION', "pg_dump -Fc $only_ledgers -f FILE FROM", 'pg_restore -j 2 -d TO FILE',
      { schemas => \@ledgers_alone, before => 'CREATE EXTENSION lead_roi' } ],
    [ 'pg_dumpall', 'pg_dumpall --exclude-database=copy* --exclude-database=owners -f FILE', 'psql -f FILE postgres',
      { server => $other_server, copy => 'original', expected_complaint => qr/^psql:\S+ ERROR:  role "\w+" already exists\n/ } ],
    [ 'by the owner, plain', 'pg_dump -f FILE FROM', 'psql -f FILE TO', { original => 'owners' } ],
    [ 'by the owner, custom -j 2', 'pg_dump -Fc -f FILE FROM', 'pg_restore -j 2 -d TO FILE', { original => 'owners' } ],
    [ 'CREATE DATABASE TEMPLATE', { template => 'original' } ],
    [ 'ALTER SCHEMA RENAME', { template => 'original', before => 'ALTER SCHEMA marketing RENAME TO renamed', ledger => 'renamed' } ],
);

# Facts of schemas of an original, asked once.
my %facts;
sub original_facts
{
    my ($database, @schemas) = @_;
    return $facts{"$database @schemas"} //= facts($node, $database, @schemas);
}

# The comparison sees what it is meant to see.
my @seen = (
    [ q{UPDATE marketing.payment SET amount = 1.0 WHERE payment_id = 1; UPDATE marketing.expense SET amount = 5.550 WHERE title = 'one-time'}, qr/^new: marketing\.expense has \(.*,5\.550,/ ],
    [ q{SELECT nextval('marketing.note_note_id_seq')}, qr/^new: marketing\.note_note_id_seq stands at / ],
    [ q{ALTER SEQUENCE marketing.note_note_id_seq INCREMENT BY 11}, qr/^new: sequence .*note_note_id_seq/ ],
    [ q{REVOKE UPDATE (notes) ON marketing.expense FROM copy_bookkeeper}, qr/^lost: marketing\.expense\.notes: copy_bookkeeper may UPDATE and grant it by pg_database_owner$/ ],
    [ q{REVOKE USAGE ON SCHEMA marketing FROM copy_bookkeeper}, qr/^lost: schema marketing: copy_bookkeeper may USAGE / ],
    [ q{ALTER DEFAULT PRIVILEGES IN SCHEMA marketing REVOKE SELECT ON TABLES FROM copy_reader}, qr/^lost: default r in marketing: / ],
    [ q{GRANT EXECUTE ON FUNCTION marketing.upper_campaign() TO PUBLIC}, qr/^new: marketing\.upper_campaign\(\):  may EXECUTE / ],
    [ q{ALTER POLICY spring ON marketing.lead USING (true)}, qr/^new: policy \(marketing,lead,spring,/ ],
    [ q{ALTER POLICY spring ON marketing.lead USING (true)}, qr/^new: marketing\.lead shows a reader / ],
    [ q{ALTER TABLE "North America".visit NO FORCE ROW LEVEL SECURITY}, qr/^new: relation "North America"\.visit: .* row security t f,/ ],
    [ q{ALTER TABLE marketing.lead ALTER COLUMN "Région" SET DEFAULT 'Corse'}, qr/^new: column marketing\.lead\."?R.*Corse/ ],
    [ q{DROP INDEX marketing.expense_invoice_idx}, qr/^lost: index CREATE UNIQUE INDEX expense_invoice_idx / ],
    [ q{DROP STATISTICS marketing.lead_dates}, qr/^lost: statistics / ],
    [ q{ALTER TABLE marketing.lead VALIDATE CONSTRAINT not_checked_yet}, qr/^new: constraint not_checked_yet on marketing\.lead, valid t/ ],
    [ q{ALTER TABLE marketing.posting DISABLE TRIGGER keep_postings}, qr/^new: trigger CREATE TRIGGER keep_postings .*, enabled D/ ],
    [ q{COMMENT ON TRIGGER upper_campaign ON marketing.lead IS NULL}, qr/^lost: comment on trigger upper_campaign on marketing\.lead: Ours$/ ],
    [ q{ALTER VIEW marketing.lead_source_roi RESET (security_barrier)}, qr/^lost: relation marketing\.lead_source_roi: .*security_barrier/ ],
    [ q{CREATE OR REPLACE VIEW own_reports.best AS SELECT lead_source, roi_percent FROM marketing.lead_source_roi}, qr/^new: view own_reports\.best: / ],
    [ q{ALTER TABLE marketing.note OWNER TO copy_owner}, qr/^new: relation marketing\.note: r p of copy_owner,/ ],
    [ q{ALTER TYPE marketing.lead_roi_ledger RENAME VALUE 'currency EUR' TO 'currency USD'}, qr/^new: type marketing\.lead_roi_ledger .*currency USD/ ],
    [ q{ALTER TYPE marketing.lead_roi_ledger RENAME VALUE 'time zone Europe/Vienna' TO 'time zone UTC'}, qr/^new: ledger \(marketing,.*,UTC,10\)$/ ],
    [ q{DELETE FROM crm.client}, qr/^lost: webshop\.lead has / ],
    [ q{UPDATE own_reports.kept SET curve = NULL WHERE lead_source_id = 1}, qr/^new: own_reports\.kept has \(1,.*,\)$/ ]);
$node->safe_psql('postgres', 'CREATE DATABASE changed STRATEGY file_copy TEMPLATE original');
$node->safe_psql('changed', join '; ', map { $_->[0] } @seen);
my @changes = changes(original_facts('original', @all_schemas), facts($node, 'changed', @all_schemas));
for my $change (@seen)
{
    my ($statement, $fact) = @{$change};
    ok((grep { /$fact/ } @changes) > 0, "seen: $statement");
}

# Run a command on a server, as the role if one is given. Returns what it complained of.
sub complaints
{
    my ($server, $role, @command) = @_;
    push @command, qw(-X -q) if $command[0] eq 'psql';
    local %ENV = (%ENV, PGHOST => $server->host, PGPORT => $server->port, $role ? (PGUSER => $role) : ());
    my $complaints = '';
    IPC::Run::run(\@command, '>', File::Spec->devnull, '2>', \$complaints) or $complaints .= "@command failed\n";
    return $complaints;
}

# Run the commands of a way. The same dump is made once. Returns what they complained of.
my %dump_file;
sub copy_database
{
    my ($commands, $server, $role, $from, $to) = @_;
    my ($complaints, $file) = ('');
    for my $command (@{$commands})
    {
        my $is_dump = $command =~ /^pg_dump/;
        my $known = $is_dump && $dump_file{"$from $command"};
        $file = $dump_file{"$from $command"} //= "$folder/dump_" . keys %dump_file if $is_dump;
        my %names = (FILE => $file, FROM => $from, TO => $to);
        my @words = map { $names{$_} // $_ } map { s/^'(.*)'$/$1/r } $command =~ /'[^']*'|\S+/g;
        $complaints .= complaints($is_dump ? $node : $server, $role, @words) unless $known;
    }
    return $complaints;
}

# Test one way: nothing is complained of, everything is there, and it goes on.
my $copies = 0;
sub test_way
{
    my ($name, $commands, %way) = @_;
    my $from = $way{original} // 'original';
    my $server = $way{server} // $node;
    my $role = $from eq 'owners' ? 'copy_owner' : undef;
    my $copy = $way{copy} // 'copy_' . ++$copies;
    my @schemas = @{ $way{schemas} // \@all_schemas };
    my $ledger = $way{ledger} // 'marketing';

    $node->safe_psql('postgres', "CREATE DATABASE $copy" . ($role ? " OWNER $role" : '') . " STRATEGY file_copy TEMPLATE " . ($way{template} // 'template0'))
      unless $way{copy};
    $node->safe_psql($copy, $way{before}) if $way{before};
    my $complaints = copy_database($commands, $server, $role, $from, $copy);
    $complaints =~ s/$way{expected_complaint}// if $way{expected_complaint};
    is($complaints, '', "$name: no complaints");

    $server->safe_psql($copy, $way{after}) if $way{after};
    my $facts = facts($server, $copy, map { $_ eq 'marketing' ? $ledger : $_ } @schemas);
    $facts =~ s/\b$ledger\b/marketing/g;
    is(differences(original_facts($from, @schemas), $facts), '', "$name: everything is there, nothing else");
    goes_on($server, $copy, $role, $last_keys{$from}, $name, $ledger);
    return;
}

for my $way (@ways)
{
    my ($name, @commands) = @{$way};
    my $differently = ref $commands[-1] ? pop @commands : {};
    test_way($name, \@commands, %{$differently});
}

# Without its extension a schema can't be restored.
$node->safe_psql('postgres', 'CREATE DATABASE bare');
like(complaints($node, undef, qw(pg_restore -d bare), $dump_file{"original pg_dump -Fc $only_ledgers -f FILE FROM"}), qr/type "lead_roi\.|schema "lead_roi" does not exist/,
    '-n without -e, and no CREATE EXTENSION before');

#
# A ledger is renamed and another one made of the old name, in a session that has posted before: each
# statement goes into the one that has the name now.
#
$node->safe_psql('postgres', 'CREATE DATABASE renamed TEMPLATE original');
is($node->safe_psql('renamed', <<'SQL'), <<'END' =~ s/\n\z//r, 'renamed, and another one of the old name, in one session');
SET search_path = marketing;
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on) VALUES (1, 'warm', 1, '2024-06-10');
SELECT 'before', lead_roi.post_due_expenses(), lead_roi.post_due_expenses('marketing');
CALL lead_roi.post_due_expenses_in_batches();
SELECT count(*) FROM lead_roi.unpost_expenses();
UPDATE recurring_expense SET starts_on = '2024-06-11' WHERE title = 'warm' RETURNING posted_through;
SELECT count(*) FROM lead_source_roi;

ALTER SCHEMA marketing RENAME TO first;
SET client_min_messages = warning;
SELECT lead_roi.create_ledger(currency => 'JPY', time_zone => 'Asia/Tokyo');
INSERT INTO marketing.lead_source (name) VALUES ('new');
INSERT INTO marketing.recurring_expense (lead_source_id, title, amount, starts_on) VALUES (1, 'new', 5, '2024-05-20');
SELECT 'current', lead_roi.current_ledger(), ledger, currency, time_zone FROM lead_roi.ledger WHERE ledger <> 'webshop' ORDER BY ledger;
SELECT 'new', lead_roi.post_due_expenses(), lead_roi.post_due_expenses('first');
SELECT title, incurred_on, amount FROM expense;
SELECT count(*) FROM lead_source_roi;

SET lead_roi.testing_today = '2024-07-31';
SELECT 'first', lead_roi.post_due_expenses('first');
SELECT title, incurred_on, amount FROM first.expense WHERE incurred_on > '2024-06-30' ORDER BY expense_id;
SELECT count(*) FROM marketing.expense;
SELECT 'new', lead_roi.post_due_expenses('marketing'), lead_roi.post_due_expenses('first');
SET lead_roi.testing_today = '2024-08-31';
CALL lead_roi.post_due_expenses_in_batches('first');
SELECT title, incurred_on FROM first.expense WHERE incurred_on > '2024-07-31' ORDER BY expense_id;
SELECT posted, failed FROM first.posting_run WHERE as_of = '2024-08-31';
SELECT count(*) FROM marketing.posting_run;
RESET lead_roi.testing_today;
SELECT recurring_expense_id, bill_on, removed FROM lead_roi.unpost_expenses('first', '2024-07-31');
SELECT recurring_expense_id, bill_on, removed FROM lead_roi.unpost_expenses('marketing');
INSERT INTO first.expense (lead_source_id, amount, title) VALUES (1, 1, 'today') RETURNING incurred_on;
SQL
before|1|0
0

4
marketing
current|marketing|North America|JPY|Asia/Tokyo
current|marketing|first|EUR|Europe/Vienna
current|marketing|marketing|JPY|Asia/Tokyo
new|2|0
new|2024-05-20|5
new|2024-06-20|5
1
first|3
warm|2024-07-11|1
quarterly|2024-07-15|100
open|2024-07-31|15
2
new|1|0
warm|2024-08-11
open|2024-08-31
2|0
0
7|2024-08-11|t
1|2024-08-31|t
1|2024-07-20|t
2024-06-30
END

$_->stop for $node, $other_server;
done_testing();
