# The HTML report: who may ask for it and how, and that every figure in it is a column of a view.
use strict;
use warnings FATAL => 'all';

use Cwd;
use JSON::PP;
use PostgreSQL::Test::Utils;
use Test::More;

use Dashboard qw(@views new_dashboard_node run_dashboard report browse value write_bytes);

my $space = "\xc2\xa0";     # that doesn't break
my $root = getcwd();
my $folder = PostgreSQL::Test::Utils::tempdir();
my $node = new_dashboard_node(qw(sample nothing single many yen));

# Test that this fails with one line like that on standard error, and nothing on standard output.
sub fails_like
{
    my ($name, $pattern, @arguments) = @_;
    my ($code, $html, $messages) = run_dashboard(@arguments);
    ok($code != 0 && $html eq '', "$name: fails, and writes nothing");
    like($messages, qr/^[^\n]*$pattern[^\n]*\n\z/, "$name: says so in a line");
    return;
}

my %html = map { $_ => report($_) } qw(sample nothing single many);
cmp_ok(length $html{sample}, '<', 400_000, 'the report of the sample company is smaller than 400 kB');
ok(report('sample') eq $html{sample}, 'the same data gives the same bytes');

#
# Who may ask, and how.
#

$node->safe_psql('sample', 'CREATE ROLE reader LOGIN; CREATE ROLE stranger LOGIN; GRANT USAGE ON SCHEMA marketing TO reader; '
      . 'ALTER ROLE reader SET search_path = marketing; ' . join('', map { "GRANT SELECT ON marketing.$_ TO reader;" } @views));
ok((run_dashboard($node->connstr('sample') . ' user=reader'))[1] eq $html{sample}, 'USAGE on the ledger and SELECT on the views are enough');
fails_like('a role without rights', 'permission denied for schema marketing.*USAGE on the schema',
    '--ledger', 'marketing', $node->connstr('sample') . ' user=stranger');
$node->safe_psql('sample', 'GRANT USAGE ON SCHEMA marketing TO stranger');
fails_like('a role without rights on the views', 'permission denied for view.*SELECT on the views',
    '--ledger=marketing', $node->connstr('sample') . ' user=stranger');
fails_like('a role without a ledger', q{none belongs to role "stranger".*--ledger.*There are: marketing\.},
    $node->connstr('sample') . ' user=stranger');
$node->safe_psql('sample', 'ALTER ROLE reader CONNECTION LIMIT 1');
ok((run_dashboard($node->connstr('sample') . ' user=reader'))[1] eq $html{sample}, 'one connection is enough');
fails_like('a database without the extension', 'CREATE EXTENSION lead_roi', $node->connstr('postgres'));
fails_like('no server', q{connect.*connection string}, 'host=/nonexistent dbname=x');
fails_like('no database', q{"gone" does not exist}, $node->connstr('gone'));
fails_like('an unknown option', 'usage:', '--colour');
fails_like('a page and JSON', 'usage:', '--json', '--directory', $folder);
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
          EXECUTE format('CREATE OR REPLACE VIEW marketing.default_period AS SELECT * FROM (%s) AS own WHERE (SELECT public.write()) = 1',
                         rtrim(pg_get_viewdef('marketing.default_period'::regclass), ';'));
      END $$});
fails_like('a view that writes', 'read-only transaction', '--ledger=marketing', $node->connstr('nothing'));
$node->safe_psql('postgres', 'CREATE DATABASE bare');
$node->safe_psql('bare', 'CREATE EXTENSION lead_roi');
fails_like('a database without a ledger', 'no ledger.*SELECT lead_roi.create_ledger', $node->connstr('bare'));

# Periods.
fails_like('a period before the ledger', 'the months from 2018-01 to 2020-12.*--from and --to', '--from', '2017-12', $node->connstr('sample'));
fails_like('a period after today', 'the months from 2018-01 to 2020-12', '--to=2021-01', $node->connstr('sample'));
fails_like('a period upside down', 'begins in 2020-05 and ends before, in 2020-04', '--from', '2020-05', '--to', '2020-04', $node->connstr('sample'));
fails_like('what is no month', 'usage:', '--from', '2020-13', $node->connstr('sample'));
ok(report('sample', '--to=2020-11') eq $html{sample}, 'an end alone is that of a year');
ok(report('sample', '--from=2019-12', '--to=2020-11') eq $html{sample}, 'the last twelve whole months are the default');
my %spring = (from => '2020-03-01', through => '2020-05-01');
$html{spring} = report('sample', '--from', '2020-03', '--to', '2020-05');

#
# What it says: every figure is a column of a view.
#

my $read = <<'JS';
(() => {
    const all = (selector) => [...document.querySelectorAll(selector)];
    const texts = (selector) => all(selector).map((element) => element.textContent);
    const plain = (text) => text.replace(/[\u2068\u2069]/g, '');
    const rowsOf = (section) => Object.fromEntries(all(`#${section} tr`).map((row) => [row.cells[0].firstElementChild?.textContent ?? row.cells[0].textContent,
        [...row.cells].slice(1).map((cell) => cell.textContent).join('|')]));
    return {
        title: document.title,
        header: document.querySelector('header').textContent,
        footer: document.querySelector('footer').textContent,
        tags: [...new Set(all('*').map((element) => element.localName))].sort().join(' '),
        sections: all('main > section').map((section) => section.id).join(' '),
        empty: texts('.nothing').length,
        findings: all('.findings > li').map((item) => item.className + '|' + plain(item.querySelector('strong').textContent) + '|' + plain(item.querySelector('p > bdi').textContent)),
        evidence: texts('.findings code'),
        tiles: Object.fromEntries(all('.tiles [data-figure]').map((value) => [value.dataset.figure, [...value.parentNode.querySelectorAll('dd')].map((line) => line.textContent).join('|')])),
        names: texts('#sources tbody th > bdi:first-child'),
        order: Object.fromEntries(['funnel', 'money', 'returns', 'values', 'budget', 'sources'].map((id) => [id, texts(`#${id} .scroll:first-of-type tbody th > bdi:first-child`)])),
        sources: rowsOf('sources'), channels: rowsOf('channels'), categories: rowsOf('categories'), values: rowsOf('values'), budget: rowsOf('budget'),
        cohorts: all('#cohorts tbody tr').map((row) => [...row.cells].map((cell) => cell.textContent).filter((text) => text).join('|')),
        months: all('#months tbody tr').map((row) => [...row.cells].map((cell) => cell.textContent).join('|')),
        costs: all('#cost_per_customer_figure tbody tr').map((row) => [...row.cells].map((cell) => cell.textContent).join('|')),
        captions: texts('figcaption, .note').join('\n'),
        unresolved: all('#unresolved tbody tr').map((row) => plain([...row.cells].map((cell) => (cell.querySelector('bdi') ?? cell).textContent).join('|'))),
        statements: texts('.statements code'),
    };
})()
JS
my @names = qw(sample nothing single many spring);
my @seen = browse(map { { file => write_bytes("$folder/$_.html", $html{$_}), expression => $read } } @names);
my %seen = map { my $seen = shift @seen; ref $seen->{value} or die "$_: $seen->{value}"; ($_ => $seen->{value}) } @names;
my ($sample, $many) = @seen{qw(sample many)};

for my $name (@names)
{
    my %known = map { $_ => 1 } qw(html head meta title style body header main section footer h1 h2 h3 p a b i strong small time dl div dt dd ul ol li span
      figure figcaption details summary table caption thead tbody tfoot tr th td bdi code svg desc g path circle text br);
    is(join(' ', grep { !$known{$_} } split / /, $seen{$name}{tags}), '', "$name: no element but the report's own");
    like($seen{$name}{title}, qr/^Lead sources: cost and return, \w+, 31 December 2020$/, "$name: title");
    like($seen{$name}{header}, qr/Period: \w{3} \d{4} to \w{3} 2020, whole months,\s+as of 31 December 2020/, "$name: period and date");
    like($seen{$name}{footer}, qr/Made by lead_roi \d.*as of 31 December 2020/s, "$name: maker");
}
my $sections = 'findings totals funnel money returns values costs months cohorts survival budget upcoming channels categories sources';
is($sample->{sections}, "$sections unresolved", 'sections');
is($seen{nothing}{sections}, $sections, 'without traffic that is nobody\'s in an empty ledger');
is($seen{nothing}{empty}, 15, 'where each has a sentence');
like($seen{spring}{header}, qr/Mar 2020 to May 2020/, 'the period that was asked for');

# SQL for an amount, a percentage, one with its sign and a count as the page writes them.
my $amount = sub { "coalesce(replace(to_char($_[0], 'FM9,999,999,999,999,999,990.00'), '-', '−'), '–')" };
my $percent = sub { "coalesce(replace(to_char($_[0], 'FM9,999,990.0'), '-', '−') || '$space%', '–')" };
my $signed = sub { "coalesce(CASE WHEN round($_[0], 1) > 0 THEN '+' ELSE '' END || replace(to_char($_[0], 'FM9,999,990.0'), '-', '−') || '$space%', '–')" };
my $count = sub { "coalesce(replace(to_char($_[0], 'FM999,999,999,999,999,990'), '-', '−'), '–')" };

# The rows of a table of the page as the view has them: by name, the columns in one line.
sub period_rows
{
    my ($database, $scope, $columns, %period) = @_;
    my ($from, $through) = ($period{from} // '2019-12-01', $period{through} // '2020-11-01');
    my $lines = value($database, qq{SELECT json_object_agg(coalesce(name, 'All'), concat_ws('|', $columns))
        FROM period_roi('$from', '$through') WHERE scope IN ($scope)});
    return JSON::PP->new->decode($lines);
}
my $return_columns = join(', ', map { $amount->($_) } qw(expense revenue profit)) . ', ' . $signed->('roi_percent') . ', ' . $percent->('roas_percent');
my $funnel_columns = join(', ', $count->('leads'), $amount->('cost_per_lead'), $count->('customers'), $amount->('cost_per_customer'));
for my $name (qw(sample many spring))
{
    my ($database, %period) = $name eq 'spring' ? ('sample', %spring) : ($name);
    my $grouped = "$return_columns, " . $signed->('paid_roi_percent') . ", $funnel_columns";
    for my $table (qw(channels categories))
    {
        my %page = %{ $seen{$name}{$table} };
        delete $page{ (grep { /^Cat|^Cha/ && $page{$_} =~ /^Expense/ } keys %page)[0] };
        my $scope = $table eq 'channels' ? 'channel' : 'category';
        is_deeply(\%page, period_rows($database, "'$scope'", $grouped, %period), "$name: $table are the view's");
    }
    my %page = %{ $seen{$name}{sources} };
    delete $page{'Lead source'};
    $page{$_} =~ s/\|[^|]*\|[^|]*$// for keys %page;
    is_deeply(\%page, period_rows($database, "'lead_source', 'all'", "$return_columns, $funnel_columns", %period), "$name: all lead sources are the view's");
}
like($sample->{sources}{'Radio spots'}, qr/^1,800\.00\|0\.00\|−1,800\.00\|−100\.0$space%\|0\.0$space%\|0\|–\|0\|–\|/, 'zeros are zeros, what is undefined is a dash');
is($seen{single}{sources}{'The only one'} =~ s/^([^|]*)\|[^|]*\|([^|]*).*/$1 $2/r, '1,234,567,890,123,456.78 −1,234,567,890,123,456.74', 'amounts are exact');

# Tiles, with what was before and what paid lead sources alone have.
sub tiles
{
    my ($database, %period) = @_;
    my $written = sub { "CASE WHEN figure = 'roi_percent' THEN " . $signed->($_[0]) . " WHEN figure LIKE 'cost%' OR unit = 'amount' AND abs(all_of.value) < 1000 THEN " . $amount->($_[0]) . ' ELSE ' . $count->("round($_[0])") . ' END' };
    my $changed = sub { "CASE WHEN unit = 'percent' THEN ' (' || CASE WHEN $_[0] > 0 THEN '+' ELSE '' END || replace(to_char($_[0], 'FM9,990.0'), '-', '−') || ' points)'
        WHEN $_[1] IS NOT NULL THEN ' (' || " . $signed->($_[1]) . " || ')' ELSE coalesce(' (' || CASE WHEN $_[0] > 0 THEN '+' ELSE '' END || " . $count->("round($_[0])") . " || ')', '') END" };
    return JSON::PP->new->decode(value($database, qq{
        SELECT json_object_agg(figure, concat_ws('|', @{[ $written->('all_of.value') ]}, 'before ' || @{[ $written->('all_of.before_value') ]} || @{[ $changed->('all_of.change', 'all_of.change_percent') ]},
                   CASE WHEN year THEN 'a year earlier ' || @{[ $written->('all_of.year_before_value') ]} || @{[ $changed->('all_of.year_change', 'all_of.year_change_percent') ]} END,
                   CASE WHEN paid_of.value <> all_of.value THEN 'paid only ' || @{[ $written->('paid_of.value') ]} || @{[ $changed->('paid_of.change', 'paid_of.change_percent') ]} END))
        FROM period_comparison('$period{from}', '$period{through}') AS all_of JOIN period_comparison('$period{from}', '$period{through}') AS paid_of USING (figure, unit)
             CROSS JOIN (SELECT date '$period{through}' - date '$period{from}' < 330 AS year) AS compared
        WHERE all_of.scope = 'all' AND paid_of.scope = 'paid'
              AND figure IN ('expense', 'revenue', 'profit', 'roi_percent', 'leads', 'cost_per_lead', 'customers', 'cost_per_customer')}));
}
is_deeply($sample->{tiles}, tiles('sample', from => '2019-12-01', through => '2020-11-01'), 'tiles are the view\'s, with the period before');
is_deeply($seen{spring}{tiles}, tiles('sample', %spring), 'and with a year earlier, where that is another one');

# Yen have no decimals: 1,200,012 for 7 leads are 171,430.29 each. Small amounts stand to the last digit; nothing was before.
my $yen = report('yen');
my %yen = $yen =~ /data-figure="(\w+)">([^<]*)</g;
is_deeply(\%yen, { expense => '1,200,012', revenue => '−500', profit => '−1,200,512', roi_percent => "−100.0$space%", leads => '7', cost_per_lead => '171,430',
        customers => '2', cost_per_customer => '600,006' }, 'amounts have the decimals of their currency');
unlike($yen, qr/<dd>before /, 'a ledger that begins with the period is compared with nothing');
like($yen, qr/0 to 100&nbsp;%/, 'a bar of shares ends where the largest share does');
like($html{many}, qr/0 to 5&nbsp;%/, 'of many as well');

# Findings, worst first, seven of them, with their queries.
for my $database (qw(sample many))
{
    is_deeply($seen{$database}{findings}, JSON::PP->new->decode(value($database, q{
        SELECT coalesce(json_agg(concat_ws('|', severity, coalesce(lead_source, CASE finding WHEN 'figures_in_doubt' THEN 'Data' ELSE '(unknown)' END), what) ORDER BY position), '[]') FROM finding WHERE position <= 7})),
        "$database: findings are the view's");
}
is($sample->{findings}[0] =~ s/: .*//sr, 'high|Social ads|a customer brings 584.67 in the first year (standard error 142.95, 17 customers) and costs 788.24', 'the sample company should look at its social ads');
is_deeply($sample->{evidence}, JSON::PP->new->decode(value('sample', 'SELECT json_agg(evidence ORDER BY position) FROM finding')), 'with the queries that show the numbers');
is(value('sample', $_) ne '', 1, "which run: $_") for @{ $sample->{evidence} };
like($many->{captions}, qr/\d+ more are in the view finding/, 'more than seven are told');

# Months, costs with their scatter, cohorts.
is_deeply($sample->{costs}, JSON::PP->new->decode(value('sample', qq{
    SELECT json_agg(concat_ws('|', to_char(month, 'Mon YYYY'), @{[ $amount->('expense') ]}, @{[ $count->('customers') ]}, @{[ $amount->('cost_per_customer') ]},
                              @{[ $amount->('usual_cost_per_customer') ]}, @{[ $amount->('cost_per_customer_lower') ]}, @{[ $amount->('cost_per_customer_upper') ]}) ORDER BY month)
    FROM monthly_roi WHERE scope = 'paid' AND month BETWEEN '2018-12-01' AND '2020-11-01'})), 'cost per customer by month, with the range of chance');
is_deeply($sample->{months}, JSON::PP->new->decode(value('sample', qq{
    SELECT json_agg(concat_ws('|', to_char(month, 'Mon YYYY'), $return_columns) ORDER BY month) FROM monthly_roi WHERE scope = 'all' AND (expense IS NOT NULL OR revenue <> 0)})), 'months');
is_deeply($sample->{cohorts}, JSON::PP->new->decode(value('sample', qq{
    SELECT json_agg(line ORDER BY cohort_month)
    FROM (SELECT cohort_month, concat_ws('|', to_char(cohort_month, 'Mon YYYY'), max(customers), coalesce(max(payback_months)::text, '–'),
                     string_agg(CASE WHEN roas_percent >= 999.5 THEN '>999' ELSE coalesce(round(roas_percent)::text, '–') END, '|' ORDER BY age_months)) AS line
          FROM cohort_curve WHERE cohort_month BETWEEN '2018-12-01' AND '2020-11-01' AND age_months < 24 GROUP BY cohort_month) AS cohort})), 'cohorts');
like($sample->{values}{'Partner programme'}, qr/\|6\.61\|1\.5$/, 'LTV to CAC and payback');
like($sample->{budget}{'Search ads'}, qr/\|12\|15,600\.00\|15,600\.00\|0\.00\|0\.0$space%$/, 'budget against actual');

# One order: the highest expense first.
my @order = @{ $sample->{order}{sources} };
is_deeply(\@order, JSON::PP->new->decode(value('sample', q{SELECT json_agg(name ORDER BY expense DESC NULLS LAST, revenue DESC, name)
    FROM period_roi('2019-12-01', '2020-11-01') WHERE scope = 'lead_source'})), 'lead sources come by expense');
for my $section (qw(funnel money returns values budget))
{
    my %shown = map { $_ => 1 } @{ $sample->{order}{$section} };
    is_deeply($sample->{order}{$section}, [ grep { $shown{$_} } @order ], "so they do in section $section");
}
like($sample->{footer}, qr/in one order everywhere: the highest expense of the period first/, 'which the page tells');
like($sample->{captions}, qr/13 lead sources and the unknown one; paid: the 10 that have ever cost anything/, 'how many there are');

is_deeply([ sort @{ $many->{names} } ], [ sort '(unknown)', @{ JSON::PP->new->decode(value('many', 'SELECT json_agg(name) FROM lead_source')) } ],
    'the table has all two hundred names as they are, and the unknown');
like($many->{captions}, qr/Shown are 8 lead sources of 190 with customers/, 'a chart says what it leaves out');
like($many->{captions}, qr/Overdue: 90 bills, 22,050\.00 in all, the oldest since 1 November 2020/, 'overdue bills');
like($many->{captions}, qr/The row \(several channels\) has .* The row \(no channel\) has /, 'what no channel is, is said');
unlike($sample->{captions}, qr/several channels/, 'where there is any');

# Traffic that is nobody's: the most of it, with the statements that mend it.
is(join("\n", @{ $sample->{unresolved} }), value('sample', qq{
    SELECT concat_ws('|', traffic_source, leads, customers, first_seen_on, last_seen_on, coalesce(closest, '–'), coalesce(similarity_percent || '$space%', '–'))
    FROM unresolved_traffic ORDER BY leads DESC}), 'the sample company has some');
is(scalar @{ $many->{unresolved} }, 20, 'no more than twenty');
like($many->{captions}, qr/No alias matches 26 traffic sources.* Shown are the 20 with most leads, and 6 more are in the view/s, 'and the others are told');
like($many->{unresolved}[0], qr/^<script>alert\(1\)<\/script> \/ referral\|26\|0\|2020-01-02\|2020-01-02\|/, 'as it arrived');
is(join("\n", @{ $many->{statements} }), value('many', q{SELECT mend || ';' FROM unresolved_traffic ORDER BY leads DESC LIMIT 20}), 'statements are whole');

$node->stop;
done_testing();
