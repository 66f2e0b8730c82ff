# Sums of a summary equal PostgreSQL's sum(numeric) in value and in decimals, over random amounts:
# small and huge, short and long in decimals, plain, compressed and stored out of line; in groups,
# in parts that are rolled up or taken away again, and in windows.
#
#   script/test test/tap/040_exact_sum.pl :: [AMOUNTS [SEED]]
use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Utils;
use Test::More;

use LeadRoi qw(new_node);

my $amounts = $ARGV[0] // 200_000;
my $seed = $ARGV[1] // 0.5;
note("seed $seed");

my $node = new_node('exact_sum', 'work_mem = 64MB', 'autovacuum = off');

# How many rows of a query differ; it must also have looked at some.
sub differences
{
    my ($what, $query) = @_;
    my $result = $node->safe_psql('postgres',
        "SET search_path = lead_roi, public; SELECT count(*) FILTER (WHERE differs), count(*) > 1000 FROM ($query) AS checked");
    is($result, '0|t', "$what (seed $seed)");
}

# Digits before and after the point: mostly as money has them; some beyond 128 bits; a few that
# fill what numeric can hold. A fifth has digits that are mostly 0.
$node->safe_psql('postgres', <<SQL);
CREATE EXTENSION lead_roi;
SELECT setseed($seed);
CREATE TABLE amount AS
SELECT n / 7 AS part, n, value
FROM generate_series(1, $amounts) AS n,
     LATERAL (SELECT random() AS kind, random() AS zeros, random() AS sign,
                     translate(md5(random()::text || n), 'abcdef', '912345') || translate(md5(random()::text), 'abcdef', '009999') AS digits) AS chance,
     LATERAL (SELECT CASE WHEN kind < 0.5 THEN (random() * 12)::integer WHEN kind < 0.9 THEN (random() * 25)::integer
                          WHEN kind < 0.998 THEN (random() * 300)::integer ELSE (random() * 131000)::integer END AS before,
                     CASE WHEN kind < 0.3 THEN 2 WHEN kind < 0.5 THEN (random() * 4)::integer WHEN kind < 0.9 THEN (random() * 25)::integer
                          WHEN kind < 0.998 THEN (random() * 300)::integer ELSE (random() * 16383)::integer END AS after) AS length,
     LATERAL (SELECT CASE WHEN zeros < 0.2 THEN replace(replace(digits, '1', '00000000'), '9', '00000000') ELSE digits END AS fill) AS filled,
     LATERAL (SELECT (CASE WHEN sign < 0.4 THEN '-' ELSE '' END || '0' || lpad('', before, fill)
                      || CASE WHEN after > 0 THEN '.' || lpad('', after, reverse(fill)) ELSE '' END)::numeric AS value) AS made;
ANALYZE amount;
SQL

is($node->safe_psql('postgres', 'SELECT count(*) > 0 FROM amount WHERE pg_column_size(value) < length(value::text) / 3'),
    't', 'some amounts are compressed');
is($node->safe_psql('postgres', 'SELECT max(scale(value)) > 10000 AND max(abs(value)) > 1e100000 FROM amount'),
    't', 'some are extreme');

# Expense comes from the table, with a short header; revenue from an expression, with a long one.
differences('groups of 7', q{
    SELECT (expense(summary)::text, revenue(summary)::text) IS DISTINCT FROM (expense_sum::text, revenue_sum::text) AS differs
    FROM (SELECT roi_summary(value, 0 - value, 1, NULL, NULL) AS summary, sum(value) AS expense_sum, sum(0 - value) AS revenue_sum
          FROM amount GROUP BY part) AS grouped});

differences('groups of hundreds', q{
    SELECT expense(summary)::text IS DISTINCT FROM expense_sum::text AS differs
    FROM generate_series(1, 4) AS chunk,
         LATERAL (SELECT roi_summary(value, NULL, 1, NULL, NULL) AS summary, sum(value) AS expense_sum
                  FROM amount WHERE n % 4 < chunk AND abs(value) < 1e30 GROUP BY n % 501) AS grouped});

differences('parts rolled up, in bits', q{
    SELECT NOT record_image_eq(ROW(whole), ROW(rolled_up)) AS differs
    FROM (SELECT part, roi_summary(value, -value, 1, 2, n) AS whole FROM amount GROUP BY part) AS wholes
         JOIN (SELECT part, rollup(summary) AS rolled_up
               FROM (SELECT part, roi_summary(value, -value, 1, 2, n) AS summary FROM amount GROUP BY part, n % 3) AS parts
               GROUP BY part) AS rolled USING (part)});

differences('a part taken away, in bits', q{
    SELECT NOT record_image_eq(ROW(whole - taken), ROW(rest)) OR NOT record_image_eq(ROW(rest + taken), ROW(whole)) AS differs
    FROM (SELECT roi_summary(value, -value, 1, 2, n) AS whole,
                 roi_summary(value, -value, 1, 2, n) FILTER (WHERE n % 7 IN (2, 4, 5)) AS taken,
                 roi_summary(value, -value, 1, 2, n) FILTER (WHERE n % 7 NOT IN (2, 4, 5)) AS rest
          FROM amount GROUP BY part) AS grouped});

differences('taking away what was never in, and adding it again, in bits', q{
    SELECT NOT record_image_eq(ROW(one - other + other), ROW(one)) OR NOT record_image_eq(ROW(one - (one - other)), ROW(other)) AS differs
    FROM (SELECT roi_summary(value, NULL, 1, 2, n) FILTER (WHERE n % 2 = 0) AS one,
                 roi_summary(value, NULL, 1, 2, n) FILTER (WHERE n % 2 = 1) AS other
          FROM amount GROUP BY part) AS grouped});

differences('text form and back, in bits', q{
    SELECT NOT record_image_eq(ROW(summary), ROW(summary::text::roi_summary)) AS differs
    FROM (SELECT roi_summary(value, NULLIF(0 - value, 0), 1, n, NULL) AS summary FROM amount GROUP BY part) AS grouped});

for my $frame ('ROWS BETWEEN 2 PRECEDING AND 1 FOLLOWING', 'ROWS UNBOUNDED PRECEDING', 'ROWS BETWEEN 3 FOLLOWING AND 5 FOLLOWING')
{
    differences("window $frame", qq{
        SELECT expense(roi_summary(value, -value, 1, NULL, NULL) OVER frame)::text IS DISTINCT FROM (sum(value) OVER frame)::text AS differs
        FROM amount WHERE n < 20000
        WINDOW frame AS (PARTITION BY n / 50 ORDER BY n $frame)});
}

# Amounts of money, and numbers of visitors, about the size at which a summary changes its form, row by row in both directions. What it
# holds has one form, so it equals in bits what its text is read as.
$node->safe_psql('postgres', <<SQL);
CREATE TABLE border AS
SELECT n, n / 40 AS part, (random() * 10 ^ (random() * 11) * sign(random() - 0.3))::numeric(15,2) AS value,
       (random() * 2 ^ 21 * (0.5 + sign(random() - 0.3)))::bigint AS visitors,
       CASE n % 40 WHEN 30 THEN -40 ELSE 1 END AS customers
FROM generate_series(1, 20000) AS n;
SQL
for my $frame ('ROWS UNBOUNDED PRECEDING', 'ROWS BETWEEN 3 PRECEDING AND 2 FOLLOWING')
{
    differences("between small and large, $frame", qq{
        SELECT (expense(summary)::text, revenue(summary)::text, visitors(summary), customers(summary))
                   IS DISTINCT FROM (expense_sum::text, revenue_sum::text, visitors_sum, customers_sum)
               OR NOT record_image_eq(ROW(summary), ROW(summary::text::roi_summary)) AS differs
        FROM (SELECT roi_summary(value, 0 - value, visitors, 1, customers) OVER frame AS summary, sum(value) OVER frame AS expense_sum,
                     sum(0 - value) OVER frame AS revenue_sum, sum(visitors) OVER frame AS visitors_sum, sum(customers) OVER frame AS customers_sum
              FROM border WINDOW frame AS (PARTITION BY part ORDER BY n $frame)) AS windowed});
    differences("ROI between small and large, $frame", qq{
        SELECT roi(value, value + visitors) OVER frame IS DISTINCT FROM
               CASE WHEN sum(value + visitors) OVER frame > 0 THEN (sum(value) OVER frame - sum(value + visitors) OVER frame) / sum(value + visitors) OVER frame END AS differs
        FROM border WINDOW frame AS (PARTITION BY part ORDER BY n $frame)});
}
my $forms = q{SELECT pg_column_size(roi_summary(value, 0 - value, visitors, 1, customers) OVER (PARTITION BY part ORDER BY n)) AS size FROM border};
is($node->safe_psql('postgres', "SET search_path = lead_roi, public; SELECT string_agg(size::text, ',' ORDER BY size) FROM (SELECT size FROM ($forms) AS sized GROUP BY size HAVING count(*) > 1000) AS often"),
    '32,96', 'both forms are met');

# Floating point numbers, of money's size and of any: each is the decimal that its text is. What differs from a short decimal by a bit or two
# isn't taken for it.
differences('doubles', q{
    SELECT double::amount::text IS DISTINCT FROM double::text::numeric::text AS differs
    FROM (SELECT (kind % 3 - 1) * round((random() * 10 ^ (random() * 17))::numeric, kind % 6)::double precision
                 + CASE WHEN kind % 5 = 0 THEN (random() * 10 ^ (random() * 600 - 300)) WHEN kind % 5 = 1 THEN 10 ^ (random() * 12 - 16) ELSE 0 END AS double
          FROM generate_series(1, 60000) AS kind) AS made});
differences('reals', q{
    SELECT single::amount::text IS DISTINCT FROM single::text::numeric::text AS differs
    FROM (SELECT ((kind % 3 - 1) * round((random() * 10 ^ (random() * 9))::numeric, kind % 4) * CASE WHEN kind % 5 = 0 THEN 1e20 ELSE 1 END)::real AS single
          FROM generate_series(1, 20000) AS kind) AS made});

# Binary form and back: the file is read into a second table.
my $file = PostgreSQL::Test::Utils::tempdir() . '/summary';
$node->safe_psql('postgres', <<SQL);
SET search_path = lead_roi, public;
CREATE TABLE sent AS SELECT part, roi_summary(value, 0 - value, 1, n, NULL) AS summary FROM amount GROUP BY part;
CREATE TABLE received (LIKE sent);
COPY sent TO '$file' (FORMAT binary);
COPY received FROM '$file' (FORMAT binary);
SQL
differences('binary form and back, in bits', q{
    SELECT NOT record_image_eq(ROW(sent.summary), ROW(received.summary)) AS differs FROM sent JOIN received USING (part)});

$node->stop;
done_testing();
