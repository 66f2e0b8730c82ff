# Canonical forms equal what Perl's Unicode::Normalize and fc() make of all characters, one by one, and of random texts; characters that this
# Perl's Unicode doesn't know are left out there. The form of a form is itself, and so is that of what the server's normalize() makes of a
# text. In databases of other encodings only ASCII is folded. Bytes that are no UTF-8 do no harm, and long texts take no longer than they must.
#
#   script/test test/tap/044_canonical.pl :: [TEXTS [SEED]]
use strict;
use warnings FATAL => 'all';
use feature 'fc';

use Encode qw(decode encode);
use PostgreSQL::Test::Utils;
use Test::More;
use Unicode::Normalize qw(NFKC NFKD);
use Unicode::UCD;

use LeadRoi qw(new_node);

my $texts = $ARGV[0] // 20_000;
my $seed = $ARGV[1] // 1;
srand($seed);
note("seed $seed; Perl knows Unicode " . Unicode::UCD::UnicodeVersion());

my $node = new_node('canonical', 'autovacuum = off', 'jit = off');
my $folder = PostgreSQL::Test::Utils::tempdir();

# The version that the tables are of, as C and SQL name it.
my ($version) = slurp_file('src/source/canonical.h') =~ /LEAD_ROI_UNICODE_VERSION "([\d.]+)"/;
like(slurp_file('src/source/unicode_tables.h'), qr/by Unicode \Q$version\E\. /, 'the tables are of the version that canonical.h says');
like(slurp_file('src/source/canonical.sql'), qr/ Unicode \Q$version\E /, 'and that the comment says');

# The tables are what the script makes, where there is a database of that version.
SKIP:
{
    my $database = '/usr/share/unicode';
    skip "no Unicode $version in $database", 1
      unless -e "$database/CaseFolding.txt" && slurp_file("$database/CaseFolding.txt") =~ /\A# CaseFolding-\Q$version\E\.txt/;
    my ($made) = run_command([ 'script/unicode', '--print' ]);
    ok($made eq slurp_file('src/source/unicode_tables.h') =~ s/\n\z//r, 'script/unicode makes the tables');
}

# Texts in bytes of UTF-8, as a table; the bytes need not be valid.
$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION lead_roi;
CREATE CAST (bytea AS text) WITHOUT FUNCTION;
ALTER DATABASE postgres SET search_path = lead_roi_internal, public;
SQL
sub load_texts
{
    my ($table, @bytes) = @_;
    open my $file, '>', "$folder/$table" or die $!;
    print $file '\\\\x', unpack('H*', $_), "\n" for @bytes;
    close $file;
    $node->safe_psql('postgres', "CREATE TABLE $table (n bigserial, bytes bytea); COPY $table (bytes) FROM '$folder/$table'");
    return;
}

# The canonical forms of what a query says, in its order, as characters; what is no UTF-8 there is an error.
sub canonical_forms
{
    my ($query) = @_;
    my $forms = $node->safe_psql('postgres', "SELECT encode(convert_to(canonical(original), 'UTF8'), 'hex') FROM ($query) AS texts (n, original) ORDER BY n");
    return map { decode('utf8', pack('H*', $_), Encode::FB_CROAK) } split /\n/, $forms, -1;
}

# How many of a query's rows differ; it must also have looked at many.
sub differences
{
    my ($what, $query) = @_;
    my $result = $node->safe_psql('postgres', "SELECT count(*) FILTER (WHERE differs), count(*) > 1000 FROM ($query) AS checked");
    return is($result, '0|t', "$what (seed $seed)");
}

# What nfkc_casefold.h promises, said in Perl.
sub expected_form
{
    my ($text) = @_;
    my $form = fc(NFKD($text)) =~ s/\p{White_Space}/ /gr =~ s/[\p{Default_Ignorable_Code_Point}\p{Cc}]//gr;
    return NFKC($form) =~ s/ +/ /gr =~ s/^ | $//gr;
}

sub code_points { return join ' ', map { sprintf '%04X', ord } split //, $_[0] }

# Compare forms with what is expected of texts; show the first that differ.
sub compare
{
    my ($what, $texts, @forms) = @_;
    my @wrong = grep { $forms[$_] ne expected_form($texts->[$_]) } 0 .. $#$texts;
    diag(sprintf '%s -> %s, not %s', code_points($texts->[$_]), code_points($forms[$_]), code_points(expected_form($texts->[$_])))
      for @wrong[ 0 .. ($#wrong > 9 ? 9 : $#wrong) ];
    is(scalar @forms, scalar @$texts, "$what: all were made canonical");
    is(scalar @wrong, 0, "$what: they are right (seed $seed)");
    return;
}

#
# Characters one by one.
#
my $characters = q{SELECT n, chr(n) FROM generate_series(1, 1114111) AS n WHERE n NOT BETWEEN 55296 AND 57343};
my @known = grep { chr($_) !~ /[\p{Unassigned}\p{Surrogate}]/ } 1 .. 0x10FFFF;
note(1_112_063 - @known . ' code points are unknown to this Perl, and left out');
cmp_ok(scalar @known, '>', 280_000, 'Perl knows many characters');
my @public = grep { chr($_) !~ /\p{Private_Use}/ } @known;
load_texts('known', map { encode('UTF-8', chr) } @public);
compare('each character', [ map { chr } @public ], canonical_forms("SELECT n, convert_from(bytes, 'UTF8') FROM known"));
differences('private characters stay', 'SELECT canonical(chr(n)) <> chr(n) AS differs FROM generate_series(57344, 1114111) AS n WHERE n <= 63743 OR n >= 983040');
differences('every code point has a form that is its own', "SELECT canonical(canonical(original)) <> canonical(original) AS differs FROM ($characters) AS every (n, original)");

# With marks and others that may join them: those that change at all, and some more.
$node->safe_psql('postgres', <<'SQL');
CREATE TABLE pair AS
SELECT before || first || between || second AS original
FROM (SELECT chr(n) AS first FROM generate_series(1, 200000) AS n
      WHERE n NOT BETWEEN 55296 AND 57343
            AND (n % 97 = 0 OR canonical(chr(n)) <> chr(n) OR normalize(chr(n), NFD) <> chr(n))
            AND n NOT BETWEEN 44032 AND 55203 OR n IN (44032, 44033, 55203)) AS first,
     unnest(ARRAY[E'\u0301', E'\u0308', E'\u0316', E'\u0323', E'\u0345', E'\u0338', E'\u3099', E'\u09BE', E'\u1161', E'\u11A8', 'K', ' ']) AS second,
     unnest(ARRAY['', E'\u034F', E'\u0345', E'\u0323']) AS between,
     unnest(ARRAY['', E'\u03B1']) AS before
WHERE before = '' OR between <> E'\u0323';
SQL
differences('pairs have a form that is its own', 'SELECT canonical(canonical(original)) <> canonical(original) AS differs FROM pair');

#
# Random texts, of short words in which unlike things meet; some have many marks.
#
my @kinds = map { my $kind = $_; [ grep { chr($_) =~ $kind } @public ] } (
    qr/[\p{M}]/, qr/[\p{M}]/, qr/[\x{300}-\x{345}]/, qr/[\x{323}\x{345}\x{301}\x{308}\x{34F}\x{3099}]/, qr/[\p{Default_Ignorable_Code_Point}]/, qr/[\p{White_Space}\p{Cc}]/,
    qr/[\p{Greek}]/, qr/[\p{Latin}]/, qr/[A-Za-z0-9 ]/, qr/[\p{Hangul}]/, qr/[\x{1100}-\x{11FF}\x{AC00}\x{AC01}\x{AC1C}]/, qr/[\p{Katakana}\p{Hiragana}]/,
    qr/[\p{Bengali}\p{Tamil}\p{Kaithi}\p{Balinese}]/, qr/[\p{Lu}\p{Lt}]/, qr/\p{NFKC_Quick_Check=No}/, qr/\p{NFD_Quick_Check=No}/,
    qr/[\x{A8}\x{FDFA}\x{2100}\x{FF0F}\x{1FBE}\x{37A}\x{1FB3}]/, qr/./s);

sub random_text
{
    my ($length, @chosen) = rand() < 0.01 ? (100, $kinds[2], $kinds[3]) : (10, map { $kinds[ rand @kinds ] } 0 .. rand 3);
    return join '', map { my $kind = $chosen[ rand @chosen ]; chr $kind->[ rand @$kind ] } 0 .. rand $length;
}
my @texts = map { random_text() } 1 .. $texts;
load_texts('random', map { encode('UTF-8', $_) } @texts);
compare('random texts', \@texts, canonical_forms("SELECT n, convert_from(bytes, 'UTF8') FROM random"));
differences('random texts have a form that is its own',
    "SELECT canonical(canonical(bytes::text)) <> canonical(bytes::text) AS differs FROM random");

# The server's own normalization, of whatever Unicode: it changes neither a form, nor what a text's form is. Some minor versions (16.2) lose
# U+11A7 after a syllable.
$node->safe_psql('postgres', "INSERT INTO pair SELECT convert_from(bytes, 'UTF8') FROM random; DELETE FROM pair WHERE strpos(original, U&'\\11A7') > 0");
differences('forms are in NFKC', 'SELECT canonical(original) IS NOT NFKC NORMALIZED AS differs FROM pair');
differences("the same form after $_", "SELECT canonical(normalize(original, $_)) <> canonical(original) AS differs FROM pair") for qw(NFC NFD NFKC NFKD);

#
# Bytes that are no UTF-8. Each that doesn't belong to a character stands for U+FFFD.
#
my $valid = qr/[\x01-\x7F]|[\xC2-\xDF][\x80-\xBF]|\xE0[\xA0-\xBF][\x80-\xBF]|[\xE1-\xEC\xEE\xEF][\x80-\xBF]{2}|\xED[\x80-\x9F][\x80-\xBF]
    |\xF0[\x90-\xBF][\x80-\xBF]{2}|[\xF1-\xF3][\x80-\xBF]{3}|\xF4[\x80-\x8F][\x80-\xBF]{2}/x;
my @broken = ("\xE4", "\xF0\x9F\x98", "\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF8\x88\x80\x80\x80", "a\xCC", "\xCC\x81\x80", map { chr } 0x80 .. 0xFF);
for (1 .. $texts / 4)
{
    my $bytes = encode('UTF-8', random_text());
    substr($bytes, rand length $bytes, 1, chr(1 + rand 255)) for 0 .. rand 3;
    push @broken, substr $bytes, 0, 1 + rand length $bytes;
}
sub mended
{
    my ($bytes) = @_;
    my $text = '';
    $text .= defined $1 ? decode('utf8', $1) : "\x{FFFD}" while $bytes =~ /\G(?:($valid)|.)/gs;
    return $text;
}
my @mended = map { mended($_) } @broken;
load_texts('broken', @broken);
my @forms = canonical_forms('SELECT n, bytes::text FROM broken');
is(scalar @forms, scalar @broken, 'each broken text has a form');
my @sound = grep { $mended[$_] !~ /\p{Unassigned}/ } 0 .. $#broken;
compare('broken bytes', [ @mended[@sound] ], @forms[@sound]);

# What stands behind a text isn't read: in this row a byte that would complete it.
is($node->safe_psql('postgres', <<'SQL'), 'efbfbd', 'a character that is cut off at the end');
CREATE TABLE cut (bytes bytea, next "char");
INSERT INTO cut VALUES ('\xC3', (-87)::"char");
SELECT encode(convert_to(canonical(bytes::text), 'UTF8'), 'hex') FROM cut;
SQL

#
# Long texts: twice as long takes twice as long, and not four times.
#
$node->safe_psql('postgres', <<'SQL');
SET statement_timeout = '10s';
CREATE TABLE long AS
SELECT string_agg(CASE n % 5 WHEN 0 THEN E'\u0301\u0302' WHEN 1 THEN E'\u0316' WHEN 2 THEN E'\u3099' WHEN 3 THEN E'\u0345' ELSE E'\u0334' END, '') AS marks FROM generate_series(1, 500000) AS n;
SQL
is($node->safe_psql('postgres', <<'SQL'), 't|t', 'half a million marks of a letter');
SET statement_timeout = '10s';
SELECT canonical('x' || marks) = 'x' || repeat(E'\u0334', 100000) || repeat(E'\u3099', 100000) || repeat(E'\u0316', 100000) || repeat(E'\u0301\u0302', 100000) || repeat(E'\u03B9', 100000),
       canonical(repeat(E'\uFDFA', 100000)) = repeat(canonical(E'\uFDFA'), 100000)
FROM long;
SQL

#
# Other encodings. All bytes of a character that isn't ASCII are 128 and above there.
#
for my $encoding (qw(LATIN1 EUC_JP EUC_KR SQL_ASCII))
{
    my $database = lc $encoding;
    $node->safe_psql('postgres', "CREATE DATABASE $database TEMPLATE template0 ENCODING '$encoding' LOCALE 'C'");
    my $sample = $encoding eq 'EUC_JP' ? '\xa3c1a5ab8eb18fb0eea4a2a1a1' : $encoding eq 'EUC_KR' ? '\xb0a1c7d1a3c1a1a1c8fe' : undef;
    my $bytes = $sample ? "'$sample'::bytea" : q{decode((SELECT string_agg(to_hex(n), '') FROM generate_series(128, 255) AS n), 'hex')};
    is($node->safe_psql($database, <<SQL), 't|t|t', "$encoding: other bytes stay, ASCII is folded");
CREATE EXTENSION lead_roi;
CREATE CAST (bytea AS text) WITHOUT FUNCTION;
CREATE CAST (text AS bytea) WITHOUT FUNCTION;
SELECT lead_roi_internal.canonical(${bytes}::text)::bytea = $bytes,
       lead_roi_internal.canonical((E'\\\\011 A\\\\001\\\\177 \\\\015\\\\012z\\\\040'::bytea || $bytes || ' Z  '::bytea)::text)::bytea = 'a z '::bytea || $bytes || ' z'::bytea,
       length($bytes) > 9 AND lead_roi_internal.canonical(convert_from($bytes, '$encoding')) = convert_from($bytes, '$encoding');
SQL
}

$node->stop;
done_testing();
