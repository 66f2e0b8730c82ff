# Pages of lead sources, CSV and JSON: what script/dashboard writes besides a page on standard output.
use strict;
use warnings FATAL => 'all';

use Cwd;
use JSON::PP;
use PostgreSQL::Test::Utils;
use Test::More;

use Dashboard qw(new_dashboard_node run_dashboard report browse value write_bytes);

my $folder = PostgreSQL::Test::Utils::tempdir();
my $node = new_dashboard_node(qw(sample many nothing));

# The files of a folder.
sub files_of
{
    my ($directory, $pattern) = @_;
    opendir my $handle, $directory or die "$directory: $!";
    return sort grep { /$pattern/ } readdir $handle;
}

for my $database (qw(sample many nothing))
{
    my $directory = "$folder/$database";
    my ($code, $output, $messages) = run_dashboard('--directory', $directory, $node->connstr($database));
    is("$code|$output|$messages", '0||', "$database: pages are written, and nothing is said");
    my @pages = files_of($directory, qr/^lead_source_.*\.html$/);
    is(join(' ', @pages), value($database, q{
        SELECT coalesce(string_agg(format('lead_source_%s.html', coalesce(lead_source_id::text, 'unknown')), ' ' ORDER BY format('lead_source_%s.html', coalesce(lead_source_id::text, 'unknown')) COLLATE "C"), '') FROM lead_source_roi}),
        "$database: one for each lead source");
    is(join(' ', files_of($directory, qr/\.new$/)), '', "$database: nothing is left over");

    # Links lead both ways, to files that are there.
    my $index = slurp_file("$directory/index.html");
    my %linked = map { $_ => 1 } $index =~ /href="([^"#]+)"/g;
    is(join(' ', grep { !-f "$directory/$_" } sort keys %linked), '', "$database: links lead to files");
    is(join(' ', grep { !$linked{$_} } @pages), '', "$database: every page is linked");
    is(join(' ', grep { slurp_file("$directory/$_") !~ /<a href="index\.html">/ } @pages), '', "$database: and links back");
    like($index, qr/<h1>Lead sources: cost and return/, "$database: the first page is the report");
}

# The folder is looked for where the caller is.
{
    my $here = getcwd();
    chdir $folder or die;
    run_dashboard('--directory', 'beside/me', $node->connstr('nothing'));
    chdir $here or die;
    ok(-f "$folder/beside/me/index.html", 'a folder beside the caller, and one that is to be made');
}

# A page has its lead source's figures, and no other's findings.
my $page = slurp_file("$folder/sample/lead_source_8.html");
like($page, qr/<h1><bdi>Social ads<\/bdi>/, 'a page has its name');
my $tile = value('sample', q{SELECT trim(to_char(value, '999,990')) FROM period_comparison('2019-12-01', '2020-11-01')
    WHERE scope = 'lead_source' AND lead_source_id = 8 AND figure = 'revenue'});
like($page, qr/data-figure="revenue">\Q$tile\E</, 'its figures of the period');
is(scalar(() = $page =~ /<li class="(?:high|medium|opportunity)">/g), value('sample', 'SELECT count(*) FROM finding WHERE lead_source_id = 8'), 'its findings');
unlike($page, qr/Partner programme/, 'and nothing of another lead source');
like($page, qr/Stay longer than a year<\/dt><dd class="value">@{[ value('sample', 'SELECT round(survival_percent, 1) FROM lead_source_retention WHERE lead_source_id = 8 AND days = 365') ]}/, 'how many stay for a year');
like($page, qr/Half left after<\/dt><dd class="value">@{[ value('sample', 'SELECT round(median_lifetime_days) FROM lead_source_lifetime WHERE lead_source_id = 8') ]} days/, 'and the median');
my ($cohorts) = $page =~ /<section id="cohorts".*?<tbody>(.*?)<\/tbody>/s;
is(scalar(() = $cohorts =~ /<tr>/g), value('sample', q{SELECT count(*) FROM lead_source_cohort_roi WHERE lead_source_id = 8 AND cohort_month BETWEEN '2018-12-01' AND '2020-11-01' AND (customers > 0 OR expense IS NOT NULL)}), 'its cohorts');
my ($bills) = $page =~ /<section id="bills".*?<tbody>(.*?)<\/tbody>/s;
is(scalar(() = $bills =~ /<tr>/g), value('sample', q{SELECT count(*) FROM upcoming_expense WHERE lead_source_id = 8}), 'its bills');
like(slurp_file("$folder/many/lead_source_5.html"), qr/<title>Supercali/, 'names of all kinds have pages');

# CSV: what PostgreSQL reads back, figure by figure.
$node->safe_psql('sample', qq{
    CREATE TABLE loaded (scope text, name text, lead_source_id bigint, lead_sources bigint, paid boolean, figure text, unit text, value numeric, before_value numeric, change numeric, change_percent numeric, year_before_value numeric, year_change numeric, year_change_percent numeric,
        before_from_month date, before_through_month date, year_before_from_month date, year_before_through_month date);
    COPY loaded FROM '$folder/sample/comparisons.csv' (FORMAT csv, HEADER)});
is(value('sample', q{SELECT count(*) || ' ' || count(*) FILTER (WHERE view.value IS DISTINCT FROM loaded.value OR view.change IS DISTINCT FROM loaded.change)
    FROM public.loaded JOIN period_comparison('2019-12-01', '2020-11-01') AS view USING (scope, figure)
    WHERE view.name IS NOT DISTINCT FROM loaded.name}),
    value('sample', q{SELECT count(*) FROM period_comparison('2019-12-01', '2020-11-01')}) . ' 0', 'CSV has the figures of the view');
$node->safe_psql('many', q{UPDATE marketing.lead_source SET name = '=HYPERLINK("http://x")' WHERE lead_source_id = 7; UPDATE marketing.lead_source SET name = '-1+2, "quoted"' WHERE lead_source_id = 6});
run_dashboard('--directory', "$folder/many", $node->connstr('many'));
my $csv = slurp_file("$folder/many/lifetimes.csv");
like($csv, qr/^7,"'=HYPERLINK\(""http:\/\/x""\)",/m, 'what a spreadsheet would run is text');
like($csv, qr/^6,"'-1\+2, ""quoted""",/m, 'also behind a minus');
like(slurp_file("$folder/many/comparisons.csv"), qr/,profit,amount,-\d/, 'and negative numbers are numbers');

# JSON has the tables of all queries, exact.
my ($code, $json) = run_dashboard('--json', $node->connstr('sample'));
is($code, 0, 'JSON is written');
my $figures = JSON::PP->new->decode($json);
is($figures->{edition}[0]{through_month}, '2020-11-01', 'it has the period');
is(scalar @{ $figures->{findings} }, value('sample', 'SELECT count(*) FROM finding'), 'all findings');
my ($roi) = grep { $_->{scope} eq 'all' && $_->{figure} eq 'roi_percent' } @{ $figures->{comparisons} };
is("$roi->{value} $roi->{change}", value('sample', q{SELECT value || ' ' || change FROM period_comparison('2019-12-01', '2020-11-01') WHERE scope = 'all' AND figure = 'roi_percent'}), 'and exact figures');

# The same data gives the same files; a folder that can't be written is told.
my %before = map { $_ => slurp_file("$folder/sample/$_") } files_of("$folder/sample", qr/\.(?:html|csv)$/);
run_dashboard('--directory', "$folder/sample", $node->connstr('sample'));
is(join(' ', grep { slurp_file("$folder/sample/$_") ne $before{$_} } sort keys %before), '', 'the same data gives the same bytes');
write_bytes("$folder/file", '');
($code, undef, my $messages) = run_dashboard('--directory', "$folder/file", $node->connstr('nothing'));
ok($code != 0, 'what is no folder is refused');
like($messages, qr/^dashboard: [^\n]*file[^\n]*not complete\.\n\z/, 'in a line');

mkdir "$folder/taken" or die;
mkdir "$folder/taken/lead_source_8.html" or die;
($code, undef, $messages) = run_dashboard('--directory', "$folder/taken", $node->connstr('sample'));
ok($code != 0, 'a page that cannot be replaced is told');
like($messages, qr/^dashboard: [^\n]*lead_source_8\.html[^\n]*not complete\.\n\z/, 'in a line');
ok(!-f "$folder/taken/index.html", 'and nothing leads to the pages');

# A progress line tells how far it is, where it is asked for.
(undef, undef, $messages) = run_dashboard('--progress', '--directory', "$folder/many", $node->connstr('many'));
like($messages, qr/\r\d+\.\d s  \d+ of \d+ (?:tables read|pages written)/, 'a progress line');
like($messages, qr/\r +\r\z/, 'that is gone at the end');

# A large ledger.
$node->safe_psql('postgres', 'CREATE DATABASE large');
$node->command_ok([ 'psql', '-X', '-q', '-d', $node->connstr('large'), '-v', 'ON_ERROR_STOP=1', '-v', 'sources=1000', '-v', 'leads=100', '-f', 'bench/harness_large_ledger.sql' ],
    'a thousand lead sources over ten years');
my $started = time;
($code) = run_dashboard('--directory', "$folder/large", $node->connstr('large'));
note(sprintf 'a thousand lead sources: %d s, index %d bytes', time - $started, -s "$folder/large/index.html");
is($code, 0, 'a thousand lead sources');
my @pages = files_of("$folder/large", qr/^lead_source_/);
is(scalar @pages, 1000, 'have a thousand pages');
cmp_ok(-s "$folder/large/index.html", '<', 1_000_000, 'and an index of less than 1 MB');

$node->stop;
done_testing();
