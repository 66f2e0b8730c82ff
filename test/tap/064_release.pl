# What script/release checks before it makes an archive: that all files name the same version and the same state. And
# what is in the archive: what is committed, and nothing else. That the archive builds and passes its own tests is for
# script/release itself to show.
use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Utils;
use Test::More;

my @sources = qw(Makefile META.json CHANGELOG.md README.md LICENSE lead_roi.control debian docs expected script sql src);

# The sources in a folder of their own, where files can be changed.
my $folder = PostgreSQL::Test::Utils::tempdir();
system('cp', '-R', @sources, $folder) == 0 or die 'not copied';

# Run script/release there; its exit code and what it printed, errors included.
sub release
{
    my ($option) = @_;
    my $printed = '';
    IPC::Run::run([ "$folder/script/release", $option ], '<', \'', '>', \$printed, '2>&1');
    return ($? >> 8, $printed);
}

# Test that a release with these changes (file, pattern, what stands in its place) ends with that exit code and says that.
sub releases
{
    my ($name, $code, $said, @changes) = @_;
    for my $change (@changes)
    {
        my ($file, $pattern, $new) = @{$change};
        my $text = slurp_file("$folder/$file");
        ok($text =~ s/$pattern/$new/, "$name: there is something to change in $file");
        unlink "$folder/$file" or die $!;
        append_to_file("$folder/$file", $text);
    }
    my ($status, $printed) = release('--check');
    is($status, $code, "$name: exit code");
    like($printed, $said, "$name: says so");
    system('cp', $_->[0], "$folder/$_->[0]") == 0 or die 'not copied' for @changes;
    return;
}

my ($version) = slurp_file('lead_roi.control') =~ /^default_version = '(.*)'$/m;
my $three_numbers = $version =~ /\..*\./ ? $version : "$version.0";

#
# Agreement. A disagreement of any of them is seen, and what each says is shown.
#
releases('as it is', 0, qr/^All files name \Q$three_numbers\E, (un)?released$/m);
my %named = (
    'lead_roi.control' => [ 'lead_roi.control', qr/(?<=default_version = ')[^']*/ ],
    'META.json' => [ 'META.json', qr/^    "version": "\K[^"]*/m ],
    'META.json provides' => [ 'META.json', qr/^            "version": "\K[^"]*/m ],
    'CHANGELOG.md' => [ 'CHANGELOG.md', qr/^## \K[^ ]*/m ],
    'debian/changelog' => [ 'debian/changelog', qr/\(\K[^-]*/ ]);
for my $name (sort keys %named)
{
    releases("another version in $name", 1, qr/the version is not the same everywhere:.*^\Q$name\E +9\.9\.9$/ms, [ @{ $named{$name} }, '9.9.9' ]);
    releases("no version in $name", 1, qr/the version is not the same everywhere:.*^\Q$name\E +$/ms, [ @{ $named{$name} }, '' ]);
}
releases('all of another version', 0, qr/^All files name 9\.9\.0, /m, map { [ @{ $named{$_} }, /META/ ? '9.9.0' : '9.9' ] } sort keys %named);

# The state, as it will be and as it is until then.
my @unreleased = ([ 'META.json', qr/(?<="release_status": ")\w+/, 'unstable' ], [ 'CHANGELOG.md', qr/^## \S+ \K.*/m, '(not released yet)' ],
    [ 'debian/changelog', qr/\) \K\w+/, 'UNRELEASED' ]);
my @released = ([ @{ $unreleased[0] }[ 0, 1 ], 'stable' ], [ @{ $unreleased[1] }[ 0, 1 ], '(2027-01-31)' ], [ @{ $unreleased[2] }[ 0, 1 ], 'unstable' ]);
releases('not released', 0, qr/, unreleased$/m, @unreleased);
releases('released', 0, qr/, released$/m, @released);
for my $odd (0 .. 2)
{
    my $file = $released[$odd][0];
    releases("$file alone says that it is released", 1, qr/the state of the release is not the same everywhere:.*^\Q$file\E +released$/ms,
        map { $_ == $odd ? $released[$_] : $unreleased[$_] } 0 .. 2);
}
releases('a file that is not there', 1, qr/META\.json: provides has no docfile, or "READ\.md" is not there/, [ 'META.json', qr/README\.md/, 'READ.md' ]);
releases('another PostgreSQL', 1, qr/META\.json: prereqs has to require PostgreSQL 15\.0\.0/, [ 'META.json', qr/(?<="PostgreSQL": ")[^"]*/, '14.0.0' ]);

#
# The archive.
#
my @git = ('git', '-C', $folder, '-c', 'user.name=test', '-c', 'user.email=test@example.invalid', '-c', 'init.defaultBranch=main');
command_ok([ @git, @$_ ], "git $_->[0]") for [ 'init', '-q' ], [ 'add', '.' ], [ 'commit', '-q', '-m', 'All' ];
append_to_file("$folder/src/not_committed.c", '');
append_to_file("$folder/lead_roi.so", '');
my ($status, $printed) = release('--archive');
is($status, 0, 'the archive is made') or diag $printed;
my $archive = "$folder/packages/lead_roi-$three_numbers.zip";
my ($list) = run_command([ 'unzip', '-Z1', $archive ]);
my ($committed) = run_command([ @git, 'ls-files' ]);
my @archived = sort grep { !m{/$} } split /\n/, $list;
is_deeply([ map { s{^lead_roi-\Q$three_numbers\E/}{}r } @archived ], [ sort split /\n/, $committed ], 'it has what is committed');
is((grep { !m{^lead_roi-\Q$three_numbers\E/} } @archived), 0, 'all in one folder');
my %archived = map { $_ => 1 } @archived;
ok($archived{"lead_roi-$three_numbers/$_"}, "it has $_") for qw(META.json Makefile lead_roi.control README.md LICENSE src/lead_roi.c sql/ledger.sql expected/ledger.out);

# What was changed and isn't committed would be missing.
append_to_file("$folder/README.md", "More.\n");
($status, $printed) = release('--archive');
is($status, 1, 'no archive of a tree with changes');
like($printed, qr/what is archived is HEAD; commit or stash your changes first/, 'says so');

done_testing();
