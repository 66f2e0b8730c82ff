# Ledgers that are copies: the worker leaves one alone while it is being restored into tables that were
# there, and while a subscription brings its rows. What it says mends it.
use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Utils;
use Test::More;

use LeadRoi qw(new_node worker_settings configure set_today add_ledger posted_exactly waits_for_reason count_in_log);

my $today = '2024-03-31';
my $node = new_node('copies', worker_settings($today, 'original'), 'wal_level = logical', 'max_wal_senders = 10', 'max_worker_processes = 20');
add_ledger($node, 'original', 40);
posted_exactly($node, 'original', $today, 'the original');

# The tables of a ledger in another database, which the worker looks after, too.
sub add_empty_copy
{
    my ($on, $database) = @_;
    $on->safe_psql('postgres', "CREATE DATABASE $database");
    $on->safe_psql($database, "CREATE EXTENSION lead_roi; SELECT lead_roi.create_ledger(time_zone => 'UTC')");
    return;
}

#
# Data alone, restored into tables that were there: keys and trigger are in place, the sequences come last.
#
add_empty_copy($node, 'restored');
my $dump = PostgreSQL::Test::Utils::tempdir() . '/data.sql';
command_ok([ 'pg_dump', '--data-only', '-n', 'marketing', '-f', $dump, $node->connstr('original') ], 'dumped the data alone');
my ($rows, $sequences) = slurp_file($dump) =~ s/^\\(?:un)?restrict .*$//mgr =~ /\A(.*?)(^-- Name: \w+_seq; Type: SEQUENCE SET.*)\z/ms or die 'the dump has no sequences behind the rows';
$node->safe_psql('restored', $rows);
# Everything is due: a month later, and all to be looked at again, as after a change of bill dates.
$node->safe_psql('restored', 'UPDATE marketing.recurring_expense SET posted_through = NULL');
configure($node, 'lead_roi.databases' => 'original, restored');
waits_for_reason($node, 'restored', 'whose sequence was never used, as happens while a dump is restored', 'the worker waits for the end of the restore');
is($node->safe_psql('restored', 'SELECT count(*) FROM marketing.posting_run WHERE finished_at > now() - interval $$1 hour$$ AND posted > 0'),
    $node->safe_psql('original', 'SELECT count(*) FROM marketing.posting_run'), 'and has posted nothing of its own');
$node->safe_psql('restored', $sequences);
$today = '2024-04-30';
set_today($node, $today);
posted_exactly($node, 'restored', $today, 'once the sequences are set');
posted_exactly($node, 'original', $today, 'the original, too');

#
# Keys that a load has brought along have never used the sequence; the statement in worker_status mends that.
#
add_empty_copy($node, 'loaded');
$node->safe_psql('loaded', <<'SQL');
INSERT INTO marketing.lead_source (lead_source_id, name) OVERRIDING SYSTEM VALUE VALUES (7, 'Agency');
INSERT INTO marketing.recurring_expense (recurring_expense_id, lead_source_id, title, amount, starts_on)
OVERRIDING SYSTEM VALUE VALUES (12, 7, 'fee', 100, '2024-01-31');
SQL
configure($node, 'lead_roi.databases' => 'original, restored, loaded, nowhere');
waits_for_reason($node, 'loaded', 'whose sequence was never used', 'loaded with its keys: the worker waits');
is($node->safe_psql('loaded', q{SELECT violation FROM marketing.reconciliation WHERE relation = 'worker_status'}), 'worker_stands_aside', 'a violation');
# All databases at a glance, from any of them, for who monitors the server.
$node->poll_query_until('postgres', q{SELECT count(*) = 3 FROM pg_database WHERE datname IN ('original', 'restored', 'loaded')}) or die;
$node->safe_psql('postgres', 'CREATE EXTENSION lead_roi; CREATE ROLE lead_roi_test_monitor IN ROLE pg_monitor; CREATE ROLE lead_roi_test_nobody');
is($node->safe_psql('postgres', q{SET ROLE lead_roi_test_monitor;
    SELECT database, ledger, reason ~ 'whose sequence was never used', mend ~ 'setval' FROM lead_roi.worker_check
    WHERE database = 'loaded' OR ledger IS NULL ORDER BY database, ledger NULLS FIRST}),
    join("\n", 'loaded|||', 'loaded|marketing|t|t', 'nowhere||f|f', 'original|||', 'restored|||'), 'worker_check has every database and ledger');
is($node->safe_psql('postgres', q{SELECT reason FROM lead_roi.worker_check WHERE database = 'nowhere'}), 'it does not exist', 'also one that is not there');
my ($result, $stdout, $stderr) = $node->psql('postgres', 'SET ROLE lead_roi_test_nobody; TABLE lead_roi.worker_check');
like($stderr, qr/permission denied/, 'and nobody else may see it');

my ($statement) = $node->safe_psql('loaded', 'SELECT mend FROM marketing.worker_status') =~ /run (SELECT setval.*? FROM marketing\.recurring_expense)/;
like($statement, qr/^SELECT setval/, 'worker_status has the statement that mends it');
is($node->safe_psql('loaded', $statement), 12, 'it runs');
posted_exactly($node, 'loaded', $today, 'then it posts');
is($node->safe_psql('loaded', q{INSERT INTO marketing.recurring_expense (lead_source_id, title, amount, starts_on)
    VALUES (7, 'next', 1, '2030-01-01') RETURNING recurring_expense_id}), 13, 'and the next key follows on');

#
# A subscriber: the publisher posts. After a failover the sequences are set by hand, as docs/operations.md says.
#
my $subscriber = new_node('subscriber', worker_settings($today, 'original'), 'max_worker_processes = 20');
add_empty_copy($subscriber, 'original');
$node->safe_psql('original', 'CREATE PUBLICATION books FOR TABLES IN SCHEMA marketing');
$subscriber->safe_psql('original', "CREATE SUBSCRIPTION books CONNECTION '" . $node->connstr('original') =~ s/'/''/gr . "' PUBLICATION books");
my $postings = $node->safe_psql('original', 'SELECT count(*) FROM marketing.posting');
$subscriber->poll_query_until('original', "SELECT count(*) = $postings FROM marketing.posting") or die 'nothing arrived';
$subscriber->poll_query_until('original', q{SELECT bool_and(srsubstate = 'r') FROM pg_subscription_rel}) or die 'not in step';
$today = '2024-05-31';
set_today($subscriber, $today);
waits_for_reason($subscriber, 'original', 'a subscription fills the ledger', 'the subscriber posts nothing');
is(count_in_log($subscriber, 'posts nothing in ledger marketing of database "original": a subscription'), 1, 'one warning');
set_today($node, $today);
posted_exactly($node, 'original', $today, 'the publisher posts');
$postings = $node->safe_psql('original', 'SELECT count(*) FROM marketing.posting');
$subscriber->poll_query_until('original', "SELECT count(*) = $postings FROM marketing.posting") or die 'nothing arrived';
posted_exactly($subscriber, 'original', $today, 'and the subscriber has it');

$node->stop;
my ($failover) = slurp_file('docs/operations.md') =~ /^## Loading keys of your own.*?```sql\n(DO .*?)```/ms;
ok($failover, 'docs/operations.md has the statements for a failover');
$subscriber->safe_psql('original', 'ALTER SUBSCRIPTION books DISABLE; ALTER SUBSCRIPTION books SET (slot_name = NONE); DROP SUBSCRIPTION books');
$subscriber->safe_psql('original', $failover // '');
$today = '2024-06-30';
set_today($subscriber, $today);
posted_exactly($subscriber, 'original', $today, 'after the failover the subscriber goes on');

$subscriber->stop;
done_testing();
