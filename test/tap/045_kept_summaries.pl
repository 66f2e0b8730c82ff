# Kept summaries beside the facts, whatever happens at once: twelve writers at three isolation levels, VACUUM FREEZE, folds that
# are killed, prepared transactions, a crash; the worker's folds; dumps and a subscription.
#
#   script/test test/tap/045_kept_summaries.pl :: [SECONDS]
use strict;
use warnings FATAL => 'all';

use IPC::Run;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time);

use LeadRoi qw(new_node new_worker_node);

my $seconds = $ARGV[0] // 8;
my $node = new_node('kept', 'max_connections = 40', 'max_prepared_transactions = 4', 'autovacuum = off', 'jit = off', "wal_level = 'logical'", 'max_wal_senders = 4', 'max_replication_slots = 4');
$node->safe_psql('postgres', 'CREATE DATABASE stressed STRATEGY file_copy');
$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('stressed'), '-f', 'test/stress/keeping.sql' ], 'a ledger keeps summaries');

# How many rows of reports differ from those that read the facts, and how many cells from the facts, in one snapshot.
my $compare = 'SELECT (SELECT count(*) FROM live.difference), (SELECT count(*) FROM marketing.summary_violation)';

sub compare { return $node->safe_psql('stressed', $compare) }

# Twelve writers, four at each level. Those that can't be serialized try again.
my @writers;
for my $level ('read committed', 'repeatable read', 'serializable')
{
    my ($output, $errors) = ('', '');
    local $ENV{PGOPTIONS} = '-c default_transaction_isolation=' . $level =~ s/ /\\ /gr;
    push @writers, { level => $level, output => \$output, errors => \$errors,
        run => IPC::Run::start([ 'pgbench', '-n', '-c', 4, '-j', 2, '-T', $seconds, '--max-tries', 0, '-f', 'test/stress/writer.sql', $node->connstr('stressed') ],
            '<', \undef, '>', \$output, '2>', \$errors) };
}

# One more session freezes every row that it can, again and again.
my ($vacuumed, $complaints) = ('', '');
my $vacuum = IPC::Run::start([ 'pgbench', '-n', '-T', $seconds, '-f', 'test/stress/freeze.sql', $node->connstr('stressed') ], '<', \undef, '>', \$vacuumed, '2>', \$complaints);

# Meanwhile folds, some of which are killed, and a session that only compares.
my ($folds, $kills, $comparisons, @wrong) = (0, 0, 0);
my $end = time() + $seconds;
while (time() < $end)
{
    my ($output, $errors) = ('', '');
    my $fold = IPC::Run::start([ 'psql', '-X', '-A', '-t', '-d', $node->connstr('stressed') ], '<', \'SELECT lead_roi.fold_summaries(\'marketing\')', '>', \$output, '2>', \$errors);
    $kills += $node->safe_psql('stressed', q{SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE query LIKE 'SELECT lead_roi.fold_summaries%' AND pid <> pg_backend_pid()}) if rand() < 0.3;
    $fold->finish;
    $folds++ if $output =~ /^\d+$/m;
    my $compared = compare();
    push @wrong, $compared if $compared ne '0|0';
    $comparisons++;
}
for my $writer (@writers)
{
    $writer->{run}->finish;
    like(${ $writer->{output} }, qr/number of transactions actually processed: [1-9]/, "$writer->{level}: transactions were committed");
    like(${ $writer->{errors} }, qr/\A(?:pgbench[^\n]*\n)*\z/, "$writer->{level}: no writer died");
}
$vacuum->finish;
like($vacuumed, qr/number of transactions actually processed: [1-9]/, 'rows were frozen all the while');
like($complaints, qr/\A(?:pgbench[^\n]*\n)*\z/, '... without an error');
note("$folds folds, $kills killed, $comparisons comparisons");
cmp_ok($folds, '>', 0, 'there were folds');
is(join(' ', @wrong), '', 'no comparison found a difference while all were at work');
is(compare(), '0|0', 'none at the end');
$node->safe_psql('stressed', q{SELECT lead_roi.fold_summaries('marketing')});
is(compare(), '0|0', 'none after the last fold');

# What is prepared is logged, and not seen before it is committed, whatever is folded meanwhile.
$node->safe_psql('stressed', q{BEGIN; INSERT INTO marketing.payment (lead_id, paid_on, amount) SELECT min(lead_id), '2024-05-05', 77 FROM marketing.lead; PREPARE TRANSACTION 'paid'});
$node->safe_psql('stressed', q{UPDATE marketing.lead SET lead_source_id = 1 + lead_source_id % 5; SELECT lead_roi.fold_summaries('marketing')});
is(compare(), '0|0', 'a prepared transaction waits');
$node->safe_psql('stressed', q{COMMIT PREPARED 'paid'});
is(compare(), '0|0', 'it is committed after the lead has moved');
$node->safe_psql('stressed', q{SELECT lead_roi.fold_summaries('marketing')});
is(compare(), '0|0', '... and is folded');

# A crash under load.
my ($output, $errors) = ('', '');
my $load = IPC::Run::start([ 'pgbench', '-n', '-c', 8, '-T', 60, '--max-tries', 0, '-f', 'test/stress/writer.sql', $node->connstr('stressed') ], '<', \undef, '>', \$output, '2>', \$errors);
$node->poll_query_until('stressed', 'SELECT count(*) > 50 FROM marketing.payment_log') or die 'no load';
$node->stop('immediate');
$load->finish;
$node->start;
is(compare(), '0|0', 'no difference after a crash');

# Dumps have cells and logs as data, and triggers behind them.
my $folder = PostgreSQL::Test::Utils::tempdir();
my $connection = $node->connstr('stressed');
$node->safe_psql('stressed', 'INSERT INTO marketing.payment (paid_on, amount) SELECT date \'2024-03-03\', n FROM generate_series(1, 50) AS n');
$node->command_ok([ 'pg_dump', '-Fc', '-f', "$folder/dump", '-d', $connection ], 'a dump is made');
for my $jobs (1, 4)
{
    $node->safe_psql('postgres', "CREATE DATABASE copy_$jobs TEMPLATE template0 STRATEGY file_copy");
    $node->command_ok([ 'pg_restore', '-j', $jobs, '-d', $node->connstr("copy_$jobs"), "$folder/dump" ], "restored with $jobs jobs");
    is($node->safe_psql("copy_$jobs", "$compare; SELECT everything FROM marketing.summary_staleness; SELECT count(*) > 0 FROM marketing.payment_log"), "0|0\nf\nt", '... nothing is counted twice, and nothing is stale');
    $node->safe_psql("copy_$jobs", q{INSERT INTO marketing.payment (paid_on, amount) VALUES ('2024-03-04', 5); SELECT lead_roi.fold_summaries('marketing')});
    is($node->safe_psql("copy_$jobs", $compare), '0|0', '... and it goes on');
}

# Rows alone, into a ledger that keeps summaries already: what comes is noticed, and the facts are read until the next fold.
$node->command_ok([ 'pg_dump', '--data-only', '-f', "$folder/rows.sql", '-d', $connection ], 'a dump of the rows is made');
for my $restore ([ 'psql', '-X', '-q', '-f', "$folder/rows.sql" ], [ 'pg_restore', '--data-only', '--disable-triggers', "$folder/dump" ])
{
    my $name = "rows_by_$restore->[0]";
    $node->safe_psql('postgres', "CREATE DATABASE $name TEMPLATE template0 STRATEGY file_copy");
    $node->command_ok([ 'pg_restore', '--schema-only', '-d', $node->connstr($name), "$folder/dump" ], "$name: the schema is restored");
    $node->safe_psql($name, q{SET client_min_messages = warning; SELECT lead_roi.fold_summaries('marketing')});
    $node->command_ok([ @$restore, '-d', $node->connstr($name) ], '... then the rows');
    is($node->safe_psql($name, $compare), '0|0', '... they are reported once');
    $node->safe_psql($name, q{SELECT lead_roi.fold_summaries('marketing')});
    is($node->safe_psql($name, $compare), '0|0', '... also after a fold');
}

# A subscription fires triggers for rows alone.
my $subscriber = new_node('subscriber', 'autovacuum = off', 'max_replication_slots = 4');
$subscriber->safe_psql('postgres', 'CREATE DATABASE stressed STRATEGY file_copy');
$subscriber->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $subscriber->connstr('stressed'), '-f', 'test/stress/keeping.sql' ], 'a subscriber keeps summaries');
$subscriber->safe_psql('stressed', 'TRUNCATE marketing.lead_source, marketing.lead, marketing.payment, marketing.expense, marketing.visit, marketing.lead_source_alias, marketing.exchange_rate CASCADE');
$subscriber->safe_psql('stressed', q{SELECT lead_roi.fold_summaries('marketing')});
$node->safe_psql('stressed', 'CREATE PUBLICATION facts FOR TABLE marketing.lead_source, marketing.lead, marketing.payment, marketing.expense, marketing.visit, marketing.lead_source_alias, marketing.exchange_rate');
$subscriber->safe_psql('stressed', "CREATE SUBSCRIPTION facts CONNECTION '" . $connection =~ s/'/''/gr . "' PUBLICATION facts");
$subscriber->poll_query_until('stressed', q{SELECT bool_and(srsubstate = 'r') FROM pg_subscription_rel}) or die 'not in step';
$node->safe_psql('stressed', q{SELECT stress.act_or_not(1 + n % 16, 1 + n % 20, 1 + n % 5, n) FROM generate_series(1, 300) AS n});
$node->wait_for_catchup('facts');
is($subscriber->safe_psql('stressed', 'SELECT count(*) > 100 FROM marketing.payment_log'), 't', 'what a subscription applies is logged');
is($subscriber->safe_psql('stressed', $compare), '0|0', '... and reported');
$subscriber->safe_psql('stressed', q{SELECT lead_roi.fold_summaries('marketing')});
is($subscriber->safe_psql('stressed', $compare), '0|0', '... also after a fold');
$node->safe_psql('stressed', 'TRUNCATE marketing.visit');
$node->wait_for_catchup('facts');
is($subscriber->safe_psql('stressed', $compare), '0|0', 'so is a TRUNCATE');
$subscriber->stop;
$node->stop('immediate');

# The worker folds what is new, and then when 5,000 rows are logged, as the owner.
my $worker = new_worker_node('folding', '2024-06-30');
$worker->safe_psql('postgres', q{SET client_min_messages = warning; CREATE EXTENSION lead_roi; SELECT lead_roi.create_ledger(time_zone => 'UTC'); SELECT lead_roi.keep_summaries('marketing', true)});
ok($worker->poll_query_until('postgres', 'SELECT NOT everything FROM marketing.summary_staleness'), 'the worker fills summaries');
$worker->safe_psql('postgres', q{INSERT INTO marketing.payment (paid_on, amount) SELECT date '2024-03-03', n FROM generate_series(1, 4000) AS n});
my $checked = $worker->safe_psql('postgres', 'SELECT last_check_at FROM marketing.worker_status');
$worker->poll_query_until('postgres', "SELECT last_check_at > '$checked'::timestamptz + interval '2 s' FROM marketing.worker_status") or die 'no check';
is($worker->safe_psql('postgres', 'SELECT count(*) FROM marketing.payment_log'), '4000', 'it leaves 4,000 rows');
$worker->safe_psql('postgres', q{INSERT INTO marketing.expense (incurred_on, amount, title) SELECT date '2024-03-03', n, 'e' FROM generate_series(1, 1000) AS n});
ok($worker->poll_query_until('postgres', 'SELECT NOT EXISTS (SELECT FROM marketing.payment_log)'), '... and folds 5,000');
is($worker->safe_psql('postgres', 'SELECT sum(payments), sum(facts) FROM marketing.month_cell'), '4000|1000', '... into cells');
$worker->safe_psql('postgres', q{INSERT INTO marketing.lead_source (name) VALUES ('a'); INSERT INTO marketing.recurring_expense (lead_source_id, title, amount, starts_on) VALUES (1, 'fee', 100, '2024-01-31'); INSERT INTO marketing.lead_source_alias VALUES ('google', DEFAULT, 1)});
ok($worker->poll_query_until('postgres', 'SELECT sum(expense) = 600 + 1000 * 1001 / 2 FROM marketing.lead_source_total'), 'what the worker posts is reported');
ok($worker->poll_query_until('postgres', q{SELECT count(*) FILTER (WHERE state = 'alias') = 0 FROM marketing.summary_state}), 'a new alias is folded');
is($worker->safe_psql('postgres', 'SELECT count(*) FROM marketing.summary_violation'), '0', 'no difference');

# A fold that fails is left alone for a while after the second time, and settings that are loaded again end that.
sub failed_folds { return scalar(() = slurp_file($worker->logfile) =~ /could not fold the summaries of ledger marketing/g) }
$worker->safe_psql('postgres', q{CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''refused''; END';
    CREATE TRIGGER refuse BEFORE INSERT ON marketing.summary_state FOR EACH ROW WHEN (NEW.state = 'filled') EXECUTE FUNCTION refuse();
    UPDATE marketing.lead_source_alias SET pattern = 'bing'});
my $waited = 0;
until (failed_folds() >= 2 || $waited++ > 10 * $PostgreSQL::Test::Utils::timeout_default) { select undef, undef, undef, 0.1 }
for (1 .. 3)
{
    $checked = $worker->safe_psql('postgres', 'SELECT last_check_at FROM marketing.worker_status');
    $worker->poll_query_until('postgres', "SELECT last_check_at > '$checked'::timestamptz FROM marketing.worker_status") or die 'no check';
}
is(failed_folds(), 2, 'a fold that failed twice is left alone');
is($worker->safe_psql('postgres', 'SELECT count(*) FROM marketing.summary_violation'), '0', '... reports stay right');
$worker->safe_psql('postgres', 'DROP TRIGGER refuse ON marketing.summary_state');
$worker->reload;
ok($worker->poll_query_until('postgres', q{SELECT count(*) FILTER (WHERE state = 'alias') = 0 FROM marketing.summary_state}), '... and goes on after a reload');
$worker->stop;
done_testing();
