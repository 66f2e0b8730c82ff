# Every view is read with psql, Python (psycopg2; psycopg, text and binary) and JDBC (text and binary):
# the same values, names and types everywhere, and JDBC's tools see the comments. The reader has USAGE
# on the ledger and SELECT on the views, and nothing else. The types of the extension travel in binary without loss.
use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Utils;
use Test::More;

use LeadRoi qw(new_node);

# Debian's, as script/test installs them.
my $python = '/usr/bin/python3';
my $jdbc_driver = '/usr/share/java/postgresql.jar';
my $classes = PostgreSQL::Test::Utils::tempdir();
plan skip_all => "psycopg, psycopg2, java, a Java compiler or $jdbc_driver is not installed"
  unless -e $jdbc_driver && !grep { system("$_ >/dev/null 2>&1") != 0 }
  "$python -c 'import psycopg, psycopg2'", 'command -v java', "test/drivers/compile.sh '$classes'";

my $node = new_node('drivers', "listen_addresses = '127.0.0.1'", "lead_roi.testing_today = '2024-06-30'",
    "jit = off", "timezone = 'Asia/Kolkata'", "datestyle = 'ISO, DMY'", "log_statement = none");

# Nobody but the reader comes in by TCP, which JDBC needs.
my $password = join '', map { sprintf '%02x', rand 256 } 1 .. 16;
my $hba = $node->data_dir . '/pg_hba.conf';
unlink $hba;
append_to_file($hba, "local all all trust\nhost drivers reader 127.0.0.1/32 scram-sha-256\n");
$node->reload;

$node->safe_psql('postgres', q{CREATE DATABASE drivers});
$node->safe_psql('drivers', <<"SQL" . <<'SQL');
CREATE ROLE reader LOGIN PASSWORD '$password';
SQL
SET client_encoding = 'UTF8';
CREATE EXTENSION lead_roi;
SELECT lead_roi.create_ledger(time_zone => 'UTC');
SET search_path = marketing, lead_roi;

-- What drivers trip over: quotes, line ends, other scripts, emoji, empty, NULL; and amounts of 18 digits.
INSERT INTO lead_source (name, category, vendor, medium)
VALUES ('O''Brien "direct" \ 100 %', 'Ünïcode', '', NULL), (E'\U00006771\U00004EAC \U0001F680', 'Messe', E'two\nlines\tand a tab', 'stand'),
       ('nothing yet', 'Ünïcode', NULL, 'null');
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on, cost_type)
VALUES (1, 'fee', 100.005, '2024-01-31', 'agency'), (2, 'refused', 1234567890123456.78, '2024-04-15', 'media');
INSERT INTO amount_change VALUES (1, '2024-04-01', -20.50);
ALTER TABLE expense ADD CONSTRAINT refused CHECK (title <> 'refused');
CALL post_due_expenses_in_batches();
DELETE FROM expense WHERE bill_month = '2024-02-01';
UPDATE expense SET amount = 0 WHERE bill_month = '2024-03-01';
INSERT INTO expense (lead_source_id, incurred_on, amount, cost_type, title)
VALUES (2, '2022-01-10', 0.01, 'media', 'stand'), (2, '2022-01-11', 0, 'staff', ''), (1, '2023-12-31', -250.75, 'other', 'credit'), (2, '2024-07-15', 3.5, 'media', 'ahead');
-- Money that didn't come back, for the findings.
INSERT INTO expense (lead_source_id, incurred_on, amount, cost_type, title)
SELECT 2, date '2023-01-15' + 30 * n, 10, 'media', 'lost' FROM generate_series(0, 17) AS n;
INSERT INTO visit VALUES (1, '2024-02-29', 1), (2, '2022-01-10', 0);
-- More visitors than a floating-point number can tell apart: 9,008 million million and one.
INSERT INTO visit SELECT 1, date '1990-01-01' + n, 1000000000000 FROM generate_series(1, 9008) AS n;
INSERT INTO lead (lead_source_id, created_on, converted_on, churned_on)
VALUES (1, '2024-01-01', '2024-02-29', NULL), (2, '2022-01-10', '2022-01-10', '2022-03-01'), (2, '2022-01-10', '2022-02-01', NULL),
       (2, '2022-01-10', '2022-02-02', '2023-12-01'), (NULL, '2020-02-29', '2021-01-01', NULL), (NULL, '2024-06-30', NULL, NULL);
INSERT INTO payment (lead_id, paid_on, amount)
VALUES (1, '2024-03-01', 12.345), (1, '2024-03-02', -99.99), (2, '2022-01-10', 7654321098765432.10), (3, '2022-02-01', 0.005),
       (5, '2021-01-01', 0), (6, '2024-06-30', 1), (NULL, '2019-12-31', 7);

INSERT INTO lead_source (name) VALUES ('Old name');
UPDATE lead_source SET merged_into = 1 WHERE name = 'Old name';
INSERT INTO lead (traffic_source, created_on) VALUES ('"a / b" / ü', '2024-06-30');

-- Something odd of each kind, and twice the same.
INSERT INTO expense (incurred_on, amount, currency, title) VALUES ('2024-06-01', 3.50, 'CHF', 'twice'), ('2024-06-01', 3.50, 'CHF', 'twice');
INSERT INTO visit VALUES (1, '2024-07-01', 5);
INSERT INTO lead (created_on, converted_on) VALUES ('2024-06-02', '2024-06-01');
INSERT INTO payment (lead_external_id, paid_on, amount) VALUES ('gone', '2024-06-03', 2);

GRANT USAGE ON SCHEMA marketing TO reader;
DO $$
DECLARE
    ledger_view regclass;
BEGIN
    FOR ledger_view IN SELECT oid FROM pg_class WHERE relnamespace = 'marketing'::regnamespace AND relkind = 'v' LOOP
        EXECUTE format('GRANT SELECT ON %s TO reader', ledger_view);
    END LOOP;
END
$$;
SQL

my $local = 'host=' . $node->host . ' port=' . $node->port . ' dbname=drivers user=reader client_encoding=UTF8';
my $jdbc = 'jdbc:postgresql://127.0.0.1:' . $node->port . "/drivers?user=reader&password=$password";

# Run a program; what it prints, in bytes.
sub output_of
{
    my ($input, @command) = @_;
    my ($output, $errors) = ('', '');
    IPC::Run::run(\@command, '<', \$input, '>', \$output, '2>', \$errors) or fail("$command[0] $command[1]: $errors");
    return $output;
}

# What the program printed of each query, by the query's name.
sub results_of
{
    my ($requests, @command) = @_;
    my (undef, @results) = split /\x1c/, output_of($requests, @command);
    return { map { split /\n/, $_, 2 } @results };
}

# The views of the ledger and of the extension, by the catalogue, so that a new one is read, too. Arrays and summaries are for functions, not for
# reports.
my @views = split /\n/, output_of('', 'psql', '-X', '-A', '-t', '-d', "$local user=postgres", '-c', <<'SQL');
SELECT pg_class.oid::regclass || E'\t' || format('SELECT %s FROM %s ORDER BY %s',
                                                string_agg(quote_ident(attname), ', ' ORDER BY attnum), pg_class.oid::regclass,
                                                string_agg(quote_ident(attname), ', ' ORDER BY attnum))
FROM pg_class
     JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0
     JOIN pg_type ON pg_type.oid = atttypid AND typcategory <> 'A' AND typnamespace <> 'lead_roi'::regnamespace
WHERE relnamespace IN ('marketing'::regnamespace, 'lead_roi'::regnamespace) AND relkind IN ('v', 'm')
      AND pg_class.oid <> 'lead_roi.worker_check'::regclass     -- for who monitors the server; empty without the worker
      AND pg_class.oid <> ALL ('{marketing.total_violation, marketing.summary_violation}'::regclass[]) -- empty unless something is damaged
GROUP BY pg_class.oid
ORDER BY pg_class.oid::regclass::text
SQL
ok((grep { /^marketing\.lead_source_roi\t/ } @views) && (grep { /^lead_roi\.ledger\t/ } @views), 'of the ledger and of the extension');
cmp_ok(scalar @views, '>', 15, 'there are views');
my $requests = join '', map { "$_\n" } @views;

# psql's own text, in the form that the other programs print: types, names, rows.
local $ENV{PGTZ} = 'UTC';
my @psql = ('psql', '-X', '-q', '-A', '-F', "\x1f", '-R', "\x1e", '-P', "null=\x1d", '-P', 'footer=off', '-d', $local);
my %expected;
for (@views)
{
    my ($view, $query) = split /\t/;
    my ($names, $rows) = split /\x1e/, output_of('', @psql, '-c', $query), 2;
    my $types = join "\x1f", output_of("$query \\gdesc", @psql, '-t') =~ /\x1f([^\x1e]*)/g;
    chomp($types, $rows);
    $rows =~ s/(?<=\d\d:\d\d:\d\d)(\.\d+)?\+00/sprintf('.%-6s', substr $1 || '.', 1) =~ tr{ }{0}r . '+00:00'/ge;
    $expected{$view} = join "\x1e", $types, $names, $rows;
    isnt($rows, '', "$view has rows");
}
delete $ENV{PGTZ};

# Make separators visible.
sub visible
{
    return ($_[0] // 'nothing') =~ tr/\x1d\x1e\x1f/~\n|/r;
}

my @java = ('java', '-cp', "$classes:$jdbc_driver", 'ReadViews');

my %results = (
    'psycopg2' => results_of($requests, $python, 'test/drivers/read_views.py', 'psycopg2', $local),
    'psycopg, text' => results_of($requests, $python, 'test/drivers/read_views.py', 'psycopg_text', $local),
    'psycopg, binary' => results_of($requests, $python, 'test/drivers/read_views.py', 'psycopg_binary', $local),
    'JDBC, text' => results_of($requests, @java, "$jdbc&binaryTransfer=false"),
    'JDBC, binary' => results_of($requests, @java, "$jdbc&prepareThreshold=-1"));

for my $driver (sort keys %results)
{
    is(visible($results{$driver}{$_}), visible($expected{$_}), "$driver reads $_") for sort keys %expected;
}

# Comments of columns as JDBC's tools see them, and types without reading.
for my $view (sort keys %expected)
{
    my ($names, $types, $remarks) = split /\x1e/, $results{'JDBC, text'}{"view:$view"};
    my %type;
    @type{ split /\x1f/, $names } = split /\x1f/, $types;
    my ($read_types, $read_names) = map { [ split /\x1f/ ] } split /\x1e/, $expected{$view};
    is(join("\n", map { "$_ $type{$_}" } @$read_names), join("\n", map { "$read_names->[$_] $read_types->[$_]" } 0 .. $#$read_names),
        "JDBC tells the types of $view");
    is(join("\x1f", split /\x1f/, $remarks),
        output_of('', 'psql', '-X', '-A', '-t', '-d', $local, '-c', <<SQL) =~ s/\n\z//r, "JDBC tells the comments of $view");
SELECT string_agg(col_description(attrelid, attnum), E'\\x1f' ORDER BY attnum)
FROM pg_attribute WHERE attrelid = '$view'::regclass AND attnum > 0
SQL
}

# Own types: what arrives is what the type's send function gives, and goes back as it was.
my $tables = $node->safe_psql('drivers', <<'SQL');
SET search_path = marketing, lead_roi;
CREATE TABLE public.summary AS
SELECT 1 AS id, roi_summary(expense, revenue, visitors, leads, customers) AS value FROM activity
UNION ALL SELECT 2, '{}' UNION ALL SELECT 3, make_roi_summary(-0.10, NULL, NULL, 9223372036854775807, NULL);
CREATE TABLE public.curve AS
SELECT 1 AS id, survival(converted_on, churned_on, '2024-06-30') AS value FROM lead UNION ALL SELECT 2, '{}';
CREATE TABLE public.revenue AS
SELECT 1 AS id, lifetime_value_curve(age, 10.5, 1) AS value FROM generate_series(0, 1) AS age;
CREATE TABLE public.summary_copy (LIKE public.summary);
CREATE TABLE public.curve_copy (LIKE public.curve);
CREATE TABLE public.revenue_copy (LIKE public.revenue);
SELECT 'public.curve public.revenue public.summary';
SQL
my $hexadecimal = output_of($tables, $python, 'test/drivers/own_types.py', "$local user=postgres");
is($hexadecimal, $node->safe_psql('drivers', <<'SQL') . "\n", 'own types arrive in binary');
SET search_path = lead_roi, lead_roi_internal, public;
SELECT 'public.curve ' || encode(survival_curve_send(value), 'hex') FROM (SELECT value FROM curve ORDER BY id) AS sorted;
SELECT 'public.revenue ' || encode(revenue_sums_send(value), 'hex') FROM revenue;
SELECT 'public.summary ' || encode(roi_summary_send(value), 'hex') FROM (SELECT value FROM summary ORDER BY id) AS sorted;
SQL
for my $table (qw(curve revenue summary))
{
    is($node->safe_psql('drivers', "SELECT count(*), md5(string_agg(id || value::text, ',' ORDER BY id)) FROM ${table}_copy"),
        $node->safe_psql('drivers', "SELECT count(*), md5(string_agg(id || value::text, ',' ORDER BY id)) FROM $table"),
        "$table goes back in binary");
}

$node->stop;
done_testing();
