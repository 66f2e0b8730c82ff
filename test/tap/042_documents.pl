# Every SQL block of README.md and docs/ runs, in the order of its page, in one session on a fresh database, and prints
# what the page says it prints. A block that can't be run here has <!-- not run: REASON --> in the line above it, or
# <!-- citus: NAME -->, by which 071_citus.pl finds it; these are counted below. The reference is made anew as a whole by 043_reference.pl.
use strict;
use warnings FATAL => 'all';

use Cwd;
use File::Basename;
use PostgreSQL::Test::Utils;
use Test::More;

use LeadRoi qw(new_node);

my $node = new_node('documents', "shared_preload_libraries = 'lead_roi'");
my $root = getcwd();

# What a page takes for granted.
my $ledger = "CREATE EXTENSION lead_roi; SELECT lead_roi.create_ledger(time_zone => 'UTC');";
my %before = (
    'docs/dashboard.md' => "$ledger CREATE ROLE reader;",
    'docs/loading.md' => $ledger,
    'docs/operations.md' => "$ledger CREATE ROLE monitor;",
);

# Files that the pages read, in the folder where psql runs.
my $folder = PostgreSQL::Test::Utils::tempdir();
my %file = (
    'google_ads.csv' => qq{Campaign,Campaign type,Currency code,Day,Cost\nBrand,Search,EUR,2024-01-02,"1,204.50"\n},
    'leads.csv' => "id,source,landing_url,referrer,created_on,converted_on,churned_on\n101,Fair,,,2024-01-10,2024-02-01,\n102,,https://deskwell.example/?utm_source=Quillmark&utm_medium=cpc,,2024-01-12,,\n",
    'payments.csv' => "id,lead_id,paid_on,amount\n1,101;102,2024-02-03,0.05\n",
    'expenses.csv' => "source,title,incurred_on,amount,cost_type\nFair,Stand,2024-01-05,900,\n",
    'visits.csv' => "source,visited_on,visitors\nFair,2024-01-10,40\n",
);
append_to_file("$folder/$_", $file{$_}) for keys %file;

# The blocks of a page: SQL, the output that is shown for it, and why it isn't run.
sub blocks
{
    my ($page) = @_;
    my @blocks;
    my $text = slurp_file($page);
    while ($text =~ /^(?:<!-- (?:not run: ([^\n]*)|(citus): \w+) -->\n)?```sql\n(.*?)^```\n(?:\n```\n(.*?)^```$)?/msg)
    {
        push @blocks, { reason => $1 // ($2 && 'runs on Citus alone'), sql => $3, output => $4 };
    }
    is(scalar @blocks, scalar(() = $text =~ /^```sql$/mg), "$page: each block is found");
    return @blocks;
}

# Run these blocks in one session; returns what each printed, and the errors of all.
sub outputs
{
    my ($database, @blocks) = @_;
    my $script = join '', map { "\\echo \n\\echo -- next block\n$_->{sql}\n" } @blocks, { sql => '' };
    my ($printed, $errors) = ('', '');
    chdir $folder or die;
    IPC::Run::run([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr($database) ], '<', \$script, '>', \$printed, '2>', \$errors);
    chdir $root or die;
    my (undef, @outputs) = split /^\n-- next block\n/m, $printed, -1;
    return ($errors, @outputs);
}

my %not_run;
for my $page ('README.md', grep { !m{/reference\.md$} } sort glob('docs/*.md'))
{
    my $database = basename($page, '.md');
    my @blocks = blocks($page);
    push @{ $not_run{ $_->{reason} } }, $page for grep { defined $_->{reason} } @blocks;
    @blocks = grep { !defined $_->{reason} } @blocks;
    next if @blocks == 0;
    $node->safe_psql('postgres', qq{CREATE DATABASE "$database"});
    $node->safe_psql($database, "$before{$page}") if $before{$page};
    my ($errors, @outputs) = outputs($database, @blocks);
    unlike($errors, qr/ERROR|WARNING|FATAL|invalid command|No such file/, "$page: all of its " . @blocks . ' blocks run');
    for my $number (grep { defined $blocks[$_]{output} } 0 .. $#blocks)
    {
        # README leaves out what the statements before the last one print.
        my $output = $outputs[$number] // '';
        $output = substr $output, -length("$blocks[$number]{output}\n") if $page eq 'README.md';
        is($output, "$blocks[$number]{output}\n", "$page, block " . ($number + 1));
    }
    $node->safe_psql('postgres', qq{DROP DATABASE "$database" WITH (FORCE)});
    $node->safe_psql('postgres', "DROP OWNED BY $_; DROP ROLE $_") for split /\n/, $node->safe_psql('postgres', "SELECT quote_ident(rolname) FROM pg_roles WHERE oid >= 16384");
}

# The recipe of docs/loading.md is also run by the SQL test load, on odd files; it has the very words.
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

# What isn't run, and why.
is_deeply(\%not_run, { 'pg_cron is not here' => ['docs/operations.md'], 'runs on Citus alone' => [ ('docs/scaling.md') x 9 ], '$__timeFilter is Grafana\'s' => ['docs/getting-started.md'] }, 'all other blocks run');

$node->stop;
done_testing();
