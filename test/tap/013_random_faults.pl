# A short run of what script/faults repeats at length: random faults while the worker catches up and folds, and files are loaded.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::Bin/../faults";
use Test::More;

use RandomFaults qw(run_faults);

my $seed = time;
note "seed $seed: repeat with script/faults 15 $seed";

my %count = run_faults(15, $seed);
is($count{faults}, 15, '15 faults have struck');
cmp_ok($count{'while a biller was at work'}, '>', 0, 'some while a biller was at work');
cmp_ok($count{'while a file was loaded'}, '>', 0, 'some while a file was loaded');
is($count{lost}, 0, 'no month and no row of a file is lost');
is($count{doubled}, 0, 'none is doubled');
is($count{'differing cells'}, 0, 'no kept summary differs from the facts');
is($count{miscounted}, 0, 'posting_run has counted what was posted');

done_testing();
