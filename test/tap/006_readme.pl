# The README's examples print what the README says they print. Those that show an output are run, in
# their order and in one database.
use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Utils;
use Test::More;

use LeadRoi qw(new_node);

my @examples = slurp_file('README.md') =~ /^```sql\n((?:(?!```).)*?)```\n\n```\n(.*?)```$/msg;
is(scalar @examples, 4, 'the README has two examples with their outputs: a table of one\'s own, and a ledger');

my $node = new_node('readme');
while (my ($example, $output) = splice @examples, 0, 2)
{
    my $printed = '';
    IPC::Run::run(
        [ 'psql', '-X', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('postgres') ],
        '<', \$example, '>', \$printed) or fail('the example runs');
    like($printed, qr/\Q$output\E/, 'prints what the README says: ' . substr $output, 0, 30);
}

$node->stop;
done_testing();
