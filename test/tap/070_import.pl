# Imports beyond one session: script/import and what it cuts, two at once, and those that are killed.
use strict;
use warnings FATAL => 'all';

use IPC::Run;
use PostgreSQL::Test::Utils;
use Test::More;

use LeadRoi qw(new_node);

my $node = new_node('import');
my $folder = PostgreSQL::Test::Utils::tempdir();
$node->safe_psql('postgres', q{SET client_min_messages = warning; CREATE EXTENSION lead_roi; SELECT lead_roi.create_ledger(currency => 'EUR', time_zone => 'UTC')});

# A file of the test; its name.
sub make_file
{
    my ($name, $text) = @_;
    open(my $handle, '>:raw', "$folder/$name") or die $!;
    print $handle $text;
    close($handle);
    return "$folder/$name";
}

# Run script/import; its exit code, output and errors.
sub import_files
{
    my (@arguments) = @_;
    my ($output, $errors) = ('', '');
    local @ENV{qw(PGHOST PGPORT PGDATABASE)} = ($node->host, $node->port, 'postgres');
    IPC::Run::run([ 'script/import', @arguments ], '<', \'', '>', \$output, '2>', \$errors);
    return ($? >> 8, $output, $errors);
}

sub facts
{
    return $node->safe_psql('postgres', q{SELECT (SELECT count(*) || '/' || coalesce(sum(amount), 0) FROM marketing.expense), (SELECT count(*) FROM marketing.lead), (SELECT count(*) FROM marketing.import), (SELECT count(*) FROM marketing.lead_source)});
}

#
# From a shell
#

my $google = make_file('google ads.csv', qq{Campaign,Day,Cost\n"It's, here",2024-01-01,"1,204.50"\nTools,2024-01-01,5.00\n});
my ($status, $output, $errors) = import_files('-n', $google);
is($status, 0, 'a preview');
like($output, qr/add .*1204\.50/, 'shows what would be loaded');
is(facts(), '0/0|0|0|0', 'and loads nothing');
($status, $output, $errors) = import_files('-o', '{"create_sources": true}', '-l', 'marketing', $google);
is($status, 0, 'a file is loaded');
like($output, qr/google_ads \| +2 \| +2 /, 'and the result printed');
is(facts(), '2/1209.50|0|1|2', 'to the cent');
($status, $output, $errors) = import_files($google, make_file('wrong.csv', "a,b\n1,2\n"), $google);
is($status, 3, 'a file that can\'t be loaded ends it');
like($errors, qr/no line of the file is the header of a known format/, 'and says why');
is(facts(), '2/1209.50|0|2|2', 'the first one was loaded again, without a change');
($status, $output, $errors) = import_files("$folder/none.csv");
is($status, 1, 'a file that isn\'t there');
like(join('', (import_files())[2]), qr/script\/import \[-l LEDGER\]/, 'no file at all: how to call it');

# Cut: 3,000 leads with quoted line breaks in pieces of 20 kB; their preamble goes with each.
my $leads = join('', map { sprintf(qq{r%d,2024-01-%02d,"Fair\n%d, ""big"""\n}, $_, 1 + $_ % 28, $_ % 2) } 1 .. 3000);
{
    local $ENV{LEAD_ROI_IMPORT_BYTES} = 20_000;
    ($status, $output, $errors) = import_files('-o', '{"create_sources": true}', make_file('leads.csv', qq{"Export of\nleads"\nexternal_id,created_on,lead_source\n$leads}));
    is($status, 0, 'a long file is cut') or note $errors;
    like($errors, qr/piece 4 of [4-9]/, 'into pieces');
    is($node->safe_psql('postgres', q{SELECT count(*), count(DISTINCT lead_source_id), (SELECT count(*) FROM marketing.import_reject) FROM marketing.lead}), '3000|2|0', 'all rows are there, and found no break in them');
    ($status, $output, $errors) = import_files(make_file('long.csv', "Campaign,Day,Cost\n" . "A,2024-01-01,1.00\n" x 2000));
    is($status, 1, 'figures are not cut');
    like($errors, qr/export shorter periods/, 'but refused');
}
is($node->safe_psql('postgres', 'SELECT count(*) FROM marketing.lead_source'), 4, 'two lead sources more');

#
# Two at once, and killed
#

my $many = make_file('many.csv', "Campaign,Day,Cost\n" . join('', map { sprintf("Campaign %d,2024-%02d-%02d,%d.25\n", $_ % 100, 1 + $_ / 100 % 12, 1 + $_ / 1200 % 28, $_) } 1 .. 20_000));
my $hex = unpack('H*', slurp_file($many));
my $load = qq{SELECT added, unchanged FROM lead_roi.import_file('marketing', '\\x$hex', options => '{"create_sources": true}')};
my $before = facts();

# A session in a transaction that is in the way of the import at its last table.
my ($blocker_in, $blocker_out) = ('', '');
my $blocker = IPC::Run::start([ 'psql', '-X', '-q', '-A', '-t', '-d', $node->connstr('postgres') ], '<', \$blocker_in, '>', \$blocker_out);
$blocker_in .= "BEGIN; LOCK TABLE marketing.expense IN SHARE MODE; SELECT 'locked';\n";
$blocker->pump until $blocker_out =~ /locked/;

sub start_import
{
    my ($name) = @_;
    # From a file: nobody feeds the session while another one is watched.
    my $sql = make_file("$name.sql", "SET application_name = '$name'; SET client_min_messages = warning; $load;");
    my %session = (out => '', err => '');
    $session{run} = IPC::Run::start([ 'psql', '-X', '-q', '-A', '-t', '-d', $node->connstr('postgres'), '-f', $sql ], '>', \$session{out}, '2>', \$session{err});
    $node->poll_query_until('postgres', qq{SELECT wait_event_type = 'Lock' FROM pg_stat_activity WHERE application_name = '$name'}) or die 'the import does not wait';
    return \%session;
}

my $killed = start_import('killed');
$node->safe_psql('postgres', q{SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'killed'});
eval { $killed->{run}->finish };
is(facts(), $before, 'killed half-way: nothing is there');

my $one = start_import('one');
my $two = start_import('two');
$blocker_in .= "ROLLBACK; \\q\n";
$blocker->finish;
$_->{run}->finish for $one, $two;
is(join(' ', sort map { $_->{out} =~ s/\n//r } $one, $two), '0|20000 20000|0', 'two of the same file at once: one loads it, the other finds it loaded');

# The server dies while a file is loaded.
$node->safe_psql('postgres', q{DELETE FROM marketing.expense});
$before = facts();
($blocker_in, $blocker_out) = ('', '');
$blocker = IPC::Run::start([ 'psql', '-X', '-q', '-A', '-t', '-d', $node->connstr('postgres') ], '<', \$blocker_in, '>', \$blocker_out, '2>', \my $ignored);
$blocker_in .= "BEGIN; LOCK TABLE marketing.expense IN SHARE MODE; SELECT 'locked';\n";
$blocker->pump until $blocker_out =~ /locked/;
my $lost = start_import('lost');
$node->stop('immediate');
eval { $_->finish } for $lost->{run}, $blocker;
$node->start;
is(facts(), $before, 'the server died half-way: nothing is there');
is($node->safe_psql('postgres', $load), '20000|0', 'and the file can be loaded');

$node->stop;
done_testing();
