# Every function, aggregate and procedure of the extension, and the input of each of its types, with hostile values: no crash,
# no internal error (XX000), no error that the caller can't be to blame for, no call of more than two seconds that can't
# be cancelled, and no growing memory. Each failure is told with the one statement that shows it.
#
#   script/test test/fuzz/functions.pl :: [CALLS [SEED [SESSIONS]]]
use strict;
use warnings FATAL => 'all';

use POSIX qw(:sys_wait_h);
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time usleep);

use LeadRoi qw(new_node);

my $calls = $ARGV[0] // 5000;
my $seed = $ARGV[1] // 1;

# Many calls are made by as many sessions as there are processors, each in a database of its own.
my $sessions = $ARGV[2] // ($calls < 20_000 ? 1 : qx(getconf _NPROCESSORS_ONLN) + 0);
note("seed $seed, $sessions sessions");

# A batch is many calls of one function. It is given up after so many seconds, in a call that can be cancelled or else with the server. On a
# busy machine a process may be left waiting for minutes.
use constant { BATCH_TIMEOUT => 120, STUCK_AFTER => 600 };

my $node = new_node('function_fuzz', 'autovacuum = off', 'jit = off', 'log_min_messages = panic', 'restart_after_crash = on');
my $folder = PostgreSQL::Test::Utils::tempdir();
my $memory_folder = -d '/dev/shm' && -w '/dev/shm' ? '/dev/shm' : $folder;
$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('postgres'), map { ('-f', "test/fuzz/$_.sql") } qw(values calls) ], 'two ledgers to call functions of');
$node->safe_psql('postgres', "CREATE DATABASE fuzz_$_ TEMPLATE postgres STRATEGY file_copy") for 1 .. $sessions;

# What there is to call, and how often in a round. The number may be a fraction.
my $rounds = 2 * $sessions;
$rounds += $sessions while $calls / $rounds > 250_000;
my %number = map { split /\|/ } split /\n/, $node->safe_psql('postgres', sprintf 'SELECT n, %d * share / sum(share) OVER () FROM fuzz.callable', $calls / $rounds);

# The batches of a session: each function once in a round, if its share comes to a call, and in the first round in any case.
sub batches
{
    my ($session) = @_;
    my @batches;
    for my $round (grep { $_ % $sessions == $session - 1 } 0 .. $rounds - 1)
    {
        for my $n (sort { $a <=> $b } keys %number)
        {
            my $calls = int(($round + 1) * $number{$n} + $n / 311) - int($round * $number{$n} + $n / 311) || $round < $sessions;
            push @batches, { n => $n, number => $calls, seed => ($seed * 7919 + $round * 1009 + $n) % 1_000_003 / 1_000_003 } if $calls;
        }
        $batches[-1]{ends_round} = 1;
    }
    return @batches;
}

# The statements that run batches from one on. Memory is looked at where all functions have been called, and values received are thrown away.
sub script_of
{
    my ($traced, $first, @batches) = @_;
    my $script = "SET client_min_messages = " . ($traced ? 'notice' : 'error') . "; SET lead_roi.testing_today = '2024-06-30'; SET fuzz.folder = '$memory_folder';\n"
      . "SET statement_timeout = '" . BATCH_TIMEOUT . "s';\n";
    for my $batch (@batches)
    {
        $script .= sprintf("SELECT 'batch %d'; SELECT fuzz.calls_%d(%d, %.9f, %s);\n", $first++, @{$batch}{qw(n number seed)}, $traced ? 'true' : 'false');
        $script .= "SELECT 'memory ' || sum(total_bytes) FROM pg_backend_memory_contexts;\nSELECT format('TRUNCATE fuzz.%I', name) FROM fuzz.type \\gexec\n" if $batch->{ends_round};
    }
    return $script;
}

# Start psql with a script; what it prints goes to files. Rows end with zero bytes, since statements may have several lines.
sub start_psql
{
    my ($session, $script) = @_;
    my $file = "$folder/session_$session->{number}";
    unlink "$file.sql";
    append_to_file("$file.sql", $script);
    my $psql = fork // die "cannot fork: $!";
    if ($psql == 0)
    {
        open STDOUT, '>', "$file.out" or die $!;
        open STDERR, '>', "$file.errors" or die $!;
        exec 'psql', '-X', '-q', '-A', '-t', '-0', '-d', $node->connstr($session->{database}), '-f', "$file.sql" or die $!;
    }
    @{$session}{qw(psql file)} = ($psql, $file);
    return;
}

# Kill the processes that haven't come to the end of a batch for so long that they can't be cancelled. It takes the server with it.
sub kill_stuck
{
    my $stuck = sprintf q{SELECT pid FROM pg_stat_activity WHERE datname ~ '^fuzz_' AND state = 'active' AND query_start < clock_timestamp() - interval '%d s'}, STUCK_AFTER;
    my ($status, $pids) = $node->psql('postgres', $stuck);
    kill 'KILL', split /\n/, $pids // '' if $status == 0;
    return;
}

# Wait until psql of all sessions has ended, and read what each has printed.
sub finish_psql
{
    my (@started) = @_;
    my $look_at = time + 10;
    while (my @running = grep { $_->{psql} } @started)
    {
        $_->{psql} = 0 for grep { waitpid($_->{psql}, WNOHANG) != 0 } @running;
        usleep(20_000);
        next if time < $look_at;
        kill_stuck();
        $look_at = time + 10;
    }
    $node->poll_query_until('postgres', 'SELECT true') or die 'the server is gone';
    for my $session (@started)
    {
        $session->{printed} = [ split /\0\n?/, slurp_file("$session->{file}.out") ];
        $session->{errors} = slurp_file("$session->{file}.errors");
        $session->{crashed} = $session->{errors} =~ s/^[^\n]*(?:server closed the connection|connection to server was lost).*//ms;
    }
    return;
}

# After a crash: make the batch of a session again, and tell each statement before it is made. The last one is the culprit,
# if the server crashes again or is stuck.
sub find_culprit
{
    my ($session) = @_;
    my $batch = $session->{batches}[ $session->{at} ];
    my ($log_ends, $started) = (-s $node->logfile, time);
    start_psql($session, script_of(1, 0, $batch));
    finish_psql($session);
    return if !$session->{crashed};
    my ($statement) = $session->{errors} =~ /.*NOTICE:  (.*)\n/s;
    my ($trap) = substr(slurp_file($node->logfile), $log_ends) =~ /^(TRAP: [^\n]*)/m;
    push @{ $session->{failures} }, join(': ', $trap // (time - $started > STUCK_AFTER ? "can't be cancelled" : 'the server crashed'), $statement // "a batch of function $batch->{n}");
    return 1;
}

# Run a session's batches from where it is; it is where it came to afterwards.
sub run_sessions
{
    my (@unfinished) = @_;
    start_psql($_, script_of(0, $_->{at}, @{ $_->{batches} }[ $_->{at} .. $#{ $_->{batches} } ])) for @unfinished;
    finish_psql(@unfinished);
    for my $session (@unfinished)
    {
        for (@{ $session->{printed} })
        {
            if (/^batch (\d+)$/) { $session->{at} = $1 }
            elsif (/^memory (\d+)$/) { push @{ $session->{memory} }, $1 }
            elsif (/^slow: (.*)/s) { push @{ $session->{slow} }, $1 }
            elsif (/\S/) { push @{ $session->{failures} }, $_ }
        }
        my $given_up = $session->{errors} =~ s/^psql:\S+ ERROR:  canceling statement due to statement timeout\n(?:(?!psql:).*\n)*//mg;
        note("$session->{database}: $given_up batches took too long, and were given up between two calls") if $given_up;
        push @{ $session->{failures} }, $session->{errors} if $session->{errors} ne '';
        $session->{at} = @{ $session->{batches} } if !$session->{crashed};
    }
    return;
}

# The first three statements of each function.
sub some_of_each
{
    my %seen;
    return grep { $seen{ /((?:SELECT|CALL) [^(]*)/ ? $1 : $_ }++ < 3 } @_;
}

# Whatever is slow has to end a second after it is cancelled, or a few on a busy machine.
sub check_slow
{
    my ($session) = @_;
    for my $call (some_of_each(@{ $session->{slow} }))
    {
        my ($took, $tries) = (5, 0);
        while ($took >= 5 && $tries++ < 3)
        {
            my $started = time;
            $node->psql($session->{database}, "SET statement_timeout = '1s'; SET lead_roi.testing_today = '2024-06-30'; SET fuzz.folder = '$memory_folder'; BEGIN; $call; ROLLBACK");
            $took = time - $started;
        }
        cmp_ok($took, '<', 5, "takes long, and can be cancelled: $call");
    }
    return;
}

# What a session has to say at its end.
sub check_session
{
    my ($session) = @_;
    my ($database, @memory) = ($session->{database}, @{ $session->{memory} });
    is(join("\n", some_of_each(@{ $session->{failures} })), '', "$database: no call ended as none may");
    check_slow($session);
    cmp_ok($memory[-1] - $memory[0], '<', 16 * 1024 * 1024, "memory doesn't grow: $memory[0], then $memory[-1]") unless $session->{crashes};
    my $made = q{SELECT sum(times) || ' calls, ' || sum(times) FILTER (WHERE state = '00000') || ' without an error, of ' || count(DISTINCT name) || ' functions and types'  FROM fuzz.ended};
    note($node->safe_psql($database, $made));
    is($node->safe_psql($database, q{SELECT count(*) FROM fuzz.callable WHERE name NOT IN (SELECT name FROM fuzz.ended)}), 0, 'all functions were called') unless @{ $session->{failures} };
    is($node->safe_psql($database, q{SELECT 3 * sum(times) FILTER (WHERE state = '00000') > sum(times) FROM fuzz.ended}), 't', 'many without an error');
    is($node->safe_psql($database, q{SELECT count(*) FROM marketing.reconciliation WHERE violation = 'totals_differ'}), 0, 'the ledger is as it was');
    return;
}

my $started = time;
my @all = map { { number => $_, database => "fuzz_$_", at => 0, batches => [ batches($_) ], failures => [], memory => [], slow => [] } } 1 .. $sessions;
while (my @unfinished = grep { $_->{at} < @{ $_->{batches} } } @all)
{
    run_sessions(@unfinished);
    my @crashed = grep { $_->{at} < @{ $_->{batches} } } @all or next;
    my @guilty = grep { find_culprit($_) } @crashed;
    push @{ $_->{failures} }, 'the server crashed, but not when the same calls were made again' for @guilty ? () : @crashed;
    $_->{crashes}++, $_->{at}++ for @guilty ? @guilty : @crashed;
}
note(sprintf '%d seconds', time - $started);
check_session($_) for @all;
$node->stop;
done_testing();
