# A standby is silent; promoted, it posts what the old primary hadn't sent. And a server started for
# pg_upgrade has no worker.
use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

use LeadRoi qw(init_node expansion_differences worker_settings configure add_ledger posted_exactly
  waits_for_reason worker_log count_in_log);

my $today = '2024-03-31';
my $primary = PostgreSQL::Test::Cluster->new('primary');
init_node($primary, allows_streaming => 1);
$primary->append_conf('postgresql.conf', join "\n", worker_settings($today, 'postgres'));
$primary->start;
add_ledger($primary, 'postgres', 20);
posted_exactly($primary, 'postgres', $today, 'primary');

$primary->backup('copy');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'copy', has_streaming => 1);
$standby->start;
$primary->wait_for_catchup($standby);

#
# The standby: no process of the worker, no line in the log, though more and more falls due.
#
is($standby->safe_psql('postgres', 'SELECT configured, alive, reason FROM marketing.worker_status'),
    't|f|the server is in recovery; posting starts when it is promoted', 'standby: the reason is told');
$today = '2024-04-30';
configure($primary, 'lead_roi.testing_today' => $today);
posted_exactly($primary, 'postgres', $today, 'primary, a month later');
configure($standby, 'lead_roi.testing_today' => $today);
$primary->wait_for_catchup($standby);
is(expansion_differences($standby, 'postgres', $today), '', 'standby: has what the primary posted, and nothing else');
$standby->restart;
is($standby->safe_psql('postgres', q{SELECT count(*) FROM pg_stat_activity WHERE backend_type LIKE 'lead_roi%'}), 0, 'standby: no worker');
is(count_in_log($standby, '(?<!parameter "|changed to ")lead_roi (?!launcher started)'), 0, 'standby: no line in the log');
my ($code, $printed, $error) = $standby->psql('postgres', "SELECT lead_roi.post_due_expenses('marketing')");
like($error, qr/nothing can be written on a standby\nHINT:  Call the function on the primary\./, 'standby: posting by hand is refused');

#
# Promotion. The last postings are on the primary alone, because the standby doesn't replay them
# before it's cut off; the new primary has to post them itself.
#
configure($standby, 'primary_conninfo' => '');
$primary->poll_query_until('postgres', 'SELECT count(*) = 0 FROM pg_stat_replication');
$today = '2024-06-30';
configure($primary, 'lead_roi.testing_today' => $today);
posted_exactly($primary, 'postgres', $today, 'primary, two months later');
my $last = $primary->safe_psql('postgres', 'SELECT count(*) FROM marketing.posting');
cmp_ok($standby->safe_psql('postgres', 'SELECT count(*) FROM marketing.posting'), '<', $last, 'standby: the last postings have not arrived');
$primary->stop('immediate');

my $log = -s $standby->logfile;
configure($standby, 'lead_roi.testing_today' => $today);
$standby->promote;
posted_exactly($standby, 'postgres', $today, 'new primary');
is($standby->safe_psql('postgres', 'SELECT count(*) FROM marketing.posting'), $last, 'new primary: as many as the old one had');
is($standby->safe_psql('postgres', 'SELECT alive, reason FROM marketing.worker_status'), 't|', 'new primary: the worker is alive');
is(count_in_log($standby, 'WARNING|ERROR|FATAL|failed', $log), 0, 'new primary: nothing goes wrong');
$today = '2024-07-31';
configure($standby, 'lead_roi.testing_today' => $today);
posted_exactly($standby, 'postgres', $today, 'new primary, a month later');

#
# Binary upgrade mode.
#
$standby->stop;
$log = -s $standby->logfile;
command_ok([ 'pg_ctl', '-D', $standby->data_dir, '-l', $standby->logfile, '-w', '-o', '-b -c lead_roi.testing_today=2024-12-31', 'start' ],
    'started as pg_upgrade does');
is($standby->safe_psql('postgres', q{SELECT count(*) FROM pg_stat_activity WHERE backend_type LIKE 'lead_roi%'}), 0, 'binary upgrade: no worker');
is($standby->safe_psql('postgres', q{SELECT alive, reason IS NOT NULL, overdue_expenses > 0 FROM marketing.worker_status}), 'f|t|t',
    'binary upgrade: though something is due');
is(expansion_differences($standby, 'postgres', $today), '', 'binary upgrade: nothing is posted');
is(worker_log($standby, $log), '', 'binary upgrade: nothing is logged');
command_ok([ 'pg_ctl', '-D', $standby->data_dir, '-w', 'stop' ], 'stopped');
$standby->start;
posted_exactly($standby, 'postgres', $today, 'started as ever');
$standby->stop;

done_testing();
