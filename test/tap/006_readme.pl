# The README's first example prints what the README says it prints.
use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Utils;
use Test::More;

use LeadRoi qw(new_node);

my ($example, $output) = slurp_file('README.md') =~ /```sql\n(.*?)```\n\n```\n(.*?)```/s;
ok($output, 'the README has an example and its output');

my $node = new_node('readme');
my $printed = '';
IPC::Run::run(
    [ 'psql', '-X', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('postgres') ],
    '<', \$example, '>', \$printed) or fail('the example runs');
like($printed, qr/\Q$output\E/, 'and prints what the README says');

$node->stop;
done_testing();
