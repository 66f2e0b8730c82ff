# The worker, manual calls, the procedure and pg_cron at the same time, in every isolation level.
use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Utils;
use Test::More;

use LeadRoi qw(new_worker_node configure set_today add_ledger wait_all_posted expansion_differences);

my $node = new_worker_node('concurrency', '2024-12-31', q{lead_roi.databases = ''}, 'lead_roi.batch_size = 20', 'max_worker_processes = 20');
add_ledger($node, 'postgres', 200);

# Everybody posts at once, while recurring expenses are made and looked at again. Errors that may come are
# serialization failures and deadlocks, which pgbench tries again; any other one ends it.
my $post_in = sub { my ($level) = @_; return "BEGIN ISOLATION LEVEL $level;\nSELECT lead_roi.post_due_expenses(max_rows => 50);\nCOMMIT;\n" };
my $call_in = sub { my ($level) = @_; return "SET default_transaction_isolation = '$level';\nCALL lead_roi.post_due_expenses_in_batches(batch_size => 13);\nRESET default_transaction_isolation;\n" };
my %callers = (
    'manual@2' => "SELECT lead_roi.post_due_expenses();\n",
    'manual_repeatable_read@2' => $post_in->('REPEATABLE READ'),
    'manual_serializable@2' => $post_in->('SERIALIZABLE'),
    'procedure@2' => "CALL lead_roi.post_due_expenses_in_batches(batch_size => 13);\n",
    'procedure_repeatable_read@1' => $call_in->('repeatable read'),
    'procedure_serializable@1' => $call_in->('serializable'),
    'new_recurring_expenses@3' => <<'SQL',
INSERT INTO marketing.recurring_expense (lead_source_id, title, amount, starts_on)
SELECT 1, 'new', n, date '2022-01-31' + n * 50 FROM generate_series(1, 5) AS n;
SQL
    'reopened@3' => <<'SQL',
\set key random(1, 150)
UPDATE marketing.recurring_expense SET posted_through = NULL
WHERE recurring_expense_id IN (SELECT recurring_expense_id FROM marketing.recurring_expense
                               WHERE recurring_expense_id BETWEEN :key AND :key + 5 FOR UPDATE SKIP LOCKED);
SQL
);

my $rounds = 0;

sub everybody_posts
{
    my ($name) = @_;
    $rounds++;
    $node->pgbench(
        '--no-vacuum --client=8 --jobs=2 --transactions=25 --max-tries=1000', 0,
        [qr{number of transactions actually processed: 200/200}], [qr/^$/], $name,
        { map { ("012_${rounds}_$_" => $callers{$_}) } keys %callers });
    return;
}

# pg_cron runs its @reboot jobs when the server starts, so that nobody waits for a minute to begin.
my $pkglibdir = $node->config_data('--pkglibdir');
SKIP:
{
    skip "pg_cron is not installed in $pkglibdir", 8 unless -e "$pkglibdir/pg_cron.so";
    my $host = $node->host;
    $node->append_conf('postgresql.conf', <<"CONF");
shared_preload_libraries = 'pg_cron,lead_roi'
cron.database_name = 'postgres'
cron.host = '$host'
CONF
    $node->restart;
    $node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION pg_cron;
SELECT cron.schedule('procedure ' || n, '@reboot', 'CALL lead_roi.post_due_expenses_in_batches(batch_size => 10)') FROM generate_series(1, 2) AS n;
SELECT cron.schedule('function', '@reboot', 'SELECT lead_roi.post_due_expenses()');
SQL
    for my $way ('on', 'off')
    {
        # More to post each time, none of it posted before the start.
        $node->safe_psql('postgres', 'DELETE FROM cron.job_run_details');
        $node->stop;
        my $today = $way eq 'on' ? '2024-12-31' : '2025-12-31';
        configure($node, 'cron.use_background_workers' => $way, 'lead_roi.databases' => 'postgres', 'lead_roi.testing_today' => $today);
        $node->start;
        everybody_posts("worker, calls and pg_cron post at once (cron.use_background_workers = $way)");
        ok($node->poll_query_until('postgres', q{SELECT count(*) = 3 FROM cron.job_run_details WHERE status = 'succeeded'}),
            'all jobs of pg_cron succeeded')
            or diag $node->safe_psql('postgres', 'SELECT command, status, return_message FROM cron.job_run_details');
        $node->reload;
        ok(wait_all_posted($node, 'postgres', $today), 'all is posted');
        is(expansion_differences($node, 'postgres', $today), '', 'every due month once, none else, right amounts');
    }
}

# Without pg_cron.
configure($node, 'lead_roi.databases' => 'postgres');
set_today($node, '2026-12-31');
everybody_posts('worker and calls post at once');
ok(wait_all_posted($node, 'postgres', '2026-12-31'), 'all is posted');
is(expansion_differences($node, 'postgres', '2026-12-31'), '', 'every due month once, none else, right amounts');
is($node->safe_psql('postgres', 'SELECT count(*) FROM marketing.posting_failure'), '0', 'nobody took a conflict for a failure');

$node->stop;
done_testing();
