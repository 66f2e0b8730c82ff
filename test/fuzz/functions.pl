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

# All batches in one session, whose memory is looked at when caches are warm and at the end.
my $memory = q{SELECT 'memory ' || sum(total_bytes) FROM pg_backend_memory_contexts};
my $batches = int(($calls + $batch - 1) / $batch);
my $script = "SET client_min_messages = error; SET lead_roi.testing_today = '2024-06-30'; SET statement_timeout = '10min';\n";
for my $n (1 .. $batches)
{
    $script .= sprintf("SELECT 'batch %d'; SELECT fuzz.calls(%d, %.9f);\n", $n, $batch, ($seed * 7919 + $n) % 1_000_003 / 1_000_003);
    $script .= "$memory;\n" if $n == int($batches / 2) || $n == $batches;
}
my ($printed, $errors) = ('', '');
IPC::Run::run([ 'psql', '-X', '-q', '-A', '-t', '-d', $node->connstr('postgres') ], '<', \$script, '>', \$printed, '2>', \$errors);

my ($reached) = $printed =~ /.*^batch (\d+)$/ms;
is($reached, $batches, 'all batches were made');
is($errors, '', '... without an error beside those of the calls');
my @memory = $printed =~ /^memory (\d+)$/mg;
is(join("\n", grep { !/^(?:batch|memory) \d+$|^slow: / && /\S/ } split /\n/, $printed), '', 'no call ended as none may');
for my $call ($printed =~ /^slow: (.*)$/mg)
{
    my $started = time;
    $node->psql('postgres', "SET statement_timeout = '1s'; BEGIN; $call; ROLLBACK");
    cmp_ok(time - $started, '<', 5, "takes long, and can be cancelled: $call");
}
cmp_ok($memory[-1] - $memory[0], '<', 16 * 1024 * 1024, "memory doesn't grow: @memory");
my $made = $node->safe_psql('postgres', q{SELECT sum(times) || ' calls, ' || sum(times) FILTER (WHERE state = '00000') || ' without an error, of ' || count(DISTINCT name) || ' functions' FROM fuzz.ended});
note($made);
is($node->safe_psql('postgres', q{SELECT count(*) > 200 FROM (SELECT FROM fuzz.ended GROUP BY name) AS called}), 't', 'most functions were called');
is($node->safe_psql('postgres', q{SELECT count(*) FROM marketing.reconciliation WHERE violation = 'totals_differ'}), 0, 'the ledger is as it was');
$node->stop;
done_testing();
