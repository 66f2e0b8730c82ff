# What the TAP tests share.
package LeadRoi;

use strict;
use warnings FATAL => 'all';

use Exporter 'import';
use PostgreSQL::Test::Cluster;
use Test::More;

our @EXPORT_OK = qw(new_node expansion_differences);

# A running server with the staged lead_roi at hand and a few settings.
sub new_node
{
    my ($name, @settings) = @_;
    my $node = PostgreSQL::Test::Cluster->new($name);
    $node->init;
    $node->append_conf('postgresql.conf', join("\n", "fsync = off", @settings, ''));
    $node->start;
    return $node;
}

# Compare postings and expenses with an expansion of the agreements that shares nothing with the
# extension: PostgreSQL's "date + n months". Returns one line per month that is lost, doubled, out
# of place or of another amount than the agreement's.
sub expansion_differences
{
    my ($node, $database, $as_of) = @_;
    return $node->safe_psql($database, <<SQL);
SET search_path = lead_roi;
WITH due AS (
    SELECT recurring_expense_id, bill_on::date, amount
    FROM recurring_expense,
         LATERAL (SELECT (starts_on + make_interval(months => n * every_months))::date AS bill_on
                  FROM generate_series(0, 2000) AS n) AS bill
    WHERE bill_on <= least(ends_on, '$as_of')
), posted AS (
    SELECT recurring_expense_id, posting.bill_on, posting.amount
    FROM posting JOIN expense USING (recurring_expense_id, bill_month)
    WHERE (expense.incurred_on, expense.amount) = (posting.bill_on, posting.amount)
)
SELECT 'lost', * FROM (SELECT * FROM due EXCEPT ALL SELECT * FROM posted) AS lost
UNION ALL
SELECT 'extra', * FROM (SELECT * FROM posted EXCEPT ALL SELECT * FROM due) AS extra
UNION ALL
SELECT 'expense without posting or posting without expense', recurring_expense_id, bill_month, NULL
FROM posting FULL JOIN expense USING (recurring_expense_id, bill_month)
WHERE (posting.bill_on IS NULL AND recurring_expense_id IS NOT NULL) OR expense.expense_id IS NULL
SQL
}

1;
