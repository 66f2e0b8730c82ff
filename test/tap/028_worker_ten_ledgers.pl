# Ten ledgers in one database. One has a trigger that sleeps, one always fails, one is a superuser's, one of
# mixed owners, one of an older version, one is locked, and they come first by name. The other four are
# served within one naptime, and each of the six shows why nothing is posted.
use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time);

use LeadRoi qw(new_worker_node configure set_today add_ledger posted_exactly expansion_differences waits_for_reason count_in_log);

# The naptime is the one that users have.
my $naptime = 60;
my $node = new_worker_node('ten', '2024-01-31', "lead_roi.naptime = ${naptime}s", q{lead_roi.databases = ''}, 'lead_roi.batch_size = 120');
my @healthy = qw(north south west zenith);
my %reason = (
    a_sleeping => 'the last check took too long and was cancelled, as happens when a trigger hangs',
    b_failing => 'the last check ended with an error: relation "b_failing.posting_failure" does not exist',
    c_superuser => 'the ledger belongs to a superuser',
    d_mixed => 'not all relations of the ledger belong to the owner of its schema',
    e_older => 'the ledger and the extension are of different versions',
    f_locked => 'another session holds a lock that the worker needs');

$node->safe_psql('postgres', 'CREATE ROLE lead_roi_test_anna; CREATE ROLE lead_roi_test_bert');
add_ledger($node, 'postgres', 10, ledger => $_, owner => 'lead_roi_test_anna') for sort keys %reason, @healthy;
configure($node, 'lead_roi.databases' => 'postgres');
posted_exactly($node, 'postgres', '2024-01-31', "at first: $_", $_) for sort keys %reason, @healthy;

# 120 bills take two minutes there, and make one batch.
$node->safe_psql('postgres', <<'SQL');
CREATE FUNCTION public.sleep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(1); RETURN NEW; END';
CREATE TRIGGER sleep BEFORE INSERT ON a_sleeping.expense FOR EACH ROW EXECUTE FUNCTION public.sleep();
UPDATE a_sleeping.recurring_expense SET ends_on = '2024-01-31' WHERE starts_on <= '2024-01-31';
DELETE FROM a_sleeping.recurring_expense WHERE starts_on > '2024-01-31';
INSERT INTO a_sleeping.recurring_expense (lead_source_id, title, amount, starts_on) SELECT 1, 'slow', n, '2024-02-10' FROM generate_series(1, 120) AS n;
ALTER TABLE b_failing.posting_failure RENAME TO mislaid;
ALTER SCHEMA c_superuser OWNER TO postgres;
ALTER TABLE d_mixed.amount_change OWNER TO lead_roi_test_bert;
DO $$ BEGIN EXECUTE format('ALTER TYPE e_older.lead_roi_ledger RENAME VALUE ''version %s'' TO ''version 0.9''', (SELECT version FROM lead_roi.ledger WHERE ledger = 'e_older')); END $$;
SQL
my $session = $node->background_psql('postgres');
$session->query_safe('BEGIN; LOCK TABLE f_locked.expense IN SHARE MODE');

my $log = -s $node->logfile;
my $begin = time;
set_today($node, '2024-02-28');
posted_exactly($node, 'postgres', '2024-02-28', "beside six in trouble: $_", $_) for @healthy;
my $seconds = time - $begin;
cmp_ok($seconds, '<', $naptime, 'the four are served within one naptime');
note sprintf 'they were served after %.1f s', $seconds;
waits_for_reason($node, 'postgres', $reason{$_}, "$_ shows why", $_) for sort keys %reason;
is($node->safe_psql('postgres', "SELECT count(*) FROM $_.posting WHERE bill_on > '2024-01-31'"), 0, "$_ has nothing posted") for sort keys %reason;
is($node->safe_psql('postgres', q{SELECT sqlstate, message FROM a_sleeping.posting_run ORDER BY posting_run_id DESC LIMIT 1}),
    '57014|a batch was cancelled after 15 seconds', 'posting_run of the one that sleeps has it');
is($node->safe_psql('postgres', q{SELECT failures, retry_at IS NOT NULL FROM lead_roi.worker_check WHERE ledger = 'a_sleeping'}), '1|t', 'and counts as a failure');
is(count_in_log($node, 'WARNING:  lead_roi posts nothing in ledger (c_superuser|d_mixed|e_older) ', $log), 3, 'one warning for each that waits for somebody');

# Who may take long comes last from now on.
$begin = time;
set_today($node, '2024-03-28');
posted_exactly($node, 'postgres', '2024-03-28', "a month later: $_", $_) for @healthy;
cmp_ok(time - $begin, '<', 10, 'the four come first');

# The one that sleeps gets on, with a tenth of the bills at a time, in twelve seconds.
ok($node->poll_query_until('postgres', q{SELECT count(*) > 0 FROM a_sleeping.posting WHERE bill_on > '2024-01-31'}), 'the one that sleeps gets on');
cmp_ok($node->safe_psql('postgres', q{SELECT count(*) FROM a_sleeping.posting WHERE bill_on > '2024-01-31'}), '<=', 24, 'some bills at a time');

$session->query_safe('COMMIT');
$session->quit;
$node->safe_psql('postgres', <<'SQL');
DROP TRIGGER sleep ON a_sleeping.expense;
ALTER TABLE b_failing.mislaid RENAME TO posting_failure;
ALTER SCHEMA c_superuser OWNER TO lead_roi_test_anna;
ALTER TABLE d_mixed.amount_change OWNER TO lead_roi_test_anna;
DO $$ BEGIN EXECUTE format('ALTER TYPE e_older.lead_roi_ledger RENAME VALUE ''version 0.9'' TO ''version %s''', (SELECT version FROM lead_roi.ledger WHERE ledger = 'north')); END $$;
SQL
$node->reload;
for my $ledger (sort keys %reason)
{
    posted_exactly($node, 'postgres', '2024-03-28', "mended: $ledger", $ledger);
    ok($node->poll_query_until('postgres', "SELECT reason IS NULL FROM $ledger.worker_status"), "mended: nothing keeps $ledger");
}

# A ledger with a minute's work to catch up with is the first of the four, and gives way to the others after
# its turn.
$node->safe_psql('postgres', <<'SQL');
CREATE TRIGGER sleep BEFORE INSERT ON north.expense FOR EACH ROW WHEN (NEW.title = 'slow') EXECUTE FUNCTION public.sleep();
CREATE OR REPLACE FUNCTION public.sleep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.1); RETURN NEW; END';
INSERT INTO north.recurring_expense (lead_source_id, title, amount, starts_on) SELECT 1, 'slow', n, '2024-04-10' FROM generate_series(1, 600) AS n;
SQL
set_today($node, '2024-04-28');
posted_exactly($node, 'postgres', '2024-04-28', "beside a catch-up: $_", $_) for qw(south west zenith);
my $posted = $node->safe_psql('postgres', q{SELECT count(*) FROM north.expense WHERE title = 'slow'});
ok($posted > 0 && $posted < 600, 'the catch-up goes on afterwards') or diag "$posted posted";
$node->safe_psql('postgres', 'DROP TRIGGER sleep ON north.expense');
posted_exactly($node, 'postgres', '2024-04-28', 'the catch-up', 'north');

$node->stop;
done_testing();
