# A ledger made by an older version is brought to this one, with all that a customer has built in, on
# and around it; what is in the way is named. And how a ledger, and the extension below it, goes.
use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Utils;
use Test::More;

use LeadRoi qw(new_node);
use LedgerCopy qw($today @all_schemas create_roles create_original facts changes differences goes_on last_keys);

my $node = new_node('upgrade', "lead_roi.testing_today = '$today'", 'jit = off', 'autovacuum = off', 'log_statement = none');
create_roles($node);
$node->safe_psql('postgres', 'CREATE DATABASE original STRATEGY file_copy');
create_original($node, 'original');

# The error of a statement, as the server reports it.
sub error_of
{
    my ($database, $statement) = @_;
    my ($status, $output, $errors) = $node->psql($database, $statement, extra_params => [ '-v', 'VERBOSITY=verbose', '-v', 'SHOW_CONTEXT=never' ]);
    return $errors =~ s/^psql:<stdin>:\d+: //mgr =~ s/^LOCATION:.*\n?//mgr;
}

#
# Upgrading what is of this version already changes nothing, however often.
#
my $before = facts($node, 'original', @all_schemas);
$node->safe_psql('original', q{SELECT lead_roi.upgrade_ledger(quote_ident(ledger)) FROM lead_roi.ledger, generate_series(1, 2)});
is(differences($before, facts($node, 'original', @all_schemas)), '', 'upgraded twice: nothing changes');

#
# An older version had some views less, a column less in another one, and said something else there. The
# customer has granted, set and built upon what it had.
#
my $of_customer = <<'SQL';
GRANT SELECT ON marketing.expense_variance TO copy_bookkeeper;
GRANT SELECT (status), UPDATE ON marketing.expense_variance TO copy_reader;
ALTER VIEW marketing.expense_variance SET (security_barrier = true, security_invoker = on);
ALTER VIEW marketing.expense_variance ALTER COLUMN status SET DEFAULT 'differs';
GRANT SELECT ON "North America".expense_variance TO copy_reader;
REVOKE SELECT ON "North America".worker_status FROM copy_reader;
REVOKE SELECT ON "North America".finding, "North America".bookkeeping_finding FROM copy_reader;
REVOKE SELECT ON marketing.finding, marketing.bookkeeping_finding FROM copy_bookkeeper;
CREATE VIEW own_reports.variance AS SELECT status, count(*) FROM marketing.expense_variance GROUP BY status;
SQL
my $of_older_version = join '', map { <<SQL } '"North America"', 'webshop', 'marketing';
SET search_path = $_;
DROP VIEW finding, bookkeeping_finding, expense_variance;
CREATE VIEW expense_variance AS
SELECT NULL::bigint AS recurring_expense_id, NULL::date AS bill_month, NULL::date AS bill_on, NULL::bigint AS lead_source_id, NULL::text AS lead_source,
       NULL::text AS title, NULL::text AS status, NULL::numeric AS budget, NULL::numeric AS actual, NULL::numeric AS difference;
ALTER VIEW expense_variance OWNER TO pg_database_owner;
REVOKE ALL ON expense_variance FROM copy_reader;
ALTER TYPE lead_roi_ledger RENAME VALUE 'version 1.0' TO 'version 0.9';
SQL
$of_older_version .= <<'SQL';
DROP VIEW "North America".worker_status, webshop.worker_status;
ALTER VIEW "North America".expense_variance SET (security_invoker = true);
SQL
$node->safe_psql('postgres', 'CREATE DATABASE older STRATEGY file_copy TEMPLATE original');
$node->safe_psql('older', $of_customer);
my $expected = facts($node, 'older', @all_schemas);
my $last_keys = last_keys($node, 'older');
$node->safe_psql('older', "DROP VIEW own_reports.variance; $of_older_version");
$node->safe_psql('older', $of_customer =~ s/^REVOKE.*\n//gmr);

# It isn't posted in, by whatever call, and the reports go on.
my $refusal = <<'END';
ERROR:  55000: ledger "marketing" is of version 0.9 and the extension of version 1.0
HINT:  Run ALTER EXTENSION lead_roi UPDATE, then SELECT lead_roi.upgrade_ledger('marketing').
END
is(error_of('older', $_), $refusal, "an older ledger: $_")
  for q{SELECT lead_roi.post_due_expenses('marketing');}, q{CALL lead_roi.post_due_expenses_in_batches('marketing');}, q{SELECT lead_roi.unpost_expenses('marketing');};
my $report = 'SELECT * FROM marketing.lead_source_roi';
is($node->safe_psql('older', $report), $node->safe_psql('original', $report), 'its reports go on');
is($node->safe_psql('older', 'SELECT ledger, version FROM lead_roi.ledger ORDER BY ledger'), "North America|0.9\nmarketing|0.9\nwebshop|0.9", 'it is listed');

$node->safe_psql('older', q{SELECT lead_roi.upgrade_ledger('marketing'); CALL lead_roi.upgrade_ledgers()});
is(differences($expected, facts($node, 'older', @all_schemas)), '', 'upgraded: as this version makes it, with all that the customer has added');
goes_on($node, 'older', undef, $last_keys, 'upgraded');

#
# What is in the way is named all at once, and nothing changes: a table, a materialized view and a view
# of the names of new views, columns that the customer has added, a view that is somebody else's.
#
$node->safe_psql('postgres', 'CREATE DATABASE obstructed STRATEGY file_copy TEMPLATE original');
$node->safe_psql('obstructed', <<"SQL");
$of_older_version
SET search_path = marketing;
DROP VIEW expense_variance, worker_status, bill_total, upcoming_expense, lead_source_retention, lead_source_survival, lead_source_cohort_curve;
CREATE TABLE worker_status (mine text);
CREATE MATERIALIZED VIEW expense_variance AS SELECT 1 AS mine;
CREATE VIEW upcoming_expense AS SELECT 'mine' AS mine;
ALTER VIEW upcoming_expense OWNER TO pg_database_owner;
CREATE SEQUENCE lead_source_survival;
GRANT USAGE ON SCHEMA marketing TO copy_owner;
GRANT SELECT ON ALL TABLES IN SCHEMA marketing TO copy_owner;
ALTER VIEW lead_source_category_roi OWNER TO copy_owner;
SQL
my $definition = $node->safe_psql('obstructed', q{SELECT trim(';' FROM pg_get_viewdef('marketing.lead_source_lifetime'::regclass))});
$node->safe_psql('obstructed', "CREATE OR REPLACE VIEW marketing.lead_source_lifetime AS SELECT *, 1 AS mine FROM ($definition) AS shipped");
$before = facts($node, 'obstructed', @all_schemas);
my $obstacles = <<'END';
DETAIL:  expense_variance: is not a view
lead_source_category_roi: belongs to role "copy_owner"; run ALTER VIEW marketing.lead_source_category_roi OWNER TO pg_database_owner
lead_source_survival: is not a view
worker_status: is not a view
upcoming_expense: cannot change name of view column "mine" to "recurring_expense_id"
lead_source_lifetime: cannot drop columns from view
END
is(error_of('obstructed', q{SELECT lead_roi.upgrade_ledger('marketing')}), <<"END", 'all that is in the way is named');
ERROR:  55000: objects of yours are in the way of the upgrade of ledger marketing
${obstacles}HINT:  Rename or drop them, and call upgrade_ledger() again; nothing has been changed.
END
is(differences($before, facts($node, 'obstructed', @all_schemas)), '', 'and nothing has changed');

my $warning = 'WARNING:  55000: ledger marketing could not be upgraded: objects of yours are in the way of the upgrade of ledger marketing';
# One that can't be upgraded doesn't keep the others, before and after it, from it.
is(error_of('obstructed', 'CALL lead_roi.upgrade_ledgers()'), "$warning\n$obstacles", 'all ledgers, one of them obstructed');
is($node->safe_psql('obstructed', 'SELECT ledger, version FROM lead_roi.ledger ORDER BY ledger'), "North America|1.0\nmarketing|0.9\nwebshop|1.0", 'the others are upgraded');
is($node->safe_psql('obstructed', q{SELECT reloptions FROM pg_class WHERE oid = '"North America".worker_status'::regclass}), '{security_invoker=true}',
    'a new view has its reader\'s rights where the others have');
is(error_of('obstructed', 'CALL lead_roi.upgrade_ledgers()') =~ s/\n.*//sr, $warning, 'and again');

# Out of the way, it is upgraded.
$node->safe_psql('obstructed', <<'SQL');
SET search_path = marketing;
ALTER TABLE worker_status RENAME TO worker_status_of_ours;
DROP MATERIALIZED VIEW expense_variance;
ALTER VIEW upcoming_expense RENAME TO upcoming_of_ours;
DROP SEQUENCE lead_source_survival;
ALTER VIEW lead_source_category_roi OWNER TO pg_database_owner;
DROP VIEW return_finding, lead_source_lifetime;
SELECT lead_roi.upgrade_ledger('marketing');
SQL
is($node->safe_psql('obstructed', $report), $node->safe_psql('original', $report), 'out of the way: upgraded');
is($node->safe_psql('obstructed', 'SELECT mine FROM marketing.upcoming_of_ours'), 'mine', 'and what was in the way is kept');

# Who is no member of its owner can't upgrade a ledger, and passes by it in upgrading all.
like(error_of('obstructed', q{SET SESSION AUTHORIZATION copy_owner; SELECT lead_roi.upgrade_ledger('marketing')}), qr/^ERROR:  42501: must be owner of schema marketing$/m, 'a stranger');
is(error_of('obstructed', 'SET SESSION AUTHORIZATION copy_owner; CALL lead_roi.upgrade_ledgers()'), '', 'a stranger upgrades all of his');

# The lines of a text, sorted.
sub sorted_lines
{
    return join "\n", sort split /\n/, $_[0];
}

#
# A ledger goes: never with rows unsaid, never with what depends on it.
#
$node->safe_psql('postgres', 'CREATE DATABASE dropped STRATEGY file_copy TEMPLATE original');
$before = facts($node, 'dropped', @all_schemas);
is(error_of('dropped', q{SELECT lead_roi.drop_ledger('marketing')}), <<'END', 'a ledger with rows stays');
ERROR:  55000: table marketing.exchange_rate has rows
DETAIL:  Dropping ledger marketing deletes them.
HINT:  Save what you need, and pass drop_rows => true.
END
# In whatever order the server names them.
is(sorted_lines(error_of('dropped', q{SELECT lead_roi.drop_ledger('marketing', drop_rows => true)}) =~ s/^DETAIL:  //mr), sorted_lines(<<'END'), 'one with dependents stays, and they are named');
ERROR:  2BP01: cannot drop desired object(s) because other objects depend on them
materialized view own_reports.monthly depends on view marketing.lead_source_monthly_roi
view own_reports.best depends on view marketing.lead_source_roi
view own_reports.both_revenues depends on view marketing.lead_source_total
HINT:  Use DROP ... CASCADE to drop the dependent objects too.
END
is(differences($before, facts($node, 'dropped', @all_schemas)), '', 'and nothing has changed');
$node->safe_psql('dropped', <<'SQL');
DROP SCHEMA own_reports CASCADE;
DROP VIEW marketing.active_source;
SQL
is(error_of('dropped', q{SELECT lead_roi.drop_ledger('marketing', drop_rows => true)}), <<'END', 'dependents of its tables are named too');
ERROR:  2BP01: cannot drop desired object(s) because other objects depend on them
DETAIL:  constraint note_expense_id_fkey on table marketing.note depends on table marketing.expense
HINT:  Use DROP ... CASCADE to drop the dependent objects too.
END
$node->safe_psql('dropped', <<'SQL');
ALTER TABLE marketing.note DROP CONSTRAINT note_expense_id_fkey, ALTER COLUMN months TYPE integer, ALTER COLUMN written_on DROP DEFAULT;
SELECT lead_roi.drop_ledger('marketing', drop_rows => true);
SELECT lead_roi.drop_ledger('webshop', drop_rows => true);
SQL
is($node->safe_psql('dropped', <<'SQL'), <<'END' =~ s/\n\z//r, "the schema stays with the customer's own objects, and the other ledgers");
SELECT relname FROM pg_class WHERE relnamespace = 'marketing'::regnamespace ORDER BY 1;
SELECT proname FROM pg_proc WHERE pronamespace = 'marketing'::regnamespace;
SELECT count(*) > 0 FROM marketing.note;
SELECT typname FROM pg_type WHERE typnamespace IN ('marketing'::regnamespace, 'webshop'::regnamespace) AND typtype IN ('d', 'e');
SELECT relname FROM pg_class WHERE relnamespace = 'webshop'::regnamespace;
SELECT lead_id FROM crm.client ORDER BY 1;
SELECT ledger FROM lead_roi.ledger;
SQL
note
note_note_id_seq
note_pkey
upper_campaign
t
a
b
North America
END

#
# The extension goes only if no ledger stands. With CASCADE, what is computed goes with it, and no row.
#
$node->safe_psql('postgres', 'CREATE DATABASE bare STRATEGY file_copy TEMPLATE original');
$before = facts($node, 'bare', @all_schemas);
like(error_of('bare', 'DROP EXTENSION lead_roi'), qr/^ERROR:  2BP01: cannot drop extension lead_roi because other objects depend on it$/m, 'DROP EXTENSION is refused');
is(differences($before, facts($node, 'bare', @all_schemas)), '', 'and nothing has changed');
$node->safe_psql('bare', 'DROP EXTENSION lead_roi CASCADE; CREATE EXTENSION lead_roi');
my $after = facts($node, 'bare', @all_schemas);

# Rows stay, but for what is derived, what leads arrived with, which only the extension can read, and what the
# customer has kept in types of the extension. Columns move up.
$before =~ s/^(\S.*recurring_expense (?:has|shows a reader) .*),[^,]*\)$/$1)/mg;
$before =~ s/^(\S.*\.lead_source (?:has|shows a reader) .*),(?:"(?:[^"]|"")*"|[^,]*)\)$/$1)/mg;
$before =~ s/^(\S.*\.lead (?:has|shows a reader) \((?:[^,]*,){5})(?:"(?:[^"]|"")*"|[^,]*),/$1/mg;
$before =~ s/^(\S.*\.(?:lead_source_alias|known_source) (?:has|shows a reader) \()(?:"(?:[^"]|"")*"|[^,]*),/$1/mg;
$before =~ s/^(own_reports\.kept has \(\d*),.*/$1)/mg;
s/^(column \S.*\.(?:lead|lead_source_alias|known_source)\..*: )number \d+, /$1number, /mg for $before, $after;
my @changes = changes($before, $after);
my %lost_view = map { /^lost: relation (.+): [vm] p of / ? ($1 => 1) : () } @changes;
my $lost_views = join '|', map { quotemeta } keys %lost_view;
is(join(' ', sort grep { !$lost_view{$_} } $before =~ /^relation (.+): [vm] p of /mg),
    '"North America".summary_violation crm.cost marketing.summary_violation webshop.amount_change webshop.expense webshop.expense_removal'
      . ' webshop.payment webshop.posting webshop.posting_failure webshop.posting_run webshop.recurring_expense webshop.recurring_expense_terms webshop.summary_violation webshop.visit',
    'views that use nothing of the extension stay');

# What a fact is about, in short.
sub subject
{
    my ($fact) = @_;
    return
        $fact =~ /^(column .+?): number/ ? $1
      : $fact =~ /^index CREATE (?:UNIQUE )?INDEX (\S+) ON (.+?) USING/ ? "index $1 on $2"
      : $fact =~ /^(constraint \S+ on .+?), valid/ ? $1
      : $fact =~ /^trigger CREATE TRIGGER (\S+) .*? ON (.+?) FOR/ ? "trigger $1 on $2"
      : $fact =~ /^(comment on .*?): / ? $1
      : $fact;
}
my %others = map { subject(s/^lost: //r) => 1 }
  grep { /^lost: / && !/^lost: (?:relation |view |column |comment on .*?|index CREATE (?:UNIQUE )?INDEX \S+ ON )?(?:$lost_views)(?: |:|\.|$)/ } @changes;
# From version 18 on NOT NULL is a constraint, which goes with its column.
is(join("\n", grep { !/^constraint \S+_not_null on / } sort keys %others), join("\n", sort('column marketing.note.written_on', 'column own_reports.kept.curve', 'column own_reports.kept.summary',
        'index kept_summary_idx on own_reports.kept',
        (map { ("column $_.expense.incurred_on", "column $_.lead.created_on", "column $_.payment.paid_on",
               "column $_.recurring_expense.next_bill_on", "comment on table column $_.recurring_expense.next_bill_on",
               "index recurring_expense_next_bill_on_idx on $_.recurring_expense",
               "trigger record_removal on $_.expense", "comment on trigger record_removal on $_.expense",
               "trigger keep_postings on $_.posting", "comment on trigger keep_postings on $_.posting",
               "trigger reopen_recurring_expense on $_.recurring_expense", "comment on trigger reopen_recurring_expense on $_.recurring_expense") }
          'marketing', '"North America"'),
        (map { ("index lead_record_key_idx on $_.lead", "index payment_lead_external_id_idx on $_.payment") } 'marketing', '"North America"'),
        (map { my $schema = $_; map { "index ${_}_month_idx on $schema.$_" } qw(expense lead payment visit) } 'marketing', '"North America"'),
        (map { ("column $_.lead.traffic_source", "comment on table column $_.lead.traffic_source") } 'marketing', '"North America"'),
        (map { my $schema = $_;
               ("column $schema.lead_source.name_key", "comment on table column $schema.lead_source.name_key",
                "index lead_source_name_key on $schema.lead_source", "constraint lead_source_name_key on $schema.lead_source",
                (map { ("column $schema.$_.pattern", "comment on table column $schema.$_.pattern", "index ${_}_pkey on $schema.$_", "constraint ${_}_pkey on $schema.$_") } 'lead_source_alias', 'known_source'),
                (map { ("trigger $_ on $schema.lead_source", "comment on trigger $_ on $schema.lead_source") } 'refuse_merger', 'refuse_removal')) }
          'marketing', '"North America"', 'webshop'))),
    'no row is lost: what else is changed is derived columns, traffic sources, defaults and triggers');
is(join("\n", grep { /^new: / && !/^new: column .* default $/ } @changes), '', 'and what is new is columns without their default alone');

$node->stop;
done_testing();
