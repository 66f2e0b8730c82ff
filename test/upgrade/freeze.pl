# Writes test/frozen/VERSION: see script/freeze, which runs this.
use strict;
use warnings FATAL => 'all';

use Test::More;

use Frozen qw($today current_version is_released freeze installed_script make_ledgers dump_of figures stored_values);
use LeadRoi qw(new_node);

my $version = current_version();
die "version $version is released; what is frozen of it stays as it is\n" if is_released($version);

my $node = new_node('freeze', "lead_roi.testing_today = '$today'", 'jit = off', 'autovacuum = off');
make_ledgers($node, 'ledgers');
freeze($version, 'script.sql', installed_script());
freeze($version, 'ledgers.sql', dump_of($node, 'ledgers'));
freeze($version, 'figures', figures($node, 'ledgers'));
freeze($version, 'values.tsv', stored_values($node));
$node->stop;
pass("frozen: version $version");
done_testing();
