# Processes and servers that die at any point of a run: every due month is posted once all the same.
use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time);

use LeadRoi qw(new_worker_node configure set_today add_ledger wait_all_posted expansion_differences
    create_holds hold_at release_holds wait_for_biller wait_for_launcher kill_and_recover waits_for_reason);

my @places = ('before insert', 'after insert', 'before commit', 'after commit');

my $node = new_worker_node('crashes', '2024-01-31', 'lead_roi.batch_size = 4', 'wal_level = replica', 'max_wal_senders = 2');

# Every due month once, none else, right amounts; and the runs' own count agrees, for a run's row is
# committed with what it posted.
sub check_exact
{
    my ($today, $when) = @_;
    ok(wait_all_posted($node, 'postgres', $today), "all is posted $when");
    # Have the worker look at every month again.
    $node->safe_psql('postgres', 'UPDATE marketing.recurring_expense SET posted_through = NULL');
    $node->reload;
    ok($node->poll_query_until('postgres', 'SELECT bool_and(posted_through IS NOT NULL OR starts_on > lead_roi.ledger_today(NULL::marketing.lead_roi_ledger)) FROM marketing.recurring_expense'),
        "and looked at again $when");
    is(expansion_differences($node, 'postgres', $today), '', "every due month once, none else, right amounts $when");
    is($node->safe_psql('postgres', 'SELECT sum(posted) FROM marketing.posting_run'),
        $node->safe_psql('postgres', 'SELECT count(*) FROM marketing.posting'), "posting_run has counted the same $when");
    return;
}

# The months of the recurring expense that is held, as far as others see them.
sub held_months
{
    return $node->safe_psql('postgres', q{SELECT count(*) FROM marketing.posting JOIN marketing.recurring_expense USING (recurring_expense_id) WHERE title = 'held'});
}

# SIGKILL to the biller or the launcher while the biller is at each place. The recurring expense that is
# held shares its batch with others, and batches before it are committed already.
add_ledger($node, 'postgres', 40);
wait_all_posted($node, 'postgres', '2024-01-31');
create_holds($node);
$node->safe_psql('postgres', q{INSERT INTO marketing.recurring_expense (lead_source_id, title, amount, starts_on) VALUES (1, 'held', 7, '2024-02-10')});
my $month = 2;
for my $victim ('biller', 'launcher')
{
    for my $place (@places)
    {
        my $today = sprintf '2024-%02d-28', $month++;
        my $before = held_months();
        hold_at($node, $place);
        set_today($node, $today);
        my $biller = wait_for_biller($node, $place eq 'after commit' ? 'SyncRep' : 'PgSleep');
        # The commit that waits may be one before the held one.
        is(held_months(), $before, "$victim $place: not visible before") unless $place eq 'after commit';
        my $count = $node->safe_psql('postgres', 'SELECT count(*) FROM marketing.posting');
        kill_and_recover($node, $victim eq 'biller' ? $biller : wait_for_launcher($node));
        cmp_ok($node->safe_psql('postgres', 'SELECT count(*) FROM marketing.posting'), $place eq 'after commit' ? '>' : '>=', $count,
            "$victim $place: what was committed has stayed");
        release_holds($node);
        check_exact($today, "after SIGKILL of the $victim $place");
    }
}

# Immediate shutdown in the middle of a batch, with many batches to go.
set_today($node, '2024-10-31');
wait_all_posted($node, 'postgres', '2024-10-31');
hold_at($node, 'after insert');
$node->safe_psql('postgres', q{INSERT INTO marketing.recurring_expense (lead_source_id, title, amount, starts_on)
    SELECT 1, CASE n WHEN 100 THEN 'held' ELSE 'many' END, n, '2024-01-31' FROM generate_series(1, 200) AS n});
wait_for_biller($node, 'PgSleep');
$node->stop('immediate');
$node->start;
my $posted = $node->safe_psql('postgres', 'SELECT count(*) FROM marketing.posting');
is($node->safe_psql('postgres', 'SELECT sum(posted) FROM marketing.posting_run'), $posted, 'only whole batches are there after an immediate shutdown');
cmp_ok($posted, '<', 2500, 'and many are not');
release_holds($node);
check_exact('2024-10-31', 'after an immediate shutdown');

# Down for five months; the price of one recurring expense rises in the third. What is posted late is what
# would have been posted on time.
$node->safe_psql('postgres', q{INSERT INTO marketing.recurring_expense (lead_source_id, title, amount, starts_on) VALUES (2, 'rising', 100, '2024-10-31')});
wait_all_posted($node, 'postgres', '2024-10-31');
$node->safe_psql('postgres', q{INSERT INTO marketing.amount_change SELECT recurring_expense_id, '2025-01-15', 120 FROM marketing.recurring_expense WHERE title = 'rising'});
$node->stop;
set_today($node, '2025-03-31');
$node->start;
waits_for_reason($node, 'postgres', 'nothing has been posted for more than two months', 'the worker asks whether the date is right');
is($node->safe_psql('postgres', q{SELECT count(*) FROM marketing.posting WHERE bill_on > '2024-10-31'}), 0, 'and has posted nothing');
# Confirmed by one call, in batches to have it in posting_run, too.
$node->safe_psql('postgres', 'CALL lead_roi.post_due_expenses_in_batches()');
check_exact('2025-03-31', 'after five months of downtime');
is($node->safe_psql('postgres', q{SELECT string_agg(incurred_on || ' ' || amount, ', ' ORDER BY expense_id) FROM marketing.expense WHERE title = 'rising'}),
    '2024-10-31 100, 2024-11-30 100, 2024-12-31 100, 2025-01-31 120, 2025-02-28 120, 2025-03-31 120',
    'oldest first, each with the amount in force on its date');

# Terminated and cancelled over and over. A reload after each has the worker go on at once.
hold_at($node, 'before insert');
set_today($node, '2025-05-31');
for my $signal (('terminate', 'cancel') x 4)
{
    my $biller = wait_for_biller($node, 'PgSleep');
    $node->safe_psql('postgres', "SELECT pg_${signal}_backend($biller)");
    $node->poll_query_until('postgres', "SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE pid = $biller)") or die 'the biller stays';
    $node->reload;
}
release_holds($node);
check_exact('2025-05-31', 'after terminating and cancelling the biller repeatedly');

# A fast shutdown doesn't wait for a standby that never comes.
hold_at($node, 'after commit');
set_today($node, '2025-06-30');
wait_for_biller($node, 'SyncRep');
my $start = time;
$node->stop('fast');
cmp_ok(time - $start, '<', 5, 'a fast shutdown while a commit waits for a missing standby takes no time');
configure($node, 'synchronous_standby_names' => undef);
$node->start;
check_exact('2025-06-30', 'after it');

$node->stop;
done_testing();
