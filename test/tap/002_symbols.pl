# The library exports nothing that could clash with another extension's symbols.
use strict;
use warnings FATAL => 'all';

use Test::More;

my @exported = map { (split)[-1] } grep { / [A-Z] (?!\.)/ } `nm -D --defined-only lead_roi.so`;
cmp_ok(scalar(@exported), '>', 5, 'the library was found and exports functions');

my @foreign = grep { !/^(Pg_magic_func|_PG_init|lead_roi_\w+|pg_finfo_lead_roi_\w+|_init|_fini)$/ } @exported;
is("@foreign", '', 'every exported symbol has the prefix');

done_testing();
