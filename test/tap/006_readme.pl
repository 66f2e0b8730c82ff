# The README's examples print what the README says they print. Those that show an output are run, in
# their order and in one database. The recipe of docs/loading.md is run by the SQL test load, which has its very words.
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

my $loading = slurp_file('sql/load.sql');
my $recipe = slurp_file('docs/loading.md');
for my $block (($recipe =~ /^```sql\n(.*?)^```/msg)[0 .. 2])
{
    $block =~ s/^(?:SET search_path|\\copy).*\n//mg;
    $block =~ s/\A\n+|\n+\z//g;
    like($loading, qr/\Q$block\E/, 'the SQL test loads by the words of docs/loading.md: ' . substr $block, 0, 30);
}
my ($keys) = slurp_file('docs/operations.md') =~ /^## Loading keys of your own.*?```sql\n(DO .*?)```/ms;
like($loading, qr/\Q$keys\E/, 'and sets sequences by those of docs/operations.md');

$node->stop;
done_testing();
