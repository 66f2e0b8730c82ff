# The HTML report: what script/dashboard writes, looked at with a browser. Text is bytes in UTF-8 all
# the way, so that names of every script pass through as they are.
use strict;
use warnings FATAL => 'all';

use Cwd;
use JSON::PP;
use PostgreSQL::Test::Utils;
use Test::More;

use LeadRoi qw(new_node);

my $space = "\xc2\xa0";     # that doesn't break
my $root = getcwd();
my $folder = PostgreSQL::Test::Utils::tempdir();
my $node = new_node('dashboard', "shared_preload_libraries = 'lead_roi'", "lead_roi.testing_today = '2020-12-31'");
my @views = qw(lead_source_total lead_source_roi lead_source_category_roi lead_source_monthly_total lead_source_cohort_roi
  lead_source_cohort_curve lead_source_survival lead_source_lifetime upcoming_expense overdue_expense channel_roi unresolved_traffic);

# Write a report; returns its exit code, its HTML and its messages as bytes.
sub run_dashboard
{
    my (@arguments) = @_;
    my ($html, $messages) = ('', '');
    IPC::Run::run([ "$root/script/dashboard", @arguments ], '>', \$html, '2>', \$messages);
    return ($? >> 8, $html, $messages);
}

# Write the report of a database to a file that must come without a message; returns the bytes.
sub report
{
    my ($database, $user) = @_;
    my ($code, $html, $messages) =
      run_dashboard($node->connstr($database) . ($user ? " user=$user" : ''));
    is("$code $messages", '0 ', "the report of $database is written without a message" . ($user ? " by $user" : ''));
    open my $file, '>:raw', "$folder/$database.html" or die $!;
    print $file $html;
    close $file;
    return $html;
}

# Test that this fails with one line like that on standard error, and nothing on standard output.
sub fails_like
{
    my ($name, $pattern, @arguments) = @_;
    my ($code, $html, $messages) = run_dashboard(@arguments);
    ok($code != 0 && $html eq '', "$name: fails, and writes nothing");
    like($messages, qr/^[^\n]*$pattern[^\n]*\n\z/, "$name: says so in a line");
    return;
}

# What a browser sees on these visits (see test/browser.js).
sub browse
{
    my (@visits) = @_;
    my ($seen, $messages) = ('', '');
    IPC::Run::run([ 'node', "$root/test/browser.js", 'chromium', "$folder/profile" ],
        '<', \JSON::PP->new->encode(\@visits), '>', \$seen, '2>', \$messages)
      or die "no browser: $messages";
    return @{ JSON::PP->new->decode($seen) };
}

# The answer of a database.
sub value
{
    my ($database, $query) = @_;
    return $node->safe_psql($database, "SET search_path = marketing, lead_roi; $query");
}

#
# The databases: the sample company; nothing; one lead source; two hundred with names of all kinds.
#

$node->safe_psql('postgres', "CREATE DATABASE $_") for qw(sample nothing single many);
chdir "$root/demo" or die;
$node->command_ok([ 'psql', '-X', '-q', '-d', $node->connstr('sample'), '-f', 'load.sql' ], 'the sample company');
chdir $root or die;
$node->safe_psql('sample', 'SELECT lead_roi.post_due_expenses()');
$node->safe_psql($_, q{CREATE EXTENSION lead_roi; SELECT lead_roi.create_ledger(time_zone => 'UTC')}) for qw(nothing single many);
$node->safe_psql('single', <<'SQL');
SET search_path = marketing;
INSERT INTO lead_source (name) VALUES ('The only one');
INSERT INTO expense (lead_source_id, title, incurred_on, amount) VALUES (1, 'Flyer', '2020-11-03', 1234567890123456.78);
INSERT INTO lead (lead_source_id, created_on, converted_on) VALUES (1, '2020-11-05', '2020-11-20');
INSERT INTO payment (lead_id, paid_on, amount) VALUES (1, '2020-11-21', 0.04);
SQL
$node->safe_psql('many', <<'SQL');
SET search_path = marketing;
INSERT INTO lead_source (name, category)
SELECT CASE n % 8
       WHEN 0 THEN 'Ein sehr langer Name ' || n || repeat(' der nicht aufhört', 12)
       WHEN 1 THEN 'حملة إعلانية ' || n || ' للشركات الصغيرة والمتوسطة'
       WHEN 2 THEN 'קמפיין ' || n || ' (2020)'
       WHEN 3 THEN repeat('🚀👩‍👩‍👧‍👦', 1 + n % 9) || ' launch ' || n
       WHEN 4 THEN '<script>document.title = "' || n || '"</script><img src=x onerror=alert(1)></title></style></svg></bdi>&amp;'
       WHEN 5 THEN 'Supercalifragilistic' || repeat('expialidocious', 10) || n
       WHEN 6 THEN 'x' || n || U&'\202Eoverride' || E'\nand a second line" opacity="1" class="x'
       ELSE '"quoted'' ${n} $& ' || n END,
       CASE WHEN n % 3 = 0 THEN '<b>Category</b> ' ELSE 'Category ' END || n % 20
FROM generate_series(1, 200) AS n;
INSERT INTO expense (lead_source_id, title, incurred_on, amount)
SELECT n, 'Flyer', date '2018-01-01' + (n * 13 + m * 90) % 1090, (n * 37 + m * 11) % 5000
FROM generate_series(1, 180) AS n, generate_series(1, 12) AS m;
INSERT INTO expense (lead_source_id, title, incurred_on, amount) VALUES (200, 'typed wrong', '1902-02-03', 1);
INSERT INTO lead (lead_source_id, created_on, converted_on, churned_on)
SELECT n, created_on, CASE WHEN m % 3 = 0 THEN created_on + 10 END, CASE WHEN m % 9 = 0 THEN created_on + 10 + (m * 7 + n) % 300 END
FROM generate_series(1, 190) AS n, generate_series(1, 30) AS m, LATERAL (SELECT date '2019-01-01' + (n * 7 + m * 23) % 700 AS created_on) AS day;
INSERT INTO payment (lead_id, paid_on, amount)
SELECT lead_id, converted_on + 30 * k, (lead_source_id * 17 + k * 3) % 900
FROM lead, generate_series(0, 5) AS k WHERE converted_on IS NOT NULL;
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on)
SELECT n, '<i>fee</i>', n * 10, date '2020-11-01' + n % 40 FROM generate_series(1, 50) AS n;
INSERT INTO lead_source_alias (pattern, lead_source_id) VALUES ('google / cpc', 1), ('news / email', 2), ('news / social', 2), ('<i>fair</i> / qr', 3);
UPDATE lead_source SET channel = '<b>"Events" & ' || repeat('more', 30) WHERE lead_source_id = 3;
INSERT INTO lead (traffic_source, created_on)
SELECT lead_roi.traffic_source(CASE n WHEN 1 THEN '<script>alert(1)</script>' WHEN 2 THEN 'O''Neill''s \ "blog"' WHEN 3 THEN 'إعلان' WHEN 4 THEN repeat('long ', 90) WHEN 5 THEN 'gogle' ELSE 'site' || n END,
                               CASE WHEN n = 5 THEN 'cpc' ELSE 'referral' END), date '2020-01-01' + n
FROM generate_series(1, 26) AS n, generate_series(n, 26);
SQL

my %html = map { $_ => report($_) } qw(sample nothing single many);
cmp_ok(length $html{sample}, '<', 200_000, 'the report of the sample company is smaller than 200 kB');
ok(report('sample') eq $html{sample}, 'the same data gives the same bytes');

#
# Who may ask, and how.
#

$node->safe_psql('sample', 'CREATE ROLE reader LOGIN; CREATE ROLE stranger LOGIN; GRANT USAGE ON SCHEMA marketing TO reader; '
      . 'ALTER ROLE reader SET search_path = marketing; ' . join('', map { "GRANT SELECT ON marketing.$_ TO reader;" } @views));
ok(report('sample', 'reader') eq $html{sample}, 'USAGE on the ledger and SELECT on the views are enough');
fails_like('a role without rights', 'permission denied for schema marketing.*USAGE on the schema',
    '--ledger', 'marketing', $node->connstr('sample') . ' user=stranger');
$node->safe_psql('sample', 'GRANT USAGE ON SCHEMA marketing TO stranger');
fails_like('a role without rights on the views', 'permission denied for view.*SELECT on the views',
    '--ledger=marketing', $node->connstr('sample') . ' user=stranger');
fails_like('a role without a ledger', q{none belongs to role "stranger".*--ledger.*There are: marketing\.},
    $node->connstr('sample') . ' user=stranger');
fails_like('a database without the extension', 'CREATE EXTENSION lead_roi', $node->connstr('postgres'));
fails_like('no server', q{connect.*connection string}, 'host=/nonexistent dbname=x');
fails_like('no database', q{"gone" does not exist}, $node->connstr('gone'));
fails_like('an unknown option', 'usage:', '--colour');
fails_like('words without keyword', 'neither a URI nor keyword', 'host=x dbname');
isnt(system("'$root/script/dashboard' '" . $node->connstr('nothing') =~ s/'/'\\''/gr . "' >/dev/full 2>'$folder/messages'"), 0, 'a full disk is told');
like(slurp_file("$folder/messages"), qr/^dashboard: [^\n]*no space[^\n]*not complete[^\n]*\n\z/i, 'in a line');
{
    local @ENV{qw(PGHOST PGPORT PGDATABASE)} = ($node->host, $node->port, 'nothing');
    ok((run_dashboard())[1] eq $html{nothing}, 'PGHOST, PGPORT and PGDATABASE are taken');
}
ok((run_dashboard(sprintf 'postgresql:///nothing?host=%s&port=%d', $node->host, $node->port))[1] eq $html{nothing}, 'so is a URI');

# Several ledgers in a database, each with a report of its own.
$node->safe_psql('nothing', q{SELECT lead_roi.create_ledger('"Nord & <b>Süd"', currency => 'CHF', time_zone => 'UTC')});
my $north = (run_dashboard('--ledger', 'Nord & <b>Süd', $node->connstr('nothing')))[1];
like($north, qr{<bdi>Nord &amp; &lt;b&gt;Süd</bdi> in database <bdi>nothing</bdi>.*Amounts are in CHF\.}s, 'another ledger is named, with its currency');
ok((run_dashboard(q{--ledger="Nord & <b>Süd"}, $node->connstr('nothing')))[1] eq $north, 'its name may be written as in SQL');
ok($north =~ s{Nord &amp; &lt;b&gt;Süd}{marketing}r =~ s{are in CHF}{are in the currency of the ledger}r eq $html{nothing}, 'the rest is as in a ledger with the same rows');
fails_like('two ledgers', qq{more than one ledger.*--ledger.*There are: Nord & <b>Süd, marketing\\.}, $node->connstr('nothing'));
fails_like('an unknown ledger', qq{ledger gone does not exist.*--ledger.*There are: Nord & <b>Süd, marketing\\.}, '--ledger', 'gone', $node->connstr('nothing'));
fails_like('a ledger without a name', 'usage:', '--ledger=', $node->connstr('nothing'));
ok((run_dashboard($node->connstr('nothing') . q{ options='-c search_path=marketing'}))[1] eq $html{nothing}, 'the first on the search path is taken');
$node->safe_psql('nothing', q{CREATE TABLE written (); CREATE FUNCTION write() RETURNS integer LANGUAGE sql AS
      'INSERT INTO public.written DEFAULT VALUES; SELECT 1';
      DO $$ BEGIN
          EXECUTE format('CREATE OR REPLACE VIEW marketing.lead_source_total AS SELECT * FROM (%s) AS own WHERE (SELECT public.write()) = 1',
                         rtrim(pg_get_viewdef('marketing.lead_source_total'::regclass), ';'));
      END $$});
fails_like('a view that writes', 'read-only transaction', '--ledger=marketing', $node->connstr('nothing'));
$node->safe_psql('postgres', 'CREATE DATABASE bare');
$node->safe_psql('bare', 'CREATE EXTENSION lead_roi');
fails_like('a database without a ledger', 'no ledger.*SELECT lead_roi.create_ledger', $node->connstr('bare'));

#
# What there is to see.
#

my $look = <<'JS';
(() => {
    const all = (selector) => [...document.querySelectorAll(selector)];
    const box = (element) => element.getBoundingClientRect();
    const seen = (element) => box(element).width > 0 && box(element).height > 0;
    const texts = (selector) => all(selector).map((element) => element.textContent);
    const drawings = all('svg').filter(seen);
    const bars = (color) => all(`#returns .wide [fill="var(--${color})"]`)
        .flatMap((element) => (element.children.length ? [...element.children] : [element])).map(box);
    const ticks = all('#returns .wide [fill="var(--ink)"] path, #returns .wide path[fill="var(--ink)"]').map(box);
    return {
        title: document.title,
        tags: [...new Set(all('*').map((element) => element.localName))].sort().join(' '),
        width: document.documentElement.scrollWidth,
        sections: all('main > section').filter(seen).map((section) => section.id).join(' '),
        headings: texts('h1').length + ' ' + all('section > h2').filter(seen).length,
        empty: texts('.nothing').length,
        notices: texts('.notice'),
        drawings: drawings.map((svg) => svg.parentNode.className).join(' '),
        unnamed: drawings.filter((svg) => svg.getAttribute('role') !== 'img'
            || svg.getAttribute('aria-labelledby').split(' ').some((id) => !document.getElementById(id)?.textContent)).length,
        outside: drawings.flatMap((svg) => [...svg.querySelectorAll('text')].filter((text) =>
            box(text).right > document.documentElement.clientWidth || box(text).left < 0)).map((text) => text.textContent),
        smallest: Math.min(...drawings.flatMap((svg) => [...svg.querySelectorAll('text')].map((text) => box(text).height))),
        tables: all('figure').every((figure) => figure.querySelector('details table tbody tr')),
        details: all('details').filter(seen).length,
        left: Math.max(...bars('loss').map((bar) => bar.right)) - Math.min(...ticks.map((tick) => tick.right)),
        right: Math.max(...ticks.map((tick) => tick.left)) - Math.min(...bars('gain').map((bar) => bar.left)),
        bars: `${bars('gain').length} ${bars('loss').length} ${ticks.length}`,
        cells: all('#cohorts .wide [fill^="var(--heat-text-"]')
            .reduce((count, group) => count + (group.children.length || 1), 0),
        names: texts('#sources tbody th > bdi:first-child'),
        rows: Object.fromEntries(all('#sources tr').map((row) => [row.cells[0].firstElementChild?.textContent ?? row.cells[0].textContent,
            [...row.cells].slice(1).map((cell) => cell.textContent).join('|')])),
        upcoming: texts('#upcoming table:first-of-type tbody td').join('|'),
        captions: texts('figcaption, .note').join('\n'),
        channels: Object.fromEntries(all('#channels tbody tr').map((row) => [row.cells[0].textContent,
            [...row.cells].slice(1).map((cell) => cell.textContent).join('|')])),
        unresolved: all('#unresolved tbody tr').map((row) => [...row.cells].map((cell) => (cell.querySelector('bdi') ?? cell).textContent.replace(/[\u2068\u2069]/g, '')).join('|')),
        statements: texts('.statements code'),
        colors: [getComputedStyle(document.body).backgroundColor,
            ...drawings.flatMap((svg) => [...svg.querySelectorAll('[fill^="var("]')]
                .map((mark) => getComputedStyle(mark).fill))],
    };
})()
JS

my @visits = (
    (map { { file => "$folder/$_.html", expression => $look } } qw(sample nothing single many)),
    (map { { file => "$folder/$_.html", expression => $look, width => 360, height => 740 } } qw(sample many)),
    { file => "$folder/sample.html", expression => $look, dark => JSON::PP::true, picture => "$folder/dark.png" },
    { file => "$folder/sample.html", expression => $look, print => JSON::PP::true, width => 1040, pdf => "$folder/sample.pdf" });
my @seen = browse(@visits);
my ($sample, $nothing, $single, $many, $phone) = map { $_->{value} } @seen;
my ($dark, $print) = map { $_->{value} } @seen[ -2, -1 ];

for my $visit (0 .. $#visits)
{
    my ($seen, $name) = ($seen[$visit], $visits[$visit]{file} =~ s/.*\///r . ' at ' . ($visits[$visit]{width} // 1200));
    die "$name: $seen->{value}" unless ref $seen->{value};
    is("@{ $seen->{messages} }", '', "$name: no message on the console");
    is("@{ $seen->{requests} }", "file://$visits[$visit]{file}", "$name: no request but for itself");
    my $unresolved = $name !~ /^(?:nothing|single)/;
    is($seen->{value}{sections}, 'totals returns months cohorts survival upcoming channels categories sources' . ($unresolved ? ' unresolved' : ''), "$name: sections");
    is($seen->{value}{headings}, $unresolved ? '1 10' : '1 9', "$name: headings");
    cmp_ok($seen->{value}{width}, '<=', $visits[$visit]{width} // 1200, "$name: the page doesn't scroll sideways");
    is("@{ $seen->{value}{outside} }", '', "$name: no text of a chart leaves the page");
    is($seen->{value}{unnamed}, 0, "$name: charts have a title and a description");
    ok($seen->{value}{tables}, "$name: charts have a table");
    my %known = map { $_ => 1 } qw(html head meta title style body header main section footer h1 h2 p a br small time dl div dt dd ul li span
      figure figcaption details summary table caption thead tbody tfoot tr th td bdi code svg desc g path line rect text tspan);
    is(join(' ', grep { !$known{$_} } split / /, $seen->{value}{tags}), '', "$name: no element but the report's own");
    like($seen->{value}{title}, qr/^Lead sources: cost and return, \w+, 31 December 2020$/, "$name: title");
}

is($sample->{drawings}, join(' ', ('chart wide') x 5), 'five charts on a wide screen');
is($phone->{drawings}, join(' ', ('chart narrow') x 5), 'five of their own on a phone');
cmp_ok($_->{smallest}, '>=', 11, 'their text is legible') for $sample, $phone;
is($nothing->{drawings}, '', 'no chart of nothing');
is($nothing->{empty}, 8, 'but a sentence in each section');
is($single->{empty}, 2, 'one lead source has all charts but upcoming expense, and no channel');

is($sample->{bars}, '6 4 14', 'six gains, four losses, and the mark of break-even at every lead source');
cmp_ok($sample->{left}, '<=', 1, 'losses point to the left');
cmp_ok($sample->{right}, '<=', 1, 'gains point to the right');
is($sample->{rows}{'Northlight agency'}, '36,000.00|132,077.66|96,077.66|+266.9 %|366.9 %|220|163.64|11|3,272.73|5,541.72|1.69' =~ s/ %/$space%/gr,
    'the agency in the table');
like($sample->{rows}{'Word of mouth'}, qr/^–\|79,518\.00\|79,518\.00\|–\|–\|110\|–\|34\|–\|/, 'undefined figures are dashes');
like($sample->{rows}{'Radio spots'}, qr/^4,550\.00\|0\.00\|−4,550\.00\|−100\.0$space%\|0\.0$space%\|0\|–\|0\|–\|/, 'and zeros are zeros');
my $total = value('sample', q{
    SELECT to_char(sum(expense), 'FM999,999.00') || '|' || to_char(sum(revenue), 'FM999,999.00') || '|'
           || to_char(sum(revenue) - sum(expense), 'FM999,999.00') || '|'
           || to_char(100 * (sum(revenue) - sum(expense)) / sum(expense), 'FM+999.0') || ' %|'
           || to_char(100 * sum(revenue) / sum(expense), 'FM999.0') || ' %|'
    FROM (SELECT NULL AS revenue, amount AS expense FROM expense UNION ALL SELECT amount, NULL FROM payment) AS fact});
$total =~ s/ %/$space%/g;
like($sample->{rows}{All}, qr/^\Q$total\E/, 'totals are the ledger\'s, ratios are of totals');
is($sample->{cells}, value('sample', q{
    SELECT sum(least(24, (2020 - extract(year FROM month)) * 12 + 12 - extract(month FROM month)))
    FROM generate_series(timestamp '2018-12-01', '2020-11-01', '1 month') AS month}), 'a cell for each month and age that is over');
is((split /\|/, $sample->{upcoming})[1], value('sample', q{
    SELECT to_char(sum(amount), 'FM999,999.00') FROM upcoming_expense WHERE bill_on < '2021-02-01'}), 'upcoming expense');
is("@{ $sample->{notices} }", '', 'nothing to look after');

is($single->{rows}{'The only one'} =~ s/\|.*//r, '1,234,567,890,123,456.78', 'amounts are exact');
is($single->{rows}{'The only one'} =~ s/^[^|]*\|[^|]*\|([^|]*).*/$1/r, '−1,234,567,890,123,456.74', 'also profits');

is_deeply([ sort @{ $many->{names} } ], [ sort '(unknown)', @{ JSON::PP->new->decode(value('many', 'SELECT json_agg(name) FROM lead_source')) } ],
    'the table has all two hundred names as they are, and the unknown');
like($many->{captions}, qr/the 20 with the highest expense; 181 more/, 'the chart says what it leaves out');
like($many->{captions}, qr/the 8 lead sources with most customers, of 190/, 'so does survival');
like($many->{captions}, qr/What is booked before Jan 2018 counts in the totals above/, 'so do months');
like($many->{captions}, qr/the last 24 months of 36/, 'so does the heat map');
is(scalar @{ $many->{notices} }, 2, 'two notices');
like($many->{notices}[0], qr/90 bills, 22,050\.00 in all, the oldest since 1 November 2020/, 'of what is overdue');
like($many->{notices}[1], qr/Nothing is recorded for 9 lead sources: .* and 4 more/s, 'of lead sources without anything');

# Channels: every column is the view's.
sub channels
{
    my ($database) = @_;
    return { map { /^([^|]*)\|(.*)/s } split /\n/, value($database, qq{
        SELECT concat_ws('|', channel, coalesce(to_char(expense, 'FM9,999,990.00'), '–'), to_char(revenue, 'FM9,999,990.00'), replace(to_char(profit, 'FM9,999,990.00'), '-', '−'),
                   coalesce(replace(to_char(roi_percent, 'FMSG9,999,990.0'), '-', '−') || '$space%', '–'), coalesce(to_char(roas_percent, 'FM9,999,990.0') || '$space%', '–'),
                   to_char(leads, 'FM999,990'), coalesce(to_char(cost_per_lead, 'FM9,999,990.00'), '–'), to_char(customers, 'FM999,990'),
                   coalesce(to_char(cost_per_customer, 'FM9,999,990.00'), '–'), coalesce(to_char(revenue_per_customer, 'FM9,999,990.00'), '–'))
        FROM channel_roi}) };
}
is_deeply($sample->{channels}, channels('sample'), 'channels of the sample company');
is_deeply($many->{channels}, channels('many'), 'channels of many lead sources');
like($sample->{channels}{'Paid Search'}, qr/^67,450\.00\|185,913\.66\|/, 'the agency and search ads are one channel');   # 36,000 + 31,450, before the bookkeeper corrects a bill
like($many->{captions}, qr/The row \(several channels\) has .* The row \(no channel\) has /, 'what no channel is, is said');
unlike($sample->{captions}, qr/several channels/, 'where there is any');

# Traffic that is nobody's: the most of it, with the statements that mend it.
is(join("\n", @{ $sample->{unresolved} }), value('sample', qq{
    SELECT concat_ws('|', traffic_source, leads, customers, first_seen_on, last_seen_on, coalesce(closest, '–'), coalesce(similarity_percent || '$space%', '–'))
    FROM unresolved_traffic ORDER BY leads DESC}), 'the sample company has some');
like($sample->{captions}, qr/No alias matches 3 traffic sources, so 40 leads count as \(unknown\)\. Customers among them: 3\./, 'and how many leads they are');
is(scalar @{ $many->{unresolved} }, 20, 'no more than twenty');
like($many->{captions}, qr/No alias matches 26 traffic sources, so 351 leads count.* Shown are the 20 with most leads, and 6 more are in the view/s, 'and the others are told');
like($many->{unresolved}[0], qr/^<script>alert\(1\)<\/script> \/ referral\|26\|0\|2020-01-02\|2020-01-02\|/, 'as it arrived');
like($many->{unresolved}[4], qr{^gogle / cpc\|22\|0\|2020-01-06\|2020-01-06\|google / cpc\|\d\d\.\d$space%$}, 'with what was meant');
is(join("\n", @{ $many->{statements} }), value('many', q{SELECT mend || ';' FROM unresolved_traffic ORDER BY leads DESC LIMIT 20}), 'statements are whole');

# Every colour is another one in the dark.
my @same = grep { $sample->{colors}[$_] eq $dark->{colors}[$_] } 0 .. $#{ $sample->{colors} };
is($sample->{colors}[0] . $dark->{colors}[0], 'rgb(255, 255, 255)rgb(20, 23, 27)', 'the paper is dark in the dark');
is(@{ $sample->{colors} } > 100 && "@same", '', 'so are the charts');
my ($drawn) = join '', $html{sample} =~ /<svg.*?<\/svg>/sg;
is(join(' ', $drawn =~ /(?:fill|stroke)="(?!none|var\()[^"]*"/g), '', 'they have no colour of their own');

# The contrast of two colours as WCAG defines it.
sub contrast
{
    my ($high, $low) = sort { $b <=> $a } map {
        my @channels = map { $_ <= 0.03928 ? $_ / 12.92 : (($_ + 0.055) / 1.055)**2.4 }
          map { hex($_) / 255 } length == 4 ? map { $_ x 2 } /[0-9a-f]/g : /[0-9a-f]{2}/g;
        0.2126 * $channels[0] + 0.7152 * $channels[1] + 0.0722 * $channels[2];
    } @_;
    return ($high + 0.05) / ($low + 0.05);
}

my ($style) = $html{sample} =~ /<style>(.*?)<\/style>/s;
my %color;
for my $theme (qw(light dark))
{
    $style =~ /:root \{(.*?)\}/sg or die;
    my $variables = $1;
    %color = (%color, $variables =~ /--([\w-]+): (#[0-9a-f]+)/g);
    my @faint = grep { contrast(@color{ split / / }) < 4.5 } (map { "heat-$_ heat-text-$_" } 'none', 0 .. 7),
      'ink notice', map { ("$_ paper", "$_ panel") } qw(ink muted accent);
    push @faint, grep { contrast(@color{ split / / }) < 3 } map { "$_ paper" } qw(revenue expense gain loss);
    is("@faint", '', "$theme colours have contrast");
}

is($print->{drawings}, $sample->{drawings}, 'paper has the charts of a wide screen');
is($print->{details}, 0, 'and no tables to open');
is($print->{colors}[0], 'rgb(255, 255, 255)', 'on white');
like(slurp_file("$folder/sample.pdf"), qr/^%PDF-.*%%EOF\s*\z/s, 'a PDF');

$node->stop;
done_testing();
