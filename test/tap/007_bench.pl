# The benchmarks run; a thousandth of their size is enough to see that.
use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Utils;
use Test::More;

use LeadRoi qw(new_node);

my $node = new_node('bench', q{shared_preload_libraries = 'lead_roi'});
for my $bench (sort glob('bench/*.sql'))
{
    next if $bench =~ /harness|round|citus/;    # citus.sql needs several servers
    command_like(
        [ 'psql', '-X', '-q', '-d', $node->connstr('postgres'), '-v', 'scale=0.001', '-v', 'rounds=1', '-v', 'server_log=' . $node->logfile, '-f', $bench ],
        qr/\| +ratio/, "$bench runs");
}

$node->stop;
done_testing();
