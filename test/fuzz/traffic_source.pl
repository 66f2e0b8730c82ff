# Hostile traffic sources: mutated text, binary and stored values, and mutated maps of aliases. Each is refused
# with the right SQLSTATE, or is a sound value: canonical, and the same after a trip through text and binary. The
# server survives.
#
#   script/test test/fuzz/traffic_source.pl :: [MUTANTS [SEED]]
use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Utils;
use Test::More;

use LeadRoi qw(new_node);

my $mutants = $ARGV[0] // 2000;
my $seed = $ARGV[1] // 1;
srand($seed);
note("seed $seed");

my $node = new_node('fuzz');
my $folder = PostgreSQL::Test::Utils::tempdir();

$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION lead_roi;
ALTER DATABASE postgres SET search_path = lead_roi, lead_roi_internal, public;
CREATE CAST (bytea AS lead_roi.traffic_source) WITHOUT FUNCTION;
CREATE CAST (lead_roi.traffic_source AS bytea) WITHOUT FUNCTION;
SET search_path = lead_roi, lead_roi_internal, public;
CREATE TABLE sound AS
SELECT n, value FROM unnest(ARRAY[
    'google / cpc / spring-sale', '- / email', '"a / b" / "/" / "say ""x"" / y"', U&'b\00FCcher.example / \FF27 / \2100 \FDFA \0130', 'a / - / c / - / e', repeat('x', 512) || ' / ' || repeat(U&'\00E4 ', 170)
]::traffic_source[]) WITH ORDINALITY AS sample (value, n);
CREATE TABLE received (value traffic_source);
CREATE TABLE outcome (kind text, sqlstate text, n bigint);
CREATE TABLE map AS
SELECT alias_map(array_agg(traffic_source('s' || n % 7, 'm' || n % 3, CASE WHEN n % 2 = 0 THEN 'c' || n END)), array_agg(date '2024-01-01' + n), array_agg(nullif(n % 5, 0)::bigint)) AS aliases
FROM generate_series(1, 60) AS n;

-- Use a value in every way; NULL if all went well, else the SQLSTATE.
CREATE FUNCTION use_value(value traffic_source) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM source(value), medium(value), campaign(value), content(value), term(value), channel(value), traffic_source_hash(value), traffic_source_send(value),
            value @> 'google', value <@ 'google / cpc', value = value, value < '', traffic_source_beginnings(value), traffic_source_end(value),
            find_alias((SELECT aliases FROM map), value, '2024-02-01'), source_kind(source(value));
    RETURN NULL;
EXCEPTION WHEN others THEN
    RETURN SQLSTATE;
END
$$;

-- Is a value what reading its own parts makes, and its own text?
CREATE FUNCTION is_canonical(value traffic_source) RETURNS boolean LANGUAGE sql AS $$
    SELECT value::text::traffic_source = value AND traffic_source(source(value), medium(value), campaign(value), content(value), term(value)) = value
           AND coalesce(source(value), 'a') = coalesce(canonical(source(value)), 'a') AND coalesce(term(value), 'a') = coalesce(canonical(term(value)), 'a')
$$;

-- Read a mutant, use it, and send it through text.
CREATE FUNCTION try_mutant(kind text, mutant bytea) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    value traffic_source;
BEGIN
    IF kind = 'map' THEN
        PERFORM find_alias(mutant, pattern, '2024-02-15')
        FROM unnest('{"",s1,s1 / m1,s2 / m2 / c30,s3 / m0 / c6 / x,s4 / m1 / c4}'::traffic_source[]) AS pattern;
        RETURN NULL;
    ELSIF kind = 'text' THEN
        value := convert_from(mutant, 'UTF8')::traffic_source;
        IF NOT is_canonical(value) THEN
            RETURN 'not canonical';
        END IF;
    ELSE
        value := mutant::traffic_source;
    END IF;
    RETURN use_value(value);
EXCEPTION WHEN others THEN
    RETURN SQLSTATE;
END
$$;
SQL

# A mutant: bytes changed, inserted, removed, doubled, or the end cut off.
my @telling = (0, 1, 2, 4, 0x7f, 0x80, 0xc0, 0xc3, 0xff, map { ord } split //, '/"-  aA(){}_%');
my @letters = map { my $letter = chr; utf8::encode($letter); $letter } 0xe4, 0xff0f, 0xff02, 0x2100, 0xa8, 0x130, 0x200b, 0xad, 0x301, 0xfdfa, 0x1e9b, 0x3000, 0x10ffff, 0x85;
sub mutate
{
    my ($value) = @_;
    for (0 .. int(rand(3)))
    {
        my $position = int(rand(length($value) + 1));
        my $byte = chr(rand() < 0.7 ? $telling[ rand @telling ] : int(rand(256)));
        my $way = int(rand(6));
        substr($value, $position, 1) = $byte if $way <= 1 && $position < length($value);
        substr($value, $position, 0) = $byte if $way == 2;
        substr($value, $position, 1 + int(rand(4))) = '' if $way == 3 && $position < length($value);
        $value .= substr($value, $position) if $way == 4 && rand() < 0.5;
        substr($value, $position, 0) = $letters[ rand @letters ] if $way == 5;
    }
    return $value;
}

my %sound = (
    text => [ split /\n/, $node->safe_psql('postgres', q{SELECT encode(convert_to(value::text, 'UTF8'), 'hex') FROM sound ORDER BY n}) ],
    stored => [ split /\n/, $node->safe_psql('postgres', q{SELECT encode(value::bytea, 'hex') FROM sound ORDER BY n}) ],
    binary => [ split /\n/, $node->safe_psql('postgres', q{SELECT encode(traffic_source_send(value), 'hex') FROM sound ORDER BY n}) ],
    map => [ split /\n/, $node->safe_psql('postgres', q{SELECT encode(aliases, 'hex') FROM map}) ]);
cmp_ok(scalar(@{ $sound{$_} }), '==', $_ eq 'map' ? 1 : 6, "there are sound values: $_") for sort keys %sound;
is($node->safe_psql('postgres', 'SELECT bool_and(is_canonical(value) AND use_value(value) IS NULL) FROM sound'), 't', 'they are canonical');

# The bytes of a stored value must not change: "google", a separator, "cpc".
is($node->safe_psql('postgres', q{SELECT encode('Google / CPC'::traffic_source::bytea, 'hex')}), unpack('H*', "google\1cpc"), 'a value is stored as it always was');

# Text, stored values and maps are tried by a function, in one session.
for my $kind (qw(text stored map))
{
    my $script = "CREATE TEMPORARY TABLE mutant (value bytea);\nCOPY mutant FROM stdin;\n";
    for (1 .. $mutants)
    {
        my $value = mutate(pack('H*', $sound{$kind}[ rand @{ $sound{$kind} } ]));
        $script .= '\\\\x' . unpack('H*', $value) . "\n";
    }
    $script .= "\\.\nINSERT INTO outcome SELECT '$kind', sqlstate, count(*) FROM (SELECT try_mutant('$kind', value) AS sqlstate FROM mutant) AS tried GROUP BY sqlstate;\n";
    $node->safe_psql('postgres', $script);
}

# Binary values come by COPY, one file each; psql goes on after an error and prints its SQLSTATE.
my $script = "\\set VERBOSITY sqlstate\n";
for my $number (1 .. $mutants)
{
    my $value = mutate(pack('H*', $sound{binary}[ rand 6 ]));
    open my $file, '>:raw', "$folder/$number" or die $!;
    print $file "PGCOPY\n\377\r\n\0", pack('N N n N', 0, 0, 1, length($value)), $value, pack('n', 0xffff);
    close $file;
    $script .= "\\copy received FROM '$folder/$number' (FORMAT binary)\n";
}
my ($result, $output, $errors) = $node->psql('postgres', $script, on_error_stop => 0);
is($result, 0, 'psql went through all binary values');
my %seen;
$seen{ $_ // 'none' }++ for $errors =~ /ERROR:\s+(\S+)/g;
# 22021: bytes that are no UTF-8; 22001: a part that is too long.
is(join(' ', grep { !/^(22P03|22021|22001)$/ } sort keys %seen), '', "binary values are refused with the right SQLSTATE (seed $seed)");
cmp_ok($seen{'22P03'} // 0, '>', $mutants / 20, 'and many are');
is($node->safe_psql('postgres', q{SELECT count(*) FILTER (WHERE NOT is_canonical(value) OR use_value(value) IS NOT NULL), count(*) > 10 FROM received}),
    '0|t', "what was received is sound (seed $seed)");

is($node->safe_psql('postgres', q{
    SELECT * FROM outcome
    WHERE sqlstate IS NOT NULL AND sqlstate <> ALL (CASE kind WHEN 'text' THEN '{22P02,22021,22001}'::text[] WHEN 'map' THEN '{22P03}' ELSE '{}' END)}),
    '', "nothing else went wrong (seed $seed)");
is($node->safe_psql('postgres', q{SELECT kind, bool_or(sqlstate IS NOT NULL), bool_or(sqlstate IS NULL) FROM outcome GROUP BY kind ORDER BY kind}),
    "map|t|t\nstored|f|t\ntext|t|t", 'there were values of both kinds; a stored one can only be read');
unlike(slurp_file($node->logfile), qr/terminated by signal|PANIC|TRAP/, 'the server survived');

$node->stop;
done_testing();
