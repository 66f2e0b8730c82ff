# Nothing that is set on a database or a role changes what the worker does; only the server's own
# settings do. And the day changes at midnight in the billing time zone, whatever the launcher does.
use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Utils;
use Test::More;

use LeadRoi qw(new_node expansion_differences worker_settings alter_system add_ledger posted_exactly
  waits_for_reason worker_log count_in_log);

#
# A day that ends by the clock, while the launcher sleeps for an hour: a time zone in which midnight
# is the next full minute but one or so. The rest of the tests goes on until then.
#
my $clock = new_node('clock', worker_settings('', 'postgres'), "lead_roi.naptime = '1h'");
my $midnight = $clock->safe_psql('postgres', q{SELECT date_trunc('minute', now() + interval '68 s')});
my $minutes = $clock->safe_psql('postgres', "SELECT 1440 - extract(epoch FROM (timestamptz '$midnight' AT TIME ZONE 'UTC')::time)::integer / 60");
alter_system($clock, 'lead_roi.billing_timezone' => sprintf('<near>-%02d:%02d', $minutes / 60, $minutes % 60));
add_ledger($clock, 'postgres', 5);
$clock->poll_query_until('postgres', 'SELECT next_due_on > lead_roi.billing_today() FROM lead_roi.worker_status') or die 'not posted';
# Entered during the day that ends, so only the check after midnight can see that it's due.
my $tomorrow = $clock->safe_psql('postgres', <<SQL);
INSERT INTO lead_roi.recurring_expense (lead_source_id, title, amount, starts_on)
SELECT 1, 'due tomorrow', 7, lead_roi.billing_today() + 1 RETURNING starts_on
SQL
is($clock->safe_psql('postgres', "SELECT lead_roi.billing_today() = date '$tomorrow' - 1 AND now() < '$midnight'"), 't', 'midnight: not yet');
my $launcher = $clock->safe_psql('postgres', q{SELECT pid FROM pg_stat_activity WHERE backend_type = 'lead_roi launcher'});

my $today = '2024-03-30';
my $node = new_node('settings', worker_settings($today));
my $superuser = $node->safe_psql('postgres', 'SELECT current_user');

#
# Settings on the database, and on the role as which the biller connects. Foreign keys and triggers
# are at work, and the trigger sees settings that it can rely on.
#
my @settings = (
    'search_path = planted, lead_roi',
    'session_replication_role = replica',
    'default_transaction_read_only = on',
    'default_transaction_isolation = serializable',
    'default_transaction_deferrable = on',
    'row_security = on',
    'TimeZone = "Pacific/Kiritimati"',
    'DateStyle = "SQL, DMY"',
    'IntervalStyle = sql_standard',
    'lead_roi.billing_timezone = "Pacific/Kiritimati"',
    'lead_roi.testing_today = "2030-01-01"',
    'statement_timeout = 1',
    'lock_timeout = 1',
    'idle_in_transaction_session_timeout = 1',
    'plpgsql.variable_conflict = use_column',
    'plpgsql.extra_errors = "all"',
    'standard_conforming_strings = off',
    'transform_null_equals = on',
    'array_nulls = off',
    'role = nobody');
$node->safe_psql('postgres', 'CREATE ROLE nobody');

for my $owner ('DATABASE crm', "ROLE $superuser IN DATABASE crm")
{
    local $ENV{PGOPTIONS} = '-c search_path=pg_catalog -c session_replication_role=origin -c default_transaction_read_only=off'
      . ' -c statement_timeout=0 -c lock_timeout=0 -c default_transaction_deferrable=off'
      . " -c default_transaction_isolation=read\\ committed -c DateStyle=ISO -c role=$superuser -c idle_in_transaction_session_timeout=0"
      . ' -c standard_conforming_strings=on';
    add_ledger($node, 'crm', 20);
    $node->safe_psql('crm', <<'SQL');
CREATE TABLE public.seen (settings text);
CREATE FUNCTION public.look() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO public.seen VALUES (format('%s %s %s %s', current_setting('session_replication_role'),
        current_setting('transaction_isolation'), current_setting('row_security'), NEW.incurred_on));
    RETURN NEW;
END
$$;
CREATE TRIGGER look BEFORE INSERT ON lead_roi.expense FOR EACH ROW EXECUTE FUNCTION public.look();
CREATE SCHEMA planted;
CREATE FUNCTION planted.post_agreements(bigint[], date) RETURNS bigint LANGUAGE sql AS 'SELECT 1/0::bigint';
CREATE FUNCTION planted.isfinite(date) RETURNS boolean LANGUAGE sql AS 'SELECT 1/0 = 1';
CREATE TABLE planted.expense ();
SQL
    $node->safe_psql('postgres', "ALTER $owner SET $_") for @settings;

    alter_system($node, 'lead_roi.databases' => 'crm', 'lead_roi.testing_today' => $today);
    posted_exactly($node, 'crm', $today, "settings of $owner");
    is($node->safe_psql('crm', q{SELECT string_agg(DISTINCT left(settings, -11), ';'), count(*) = (SELECT count(*) FROM lead_roi.expense), bool_and(settings ~ ' \\d{4}-\\d\\d-\\d\\d$') FROM public.seen}),
        'origin read committed off|t|t', "settings of $owner: triggers fire, as ever");

    # With replication role "replica" the key to a lead source that isn't there would go unnoticed.
    $node->safe_psql('crm', q{
SET session_replication_role = replica;
INSERT INTO lead_roi.recurring_expense (lead_source_id, title, amount, starts_on) VALUES (999, 'no source', 1, '2024-03-01')});
    alter_system($node, 'lead_roi.naptime' => '2s');
    ok($node->poll_query_until('crm', q{SELECT sqlstate = '23503' FROM lead_roi.posting_failure}), "settings of $owner: foreign keys are checked");
    alter_system($node, 'lead_roi.databases' => '', 'lead_roi.naptime' => '1s');
    $node->poll_query_until('postgres', q{SELECT count(*) = 0 FROM pg_stat_activity WHERE backend_type = 'lead_roi biller'});
    $node->safe_psql('postgres', 'DROP DATABASE crm WITH (FORCE)');
}

#
# The server's billing time zone, at both ends of the world: their dates are never the same. The
# agreements' bills fall on the later date, so they are due in one zone before the other.
#
sub date_in
{
    my ($zone) = @_;
    return "(now() AT TIME ZONE '$zone')::date";
}

# Test that everything due on the date in that zone is posted and nothing else, right now.
sub posted_in_zone
{
    my ($zone, $name) = @_;
    my $query = "SELECT count(*) = 0 FROM lead_roi.recurring_expense WHERE next_bill_on <= " . date_in($zone);
    ok($node->poll_query_until('world', $query), "$name: posted in time");
    is(expansion_differences($node, 'world', $node->safe_psql('world', 'SELECT ' . date_in($zone))), '', "$name: every due month once, none else");
    return;
}

my ($early, $late) = ('Pacific/Kiritimati', 'Pacific/Pago_Pago');
add_ledger($node, 'world', 5);
$node->safe_psql('world', q{
INSERT INTO lead_roi.recurring_expense (lead_source_id, title, amount, starts_on)
SELECT 1, 'due in the east', 7, } . date_in($early) . q{ - make_interval(months => n) FROM generate_series(0, 3) AS n});
alter_system($node, 'lead_roi.testing_today' => undef);
$node->append_conf('postgresql.conf', "lead_roi.testing_today = ''\nlead_roi.databases = 'world'");
alter_system($node, 'lead_roi.databases' => 'world', 'lead_roi.billing_timezone' => $late);
posted_in_zone($late, 'where the day ends last');
my $before = $node->safe_psql('world', 'SELECT count(*) FROM lead_roi.posting');
my $today_is_due = $node->safe_psql('world', 'SELECT count(*) FROM lead_roi.recurring_expense WHERE next_bill_on <= ' . date_in($early));
alter_system($node, 'lead_roi.billing_timezone' => $early);
posted_in_zone($early, 'where the day begins first');
is($node->safe_psql('world', 'SELECT count(*) FROM lead_roi.posting') - $before, 4, 'the zone moved the bill day');
cmp_ok($today_is_due, '>=', 4, 'which was not due in the other zone');
alter_system($node, 'lead_roi.billing_timezone' => $late);
$node->safe_psql('world', 'UPDATE lead_roi.recurring_expense SET posted_through = NULL');
ok($node->poll_query_until('world', 'SELECT count(*) = 0 FROM lead_roi.recurring_expense WHERE next_bill_on <= ' . date_in($late)), 'and back: looked at again');
is($node->safe_psql('world', 'SELECT count(*) FROM lead_roi.posting') - $before, 4, 'and nothing is posted twice');
alter_system($node, 'lead_roi.billing_timezone' => $early);
posted_in_zone($early, 'and forth');

#
# The next day begins while the server runs.
#
$today = '2024-05-30';
alter_system($node, 'lead_roi.databases' => 'calendar', 'lead_roi.testing_today' => $today);
add_ledger($node, 'calendar', 40);
for my $next (qw(2024-05-31 2024-06-01 2024-06-30 2024-12-31 2025-01-01))
{
    posted_exactly($node, 'calendar', $today, "on $today") if $today eq '2024-05-30';
    $today = $next;
    alter_system($node, 'lead_roi.testing_today' => $today);
    posted_exactly($node, 'calendar', $today, "on $today");
}

# And midnight by the clock has come meanwhile.
posted_exactly($clock, 'postgres', $tomorrow, 'midnight: the bill of the next day');
is($clock->safe_psql('postgres', "SELECT max(posted_at) - '$midnight' < interval '10 s' FROM lead_roi.posting WHERE bill_on = '$tomorrow'"),
    't', 'midnight: within seconds');
is($clock->safe_psql('postgres', q{SELECT pid FROM pg_stat_activity WHERE backend_type = 'lead_roi launcher'}), $launcher,
    'midnight: by the launcher that was there the day before');

$node->stop;
$clock->stop;
done_testing();
