# Nothing that is set on a database or a role changes what the worker does; only the server's own
# settings do. And the day of each ledger changes at midnight in its own time zone, whatever the launcher does.
use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Utils;
use Test::More;

use LeadRoi qw(new_node expansion_differences worker_settings configure add_ledger posted_exactly
  waits_for_reason worker_log count_in_log);

my $today = '2024-03-30';
my $node = new_node('settings', worker_settings($today));
my $superuser = $node->safe_psql('postgres', 'SELECT current_user');

#
# Settings on the database, and on the role as which the biller connects. Foreign keys and triggers
# are at work, and the trigger sees settings that it can rely on.
#
my @settings = (
    'search_path = planted, marketing, lead_roi',
    'session_replication_role = replica',
    'default_transaction_read_only = on',
    'default_transaction_isolation = serializable',
    'default_transaction_deferrable = on',
    'row_security = on',
    'TimeZone = "Pacific/Kiritimati"',
    'DateStyle = "SQL, DMY"',
    'IntervalStyle = sql_standard',
    'lead_roi.testing_today = "2030-01-01"',
    'statement_timeout = 1',
    'lock_timeout = 1',
    'idle_in_transaction_session_timeout = 1',
    'plpgsql.variable_conflict = use_column',
    'plpgsql.extra_errors = "all"',
    'standard_conforming_strings = off',
    'transform_null_equals = on',
    'array_nulls = off',
    'exit_on_error = on',
    'work_mem = 64',
    'plan_cache_mode = force_generic_plan',
    (map { "enable_$_ = off" } qw(bitmapscan hashagg hashjoin incremental_sort indexonlyscan indexscan material memoize mergejoin nestloop seqscan sort tidscan)),
    'seq_page_cost = 0',
    'hash_mem_multiplier = 1000',
    'max_parallel_workers_per_gather = 8',
    'from_collapse_limit = 1',
    'join_collapse_limit = 1',
    'geqo_threshold = 2',
    'constraint_exclusion = on',
    'cursor_tuple_fraction = 0',
    'random_page_cost = 1e10',
    'cpu_tuple_cost = 0',
    'cpu_index_tuple_cost = 1e10',
    'cpu_operator_cost = 1e10',
    'jit_above_cost = 0',
    'jit = on',
    'role = nobody');

# What a trigger sees of them in the end: as the server ships them, but for the memory of the worker.
my @pinned = sort(
    'constraint_exclusion partition', 'cpu_index_tuple_cost 0.005', 'cpu_operator_cost 0.0025', 'cpu_tuple_cost 0.01', 'cursor_tuple_fraction 0.1',
    (map { "enable_$_ on" } qw(bitmapscan hashagg hashjoin incremental_sort indexonlyscan indexscan material memoize mergejoin nestloop seqscan sort tidscan)),
    'exit_on_error off', 'from_collapse_limit 8', 'geqo_threshold 12', 'hash_mem_multiplier 2', 'jit off', 'join_collapse_limit 8',
    'max_parallel_workers_per_gather 0', 'plan_cache_mode auto', 'random_page_cost 4', 'seq_page_cost 1', 'work_mem 16384');
my $pinned_names = join ', ', map { "'" . (split / /)[0] . "'" } @pinned;
$node->safe_psql('postgres', 'CREATE ROLE nobody');
# PostgreSQL 19 has no other way to read strings than the standard's.
@settings = grep { !/standard_conforming_strings/ } @settings if $node->safe_psql('postgres', 'SHOW server_version_num') >= 190000;

for my $owner ('DATABASE crm', "ROLE $superuser IN DATABASE crm")
{
    local $ENV{PGOPTIONS} = '-c search_path=pg_catalog -c session_replication_role=origin -c default_transaction_read_only=off'
      . ' -c statement_timeout=0 -c lock_timeout=0 -c default_transaction_deferrable=off'
      . " -c default_transaction_isolation=read\\ committed -c DateStyle=ISO -c role=$superuser -c idle_in_transaction_session_timeout=0"
      . ' -c standard_conforming_strings=on -c exit_on_error=off -c enable_nestloop=on -c enable_indexscan=on -c random_page_cost=4 -c jit=off'
      . ' -c lead_roi.testing_today=';
    add_ledger($node, 'crm', 20);
    $node->safe_psql('crm', <<"SQL");
CREATE TABLE public.pinned (settings text);
GRANT SELECT, INSERT ON public.pinned TO PUBLIC;
CREATE FUNCTION public.look_at_pinned() RETURNS trigger LANGUAGE plpgsql AS \$\$
BEGIN
    INSERT INTO public.pinned
    SELECT string_agg(format('%s %s', name, setting), ', ' ORDER BY name) FROM pg_settings WHERE name IN ($pinned_names);
    RETURN NULL;
END
\$\$;
CREATE TRIGGER look_at_pinned AFTER INSERT ON marketing.posting FOR EACH STATEMENT EXECUTE FUNCTION public.look_at_pinned();
SQL
    $node->safe_psql('crm', <<'SQL');
CREATE TABLE public.seen (settings text);
GRANT SELECT, INSERT ON public.seen TO PUBLIC;
CREATE FUNCTION public.look() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO public.seen VALUES (format('%s %s %s %s', current_setting('session_replication_role'),
        current_setting('transaction_isolation'), current_setting('row_security'), NEW.incurred_on));
    RETURN NEW;
END
$$;
CREATE TRIGGER look BEFORE INSERT ON marketing.expense FOR EACH ROW EXECUTE FUNCTION public.look();
CREATE SCHEMA planted;
GRANT USAGE ON SCHEMA planted TO PUBLIC;
CREATE FUNCTION planted.post_bills(text, bigint[], date) RETURNS bigint LANGUAGE sql AS 'SELECT 1/0::bigint';
CREATE FUNCTION planted.isfinite(date) RETURNS boolean LANGUAGE sql AS 'SELECT 1/0 = 1';
CREATE TABLE planted.expense ();
SQL
    $node->safe_psql('postgres', "ALTER $owner SET $_") for @settings;

    configure($node, 'lead_roi.databases' => 'crm', 'lead_roi.testing_today' => $today);
    posted_exactly($node, 'crm', $today, "settings of $owner");
    is($node->safe_psql('crm', q{SELECT string_agg(DISTINCT left(settings, -11), ';'), count(*) = (SELECT count(*) FROM marketing.expense), bool_and(settings ~ ' \\d{4}-\\d\\d-\\d\\d$') FROM public.seen}),
        'origin read committed off|t|t', "settings of $owner: triggers fire, as ever");

    is($node->safe_psql('crm', 'SELECT DISTINCT settings FROM public.pinned'), join(', ', @pinned), "settings of $owner: the worker has its own");

    # With replication role "replica" the key to a lead source that isn't there would go unnoticed.
    $node->safe_psql('crm', q{
SET session_replication_role = replica;
INSERT INTO marketing.recurring_expense (lead_source_id, title, amount, starts_on) VALUES (999, 'no source', 1, '2024-03-01'), (1, 'beside it', 1, '2024-03-01')});
    configure($node, 'lead_roi.naptime' => '2s');
    ok($node->poll_query_until('crm', q{SELECT sqlstate = '23503' FROM marketing.posting_failure}), "settings of $owner: foreign keys are checked");
    is($node->safe_psql('crm', q{SELECT count(*) FROM marketing.expense WHERE title = 'beside it'}), 1, "settings of $owner: and one that fails keeps no other");
    configure($node, 'lead_roi.databases' => '', 'lead_roi.naptime' => '1s');
    $node->poll_query_until('postgres', q{SELECT count(*) = 0 FROM pg_stat_activity WHERE backend_type = 'lead_roi biller'});
    $node->safe_psql('postgres', 'DROP DATABASE crm WITH (FORCE)');
}

#
# The time zones of two ledgers, at both ends of the world: their dates are never the same. The
# recurring expenses' bills fall on the later date, so they are due in one zone before the other.
#
sub date_in
{
    my ($zone) = @_;
    return "(now() AT TIME ZONE '$zone')::date";
}

# Test that everything due on the date in that zone is posted in a ledger and nothing else, right now.
sub posted_in_zone
{
    my ($ledger, $zone, $name) = @_;
    my $query = "SELECT count(*) = 0 FROM $ledger.recurring_expense WHERE next_bill_on <= " . date_in($zone);
    ok($node->poll_query_until('world', $query), "$name: posted in time");
    is(expansion_differences($node, 'world', $node->safe_psql('world', 'SELECT ' . date_in($zone)), undef, $ledger), '', "$name: every due month once, none else");
    return;
}

# Move a ledger from one zone to the other.
sub move_to
{
    my ($ledger, $zone) = @_;
    my $before = $node->safe_psql('world', "SELECT time_zone FROM lead_roi.ledger WHERE ledger = '$ledger'");
    $node->safe_psql('world', "ALTER TYPE $ledger.lead_roi_ledger RENAME VALUE 'time zone $before' TO 'time zone $zone'");
    return;
}

# How many bills have been posted of those that fall on the day in the east; on some days others do, too.
sub postings_of_the_day
{
    my ($ledger) = @_;
    return $node->safe_psql('world', "SELECT count(*) FROM $ledger.posting JOIN $ledger.recurring_expense USING (recurring_expense_id) WHERE title LIKE 'due in the east %'");
}

my ($early, $late) = ('Pacific/Kiritimati', 'Pacific/Pago_Pago');
my %zone = (east => $early, west => $late);
for my $ledger (sort keys %zone)
{
    add_ledger($node, 'world', 5, ledger => $ledger, time_zone => $zone{$ledger});
    $node->safe_psql('world', qq{
INSERT INTO $ledger.recurring_expense (lead_source_id, title, amount, starts_on)
SELECT 1, 'due in the east ' || n, 7, } . date_in($early) . q{ FROM generate_series(1, 4) AS n});
}
configure($node, 'lead_roi.testing_today' => undef, 'lead_roi.databases' => 'world');
posted_in_zone('west', $late, 'where the day ends last');
posted_in_zone('east', $early, 'where the day begins first');
is(postings_of_the_day('west'), 0, 'not yet due where the day ends last');
is(postings_of_the_day('east'), 4, 'in one database, each ledger has its own day');
my $today_is_due = $node->safe_psql('world', 'SELECT count(*) FROM west.recurring_expense WHERE next_bill_on <= ' . date_in($early));
move_to('west', $early);
posted_in_zone('west', $early, 'where the day begins first, moved there');
is(postings_of_the_day('west'), 4, 'the zone moved the bill day');
cmp_ok($today_is_due, '>=', 4, 'which was not due in the other zone');
move_to('west', $late);
$node->safe_psql('world', 'UPDATE west.recurring_expense SET posted_through = NULL');
ok($node->poll_query_until('world', 'SELECT count(*) = 0 FROM west.recurring_expense WHERE next_bill_on <= ' . date_in($late)), 'and back: looked at again');
is(postings_of_the_day('west'), 4, 'and nothing is posted twice');
move_to('west', $early);
posted_in_zone('west', $early, 'and forth');

#
# The next day begins while the server runs.
#
$today = '2024-05-30';
configure($node, 'lead_roi.databases' => 'calendar', 'lead_roi.testing_today' => $today);
add_ledger($node, 'calendar', 40);
for my $next (qw(2024-05-31 2024-06-01 2024-06-30 2024-08-31 2024-10-31 2024-12-31 2025-01-01))
{
    posted_exactly($node, 'calendar', $today, "on $today") if $today eq '2024-05-30';
    $today = $next;
    configure($node, 'lead_roi.testing_today' => $today);
    posted_exactly($node, 'calendar', $today, "on $today");
}

# Midnight by the clock, while the launcher sleeps for an hour: on a server whose clock is some
# seconds before the end of a day, a leap year's 28 February. Only the wall clock is shifted.
my $folder = PostgreSQL::Test::Utils::tempdir();
append_to_file("$folder/shift_clock.c", <<'C');
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/time.h>

int
gettimeofday(struct timeval *restrict time, void *restrict zone)
{
	int			(*original) (struct timeval *, void *) = (int (*) (struct timeval *, void *)) dlsym(RTLD_NEXT, "gettimeofday");
	int			result = original(time, zone);

	time->tv_sec += SHIFT;
	return result;
}
C
my %zones = (atlantic => 'America/New_York', marketing => 'Europe/Berlin', zulu => 'UTC');
my $clock = new_node('clock', worker_settings(''), "lead_roi.naptime = '1h'");
for my $ledger (sort keys %zones)
{
    add_ledger($clock, 'postgres', 5, ledger => $ledger, time_zone => $zones{$ledger});
    $clock->safe_psql('postgres', qq{
INSERT INTO $ledger.recurring_expense (lead_source_id, title, amount, starts_on) VALUES (1, 'last day', 7, '2026-10-31')});
}
# Nothing has been posted by the true date, from which the clock would seem to jump.
$clock->stop;
configure($clock, 'lead_roi.databases' => 'postgres');

# In Berlin, 28 February 2028 ends at 23:00 in Greenwich; there and in New York it goes on.
my $midnight = 1835391600;
command_ok([ 'gcc', '-shared', '-fPIC', '-DSHIFT=' . ($midnight - 9 - time), '-o', "$folder/shift_clock.so", "$folder/shift_clock.c", '-ldl' ],
    'midnight: a clock that is set to shortly before');
{
    local $ENV{LD_PRELOAD} = "$folder/shift_clock.so";
    $clock->start;
}
for my $ledger (sort keys %zones)
{
    $clock->poll_query_until('postgres', "SELECT next_due_on = '2028-02-29' FROM $ledger.worker_status") or die 'not posted';
    is($clock->safe_psql('postgres', "SELECT lead_roi.ledger_today(NULL::$ledger.lead_roi_ledger)"), '2028-02-28', "midnight: not yet in $zones{$ledger}");
    is(expansion_differences($clock, 'postgres', '2028-02-28', undef, $ledger), '', "midnight: every month due before it, none else in $zones{$ledger}");
}
my $launcher = $clock->safe_psql('postgres', q{SELECT launcher_pid FROM marketing.worker_status});
posted_exactly($clock, 'postgres', '2028-02-29', 'midnight: the bill of the next day');
is($clock->safe_psql('postgres', q{SELECT posted_at < '2028-02-29 00:00:05 Europe/Berlin' FROM marketing.posting WHERE bill_on = '2028-02-29'}),
    't', 'midnight: within seconds');
is($clock->safe_psql('postgres', q{SELECT launcher_pid FROM marketing.worker_status}), $launcher, 'midnight: by the launcher of the day before');
for my $ledger (qw(atlantic zulu))
{
    $clock->poll_query_until('postgres', "SELECT last_check_at > '2028-02-29 00:00 Europe/Berlin' FROM $ledger.worker_status") or die 'not checked';
    is(expansion_differences($clock, 'postgres', '2028-02-28', undef, $ledger), '', "midnight: $zones{$ledger} has been looked at, and has its own");
}

$node->stop;
$clock->stop;
done_testing();
