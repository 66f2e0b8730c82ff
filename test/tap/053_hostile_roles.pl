# Nobody gains rights by what he plants: in the extension's schema, in a ledger, beside it, or in a
# ledger of his own that a superuser makes, upgrades or drops.
use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Utils;
use Test::More;

use Hostile qw(start_node add_database ran_since attempt attempts_give reading_views all_read $rows $plant $types);

my $today = '2024-06-30';
my $node = start_node('hostile', "lead_roi.testing_today = '$today'");

#
# The extension's schema is nobody else's: not before, not afterwards.
#
add_database('schema');
my $log = -s $node->logfile;
my $operator = q{
CREATE FUNCTION lead_roi.times(integer, numeric) RETURNS numeric LANGUAGE sql AS 'SELECT CASE WHEN eve.run() THEN 1.0 END';
CREATE OPERATOR lead_roi.* (LEFTARG = integer, RIGHTARG = numeric, FUNCTION = lead_roi.times)};
is(attempt('schema', 'eve', "CREATE SCHEMA lead_roi; GRANT USAGE ON SCHEMA lead_roi TO PUBLIC; $operator; SELECT 5 OPERATOR(lead_roi.*) 1.0"), '1.0',
    'Eve plants an operator into a schema lead_roi of hers');
attempts_give('schema', $_,
    'CREATE EXTENSION lead_roi' => '42P06',
    'CREATE EXTENSION IF NOT EXISTS lead_roi CASCADE' => '42P06',
    'CREATE EXTENSION lead_roi SCHEMA lead_roi' => '0A000',
    'CREATE EXTENSION lead_roi SCHEMA eve' => '0A000',
    q{SELECT count(*) FROM pg_extension WHERE extname = 'lead_roi'} => 0) for qw(postgres dora);
attempts_give('schema', 'eve', 'DROP SCHEMA lead_roi CASCADE' => '', 'CREATE SCHEMA lead_roi_internal' => '');
attempts_give('schema', $_, 'CREATE EXTENSION lead_roi' => '42P06', q{SELECT count(*) FROM pg_namespace WHERE nspname = 'lead_roi'} => 0) for qw(postgres dora);
attempts_give('schema', 'eve', 'DROP SCHEMA lead_roi_internal' => '', 'CREATE EXTENSION lead_roi' => '');
is(ran_since($log), 'lead_roi_test_eve; gained nothing', 'it ran as Eve alone');
is($node->safe_psql('schema', q{
SELECT extowner::regrole, nspowner::regrole, (SELECT string_agg(DISTINCT proowner::regrole::text, ',') FROM pg_proc WHERE pronamespace = pg_namespace.oid)
FROM pg_extension, pg_namespace WHERE extname = 'lead_roi' AND nspname ~ '^lead_roi' ORDER BY nspname}), "lead_roi_test_eve|postgres|postgres\nlead_roi_test_eve|postgres|postgres",
    'whoever may create schemas installs the extension, and owns nothing that is in it');

my $marker = 'SELECT 1';
attempts_give('schema', $_,
    $operator => '42501',
    'CREATE FUNCTION lead_roi.post_bills(text, bigint[], date) RETURNS bigint LANGUAGE sql AS $$SELECT 1::bigint$$' => '42501',
    'CREATE OR REPLACE FUNCTION lead_roi.in_ledger(text, text) RETURNS text LANGUAGE sql IMMUTABLE AS $$SELECT $1$$' => '42501',
    'CREATE TABLE lead_roi.expense ()' => '42501',
    'CREATE VIEW lead_roi.mine AS SELECT 1' => '42501',
    'CREATE TYPE lead_roi.lead_roi_ledger AS ENUM ($$version 1.0$$)' => '42501',
    'CREATE DOMAIN lead_roi.text AS text' => '42501',
    'CREATE AGGREGATE lead_roi.roi(integer, integer) (SFUNC = int4pl, STYPE = integer)' => '42501',
    'CREATE OR REPLACE VIEW lead_roi.ledger AS SELECT 1' => '42501',
    'CREATE RULE planted AS ON SELECT TO lead_roi.ledger DO INSTEAD SELECT 1' => '42501',
    'CREATE CAST (lead_roi.roi_summary AS integer) WITH INOUT' => '42501',
    'ALTER FUNCTION lead_roi.current_ledger() SET search_path = eve' => '42501',
    'ALTER FUNCTION lead_roi.current_ledger() OWNER TO CURRENT_USER' => '42501',
    'DROP FUNCTION lead_roi.current_ledger()' => '42501',
    'ALTER SCHEMA lead_roi OWNER TO CURRENT_USER' => '42501',
    'ALTER SCHEMA lead_roi RENAME TO other' => '42501',
    'DROP SCHEMA lead_roi CASCADE' => '42501',
    'GRANT CREATE ON SCHEMA lead_roi TO PUBLIC' => '',    # with a warning that nothing is granted
    "SELECT has_schema_privilege('lead_roi', 'CREATE'), has_schema_privilege('lead_roi_internal', 'CREATE')" => 'f|f',
    'CREATE FUNCTION lead_roi_internal.roi_summary_in(text) RETURNS integer LANGUAGE sql AS $$SELECT 1$$' => '42501',
    'CREATE TABLE lead_roi_internal.mine ()' => '42501',
    'ALTER SCHEMA lead_roi_internal OWNER TO CURRENT_USER' => '42501',
    'ALTER SCHEMA lead_roi_internal RENAME TO other' => '42501',
    'DROP SCHEMA lead_roi_internal CASCADE' => '42501') for qw(eve dora);
attempts_give('schema', 'eve',
    'ALTER EXTENSION lead_roi DROP FUNCTION lead_roi.current_ledger()' => '42501',
    'ALTER EXTENSION lead_roi ADD SCHEMA public' => '42501',
    'ALTER EXTENSION lead_roi SET SCHEMA eve' => '0A000');

#
# Operators, functions, types and tables with names of ours, wherever an incautious search_path finds
# them first: in a schema of Eve's, in public, in pg_temp, and in the ledger's schema from the time
# when she could create objects there. Planted before the extension and the ledger are made, and
# still there afterwards.
#
add_database('planted');
$log = -s $node->logfile;
attempts_give('planted', 'eve', $plant =~ s/@/eve/gr => '', $plant =~ s/@/public/gr => '', $types => '');
$node->safe_psql('planted', 'CREATE SCHEMA marketing AUTHORIZATION pg_database_owner; GRANT ALL ON SCHEMA marketing TO lead_roi_test_eve');
attempts_give('planted', 'eve', $plant =~ s/@/marketing/gr => '');
is(ran_since($log), 'nobody; gained nothing', 'so far nothing planted has run');

# The positive control: these are found and do run.
is(attempt('planted', 'eve', "SET search_path = eve, pg_catalog; SELECT 5 * 1.0, '1'::text"), '1.0|1', 'what is planted is what a query would find');
is(ran_since($log), 'lead_roi_test_eve; gained nothing', 'and it runs');

# A superuser whose session has fallen for all of it: even temporary objects.
$log = -s $node->logfile;
my $incautious = "SET search_path = marketing, eve, public, pg_temp, lead_roi, pg_catalog";
my $temporary = 'CREATE TEMPORARY TABLE expense (amount integer); CREATE TEMPORARY TABLE pg_class (oid integer); CREATE TEMPORARY TABLE lead_source (x integer);
    CREATE TEMPORARY VIEW ledger AS SELECT 1 AS ledger';
attempts_give('planted', 'postgres', "$temporary; $incautious; CREATE EXTENSION lead_roi" => '');
is(attempt('planted', 'postgres', "$incautious; SELECT lead_roi.create_ledger()"), '42501', 'no ledger where others may create objects');
$node->safe_psql('planted', 'REVOKE CREATE ON SCHEMA marketing FROM lead_roi_test_eve');
$node->safe_psql('planted', 'ALTER DATABASE planted SET search_path = marketing, eve, public, lead_roi, pg_catalog');
attempts_give('planted', 'postgres', "$temporary; SELECT lead_roi.create_ledger(currency => 'EUR', time_zone => 'Europe/Vienna')" => 'marketing');
# Rows are entered by a careful session.
attempts_give('planted', 'postgres', "SET search_path = pg_catalog, marketing; $rows; INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on) VALUES (1, 'failing', 1, '2024-06-01')" => '');
# 6 bills of January to June, and the other one of June.
attempts_give('planted', 'postgres',
    'SELECT lead_roi.current_ledger() OPERATOR(pg_catalog.||) $$$$' => 'marketing',
    'SELECT lead_roi.post_due_expenses(max_rows => 3)' => 3,
    'CALL lead_roi.post_due_expenses_in_batches(batch_size => 1)' => '',
    'SELECT lead_roi.post_due_expenses()' => 0,
    'SELECT pg_catalog.count(*) FROM lead_roi.unpost_expenses()' => 0,
    'SELECT lead_roi.upgrade_ledger()' => '',
    'CALL lead_roi.upgrade_ledgers()' => '',
    'SELECT lead_roi.roi(3, 2), lead_roi.billing_today($$UTC$$) OPERATOR(pg_catalog.=) pg_catalog.to_date($$' . $today . '$$, $$YYYY-MM-DD$$)' => '0.50000000000000000000|t',
    'SELECT pg_catalog.count(*) FROM marketing.posting' => 7,
    q{SELECT lead_roi.create_ledger('given', leads => 'marketing.lead', payments => 'marketing.payment', expenses => 'marketing.expense', visits => 'marketing.visit')} => 'given',
);
for my $ledger ('marketing', 'given')
{
    my $reading = reading_views('planted', $ledger);
    is(attempt('planted', 'postgres', $reading), all_read($reading), "the views of $ledger are read");
}
attempts_give('planted', 'postgres', q{SELECT lead_roi.drop_ledger('given', true)} => '');
is(ran_since($log), 'nobody; gained nothing', 'with everything planted in its way nothing planted runs');

# Planted into a ledger after it was made, by a careless grant.
$log = -s $node->logfile;
$node->safe_psql('planted', 'GRANT CREATE ON SCHEMA marketing TO lead_roi_test_eve');
attempts_give('planted', 'eve', q{CREATE FUNCTION marketing.times(bigint, numeric) RETURNS numeric LANGUAGE sql AS 'SELECT CASE WHEN eve.run() THEN 1.0 END';
CREATE OPERATOR marketing.* (LEFTARG = bigint, RIGHTARG = numeric, FUNCTION = marketing.times);
CREATE FUNCTION marketing.finite_amount(numeric) RETURNS numeric LANGUAGE sql AS 'SELECT CASE WHEN eve.run() THEN 1.0 END'} => '');
attempts_give('planted', 'postgres',
    q{SELECT lead_roi.upgrade_ledger('marketing')} => '',
    reading_views('planted', 'marketing') => all_read(reading_views('planted', 'marketing')),
    'SELECT lead_roi.post_due_expenses()' => 0,
    q{SELECT lead_roi.drop_ledger('marketing')} => '55000');
is(ran_since($log), 'nobody; gained nothing', 'nor what is planted into the ledger afterwards');

#
# A schema in which others may create objects is no place for a ledger, nor is one with objects of its names.
#
add_database('schemas');
$node->safe_psql('schemas', 'CREATE EXTENSION lead_roi; CREATE SCHEMA shared AUTHORIZATION lead_roi_test_anna; GRANT CREATE ON SCHEMA shared TO lead_roi_test_eve');
attempts_give('schemas', $_, q{SELECT lead_roi.create_ledger('shared')} => '42501', q{SELECT lead_roi.create_ledger('public')} => '42501',
    q{SELECT lead_roi.create_ledger('eve')} => $_ eq 'eve' ? 'eve' : '42501') for qw(anna eve);
attempts_give('schemas', 'postgres', q{SELECT lead_roi.create_ledger('shared')} => '42501',
    'REVOKE CREATE ON SCHEMA shared FROM lead_roi_test_eve; GRANT CREATE ON SCHEMA shared TO PUBLIC' => '',
    q{SELECT lead_roi.create_ledger('shared')} => '42501', q{SELECT lead_roi.create_ledger('public')} => '42501',
    q{SELECT count(*) FROM pg_class WHERE relnamespace IN ('shared'::regnamespace, 'public'::regnamespace)} => 0,
    'REVOKE CREATE ON SCHEMA shared FROM PUBLIC' => '');
for my $in_the_way ('TABLE shared.lead ()', 'VIEW shared.lead_source_roi AS SELECT 1', 'SEQUENCE shared.payment', 'TYPE shared.expense AS (x integer)',
    'DOMAIN shared.whole_months AS integer', q{TYPE shared.lead_roi_ledger AS ENUM ('mine')}, 'MATERIALIZED VIEW shared.reconciliation AS SELECT 1')
{
    attempts_give('schemas', 'anna', "CREATE $in_the_way" => '', q{SELECT lead_roi.create_ledger('shared')} => '42P07');
    $in_the_way =~ /^(.*) (shared\.\w+)/ or die;
    $node->safe_psql('schemas', "DROP $1 $2");
}
attempts_give('schemas', 'anna', q{SELECT lead_roi.create_ledger('shared')} => 'shared', q{SELECT lead_roi.drop_ledger('shared')} => '');

#
# Fake ledgers. A cron job calls without naming a ledger, as a superuser and as Anna, who owns one.
#
add_database('fakes');
$node->safe_psql('fakes', 'CREATE EXTENSION lead_roi; GRANT lead_roi_test_anna TO lead_roi_test_cron');
attempts_give('fakes', 'anna', q{SELECT lead_roi.create_ledger('anna')} => 'anna', "SET search_path = anna; $rows" => '');
attempts_give('fakes', 'postgres', q{SELECT lead_roi.create_ledger()} => 'marketing', "SET search_path = marketing; $rows" => '');
# Schemas with the type that makes a ledger, some with odd labels; in public, in schemas named like the roles; and a whole one, with a trigger.
my @labels = (q{'version 1.0', 'currency EUR', 'decimals 2', 'time zone UTC'}, q{'version 0.1', 'currency (unnamed)', 'decimals -3', 'time zone Nowhere/Land'},
    q{'version 1.0', 'decimals 99999999999999999999999999999999999999999', 'time zone UTC'}, q{'version '';DROP TABLE x;--', 'decimals "$\', 'time zone %s%n$user'},
    q{'version ', 'decimals ', 'time zone '}, q{'decimals 2', 'time zone UTC'}, q{'version 1.0'}, q{}, q{'version 1.0', 'version 2.0', 'decimals 2', 'decimals 3', 'time zone UTC'},
    "'version " . 'x' x 55 . "', 'currency " . 'y' x 54 . "', 'decimals " . '9' x 54 . "', 'time zone " . 'z' x 53 . "'",
    "'version " . "\x{c3}\x{9c}" x 27 . "', 'decimals 2', 'time zone \n'");
$log = -s $node->logfile;
my $schema = 0;
for my $name ('postgres', 'lead_roi_test_anna', 'lead_roi_test_cron')
{
    is(attempt('fakes', 'eve', "CREATE SCHEMA $name; GRANT USAGE ON SCHEMA $name TO PUBLIC; CREATE TYPE $name.lead_roi_ledger AS ENUM ($labels[0])"), '', "Eve fakes a ledger $name");
}
for my $label (@labels)
{
    my $name = 'fake_' . $schema++;
    is(attempt('fakes', 'eve', "CREATE SCHEMA $name; GRANT USAGE ON SCHEMA $name TO PUBLIC; CREATE TYPE $name.lead_roi_ledger AS ENUM ($label)"), '', "and one with the labels $label" =~ s/\n/\\n/r);
}
attempts_give('fakes', 'eve',
    "CREATE TYPE public.lead_roi_ledger AS ENUM ($labels[0])" => '',
    q{CREATE SCHEMA other_type; CREATE TYPE other_type.lead_roi_ledger AS (x integer); CREATE SCHEMA "a domain"; CREATE DOMAIN "a domain".lead_roi_ledger AS text} => '',
    q{SELECT lead_roi.create_ledger('aaa')} => 'aaa', "SET search_path = aaa; $rows; CREATE TRIGGER planted BEFORE INSERT ON expense FOR EACH ROW EXECUTE FUNCTION eve.run_by_trigger();
       GRANT USAGE ON SCHEMA aaa TO PUBLIC; GRANT ALL ON ALL TABLES IN SCHEMA aaa TO PUBLIC" => '',
    'CREATE TABLE public.recurring_expense (next_bill_on date); CREATE TABLE public.lead_source (); GRANT ALL ON public.recurring_expense, public.lead_source TO PUBLIC;
     ALTER TABLE public.recurring_expense ENABLE ROW LEVEL SECURITY; CREATE POLICY planted ON public.recurring_expense USING (eve.run())' => '');
# Who administers a role can make anybody a member of it, a superuser too.
$node->safe_psql('fakes', 'GRANT lead_roi_test_eve TO postgres');
attempts_give('fakes', 'postgres', 'SELECT lead_roi.current_ledger()' => 'marketing', 'SELECT lead_roi.post_due_expenses(max_rows => 2)' => 2,
    'CALL lead_roi.post_due_expenses_in_batches()' => '', 'SELECT count(*) FROM marketing.posting' => 6, 'SELECT count(*) FROM aaa.posting' => 0);
# The database's owner too; Anna and who works for her.
attempts_give('fakes', 'dora', 'SELECT lead_roi.current_ledger()' => 'marketing', 'SELECT lead_roi.post_due_expenses()' => 0);
attempts_give('fakes', 'cron', 'SELECT lead_roi.current_ledger()' => 'anna', 'SELECT lead_roi.post_due_expenses(max_rows => 4)' => 4);
attempts_give('fakes', 'anna', 'SELECT lead_roi.current_ledger()' => 'anna', 'SELECT lead_roi.post_due_expenses()' => 2, 'SET search_path = nowhere, public; SELECT lead_roi.post_due_expenses()' => 0);
# A ledger that somebody names or puts on the path himself is the one he means, if he may use it.
attempts_give('fakes', 'anna', 'SET search_path = marketing; SELECT lead_roi.current_ledger()' => 'anna', 'SET search_path = aaa; SELECT lead_roi.current_ledger()' => 'aaa');
is(ran_since($log), 'nobody; gained nothing', 'nothing that was planted in fake ledgers has run');
attempts_give('fakes', 'eve', q{SELECT lead_roi.current_ledger()} => '42P08', q{SELECT count(*) > 8 FROM lead_roi.ledger WHERE owner = 'lead_roi_test_eve'} => 't');
# Without one of his own a superuser is told so; the ledger of a role that he was made a member of isn't taken for his.
attempts_give('fakes', 'postgres', q{SELECT lead_roi.drop_ledger('marketing', true)} => '', 'SELECT lead_roi.current_ledger()' => '42704', 'SELECT lead_roi.post_due_expenses()' => '42704');
is(ran_since($log), 'nobody; gained nothing', 'and his call runs nothing');

# Views and functions answer whatever the labels are. Eve's with a version, decimals and a time zone
# are 3 with names of roles, 7 of the odd ones, aaa and that in public; and there is Anna's.
attempts_give('fakes', 'postgres', q{SELECT count(*), count(*) FILTER (WHERE decimals IS NULL), max(length(version)), max(length(time_zone)) FROM lead_roi.ledger} => '13|0|55|53');
# "version 2.0" is none that a ledger of this extension has.
for my $number (0 .. $#labels)
{
    my $known = $number == 0 || $number == 2;
    my $upgrade = attempt('fakes', 'postgres', "SELECT lead_roi.upgrade_ledger('fake_$number')");
    like($upgrade, qr/^(42P01|42704|22P02)$/, "fake_$number: upgrading gives an error, $upgrade");
    like(attempt('fakes', 'anna', "SELECT lead_roi.post_due_expenses('fake_$number')"), $known ? qr/^42P01$/ : qr/^(42P01|42704|55000|22023)$/, "fake_$number: posting does");
    like(attempt('fakes', 'anna', "SELECT lead_roi.ledger_today(NULL::fake_$number.lead_roi_ledger)"), $known ? qr/^2024-06-30$/ : qr/^(2024-06-30|42804)$/, "fake_$number: today");
    like(attempt('fakes', 'anna', "SELECT reason FROM lead_roi.worker_state(NULL::fake_$number.lead_roi_ledger)"), qr/^(|42804)$/, "fake_$number: worker_state");
}
# All at once: a warning for each of Eve's but aaa, none of her code runs as the superuser, and Anna's is upgraded.
$log = -s $node->logfile;
$node->safe_psql('fakes', q{SET ROLE lead_roi_test_anna; DROP VIEW anna.lead_source_category_roi});
my $warnings = attempt('fakes', 'postgres', 'CALL lead_roi.upgrade_ledgers()', messages => 'warning');
is(scalar(() = $warnings =~ /WARNING:/g), 11, 'upgrade_ledgers() warns of each that it can\'t upgrade');
is($node->safe_psql('fakes', 'SELECT count(*) FROM anna.lead_source_category_roi'), 2, 'and upgrades the others');
is($node->safe_psql('fakes', q{SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'v'}), 0, 'it has created nothing in public');
attempts_give('fakes', $_, q{SELECT lead_roi.upgrade_ledger('public')} => '42501', q{SELECT lead_roi.drop_ledger('public', true)} => '42501') for qw(postgres dora anna eve);
is(ran_since($log), 'nobody; gained nothing', 'nothing of Eve\'s has run');

#
# A superuser makes, upgrades and drops a ledger of Eve's, who has planted everything that she can:
# it runs as Eve if at all.
#
add_database('tended');
$node->safe_psql('tended', 'CREATE EXTENSION lead_roi');
my @tables = qw(lead_source recurring_expense amount_change posting posting_failure posting_run expense visit lead payment);
my $everywhere = join ';', map { (
    "CREATE TRIGGER planted BEFORE INSERT OR UPDATE OR DELETE ON $_ FOR EACH ROW EXECUTE FUNCTION eve.run_by_trigger()",
    "CREATE TRIGGER planted_statement AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON $_ FOR EACH STATEMENT EXECUTE FUNCTION eve.run_by_trigger()",
    "CREATE CONSTRAINT TRIGGER planted_late AFTER INSERT OR UPDATE OR DELETE ON $_ DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION eve.run_by_trigger()",
    "ALTER TABLE $_ ADD planted boolean DEFAULT eve.run(), ADD CONSTRAINT planted CHECK (eve.run()), ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
    "CREATE POLICY planted ON $_ USING (eve.run())", "CREATE INDEX ON $_ ((eve.run_immutably())) WHERE eve.run_immutably()")
} @tables;
attempts_give('tended', 'eve',
    q{SELECT lead_roi.create_ledger('eve')} => 'eve', "SET search_path = eve; $rows; SELECT lead_roi.post_due_expenses()" => 6,
    "SET search_path = eve; $everywhere" => '',
    'ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO PUBLIC; ALTER DEFAULT PRIVILEGES IN SCHEMA eve GRANT ALL ON TYPES TO PUBLIC' => '',
    # Views that call functions, under their own names, with all their columns.
    q{DO $$ DECLARE v record; BEGIN
        FOR v IN SELECT relname, pg_get_viewdef(oid) AS definition FROM pg_class WHERE relnamespace = 'eve'::regnamespace AND relkind = 'v' LOOP
            EXECUTE format('CREATE OR REPLACE VIEW eve.%I AS SELECT * FROM (%s) AS own WHERE eve.run()', v.relname, rtrim(v.definition, ';'));
        END LOOP; END $$} => '',
    'ALTER DOMAIN eve.whole_months ADD CONSTRAINT planted CHECK (eve.run())' => '',
    'CREATE VIEW eve.given_lead AS SELECT lead_id, lead_source_id, created_on, converted_on, churned_on FROM eve.lead WHERE eve.run();
     CREATE VIEW eve.given_payment AS SELECT lead_id, paid_on, amount FROM eve.payment WHERE eve.run(); GRANT SELECT ON ALL TABLES IN SCHEMA eve TO PUBLIC' => '');
$log = -s $node->logfile;
attempts_give('tended', 'postgres',
    q{ALTER TYPE eve.lead_roi_ledger RENAME VALUE 'version 1.0' TO 'version 0.1'} => '',
    q{SELECT lead_roi.upgrade_ledger('eve')} => '',
    q{SELECT version FROM lead_roi.ledger WHERE ledger = 'eve'} => '1.0',
    'CALL lead_roi.upgrade_ledgers()' => '',
    q{SELECT lead_roi.create_ledger('by_superuser', leads => 'eve.given_lead', payments => 'eve.given_payment')} => 'by_superuser',
    q{SELECT lead_roi.upgrade_ledger('by_superuser')} => '',
    q{SELECT lead_roi.drop_ledger('by_superuser')} => '');
is(ran_since($log), 'nobody; gained nothing', 'making and upgrading a ledger runs nothing that is planted in it or in what is given');
attempts_give('tended', 'postgres', q{SELECT lead_roi.drop_ledger('eve', true)} => '2BP01',
    q{DROP VIEW eve.given_lead, eve.given_payment; SELECT lead_roi.drop_ledger('eve')} => '55000');
# Whether a table has rows is asked as Eve; her policy answers.
is(ran_since($log), 'lead_roi_test_eve; gained nothing', 'dropping it runs her policies, as Eve');
attempts_give('tended', 'postgres', q{SELECT lead_roi.drop_ledger('eve', true)} => '',
    q{SELECT count(*) FROM pg_class WHERE relnamespace = 'eve'::regnamespace} => 0);
is(ran_since($log), 'lead_roi_test_eve; gained nothing', 'and nothing as a superuser');

# A ledger made in her schema is hers, and the superuser is told so. In one of his own there is nothing to tell.
like(attempt('tended', 'postgres', '\set VERBOSITY default' . "\n" . q{SELECT lead_roi.create_ledger('eve')}, messages => 'notice'),
    qr/ready.*DETAIL:  It belongs to role lead_roi_test_eve, as the schema did before\./s, 'the notice tells whose the ledger is');
unlike(attempt('tended', 'postgres', '\set VERBOSITY default' . "\n" . q{SELECT lead_roi.create_ledger()}, messages => 'notice'), qr/DETAIL/, 'but not where it is as expected');
is($node->safe_psql('tended', q{SELECT string_agg(DISTINCT relowner::regrole::text, ',') FROM pg_class WHERE relnamespace = 'eve'::regnamespace}), 'lead_roi_test_eve',
    'all of it is Eve\'s');
# Who isn't a member of the owner can do none of it, nor in a superuser's schema.
$node->safe_psql('tended', 'CREATE SCHEMA bootstrap');
attempts_give('tended', 'anna', q{SELECT lead_roi.upgrade_ledger('eve')} => '42501', q{SELECT lead_roi.drop_ledger('eve', true)} => '42501', q{SELECT lead_roi.create_ledger('bootstrap')} => '42501');
attempts_give('tended', 'postgres', q{SELECT lead_roi.create_ledger('bootstrap')} => '55000');

# What a superuser posts by hand in a ledger of Eve's runs her triggers with his rights, as docs/security.md says.
$log = -s $node->logfile;
attempts_give('tended', 'eve', "SET search_path = eve; $rows; CREATE TRIGGER planted BEFORE INSERT ON expense FOR EACH ROW EXECUTE FUNCTION eve.run_by_trigger()" => '');
attempts_give('tended', 'postgres', q{SELECT lead_roi.post_due_expenses('eve')} => 6);
is(ran_since($log), 'postgres; gained superuser', 'posting runs the triggers of the ledger with the caller\'s rights');

# Nothing of a ledger is made a member of another extension.
my $folder = $node->safe_psql('postgres', q{SELECT coalesce(split_part(current_setting('extension_control_path', true), ':', 1), current_setting('extension_destdir', true))});
my ($sharedir) = run_command([ 'pg_config', '--sharedir' ]);
$folder .= $sharedir unless $folder =~ /\Q$sharedir\E$/;
append_to_file("$folder/extension/lead_roi_test_other.control", "default_version = '1'\nrelocatable = false\n");
append_to_file("$folder/extension/lead_roi_test_other--1.sql", "SELECT lead_roi.create_ledger('inside');\n");
append_to_file("$folder/extension/lead_roi_test_other--2.sql", "SELECT lead_roi.upgrade_ledger('marketing');\n");
append_to_file("$folder/extension/lead_roi_test_other--3.sql", "");
append_to_file("$folder/extension/lead_roi_test_other--3--1.sql", "SELECT lead_roi.create_ledger('inside');\n");
attempts_give('tended', 'postgres', 'CREATE EXTENSION lead_roi_test_other' => '0A000', q{CREATE EXTENSION lead_roi_test_other VERSION '2'} => '0A000',
    q{CREATE EXTENSION lead_roi_test_other VERSION '3'} => '', q{ALTER EXTENSION lead_roi_test_other UPDATE TO '1'} => '0A000',
    q{SELECT count(*) FROM pg_namespace WHERE nspname = 'inside'} => 0);
unlink glob "$folder/extension/lead_roi_test_other*";

$node->stop;
done_testing();
