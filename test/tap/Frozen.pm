# What is frozen of each version, in test/frozen/VERSION: the extension's script as it is installed, a dump of ledgers, what these show,
# and stored values of every type. Made by script/freeze until CHANGELOG.md dates the version, and never changed after.
package Frozen;

use strict;
use warnings FATAL => 'all';

use Exporter 'import';
use File::Path qw(make_path);
use IO::Compress::Gzip qw(gzip);
use IO::Uncompress::Gunzip qw(gunzip);
use PostgreSQL::Test::Utils;

our @EXPORT_OK = qw($today frozen_versions current_version is_released $how_to_renew read_frozen freeze extension_folder installed_script
  psql_file make_ledgers dump_of restore figures figure_differences stored_values);

# The day on which the frozen ledgers are looked at.
our $today = '2024-06-30';

our $how_to_renew = 'If a change of what is not released is meant, run script/freeze and commit test/frozen.';

#
# Versions
#

# The versions of which something is frozen, oldest first.
sub frozen_versions
{
    my %key = map { my ($version) = m{([^/]+)/$}; $version => join '', map { sprintf '%5d', $_ } split /\./, $version } glob 'test/frozen/*/';
    return sort { $key{$a} cmp $key{$b} } keys %key;
}

# The version that this tree makes.
sub current_version
{
    my ($version) = slurp_file('lead_roi.control') =~ /^default_version = '(.*)'$/m;
    return $version;
}

# Whether the changelog gives a version a date.
sub is_released
{
    my ($version, $changelog) = @_;
    my ($when) = ($changelog // slurp_file('CHANGELOG.md')) =~ /^## \Q$version\E \((.*)\)$/m or die "CHANGELOG.md has no section on version $version";
    return $when ne 'not released yet';
}

#
# Files
#

# Freeze a content. Tables that somebody may want to read stay text; the rest is compressed, and the same content makes the same bytes.
sub freeze
{
    my ($version, $name, $content) = @_;
    make_path("test/frozen/$version");
    my $path = "test/frozen/$version/$name";
    if ($name !~ /\.tsv$/)
    {
        gzip(\$content => "$path.gz", -Level => 9, -Minimal => 1) or die "$path.gz can't be written: $IO::Compress::Gzip::GzipError";
        return;
    }
    open my $file, '>', $path or die "$path can't be written: $!";
    print $file $content;
    close $file or die $!;
    return;
}

sub read_frozen
{
    my ($version, $name) = @_;
    my $path = "test/frozen/$version/$name";
    return slurp_file($path) if $name =~ /\.tsv$/;
    gunzip("$path.gz" => \my $content) or die "$path.gz can't be read: $IO::Uncompress::Gunzip::GunzipError";
    return $content;
}

# Where the server looks for scripts of extensions.
sub extension_folder
{
    my ($folder) = run_command([ $ENV{PG_CONFIG} // 'pg_config', '--sharedir' ]);
    return "$folder/extension";
}

sub installed_script { return slurp_file(extension_folder() . '/lead_roi--' . current_version() . '.sql') }

#
# Ledgers
#

# What a file for psql prints in a database.
sub psql_file
{
    my ($node, $database, $path) = @_;
    my ($output, $errors) = run_command([ 'psql', '-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr($database), '-f', $path ]);
    die "$path: $errors" if $errors =~ /ERROR|FATAL/;
    return "$output\n";
}

# A database with the ledgers of test/upgrade/ledgers.sql, as this tree makes them.
sub make_ledgers
{
    my ($node, $database) = @_;
    $node->safe_psql('postgres', "CREATE DATABASE $database STRATEGY file_copy");
    psql_file($node, $database, 'test/upgrade/ledgers.sql');
    return;
}

# A dump of a database, without what only the psql of this minor version knows.
sub dump_of
{
    my ($node, $database) = @_;
    my ($dump, $errors) = run_command([ 'pg_dump', '-d', $node->connstr($database) ]);
    die $errors if $errors ne '';
    return $dump =~ s/^\\(?:un)?restrict .*\n//mgr . "\n";
}

# A new database from a dump, with the extension in the version that is named, or in this tree's.
sub restore
{
    my ($node, $database, $dump, $version) = @_;
    $node->safe_psql('postgres', "CREATE DATABASE $database STRATEGY file_copy");
    $node->safe_psql($database, "CREATE EXTENSION lead_roi VERSION '$version'") if defined $version;
    my ($status, undef, $errors) = $node->psql($database, $dump, on_error_stop => 1);
    die "the dump can't be restored: $errors" if $status != 0;
    return;
}

# What the ledgers of a database show, but for what tells of the server: a line for each row, the relation and the row as jsonb.
sub figures
{
    my ($node, $database) = @_;
    my @relations = split /\n/, $node->safe_psql($database, <<'SQL');
SET search_path = '';
SELECT pg_class.oid::regclass FROM pg_type JOIN pg_class ON relnamespace = typnamespace
WHERE typname = 'lead_roi_ledger' AND relkind IN ('r', 'v') AND relname <> 'worker_status' ORDER BY pg_class.oid::regclass::text COLLATE "C"
SQL
    return $node->safe_psql($database, join '', "SET search_path = '';\n", map { "SELECT '$_', to_jsonb(figure) FROM $_ AS figure ORDER BY to_jsonb(figure);\n" } @relations) . "\n";
}

# How what they show differs from that: '' if every row is there and no other. A later version may have more relations and columns.
sub figure_differences
{
    my ($node, $database, $expected) = @_;
    my %rows;
    push @{ $rows{$1} }, $2 while $expected =~ /^(.*?)\|(.*)$/mg;
    return $node->safe_psql($database, join '', "SET search_path = '';\n", map { my $rows = join "\n", @{ $rows{$_} }; <<SQL } sort keys %rows);
WITH expected AS MATERIALIZED (SELECT row::jsonb FROM regexp_split_to_table(\$figures\$$rows\$figures\$, E'\\n') AS row), shown AS MATERIALIZED (SELECT to_jsonb(figure) AS row FROM $_ AS figure)
SELECT '$_', 'lost', row FROM expected WHERE NOT EXISTS (SELECT FROM shown WHERE shown.row @> expected.row)
UNION ALL SELECT '$_', 'new', row FROM shown WHERE NOT EXISTS (SELECT FROM expected WHERE shown.row @> expected.row)
UNION ALL SELECT '$_', 'so many', to_jsonb(a.n - b.n) FROM (SELECT count(*) FROM expected) AS a (n), (SELECT count(*) FROM shown) AS b (n) WHERE a.n <> b.n;
SQL
}

# Stored values of every type, as this tree writes them: see test/upgrade/values.sql.
sub stored_values
{
    my ($node) = @_;
    $node->safe_psql('postgres', 'CREATE DATABASE stored_values STRATEGY file_copy');
    $node->safe_psql('stored_values', 'CREATE EXTENSION lead_roi');
    return psql_file($node, 'stored_values', 'test/upgrade/values.sql');
}

1;
