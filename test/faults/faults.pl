# The program behind script/faults.
use strict;
use warnings FATAL => 'all';

use Time::HiRes qw(time);

# The terminal, before PostgreSQL's test modules turn everything that is printed into a log.
my $terminal;
BEGIN { open $terminal, '>&', \*STDOUT or die $!; }

use RandomFaults qw(run_faults);

my ($faults, $seed) = @ARGV;
my $start = time;

my %count = run_faults($faults, $seed);

print $terminal map { sprintf "%6d  %s\n", $count{$_}, $_ } grep { / / } sort keys %count;
printf $terminal "%6d  seconds\n", time - $start;
print $terminal "$faults faults, seed $seed: $count{lost} lost, $count{doubled} doubled, $count{'differing cells'} cells differ\n";
exit((grep { $count{$_} != 0 } 'lost', 'doubled', 'miscounted', 'differing cells') ? 1 : 0);
