# A library and an extension of different versions, and a copy made by pg_dump while the worker
# posts: nothing is lost, nothing is posted twice.
use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Utils;
use Test::More;

use LeadRoi qw(new_node expansion_differences worker_settings configure add_ledger posted_exactly
  waits_for_reason worker_log count_in_log);

my $today = '2024-03-31';
my $node = new_node('versions', worker_settings($today, 'postgres'), 'lead_roi.batch_size = 5');
add_ledger($node, 'postgres', 20);
posted_exactly($node, 'postgres', $today, 'the same version');
my $version = $node->safe_psql('postgres', q{SELECT extversion FROM pg_extension WHERE extname = 'lead_roi'});

#
# The extension is older than the library, as after an upgrade of the package; and newer, as before
# a restart.
#
for my $other ('0.9', '99.0')
{
    my $log = -s $node->logfile;
    $node->safe_psql('postgres', "UPDATE pg_extension SET extversion = '$other' WHERE extname = 'lead_roi'");
    my $before = $today;
    $today = $other eq '0.9' ? '2024-04-30' : '2024-05-31';
    configure($node, 'lead_roi.testing_today' => $today);
    waits_for_reason($node, 'postgres', "the extension is version $other and the loaded library $version", "extension $other: the reason is told");
    for (1 .. 2)
    {
        my $last = $node->safe_psql('postgres', 'SELECT last_check_at FROM marketing.worker_status');
        $node->poll_query_until('postgres', "SELECT last_check_at > '$last' FROM marketing.worker_status");
    }
    is(count_in_log($node, 'posts nothing in database "postgres": the extension and the loaded library are of different versions', $log), 1,
        "extension $other: logged once");
    is(count_in_log($node, "DETAIL:  It is of version $other, the loaded library lead_roi of version $version", $log), 1, "extension $other: with both versions");
    is(count_in_log($node, 'WARNING|ERROR|FATAL|biller', $log), 1, "extension $other: and nothing else is");
    is(expansion_differences($node, 'postgres', $before), '', "extension $other: stands aside");
    is($node->safe_psql('postgres', 'SELECT overdue_expenses > 0 FROM marketing.worker_status'), 't', "extension $other: something is due");
    for my $call (q{create_ledger('other')}, q{upgrade_ledger('marketing')})
    {
        my (undef, undef, $error) = $node->psql('postgres', "SELECT lead_roi.$call");
        like($error, qr/ERROR:  extension lead_roi is of version \Q$other\E and the loaded library of version \Q$version\E\nHINT:  Run ALTER EXTENSION lead_roi UPDATE\./,
            "extension $other: $call is refused");
    }
    $node->safe_psql('postgres', "UPDATE pg_extension SET extversion = '$version' WHERE extname = 'lead_roi'");
    posted_exactly($node, 'postgres', $today, "the same version again, after $other");
}

#
# pg_dump while the worker is in the middle of a catch-up; the copy is restored beside the original
# and served as well. A trigger holds the biller in a batch, with others behind and before it.
#
my $holder = $node->background_psql('postgres');
$holder->query_safe('SELECT pg_advisory_lock(1)');
$node->safe_psql('postgres', q{
CREATE FUNCTION public.hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(1);
    RETURN NEW;
END
$$;
CREATE TRIGGER hold BEFORE INSERT ON marketing.expense FOR EACH ROW WHEN (NEW.incurred_on = '2024-06-12') EXECUTE FUNCTION public.hold();
INSERT INTO marketing.recurring_expense (lead_source_id, title, amount, starts_on)
SELECT 1, 'held', 5, date '2024-06-01' + n FROM generate_series(0, 29) AS n;
INSERT INTO marketing.expense (lead_source_id, title, amount, incurred_on) VALUES (1, 'by hand', 9, '2024-06-05')});
$today = '2024-07-31';
configure($node, 'lead_roi.testing_today' => $today);
ok($node->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_stat_activity WHERE backend_type = 'lead_roi biller' AND wait_event_type = 'Lock'}),
    'the biller is in the middle of its work');
my $dump = PostgreSQL::Test::Utils::tempdir() . '/live.sql';
command_ok([ 'pg_dump', '-f', $dump, $node->connstr('postgres') ], 'dumped meanwhile');
$holder->query_safe('SELECT pg_advisory_unlock(1)');
$holder->quit;
posted_exactly($node, 'postgres', $today, 'original');

# Listed before it is there, so that the worker comes by all the time. The restore waits behind the
# recurring expenses, before the keys, until the worker has seen that: if it posted now, a month could
# be posted twice, and its expenses would take the keys of those that the dump has. All are marked as
# not posted, as where they were to be looked at again when they were dumped.
my $script = slurp_file($dump);
my $waits = q{UPDATE marketing.recurring_expense SET posted_through = NULL;
DO $$
BEGIN
    FOR tries IN 1 .. 600 LOOP
        EXIT WHEN EXISTS (SELECT FROM marketing.worker_status WHERE reason LIKE '%while a dump is restored%');
        PERFORM pg_sleep(0.1);
    END LOOP;
END
$$;
};
ok($script =~ s/^(?=COPY marketing\.visit )/$waits/m, 'the dump has visits behind the recurring expenses');
open my $handle, '>', $dump or die $!;
print $handle $script;
close $handle or die $!;
my $before_restore = -s $node->logfile;
configure($node, 'lead_roi.databases' => 'postgres, restored');
$node->safe_psql('postgres', 'CREATE DATABASE restored');
command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', $dump, $node->connstr('restored') ], 'restored');
is(count_in_log($node, 'posts nothing in ledger marketing of database "restored": a key or trigger that keeps', $before_restore), 1, 'the worker stood aside meanwhile');
posted_exactly($node, 'restored', $today, 'copy');

# Every row of the ledger is there, but the keys of expenses posted after the dump.
my $contents = q{
SET search_path = marketing;
SELECT 'posting', recurring_expense_id, bill_on, amount::text FROM posting
UNION ALL SELECT 'expense', recurring_expense_id, incurred_on, amount || title FROM expense
UNION ALL SELECT 'recurring expense', recurring_expense_id, next_bill_on, amount || title FROM recurring_expense
ORDER BY 1, 2, 3, 4};
is($node->safe_psql('restored', $contents), $node->safe_psql('postgres', $contents), 'copy: complete');
is($node->safe_psql('restored', q{
INSERT INTO marketing.recurring_expense (lead_source_id, title, amount, starts_on) VALUES (1, 'next', 1, '2024-08-01')
RETURNING recurring_expense_id = (SELECT max(recurring_expense_id) + 1 FROM marketing.recurring_expense)}), 't', 'copy: sequences go on');
posted_exactly($node, $_, $today, "$_ at last") for qw(restored postgres);

$node->stop;
done_testing();
