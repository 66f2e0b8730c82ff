# Broken files: real layouts with bytes changed, cut off, columns swapped, quotes and ends of lines strewn in. A
# file is refused with an error of the right class, or loaded: then a second load changes nothing, and the ledger
# holds what the result says. No crash, in memory and time that grow with the file, in several encodings.
#
#   script/test test/fuzz/import.pl :: [FILES [SEED [MEGABYTES]]]
#
# MEGABYTES, such as 100, adds files of that size that are nothing but quotes, or lines whose quotes don't close.
use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Utils;
use Test::More;

use LeadRoi qw(new_node);

my $files = $ARGV[0] // 150;
my $seed = $ARGV[1] // 1;
srand($seed);
note("seed $seed");

my $node = new_node('import_fuzz');
my $folder = PostgreSQL::Test::Utils::tempdir();

my @layouts = (
    qq{Campaign report\n"January 1, 2024 - January 31, 2024"\nCampaign status,Campaign,Campaign ID,Currency code,Day,Impr.,Cost\n}
      . qq{Enabled,"Brand | DE",1,EUR,2024-01-02,"12,410","1,204.50"\nPaused,Tools,2,EUR,2024-01-03, --, --\nEnabled,"Brand | DE",1,EUR,2024-01-03,7,980.00\nTotal: Account, --, --,EUR, --,12417,"2,184.50"\n},
    qq{Reporting starts;Reporting ends;Campaign name;Amount spent (EUR);Day\n2024-01-01;2024-01-31;;43,50;01/13/2024\n2024-01-01;2024-01-31;Fr\xC3\xBChling;30,00;01/13/2024\n2024-01-01;2024-01-31;Retargeting;13,50;01/14/2024\n},
    qq{# ---\n# Start date: 20240101\n# End date: 20240131\nSession source / medium,Date,Sessions\n,,2950\ngoogle / cpc,20240105,1950\n(direct) / (none),20240106,1000\n# ---\nSession source / medium,Date,Sessions\nbing / cpc,20240107,3\n},
    qq{Record ID,First Name,Email,Original Source,Original Source Drill-Down 1,Create Date,Became a Customer Date,Last Modified Date,Merged contact IDs\n}
      . qq{101,Ann,ann\@example.com,PAID_SEARCH,Brand,2024-01-04 09:10,,2024-02-01 10:00,\n102,"B ""ob""",bob\@example.com,Paid Social,x,2024-01-05 23:40,2024-01-20 00:00,2024-02-01 10:00,101;99\n},
    qq{Record ID,Deal Name,Deal Stage,Close Date,Amount,Currency,Associated Contact IDs\n9001,Ash,Closed won,2024-01-20 00:00,"1,900.00",EUR,102;101\n9002,Birch,Closed lost,2024-01-21 00:00,800.00,USD,\n},
    qq{id,Created (UTC),Amount,Amount Refunded,Currency,Captured,Fee,Mode,Status,Customer Email\nch_1,2024-01-20T10:12:44Z,1900.00,0.00,eur,true,28.75,Live,Paid,ann\@example.com\nch_2,2024-01-21 00:30:00,800.00,200.00,eur,true,12.25,Live,Paid,b\@example.com\n},
    qq{lead_source,incurred_on,amount,cost_type,title,covers_through\nA,31.01.2024,1.5,media,x,\nB,1.2.2024,(7),agency,"a\nb",29.2.2024\n},
);

# Bytes that have broken readers before.
my @shards = ('"', '""', "\n", "\r", "\r\n", "\0", ',', ';', "\t", '\\.', "\n\\.\n", "\xEF\xBB\xBF", "\xFF", "\xC3", "\xF0\x9F\x98\x80", "\x81", '-', '(', ')', '.', ',,', '1e999', '99999999999999999999999999999',
    '$', '00', 'NaN', "\n#\n", "\n# x\n", "=cmd|' /C calc'!A0", "'; DROP TABLE expense; --", '$$', '%s%n', ' / ', '/', ':', '*', '0000-00-00', '2024-02-30', "\xC2\xA0", 'x' x 3000, '"' . ('y' x 600) . '"', 'Total: ', "sep=;\n");

sub pick { return $_[ rand @_ ]; }

# One file: a layout with up to ten wounds.
sub broken
{
    my $text = pick(@layouts);
    for (1 .. int(rand 10))
    {
        my $at = int(rand(length($text) + 1));
        my $kind = rand;
        if ($kind < 0.45) { substr($text, $at, int(rand 3)) = pick(@shards) }
        elsif ($kind < 0.6) { substr($text, $at, 1) = chr(int(rand 256)) }
        elsif ($kind < 0.7) { $text = substr($text, 0, $at) }
        elsif ($kind < 0.8) { substr($text, $at, int(rand 40)) = '' }
        elsif ($kind < 0.9)
        {
            my @lines = split /\n/, $text, -1;
            next unless @lines;
            my $delimiter = pick(',', ';');
            my $line = int(rand @lines);
            my @fields = split /$delimiter/, $lines[$line], -1;
            @fields = reverse @fields;
            $lines[$line] = join($delimiter, @fields);
            push @lines, pick(@lines) if rand() < 0.3;
            $text = join("\n", @lines);
        }
        else { $text .= $text if length($text) < 20_000 }
    }
    $text = join('', map { "$_\0" } split //, $text) if rand() < 0.05;
    return $text;
}

my @cases = map { broken() } 1 .. $files;
# 8 MB of quotes, of delimiters, of lines, of one field; of quotes that never close on their line.
my $header = "Campaign,Day,Cost\n";
push @cases, $header . '"' x 8_000_000, $header . ',' x 8_000_000, "\n" x 8_000_000, $header . ('a' x 8_000_000), $header . (qq{a"b,2024-01-01,1\n} x 100_000), $header . ("#\n$header" x 3000), ("a,b\n" x 60) . $header, (',' x 500_000) . "\n$header";

sub run_cases
{
    my ($database) = @_;
    open(my $handle, '>:raw', "$folder/files") or die $!;
    print $handle unpack('H*', $_), "\n" for @cases;
    close($handle);
    my ($output, $errors) = ('', '');
    IPC::Run::run([ 'psql', '-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr($database) ], '<', \<<SQL, '>', \$output, '2>', \$errors);
SET client_min_messages = warning;
SET statement_timeout = '900s';
CREATE EXTENSION lead_roi;
SELECT lead_roi.create_ledger(currency => 'EUR', time_zone => 'Europe/Vienna');
CREATE TABLE public.coded (n integer GENERATED ALWAYS AS IDENTITY, hex text);
\\copy public.coded (hex) FROM '$folder/files'
CREATE FUNCTION public.facts() RETURNS text LANGUAGE sql AS \$\$
    SELECT concat_ws(' ', (SELECT count(*) || '/' || sum(amount) FROM marketing.expense), (SELECT count(*) || '/' || sum(amount) FROM marketing.payment), (SELECT count(*) FROM marketing.lead),
                     (SELECT sum(visitors) FROM marketing.visit), (SELECT count(*) FROM marketing.import WHERE undone_at IS NULL)) \$\$;
CREATE FUNCTION public.try(file bytea) RETURNS text LANGUAGE plpgsql AS \$\$
DECLARE one record; two record; before text := public.facts(); preview bigint;
BEGIN
    BEGIN
        SELECT * INTO one FROM lead_roi.import_file('marketing', file, options => '{"create_sources": true, "max_rejected_percent": 100}');
    EXCEPTION WHEN OTHERS THEN
        IF public.facts() <> before THEN RETURN 'half: ' || sqlstate; END IF;
        RETURN CASE WHEN sqlstate ~ '^(22...|42P08|54000)\$' THEN 'refused' ELSE 'error ' || sqlstate || ' ' || sqlerrm END;
    END;
    SELECT count(*) INTO preview FROM lead_roi.preview_file('marketing', file) WHERE verdict = 'add';
    SELECT * INTO two FROM lead_roi.import_file('marketing', file, options => '{"create_sources": true, "max_rejected_percent": 100}');
    IF (two.added, two.changed, two.removed) <> (0, 0, 0) OR two.unchanged <> one.added + one.changed + one.unchanged OR preview <> 0 THEN
        RETURN format('not repeatable: %s %s %s, preview %s', one, two, two.unchanged, preview);
    END IF;
    PERFORM lead_roi.undo_import('marketing', two.import_id), lead_roi.undo_import('marketing', one.import_id);
    RETURN CASE WHEN public.facts() = before THEN 'loaded' ELSE format('not undone: %s, %s', before, public.facts()) END;
END \$\$;
SELECT n, public.try(decode(hex, 'hex')) FROM public.coded ORDER BY n;
SQL
    return ($output, $errors);
}

$node->safe_psql('postgres', "CREATE DATABASE $_->[0] TEMPLATE template0 ENCODING '$_->[1]' LOCALE 'C'") for [ 'utf8', 'UTF8' ], [ 'latin1', 'LATIN1' ], [ 'ascii', 'SQL_ASCII' ];
for my $database (qw(utf8 latin1 ascii))
{
    my ($output, $errors) = run_cases($database);
    my @wrong = grep { /^\d+\|/ && !/\|(refused|loaded)$/ } split /\n/, $output;
    is($errors, '', "$database: the server goes on");
    is(join("\n", @wrong), '', "$database: every file is refused or loaded, repeatable and undone");
    cmp_ok(scalar(() = $output =~ /\|loaded$/mg), '>', $files / 20, "$database: some are loaded") if $files >= 100;
    cmp_ok(scalar(() = $output =~ /\|refused$/mg), '>', $files / 20, "$database: some are refused") if $files >= 100;
    for (@wrong) { my ($n) = /^(\d+)/; note($_), note(substr($cases[ $n - 1 ], 0, 600)) if @wrong < 20 }
}

# Long files of quotes, made by the server itself: refused or loaded, in memory of a few times their size, and
# cancelled at once.
my $megabytes = $ARGV[2] // 0;
my %shapes = (
    'quotes alone' => q{repeat('"', %d)},
    'pairs of quotes' => q{repeat('"",', %d / 3)},
    'lines of one quote' => q{repeat(E'"\n', %d / 2)},
    'quotes that don\'t close' => q{repeat(E'a"b,2024-01-01,1\n', %d / 17)},
);
for my $shape ($megabytes > 0 ? sort keys %shapes : ())
{
    my $file = "convert_to('$header' || " . sprintf($shapes{$shape}, $megabytes * 1_000_000) . q{, 'UTF8')};
    my $import = "SELECT lead_roi.import_file('marketing', content) FROM long_file";
    my ($output, $errors) = ('', '');
    IPC::Run::run([ 'psql', '-X', '-q', '-A', '-t', '-v', 'VERBOSITY=sqlstate', '-d', $node->connstr('utf8') ], '<', \<<SQL, '>', \$output, '2>', \$errors);
CREATE TEMPORARY TABLE long_file AS SELECT $file AS content;
SELECT substring(pg_read_file('/proc/self/status') FROM 'VmHWM:\\s*(\\d+)');
$import;
SELECT substring(pg_read_file('/proc/self/status') FROM 'VmHWM:\\s*(\\d+)');
SET statement_timeout = '100ms';
SELECT clock_timestamp() AS started \\gset
$import;
SELECT extract(epoch FROM clock_timestamp() - :'started')::integer;
DROP TABLE long_file;
SQL
    my @lines = grep { /^\d+$/ } split /\n/, $output;
    like($errors, qr/\A(?:[^\n]*ERROR:  (?:22...|54000)\n)?(?:[^\n]*ERROR:  57014\n)\z/, "$megabytes MB, $shape: refused or loaded, and cancelled");
    note("$shape: memory before and after in kB, seconds until cancelled: @lines; $errors");
    cmp_ok($lines[1], '<', 8_000 * $megabytes + 200_000, "$megabytes MB, $shape: memory is bounded");
    cmp_ok($lines[2], '<', 5, "$megabytes MB, $shape: cancelled at once");
}

$node->stop;
done_testing();
