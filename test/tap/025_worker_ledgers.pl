# Several ledgers of several owners in one database: each is posted as its owner, and none that fails,
# is locked, can't be served or goes away keeps the others from being posted.
use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time);

use LeadRoi qw(new_worker_node configure set_today add_ledger posted_exactly wait_all_posted expansion_differences
  create_holds hold_at release_holds wait_for_biller waits_for_reason count_in_log biller_waits_for_lock);

my $node = new_worker_node('ledgers', '2024-01-31', q{lead_roi.databases = ''}, 'lead_roi.batch_size = 20');
my $superuser = $node->safe_psql('postgres', 'SELECT current_user');
my $month = 1;

# The first column of the only row.
sub value
{
    my ($query) = @_;
    return $node->safe_psql('postgres', $query);
}

# Make it the next month, which has the worker check at once; the day.
sub next_month
{
    $month++;
    my $today = sprintf '%d-%02d-28', 2024 + int(($month - 1) / 12), ($month - 1) % 12 + 1;
    set_today($node, $today);
    return $today;
}

# Test that these ledgers are posted, and that nothing is said against them.
sub served
{
    my ($today, $name, @ledgers) = @_;
    for my $ledger (@ledgers)
    {
        posted_exactly($node, 'postgres', $today, "$name: $ledger", $ledger);
        ok($node->poll_query_until('postgres', "SELECT reason IS NULL FROM $ledger.worker_status"), "$name: nothing keeps $ledger");
    }
    return;
}

#
# Owners: two roles, a role that can't log in, and whoever owns the database, as for a superuser.
#
$node->safe_psql('postgres', 'CREATE ROLE anna LOGIN; CREATE ROLE "Bert" LOGIN; CREATE ROLE team');
my %owner = (alpha => 'anna', beta => 'Bert', gamma => 'team', omega => undef);
add_ledger($node, 'postgres', 10, ledger => $_, owner => $owner{$_}) for sort keys %owner;
$node->safe_psql('postgres', <<'SQL');
CREATE TABLE public.seen (ledger name, role name, session name, superuser boolean);
GRANT INSERT ON public.seen TO PUBLIC;
CREATE FUNCTION public.look() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    INSERT INTO public.seen
    SELECT TG_TABLE_SCHEMA, current_user, session_user, rolsuper FROM pg_roles WHERE rolname = current_user;
    RETURN NEW;
END
$$;
SQL
for my $ledger (sort keys %owner)
{
    $node->safe_psql('postgres', "CREATE TRIGGER look BEFORE INSERT ON $ledger.$_ FOR EACH ROW EXECUTE FUNCTION public.look()")
      for qw(posting expense posting_run);
}
configure($node, 'lead_roi.databases' => 'postgres');
served('2024-01-31', 'owners', sort keys %owner);
is(value('SELECT DISTINCT ledger, role, superuser FROM public.seen ORDER BY ledger'),
    join("\n", 'alpha|anna|f', 'beta|Bert|f', 'gamma|team|f', 'omega|pg_database_owner|f'), 'owners: each ledger is posted as its owner, none as a superuser');
is(value(q{SELECT ledger, count(*) = 3 FROM (SELECT DISTINCT ledger, role FROM public.seen) AS seen, pg_trigger
           WHERE tgname = 'look' AND tgrelid::regclass::text LIKE ledger || '.%' GROUP BY ledger ORDER BY ledger}),
    join("\n", map { "$_|t" } sort keys %owner), 'owners: by triggers on three tables of each');
is(value('SELECT last_run_posted = (SELECT count(*) FROM beta.posting) FROM beta.worker_status'), 't', 'owners: worker_status is about the ledger that it is in');

#
# A superuser's ledger, and one whose tables belong to several roles: left alone, with the reason.
#
# Give all of a ledger to a role.
sub give
{
    my ($ledger, $role) = @_;
    $node->safe_psql('postgres', qq{ALTER SCHEMA $ledger OWNER TO $role;
DO \$\$
DECLARE
    relation regclass;
BEGIN
    FOR relation IN SELECT oid FROM pg_class WHERE relnamespace = '$ledger'::regnamespace AND relkind IN ('r', 'v') LOOP
        EXECUTE format('ALTER TABLE %s OWNER TO $role', relation);
    END LOOP;
END
\$\$});
    return;
}

my $log = -s $node->logfile;
my $before = value('SELECT count(*) FROM omega.posting');
give('omega', $superuser);
$node->safe_psql('postgres', 'ALTER TABLE gamma.expense OWNER TO anna');
my $today = next_month();
served($today, 'superuser and mixed owners', qw(alpha beta));
waits_for_reason($node, 'postgres', 'the ledger belongs to a superuser', 'superuser: the reason is told', 'omega');
like(value('SELECT mend FROM omega.worker_status'), qr/^Run ALTER SCHEMA omega OWNER TO pg_database_owner/, 'superuser: and what to do');
is(value(q{SELECT row_key FROM omega.reconciliation WHERE violation = 'worker_stands_aside'}), value('SELECT reason FROM omega.worker_status'),
    'superuser: it is a violation');
waits_for_reason($node, 'postgres', 'not all relations of the ledger belong to the owner', 'mixed owners: the reason is told', 'gamma');
is(value('SELECT overdue_expenses > 0 FROM omega.worker_status'), 't', 'superuser: something is due');
is(value('SELECT overdue_expenses > 0 FROM gamma.worker_status'), 't', 'mixed owners: something is due');
my $check = value('SELECT greatest(omega.last_check_at, gamma.last_check_at) FROM omega.worker_status AS omega, gamma.worker_status AS gamma');
$node->poll_query_until('postgres', "SELECT last_check_at > '$check' FROM $_.worker_status") for qw(omega gamma);
is(value('SELECT count(*) FROM omega.posting'), $before, 'superuser: nothing is posted');
is(value("SELECT count(*) FROM gamma.posting WHERE bill_on > '2024-01-31'"), 0, 'mixed owners: nothing is posted');
is(count_in_log($node, 'WARNING:  lead_roi posts nothing in ledger omega of database "postgres": the ledger belongs to a superuser', $log), 1, 'superuser: one warning');
is(count_in_log($node, 'WARNING:  lead_roi posts nothing in ledger gamma of database "postgres": not all', $log), 1, 'mixed owners: one warning');
is(count_in_log($node, 'ERROR|FATAL|failed', $log), 0, 'and nothing else goes wrong');
give('omega', 'pg_database_owner');
$node->safe_psql('postgres', 'ALTER TABLE gamma.expense OWNER TO team');
served($today, 'as the hints say', sort keys %owner);

# Owned by a superuser is whoever is one now.
$node->safe_psql('postgres', 'ALTER ROLE team SUPERUSER');
$today = next_month();
waits_for_reason($node, 'postgres', 'the ledger belongs to a superuser', 'a role that becomes a superuser: the reason is told', 'gamma');
served($today, 'a role that becomes a superuser', qw(alpha beta omega));
$node->safe_psql('postgres', 'ALTER ROLE team NOSUPERUSER');
served($today, 'and no longer is one', 'gamma');

#
# One ledger always fails, another one ends every biller that comes near it, a third is locked, and
# all three come first by name. The others are posted, and each tells its own reason.
#
add_ledger($node, 'postgres', 5, ledger => $_, owner => 'anna') for qw(a_failing a_deadly a_locked);
served($today, 'before', qw(a_failing a_deadly a_locked));
$node->safe_psql('postgres', <<'SQL');
ALTER TABLE a_failing.posting_failure RENAME TO mislaid;
CREATE FUNCTION public.end_biller() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SET exit_on_error = on;
    RAISE EXCEPTION 'that is the end of the biller';
END
$$;
CREATE TRIGGER end_biller BEFORE INSERT ON a_deadly.posting FOR EACH STATEMENT EXECUTE FUNCTION public.end_biller();
GRANT USAGE ON SCHEMA a_failing TO "Bert";
GRANT SELECT ON a_failing.worker_status TO "Bert";
SQL
my $session = $node->background_psql('postgres');
$session->query_safe('BEGIN; LOCK TABLE a_locked.expense IN SHARE MODE');
$log = -s $node->logfile;
$today = next_month();
served($today, 'beside ledgers in trouble', sort keys %owner);
waits_for_reason($node, 'postgres', 'the last check ended with an error: relation "a_failing.posting_failure" does not exist',
    'failing: its own worker_status has the error', 'a_failing');
waits_for_reason($node, 'postgres', 'the last check ended with an error, see the server log', 'deadly: its own worker_status says that it failed', 'a_deadly');
waits_for_reason($node, 'postgres', 'another session holds a lock that the worker needs', 'locked: its own worker_status tells of the lock', 'a_locked');
is(value(q{SET ROLE "Bert"; SELECT reason FROM a_failing.worker_status}), 'the last check ended with an error, see the server log',
    'failing: the text of the error is not for another owner');
is(value(q{SELECT message FROM a_failing.posting_run ORDER BY posting_run_id DESC LIMIT 1}), 'relation "a_failing.posting_failure" does not exist',
    'failing: posting_run has it');
biller_waits_for_lock($node) or die 'the biller does not come back';
like(value('SELECT reason FROM a_locked.worker_status'), qr/holds a lock/, 'locked: told also while the next check waits for the lock');

# Whatever the three do, the others are looked after every second or so, and the three themselves are
# left alone after the second failure: no restart loop.
$node->poll_query_until('postgres', 'SELECT reason IS NULL FROM alpha.worker_status');
my $begin = time;
$node->safe_psql('postgres', qq{INSERT INTO $_.recurring_expense (lead_source_id, title, amount, starts_on) VALUES (1, 'late', 3, '$today')}) for sort keys %owner;
served($today, 'and again', sort keys %owner);
cmp_ok(time - $begin, '<', 40, 'and again: in time, not when the others give in');
is(count_in_log($node, 'background worker "lead_roi biller" .*exited with exit code 1', $log), 2, 'deadly: two billers died');
is(count_in_log($node, 'biller failed in ledger a_failing of database "postgres"', $log), 2, 'failing: failed twice');
is(count_in_log($node, 'biller failed in (?!ledger a_failing)', $log), 0, 'and no other did');

$session->query_safe('COMMIT');
$session->quit;
$node->safe_psql('postgres', 'ALTER TABLE a_failing.mislaid RENAME TO posting_failure; DROP TRIGGER end_biller ON a_deadly.posting');
$node->reload;
served($today, 'mended', qw(a_failing a_deadly a_locked), sort keys %owner);
is(value('SELECT count(*) FROM a_failing.posting_failure'), 0, 'mended: no recurring expense was blamed');

#
# Ledgers that are made, renamed and dropped while the biller is in a batch of another one.
#
configure($node, 'lead_roi.databases' => '');
$node->poll_query_until('postgres', q{SELECT count(*) = 0 FROM pg_stat_activity WHERE backend_type = 'lead_roi biller'});
add_ledger($node, 'postgres', 30, ledger => 'a_held');
create_holds($node, 'a_held');
$node->safe_psql('postgres', q{INSERT INTO a_held.recurring_expense (lead_source_id, title, amount, starts_on) SELECT 1, CASE n WHEN 10 THEN 'held' ELSE 'fee' END, 1, '2024-01-15' FROM generate_series(1, 20) AS n});
hold_at($node, 'after insert');
$log = -s $node->logfile;
$today = next_month();
configure($node, 'lead_roi.databases' => 'postgres');
wait_for_biller($node, 'PgSleep');
$node->safe_psql('postgres', <<'SQL');
SET client_min_messages = warning;
ALTER SCHEMA alpha RENAME TO "New Alpha";
SELECT lead_roi.drop_ledger('beta', drop_rows => true);
DROP SCHEMA a_locked CASCADE;
ALTER SCHEMA a_held RENAME TO renamed_while_held;
SQL
add_ledger($node, 'postgres', 7, ledger => 'alpha');
cmp_ok(value('SELECT count(*) FROM renamed_while_held.recurring_expense WHERE next_bill_on IS NOT NULL AND posted_through IS NULL'), '>', 0, 'in the middle of the ledger that is held');
release_holds($node);
posted_exactly($node, 'postgres', $today, 'made, renamed and dropped meanwhile: New Alpha', 'New Alpha');
served($today, 'made, renamed and dropped meanwhile', qw(alpha gamma omega renamed_while_held a_failing a_deadly));
# A batch whose ledger is renamed under it fails, and is repeated under the new name.
cmp_ok(count_in_log($node, 'biller failed in ledger a_held of database "postgres": relation "a_held\.\w+" does not exist', $log), '<=', 1, 'the batch is repeated');
is(count_in_log($node, 'ERROR|FATAL|failed in (?!ledger a_held )', $log), 0, 'and nothing else goes wrong');

# Dropped while the biller is in a batch of it: waits for the batch, and then it's gone.
hold_at($node, 'after insert');
$log = -s $node->logfile;
$node->safe_psql('postgres', q{INSERT INTO renamed_while_held.recurring_expense (lead_source_id, title, amount, starts_on) SELECT 1, CASE n WHEN 1 THEN 'held' ELSE 'fee' END, 1, '2024-01-15' FROM generate_series(1, 40) AS n});
wait_for_biller($node, 'PgSleep');
my $dropping = $node->background_psql('postgres');
$dropping->query_until(qr/dropping/, "SET client_min_messages = warning;\n\\echo dropping\nSELECT lead_roi.drop_ledger('renamed_while_held', drop_rows => true);\n");
ok($node->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_stat_activity WHERE query LIKE 'SELECT lead_roi.drop_ledger%' AND wait_event_type = 'Lock'}),
    'drop_ledger() waits for the batch');
release_holds($node);
ok($node->poll_query_until('postgres', q{SELECT count(*) = 0 FROM lead_roi.ledger WHERE ledger = 'renamed_while_held'}), 'and comes to its end');
$dropping->quit;
$today = next_month();
served($today, 'after it', qw(alpha gamma omega));
is(count_in_log($node, 'ERROR|FATAL|failed', $log), 0, 'nothing goes wrong in the log');

#
# A time zone that no longer exists, as after an update of the server's time zone data; by the clock,
# as a date for testing needs no zone.
#
$node->safe_psql('postgres', q{ALTER TYPE a_failing.lead_roi_ledger RENAME VALUE 'time zone UTC' TO 'time zone Mars/Base'});
# Months lie between the last date for testing and the clock's: they are to be looked at again, and not before.
configure($node, 'lead_roi.databases' => '');
$node->poll_query_until('postgres', q{SELECT count(*) = 0 FROM pg_stat_activity WHERE backend_type = 'lead_roi biller'});
$node->safe_psql('postgres', "UPDATE $_.recurring_expense SET posted_through = NULL") for qw(alpha gamma omega);
configure($node, 'lead_roi.testing_today' => undef, 'lead_roi.databases' => 'postgres');
waits_for_reason($node, 'postgres', 'the last check ended with an error: time zone "Mars/Base" does not exist', 'time zone: its own worker_status has the error', 'a_failing');
served(value(q{SELECT (now() AT TIME ZONE 'UTC')::date}), 'time zone: not that of the others', qw(alpha gamma omega));

$node->stop;
done_testing();
