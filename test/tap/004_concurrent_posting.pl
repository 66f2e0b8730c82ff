# Eight clients post at the same time, in batches and without, while recurring expenses are edited.
use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Utils;
use Test::More;

use LeadRoi qw(new_node expansion_differences);

my $node = new_node('concurrent');
$node->safe_psql('postgres', <<'SQL');
SET client_min_messages = warning;
CREATE EXTENSION lead_roi;
SELECT lead_roi.create_ledger(time_zone => 'UTC');
SET search_path = marketing;
INSERT INTO lead_source (name) SELECT 'source ' || n FROM generate_series(1, 10) AS n;
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on, ends_on, every_months)
SELECT 1 + n % 10, 'recurring expense ' || n, n, date '2015-01-01' + (n * 37) % 2000,
       CASE WHEN n % 3 = 0 THEN date '2023-06-30' + n END, 1 + n % 4
FROM generate_series(1, 200) AS n;
SQL

$node->pgbench(
    '--no-vacuum --client=8 --jobs=2 --transactions=40',
    0,
    [qr/number of transactions actually processed: 320\/320/],
    [qr/^$/],
    'eight clients post at once',
    {
        '004_post_all@1' => q{SELECT lead_roi.post_due_expenses(as_of => '2024-12-31');},
        '004_post_batch@6' => q{SELECT lead_roi.post_due_expenses(as_of => '2024-12-31', max_rows => 97);},
        '004_reopen@2' => q{
\set key random(1, 200)
UPDATE marketing.recurring_expense SET posted_through = NULL WHERE recurring_expense_id = :key;},
        '004_post_and_roll_back@1' => q{
BEGIN;
SELECT lead_roi.post_due_expenses(as_of => '2024-12-31', max_rows => 500);
ROLLBACK;},
    });

$node->safe_psql('postgres', q{SELECT lead_roi.post_due_expenses(as_of => '2024-12-31')});
is(expansion_differences($node, 'postgres', '2024-12-31'), '', 'every due month once, none else');
cmp_ok($node->safe_psql('postgres', 'SELECT count(*) FROM marketing.posting'), '>', 5000, 'and many of them');

$node->stop;
done_testing();
