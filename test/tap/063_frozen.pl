# What every version has stored is read for ever: values of every type, received and as they lie in a row, and what indexes and generated
# columns keep of them; and a dump of its ledgers, restored onto this version, shows the same figures.
use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Utils;
use Test::More;

use Frozen qw($today $how_to_renew frozen_versions current_version is_released read_frozen installed_script psql_file restore figure_differences);
use LeadRoi qw(new_node);

my $node = new_node('frozen', "lead_roi.testing_today = '$today'", 'jit = off', 'autovacuum = off', 'log_statement = none');
my $folder = PostgreSQL::Test::Utils::tempdir();
$node->safe_psql('postgres', 'CREATE DATABASE read STRATEGY file_copy');
$node->safe_psql('read', 'CREATE EXTENSION lead_roi; ALTER DATABASE read SET search_path = lead_roi, lead_roi_internal, public');
psql_file($node, 'read', 'test/upgrade/bytes.sql');

# A file of COPY BINARY with one column: signature, flags, header extension, rows, end.
sub copy_file
{
    my ($path, @values) = @_;
    open my $file, '>:raw', $path or die $!;
    print $file "PGCOPY\n\xff\r\n\0", pack('NN', 0, 0), (map { pack('n N', 1, length) . $_ } @values), pack('n', 0xFFFF);
    close $file or die $!;
    return $path;
}

# Values of a type: lines of text form, binary form, bytes and hash.
sub read_values
{
    my ($version, $type, @lines) = @_;
    my @fields = map { [ split /\t/, $_, -1 ] } @lines;
    my $received = copy_file("$folder/received", map { pack 'H*', $_->[1] } @fields);
    my $texts = join "\n", map { $_->[0] } @fields;
    my $bytes = join ', ', map { "'\\x$_->[2]'" } @fields;
    $node->safe_psql('read', <<SQL);
DROP TABLE IF EXISTS received, stored, frozen;
CREATE TABLE received (n bigint GENERATED ALWAYS AS IDENTITY, value $type);
COPY received (value) FROM '$received' (FORMAT binary);
CREATE TABLE stored AS SELECT n, bytes::$type AS value FROM unnest(ARRAY[$bytes]::bytes_${type}[]) WITH ORDINALITY AS given (bytes, n);
CREATE TABLE frozen AS SELECT n, text FROM regexp_split_to_table(\$texts\$$texts\$texts\$, E'\\n') WITH ORDINALITY AS given (text, n);
SQL
    is($node->safe_psql('read', "SELECT n, text, value FROM received FULL JOIN frozen USING (n) WHERE value::text IS DISTINCT FROM text"), '', "$version: $type, received");
  SKIP:
    {
        skip 'the bytes were written by a machine with another order of bytes', 2 if unpack('S', "\1\0") != 1;
        is($node->safe_psql('read', "SELECT n, text, value FROM stored FULL JOIN frozen USING (n) WHERE value::text IS DISTINCT FROM text"), '', "$version: $type, as it lies in a row");
        is($node->safe_psql('read', "SELECT n, r.value FROM stored AS s JOIN received AS r USING (n) WHERE NOT record_image_eq(ROW(r.value), ROW(s.value))"), '', "$version: $type, both are the same");
    }
    return if $fields[0][3] eq '';
    is($node->safe_psql('read', "SELECT string_agg(${type}_hash(value)::text, ' ' ORDER BY n) FROM received"), join(' ', map { $_->[3] } @fields), "$version: $type, hashed alike");
    return;
}

for my $version (frozen_versions())
{
    my %lines;
    for my $line (split /\n/, read_frozen($version, 'values.tsv'))
    {
        my ($type, $fields) = split /\t/, $line, 2;
        push @{ $lines{$type} }, $fields;
    }
    for my $function (grep { /_key$/ } sort keys %lines)
    {
        my $pairs = join ', ', map { sprintf "('\\x%s'::bytea, '\\x%s'::bytea)", split /\t/ } @{ delete $lines{$function} };
        is($node->safe_psql('read', "SELECT * FROM (VALUES $pairs) AS frozen (argument, result) WHERE convert_to($function(convert_from(argument, 'UTF8')), 'UTF8') IS DISTINCT FROM result"),
            '', "$version: $function() gives what columns and indexes have");
    }
    read_values($version, $_, @{ $lines{$_} }) for sort keys %lines;
    is($node->safe_psql('read', q{SELECT string_agg(substr(typname, 7), ' ' ORDER BY typname) FROM pg_type WHERE typname LIKE 'bytes\_%'}), join(' ', sort keys %lines), "$version: every type");
}

# Texts that were worked out by hand are among the frozen ones. 1.05 forty times is 42.00, and 3.333 x (1 + ... + 40) is 3.333 x 820 = 2733.06;
# 0.1 less 0.25 is -0.15; of 2000 customers with tenures 0 to 39, 50 have each, and a third of them left.
my $values = read_frozen('1.0', 'values.tsv');
ok(index($values, "\t$_\t") > 0, "by hand: $_")
  for '{expense:42.00*40,revenue:2733.060*40,visitors:820,leads:40}', '{expense:-0.15*-1+1@1,revenue:-9*-1,visitors:-2,leads:-2}', 'acme / e-mail / "5 / 5"',
  'google / cpc / spring / banner "a" / crm software', '{9:1,13:1+1,18:1,161:+1}';
my ($churned, $active) = (0, 0);
my ($curve) = $values =~ /^survival_curve\t\{((?:\d+\+\d+,){39}\d+\+\d+)\}/m;
($active += $1, $churned += $2) while ($curve // '') =~ /(\d+)\+(\d+)/g;
is_deeply([ sort { $a <=> $b } $active, $churned ], [ 666, 1334 ], 'by hand: 666 of 2000 customers');

#
# Dumps of ledgers.
#
my $current = current_version();
for my $version (frozen_versions())
{
    my $database = 'of_' . $version =~ s/\./_/gr;
    if ($version eq $current && !is_released($version) && read_frozen($version, 'script.sql') ne installed_script())
    {
        diag("test/frozen/$version isn't what this tree makes, so its dump isn't restored. $how_to_renew");
        next;
    }
    restore($node, $database, read_frozen($version, 'ledgers.sql'));
    my $figures = read_frozen($version, 'figures');
    is(figure_differences($node, $database, $figures), '', "$version: restored, its ledgers show what they showed") if $version eq $current;
    $node->safe_psql($database, 'CALL lead_roi.upgrade_ledgers()');
    is(figure_differences($node, $database, $figures), '', "$version: upgraded, they do");
    # That this comparison sees a cent.
    $node->safe_psql($database, 'UPDATE kept.payment SET amount = amount + 0.01 WHERE payment_id = 1');
    like(figure_differences($node, $database, $figures), qr/^kept\.lead_source_roi\|lost\|.*\nkept\.lead_source_roi\|new\|/m, "$version: a cent is seen");
    $node->safe_psql($database, 'UPDATE kept.payment SET amount = amount - 0.01 WHERE payment_id = 1');

    # By hand. Fair: 500 + 1.50; 700; (700 - 501.5) / 501.5. Search: 20 USD x 0.9; 99.5 - 9.5; (90 - 18) / 18. Radio: a spot of 1000 on
    # the 10th of February to June; revenue 5000. Trade show: 4 bills of 20 from 29 February on, 99.99 USD x 0.92 = 91.99.
    is($node->safe_psql($database, <<'SQL'), <<'END' =~ s/\n\z//r, "$version: figures worked out by hand");
SELECT lead_source, expense, revenue, roi_percent, leads, round(cost_per_lead, 2), customers FROM kept.lead_source_roi ORDER BY lead_source;
SELECT lead_source, expense, revenue, roi_percent, leads, round(cost_per_lead, 2), customers FROM "North America".lead_source_roi;
SELECT expense FROM marketing.lead_source_roi WHERE lead_source = 'Trade show';
SQL
Fair|501.50|700.00|39.5813|1|501.50|1
Search|18.00|90.00|400.0000|2|9.00|1
Radio|5000|5000|0.0000|1|5000.00|1
171.99
END
    is($node->safe_psql($database, 'SELECT count(*) FROM kept.reconciliation'), 0, "$version: kept summaries agree with the facts");
}

$node->stop;
done_testing();
