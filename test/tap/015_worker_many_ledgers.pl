# A hundred idle ledgers in one database: a visit takes a fraction of a second and writes nothing. And more
# ledgers than the worker keeps the state of: they are served all the same, and the log stays quiet.
use strict;
use warnings FATAL => 'all';

use List::Util qw(min);
use PostgreSQL::Test::Utils;
use Test::More;

use LeadRoi qw(new_worker_node configure set_today add_ledger posted_exactly waits_for_reason count_in_log);

my $node = new_worker_node('many', '2024-03-31', q{lead_roi.databases = ''}, 'log_min_messages = debug1');
my @ledgers = map { sprintf 'ledger_%03d', $_ } 1 .. 100;

# The first column of the only row.
sub value
{
    my ($query) = @_;
    return $node->safe_psql('postgres', $query);
}

# Wait until so many further checks of a ledger have ended.
sub wait_for_checks
{
    my ($ledger, $checks) = @_;
    my $state = "FROM lead_roi.worker_state(NULL::$ledger.lead_roi_ledger)";
    for (1 .. $checks)
    {
        my $last = value("SELECT coalesce(checked_at, '-infinity') $state");
        $node->poll_query_until('postgres', "SELECT checked_at > '$last' $state") or die 'no check';
    }
    return;
}

# Milliseconds that each biller was there, by the server's log since that place: from the start of its process
# to its end.
sub visits
{
    my ($from) = @_;
    my ($start, @visits);
    my $clock = qr/^\S+ (\d+):(\d+):([\d.]+) /;
    for my $line (split /\n/, slurp_file($node->logfile, $from))
    {
        next unless $line =~ $clock;
        my $at = ($1 * 60 + $2) * 60 + $3;
        $start = $at if $line =~ /starting background worker process "lead_roi biller/;
        push @visits, 1000 * ($at - $start) if defined $start && $line =~ /background worker "lead_roi biller" .*exited with exit code 0/;
    }
    return @visits;
}

#
# A hundred, all posted.
#
$node->safe_psql('postgres', join '', "SET client_min_messages = warning;\nCREATE EXTENSION lead_roi;\n", map { <<SQL } @ledgers);
SELECT lead_roi.create_ledger('$_', time_zone => 'UTC');
INSERT INTO $_.lead_source (name) VALUES ('source');
INSERT INTO $_.recurring_expense (lead_source_id, title, amount, starts_on) SELECT 1, 'fee', n, '2024-03-15' FROM generate_series(1, 10) AS n;
SQL
configure($node, 'lead_roi.databases' => 'postgres');
posted_exactly($node, 'postgres', '2024-03-31', "of a hundred ledgers, $_", $_) for $ledgers[0], $ledgers[-1];

# Nothing else happens on this server; some checks before let everybody's hint bits settle.
wait_for_checks($ledgers[-1], 3);
my $quiet = q{SELECT pg_current_wal_insert_lsn(), pg_snapshot_xmax(pg_current_snapshot())};
my $before = value($quiet);
my $log = -s $node->logfile;
wait_for_checks($ledgers[-1], 6);
is(value($quiet), $before, 'idle checks of a hundred ledgers write no WAL and take no transaction id');
my @visits = visits($log);
cmp_ok(scalar @visits, '>=', 4, 'several visits are measured');
my $shortest = min(@visits);
note sprintf 'a visit of a hundred idle ledgers takes %.0f ms (the shortest of %d)', $shortest, scalar @visits;
cmp_ok($shortest, '<', 500, 'a visit of a hundred idle ledgers is short, though assertions are on and the machine may be busy');

#
# The index of next bill dates says that nothing is due, so a locked table is no reason to wait.
#
$node->safe_psql('postgres', "VACUUM $ledgers[0].recurring_expense");
my $session = $node->background_psql('postgres');
$session->query_safe("BEGIN; LOCK TABLE $ledgers[0].recurring_expense");
wait_for_checks($ledgers[0], 2);
is(value("SELECT reason IS NULL FROM lead_roi.worker_state(NULL::$ledgers[0].lead_roi_ledger)"), 't', 'a lock on the table of an idle ledger keeps nobody waiting');
$session->query_safe('COMMIT');
$session->quit;

#
# Where the index of next bill dates was replaced by one that can't tell what is due, the table is asked: it is
# partial, on another column, on another table, of another kind, invalid, or there is none.
#
my $index = 'INDEX recurring_expense_next_bill_on_idx ON';
my %instead = (
    ledger_002 => ["CREATE $index ledger_002.recurring_expense (next_bill_on) WHERE next_bill_on > '2100-01-01'"],
    ledger_003 => ["CREATE $index ledger_003.recurring_expense (ends_on)"],
    ledger_004 => [ 'CREATE TABLE ledger_004.other (LIKE ledger_004.recurring_expense)', 'ALTER TABLE ledger_004.other OWNER TO pg_database_owner',
        "CREATE $index ledger_004.other (next_bill_on)" ],
    ledger_005 => ["CREATE $index ledger_005.recurring_expense USING hash (next_bill_on)"],
    ledger_006 => ["CREATE UNIQUE ${\($index =~ s/INDEX/INDEX CONCURRENTLY/r)} ledger_006.recurring_expense (next_bill_on)"],
    ledger_007 => []);
for my $ledger (sort keys %instead)
{
    # The unique one fails, as there are equal dates, and stays behind without a row in it.
    $node->psql('postgres', $_, on_error_stop => 0) for "DROP INDEX $ledger.recurring_expense_next_bill_on_idx", @{ $instead{$ledger} };
}
is(value(q{SELECT count(*), count(*) FILTER (WHERE NOT indisvalid) FROM pg_class JOIN pg_index ON indexrelid = pg_class.oid
           WHERE relname = 'recurring_expense_next_bill_on_idx'}), '99|1', 'indexes are replaced');
set_today($node, '2024-04-30');
posted_exactly($node, 'postgres', '2024-04-30', "another index: $_", $_) for sort keys %instead;

#
# Two thousand more, of an older version, that come first by name, and one behind them. The state of 2048
# databases and ledgers is kept: of the database, of the hundred, of 1947 others. These warn once, and those
# without a state not at all.
#
configure($node, 'lead_roi.databases' => '', 'log_min_messages' => 'warning', 'lead_roi.testing_today' => '2024-05-31');
$node->poll_query_until('postgres', q{SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE backend_type = 'lead_roi biller')}) or die;
$node->safe_psql('postgres', <<'SQL');
DO $$
BEGIN
    FOR n IN 1 .. 2060 LOOP
        EXECUTE format('CREATE SCHEMA a_%1$s; CREATE TYPE a_%1$s.lead_roi_ledger AS ENUM (''version 0.9'', ''decimals 2'', ''time zone UTC'')', n);
        IF n % 100 = 0 THEN
            COMMIT;
        END IF;
    END LOOP;
END
$$;
SQL
add_ledger($node, 'postgres', 10, ledger => 'zenith');
$log = -s $node->logfile;
configure($node, 'lead_roi.databases' => 'postgres');
posted_exactly($node, 'postgres', '2024-05-31', "among two thousand, $_", $_) for $ledgers[0], 'zenith';
waits_for_reason($node, 'postgres', 'results of checks of this ledger are not recorded', 'worker_status of the one without a state says so', 'zenith');
like(value("SELECT mend FROM zenith.worker_status"), qr/^Posting goes on\./, 'and that it does no harm');
my $warnings = 'WARNING:  lead_roi posts nothing in ledger a_\d+ of database "postgres"';
is(count_in_log($node, $warnings, $log), 1947, 'each ledger that has a state warns');
set_today($node, '2024-06-30');
posted_exactly($node, 'postgres', '2024-06-30', 'a month later', $_) for $ledgers[0], 'zenith';
is(count_in_log($node, $warnings, $log), 1947, 'and no other, nor again');
is(value(q{SELECT count(*) FROM lead_roi.worker_check}), 2048, 'worker_check has as many rows as there is room');

$node->stop;
done_testing();
