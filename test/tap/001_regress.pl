# The SQL tests (sql/) and the isolation tests (test/isolation/), run on one server by the runner of
# "make installcheck", each one test here. The server is unlike the one that expected output came
# from, so that no test depends on the server's locale, time zone or style of dates.
use strict;
use warnings FATAL => 'all';

use Cwd;
use File::Basename;
use PostgreSQL::Test::Utils;
use Test::More;

use LeadRoi qw(new_node);

my $node = new_node('regress', "timezone = 'Asia/Kolkata'", "datestyle = 'German, DMY'", "intervalstyle = 'sql_standard'",
    'extra_float_digits = 0', 'search_path = pg_catalog', "bytea_output = 'escape'", 'default_transaction_isolation = serializable');
my $roles = 'SELECT string_agg(rolname, $$,$$ ORDER BY rolname) FROM pg_roles';
my $databases = 'SELECT string_agg(datname, $$,$$ ORDER BY datname) FROM pg_database';
my $before = $node->safe_psql('postgres', "$roles UNION ALL $databases");

my $folder = getcwd();
chdir PostgreSQL::Test::Utils::tempdir() or die;

# Run all tests, or these.
sub run_tests
{
    my (@names) = @_;
    local @ENV{qw(PGHOST PGPORT)} = ($node->host, $node->port);
    open my $results, '-|', "$folder/test/installcheck.sh", dirname(dirname($ENV{PG_REGRESS})), @names or die $!;
    while (<$results>)
    {
        if (/^(not )?ok (\w+)$/) { ok(!$1, $2) }
        elsif (/^\d+ passed, \d+ failed$/) { note $_ }
        else { diag $_ }
    }
    close $results;
    return is($?, 0, 'and the runner says that they pass');
}

run_tests();
cmp_ok(Test::More->builder->current_test, '>', 15, 'there were tests');

# Packagers run them on a server that has the library loaded.
$node->append_conf('postgresql.conf', "shared_preload_libraries = 'lead_roi'");
$node->restart;
run_tests('worker');
is($node->safe_psql('postgres', "$roles UNION ALL $databases"), $before, 'no role and no database is left behind');

$node->stop;
done_testing();
