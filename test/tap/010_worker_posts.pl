# The worker at work: posts by itself, can be watched, costs nothing while idle, and has manners.
use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Utils;
use Test::More;

use LeadRoi qw(new_worker_node configure set_today add_ledger wait_all_posted expansion_differences
    create_holds hold_at release_holds wait_for_biller wait_for_launcher);

my $node = new_worker_node('worker', '2024-03-31', 'lead_roi.naptime = 1h');

# The first column of the only row.
sub value
{
    my ($query) = @_;
    return $node->safe_psql('postgres', $query);
}

# What the server has logged from a position on about lead_roi.
sub logged_since
{
    my ($position) = @_;
    my $log = PostgreSQL::Test::Utils::slurp_file($node->logfile, $position);
    return join "\n", grep { /lead_roi/ } split /\n/, $log;
}

# Wait until so many further checks of the database have ended.
sub wait_for_checks
{
    my ($checks) = @_;
    my $last = value(q{SELECT coalesce(last_check_at, '-infinity') FROM marketing.worker_status});
    for (1 .. $checks)
    {
        $node->poll_query_until('postgres', "SELECT last_check_at > '$last' FROM marketing.worker_status") or die 'no check';
        $last = value('SELECT last_check_at FROM marketing.worker_status');
    }
    return;
}

# An hour's nap: what follows happens at a reload, and only then.
my $launcher = wait_for_launcher($node);
like(logged_since(0), qr/^[^\n]*lead_roi launcher started$/, 'one line is logged when the server starts');
is(value("SELECT datname IS NULL FROM pg_stat_activity WHERE pid = $launcher"), 't', 'the launcher is in no database');

add_ledger($node, 'postgres', 60);
my $start = -s $node->logfile;
$node->reload;
ok(wait_all_posted($node, 'postgres', '2024-03-31'), 'back-dated recurring expenses are posted by themselves, at the reload');
wait_for_checks(0);
is(expansion_differences($node, 'postgres', '2024-03-31'), '', 'every due month once, none else, right amounts');
is(value(q{SELECT configured, alive, launcher_pid, backend_type, last_run_posted = (SELECT count(*) FROM marketing.posting),
                  last_run_failed, next_due_on > '2024-03-31', overdue_expenses, coalesce(reason, 'none')
           FROM marketing.worker_status}),
    "t|t|$launcher|lead_roi launcher|t|0|t|0|none", 'worker_status says so');
is(value(q{SELECT count(*), sum(posted) = (SELECT count(*) FROM marketing.posting), sum(failed), min(as_of), count(sqlstate)
           FROM marketing.posting_run WHERE finished_at >= started_at}),
    '1|t|0|2024-03-31|0', 'posting_run has one row');
like(logged_since($start), qr/^[^\n]*LOG:  lead_roi biller posted \d+ expenses in ledger marketing of database "postgres"[^\n]*$/, 'one line is logged for the run');

# Idle checks. Nothing else happens on this server, whose wal_level has no snapshots of running
# transactions logged; one check before lets everybody's hint bits settle.
configure($node, 'lead_roi.naptime' => '1s');
wait_for_checks(2);
my $quiet = q{SELECT pg_current_wal_insert_lsn(), pg_snapshot_xmax(pg_current_snapshot()), (SELECT count(*) FROM marketing.posting_run)};
my $before = value($quiet);
$start = -s $node->logfile;
wait_for_checks(3);
is(value($quiet), $before, 'three idle checks write no WAL, take no transaction id and leave no row');
is(logged_since($start), '', 'and no line in the log');

# A new day, another database.
$node->safe_psql('postgres', 'CREATE DATABASE shop');
$node->safe_psql('shop', <<'SQL');
SET client_min_messages = warning;
CREATE EXTENSION lead_roi;
SELECT lead_roi.create_ledger(time_zone => 'UTC');
INSERT INTO marketing.lead_source (name) VALUES ('source');
INSERT INTO marketing.recurring_expense (lead_source_id, title, amount, starts_on) VALUES (1, 'fee', 10, '2024-01-31');
SQL
is($node->safe_psql('shop', 'SELECT configured, alive, reason FROM marketing.worker_status'),
    'f|t|this database is not listed in lead_roi.databases', 'worker_status of a database that is not listed');
configure($node, 'lead_roi.databases' => 'postgres, shop', 'lead_roi.testing_today' => '2024-04-30');
ok($node->poll_query_until('shop', 'SELECT count(*) = 4 FROM marketing.expense'), 'a database is listed: it is served');
ok(wait_all_posted($node, 'postgres', '2024-04-30'), 'and the other goes on');
is(expansion_differences($node, $_, '2024-04-30'), '', "every due month once in database $_") for qw(postgres shop);
configure($node, 'lead_roi.databases' => 'postgres', 'lead_roi.testing_today' => '2024-05-31');
ok(wait_all_posted($node, 'postgres', '2024-05-31'), 'the other is no longer listed');
wait_for_checks(1);
is($node->safe_psql('shop', 'SELECT count(*) FROM marketing.expense'), '4', 'and no longer served');

# Retention.
value(q{UPDATE marketing.posting_run SET started_at = started_at - interval '3 days'});
configure($node, 'lead_roi.run_retention' => '-1');
set_today($node, '2024-06-30');
ok(wait_all_posted($node, 'postgres', '2024-06-30'), 'June is posted');
is(value(q{SELECT count(*) FILTER (WHERE started_at < now() - interval '2 days'), count(*) FROM marketing.posting_run}), '3|4', 'runs are kept for ever');
configure($node, 'lead_roi.run_retention' => '2d');
set_today($node, '2024-07-31');
ok(wait_all_posted($node, 'postgres', '2024-07-31'), 'July is posted');
is(value(q{SELECT count(*) FROM marketing.posting_run}), '2', 'runs are kept for two days');

# A biller at work, and signals.
value(q{INSERT INTO marketing.recurring_expense (lead_source_id, title, amount, starts_on) VALUES (1, 'held', 1, '2024-01-31')});
create_holds($node);
hold_at($node, 'before insert');
my $biller = wait_for_biller($node, 'PgSleep');
is(value("SELECT backend_type, datname, application_name, state, query FROM pg_stat_activity WHERE pid = $biller"),
    'lead_roi biller|postgres|lead_roi biller|active|SELECT lead_roi.post_batch()', 'pg_stat_activity shows the biller');
is(value("SELECT pg_terminate_backend($biller, 1000)"), 't', 'a SIGTERM ends the biller within a second');
$biller = wait_for_biller($node, 'PgSleep');
$start = -s $node->logfile;
is(value("SELECT pg_cancel_backend($biller)"), 't', 'the biller is cancelled');
ok($node->poll_query_until('postgres', q{SELECT last_run_posted = 0 AND reason LIKE '%ended with an error%' FROM marketing.worker_status}),
    'worker_status says that the check failed');
like(logged_since($start), qr/biller failed in ledger marketing of database "postgres": canceling statement due to user request/, 'so does the log');
is(value(q{SELECT posted, sqlstate, message FROM marketing.posting_run ORDER BY posting_run_id DESC LIMIT 1}),
    '0|57014|canceling statement due to user request', 'and posting_run');

# After two failures in a row the database is left alone for a minute, unless settings are reloaded.
$node->reload;
wait_for_biller($node, 'PgSleep');
is(value("SELECT pg_terminate_backend($launcher, 1000)"), 't', 'a SIGTERM ends the launcher within a second');
is(value('SELECT alive, launcher_pid IS NULL, reason FROM marketing.worker_status'),
    'f|t|the launcher is not running; it is started again after a few seconds', 'worker_status says that it is gone');
my $second = wait_for_launcher($node, $launcher);
isnt($second, $launcher, 'the launcher comes back, while a biller is still at work');
release_holds($node);
ok(wait_all_posted($node, 'postgres', '2024-07-31'), 'all is posted');
is(value("SELECT pg_cancel_backend($second)"), 't', 'the launcher is cancelled');
set_today($node, '2024-08-31');
ok(wait_all_posted($node, 'postgres', '2024-08-31'), 'and still all is posted');
is(expansion_differences($node, 'postgres', '2024-08-31'), '', 'every due month once, none else, right amounts');

$node->stop;
done_testing();
