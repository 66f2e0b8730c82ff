# Three servers: two hold a partition each of a fact table, the third asks through postgres_fdw. The
# figures are those of one server that has all rows, and one summary per group is all that travels.
use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Utils;
use Test::More;

use LeadRoi qw(new_node);

my @shards = map { new_node("shard_$_") } 1, 2;
my $center = new_node('center');

# Ask the center, and compare with the same query on the table that has all rows.
sub ask
{
    my ($query) = @_;
    return $center->safe_psql('postgres', "SET search_path = lead_roi, public; SET enable_partitionwise_aggregate = on; $query");
}

sub same_as_on_one_server
{
    my ($what, $query) = @_;
    my $whole = ask($query =~ s/\bfact\b/whole/gr);
    isnt($whole, '', "$what: there is something to compare");
    is(ask($query), $whole, "$what: as on one server");
}

my $columns = '(source integer, day date, expense numeric(12,2), revenue numeric(12,2), visitors bigint, leads bigint, customers bigint)';
$center->safe_psql('postgres', <<SQL);
CREATE EXTENSION lead_roi;
CREATE EXTENSION postgres_fdw;
CREATE TABLE whole $columns;
INSERT INTO whole
SELECT n % 20, date '2024-01-01' + n % 59, CASE WHEN n % 10 = 0 THEN n * 0.37 END, CASE WHEN n % 7 = 0 THEN n * 0.13 - 100 END,
       CASE WHEN n % 3 = 0 THEN n % 5 END, CASE WHEN n % 4 = 0 THEN 1 END, CASE WHEN n % 44 = 0 THEN 1 END
FROM generate_series(1, 20000) AS n;
CREATE TABLE fact $columns PARTITION BY RANGE (source);
SQL

for my $number (1, 2)
{
    my $shard = $shards[ $number - 1 ];
    $shard->safe_psql('postgres', "CREATE EXTENSION lead_roi; CREATE TABLE fact $columns");
    $center->safe_psql('postgres', sprintf(<<'SQL', $number, $shard->host, $shard->port, $number, $ENV{PGUSER}, $number, ($number - 1) * 10, $number * 10, $number));
CREATE SERVER shard_%d FOREIGN DATA WRAPPER postgres_fdw
    OPTIONS (host '%s', port '%s', dbname 'postgres', extensions 'lead_roi', async_capable 'true');
CREATE USER MAPPING FOR CURRENT_USER SERVER shard_%d OPTIONS (user '%s');
CREATE FOREIGN TABLE fact_%d PARTITION OF fact FOR VALUES FROM (%d) TO (%d)
    SERVER shard_%d OPTIONS (table_name 'fact');
SQL
}
$center->safe_psql('postgres', 'INSERT INTO fact SELECT * FROM whole; ANALYZE whole; ANALYZE fact');
is($shards[0]->safe_psql('postgres', 'SELECT count(*) FROM fact'), '10000', 'half of the facts are on the first shard');

my $figures = q{roi(s), roas(s), cost_per_visitor(s), cost_per_lead(s), cost_per_customer(s), lifetime_value(s), ltv_to_cac(s),
    visitor_to_lead_rate(s), lead_to_customer_rate(s), expense(s), revenue(s), profit(s), s};
my $summarize = 'roi_summary(expense, revenue, visitors, leads, customers)';

my $by_source = "SELECT source, $figures FROM (SELECT source, $summarize AS s FROM fact GROUP BY source) AS grouped ORDER BY source";
my $total = "SELECT $figures FROM (SELECT rollup(s) AS s FROM (SELECT source, $summarize AS s FROM fact GROUP BY source) AS grouped) AS total";
my $single = 'SELECT source, roi(revenue, expense), roas(revenue, expense), cost_per_lead(expense, leads), cost_per_customer(expense, customers),
    lifetime_value(revenue, customers) FROM fact GROUP BY source ORDER BY source';
my $direct = "SELECT $figures FROM (SELECT $summarize AS s FROM fact) AS total";
my $built_in = "SELECT $figures FROM (SELECT rollup(s) AS s FROM (SELECT make_roi_summary(sum(expense), sum(revenue), sum(visitors)::bigint,
    sum(leads)::bigint, sum(customers)::bigint) AS s FROM fact GROUP BY source) AS grouped) AS total";
my $filtered = "SELECT source, $summarize FILTER (WHERE day < '2024-02-01') FROM fact GROUP BY source HAVING cost_per_lead(expense, leads) > 0 ORDER BY source";

same_as_on_one_server('figures by source', $by_source);
same_as_on_one_server('total', $total);
same_as_on_one_server('single aggregates by source', $single);
same_as_on_one_server('total without grouping by the partition key', $direct);
same_as_on_one_server('total of built-in sums', $built_in);
same_as_on_one_server('FILTER and HAVING', $filtered);

# What travels: one row per source, from aggregates that run on the shards.
for my $query ($by_source, $total, $single, $built_in, $filtered)
{
    my $plan = ask("EXPLAIN (VERBOSE, COSTS OFF) $query");
    my @aggregated = $plan =~ /Relations: Aggregate on/g;
    is(scalar(@aggregated), 2, 'aggregated on both shards: ' . substr($query, 0, 60)) or diag($plan);
}
unlike(ask("EXPLAIN (VERBOSE, COSTS OFF) $direct"), qr/Relations: Aggregate on/, 'without the partition key rows are fetched');

# A view that groups by the partition key answers questions about anything else without fetching rows.
$center->safe_psql('postgres', "CREATE VIEW source_month AS SELECT source, lead_roi.month_of(day) AS month, lead_roi.$summarize AS summary FROM fact GROUP BY source, lead_roi.month_of(day)");
my $by_month = 'SELECT month, roi(rollup(summary)), cost_per_lead(rollup(summary)) FROM source_month GROUP BY month ORDER BY month';
is(ask($by_month), ask("SELECT month_of(day), roi($summarize), cost_per_lead($summarize) FROM whole GROUP BY 1 ORDER BY 1"), 'months of a view: as on one server');
is(scalar(() = ask("EXPLAIN (VERBOSE, COSTS OFF) $by_month") =~ /Relations: Aggregate on/g), 2, 'and grouped on the shards');
my $one_source = "SELECT source, $summarize FROM fact WHERE source = 7 GROUP BY source";
is(ask($one_source), ask($one_source =~ s/\bfact\b/whole/r), 'one source: as on one server');
like(ask("EXPLAIN (VERBOSE, COSTS OFF) $one_source"), qr/Relations: Aggregate on/, 'and computed on its shard');

# A roll-up per shard and day, kept on the shards and asked from the center.
for my $shard (@shards)
{
    $shard->safe_psql('postgres', <<'SQL');
CREATE MATERIALIZED VIEW daily AS
SELECT source, day, lead_roi.roi_summary(expense, revenue, visitors, leads, customers) AS summary FROM fact GROUP BY source, day;
CREATE UNIQUE INDEX ON daily (source, day);
REFRESH MATERIALIZED VIEW CONCURRENTLY daily;
SQL
}
$center->safe_psql('postgres', 'CREATE TABLE daily (source integer, day date, summary lead_roi.roi_summary) PARTITION BY RANGE (source);'
      . join('', map { sprintf("CREATE FOREIGN TABLE daily_%d PARTITION OF daily FOR VALUES FROM (%d) TO (%d) SERVER shard_%d OPTIONS (table_name 'daily');",
              $_, ($_ - 1) * 10, $_ * 10, $_) } 1, 2)
      . 'ANALYZE daily');
my $from_daily = q{SELECT source, round(roi(s), 8), cost_per_lead(s), s FROM (SELECT source, rollup(summary) AS s FROM daily
    WHERE day < '2024-02-01' GROUP BY source) AS grouped ORDER BY source};
is(ask($from_daily), ask("SELECT source, round(roi(s), 8), cost_per_lead(s), s FROM (SELECT source, $summarize AS s FROM whole
    WHERE day < '2024-02-01' GROUP BY source) AS grouped ORDER BY source"), 'daily summaries kept on the shards: as on one server');
is(scalar(() = ask("EXPLAIN (VERBOSE, COSTS OFF) $from_daily") =~ /Relations: Aggregate on/g), 2, 'and rolled up there');

$_->stop for $center, @shards;
done_testing();
