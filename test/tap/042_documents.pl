# The examples in docs/ run in their order, and print what the page says they print. Pages that show
# an output are run; one of operation shows none, and its statements belong to other servers. The
# reference is made anew as a whole by 043_reference.pl.
use strict;
use warnings FATAL => 'all';

use File::Basename;
use PostgreSQL::Test::Utils;
use Test::More;

use LeadRoi qw(new_node);

my $node = new_node('documents');

for my $page (grep { !m{/reference\.md$} && slurp_file($_) =~ /^```sql\n[^`]*```\n\n```\n/m } sort glob('docs/*.md'))
{
    my $database = basename($page, '.md');
    my $text = slurp_file($page);
    my $examples = 0;
    $node->safe_psql('postgres', qq{CREATE DATABASE "$database"});
    while ($text =~ /```sql\n(.*?)```\n(?:\n```\n(.*?)```)?/gs)
    {
        my ($example, $expected) = ($1, $2);
        my $setup = 'SET search_path = public, marketing, lead_roi;';
        my ($printed, $errors) = ('', '');
        $examples++;
        IPC::Run::run([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr($database) ],
            '<', \"$setup\n$example", '>', \$printed, '2>', \$errors)
          or fail("$page, example $examples: $errors");
        is($printed, "$expected\n", "$page, example $examples") if defined $expected;
    }
    cmp_ok($examples, '>', 0, "$page has examples");
}

$node->stop;
done_testing();
