# What the report looks like in a browser, measured by boxes: on the phone, on narrow and wide screens, in the dark and on
# paper nothing is cut and nothing lies on something else. No mistake of accessibility that axe-core finds.
use strict;
use warnings FATAL => 'all';

use JSON::PP;
use PostgreSQL::Test::Utils;
use Test::More;

use Dashboard qw(new_dashboard_node run_dashboard report browse value write_bytes);

my $folder = PostgreSQL::Test::Utils::tempdir();
my $node = new_dashboard_node(qw(sample nothing single many));
my $directory = "$folder/pages";
my %html = map { $_ => report($_) } qw(sample nothing single many);
my %file = map { $_ => write_bytes("$folder/$_.html", $html{$_}) } keys %html;
my ($code, undef, $messages) = run_dashboard('--directory', $directory, $node->connstr('sample'));
is("$code $messages", '0 ', 'pages of lead sources are written without a message');
$file{source} = "$directory/lead_source_8.html";
$file{index} = "$directory/index.html";

# What is measured in the page, and what is read off it.
my $look = <<'JS';
(async () => {
    const all = (selector) => [...document.querySelectorAll(selector)];
    const seen = (element) => element.getBoundingClientRect().width > 0;
    const drawings = all('svg').filter(seen);
    return {
        ...lookAtBoxes(),
        drawings: [...new Set(drawings.map((svg) => svg.parentNode.className))].join(' '),
        unnamed: drawings.filter((svg) => svg.getAttribute('role') !== 'img'
            || svg.getAttribute('aria-labelledby').split(' ').some((id) => !document.getElementById(id)?.textContent)).length,
        untabled: all('figure').filter((figure) => !figure.querySelector('details table caption')).length,
        unscoped: all('th').filter((cell) => !['row', 'col'].includes(cell.scope)).length + all('table').filter((table) => !table.caption?.textContent).length,
        details: all('details').filter(seen).length,
        requests: all('[src], link[href]').length,
        paper: getComputedStyle(document.body).backgroundColor,
        colors: drawings.flatMap((svg) => [...svg.querySelectorAll('[fill^="var("]')].map((mark) => getComputedStyle(mark).fill)),
    };
})()
JS
my @visits;
for my $name (qw(sample nothing single many source))
{
    push @visits, map { { name => $name, file => $file{$name}, script => 'test/boxes.js', expression => $look, width => $_ } } 390, 1024, 1440;
    push @visits, { name => $name, file => $file{$name}, script => 'test/boxes.js', expression => $look, width => 1440, dark => JSON::PP::true };
    next if $name eq 'single';     # its amount of 16 digits, a typing error, is wider than paper is
    push @visits, { name => $name, file => $file{$name}, script => 'test/boxes.js', expression => $look, width => 1032, print => JSON::PP::true, pdf => "$folder/$name.pdf" };
}
my @seen = browse(@visits);
my %value;
for my $visit (@visits)
{
    my $seen = shift @seen;
    my $mode = $visit->{dark} ? 'dark' : $visit->{print} ? 'printed' : 'light';
    my $where = "$visit->{name}, $visit->{width} $mode";
    die "$where: $seen->{value}" unless ref $seen->{value};
    my %page = %{ $seen->{value} };
    $value{"$visit->{name} $visit->{width} $mode"} = \%page;
    is("@{ $seen->{messages} }", '', "$where: no message on the console");
    is("@{ $seen->{requests} }", "file://$visit->{file}", "$where: no request but for itself");
    cmp_ok($page{texts}, '>', 20, "$where: there is text");
    cmp_ok($page{width}, '<=', $visit->{width}, "$where: the page doesn't scroll sideways");
    is(join(', ', @{ $page{outside} }), '', "$where: nothing leaves the page");
    is(join(', ', @{ $page{overlaps} }), '', "$where: nothing lies on something else");
    is(join(', ', @{ $page{cut} }), '', "$where: nothing is cut");
    is(join(', ', @{ $page{unmarked} }), '', "$where: a table that goes on shows it") unless $visit->{print};
    cmp_ok($page{smallest}, '>=', 11, "$where: text is legible") unless $visit->{print};
    is("$page{unnamed} $page{untabled} $page{unscoped}", '0 0 0', "$where: charts have a text and a table, tables scope and caption");
    is($page{drawings}, $visit->{width} == 390 ? 'chart narrow' : 'chart wide', "$where: charts of the width") unless $visit->{name} eq 'nothing';
    is($page{details}, 0, "$where: nothing to open on paper") if $visit->{print};
}
is(join(', ', @{ $value{"sample $_ light"}{scrolling} }), '', "every table of the sample company has room at $_") for 1024, 1440;
is(join(', ', @{ $value{'source 1024 light'}{scrolling} }), '', 'so has every one of a lead source');
cmp_ok(scalar @{ $value{'sample 390 light'}{scrolling} }, '>', 5, 'on the phone tables go on, so that what is measured there is measured');
like(slurp_file("$folder/$_.pdf"), qr/^%PDF-.*%%EOF\s*\z/s, "$_: a PDF") for qw(sample source);

# Every colour is another one in the dark, and on paper it is white.
my ($light, $dark) = map { $value{"sample 1440 $_"} } qw(light dark);
is($light->{paper} . $dark->{paper} . $value{'sample 1032 printed'}{paper}, 'rgb(255, 255, 255)rgb(20, 23, 27)rgb(255, 255, 255)', 'the paper is dark in the dark');
my @same = grep { $light->{colors}[$_] eq $dark->{colors}[$_] } 0 .. $#{ $light->{colors} };
is(@{ $light->{colors} } > 100 && "@same", '', 'so are the charts');
my ($drawn) = join '', $html{sample} =~ /<svg.*?<\/svg>/sg;
is(join(' ', $drawn =~ /(?:fill|stroke)="(?!none|var\()[^"]*"/g), '', 'they have no colour of their own');

# The contrast of two colours as WCAG defines it; axe-core knows that of text alone.
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
    my @faint = grep { contrast(@color{ split / / }) < 4.5 } (map { "heat-$_ heat-text-$_" } 'none', 0 .. 7), map { ("$_ paper", "$_ panel") } qw(ink muted accent);
    push @faint, grep { contrast(@color{ split / / }) < 3 } map { "$_ paper" } qw(revenue expense gain loss);
    is("@faint", '', "$theme colours have contrast");
}

# Accessibility.
my $axe = 'axe.run(document).then(({ violations, passes }) => ({ passes: passes.length, violations: violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" ")}`) }))';
ok(-f ($ENV{AXE_CORE} // ''), 'axe-core is there: script/test brings it');
my @examined = map { my $name = $_; map { { name => $name, file => $file{$name}, script => $ENV{AXE_CORE}, expression => $axe, %$_ } } { width => 1200 }, { width => 390, dark => JSON::PP::true } } qw(sample nothing single source index);
push @examined, { name => 'many', file => $file{many}, script => $ENV{AXE_CORE}, expression => $axe, width => 1200 };
push @examined, { name => 'a page with faults', file => write_bytes("$folder/faults.html", '<html><body><img src="data:,"><p style="color: #eee; background: #fff">faint</p></body></html>'), script => $ENV{AXE_CORE}, expression => $axe };
@seen = browse(@examined);
for my $visit (@examined)
{
    my $found = (shift @seen)->{value};
    die "$visit->{name}: $found" unless ref $found;
    if ($visit->{name} =~ /faults/)
    {
        cmp_ok(scalar @{ $found->{violations} }, '>', 2, 'axe-core finds what is wrong');
        next;
    }
    cmp_ok($found->{passes}, '>', 10, "$visit->{name}, $visit->{width}: axe-core has looked");
    is(join("\n", @{ $found->{violations} }), '', "$visit->{name}, $visit->{width}: and has nothing to say");
}

$node->stop;
done_testing();
