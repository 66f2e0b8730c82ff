# Nobody gains rights through the worker: not by a trigger, a function, an operator or a setting
# planted where the worker comes by, nor by a ledger of his own. It acts as the owner of each ledger,
# and what one of them does to it keeps it from no other.
use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Utils;
use Test::More;

use LeadRoi qw(worker_settings configure add_ledger posted_exactly waits_for_reason worker_log count_in_log expansion_differences);
use Hostile qw(start_node add_database ran_since attempt attempts_give $plant $types);

my $today = '2024-03-31';
my $node = start_node('worker_security', worker_settings($today));
my $database = 'plants';
add_database($database);
$node->safe_psql($database, 'CREATE EXTENSION lead_roi');
my $log;

# A ledger of Anna's, in which Eve was given the right to create triggers, by a careless GRANT ALL for
# example. The worker doesn't come by until all is planted.
sub add_target
{
    my ($ledger) = @_;
    send_worker_away();
    add_ledger($node, $database, 20, ledger => $ledger, owner => 'lead_roi_test_anna');
    $node->safe_psql($database, "GRANT USAGE ON SCHEMA $ledger TO lead_roi_test_eve; GRANT TRIGGER ON ALL TABLES IN SCHEMA $ledger TO lead_roi_test_eve");
    return;
}

# Have no database looked after until further notice.
sub send_worker_away
{
    configure($node, 'lead_roi.databases' => undef);
    $node->poll_query_until('postgres', q{SELECT current_setting('lead_roi.databases') = '' AND NOT EXISTS (SELECT FROM pg_stat_activity WHERE backend_type = 'lead_roi biller')})
      or die 'the biller stays';
    return;
}

# Have the worker come by, and remember where its log begins.
sub have_checked
{
    $log = -s $node->logfile;
    configure($node, 'lead_roi.databases' => $database);
    return;
}

# What Eve plants with the right to create triggers, in the ledger @.
my %plants = (
    trigger => q{
CREATE TRIGGER planted BEFORE INSERT ON @.expense FOR EACH ROW EXECUTE FUNCTION eve.run_by_trigger()},
    trigger_on_posting => q{
CREATE TRIGGER planted AFTER INSERT ON @.posting FOR EACH STATEMENT EXECUTE FUNCTION eve.run_by_trigger()},
    trigger_on_run => q{
CREATE TRIGGER planted AFTER INSERT ON @.posting_run FOR EACH ROW EXECUTE FUNCTION eve.run_by_trigger()},
    deferred_trigger => q{
CREATE CONSTRAINT TRIGGER planted AFTER INSERT ON @.expense DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION eve.run_by_trigger()},
    trigger_condition => q{
CREATE TRIGGER planted BEFORE INSERT ON @.expense FOR EACH ROW WHEN (eve.run()) EXECUTE FUNCTION suppress_redundant_updates_trigger()} =~ s/suppress_redundant_updates_trigger/eve.run_by_trigger/r,
    operator_in_trigger_condition => q{
CREATE FUNCTION eve.always(bigint, bigint) RETURNS boolean LANGUAGE sql AS 'SELECT eve.run()';
CREATE OPERATOR eve.<-> (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = eve.always);
CREATE TRIGGER planted BEFORE INSERT ON @.expense
    FOR EACH ROW WHEN (NEW.lead_source_id OPERATOR(eve.<->) NEW.expense_id) EXECUTE FUNCTION eve.run_by_trigger()},
    security_definer_that_changes => q{
CREATE FUNCTION eve.harmless() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    PERFORM eve.run();
    RETURN NEW;
END
$$;
CREATE FUNCTION eve.change_it() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    ALTER FUNCTION eve.harmless() SECURITY INVOKER;
    RETURN NEW;
END
$$;
CREATE TRIGGER planted_first BEFORE INSERT ON @.posting FOR EACH STATEMENT EXECUTE FUNCTION eve.change_it();
CREATE TRIGGER planted_next BEFORE INSERT ON @.expense FOR EACH ROW EXECUTE FUNCTION eve.harmless()},
    settings => q{
CREATE FUNCTION eve.change_settings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM eve.run();
    SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY;
    SET row_security = on;
    SET lock_timeout = 1;
    SET statement_timeout = 1;
    SET exit_on_error = on;
    SET work_mem = '64kB';
    SET enable_indexscan = off;
    SET default_transaction_isolation = serializable;
    RETURN NULL;
END
$$;
CREATE TRIGGER planted AFTER INSERT ON @.posting_run FOR EACH ROW EXECUTE FUNCTION eve.change_settings()},
    search_path => q{
CREATE FUNCTION eve.change_path() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM eve.run();
    SET search_path = eve, pg_catalog;
    RETURN NULL;
END
$$;
CREATE FUNCTION eve.equal(oid, oid) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    PERFORM eve.run();
    RETURN pg_catalog.oideq($1, $2);
END
$$;
CREATE OPERATOR eve.= (LEFTARG = oid, RIGHTARG = oid, FUNCTION = eve.equal);
CREATE TRIGGER planted AFTER INSERT ON @.expense FOR EACH ROW EXECUTE FUNCTION eve.change_path()},
    other_role => q{
CREATE FUNCTION eve.try(command text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE command;
    RAISE LOG 'planted code came through with %', command;
    PERFORM eve.run();
EXCEPTION
    WHEN OTHERS THEN
        NULL;
END
$$;
CREATE FUNCTION eve.change_role() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM eve.run();
    PERFORM eve.try('SET ROLE NONE');
    PERFORM eve.try('RESET ROLE');
    PERFORM eve.try('SET ROLE postgres');
    PERFORM eve.try('SET SESSION AUTHORIZATION DEFAULT');
    PERFORM eve.try('SET SESSION AUTHORIZATION postgres');
    PERFORM eve.try('SELECT set_config(''role'', ''postgres'', false)');
    PERFORM eve.try('SELECT set_config(''session_authorization'', ''postgres'', false)');
    PERFORM eve.try('SELECT set_config(''session_replication_role'', ''replica'', false)');
    PERFORM eve.try('SELECT set_config(''lead_roi.testing_today'', ''9999-12-31'', false)');
    PERFORM eve.try('CREATE TEMPORARY TABLE pg_extension (oid oid, extversion text, extowner oid)');
    PERFORM eve.try('DECLARE kept CURSOR WITH HOLD FOR SELECT eve.run()');
    PERFORM eve.try('DISCARD ALL');
    PERFORM eve.try('COMMIT');
    PERFORM eve.try('ALTER SYSTEM SET lead_roi.naptime = 1');
    PERFORM eve.try('ALTER SCHEMA lead_roi RENAME TO mine');
    PERFORM eve.try('COPY (SELECT 1) TO PROGRAM ''true''');
    PERFORM eve.try('SELECT pg_terminate_backend(launcher_pid) FROM other_role.worker_status');
    PERFORM eve.try('SELECT pg_terminate_backend(pg_backend_pid())');
    RETURN NEW;
END
$$;
CREATE TRIGGER planted BEFORE INSERT ON @.expense FOR EACH ROW EXECUTE FUNCTION eve.change_role()},
);

#
# Eve's code runs, as everybody's trigger does, but only with the rights of the owner of the ledger: all is
# posted, and Eve gains nothing.
#
configure($node, 'lead_roi.batch_size' => 10);
for my $name (sort keys %plants)
{
    add_target($name);
    attempts_give($database, 'eve', $plants{$name} =~ s/@/$name/gr => '');
    have_checked();
    posted_exactly($node, $database, $today, $name, $name);
    my $role = $name eq 'security_definer_that_changes' ? '(lead_roi_test_anna|lead_roi_test_eve|lead_roi_test_anna,lead_roi_test_eve)' : 'lead_roi_test_anna';
    like(ran_since($log), qr/^$role; gained nothing$/, "$name: what was planted runs with the rights of the ledger's owner");
    unlike(slurp_file($node->logfile, $log), qr/came through with/, "$name: it came through with nothing that is forbidden");
}

# A trigger that has others deferred to the commit, which comes with other rights: the server refuses.
add_target('deferring');
attempts_give($database, 'eve', q{
CREATE FUNCTION eve.defer() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN SET CONSTRAINTS ALL DEFERRED; RETURN NEW; END';
CREATE TRIGGER planted BEFORE INSERT ON deferring.expense FOR EACH ROW EXECUTE FUNCTION eve.defer();
CREATE CONSTRAINT TRIGGER planted_late AFTER INSERT ON deferring.expense DEFERRABLE FOR EACH ROW EXECUTE FUNCTION eve.run_by_trigger()} => '');
have_checked();
ok($node->poll_query_until($database, 'SELECT count(*) > 0 AND count(*) = count(sqlstate) FROM deferring.overdue_expense'), 'deferring: nothing is posted, and overdue_expense has the errors');
is(ran_since($log), 'nobody; gained nothing', 'deferring: and nothing runs at the commit');
$node->safe_psql($database, 'DROP SCHEMA deferring CASCADE');

#
# Anna plants what only an owner can, to become a superuser. It runs as Anna.
#
my %of_owner = (
    view => q{DO $$ BEGIN EXECUTE format('CREATE OR REPLACE VIEW @.recurring_expense_terms AS SELECT * FROM (%s) AS own WHERE eve.run()',
        rtrim(pg_get_viewdef('@.recurring_expense_terms'::regclass), ';')); END $$},
    rule => q{DO $$ BEGIN EXECUTE format('CREATE OR REPLACE RULE "_RETURN" AS ON SELECT TO @.recurring_expense_terms DO INSTEAD SELECT * FROM (%s) AS own WHERE eve.run()',
        rtrim(pg_get_viewdef('@.recurring_expense_terms'::regclass), ';')); END $$},
    index => 'CREATE INDEX ON @.amount_change (effective_on) WHERE eve.run_immutably()',
    index_of_expenses => 'CREATE INDEX ON @.expense ((eve.run_immutably())) WHERE eve.run_immutably()',
    policy => 'ALTER TABLE @.recurring_expense ENABLE ROW LEVEL SECURITY; CREATE POLICY planted ON @.recurring_expense USING (eve.run());
        ALTER TABLE @.expense ADD CONSTRAINT planted CHECK (eve.run())',
    default => 'ALTER TABLE @.expense ADD planted boolean DEFAULT eve.run()',
);
for my $name (map { "of_owner_$_" } sort keys %of_owner)
{
    add_target($name);
    attempts_give($database, 'anna', $of_owner{ $name =~ s/of_owner_//r } =~ s/@/$name/gr => '');
    have_checked();
    {
        # What a superuser reads in there would run with his rights.
        local $ENV{PGUSER} = 'lead_roi_test_anna';
        posted_exactly($node, $database, $today, $name, $name);
    }
    is(ran_since($log), 'lead_roi_test_anna; gained nothing', "$name: it runs as Anna");
}

#
# Given away to Eve, any of them would run her code as Anna; the worker stands aside. So it does in a
# superuser's ledger. One line in the log, however many checks there are; and once it is mended all is posted.
#
$node->safe_psql($database, 'GRANT CREATE ON DATABASE plants TO lead_roi_test_eve');
my %given_away = (
    terms => [ 'ALTER VIEW @.recurring_expense_terms OWNER TO lead_roi_test_eve', 'not all relations of the ledger belong to the owner',
        q{DO $$ BEGIN EXECUTE format('CREATE OR REPLACE VIEW @.recurring_expense_terms AS SELECT * FROM (%s) AS own WHERE eve.run()', rtrim(pg_get_viewdef('@.recurring_expense_terms'::regclass), ';')); END $$},
        'ALTER VIEW @.recurring_expense_terms OWNER TO lead_roi_test_anna' ],
    amount_change => [ 'ALTER TABLE @.amount_change OWNER TO lead_roi_test_eve', 'not all relations of the ledger belong to the owner',
        'CREATE INDEX ON @.amount_change (effective_on) WHERE eve.run_immutably()', 'DROP INDEX @.amount_change_effective_on_idx; ALTER TABLE @.amount_change OWNER TO lead_roi_test_anna' ],
    expense => [ 'ALTER TABLE @.expense OWNER TO lead_roi_test_eve', 'not all relations of the ledger belong to the owner',
        'ALTER TABLE @.expense ADD CONSTRAINT planted CHECK (eve.run())', 'ALTER TABLE @.expense DROP CONSTRAINT planted, OWNER TO lead_roi_test_anna' ],
    lead_source => [ 'ALTER TABLE @.lead_source OWNER TO lead_roi_test_eve', 'not all relations of the ledger belong to the owner',
        'ALTER TABLE @.lead_source ENABLE ROW LEVEL SECURITY; CREATE POLICY planted ON @.lead_source USING (eve.run())', 'DROP POLICY planted ON @.lead_source; ALTER TABLE @.lead_source DISABLE ROW LEVEL SECURITY, OWNER TO lead_roi_test_anna' ],
    type => [ 'ALTER TYPE @.lead_roi_ledger OWNER TO lead_roi_test_eve', 'not all relations of the ledger belong to the owner',
        q{ALTER TYPE @.lead_roi_ledger ADD VALUE 'planted'}, 'ALTER TYPE @.lead_roi_ledger OWNER TO lead_roi_test_anna' ],
    superuser => [ 'ALTER SCHEMA @ OWNER TO postgres; CREATE TRIGGER planted BEFORE INSERT ON @.expense FOR EACH ROW EXECUTE FUNCTION eve.run_by_trigger()', 'the ledger belongs to a superuser',
        'SELECT 1 AS nothing WHERE false', 'DROP TRIGGER planted ON @.expense; ALTER SCHEMA @ OWNER TO lead_roi_test_anna' ],
);
for my $name (sort keys %given_away)
{
    my ($given, $reason, $planted, $mended) = map { s/@/given_$name/gr } @{ $given_away{$name} };
    my $ledger = "given_$name";
    add_target($ledger);
    $node->safe_psql($database, "GRANT CREATE ON SCHEMA $ledger TO lead_roi_test_eve; $given; SET ROLE lead_roi_test_eve; $planted; RESET ROLE; REVOKE CREATE ON SCHEMA $ledger FROM lead_roi_test_eve");
    have_checked();
    # Asked of the function, as the view would read the tables, and run what is planted.
    ok($node->poll_query_until($database, "SELECT reason ~ '$reason' FROM lead_roi.worker_state(NULL::$ledger.lead_roi_ledger)"), "$ledger: the reason is told");
    checks_pass($ledger, 2);
    is(ran_since($log), 'nobody; gained nothing', "$ledger: nothing planted runs");
    is($node->safe_psql($database, "SELECT count(*) FROM $ledger.posting"), 0, "$ledger: nothing is posted");
    is(count_in_log($node, "posts nothing in ledger $ledger of database \"plants\"", $log), 1, "$ledger: logged once");
    is(count_in_log($node, 'WARNING|ERROR|FATAL', $log), 1, "$ledger: and nothing else is");
    $node->safe_psql($database, $mended);
    posted_exactly($node, $database, $today, "$ledger, mended", $ledger);
}

#
# Fake ledgers and hostile ones, first in the alphabet: they run nothing with other rights than their
# owner's, and the ledgers behind them are served.
#
add_database('fakes');
$node->safe_psql('fakes', 'CREATE EXTENSION lead_roi');
$log = -s $node->logfile;
attempts_give('fakes', 'eve',
    q{CREATE SCHEMA a_zone; CREATE TYPE a_zone.lead_roi_ledger AS ENUM ('version 1.0', 'decimals 2', 'time zone Nowhere/Land')} => '',
    q{CREATE SCHEMA a_label; CREATE TYPE a_label.lead_roi_ledger AS ENUM ('version '';--', 'decimals -1', 'time zone $', 'currency ')} => '',
    q{CREATE SCHEMA a_view; CREATE TYPE a_view.lead_roi_ledger AS ENUM ('version 1.0', 'decimals 2', 'time zone UTC');
      CREATE VIEW a_view.recurring_expense AS SELECT date '2024-01-01' AS next_bill_on, date '2024-01-01' AS posted_through WHERE eve.run()} => '',
    # In a schema of Dora's and anybody's, as public was once: relations of Eve's, which Dora's rights would read.
    q{CREATE TYPE public.lead_roi_ledger AS ENUM ('version 1.0', 'decimals 2', 'time zone Nowhere/Land')} => '',
    q{CREATE TABLE public.posting_run (posting_run_id bigint, started_at timestamptz, finished_at timestamptz, as_of date, posted bigint, failed bigint, sqlstate text, message text, unposted bigint);
      CREATE TRIGGER planted BEFORE INSERT ON public.posting_run FOR EACH ROW EXECUTE FUNCTION eve.run_by_trigger(); GRANT ALL ON public.posting_run TO PUBLIC} => '');
add_ledger($node, 'fakes', 20, ledger => 'zzz', owner => 'lead_roi_test_anna');
configure($node, 'lead_roi.databases' => 'fakes');
posted_exactly($node, 'fakes', $today, 'behind fake ledgers', 'zzz');
checks_pass('zzz', 3, 'fakes');
is(ran_since($log), 'lead_roi_test_eve; gained nothing', 'fake ledgers run as Eve at most');
unlike(slurp_file($node->logfile, $log), qr/background worker "lead_roi biller.*exited/, 'and no biller has died of them');
like(worker_log($node, $log), qr/failed in ledger a_zone of database "fakes"/, 'the log tells that one has failed');
cmp_ok(count_in_log($node, 'a_zone', $log), '<=', 3, 'and not at every check');
my $first_check = $log;
# The same type in public, now with a time zone, and all that it takes to be read.
attempts_give('fakes', 'eve', q{ALTER TYPE public.lead_roi_ledger RENAME VALUE 'time zone Nowhere/Land' TO 'time zone UTC'} => '',
    join(';', map { "CREATE VIEW public.$_ AS SELECT date '2024-01-01' AS next_bill_on, date '2024-01-01' AS posted_through, 1 AS recurring_expense_id WHERE eve.run(); GRANT ALL ON public.$_ TO PUBLIC" }
        qw(recurring_expense recurring_expense_terms amount_change posting expense posting_failure lead_source)) => '');
$node->safe_psql('fakes', 'DROP SCHEMA a_view CASCADE');
$log = -s $node->logfile;
configure($node, 'lead_roi.naptime' => '2s');
checks_pass('zzz', 2, 'fakes');
is(ran_since($log), 'nobody; gained nothing', 'relations of Eve\'s in a schema of others are not read');
is(count_in_log($node, 'posts nothing in ledger public of database "fakes": not all', $first_check), 1, 'and the log says why, once');

# A ledger that ends the biller: the setting makes each error fatal.
configure($node, 'lead_roi.databases' => undef, 'lead_roi.naptime' => '1s');
$today = '2024-04-30';
add_ledger($node, 'fakes', 3, ledger => 'aaa', owner => 'lead_roi_test_eve');
attempts_give('fakes', 'eve', q{
CREATE FUNCTION eve.die() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN SET exit_on_error = on; RAISE EXCEPTION ''dying''; END';
CREATE TRIGGER planted BEFORE INSERT ON aaa.expense FOR EACH ROW EXECUTE FUNCTION eve.die()} => '');
$log = -s $node->logfile;
configure($node, 'lead_roi.databases' => 'fakes', 'lead_roi.testing_today' => $today);
my $deaths = 'background worker "lead_roi biller" \(PID \d+\) exited with exit code 1';
# Twice it may die; then the ledger is left alone, and the reload spares the test the minute that the database is.
$node->wait_for_log(qr/$deaths.*$deaths/s, $log);
configure($node, 'lead_roi.naptime' => '2s');
posted_exactly($node, 'fakes', $today, 'behind a ledger that kills the biller', 'zzz');
waits_for_reason($node, 'fakes', 'ended with an error, see the server log', 'the ledger that kills it says so', 'aaa');
is($node->safe_psql('fakes', 'SELECT count(*) FROM aaa.posting'), 0, 'and has nothing posted');

#
# Functions and operators with the names of those that posting uses are not called, wherever they
# lie and whatever search_path the database has. Some are better matches for the arguments.
#
configure($node, 'lead_roi.databases' => undef, 'lead_roi.batch_size' => undef);
add_database('planted');
attempts_give('planted', 'eve', $plant =~ s/@/eve/gr => '', $plant =~ s/@/public/gr => '', $types => '');
add_ledger($node, 'planted', 20, owner => 'lead_roi_test_anna');
$node->safe_psql('planted', 'GRANT ALL ON SCHEMA marketing TO lead_roi_test_eve');
attempts_give('planted', 'eve', $plant =~ s/@/marketing/gr => '');
$node->safe_psql('planted', 'ALTER DATABASE planted SET search_path = marketing, eve, public, lead_roi, pg_catalog');
$log = -s $node->logfile;
configure($node, 'lead_roi.databases' => 'planted');
# Not with the planted operators in the path of the test's own queries.
{
    local $ENV{PGOPTIONS} = '-c search_path=pg_catalog';
    posted_exactly($node, 'planted', $today, 'planted functions');
    is(ran_since($log), 'nobody; gained nothing', 'planted functions: none is called');
}

#
# Who was granted nothing reads nothing of a ledger; the text of an error is for its owner and for
# who monitors the server.
#
is($node->safe_psql('fakes', q{
SELECT string_agg(oid::regclass::text, ' ') FROM pg_class
WHERE relnamespace = 'zzz'::regnamespace AND relkind IN ('r', 'v', 'S')
      AND (has_table_privilege('lead_roi_test_eve', oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, TRIGGER, REFERENCES'))}), '', 'no table or view is granted to all');
# Row-level security hides no recurring expense from the worker: it fails, and says so.
$today = '2024-05-31';
$node->safe_psql('fakes', q{DROP SCHEMA aaa CASCADE; ALTER TABLE zzz.recurring_expense ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
    GRANT USAGE ON SCHEMA zzz TO lead_roi_test_cron, lead_roi_test_dora; GRANT SELECT ON zzz.worker_status TO lead_roi_test_cron, lead_roi_test_dora; GRANT pg_monitor TO lead_roi_test_cron});
$log = -s $node->logfile;
configure($node, 'lead_roi.databases' => 'fakes', 'lead_roi.testing_today' => $today);
waits_for_reason($node, 'fakes', 'ended with an error: query would be affected by row-level security', 'forced row-level security: the reason is told', 'zzz');
like(worker_log($node, $log), qr/failed in ledger zzz of database "fakes": query would be affected by row-level security/, 'and logged');
attempts_give('fakes', 'anna', q{SELECT reason LIKE '%row-level security%' FROM zzz.worker_status} => 't');
attempts_give('fakes', 'cron', q{SELECT reason LIKE '%row-level security%' FROM zzz.worker_status} => 't');
attempts_give('fakes', 'dora', q{SELECT reason FROM zzz.worker_status} => 'the last check ended with an error, see the server log');
$node->safe_psql('fakes', 'ALTER TABLE zzz.recurring_expense DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY');
configure($node, 'lead_roi.naptime' => '1s');
posted_exactly($node, 'fakes', $today, 'without it', 'zzz');

$node->stop;
done_testing();

# Wait until so many more checks of a ledger have come to an end.
sub checks_pass
{
    my ($ledger, $checks, $in) = @_;
    my $state = "FROM lead_roi.worker_state(NULL::$ledger.lead_roi_ledger)";
    $in //= $database;
    for (1 .. $checks)
    {
        my $last = $node->safe_psql($in, "SELECT coalesce(checked_at, '-infinity') $state");
        $node->poll_query_until($in, "SELECT checked_at > '$last' $state") or die 'no check';
    }
    return;
}
