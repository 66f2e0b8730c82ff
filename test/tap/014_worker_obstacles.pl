# What keeps some recurring expenses from being posted: a poison among them, a lock, a prepared transaction.
# The others are posted, what isn't is visible, and comes as soon as it can.
use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Utils;
use Test::More;

use LeadRoi qw(new_worker_node configure set_today add_ledger wait_all_posted expansion_differences);

my $node = new_worker_node('obstacles', '2024-01-31', 'max_prepared_transactions = 2');

# The recurring expenses that have anything overdue.
my $overdue = q{SELECT coalesce(string_agg(DISTINCT recurring_expense_id::text, ',' ORDER BY recurring_expense_id::text), 'none') FROM marketing.overdue_expense};

# The recurring expenses that differ from the expansion.
sub differing
{
    my ($today) = @_;
    my %differing = map { (split /\|/)[1] => 1 } split /\n/, expansion_differences($node, 'postgres', $today);
    return join ',', sort keys %differing;
}

sub wait_for
{
    my ($query, $expected, $name) = @_;
    return ok($node->poll_query_until('postgres', $query, $expected), $name);
}

# Three poisons among 103: a user's CHECK, a user's trigger, an overflow in a user's column.
add_ledger($node, 'postgres', 100);
wait_all_posted($node, 'postgres', '2024-01-31');
$node->safe_psql('postgres', <<'SQL');
ALTER TABLE marketing.expense ADD CONSTRAINT no_poison CHECK (title <> 'check');
CREATE FUNCTION public.no_budget() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no budget'; END $$;
CREATE TRIGGER no_budget BEFORE INSERT ON marketing.expense
    FOR EACH ROW WHEN (NEW.title = 'trigger') EXECUTE FUNCTION public.no_budget();
ALTER TABLE marketing.expense ADD COLUMN cents integer GENERATED ALWAYS AS ((amount * 100)::integer) STORED;
INSERT INTO marketing.recurring_expense (lead_source_id, title, amount, starts_on)
VALUES (1, 'check', 1, '2024-01-31'), (1, 'trigger', 1, '2024-01-31'), (1, 'overflow', 1000000000, '2024-01-31');
SQL
set_today($node, '2024-03-31');
wait_for($overdue, '101,102,103', 'only the poisons are overdue');
is(differing('2024-03-31'), '101,102,103', 'all others are posted exactly');
is($node->safe_psql('postgres', q{SELECT DISTINCT ON (1) title, sqlstate, message, attempts, (retry_at - failed_at)::interval(0) FROM marketing.overdue_expense ORDER BY 1}),
    join("\n", 'check|23514|new row for relation "expense" violates check constraint "no_poison"|1|00:01:00',
        'overflow|22003|integer out of range|1|00:01:00', 'trigger|P0001|no budget|1|00:01:00'),
    'overdue_expense tells the errors, and that it is tried again after a minute');
is($node->safe_psql('postgres', q{SELECT last_run_failed, overdue_expenses FROM marketing.worker_status}), '3|9', 'worker_status tells of them');
is($node->safe_psql('postgres', q{SELECT failed, sqlstate IS NOT NULL FROM marketing.posting_run ORDER BY posting_run_id DESC LIMIT 1}), '3|t', 'so does posting_run');

# Checks before the minute is over leave them alone; then the time doubles, up to an hour.
my $check = $node->safe_psql('postgres', 'SELECT last_check_at FROM marketing.worker_status');
wait_for("SELECT last_check_at > '$check' FROM marketing.worker_status", 't', 'a check later');
is($node->safe_psql('postgres', 'SELECT max(attempts) FROM marketing.posting_failure'), '1', 'nothing was tried again');
$node->safe_psql('postgres', q{UPDATE marketing.posting_failure SET retry_at = clock_timestamp()});
wait_for('SELECT DISTINCT attempts, (retry_at - failed_at)::interval(0) FROM marketing.posting_failure', '2|00:02:00', 'the second time it takes two minutes');
$node->safe_psql('postgres', q{UPDATE marketing.posting_failure SET retry_at = clock_timestamp(), attempts = 20});
wait_for('SELECT DISTINCT attempts, (retry_at - failed_at)::interval(0) FROM marketing.posting_failure', '21|01:00:00', 'and never more than an hour');

$node->safe_psql('postgres', <<'SQL');
ALTER TABLE marketing.expense DROP CONSTRAINT no_poison, DROP COLUMN cents;
DROP TRIGGER no_budget ON marketing.expense;
UPDATE marketing.posting_failure SET retry_at = clock_timestamp();
SQL
ok(wait_all_posted($node, 'postgres', '2024-03-31'), 'all is posted once the reasons are gone');
is(differing('2024-03-31'), '', 'every due month once, none else, right amounts');
is($node->safe_psql('postgres', 'SELECT count(*) FROM marketing.posting_failure'), '0', 'and the failures are forgotten');

# A user's deferred constraint is no obstacle: it is checked within the batch.
$node->safe_psql('postgres', <<'SQL');
CREATE TABLE public.approved (title text PRIMARY KEY);
GRANT SELECT ON public.approved TO PUBLIC;
INSERT INTO public.approved SELECT DISTINCT title FROM marketing.recurring_expense WHERE title <> 'check';
ALTER TABLE marketing.expense ADD CONSTRAINT approved FOREIGN KEY (title) REFERENCES public.approved NOT VALID DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE marketing.expense ALTER CONSTRAINT approved DEFERRABLE INITIALLY DEFERRED;
CREATE FUNCTION public.notice() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER noticed AFTER INSERT ON marketing.expense DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION public.notice();
SQL
set_today($node, '2024-04-30');
wait_for($overdue, '101', 'a deferred trigger is no obstacle, a deferred foreign key only for the one that it refuses');
is($node->safe_psql('postgres', q{SELECT DISTINCT sqlstate FROM marketing.posting_failure}), '23503', 'overdue_expense tells the error');
$node->safe_psql('postgres', <<'SQL');
INSERT INTO public.approved VALUES ('check');
DELETE FROM marketing.posting_failure;
SQL
ok(wait_all_posted($node, 'postgres', '2024-04-30'), 'all is posted once it is approved');
is(differing('2024-04-30'), '', 'every due month once, none else, right amounts');

# A prepared transaction holds some recurring expenses for as long as it likes.
$node->safe_psql('postgres', <<'SQL');
BEGIN;
UPDATE marketing.recurring_expense SET notes = 'held' WHERE recurring_expense_id IN (1, 2, 5);
PREPARE TRANSACTION 'held';
SQL
set_today($node, '2024-05-31');
wait_for($overdue, '1,2,5', 'only what a prepared transaction holds is overdue');
is(differing('2024-05-31'), '1,2,5', 'all others are posted exactly');
is($node->safe_psql('postgres', 'SELECT count(*) FROM marketing.posting_failure'), '0', 'that is no failure');
$node->safe_psql('postgres', q{COMMIT PREPARED 'held'});
$node->reload;
ok(wait_all_posted($node, 'postgres', '2024-05-31'), 'all is posted after COMMIT PREPARED');
is(differing('2024-05-31'), '', 'every due month once, none else, right amounts');

# A session locks the table. The worker waits a few seconds, leaves, and says so.
my $session = $node->background_psql('postgres');
$session->query_safe('BEGIN; LOCK TABLE marketing.expense IN SHARE MODE');
my $runs = $node->safe_psql('postgres', 'SELECT count(*) FROM marketing.posting_run');
set_today($node, '2024-06-30');
wait_for(q{SELECT reason FROM marketing.worker_status},
    'another session holds a lock that the worker needs; it tries again at the next check', 'worker_status tells of a lock on the table');
is($node->safe_psql('postgres', 'SELECT (SELECT count(*) FROM marketing.posting_failure), (SELECT count(*) FROM marketing.posting_run)'), "0|$runs", 'no rows about it pile up');
$session->query_safe('COMMIT');
$session->quit;
ok(wait_all_posted($node, 'postgres', '2024-06-30'), 'all is posted after the lock has gone');
is(differing('2024-06-30'), '', 'every due month once, none else, right amounts');

$node->stop;
done_testing();
