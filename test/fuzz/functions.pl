# Every function, aggregate and procedure of the extension with hostile values of each type: no crash, no internal error
# (XX000), no error that the caller can't be to blame for, no call of more than two seconds that can't be cancelled, and no
# growing memory.
#
#   script/test test/fuzz/functions.pl :: [CALLS [SEED]]
use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Utils;
use Test::More;

use LeadRoi qw(new_node);

my $calls = $ARGV[0] // 2500;
my $seed = $ARGV[1] // 1;
my $batch = 500;
note("seed $seed");

my $node = new_node('function_fuzz', 'autovacuum = off', 'jit = off', 'fsync = off', 'log_min_messages = panic');
$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('postgres'), '-f', 'test/fuzz/functions.sql' ], 'two ledgers to call functions of');

# Many calls are made by as many sessions as there are processors, each in a database of its own.
my $sessions = $calls < 20_000 ? 1 : qx(getconf _NPROCESSORS_ONLN) + 0;
$node->safe_psql('postgres', "CREATE DATABASE fuzz_$_ TEMPLATE postgres STRATEGY file_copy") for 1 .. $sessions;

# All batches of a session; its memory is looked at when caches are warm and at the end.
my $memory = q{SELECT 'memory ' || sum(total_bytes) FROM pg_backend_memory_contexts};
my $batches = int(($calls / $sessions + $batch - 1) / $batch);
sub start_session
{
    my ($session) = @_;
    my $script = "SET client_min_messages = error; SET lead_roi.testing_today = '2024-06-30'; SET statement_timeout = '10min';\n";
    for my $n (1 .. $batches)
    {
        my $batch_seed = ($seed * 7919 + $n + ($session - 1) * $batches) % 1_000_003 / 1_000_003;
        $script .= sprintf("SELECT 'batch %d'; SELECT fuzz.calls(%d, %.9f);\n", $n, $batch, $batch_seed);
        $script .= "$memory;\n" if $n == int($batches / 2) || $n == $batches;
    }
    my ($printed, $errors) = ('', '');
    my $run = IPC::Run::start([ 'psql', '-X', '-q', '-A', '-t', '-d', $node->connstr("fuzz_$session") ], '<', \$script, '>', \$printed, '2>', \$errors);
    return { run => $run, database => "fuzz_$session", printed => \$printed, errors => \$errors };
}

# What a session has to say at its end.
sub check_session
{
    my ($session) = @_;
    my ($database, $printed) = ($session->{database}, ${ $session->{printed} });
    my ($reached) = $printed =~ /.*^batch (\d+)$/ms;
    is($reached, $batches, "$database: all batches were made");
    is(${ $session->{errors} }, '', '... without an error beside those of the calls');
    my @memory = $printed =~ /^memory (\d+)$/mg;
    is(join("\n", grep { !/^(?:batch|memory) \d+$|^slow: / && /\S/ } split /\n/, $printed), '', 'no call ended as none may');
    for my $call ($printed =~ /^slow: (.*)$/mg)
    {
        my $started = time;
        $node->psql($database, "SET statement_timeout = '1s'; BEGIN; $call; ROLLBACK");
        cmp_ok(time - $started, '<', 5, "takes long, and can be cancelled: $call");
    }
    cmp_ok($memory[-1] - $memory[0], '<', 16 * 1024 * 1024, "memory doesn't grow: @memory");
    my $made = q{SELECT sum(times) || ' calls, ' || sum(times) FILTER (WHERE state = '00000') || ' without an error, of ' || count(DISTINCT name) || ' functions' FROM fuzz.ended};
    note($node->safe_psql($database, $made));
    is($node->safe_psql($database, q{SELECT count(*) > 200 FROM (SELECT FROM fuzz.ended GROUP BY name) AS called}), 't', 'most functions were called');
    is($node->safe_psql($database, q{SELECT count(*) FROM marketing.reconciliation WHERE violation = 'totals_differ'}), 0, 'the ledger is as it was');
    return;
}

my @running = map { start_session($_) } 1 .. $sessions;
$_->{run}->finish for @running;
check_session($_) for @running;
$node->stop;
done_testing();
