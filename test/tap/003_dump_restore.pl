# pg_dump and restore: complete, sequences go on, and posting again posts nothing.
use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Utils;
use Test::More;

use LeadRoi qw(new_node expansion_differences);

my $node = new_node('dump');
my @tables = qw(lead_source recurring_expense amount_change posting expense posting_failure worker_run visit lead payment);
my $dump = PostgreSQL::Test::Utils::tempdir() . '/dump.sql';

# Every row of every table as text.
sub contents
{
    my ($database) = @_;
    return join "\n", map { $node->safe_psql($database, "SELECT '$_', t.* FROM lead_roi.$_ AS t ORDER BY t") } @tables;
}

$node->safe_psql('postgres', 'CREATE DATABASE original');
$node->safe_psql('original', <<'SQL');
CREATE EXTENSION lead_roi;
SET search_path = lead_roi;
INSERT INTO lead_source (name) SELECT 'source ' || n FROM generate_series(1, 3) AS n;
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on, ends_on, every_months)
VALUES (1, 'open', 10, '2024-01-31', NULL, 1), (2, 'ended', 20, '2024-02-29', '2024-05-31', 1), (3, 'ahead', 30, '2030-01-01', NULL, 3);
INSERT INTO amount_change VALUES (3, '2031-01-01', 35);
CALL post_due_expenses_in_batches('2024-12-31');
INSERT INTO expense (lead_source_id, incurred_on, amount, title, cost_type) VALUES (1, '2024-01-01', 5.55, 'one-time', 'staff');
DELETE FROM expense WHERE bill_month = '2024-04-01' AND recurring_expense_id = 1;
UPDATE expense SET amount = 11 WHERE bill_month = '2024-06-01';
INSERT INTO visit VALUES (1, '2024-01-01', 7);
INSERT INTO lead (lead_source_id, created_on, converted_on, churned_on, external_id) VALUES (1, '2024-01-01', '2024-01-02', '2024-02-01', 'L1'), (NULL, '2024-01-01', NULL, NULL, 'L2');
INSERT INTO payment (lead_id, paid_on, amount, external_id) VALUES (1, '2024-01-03', 99, 'P1'), (1, '2024-01-04', -9, 'P2');
CREATE SCHEMA own_reports;
SELECT create_report_views('own_reports', 'lead', 'payment', visits => 'visit');
SQL

# The user's own report views: definition, comment, options and what one of them says.
my $own_reports = q{
SELECT relname, reloptions, obj_description(oid), pg_get_viewdef(oid) FROM pg_class WHERE relnamespace = 'own_reports'::regnamespace ORDER BY relname;
SELECT * FROM own_reports.lead_source_roi ORDER BY lead_source_id;};

command_ok([ 'pg_dump', '-f', $dump, $node->connstr('original') ], 'dumped');
$node->safe_psql('postgres', 'CREATE DATABASE restored');
command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', $dump, $node->connstr('restored') ], 'restored');

my $before = contents('original');
is(contents('restored'), $before, 'every row of every table is there');
like($before, qr/one-time/, 'and there were rows to compare');
my $reports_before = $node->safe_psql('original', $own_reports);
is($node->safe_psql('restored', $own_reports), $reports_before, "the user's own report views are there");
like($reports_before, qr/source 1/, 'and say something');

is($node->safe_psql('restored', q{SELECT lead_roi.post_due_expenses('2024-12-31')}), '0', 'posting again posts nothing');
is(contents('restored'), $before, 'and changes nothing');

# The deleted expense stays away, so the next month is the only one posted.
is($node->safe_psql('restored', q{SELECT lead_roi.post_due_expenses('2025-01-31')}), '1', 'the next month is posted');

for my $insert (
    q{lead_source (name) VALUES ('next') RETURNING lead_source_id = 4},
    q{recurring_expense (lead_source_id, title, amount, starts_on) VALUES (1, 'next', 1, '2025-01-01') RETURNING recurring_expense_id = 4},
    q{expense (lead_source_id, amount, title) VALUES (1, 1, 'next') RETURNING expense_id = (SELECT max(expense_id) + 1 FROM lead_roi.expense)},
    q{lead (external_id) VALUES ('next') RETURNING lead_id = 3},
    q{payment (amount) VALUES (1) RETURNING payment_id = 3})
{
    is($node->safe_psql('restored', "INSERT INTO lead_roi.$insert"), 't', "sequence goes on: $insert");
}

# A dump of the data alone, restored into a fresh extension.
command_ok([ 'pg_dump', '--data-only', '--extension=lead_roi', '-f', $dump, $node->connstr('original') ], 'dumped the data alone');

# DROP EXTENSION leaves nothing but the schema it was put in.
$node->safe_psql('restored', 'DROP SCHEMA own_reports CASCADE; DROP EXTENSION lead_roi');
is($node->safe_psql('restored', q{SELECT count(*) FROM pg_class WHERE relnamespace = 'lead_roi'::regnamespace}), '0', 'DROP EXTENSION leaves no relation');
$node->safe_psql('restored', 'DROP SCHEMA lead_roi; CREATE EXTENSION lead_roi');

$node->stop;
done_testing();
