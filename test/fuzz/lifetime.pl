# Hostile curves and sums: mutated binary forms of survival_curve and revenue_sums are read or refused
# with 22P03; the server survives, and whatever it read it can use and write again.
#
#   script/test test/fuzz/lifetime.pl :: [MUTANTS [SEED]]      MUTANTS of each value
use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Utils;
use Test::More;

use LeadRoi qw(new_node);

my $mutations = $ARGV[0] // 300;
my $seed = $ARGV[1] // 1;
srand($seed);
note("seed $seed");

my $node = new_node('lifetime_fuzz');
$node->safe_psql('postgres', 'CREATE EXTENSION lead_roi');

# Change, insert, remove or repeat some bytes.
sub mutate
{
    my ($bytes) = @_;
    for (1 .. 1 + int(rand(3)))
    {
        my $place = int(rand(length($bytes) + 1));
        my $length = int(rand(8));
        my $kind = int(rand(5));
        my @odd = ("\0", "\xff", "\x7f", "\x80", "\1");
        if ($kind == 0 && $place < length($bytes)) { substr($bytes, $place, 1) = chr(int(rand(256))); }
        elsif ($kind == 1 && $place < length($bytes)) { substr($bytes, $place, 1) = $odd[ rand(@odd) ]; }
        elsif ($kind == 2) { substr($bytes, $place, 0) = join('', map { chr(int(rand(256))) } 1 .. $length); }
        elsif ($kind == 3) { substr($bytes, $place, $length) = ''; }
        else { substr($bytes, $place, 0) = substr($bytes, int(rand($place + 1)), 20); }
    }
    return $bytes;
}

# A file of COPY BINARY with one row of one column: signature, flags, header extension, row, end.
sub copy_file
{
    my ($bytes) = @_;
    return "PGCOPY\n\xff\r\n\0" . pack('NN', 0, 0) . pack('n N', 1, length($bytes)) . $bytes . pack('n', 0xFFFF);
}

my %uses = (
    survival_curve => 'md5(value::text), md5(survival_curve_send(value)), median_lifetime(value), mean_lifetime_interval(value),'
      . ' restricted_mean_lifetime_std_error(value, 400), (SELECT count(lower) FROM survival_table(value))',
    revenue_sums => 'md5(value::text), md5(revenue_sums_send(value)), censored_lifetime_value_finish(value)');
my %samples = (
    survival_curve => [
        q({}), q({0:1+0}), q({9:1+0,13:1+1,18:1+0,161:0+1}), q({2147483647:9223372036854775806+1}) ],
    revenue_sums => [
        'SELECT lifetime_value_curve(0, 1.5, 0)',
        'SELECT lifetime_value_curve(n, n * -1e30, 9) FROM generate_series(0, 9) AS n' ]);

my $folder = PostgreSQL::Test::Utils::tempdir();
for my $type (sort keys %samples)
{
    my ($script, $n) = ("SET search_path = lead_roi, lead_roi_internal, public; CREATE TEMPORARY TABLE sample (value $type);\n", 0);
    for my $sample (@{ $samples{$type} })
    {
        my $query = $sample =~ /^SELECT/ ? $sample : "SELECT '$sample'::$type";
        my $hex = $node->safe_psql('postgres', "SET search_path = lead_roi, lead_roi_internal; SELECT encode(${type}_send(value), 'hex') FROM ($query) AS sample (value)");
        for (1 .. $mutations)
        {
            my $file = "$folder/$type" . $n++;
            open(my $handle, '>:raw', $file) or die "$file: $!";
            print $handle copy_file(mutate(pack('H*', $hex)));
            close($handle);
            $script .= "\\copy sample FROM '$file' (FORMAT binary)\n";
        }
    }
    $script .= "SELECT count(*) AS read FROM sample;\nSELECT count(*) FROM (SELECT $uses{$type} FROM sample) AS used;\nSELECT 'alive';\n";

    my ($output, $errors) = ('', '');
    IPC::Run::run([ 'psql', '-X', '-q', '-A', '-t', '-v', 'VERBOSITY=verbose', '-d', $node->connstr('postgres') ],
        '<', \$script, '>', \$output, '2>', \$errors);
    like($output, qr/^(\d+)\n\1\nalive$/m, "$type: all that was read of $n mutations (seed $seed) is used");
    my @codes = $errors =~ /ERROR:  (\w{5}):/g;
    cmp_ok(scalar(@codes), '>', $n / 10, "$type: many were refused");
    my @other = grep { !/^(22P03|08P01|22P04)$/ } @codes;
    is("@other", '', "$type: as malformed binary, in the protocol's terms or ours");
}

$node->stop;
done_testing();
