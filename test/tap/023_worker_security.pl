# Nobody gains rights through the worker: not by a trigger, a function, an operator or a setting
# planted where the worker comes by, whether it posts as a superuser or as a role made for it.
use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Utils;
use Test::More;

use LeadRoi qw(new_node expansion_differences worker_settings configure add_ledger posted_exactly
  waits_for_reason worker_log count_in_log biller_waits_for_lock);

my $today = '2024-03-31';
my $node = new_node('security', worker_settings($today));

# Mallory was given the right to create triggers, by a careless GRANT ALL for example. Poster is the
# role made for the worker.
$node->safe_psql('postgres', 'CREATE ROLE mallory LOGIN; CREATE ROLE poster');

# A database with a ledger, in which Mallory is at home: mallory.escalate() tries to make Mallory a
# superuser and writes down as whom it ran.
sub add_target
{
    my ($database, $agreements) = @_;
    add_ledger($node, $database, $agreements // 20);
    $node->safe_psql($database, <<'SQL');
GRANT TRIGGER ON ALL TABLES IN SCHEMA lead_roi TO mallory;
CREATE SCHEMA mallory AUTHORIZATION mallory;
SET ROLE mallory;
GRANT USAGE ON SCHEMA mallory TO PUBLIC;
CREATE TABLE mallory.ran (role name);
GRANT INSERT ON mallory.ran TO PUBLIC;
CREATE FUNCTION mallory.escalate() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO mallory.ran VALUES (current_user);
    IF (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user) THEN
        ALTER ROLE mallory SUPERUSER;
    END IF;
END
$$;
CREATE FUNCTION mallory.escalate_by_trigger() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM mallory.escalate();
    RETURN NEW;
END
$$;
CREATE FUNCTION mallory.escalate_by_condition() RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    PERFORM mallory.escalate();
    RETURN false;
END
$$;
SQL
    return;
}

# What the documentation asks for: these rights are enough to post.
my $minimal_grants = <<'SQL';
GRANT USAGE ON SCHEMA lead_roi TO poster;
GRANT SELECT ON lead_roi.agreement TO poster;
GRANT SELECT, UPDATE (posted_through) ON lead_roi.recurring_expense TO poster;
GRANT SELECT, INSERT ON lead_roi.posting TO poster;
GRANT INSERT ON lead_roi.expense TO poster;
GRANT SELECT, INSERT, UPDATE, DELETE ON lead_roi.posting_failure, lead_roi.worker_run TO poster;
GRANT EXECUTE ON FUNCTION lead_roi.post_batch(date, integer, interval, date, bigint, bigint),
    lead_roi.post_agreements(bigint[], date, bigint),
    lead_roi.record_run(bigint, date, bigint, bigint, text, text, interval) TO poster;
SQL

# As whom Mallory's code has run, and whether Mallory is a superuser now (and then no longer).
sub outcome
{
    my ($database) = @_;
    my $ran = $node->safe_psql($database, q{SELECT coalesce(string_agg(DISTINCT role, ','), 'not run') FROM mallory.ran});
    my $gained = $node->safe_psql('postgres', q{SELECT CASE WHEN rolsuper THEN 'superuser' ELSE 'nothing' END FROM pg_roles WHERE rolname = 'mallory'});
    $node->safe_psql('postgres', 'ALTER ROLE mallory NOSUPERUSER');
    return "$ran; gained $gained";
}

# What Mallory plants with the right to create triggers.
my %plants = (
    'trigger' => q{
CREATE TRIGGER planted BEFORE INSERT ON lead_roi.expense FOR EACH ROW EXECUTE FUNCTION mallory.escalate_by_trigger()},
    'trigger_on_posting' => q{
CREATE TRIGGER planted AFTER INSERT ON lead_roi.posting FOR EACH STATEMENT EXECUTE FUNCTION mallory.escalate_by_trigger()},
    'deferred_trigger' => q{
CREATE CONSTRAINT TRIGGER planted AFTER INSERT ON lead_roi.expense DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION mallory.escalate_by_trigger()},
    'trigger_condition' => q{
CREATE TRIGGER planted BEFORE INSERT ON lead_roi.expense FOR EACH ROW WHEN (mallory.escalate_by_condition())
    EXECUTE FUNCTION suppress_redundant_updates_trigger()},
    'operator_in_trigger_condition' => q{
CREATE FUNCTION mallory.never(bigint, bigint) RETURNS boolean LANGUAGE sql AS 'SELECT mallory.escalate_by_condition()';
CREATE OPERATOR mallory.<-> (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = mallory.never);
CREATE TRIGGER planted BEFORE INSERT ON lead_roi.expense
    FOR EACH ROW WHEN (NEW.lead_source_id OPERATOR(mallory.<->) NEW.expense_id)
    EXECUTE FUNCTION suppress_redundant_updates_trigger()},
    'security_definer_that_changes' => q{
CREATE FUNCTION mallory.harmless() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    PERFORM mallory.escalate();
    RETURN NEW;
END
$$;
CREATE FUNCTION mallory.change_it() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    ALTER FUNCTION mallory.harmless() SECURITY INVOKER;
    RETURN NEW;
END
$$;
CREATE TRIGGER planted_first BEFORE INSERT ON lead_roi.posting FOR EACH STATEMENT EXECUTE FUNCTION mallory.change_it();
CREATE TRIGGER planted_next BEFORE INSERT ON lead_roi.expense FOR EACH ROW EXECUTE FUNCTION mallory.harmless()},
);

#
# The worker posts as the extension's owner, a superuser: it stands aside.
#
for my $plant (sort keys %plants)
{
    my $database = "owner_$plant";
    add_target($database);
    $node->safe_psql($database, "SET ROLE mallory; $plants{$plant}");
    my $log = -s $node->logfile;
    configure($node, 'lead_roi.databases' => $database);
    waits_for_reason($node, $database, 'trigger', "$database: the reason is told");
    is(outcome($database), 'not run; gained nothing', "$database: nothing planted runs");
    is($node->safe_psql($database, 'SELECT count(*) FROM lead_roi.posting'), 0, "$database: nothing is posted");
}

# A trigger that isn't committed yet can't be seen; the biller that waits for it must not run it.
add_target('owner_late');
my $mallory = $node->background_psql('owner_late');
$mallory->query_safe("SET ROLE mallory; BEGIN; $plants{trigger}");
configure($node, 'lead_roi.databases' => 'owner_late');
ok(biller_waits_for_lock($node), 'owner_late: the biller waits for the trigger to be created');
$mallory->query_safe('COMMIT');
$mallory->quit;
waits_for_reason($node, 'owner_late', 'trigger', 'owner_late: the reason is told');
is(outcome('owner_late'), 'not run; gained nothing', 'owner_late: nothing planted runs');

# Who owns a table can have functions called in many ways; a constraint is one.
add_target('owner_of_table');
$node->safe_psql('owner_of_table', q{
GRANT CREATE, USAGE ON SCHEMA lead_roi TO mallory;
ALTER TABLE lead_roi.expense OWNER TO mallory;
SET ROLE mallory;
ALTER TABLE lead_roi.expense ADD CONSTRAINT planted CHECK (mallory.escalate_by_condition() IS NOT NULL)});
configure($node, 'lead_roi.databases' => 'owner_of_table');
waits_for_reason($node, 'owner_of_table', 'belongs to a role that is not a superuser', 'owner_of_table: the reason is told');
is(outcome('owner_of_table'), 'not run; gained nothing', 'owner_of_table: nothing planted runs');

# One line in the log, however many checks there are; and once the trigger is gone all is posted.
my $log = -s $node->logfile;
add_target('owner_cleaned');
$node->safe_psql('owner_cleaned', "SET ROLE mallory; $plants{trigger}");
configure($node, 'lead_roi.databases' => 'owner_cleaned');
waits_for_reason($node, 'owner_cleaned', 'trigger', 'owner_cleaned: stands aside');
checks_pass('owner_cleaned', 2);
is(count_in_log($node, 'posts nothing in database "owner_cleaned"', $log), 1, 'owner_cleaned: logged once');
is(count_in_log($node, 'WARNING|ERROR|FATAL|biller', $log), 1, 'owner_cleaned: and nothing else is');
$node->safe_psql('owner_cleaned', 'DROP TRIGGER planted ON lead_roi.expense');
posted_exactly($node, 'owner_cleaned', $today, 'owner_cleaned: the trigger dropped');

# A superuser's own triggers run, whatever their security, and with a condition.
add_target('owner_triggers');
$node->safe_psql('owner_triggers', q{
CREATE TABLE public.audit (role name, title text);
CREATE FUNCTION public.audit() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    INSERT INTO public.audit VALUES (current_user, NEW.title);
    RETURN NEW;
END
$$;
CREATE FUNCTION public.audit_as_definer() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    INSERT INTO public.audit VALUES (current_user, NEW.title);
    RETURN NEW;
END
$$;
CREATE TRIGGER audit BEFORE INSERT ON lead_roi.expense FOR EACH ROW WHEN (NEW.amount > 0 AND NEW.title LIKE 'agreement%') EXECUTE FUNCTION public.audit();
CREATE TRIGGER audit_as_definer AFTER INSERT ON lead_roi.expense FOR EACH ROW EXECUTE FUNCTION public.audit_as_definer();
CREATE CONSTRAINT TRIGGER audit_at_commit AFTER INSERT ON lead_roi.expense DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.audit()});
configure($node, 'lead_roi.databases' => 'owner_triggers');
posted_exactly($node, 'owner_triggers', $today, "owner_triggers: a superuser's triggers are no obstacle");
is($node->safe_psql('owner_triggers', 'SELECT (SELECT count(*) FROM public.audit) = 3 * (SELECT count(*) FROM lead_roi.expense)'), 't',
    'owner_triggers: and they run');

#
# The worker posts as a role made for it. Mallory's code runs, as everybody's trigger does, but only
# with that role's rights: it posts all the same, and Mallory gains nothing.
#
configure($node, 'lead_roi.worker_role' => 'poster', 'lead_roi.batch_size' => 10);
$plants{settings} = q{
CREATE FUNCTION mallory.change_settings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM mallory.escalate();
    SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY;
    SET row_security = on;
    SET lock_timeout = 1;
    SET statement_timeout = 1;
    RETURN NULL;
END
$$;
CREATE TRIGGER planted AFTER INSERT ON lead_roi.expense FOR EACH ROW EXECUTE FUNCTION mallory.change_settings()};
$plants{search_path} = q{
CREATE FUNCTION mallory.change_path() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM mallory.escalate();
    SET search_path = mallory, pg_catalog;
    RETURN NULL;
END
$$;
CREATE FUNCTION mallory.equal(oid, oid) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    PERFORM mallory.escalate();
    RETURN pg_catalog.oideq($1, $2);
END
$$;
CREATE OPERATOR mallory.= (LEFTARG = oid, RIGHTARG = oid, FUNCTION = mallory.equal);
CREATE TRIGGER planted AFTER INSERT ON lead_roi.expense FOR EACH ROW EXECUTE FUNCTION mallory.change_path()};
$plants{other_role} = q{
CREATE FUNCTION mallory.try(command text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE command;
    PERFORM mallory.escalate();
EXCEPTION
    WHEN OTHERS THEN
        NULL;
END
$$;
CREATE FUNCTION mallory.change_role() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM mallory.escalate();
    PERFORM mallory.try('SET ROLE NONE');
    PERFORM mallory.try('RESET ROLE');
    PERFORM mallory.try('SET ROLE postgres');
    PERFORM mallory.try('SET SESSION AUTHORIZATION DEFAULT');
    PERFORM mallory.try('SET SESSION AUTHORIZATION postgres');
    PERFORM mallory.try('SELECT set_config(''role'', ''postgres'', false)');
    PERFORM mallory.try('SELECT set_config(''session_authorization'', ''postgres'', false)');
    PERFORM mallory.try('SELECT set_config(''session_replication_role'', ''replica'', false)');
    PERFORM mallory.try('CREATE TEMPORARY TABLE pg_extension (oid oid, extversion text, extowner oid)');
    PERFORM mallory.try('DISCARD ALL');
    PERFORM mallory.try('RESET ALL');
    PERFORM mallory.try('COMMIT');
    RETURN NEW;
END
$$;
CREATE TRIGGER planted BEFORE INSERT ON lead_roi.expense FOR EACH ROW EXECUTE FUNCTION mallory.change_role()};

for my $plant (sort keys %plants)
{
    my $database = "role_$plant";
    add_target($database);
    $node->safe_psql($database, "$minimal_grants; SET ROLE mallory; $plants{$plant}");
    configure($node, 'lead_roi.databases' => $database);
    # A condition that is false suppresses its trigger, not the row.
    posted_exactly($node, $database, $today, $database);
    my $role = $plant eq 'security_definer_that_changes' ? 'mallory|poster|mallory,poster' : 'poster';
    like(outcome($database), qr/^($role); gained nothing$/, "$database: what was planted runs with the worker role's rights");
}

#
# The worker role doesn't exist, has no rights, is dropped: told once, and mended without a restart.
# The other database is served all the time.
#
add_ledger($node, 'other', 3);
$node->safe_psql('other', $minimal_grants);
add_ledger($node, 'roles', 20);
my $launcher = launcher();

$log = -s $node->logfile;
configure($node, 'lead_roi.databases' => 'roles, other', 'lead_roi.worker_role' => 'Nobody There');
waits_for_reason($node, 'roles', 'lead_roi.worker_role does not exist', 'role missing: the reason is told');
checks_pass('roles', 2);
is(count_in_log($node, 'posts nothing in database "roles": role "Nobody There" does not exist', $log), 1, 'role missing: logged once');
is(count_in_log($node, 'WARNING|ERROR|FATAL|biller', $log), 2, 'role missing: and once for the other database');

$log = -s $node->logfile;
configure($node, 'lead_roi.worker_role' => 'poster');
posted_exactly($node, 'other', $today, 'role with rights in one database only');
waits_for_reason($node, 'roles', 'error', 'role without rights: the reason is told');
checks_pass('other', 3);
my $denied = count_in_log($node, 'failed in database "roles": permission denied', $log);
ok($denied >= 1 && $denied <= 2, 'role without rights: the error is logged, and not at every check');
$node->safe_psql('roles', $minimal_grants =~ s/GRANT INSERT ON lead_roi.expense/-- $&/r);
configure($node, 'lead_roi.naptime' => '2s');
waits_for_reason($node, 'roles', 'ended with an error: permission denied for table expense', 'role without one right: the reason is told');
is($node->safe_psql('roles', q{SELECT sqlstate, message FROM lead_roi.worker_run ORDER BY worker_run_id DESC LIMIT 1}),
    '42501|permission denied for table expense', 'role without one right: worker_run has the error');
is($node->safe_psql('roles', 'SELECT count(*) FROM lead_roi.posting'), 0, 'role without one right: nothing is posted by half');
$node->safe_psql('roles', "$minimal_grants; DELETE FROM lead_roi.posting_failure");
configure($node, 'lead_roi.naptime' => '1s');
posted_exactly($node, 'roles', $today, 'role with the documented rights');

# Row-level security hides no agreement from the worker: it fails, and says so.
$today = '2024-04-30';
$node->safe_psql('roles', 'ALTER TABLE lead_roi.recurring_expense ENABLE ROW LEVEL SECURITY');
$log = -s $node->logfile;
configure($node, 'lead_roi.testing_today' => $today);
waits_for_reason($node, 'roles', 'error', 'row-level security on agreements: the reason is told');
like(worker_log($node, $log), qr/failed in database "roles": query would be affected by row-level security/,
    'row-level security on agreements: the error is logged');
$node->safe_psql('roles', q{
ALTER TABLE lead_roi.recurring_expense DISABLE ROW LEVEL SECURITY;
ALTER TABLE lead_roi.expense ENABLE ROW LEVEL SECURITY;
CREATE POLICY everything ON lead_roi.expense USING (true)});
configure($node, 'lead_roi.naptime' => '2s');
$node->poll_query_until('roles', 'SELECT count(*) = count(sqlstate) FROM lead_roi.overdue_expense');
like($node->safe_psql('roles', 'SELECT DISTINCT sqlstate, message FROM lead_roi.overdue_expense'),
    qr/^42501.query would be affected by row-level security/, 'row-level security on expenses: overdue_expense has the error');
$node->safe_psql('postgres', 'ALTER ROLE poster BYPASSRLS');
$node->safe_psql('roles', 'DELETE FROM lead_roi.posting_failure');
configure($node, 'lead_roi.naptime' => '1s');
posted_exactly($node, 'roles', $today, 'a worker role that bypasses row-level security');

$log = -s $node->logfile;
$node->safe_psql($_, 'DROP OWNED BY poster')
  for split /\n/, $node->safe_psql('postgres', 'SELECT datname FROM pg_database WHERE datallowconn');
$node->safe_psql('postgres', 'DROP ROLE poster');
waits_for_reason($node, 'roles', 'lead_roi.worker_role does not exist', 'role dropped: the reason is told');
checks_pass('roles', 2);
is(count_in_log($node, 'posts nothing in database "roles": role "poster" does not exist', $log), 1, 'role dropped: logged once');
is(launcher(), $launcher, 'the launcher has survived all this');

#
# Functions and operators with the names of those that posting uses are not called, wherever they
# lie and whatever search_path the database has. Some are better matches for the arguments.
#
configure($node, 'lead_roi.worker_role' => undef, 'lead_roi.batch_size' => undef);
add_target('planted');
$node->safe_psql('planted', <<'SQL');
GRANT CREATE ON SCHEMA public, lead_roi TO mallory;
SET ROLE mallory;
CREATE FUNCTION mallory.plant(signature text, result text, homes text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    home text;
BEGIN
    FOREACH home IN ARRAY homes LOOP
        EXECUTE format('CREATE FUNCTION %I.%s RETURNS %s LANGUAGE sql AS ''SELECT mallory.escalate(); SELECT NULL::%s''',
                       home, signature, result, replace(result, 'SETOF', ''));
    END LOOP;
END
$$;
SELECT mallory.plant(signature, result, '{public, mallory}')
FROM (VALUES ('isfinite(date)', 'boolean'), ('now()', 'timestamptz'), ('clock_timestamp()', 'timestamptz'),
             ('unnest(bigint[])', 'SETOF bigint'), ('power(integer, integer)', 'float8'), ('ceil(numeric)', 'numeric'))
     AS planted (signature, result);
SELECT mallory.plant(signature, 'bigint', '{public, mallory, lead_roi}')
FROM (VALUES ('post_agreements(bigint[], date)'), ('post_agreements(bigint[], date, integer)'),
             ('record_run(bigint, date, integer, integer, text, text, interval)')) AS planted (signature);
CREATE FUNCTION mallory.compare(oid, oid) RETURNS boolean LANGUAGE sql AS 'SELECT mallory.escalate_by_condition()';
CREATE FUNCTION mallory.compare(name, name) RETURNS boolean LANGUAGE sql AS 'SELECT mallory.escalate_by_condition()';
CREATE FUNCTION mallory.compare(date, date) RETURNS boolean LANGUAGE sql AS 'SELECT mallory.escalate_by_condition()';
CREATE FUNCTION mallory.compare(bigint, bigint) RETURNS boolean LANGUAGE sql AS 'SELECT mallory.escalate_by_condition()';
CREATE OPERATOR mallory.= (LEFTARG = oid, RIGHTARG = oid, FUNCTION = mallory.compare);
CREATE OPERATOR mallory.= (LEFTARG = name, RIGHTARG = name, FUNCTION = mallory.compare);
CREATE OPERATOR mallory.= (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = mallory.compare);
CREATE OPERATOR mallory.<= (LEFTARG = date, RIGHTARG = date, FUNCTION = mallory.compare);
RESET ROLE;
ALTER DATABASE planted SET search_path = mallory, public, lead_roi, pg_catalog;
SQL
configure($node, 'lead_roi.databases' => 'planted');
# Not with the planted operators in the path of the test's own queries.
{
    local $ENV{PGOPTIONS} = '-c search_path=pg_catalog';
    posted_exactly($node, 'planted', $today, 'planted functions');
    is(outcome('planted'), 'not run; gained nothing', 'planted functions: none is called');
}

#
# Who was granted nothing can call nothing that writes; who monitors can see how the worker does.
#
is($node->safe_psql('other', q{
SELECT string_agg(oid::regprocedure::text, ' ') FROM pg_proc
WHERE pronamespace = 'lead_roi'::regnamespace AND provolatile = 'v' AND prorettype <> 'trigger'::regtype
      AND has_function_privilege('mallory', oid, 'EXECUTE')}), '', 'no function that writes is granted to all');
is($node->safe_psql('other', q{
SELECT string_agg(oid::regclass::text, ' ') FROM pg_class
WHERE relnamespace = 'lead_roi'::regnamespace AND relkind IN ('r', 'v')
      AND has_table_privilege('mallory', oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, TRIGGER')}), '', 'and no table is');
is($node->safe_psql('other', q{
GRANT pg_monitor TO mallory;
SET ROLE mallory;
SELECT configured, alive, overdue_expenses IS NOT NULL, (SELECT count(*) FROM lead_roi.worker_run) > 0 FROM lead_roi.worker_status}),
    'f|t|t|t', 'pg_monitor reads worker_status and worker_run');

$node->stop;
done_testing();

# The launcher's process id.
sub launcher
{
    return $node->safe_psql('postgres', q{SELECT pid FROM pg_stat_activity WHERE backend_type = 'lead_roi launcher'});
}

# Wait until so many more checks of the database have come to an end.
sub checks_pass
{
    my ($database, $checks) = @_;
    for (1 .. $checks)
    {
        my $last = $node->safe_psql($database, 'SELECT last_check_at FROM lead_roi.worker_status');
        $node->poll_query_until($database, "SELECT last_check_at > '$last' FROM lead_roi.worker_status") or die 'no check';
    }
    return;
}
