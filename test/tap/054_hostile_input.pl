# Odd names, odd rows and calls that nobody was meant to make crash nothing, and keep nobody from his
# work: names of ledgers, unposting with somebody's trigger in the way, trigger functions attached to
# wrong tables, locks, amounts and dates beyond all measure.
use strict;
use warnings FATAL => 'all';

use Test::More;

use Hostile qw(start_node add_database ran_since attempt attempts_give $broken_views $rows);

my $today = '2024-06-30';
my $node = start_node('odd', "lead_roi.testing_today = '$today'");
my $log;

#
# Names of ledgers, and what else is put into statements.
#
add_database('names');
$node->safe_psql('names', 'CREATE EXTENSION lead_roi; CREATE TABLE public.victim (x integer)');
my %refused = ('"$$"' => '42602', '"a$b"' => '42602', '"it\'s"' => '42602', '"a""b"' => '42602', '"a\\b"' => '42602', 'a.b' => '42602', 'a b' => '42602', '' => '42602', '""' => '42602',
    ' ' => '42602', '"a' => '42602', '"$user"' => '42602', 'pg_catalog' => '42939', 'pg_x' => '42939', 'pg_temp' => '42939', 'lead_roi' => '42939', 'information_schema' => '42939',
    'x' x 64 => '42622', '"' . 'X' x 64 . '"' => '42622', "\x{c3}\x{bc}" x 32 => '42622', 'x"; DROP TABLE public.victim; --' => '42602', '"x"; DROP TABLE public.victim; --' => '42602',
    "x'; DROP TABLE public.victim; --" => '42602', '"x\'; DROP TABLE public.victim; --"' => '42602');
for my $name (sort keys %refused)
{
    my $literal = "'" . $name =~ s/'/''/gr . "'";
    is(attempt('names', 'postgres', "SELECT lead_roi.create_ledger($literal)"), $refused{$name}, "no ledger $name");
    # Other functions find no ledger of that name; what isn't a name at all they say likewise.
    for my $call ("lead_roi.post_due_expenses($literal)", "lead_roi.upgrade_ledger($literal)", "lead_roi.drop_ledger($literal, true)", "lead_roi.unpost_expenses($literal)")
    {
        like(attempt('names', 'postgres', "SELECT $call"), qr/^(42602|42622|3F000|42704)$/, $call);
    }
    like(attempt('names', 'postgres', "CALL lead_roi.post_due_expenses_in_batches($literal)"), qr/^(42602|42622|3F000|42704)$/, "batches in $name");
}
my @accepted = ('"North America"', 'x' x 63, '"' . 'X' x 63 . '"', '"' . "\x{c3}\x{9c}" x 31 . 'x"', '"50% off"', '"%I %L %s %1$s"' =~ s/1\$//r, '"a.b"', '"select"', '"--"', '"/* "', '";"', '"(x)"',
    '"@ledger@"', '"@today@ @decimals@ @figures@"', '" "', '"a,b"', '"{a}"', '"pg"', '"LEAD_ROI"', "\"a\nb\"", '"x; DROP TABLE public.victim; --"', '"[0]::text"', '"Straße"');
for my $name (@accepted)
{
    my $literal = "'$name'";
    my $shown = $name =~ s/\n/\\n/r;
    # January to June are posted: 100 for two months, 120 for four; and 1000 by hand. The views answer, and nothing is left behind.
    is(attempt('names', 'postgres', "SELECT length(lead_roi.create_ledger($literal)) > 0; SET search_path = $name; $rows; RESET search_path;
        SELECT lead_roi.post_due_expenses($literal); SELECT count(*) FROM lead_roi.unpost_expenses($literal); SELECT lead_roi.upgrade_ledger($literal);
        SELECT sum(expense) FROM $name.lead_source_roi; $broken_views SELECT pg_temp.broken_views($literal)"),
        "t\n6\n0\n\n1680.00\nnone", "a ledger $shown");
    is(attempt('names', 'postgres', "CALL lead_roi.post_due_expenses_in_batches($literal); SET search_path = $name; SELECT lead_roi.current_ledger() IS NOT NULL"), 't', "batches and search path: $shown");
}
is($node->safe_psql('names', q{SELECT count(*) FROM lead_roi.ledger}), scalar @accepted, 'each has its row in the view ledger');
is(attempt('names', 'postgres', 'CALL lead_roi.upgrade_ledgers()', messages => 'warning'), '', 'all of them are upgraded');
is(attempt('names', 'postgres', "SELECT lead_roi.drop_ledger('$_', true)"), '', 'and dropped: ' . s/\n/\\n/r) for @accepted;
is($node->safe_psql('names', q{SELECT count(*) FROM lead_roi.ledger}), 0, 'none is left');

my %zones = map { $_ => '22023' } ("UTC'; DROP TABLE public.victim; --", 'UTC"', '$$', 'UTC\\', 'Nowhere/Land', '', '../../../../etc/passwd', 'x' x 64, 'UTC' . ' ' x 60, "UTC\n");
attempts_give('names', 'postgres',
    (map { my $literal = "'" . s/'/''/gr . "'"; ("SELECT lead_roi.create_ledger('zone', time_zone => $literal)" => '22023', "SET lead_roi.testing_today = ''; SELECT lead_roi.billing_today($literal)" => '22023') } sort keys %zones),
    (map { ("SELECT lead_roi.create_ledger('currency', currency => '" . s/'/''/gr . "')" => '22023') } "EUR'; DROP TABLE public.victim; --", 'eur', '', 'EURO', '(unnamed)', 'E' x 100, '$$$', 'EU"'),
    q{SELECT lead_roi.create_ledger(NULL)} => '22004', q{SELECT lead_roi.create_ledger('x', time_zone => NULL)} => '22004', q{SELECT lead_roi.upgrade_ledger(NULL)} => '22004',
    q{SELECT lead_roi.drop_ledger(NULL)} => '22004', q{SELECT lead_roi.post_due_expenses(NULL)} => '22004', q{CALL lead_roi.post_due_expenses_in_batches(NULL)} => '22004',
    q{SELECT lead_roi.unpost_expenses(NULL)} => '22004', q{SELECT lead_roi.create_ledger('x', leads => 'public.victim; DROP TABLE public.victim', payments => 'public.victim')} => '42602',
    q{SELECT lead_roi.create_ledger('x', leads => 0, payments => 4294967295)} => '42703',
    q{SELECT count(*) FROM public.victim} => 0, q{SELECT count(*) FROM pg_namespace WHERE nspname IN ('zone', 'currency', 'x')} => 0);

#
# unpost_expenses(): nobody rides on it to remove other postings.
#
add_database('unposted');
$node->safe_psql('unposted', 'CREATE EXTENSION lead_roi');
attempts_give('unposted', 'anna', q{SELECT lead_roi.create_ledger('anna')} => 'anna', "SET search_path = anna; $rows" => '',
    q{GRANT USAGE ON SCHEMA anna TO lead_roi_test_eve; GRANT TRIGGER ON ALL TABLES IN SCHEMA anna TO lead_roi_test_eve; GRANT SELECT, INSERT, UPDATE, DELETE ON anna.expense TO lead_roi_test_eve} => '');
# What a clock that was two months ahead posts: January to August, 31 July and 31 August too many.
my $posted = q{SELECT count(*), min(bill_on), max(bill_on) FROM anna.posting};
$node->safe_psql('unposted', q{SET lead_roi.testing_today = '2024-08-31'; SELECT lead_roi.post_due_expenses('anna')});
attempts_give('unposted', 'eve', q{SELECT * FROM lead_roi.unpost_expenses('anna')} => '42501', $posted => '42501');
attempts_give('unposted', 'anna', 'DELETE FROM anna.posting' => '55000', 'UPDATE anna.posting SET amount = 1' => '55000', 'TRUNCATE anna.posting CASCADE' => '55000',
    q{SELECT * FROM lead_roi.remove_postings('anna', NULL)} => '55000', $posted => '8|2024-01-31|2024-08-31');
# Eve's code, run by Anna's call at every place where a trigger can be.
my $ride = q{CREATE FUNCTION eve.ride() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE LOG 'planted code ran as % (superuser: f)', current_user;
    IF pg_trigger_depth() = 1 THEN
        BEGIN
            @ride@;
        EXCEPTION WHEN object_not_in_prerequisite_state THEN
            RAISE LOG 'the ride was refused';
        END;
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$};
my %rides = (delete => 'DELETE FROM anna.expense; DELETE FROM anna.posting WHERE bill_on < $d$2024-03-01$d$', truncate => 'TRUNCATE anna.posting CASCADE', update => 'UPDATE anna.posting SET amount = 0',
    again => 'PERFORM lead_roi.unpost_expenses($d$anna$d$); DELETE FROM anna.expense; DELETE FROM anna.posting',
    twice => 'DELETE FROM anna.expense; DELETE FROM anna.posting WHERE false; DELETE FROM anna.posting');
for my $name (sort keys %rides)
{
    attempts_give('unposted', 'eve', $ride =~ s/\@ride\@/$rides{$name}/r => '');
    for my $place ('BEFORE DELETE ON anna.posting FOR EACH STATEMENT', 'AFTER DELETE ON anna.posting FOR EACH STATEMENT', 'BEFORE DELETE ON anna.posting FOR EACH ROW', 'AFTER DELETE ON anna.posting FOR EACH ROW',
        'BEFORE DELETE ON anna.expense FOR EACH STATEMENT', 'BEFORE DELETE ON anna.expense FOR EACH ROW', 'AFTER DELETE ON anna.expense FOR EACH ROW', 'BEFORE UPDATE ON anna.recurring_expense FOR EACH ROW',
        'BEFORE UPDATE ON anna.recurring_expense FOR EACH STATEMENT', 'AFTER INSERT ON anna.posting_run FOR EACH ROW')
    {
        my ($table) = $place =~ /(anna\.\w+)/;
        $log = -s $node->logfile;
        attempts_give('unposted', 'eve', "CREATE TRIGGER aaa $place EXECUTE FUNCTION eve.ride()" => '');
        # In one transaction with what undoes it: whether the call comes through or not, no other posting is gone.
        my $result = attempt('unposted', 'anna', "BEGIN; SAVEPOINT a; SELECT count(*) FROM lead_roi.unpost_expenses('anna');
            SELECT count(*) FROM anna.posting WHERE bill_on <= '$today' AND amount > 0; ROLLBACK");
        like($result, qr/^(2\n6|55000|27000)$/, "$name, $place: only what is ahead is removed, or nothing");
        like(ran_since($log), qr/^lead_roi_test_anna; gained nothing/, "$name, $place: it had its chance");
        $node->safe_psql('unposted', "DROP TRIGGER aaa ON $table");
        is($node->safe_psql('unposted', $posted), '8|2024-01-31|2024-08-31', "$name, $place: nothing is missing");
    }
    $node->safe_psql('unposted', 'DROP FUNCTION eve.ride()');
}
# After an error the flag is gone, also within the transaction and after a subtransaction.
attempts_give('unposted', 'anna',
    q{DO $$ BEGIN PERFORM lead_roi.unpost_expenses('anna', '2024-01-01'); EXCEPTION WHEN invalid_parameter_value THEN DELETE FROM anna.posting; END $$} => '55000',
    q{DO $$ BEGIN PERFORM lead_roi.unpost_expenses('nowhere'); EXCEPTION WHEN invalid_schema_name THEN DELETE FROM anna.posting; END $$} => '55000',
    q{ALTER TABLE anna.posting_failure RENAME TO x; DO $$ BEGIN PERFORM lead_roi.unpost_expenses('anna'); EXCEPTION WHEN undefined_table THEN DELETE FROM anna.posting; END $$} => '55000',
    q{ALTER TABLE anna.x RENAME TO posting_failure; BEGIN; SELECT count(*) FROM lead_roi.unpost_expenses('anna'); DELETE FROM anna.posting} => '55000',
    q{SET search_path = anna; SELECT count(*) FROM lead_roi.unpost_expenses(); SELECT count(*) FROM posting} => "2\n6", 'DELETE FROM anna.posting' => '55000',
    q{SELECT lead_roi.unpost_expenses('anna', 'infinity')} => '22023', q{SELECT lead_roi.unpost_expenses('anna', '-infinity')} => '22023');

#
# Trigger functions where they don't belong, and the functions that take a ledger's type.
#
attempts_give('unposted', 'eve',
    'SELECT lead_roi.keep_postings()' => '39P01', 'SELECT lead_roi.reopen_recurring_expense()' => '39P01', 'SELECT lead_roi.refuse_merger()' => '39P01', 'SELECT lead_roi.refuse_removal()' => '39P01',
    'CREATE TABLE eve.t (a integer, posted_through text); INSERT INTO eve.t VALUES (1); CREATE VIEW eve.v AS SELECT * FROM eve.t; CREATE TABLE eve.d (a integer, posted_through date); INSERT INTO eve.d VALUES (1, $$2024-01-01$$); CREATE TABLE eve.m (lead_source_id bigint, merged_into integer); INSERT INTO eve.m VALUES (1, 2)' => '',
    (map { my ($name, $trigger, $statement, $code) = @$_; ("CREATE TRIGGER t $trigger EXECUTE FUNCTION lead_roi.$name(); $statement" => $code, 'DROP TRIGGER t ON ' . ($trigger =~ /(eve\.\w)/)[0] => '') }
        [ 'reopen_recurring_expense', 'BEFORE UPDATE ON eve.t FOR EACH ROW', 'UPDATE eve.t SET a = 2', '39P01' ],
        [ 'reopen_recurring_expense', 'AFTER UPDATE ON eve.d FOR EACH ROW', 'UPDATE eve.d SET a = 2', '39P01' ],
        [ 'reopen_recurring_expense', 'BEFORE INSERT ON eve.d FOR EACH ROW', 'INSERT INTO eve.d VALUES (2)', '39P01' ],
        [ 'reopen_recurring_expense', 'BEFORE DELETE ON eve.d FOR EACH ROW', 'DELETE FROM eve.d', '39P01' ],
        [ 'reopen_recurring_expense', 'BEFORE TRUNCATE ON eve.d', 'TRUNCATE eve.d', '39P01' ],
        [ 'reopen_recurring_expense', 'BEFORE UPDATE ON eve.d FOR EACH STATEMENT', 'UPDATE eve.d SET a = 2', '39P01' ],
        [ 'reopen_recurring_expense', 'INSTEAD OF UPDATE ON eve.v FOR EACH ROW', 'UPDATE eve.v SET a = 2', '39P01' ],
        [ 'keep_postings', 'BEFORE UPDATE ON eve.d FOR EACH STATEMENT', 'UPDATE eve.d SET a = 2', '55000' ],
        [ 'keep_postings', 'AFTER UPDATE ON eve.d FOR EACH STATEMENT', 'UPDATE eve.d SET a = 2', '39P01' ],
        [ 'keep_postings', 'BEFORE UPDATE ON eve.d FOR EACH ROW', 'UPDATE eve.d SET a = 2', '39P01' ],
        [ 'keep_postings', 'BEFORE INSERT ON eve.d FOR EACH STATEMENT', 'INSERT INTO eve.d VALUES (3)', '55000' ],
        [ 'keep_postings', 'INSTEAD OF DELETE ON eve.v FOR EACH ROW', 'DELETE FROM eve.v', '39P01' ],
        [ 'refuse_merger', 'BEFORE UPDATE ON eve.m FOR EACH ROW', 'UPDATE eve.m SET merged_into = 3', '39P01' ],
        [ 'refuse_merger', 'AFTER UPDATE ON eve.m FOR EACH ROW', 'UPDATE eve.m SET merged_into = 3', '39P01' ],
        [ 'refuse_merger', 'BEFORE UPDATE ON eve.d FOR EACH ROW', 'UPDATE eve.d SET a = 2', '39P01' ],
        [ 'refuse_removal', 'BEFORE DELETE ON eve.m FOR EACH STATEMENT', 'DELETE FROM eve.m', '39P01' ],
        [ 'refuse_removal', 'BEFORE DELETE ON eve.d FOR EACH ROW', 'DELETE FROM eve.d', '39P01' ]),
    # Where there is such a column of that type the function does what it does, with a row of the caller's own.
    'CREATE TRIGGER t BEFORE UPDATE ON eve.d FOR EACH ROW EXECUTE FUNCTION lead_roi.reopen_recurring_expense(); UPDATE eve.d SET a = 2 RETURNING posted_through IS NULL' => 't',
    q{CREATE TYPE eve.color AS ENUM ('red')} => '',
    q{SELECT lead_roi.ledger_today(NULL::eve.color)} => '42804', q{SELECT lead_roi.ledger_today('red'::eve.color)} => '42804', q{SELECT lead_roi.ledger_today(NULL)} => '42883',
    q{SELECT lead_roi.ledger_today(1)} => '42883', q{SELECT lead_roi.ledger_today(NULL::eve.color[])} => '42883', q{SELECT lead_roi.worker_state(NULL::eve.color)} => '42804', q{SELECT lead_roi.worker_state(NULL)} => '42883',
    q{SELECT lead_roi.worker_state('x'::text)} => '42883', q{SELECT lead_roi.ledger_today(NULL::anna.lead_roi_ledger), lead_roi.ledger_today('version 1.0'::anna.lead_roi_ledger)} => "$today|$today",
    q{SELECT lead_roi.ledger_properties(NULL) IS NULL, lead_roi.ledger_properties(0) IS NULL, lead_roi.ledger_properties('text'::regtype) IS NULL, lead_roi.ledger_properties('eve.color'::regtype) IS NULL, lead_roi.ledger_properties(4294967295) IS NULL} => 't|t|t|t|t',
    q{SELECT lead_roi.open_ledger(NULL, NULL)} => '22004', q{SELECT lead_roi.open_ledger('anna', 'infinity')} => '22023', q{SELECT lead_roi.open_ledger('anna', '2024-07-01')} => '22023',
    q{SELECT lead_roi.make_ledger('eve; DROP TABLE anna.expense', '1.0', NULL, 2, 'UTC', NULL, NULL, NULL, NULL, false)} => '42602', q{SELECT lead_roi.renew_ledger('anna', '1.0', '1.0', false)} => '42501',
    q{SELECT lead_roi.remove_ledger('anna', true)} => '42501', q{SELECT lead_roi.post_bills('anna', '{1}', '2024-06-30')} => '42501',
    q{SELECT lead_roi.record_failure('anna', 1, 'x', 'x')} => '42501', q{SELECT lead_roi.remove_postings('anna', NULL)} => '42501');
is($node->safe_psql('unposted', 'SELECT count(*) FROM pg_class WHERE relnamespace = $$anna$$::regnamespace AND relkind = $$r$$'),
    $node->safe_psql('unposted', q{SELECT count(*) FROM lead_roi.ledger_relation() WHERE kind = 'table' AND NOT kept}), 'Anna\'s ledger is whole');

#
# Nobody without rights on a ledger makes posting there wait.
#
attempts_give('unposted', 'anna', q{INSERT INTO anna.recurring_expense (lead_source_id, title, amount, starts_on) VALUES (1, 'more', 5, '2024-05-01')} => '',
    q{GRANT SELECT ON ALL TABLES IN SCHEMA anna TO lead_roi_test_cron; GRANT USAGE ON SCHEMA anna TO lead_roi_test_cron; REVOKE ALL ON ALL TABLES IN SCHEMA anna FROM lead_roi_test_eve} => '');
my $locker = $node->background_psql('unposted', on_error_stop => 0);
$locker->query_safe('SET ROLE lead_roi_test_eve; BEGIN');
# The lock that posting took before there were ledgers, on every relation of the ledger and with any key.
$locker->query_safe(q{SELECT count(pg_advisory_lock(oid::integer, 0)), count(pg_advisory_lock(oid::bigint)) FROM pg_class WHERE relnamespace = 'anna'::regnamespace});
for my $mode ('ACCESS SHARE', 'ROW SHARE', 'ROW EXCLUSIVE', 'SHARE UPDATE EXCLUSIVE', 'ACCESS EXCLUSIVE')
{
    is(attempt('unposted', 'eve', "BEGIN; LOCK TABLE anna.posting_failure IN $mode MODE NOWAIT"), '42501', "no lock on a table: $mode");
}
# A reader can hold what readers hold.
my $reader = $node->background_psql('unposted', on_error_stop => 0);
$reader->query_safe('SET ROLE lead_roi_test_cron; BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM anna.expense, anna.posting_failure, anna.posting, anna.recurring_expense');
attempts_give('unposted', 'anna', q{SET lock_timeout = '10s'; SET statement_timeout = '10s'; SELECT lead_roi.post_due_expenses(max_rows => 1)} => 1,
    q{SET lock_timeout = '10s'; CALL lead_roi.post_due_expenses_in_batches()} => '', q{SET lock_timeout = '10s'; SELECT count(*) FROM lead_roi.unpost_expenses()} => 0,
    q{SELECT count(*) FROM anna.posting} => 8);
$reader->quit;
$locker->quit;

#
# One odd row, entered by whoever may enter one or by a slip of the hand: money without bound breaks no view and no posting.
#
attempts_give('unposted', 'anna', $broken_views . "SET search_path = anna, pg_temp; SELECT pg_temp.broken_views('anna')" => 'none');
my %money = (
    'an expense of 1e16' => q{INSERT INTO expense (lead_source_id, incurred_on, amount, title) VALUES (1, '2024-01-10', 1e16, 'x')},
    'an expense of 1e17' => q{INSERT INTO expense (lead_source_id, incurred_on, amount, title) VALUES (1, '2024-01-10', 1e17, 'x')},
    'an expense of -1e17' => q{INSERT INTO expense (lead_source_id, incurred_on, amount, title) VALUES (1, '2024-01-10', -1e17, 'x')},
    'an expense of 1e-18 alone' => q{DELETE FROM expense; INSERT INTO expense (lead_source_id, incurred_on, amount, title) VALUES (1, '2024-01-10', 1e-18, 'x')},
    'a payment of 1e17' => q{INSERT INTO payment (lead_id, paid_on, amount) VALUES (1, '2024-02-01', 1e17)},
    'a payment of 9e29' => q{INSERT INTO payment (lead_id, paid_on, amount) VALUES (1, '2024-02-01', 9e29)},
    'an expense of 1e-18 and a payment of 1e17' => q{DELETE FROM expense; INSERT INTO expense (lead_source_id, incurred_on, amount, title) VALUES (1, '2024-01-10', 1e-18, 'x');
        INSERT INTO payment (lead_id, paid_on, amount) VALUES (1, '2024-02-01', 1e17)},
    'a recurring expense of 1e17' => q{INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on) VALUES (1, 'x', 1e17, '2024-01-31')},
    'one ahead' => q{INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on) VALUES (1, 'x', 1e17, '2024-07-31')},
    'a price change to 1e17' => q{INSERT INTO amount_change VALUES (1, '2024-06-30', 1e17), (2, '1900-01-01', 1e17)},
    'a posting of 1e17' => q{INSERT INTO posting VALUES (1, '2024-07-01', '2024-07-31', 1e17)},
    'a bill in 100 years' => q{INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on, every_months) VALUES (1, 'x', 1, '2024-01-31', 1200)},
    'the last day that can be' => q{INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on) VALUES (1, 'x', 1, '2200-12-31')});
for my $what (sort keys %money)
{
    is(attempt('unposted', 'anna', "$broken_views BEGIN; SET LOCAL search_path = anna; $money{$what}; SELECT pg_temp.broken_views('anna');
        SELECT lead_roi.post_due_expenses() >= 0; SELECT lead_roi.post_due_expenses(); SELECT pg_temp.broken_views('anna'); ROLLBACK"),
        "none\nt\n0\nnone", "$what: every view answers, and posting goes on");
}
# What can't be computed with is refused where it is entered.
attempts_give('unposted', 'anna', map { ("SET search_path = anna; $_->[0]" => $_->[1]) }
    [ q{INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on, every_months) VALUES (1, 'x', 1, '2024-01-31', 120000000)}, '23514' ],
    [ q{INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on, every_months) VALUES (1, 'x', 1, '2024-01-31', 1201)}, '23514' ],
    [ q{INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on, every_months) VALUES (1, 'x', 1, '2024-01-31', 0.5)}, '23514' ],
    [ q{INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on, every_months) VALUES (1, 'x', 1, '2024-01-31', 'NaN')}, '23514' ],
    [ q{UPDATE recurring_expense SET every_months = 120000000}, '23514' ],
    [ q{INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on) VALUES (1, 'x', 1, '4714-11-24 BC')}, '23514' ],
    [ q{INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on) VALUES (1, 'x', 1, 'infinity')}, '22008' ],
    [ q{INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on) VALUES (1, 'x', 'NaN', '2024-01-31')}, '23514' ],
    [ q{UPDATE recurring_expense SET posted_through = '5874897-12-31'}, '22008' ],
    [ q{INSERT INTO expense (lead_source_id, amount, title) VALUES (1, 'NaN', 'x')}, '23514' ], [ q{INSERT INTO expense (lead_source_id, amount, title) VALUES (1, '-Infinity', 'x')}, '23514' ],
    [ q{INSERT INTO expense (lead_source_id, incurred_on, amount, title) VALUES (1, 'infinity', 1, 'x')}, '23514' ], [ q{INSERT INTO payment (paid_on, amount) VALUES ('-infinity', 1)}, '23514' ],
    [ q{INSERT INTO payment (amount) VALUES ('Infinity')}, '23514' ], [ q{INSERT INTO payment (amount) VALUES (1e30)}, '23514' ],
    [ q{INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on) VALUES (1, 'x', 1, '5874897-12-31')}, '23514' ], [ q{INSERT INTO amount_change VALUES (2, '0044-03-15 BC', 1)}, '23514' ], [ q{INSERT INTO amount_change VALUES (1, '2024-06-30', 'NaN')}, '23514' ], [ q{INSERT INTO visit VALUES (1, '2024-06-30', -1)}, '23514' ]);
# So are dates and counts that can't be, wherever they stand.
attempts_give('unposted', 'anna', map { ("SET search_path = anna; $_" => '23514') }
    q{INSERT INTO expense (lead_source_id, incurred_on, amount, title) VALUES (1, '4714-11-24 BC', 1, 'x')}, q{INSERT INTO expense (lead_source_id, incurred_on, amount, title) VALUES (1, '5874897-12-31', 1, 'x')},
    q{INSERT INTO lead (created_on) VALUES ('4714-11-24 BC')}, q{INSERT INTO lead (created_on, converted_on) VALUES ('2024-01-01', '5874897-12-31')}, q{INSERT INTO payment (paid_on, amount) VALUES ('294277-01-01', 1)},
    q{INSERT INTO visit VALUES (1, '2024-01-01', 9223372036854775807), (1, '2024-01-02', 9223372036854775807)});

$node->stop;
done_testing();
