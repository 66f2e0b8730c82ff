# The scripts as a newcomer meets them: help, a demo that keeps what was typed into it, and an
# interrupted script/test that leaves no server.
use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep);

# Everything that scripts leave in $TMPDIR is seen there. The report for the browser is left out,
# because its packages can be kept nowhere.
my $folder = PostgreSQL::Test::Utils::tempdir_short();
local $ENV{TMPDIR} = $folder;
local $ENV{XDG_CACHE_HOME} = '/dev/null';
my $demo = "$folder/demo";
local $ENV{LEAD_ROI_DEMO} = $demo;

# Run a program; its exit code and what it printed, errors included.
sub run_program
{
    my (@command) = @_;
    my $printed = '';
    IPC::Run::run(\@command, '<', \'', '>', \$printed, '2>&1');
    return ($? >> 8, $printed);
}

# Test that a program ends with that exit code, having printed that.
sub prints
{
    my ($name, $code, $pattern, @command) = @_;
    my ($status, $printed) = run_program(@command);
    is($status, $code, "$name: exit code");
    like($printed, $pattern, "$name: says so");
    return $printed;
}

# Has a server ended? It removes its pid file, which pg_ctl waits for, some moments before.
sub is_gone
{
    my ($pid) = @_;
    for (1 .. 10 * $PostgreSQL::Test::Utils::timeout_default)
    {
        return 1 unless kill 0, $pid;
        sleep 0.1;
    }
    return 0;
}

for my $script (grep { !/\.sh$/ } sort glob('script/*'))
{
    prints("$script --help", 0, qr/\A[A-Z].*^  $script/ms, $script, '--help');
}

#
# The demo.
#
prints('psql without a demo', 1, qr/there is no demo in \Q$demo\E; run script\/demo/, 'script/demo', 'psql');
prints('stop without a demo', 1, qr/there is no demo/, 'script/demo', 'stop');
my $report = prints('demo', 0, qr/What is wrong with the data.*report for the browser was left out.*script\/demo psql.*CREATE EXTENSION lead_roi.*Your own data in five minutes/s, 'script/demo');
is(join("\n", grep { length > 120 } split /\n/, $report), '', 'the report fits into 120 columns');

# A PostgreSQL without the files for building extensions. Debian has pgxs in another package than the headers.
my $headless = "$folder/pg_config";
PostgreSQL::Test::Utils::append_to_file($headless, qq{#!/bin/sh
[ "\$1" != --includedir-server ] || exec echo /nonexistent
exec $ENV{PG_CONFIG} "\$@"
});
chmod 0755, $headless;
{
    local $ENV{PG_CONFIG} = $headless;
    prints('PostgreSQL without headers', 1, qr/PG_CONFIG is \Q$headless\E, which is too old, or finds no initdb or no files for building extensions/,
        'script/test', '--packages', 'test/tap/008_build.pl');
}
unlink $headless;

# From here on as somebody who chose another PostgreSQL for the demo only.
my $bin = $ENV{PG_CONFIG} =~ s{/[^/]*\z}{}r;
my $data = "$demo/data";
delete local $ENV{PG_CONFIG};
prints('typed', 0, qr/^INSERT 0 1$/m, 'script/demo', 'psql', '-c', q{INSERT INTO lead_source (name) VALUES ('typed')});
prints('second demo', 1, qr/there is already a demo.*script\/demo stop/, 'script/demo');
command_ok([ "$bin/pg_ctl", '-D', $data, '-m', 'immediate', 'stop' ], 'the server goes down');
prints('psql brings it back', 0, qr/^typed$/m, 'script/demo', 'psql', '-At', '-c', q{SELECT name FROM lead_source WHERE name = 'typed'});
my ($postmaster) = slurp_file("$data/postmaster.pid") =~ /^(\d+)/;
prints('stop', 0, qr/Stopped and removed/, 'script/demo', 'stop');
ok(is_gone($postmaster), 'the server is gone');
ok(!-e $demo, 'so is its folder');

mkdir $demo or die;
append_to_file("$demo/mine", 'kept');
prints('a folder of somebody else', 1, qr/was not made by this script; set LEAD_ROI_DEMO/, 'script/demo', $_) for 'stop', 'psql';
prints('a folder of somebody else', 1, qr/was not made by this script; set LEAD_ROI_DEMO/, 'script/demo');
ok(-e "$demo/mine", 'is left alone');

#
# Interruptions. The server is the one of the test that the interrupted script runs.
#
$ENV{PG_CONFIG} = "$bin/pg_config";
for my $signal ('INT', 'TERM')
{
    my $log = "$folder/$signal.log";
    my $child = fork // die;
    if ($child == 0)
    {
        $SIG{$_} = 'DEFAULT' for 'INT', 'TERM';
        open STDOUT, '>', $log or die;
        open STDERR, '>&', \*STDOUT or die;
        exec 'script/test', 'test/tap/004_concurrent_posting.pl' or die;
    }
    undef $postmaster;
    for (1 .. 10 * $PostgreSQL::Test::Utils::timeout_default)
    {
        my ($pid_file) = glob "$folder/lead_roi_test.*/build/tmp_check/*/pgdata/postmaster.pid";
        ($postmaster) = slurp_file($pid_file) =~ /^(\d+)\n/ if $pid_file;
        last if $postmaster;
        sleep 0.1;
    }
    $postmaster or die slurp_file($log);
    kill $signal, $child;
    waitpid $child, 0;
    cmp_ok($? >> 8, '>', 128, "$signal: the exit code tells of an interruption");
    ok(is_gone($postmaster), "$signal: the server is gone");
    is(join(' ', glob "$folder/lead_roi_test.*"), '', "$signal: so is its folder");
}

done_testing();
