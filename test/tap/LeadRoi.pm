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

#
# For the tests of environments and of security (020 to 025): servers whose worker looks after
# several databases, each with a ledger of its own.
#

push @EXPORT_OK, qw(worker_settings alter_system add_ledger posted_exactly waits_for_reason
  worker_log count_in_log biller_waits_for_lock);

# Settings of a server whose worker checks these databases every second, on a day of its own.
sub worker_settings
{
    my ($today, @databases) = @_;
    my $list = join ', ', map { '"' . s/"/""/gr . '"' } @databases;
    return (
        "shared_preload_libraries = 'lead_roi'", "lead_roi.databases = '" . $list =~ s/'/''/gr . "'",
        "lead_roi.naptime = '1s'", "lead_roi.testing_today = '$today'",
        'autovacuum = off', 'log_statement = none', 'shared_buffers = 16MB', 'checkpoint_timeout = 1h');
}

# Change settings of a running server; undef resets one. The launcher checks as soon as it has read
# them.
sub alter_system
{
    my ($node, %settings) = @_;
    $node->safe_psql('postgres', join "\n", map {
        'ALTER SYSTEM ' . (defined $settings{$_} ? "SET $_ = '" . $settings{$_} =~ s/'/''/gr . "'" : "RESET $_") . ';'
    } sort keys %settings);
    $node->reload;
    return;
}

# A database with the extension and so many agreements, all kinds of schedules among them, the first
# of 2023. The database is created unless it's there.
sub add_ledger
{
    my ($node, $database, $agreements) = @_;
    my $identifier = '"' . $database =~ s/"/""/gr . '"';
    my $literal = "'" . $database =~ s/'/''/gr . "'";
    $node->safe_psql('postgres', "CREATE DATABASE $identifier STRATEGY file_copy")
      if $node->safe_psql('postgres', "SELECT count(*) FROM pg_database WHERE datname = $literal") == 0;
    $node->safe_psql($database, <<SQL);
CREATE EXTENSION lead_roi;
SET search_path = lead_roi;
BEGIN;
INSERT INTO lead_source (name) SELECT 'source ' || n FROM generate_series(1, 3) AS n;
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on, ends_on, every_months)
SELECT 1 + n % 3, 'agreement ' || n, n + 0.25, date '2022-12-31' + (n * 37) % 365,
       CASE WHEN n % 3 = 0 THEN date '2024-02-29' + n END, CASE n % 4 WHEN 0 THEN 3 ELSE 1 END
FROM generate_series(1, $agreements) AS n;
COMMIT;
SQL
    return;
}

# Test that by and by everything due on that day is posted in the database, and nothing else.
sub posted_exactly
{
    my ($node, $database, $today, $name) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    $node->poll_query_until($database, <<SQL) or return fail("$name: posted in time");
SELECT NOT EXISTS (SELECT FROM lead_roi.recurring_expense WHERE next_bill_on <= '$today')
       AND EXISTS (SELECT FROM lead_roi.posting WHERE bill_on > date '$today' - interval '1 month')
SQL
    return is(expansion_differences($node, $database, $today), '', "$name: every due month once, none else");
}

# Test that by and by worker_status gives a reason like this one.
sub waits_for_reason
{
    my ($node, $database, $pattern, $name) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    return ok($node->poll_query_until($database, "SELECT reason ~ '$pattern' FROM lead_roi.worker_status"), $name);
}

# What the server has logged about the worker since that place in its log: lines that name it, but
# not the test's own statements.
sub worker_log
{
    my ($node, $from) = @_;
    return join "\n", grep { /lead_roi|background worker/ && !/STATEMENT|CONTEXT/ && !/ \w+\.pl / }
      split /\n/, PostgreSQL::Test::Utils::slurp_file($node->logfile, $from // 0);
}

# How many of these lines are like that.
sub count_in_log
{
    my ($node, $pattern, $from) = @_;
    return scalar grep { /$pattern/ } split /\n/, worker_log($node, $from);
}

# Wait until a biller waits for somebody's lock; true if it came so.
sub biller_waits_for_lock
{
    my ($node) = @_;
    return $node->poll_query_until('postgres', <<SQL);
SELECT count(*) = 1 FROM pg_stat_activity WHERE backend_type = 'lead_roi biller' AND wait_event_type = 'Lock'
SQL
}

1;
