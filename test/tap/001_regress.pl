# Run the SQL tests (sql/) and the isolation tests (test/isolation/), each in a database of its own
# on one server, each one test here.
use strict;
use warnings FATAL => 'all';

use Cwd;
use File::Basename;
use PostgreSQL::Test::Utils;
use Test::More;

use LeadRoi qw(new_node);

# Run one test with pg_regress or its isolation sibling; show the differences if there are any.
sub run_with
{
    my ($runner, $node, $folder, $test) = @_;
    my $output = PostgreSQL::Test::Utils::tempdir();
    my $log = "$output/log";
    my $ok = system("'$runner' --bindir= --host='" . $node->host . "' --port=" . $node->port
          . " --user=$ENV{PGUSER} --inputdir='$folder' --outputdir='$output'"
          . " --dbname=test_$test --load-extension=lead_roi $test >'$log' 2>&1") == 0;
    ok($ok, $test);
    return if $ok;
    diag(slurp_file(-s "$output/regression.diffs" ? "$output/regression.diffs" : $log));
}

my $folder = getcwd();
my $node = new_node('regress');

run_with($ENV{PG_REGRESS}, $node, $folder, basename($_, '.sql')) for sort glob("$folder/sql/*.sql");
run_with($ENV{PG_ISOLATION_REGRESS}, $node, "$folder/test/isolation", basename($_, '.spec'))
  for sort glob("$folder/test/isolation/specs/*.spec");

$node->stop;
done_testing();
