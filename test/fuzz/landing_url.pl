# Random URLs. Well-formed ones are read as a decoder of this file reads them (RFC 3986, and "+" of HTML
# forms); broken ones are read somehow: no error, no crash, in time that grows with their length, and what
# comes out is a sound value. So also where the server's encoding isn't UTF-8.
#
#   script/test test/fuzz/landing_url.pl :: [URLS [SEED]]
use strict;
use warnings FATAL => 'all';

use Encode;
use PostgreSQL::Test::Utils;
use Test::More;

use LeadRoi qw(new_node);

my $urls = $ARGV[0] // 5000;
my $seed = $ARGV[1] // 1;
srand($seed);
note("seed $seed");

my $node = new_node('landing_url_fuzz');
my $folder = PostgreSQL::Test::Utils::tempdir();
$node->safe_psql('postgres', "CREATE DATABASE $_->[0] TEMPLATE template0 ENCODING '$_->[1]' LOCALE 'C'")
  for [ 'utf8', 'UTF8' ], [ 'latin1', 'LATIN1' ], [ 'ascii', 'SQL_ASCII' ];

# The names of the parts, in their order.
my @parts = qw(utm_source utm_medium utm_campaign utm_content utm_term);

sub pick { return $_[ rand @_ ]; }

# Load rows of byte strings into a table of texts, and run a query on it. The bytes are of the server's encoding.
sub query_rows
{
    my ($database, $columns, $rows, $query) = @_;
    my $file = "$folder/rows_$database";
    open(my $handle, '>:raw', $file) or die "$file: $!";
    print $handle join("\t", map { defined ? unpack('H*', $_) : '\N' } @$_), "\n" for @$rows;
    close($handle);
    my $texts = join(', ', map { "convert_from(decode($_, 'hex'), getdatabaseencoding()) AS $_" } @$columns);
    my $declared = join(', ', map { "$_ text" } @$columns);
    my ($output, $errors) = ('', '');
    IPC::Run::run([ 'psql', '-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr($database) ],
        '<', \<<SQL, '>', \$output, '2>', \$errors);
SET client_encoding = UTF8;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS lead_roi;
SET search_path = lead_roi, public;
SET statement_timeout = '120s';
DROP TABLE IF EXISTS public.coded, public.given;
CREATE TABLE public.coded ($declared);
\\copy public.coded FROM '$file'
CREATE TABLE public.given AS SELECT $texts FROM public.coded;
$query;
SQL
    return $errors . $output;
}

#
# Well-formed URLs
#

# A text of up to twelve characters from all of Unicode, ASCII most often. It begins with a letter, so that
# it isn't a word for nothing.
sub random_text
{
    my @ranges = ([ 0x20, 0x7e ], [ 0x20, 0x7e ], [ 0x20, 0x7e ], [ 0xa0, 0x24f ], [ 0x370, 0x58f ], [ 0x3040, 0x9fff ], [ 0x1f300, 0x1faff ], [ 0xe000, 0xfdcf ], [ 0xfdf0, 0xfffd ], [ 0x10000, 0x10ffff ]);
    my $text = 'x';
    for (1 .. rand(12))
    {
        my $range = pick(@ranges);
        my $point = $range->[0] + int(rand($range->[1] - $range->[0] + 1));
        $text .= chr($point) if ($point & 0xfffe) != 0xfffe;     # no characters, and Perl doesn't write them
    }
    return $text;
}

# A text in the form of a URL's value: what must be coded is, and some of what needn't.
sub coded
{
    my ($text) = @_;
    my $code = rand() < 0.5 ? '%%%02X' : '%%%02x';
    return join '', map {
            /^ $/ && rand() < 0.7 ? '+'
          : /^[A-Za-z0-9_.~-]$/ && rand() < 0.9 ? $_
          : sprintf($code, ord)
    } split //, encode('UTF-8', $text);
}

# The decoder: of bytes, and only of what is well-formed.
sub decoded
{
    my ($value) = @_;
    $value =~ tr/+/ /;
    $value =~ s/%([0-9A-Fa-f]{2})/chr(hex($1))/ge;
    return decode('UTF-8', $value, Encode::FB_CROAK);
}

# The name of a parameter, in some case, some characters coded.
sub coded_name
{
    return join '', map { my $c = rand() < 0.2 ? uc : $_; rand() < 0.05 ? sprintf('%%%02X', ord($c)) : $c } split //, $_[0];
}

my @rows;
my $decoder_is_right = 1;
for (1 .. $urls)
{
    my %value = map { rand() < 0.7 || $_ eq 'utm_source' ? ($_ => random_text()) : () } @parts;
    my %coded = map { $_ => coded($value{$_}) } keys %value;
    $decoder_is_right &&= decoded($coded{$_}) eq $value{$_} for keys %value;
    my @pairs = map { coded_name($_) . "=$coded{$_}" } keys %coded;
    splice(@pairs, rand(@pairs + 1), 0, pick('a', 'q') . int(rand(9)) . '=' . coded(random_text())) for 1 .. rand(4);
    my $url = pick('https://e.example/', 'http://www.e.example:8080/a/b.html', 'e.example/', 'https://e.example', '')
      . pick('?', '?', '#', '#/x?', '?a=1#b&') . join(pick('&', '&', '&amp;'), @pairs);
    push @rows, [ $url, map { defined ? encode('UTF-8', $_) : undef } @value{@parts} ];
}
ok($decoder_is_right, 'the decoder of this test gives back what was coded');
is(query_rows('utf8', [ 'url', @parts ], \@rows, <<SQL), "$urls\n", "well-formed URLs are read as they are meant (seed $seed)");
SELECT url, traffic_source_from_url(url), traffic_source(utm_source, utm_medium, utm_campaign, utm_content, utm_term) FROM given
WHERE traffic_source_from_url(url) <> traffic_source(utm_source, utm_medium, utm_campaign, utm_content, utm_term) LIMIT 3;
SELECT count(*) FROM given
SQL

#
# Broken URLs
#

my @beginnings = (
    'https://e.example/?utm_source=Google&utm_medium=cpc&utm_campaign=Spring%20Sale&gclid=Cj0',
    'https://user:pw@www.e.example:443/a/b?x=1&amp;utm_source=%C3%A9t%C3%A9&utm_source[]=b#/c?utm_term=d',
    'http://b%C3%BCcher.example/?fbclid=IwAR&hsa_net=adwords&mc_cid=7', 'android-app://com.google.android.gm/',
    'https://www.google.co.uk/imgres?q=1', 'https://x.com/i/grok', 'https://[2001:db8::1]:8080/', encode('UTF-8', "https://b\x{fc}cher\x{3002}\x{4f8b}\x{3048}/?utm_source=\x{fdfa}"), '');
my @odd = ('#', qw(% %% %4 %00 %C3 %E9 %F4%90 %ED%A0%80 %C3%BC %01 %2525 & && &amp; &AMP;amp; = == ? ; [ ] [] + : // / \\ @ . .. www. utm_source= utm_ UTM_MEDIUM=
    gclid= {x} __X__ null xn-- xn--a- https:// {} -), ' ', "\t", "\n", "\1", "\x7f", 'a' x 70, 'a.' x 130, '%C3' x 30);

# Change, insert, remove or repeat some bytes; in the end it is a text of the encoding.
sub mutate
{
    my ($bytes, $utf8) = @_;
    for (1 .. 1 + rand(5))
    {
        my $place = int(rand(length($bytes) + 1));
        my $kind = rand(6);
        if ($kind < 3) { substr($bytes, $place, 0) = pick(@odd); }
        elsif ($kind < 4) { substr($bytes, $place, 0) = chr(int(rand(256))) x (1 + rand(3)); }
        elsif ($kind < 5) { substr($bytes, $place, rand(20)) = ''; }
        else { substr($bytes, $place, 0) = substr($bytes, int(rand($place + 1)), 30); }
    }
    $bytes = encode('UTF-8', decode('UTF-8', $bytes)) if $utf8;
    $bytes =~ tr/\0//d;
    return $bytes;
}

# Whatever came out can be written and read, has canonical parts, and isn't longer than it may be.
my $unsound = <<'SQL';
SELECT url, referrer, result FROM (SELECT *, traffic_source_from_url(url, referrer, ARRAY[own]) AS result FROM given) AS made
WHERE result::text::traffic_source <> result
      OR traffic_source(source(result), medium(result), campaign(result), content(result), term(result)) <> result
      OR result IS NULL LIMIT 3;
SELECT count(*) FROM given
SQL

for my $database (qw(utf8 latin1 ascii))
{
    my $utf8 = $database eq 'utf8';
    @rows = map { [ map { mutate(pick(@beginnings), $utf8) } 1 .. 3 ] } 1 .. $urls;
    is(query_rows($database, [qw(url referrer own)], \@rows, $unsound), "$urls\n", "$database: broken URLs are read (seed $seed)");
}

# 100 kB of the same: a second look at what was read once, for each place, would take minutes.
@rows = map { my $long = $_ x (100_000 / length($_)); map { [ @$_, 'o.example' ] } [ "https://e.example/?utm_source=$long&utm_medium=m", $long ], [ "https://e.example/#$long", "https://$long" ], [ $long, '' ] } grep { $_ ne '' } @odd, @beginnings,
  'utm_source=null&', 'utm_source=a&', 'gclid=x&', 'utm_source=%&', 'a=?utm_source=', '?utm_source=b', '#utm_term=c', 'a@', 'a:1', '[', '1', 'A.';
is(query_rows('utf8', [qw(url referrer own)], \@rows, $unsound), @rows . "\n", 'URLs of 100 kB');

$node->stop;
done_testing();
