# Databases that come, go, change their names or can't be served, and the extension that comes and
# goes in them: the worker serves what it can and is in nobody's way.
use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time);

use IPC::Run;
use LeadRoi qw(new_node expansion_differences worker_settings configure add_ledger posted_exactly
  waits_for_reason worker_log count_in_log biller_waits_for_lock);

my $today = '2024-03-31';
my @odd_names = ('Sales Crm', 'it\'s "quoted", twice', 'ümlaut');
my $node = new_node('databases', worker_settings($today, 'nobody'));

# Run one statement in the database postgres; it must come to its end in less than 5 seconds.
sub runs_at_once
{
    my ($statement) = @_;
    my $begin = time;
    my $status = $node->psql('postgres', $statement, stderr => \my $error);
    return ok($status == 0 && time - $begin < 5, "$statement: at once") || diag($error);
}

# Wait until so many more checks of the database have come to an end.
sub checks_pass
{
    my ($database, $checks) = @_;
    for (1 .. $checks)
    {
        my $last = $node->safe_psql($database, q{SELECT coalesce(last_check_at, '-infinity') FROM marketing.worker_status});
        $node->poll_query_until($database, "SELECT last_check_at > '$last' FROM marketing.worker_status") or die 'no check';
    }
    return;
}

#
# Databases that can't be served, and others beside them.
#
add_ledger($node, $_, 10) for @odd_names, 'plain';
my $knows_invalid = $node->safe_psql('postgres', q{SELECT current_setting('server_version_num')::integer >= 150004}) eq 't';
$node->safe_psql('postgres', q{
CREATE DATABASE bare;
CREATE DATABASE pattern IS_TEMPLATE true;
CREATE DATABASE closed ALLOW_CONNECTIONS false;
CREATE DATABASE half});
$node->safe_psql('postgres', q{UPDATE pg_database SET datconnlimit = -2 WHERE datname = 'half'}) if $knows_invalid;

my $log = -s $node->logfile;
my @all = ('nowhere', 'pattern', 'closed', 'half', 'bare', @odd_names, 'plain');
configure($node, 'lead_roi.databases' => join ', ', map { '"' . s/"/""/gr . '"' } @all);
posted_exactly($node, $_, $today, $_) for @odd_names, 'plain';
checks_pass('plain', 2);
is(count_in_log($node, "skips database \"$_->[0]\": $_->[1]", $log), 1, "$_->[0]: one warning")
  for [ nowhere => 'it does not exist' ], [ pattern => 'it is a template' ], [ closed => 'it does not allow connections' ],
  $knows_invalid ? [ half => 'a DROP DATABASE of it was interrupted' ] : ();
is(count_in_log($node, 'WARNING|ERROR|FATAL', $log), $knows_invalid ? 4 : 3, 'and no other');
is(count_in_log($node, 'bare', $log), 1, 'nothing is said of a database without the extension but by the setting');
$node->safe_psql('postgres', q{UPDATE pg_database SET datconnlimit = -1 WHERE datname = 'half'});

#
# DROP, RENAME and TEMPLATE while there are checks every second. If a biller comes along at the very
# moment it waits, and is told that the database has gone; once.
#
$log = -s $node->logfile;
runs_at_once('CREATE DATABASE copy TEMPLATE plain');
runs_at_once('ALTER DATABASE plain RENAME TO renamed');
$node->poll_query_until('renamed', 'SELECT NOT configured FROM marketing.worker_status');
ok($node->wait_for_log(qr/skips database "plain": it does not exist/, $log), 'renamed: the old name is missed');
runs_at_once('ALTER DATABASE renamed RENAME TO plain');
checks_pass('plain', 1);
runs_at_once('DROP DATABASE "Sales Crm"');
runs_at_once('DROP DATABASE "ümlaut" WITH (FORCE)');
checks_pass('plain', 2);
is(count_in_log($node, 'skips database "(Sales Crm|ümlaut)": it does not exist', $log), 2, 'dropped: one warning each');
cmp_ok(count_in_log($node, 'ERROR|FATAL', $log), '<=', 5, 'no restart loop');
is($node->safe_psql('copy', 'SELECT configured, reason FROM marketing.worker_status'),
    'f|this database is not listed in lead_roi.databases', 'a copy is complete and silent');
is(expansion_differences($node, 'copy', $today), '', 'copy: every due month once, none else');

# With a biller in the middle of its work, FORCE ends it, and the launcher gets over that.
$node->safe_psql('half', q{
SET client_min_messages = warning;
CREATE EXTENSION lead_roi;
SELECT lead_roi.create_ledger(time_zone => 'UTC');
CREATE FUNCTION public.hold() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN PERFORM pg_sleep(60); RETURN NEW; END$$;
CREATE TRIGGER hold BEFORE INSERT ON marketing.expense FOR EACH ROW EXECUTE FUNCTION public.hold();
INSERT INTO marketing.lead_source (name) VALUES ('source');
INSERT INTO marketing.recurring_expense (lead_source_id, title, amount, starts_on) VALUES (1, 'fee', 1, '2024-03-01')});
ok($node->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_stat_activity WHERE backend_type = 'lead_roi biller' AND datname = 'half' AND wait_event = 'PgSleep'}),
    'half: a biller is at work');
my $launcher = launcher();
runs_at_once('DROP DATABASE half WITH (FORCE)');
checks_pass('plain', 2);
is(launcher(), $launcher, 'the launcher goes on');

# Databases that the worker has nothing to do with, created and dropped during some checks.
$log = -s $node->logfile;
my $begin = time;
$node->safe_psql('postgres', join "\n", map { "CREATE DATABASE unrelated$_ STRATEGY file_copy; DROP DATABASE unrelated$_;" } 1 .. 20);
cmp_ok(time - $begin, '<', 100, 'twenty databases are created and dropped');
is(count_in_log($node, 'ERROR|FATAL|WARNING|terminat', $log), 0, 'and the worker takes no notice');

#
# The extension is dropped while a biller posts, for good or not, and created again.
# It goes only with what ledgers use of it, and leaves their rows.
#
$node->psql('plain', 'DROP EXTENSION lead_roi', stderr => \my $refused);
like($refused, qr/cannot drop extension lead_roi because other objects depend on it/, 'DROP EXTENSION: refused while there is a ledger');
my $session = $node->background_psql('plain');
$session->query_safe('SET client_min_messages = warning');
my $april = '2024-04-30';
$session->query_safe('BEGIN; DROP EXTENSION lead_roi CASCADE');
$log = -s $node->logfile;
configure($node, 'lead_roi.testing_today' => $april, 'lead_roi.databases' => 'plain');
ok(biller_waits_for_lock($node), 'DROP EXTENSION: the biller waits for its end');
$session->query_safe('ROLLBACK');
posted_exactly($node, 'plain', $april, 'DROP EXTENSION rolled back');

$session->query_safe('BEGIN; DROP EXTENSION lead_roi CASCADE');
ok(biller_waits_for_lock($node), 'DROP EXTENSION: the biller waits again');
$session->query_safe('COMMIT');
$node->poll_query_until('postgres', q{SELECT count(*) = 0 FROM pg_stat_activity WHERE backend_type = 'lead_roi biller'});
is(count_in_log($node, 'WARNING|ERROR|FATAL|failed', $log), 0, 'DROP EXTENSION: nothing goes wrong');

is($session->query_safe(q{SELECT count(*) FROM pg_namespace WHERE nspname = 'lead_roi'}), '0', 'DROP EXTENSION: its schema has gone');
is($session->query_safe(q{SELECT count(*) > 0 FROM marketing.posting}), 't', 'DROP EXTENSION: the rows of the ledger have not');
$session->query_safe('DROP SCHEMA marketing CASCADE');
add_ledger($node, 'plain', 10);
posted_exactly($node, 'plain', $april, 'CREATE EXTENSION again');

# Dropped in the middle of a batch: DROP EXTENSION waits for the batch, and then it's gone.
$node->safe_psql('plain', q{
CREATE TABLE public.hold ();
CREATE FUNCTION public.hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(1);
    RETURN NEW;
END
$$;
CREATE TRIGGER hold BEFORE INSERT ON marketing.expense FOR EACH ROW EXECUTE FUNCTION public.hold()});
my $holder = $node->background_psql('plain');
$holder->query_safe('SELECT pg_advisory_lock(1)');
$today = '2024-05-31';
$log = -s $node->logfile;
configure($node, 'lead_roi.testing_today' => $today);
ok(biller_waits_for_lock($node), 'a biller is held in a batch');
$session->query_until(qr/dropping/, "\\echo dropping\nDROP EXTENSION lead_roi CASCADE;\n");
ok($node->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_stat_activity WHERE query LIKE 'DROP EXTENSION%' AND wait_event_type = 'Lock'}),
    'DROP EXTENSION waits for the batch');
$holder->query_safe('SELECT pg_advisory_unlock(1)');
ok($node->poll_query_until('plain', q{SELECT count(*) = 0 FROM pg_extension WHERE extname = 'lead_roi'}), 'and comes to its end');
$holder->quit;
$session->quit;
is(count_in_log($node, 'WARNING|ERROR|FATAL|failed', $log), 0, 'DROP EXTENSION during a batch: nothing goes wrong');
$node->safe_psql('plain', 'SET client_min_messages = warning; DROP SCHEMA marketing CASCADE');
add_ledger($node, 'plain', 10);
posted_exactly($node, 'plain', $today, 'CREATE EXTENSION once more');

#
# Eight databases get the extension at once, while the worker looks whether they have it.
#
my @eight = map { "at_once_$_" } 1 .. 8;
$node->safe_psql('postgres', "CREATE DATABASE $_") for @eight;
configure($node, 'lead_roi.databases' => join ', ', 'plain', @eight);
my $members = q{SELECT count(*) FROM pg_depend WHERE deptype = 'e' AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'lead_roi')};
my $output = '';
my @installing = map { IPC::Run::start([ 'psql', '-X', '-q', '-d', $node->connstr($_), '-c', 'CREATE EXTENSION lead_roi' ], '<', \undef, '>&', \$output) } @eight;
$_->finish for @installing;
is($output, '', 'CREATE EXTENSION in eight databases at once: no error');
my $all_members = $node->safe_psql('plain', $members);
cmp_ok($all_members, '>', 300, 'there is much to install');
is($node->safe_psql($_, $members), $all_members, "... all of it is in $_") for @eight;
add_ledger($node, $eight[7], 10);
posted_exactly($node, $eight[7], $today, "... and $eight[7] is served");

#
# No slot for a biller: a parallel query has the only one.
#
configure($node, 'max_worker_processes' => 3, 'max_logical_replication_workers' => 1, 'max_parallel_workers_per_gather' => 1,
    'lead_roi.databases' => '');
$node->restart;
my $hog = $node->background_psql('postgres', on_error_stop => 0);
my $force = $node->safe_psql('postgres', q{SELECT name FROM pg_settings WHERE name IN ('force_parallel_mode', 'debug_parallel_query')});
$hog->query_until(qr/sleeping/, "SET $force = on;\n\\echo sleeping\nSELECT pg_sleep(600);\n");
ok($node->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_stat_activity WHERE backend_type = 'parallel worker'}), 'all slots are taken');
my $slots = -s $node->logfile;
$today = '2024-06-30';
configure($node, 'lead_roi.testing_today' => $today, 'lead_roi.databases' => 'plain, later');
waits_for_reason($node, 'plain', 'no background worker could be started', 'no slot: the reason is told');
like($node->safe_psql('plain', 'SELECT mend FROM marketing.worker_status'), qr/max_worker_processes/, 'no slot: and the setting');
# Two more checks are seen by what they say of a database that comes and goes.
$log = -s $node->logfile;
runs_at_once('CREATE DATABASE later');
$node->wait_for_log(qr/found no free worker slot for database "later"/, $log);
runs_at_once('DROP DATABASE later');
$node->wait_for_log(qr/skips database "later"/, $log);
is(count_in_log($node, 'found no free worker slot for database "plain"', $slots), 1, 'no slot: logged once');
is($node->safe_psql('plain', "SELECT count(*) > 0 FROM marketing.overdue_expense"), 't', 'no slot: something is overdue');
$node->safe_psql('postgres', q{SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' AND backend_type = 'client backend' AND pid <> pg_backend_pid()});
posted_exactly($node, 'plain', $today, 'a slot is free again');
is(count_in_log($node, 'found no free worker slot for database "plain"', $slots), 1, 'no slot: logged once until then');
$hog->{run}->kill_kill;

$node->stop;
done_testing();

# The launcher's process id.
sub launcher
{
    return $node->safe_psql('postgres', q{SELECT pid FROM pg_stat_activity WHERE backend_type = 'lead_roi launcher'});
}
