# What the TAP tests share.
package LeadRoi;

use strict;
use warnings FATAL => 'all';

use Exporter 'import';
use IO::Socket::UNIX;
use PostgreSQL::Test::Cluster;
use Test::More;
use Time::HiRes qw(usleep);

our @EXPORT_OK = qw(new_node new_node_of init_node identifier expansion_differences);

# The superuser of every test server, whoever runs the tests: a role that a test makes could have the
# caller's name.
$ENV{PGUSER} = 'postgres';

# Make the data of a server, the same whatever the caller's locale and name, and whatever PostgreSQL's
# test modules write into a line of the log.
sub init_node
{
    my ($node, %options) = @_;
    $node->init(%options, extra => [ "--username=$ENV{PGUSER}", '--encoding=UTF8', '--locale=C' ]);
    $node->append_conf('postgresql.conf', "log_line_prefix = '%m [%p] %q%a '");
    return;
}

# A running server with lead_roi at hand and a few settings.
sub new_node
{
    my ($name, @settings) = @_;
    return new_node_of($name, undef, @settings);
}

# The same, of the PostgreSQL in a folder, or of the one that is tested.
sub new_node_of
{
    my ($name, $install_path, @settings) = @_;
    my $node = PostgreSQL::Test::Cluster->new($name, defined $install_path ? (install_path => $install_path) : ());
    init_node($node);
    $node->append_conf('postgresql.conf', join("\n", "fsync = off", @settings, ''));
    $node->start;
    return $node;
}

# The name of a database or schema as SQL writes it.
sub identifier
{
    my ($name) = @_;
    return '"' . $name =~ s/"/""/gr . '"';
}

# Compare the postings and expenses of a ledger with an expansion of its recurring expenses that
# shares nothing with the extension: PostgreSQL's "date + n months", and the latest price change not
# after it. Returns one line per month that is lost, extra (not due, doubled, or back after a user
# deleted it), or of another amount than agreed. What users did to expenses stands in a table named
# by the caller with the columns (recurring_expense_id, bill_month, amount): the edited amount, or
# NULL for a deletion. The ledger is marketing unless the caller names another one.
sub expansion_differences
{
    my ($node, $database, $as_of, $user_changes, $ledger) = @_;
    my $schema = identifier($ledger // 'marketing');
    $user_changes //= '(SELECT NULL::bigint, NULL::date, NULL::numeric WHERE false)';
    return $node->safe_psql($database, <<SQL);
SET search_path = $schema;
SET jit = off;
WITH due AS (
    SELECT recurring_expense_id, bill_on, date_trunc('month', bill_on)::date AS bill_month,
           coalesce((SELECT change.amount
                     FROM amount_change AS change
                     WHERE change.recurring_expense_id = recurring_expense.recurring_expense_id
                           AND change.effective_on <= bill_on
                           AND NOT EXISTS (SELECT FROM amount_change AS later
                                           WHERE later.recurring_expense_id = change.recurring_expense_id
                                                 AND later.effective_on > change.effective_on
                                                 AND later.effective_on <= bill_on)),
                    amount) AS amount
    FROM recurring_expense,
         LATERAL (SELECT (starts_on + make_interval(months => n * every_months::integer))::date AS bill_on
                  FROM generate_series(0, 2000) AS n) AS bill
    WHERE bill_on <= least(ends_on, '$as_of')
), booked AS (
    SELECT due.recurring_expense_id, due.bill_on, due.bill_month, coalesce(change.amount, due.amount)
    FROM due LEFT JOIN $user_changes AS change (recurring_expense_id, bill_month, amount)
         USING (recurring_expense_id, bill_month)
    WHERE change.recurring_expense_id IS NULL OR change.amount IS NOT NULL
), posted AS (
    SELECT recurring_expense_id, bill_on, bill_month, amount FROM posting
), expensed AS (
    SELECT recurring_expense_id, incurred_on, bill_month, amount
    FROM expense WHERE recurring_expense_id IS NOT NULL
)
SELECT 'posting lost', * FROM (SELECT * FROM due EXCEPT ALL SELECT * FROM posted) AS difference
UNION ALL
SELECT 'posting extra', * FROM (SELECT * FROM posted EXCEPT ALL SELECT * FROM due) AS difference
UNION ALL
SELECT 'expense lost', * FROM (SELECT * FROM booked EXCEPT ALL SELECT * FROM expensed) AS difference
UNION ALL
SELECT 'expense extra', * FROM (SELECT * FROM expensed EXCEPT ALL SELECT * FROM booked) AS difference
SQL
}

#
# Servers with the worker: setting the day, waiting for what must come, holding a biller at a
# certain point, killing it there.
#

push @EXPORT_OK, qw(worker_settings new_worker_node configure set_today add_ledger wait_all_posted posted_exactly
    create_holds hold_at release_holds wait_for_biller wait_for_launcher wait_until recovers_from kill_and_recover
    waits_for_reason worker_log count_in_log biller_waits_for_lock);

# Settings of a server whose worker checks these databases every second, on a day of its own.
sub worker_settings
{
    my ($today, @databases) = @_;
    my $list = join ', ', map { identifier($_) } @databases;
    return (
        "shared_preload_libraries = 'lead_roi'", "lead_roi.databases = '" . $list =~ s/'/''/gr . "'",
        "lead_roi.naptime = '1s'", "lead_roi.testing_today = '$today'",
        'autovacuum = off', 'log_statement = none', 'shared_buffers = 16MB', 'checkpoint_timeout = 1h');
}

# A running server whose worker looks after the database postgres and which comes back after a crash.
sub new_worker_node
{
    my ($name, $today, @settings) = @_;
    return new_node($name, worker_settings($today, 'postgres'), 'restart_after_crash = on', 'max_connections = 30', @settings);
}

# Change settings of a server; undef resets one. If it runs, the launcher checks as soon as it has
# read them.
sub configure
{
    my ($node, %settings) = @_;
    for my $name (sort keys %settings)
    {
        $node->adjust_conf('postgresql.conf', $name, undef);
        $node->append_conf('postgresql.conf', "$name = '" . $settings{$name} =~ s/'/''/gr . "'") if defined $settings{$name};
    }
    $node->reload if -e $node->data_dir . '/postmaster.pid';
    return;
}

# Make it another day.
sub set_today
{
    my ($node, $today) = @_;
    configure($node, 'lead_roi.testing_today' => $today);
    return;
}

# A ledger with so many recurring expenses, all kinds of schedules among them, the first of 2023. One
# in five changes its price in the middle of that year. The database is created unless it's there,
# and so is the extension. Options: ledger, its name, if not marketing; owner, a role that owns it;
# time_zone, if not UTC.
sub add_ledger
{
    my ($node, $database, $recurring_expenses, %options) = @_;
    my $schema = identifier($options{ledger} // 'marketing');
    my $time_zone = $options{time_zone} // 'UTC';
    my $owner = defined $options{owner} ? identifier($options{owner}) : undef;
    my $literal = "'" . $database =~ s/'/''/gr . "'";
    $node->safe_psql('postgres', 'CREATE DATABASE ' . identifier($database) . ' STRATEGY file_copy')
      if $node->safe_psql('postgres', "SELECT count(*) FROM pg_database WHERE datname = $literal") == 0;
    $node->safe_psql($database, 'GRANT CREATE ON DATABASE ' . identifier($database) . " TO $owner") if $owner;
    $node->safe_psql($database, join ";\n", 'SET client_min_messages = warning', 'CREATE EXTENSION IF NOT EXISTS lead_roi',
        $owner ? "SET ROLE $owner" : (), <<SQL);
BEGIN;
SELECT lead_roi.create_ledger('$schema', time_zone => '$time_zone');
SET LOCAL search_path = $schema;
INSERT INTO lead_source (name) SELECT 'source ' || n FROM generate_series(1, 10) AS n;
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on, ends_on, every_months)
SELECT 1 + n % 10, 'recurring expense ' || n, n + 0.25, date '2022-12-31' + (n * 37) % 365,
       CASE WHEN n % 3 = 0 THEN date '2024-02-29' + n % 200 END, CASE n % 4 WHEN 0 THEN 3 ELSE 1 END
FROM generate_series(1, $recurring_expenses) AS n;
INSERT INTO amount_change
SELECT recurring_expense_id, starts_on + 100, amount * 2 FROM recurring_expense WHERE recurring_expense_id % 5 = 0;
COMMIT;
SQL
    return;
}

# Wait until everything due on that day is posted in a ledger; true if it came so.
sub wait_all_posted
{
    my ($node, $database, $today, $ledger) = @_;
    my $schema = identifier($ledger // 'marketing');
    return $node->poll_query_until($database, <<SQL);
SELECT NOT EXISTS (SELECT FROM $schema.recurring_expense WHERE next_bill_on <= '$today')
       AND EXISTS (SELECT FROM $schema.posting WHERE bill_on > date '$today' - interval '1 month')
SQL
}

# Test that by and by everything due on that day is posted in a ledger, and nothing else.
sub posted_exactly
{
    my ($node, $database, $today, $name, $ledger) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    wait_all_posted($node, $database, $today, $ledger) or return fail("$name: posted in time");
    return is(expansion_differences($node, $database, $today, undef, $ledger), '', "$name: every due month once, none else");
}

# Places where whoever posts an expense titled "held" can be made to wait. The record of the run is
# the last thing written before a commit. Whoever posts reads the table of the places.
sub create_holds
{
    my ($node, $ledger) = @_;
    my $schema = identifier($ledger // 'marketing');
    $node->safe_psql('postgres', <<'SQL' =~ s/marketing\./$schema./gr);
CREATE TABLE public.hold (place text);
GRANT SELECT ON public.hold TO PUBLIC;
CREATE FUNCTION public.hold() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    WHILE EXISTS (SELECT FROM public.hold WHERE place = TG_ARGV[0]) LOOP
        PERFORM pg_sleep(0.02);
    END LOOP;
    RETURN NEW;
END
$$;
CREATE TRIGGER hold_before_insert BEFORE INSERT ON marketing.expense
    FOR EACH ROW WHEN (NEW.title = 'held') EXECUTE FUNCTION public.hold('before insert');
CREATE TRIGGER hold_after_insert AFTER INSERT ON marketing.expense
    FOR EACH ROW WHEN (NEW.title = 'held') EXECUTE FUNCTION public.hold('after insert');
CREATE TRIGGER hold_before_commit AFTER INSERT OR UPDATE ON marketing.posting_run
    FOR EACH ROW EXECUTE FUNCTION public.hold('before commit');
SQL
    return;
}

# Hold the next poster at a place: before insert, after insert, before commit, or after commit. The
# last is a commit that is on disk and waits for a standby that doesn't exist.
sub hold_at
{
    my ($node, $place) = @_;
    if ($place eq 'after commit')
    {
        configure($node, 'synchronous_standby_names' => 'missing');
        $node->poll_query_until('postgres', q{SELECT current_setting('synchronous_standby_names') = 'missing'})
            or die 'the setting was not taken';
        return;
    }
    $node->safe_psql('postgres', "INSERT INTO public.hold VALUES ('$place')");
    return;
}

# Hold nobody any more.
sub release_holds
{
    my ($node) = @_;
    $node->safe_psql('postgres', 'SET synchronous_commit = local; DELETE FROM public.hold');
    configure($node, 'synchronous_standby_names' => undef);
    return;
}

# The process id of the biller, once there is one that waits for that: PgSleep in a hold, SyncRep
# after its commit, Lock, or % for whatever it does.
sub wait_for_biller
{
    my ($node, $wait) = @_;
    my $biller = "FROM pg_stat_activity WHERE backend_type = 'lead_roi biller'";
    $node->poll_query_until('postgres', "SELECT count(*) = 1 $biller AND coalesce(wait_event_type || ' ' || wait_event, '') LIKE '%$wait%'")
        or die "no biller waits for $wait";
    # It is the same one, whether or not it is between two naps.
    return $node->safe_psql('postgres', "SELECT pid $biller");
}

# The process id of the launcher, once there is one other than that.
sub wait_for_launcher
{
    my ($node, $other) = @_;
    $other //= 0;
    my $launcher = "FROM pg_stat_activity WHERE backend_type = 'lead_roi launcher' AND pid <> $other";
    $node->poll_query_until('postgres', "SELECT count(*) = 1 $launcher") or die 'no launcher';
    return $node->safe_psql('postgres', "SELECT pid $launcher");
}

# Poll until a condition holds; false if it takes too long.
sub wait_until
{
    my ($condition, $microseconds) = @_;
    my $give_up = time + $PostgreSQL::Test::Utils::timeout_default;
    until ($condition->())
    {
        return 0 if time > $give_up;
        usleep($microseconds);
    }
    return 1;
}

# Does the server let clients in? Asked of its socket, since a psql takes as long as half a recovery.
sub accepts_clients
{
    my ($node) = @_;
    my $socket = IO::Socket::UNIX->new(Peer => $node->host . '/.s.PGSQL.' . $node->port) or return 0;
    my ($answer, $settings) = ('', "user\0postgres\0database\0postgres\0\0");
    local $SIG{PIPE} = 'IGNORE';
    syswrite $socket, pack('N N a*', 8 + length $settings, 3 << 16, $settings);
    return sysread($socket, $answer, 1) && $answer eq 'R';
}

# Wait until the server has recovered from the death of one of its processes; true if it has. No psql asks meanwhile:
# one that isn't let in may be gone before it is given its query, and that ends the test.
sub recovers_from
{
    my ($node, $pid) = @_;
    return wait_until(sub { !kill 0, $pid }, 1000) && wait_until(sub { accepts_clients($node) }, 5000);
}

# Kill a process of the server, and wait until the server has recovered from it.
sub kill_and_recover
{
    my ($node, $pid) = @_;
    kill 'KILL', $pid;
    recovers_from($node, $pid) or die 'the server did not recover';
    return;
}

# Test that by and by worker_status of a ledger gives a reason like this one.
sub waits_for_reason
{
    my ($node, $database, $pattern, $name, $ledger) = @_;
    my $schema = identifier($ledger // 'marketing');
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    return ok($node->poll_query_until($database, "SELECT reason ~ '$pattern' FROM $schema.worker_status"), $name);
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
