# The install script has the same bytes in whatever locale it is built, and every SQL file has its
# place in the Makefile's lists. Without a PostgreSQL to build for, make says so.
use strict;
use warnings FATAL => 'all';

use File::Find;
use PostgreSQL::Test::Utils;
use Test::More;

# The sources alone: make would take a script that stands beside them for built.
my $source = PostgreSQL::Test::Utils::tempdir();
system('cp', '-R', 'Makefile', 'lead_roi.control', 'src', $source) == 0 or die 'not copied';
my ($version) = slurp_file('lead_roi.control') =~ /^default_version = '(.*)'$/m;

# The install script as a build outside the source folder makes it.
sub install_script
{
    my (%environment) = @_;
    my $build = PostgreSQL::Test::Utils::tempdir();
    local @ENV{ keys %environment } = values %environment;
    command_ok([ 'make', '-s', '-C', $build, '-f', "$source/Makefile", "VPATH=$source", "lead_roi--$version.sql" ],
        "made where LC_ALL is $ENV{LC_ALL}");
    return slurp_file("$build/lead_roi--$version.sql");
}

# Of the lists in the Makefile, whatever their number: a file that is in none would be left out.
my $makefile = slurp_file('Makefile');
my @files;
find({ no_chdir => 1, wanted => sub { push @files, s{^src/}{}r if /\.sql$/ } }, 'src');
cmp_ok(scalar @files, '>', 10, 'there are SQL files');
is(join(' ', grep { $makefile !~ /^(?:\w+ *=)? *\Q$_\E(?: \\)?$/m } sort @files), '', 'the Makefile lists each of them');

# English puts "metrics_aggregates.sql" before "metrics.sql", as no byte order does.
my $locales = PostgreSQL::Test::Utils::tempdir();
SKIP:
{
    skip 'localedef has no sources of locales', 4
      unless run_log([ 'localedef', '-i', 'en_US', '-f', 'UTF-8', "$locales/en_US.UTF-8" ]);
    my %english = (LC_ALL => 'en_US.UTF-8', LOCPATH => $locales);
    my ($sorted) = do
    {
        local @ENV{ keys %english } = values %english;
        run_command([ 'sh', '-c', 'printf "metrics.sql\nmetrics_aggregates.sql\n" | sort' ]);
    };
    like($sorted, qr/^metrics_aggregates/, 'the locale sorts as English does');
    my $plain = install_script(LC_ALL => 'C');
    ok(install_script(%english) eq $plain, 'the same bytes in both');
}

# A build that is complete doesn't hide that there is no PostgreSQL to install into.
for my $target (qw(all install installcheck))
{
    command_fails_like([ 'make', $target, 'PG_CONFIG=/nonexistent/pg_config' ],
        qr{"/nonexistent/pg_config" finds no PostgreSQL.*make PG_CONFIG=/path}s, "make $target without pg_config says what is missing");
}

done_testing();
