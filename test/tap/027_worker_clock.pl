# A server's clock that jumps far ahead, back, and is right again: nothing is lost, nothing is doubled, and
# next to nothing is posted meanwhile. What looks like it and isn't: a long downtime, which one call confirms;
# a recurring expense that was ended for a while; one that can't be posted.
use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Utils;
use Test::More;

use LeadRoi qw(new_node worker_settings configure set_today add_ledger posted_exactly wait_all_posted expansion_differences
  waits_for_reason count_in_log);

my $node = new_node('clock', worker_settings('2024-03-31', 'postgres'));
my $reason = 'nothing has been posted for more than two months';

# Every row of every table of a ledger, but for the record of runs, which keeps what was done.
sub contents
{
    my ($ledger) = @_;
    my @tables = split /\n/, $node->safe_psql('postgres', qq{
SELECT oid::regclass FROM pg_class WHERE relnamespace = '$ledger'::regnamespace AND relkind = 'r' AND relname <> 'posting_run' ORDER BY 1});
    return join "\n", map { "$_: " . $node->safe_psql('postgres', "SELECT t::text FROM $_ AS t ORDER BY 1") } @tables;
}

# Have the worker check all ledgers once more, to the end.
sub check_again
{
    my ($ledger) = @_;
    for (1 .. 2)
    {
        my $last = $node->safe_psql('postgres', "SELECT coalesce(last_check_at, '-infinity') FROM $ledger.worker_status");
        $node->poll_query_until('postgres', "SELECT last_check_at > '$last' FROM $ledger.worker_status") or die 'no check';
    }
    return;
}

# The bills of a ledger by date and amount.
sub bills
{
    my ($ledger) = @_;
    return $node->safe_psql('postgres', "SELECT string_agg(bill_on || ' ' || amount, ', ' ORDER BY bill_on, recurring_expense_id) FROM $ledger.posting");
}

# A ledger with one monthly fee of 10, which starts on that day.
sub add_fee
{
    my ($ledger, $starts_on) = @_;
    $node->safe_psql('postgres', qq{
SET client_min_messages = warning;
SELECT lead_roi.create_ledger('$ledger', time_zone => 'UTC');
INSERT INTO $ledger.lead_source (name) VALUES ('source');
INSERT INTO $ledger.recurring_expense (lead_source_id, title, amount, starts_on) VALUES (1, 'fee', 10, '$starts_on')});
    return;
}

#
# Far ahead: what was posted before waits, and so does its ledger. One that has never been posted is caught
# up with, as it can't be told from one that is entered late.
#
add_ledger($node, 'postgres', 30);
posted_exactly($node, 'postgres', '2024-03-31', 'before');
my $before = contents('marketing');
my $log = -s $node->logfile;
set_today($node, '2031-03-31');
waits_for_reason($node, 'postgres', $reason, 'far ahead: the reason is told');
check_again('marketing');
is(contents('marketing'), $before, 'far ahead: nothing is posted');
is(count_in_log($node, "posts nothing in ledger marketing of database \"postgres\": $reason", $log), 1, 'far ahead: one warning');
like($node->safe_psql('postgres', 'SELECT mend FROM marketing.worker_status'), qr/run SELECT lead_roi\.post_due_expenses\('marketing'\); else correct the clock/,
    'far ahead: and what to do');
is($node->safe_psql('postgres', q{SELECT violation FROM marketing.reconciliation WHERE relation = 'worker_status'}), 'worker_stands_aside', 'far ahead: a violation');
$node->safe_psql('postgres', q{INSERT INTO marketing.recurring_expense (lead_source_id, title, amount, starts_on) VALUES (1, 'entered meanwhile', 5, '2024-04-10')});
check_again('marketing');
is($node->safe_psql('postgres', q{SELECT count(*) FROM marketing.posting WHERE bill_on > '2024-03-31'}), 0, 'far ahead: nor what is entered meanwhile');

# Right again: the reason goes by itself, and all goes on.
set_today($node, '2024-03-31');
ok($node->poll_query_until('postgres', 'SELECT reason IS NULL FROM marketing.worker_status'), 'right again: the reason has gone');
is($node->safe_psql('postgres', q{SELECT count(*) FROM marketing.reconciliation WHERE relation = 'worker_status'}), 0, 'right again: and the violation');
set_today($node, '2024-04-30');
posted_exactly($node, 'postgres', '2024-04-30', 'a month later');

# Behind: nothing is due that isn't posted.
set_today($node, '2019-01-01');
check_again('marketing');
is(expansion_differences($node, 'postgres', '2024-04-30'), '', 'far behind: nothing is posted, nothing taken away');

#
# Ahead by what can't be told from a downtime: at most 62 days are posted, and unposting restores all.
# The fee's next bill is of 15 April; 62 days later it is 16 June, when those of May and June are due, too.
#
set_today($node, '2024-04-14');
check_again('marketing');
add_fee('edge', '2024-01-15');
wait_all_posted($node, 'postgres', '2024-03-15', 'edge');
is(bills('edge'), '2024-01-15 10, 2024-02-15 10, 2024-03-15 10', 'edge: posted on time');
my $edge = contents('edge');
set_today($node, '2024-06-17');
waits_for_reason($node, 'postgres', $reason, 'edge: 63 days are a jump', 'edge');
is(contents('edge'), $edge, 'edge: nothing is posted');
set_today($node, '2024-06-16');
ok($node->poll_query_until('postgres', 'SELECT count(*) = 6 FROM edge.posting'), 'edge: 62 days are not');
is(bills('edge'), '2024-01-15 10, 2024-02-15 10, 2024-03-15 10, 2024-04-15 10, 2024-05-15 10, 2024-06-15 10', 'edge: three bills are posted ahead');
set_today($node, '2024-04-14');
$node->poll_query_until('postgres', q{SELECT lead_roi.ledger_today(NULL::edge.lead_roi_ledger) = '2024-04-14'}) or die;
is($node->safe_psql('postgres', q{SELECT bill_on, amount, removed FROM lead_roi.unpost_expenses('edge')}), "2024-04-15|10|t\n2024-05-15|10|t\n2024-06-15|10|t", 'edge: they are unposted');
is(contents('edge'), $edge, 'edge: which restores the state before');
set_today($node, '2024-06-10');
ok($node->poll_query_until('postgres', 'SELECT count(*) = 5 FROM edge.posting'), 'edge: they are posted when they are due');
is(bills('edge'), '2024-01-15 10, 2024-02-15 10, 2024-03-15 10, 2024-04-15 10, 2024-05-15 10', 'edge: once');
wait_all_posted($node, 'postgres', '2024-06-10');

#
# A downtime of three months looks the same. One call confirms it; then the worker goes on.
#
my $down = '2024-09-20';
set_today($node, $down);
waits_for_reason($node, 'postgres', $reason, 'downtime: the worker asks', $_) for qw(edge marketing);
is($node->safe_psql('postgres', q{SELECT lead_roi.post_due_expenses('edge')}), 4, 'downtime: one call posts June to September');
ok($node->poll_query_until('postgres', 'SELECT reason IS NULL FROM edge.worker_status'), 'downtime: nothing keeps the worker any more');
waits_for_reason($node, 'postgres', $reason, 'downtime: each ledger is confirmed by its own owner');
$node->safe_psql('postgres', q{SELECT lead_roi.post_due_expenses('marketing')});
set_today($node, '2024-10-31');
posted_exactly($node, 'postgres', '2024-10-31', 'after the downtime', $_) for qw(edge marketing);

#
# What is no sign of a clock: a yearly fee; one that was ended and goes on half a year later, beside others;
# the only one of a ledger, which can't be posted for three months.
#
$node->safe_psql('postgres', q{
UPDATE marketing.recurring_expense SET ends_on = '2024-10-31' WHERE recurring_expense_id = 1;
INSERT INTO marketing.recurring_expense (lead_source_id, title, amount, starts_on, every_months) VALUES (1, 'yearly', 100, '2024-05-31', 12)});
add_fee('poison', '2024-10-05');
$node->poll_query_until('postgres', q{SELECT count(*) = 1 FROM poison.posting}) or die;
$node->safe_psql('postgres', q{ALTER TABLE poison.expense ADD CONSTRAINT no_more CHECK (incurred_on < '2024-11-01')});
for my $today (qw(2024-12-31 2025-02-28 2025-04-30 2025-05-31))
{
    set_today($node, $today);
    posted_exactly($node, 'postgres', $today, 'no sign');
}
$node->safe_psql('postgres', q{UPDATE marketing.recurring_expense SET ends_on = NULL WHERE recurring_expense_id = 1});
posted_exactly($node, 'postgres', '2025-05-31', 'no sign: the one that goes on');
check_again('poison');
is($node->safe_psql('postgres', 'SELECT count(*), (SELECT reason IS NULL FROM poison.worker_status), (SELECT count(*) FROM poison.posting) FROM poison.posting_failure'),
    '1|t|1', 'no sign: the one that fails is shown, and stops nobody');
$node->safe_psql('postgres', q{ALTER TABLE poison.expense DROP CONSTRAINT no_more; UPDATE poison.posting_failure SET retry_at = clock_timestamp()});
posted_exactly($node, 'postgres', '2025-05-31', 'no sign: once it can be posted', 'poison');

$node->stop;
done_testing();
