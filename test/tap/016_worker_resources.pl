# What a server runs out of: worker slots, connections, room on the disk for tables and for the WAL. The reason that is told is the true
# one, reports and kept summaries stay exact, and when there is room again, exactly what is due is posted.
use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Utils;
use Test::More;

use LeadRoi qw(new_worker_node configure set_today add_ledger posted_exactly waits_for_reason expansion_differences);

my $folder = PostgreSQL::Test::Utils::tempdir();
my $flag = "$folder/full";
my $has_full_disk = $^O eq 'linux' && system('gcc', '-shared', '-fPIC', '-o', "$folder/full_disk.so", 'test/faults/full_disk.c', '-ldl') == 0;
my $node = with_full_disk(sub { new_worker_node('resources', '2024-01-31', 'max_wal_size = 32MB', 'wal_recycle = off', 'autovacuum_max_workers = 1', 'superuser_reserved_connections = 1') });
add_ledger($node, 'postgres', 100);
posted_exactly($node, 'postgres', '2024-01-31', 'to begin with');

# Start a server whose disk can be full.
sub with_full_disk
{
    my ($start) = @_;
    local @ENV{qw(FULL_DISK LD_PRELOAD)} = $has_full_disk ? ($flag, "$folder/full_disk.so") : @ENV{qw(FULL_DISK LD_PRELOAD)};
    return $start->();
}

sub value { return $node->safe_psql('postgres', $_[0]) }

# Whether reports from kept summaries equal those from the facts.
sub summaries_agree { return is(value(q{SELECT count(*) FROM marketing.reconciliation WHERE violation LIKE 'summary%' OR violation = 'totals_differ'}), 0, "$_[0]: kept summaries agree with the facts") }

#
# Worker slots: the server's own process has the only one.
#
configure($node, 'max_worker_processes' => 1, 'max_logical_replication_workers' => 1, 'lead_roi.testing_today' => '2024-02-29');
with_full_disk(sub { $node->restart });
is(value('SELECT alive, configured, reason, mend FROM marketing.worker_status'),
    'f|t|the launcher found no worker slot when the server started, and is not started again before a restart'
      . '|Increase the setting "max_worker_processes" by 2 or more, and restart the server.', 'no slot for the launcher: the reason, and what mends it');
is(value('SELECT database, ledger, reason FROM lead_roi.worker_check'),
    'postgres||the launcher found no worker slot when the server started, and is not started again before a restart', 'no slot for the launcher: worker_check');
is(value('SELECT overdue_expenses > 0 FROM marketing.worker_status'), 't', 'no slot for the launcher: something is overdue');
configure($node, 'max_worker_processes' => 3);
with_full_disk(sub { $node->restart });
posted_exactly($node, 'postgres', '2024-02-29', 'two slots more');

#
# Connections: all are taken. The worker has its own.
#
my @sessions;
configure($node, 'max_connections' => 8);
with_full_disk(sub { $node->restart });
for (1 .. 20)
{
    my $session = eval { $node->background_psql('postgres', on_error_die => 0) } or last;
    push @sessions, $session;
}
my (undef, undef, $refused) = $node->psql('postgres', 'SELECT 1');
like($refused, qr/too many clients|remaining connection slots/, 'no connection is left');
my $from = -s $node->logfile;
set_today($node, '2024-03-31');
ok(kept_waiting(sub { slurp_file($node->logfile, $from) =~ /lead_roi\.testing_today.* changed/ }), 'the day is another one');
sleep_until_posted($sessions[0]);
eval { $_->quit } for @sessions;
posted_exactly($node, 'postgres', '2024-03-31', 'no connection left: the worker posts');
is(value('SELECT reason IS NULL FROM marketing.worker_status'), 't', 'no connection left: and has no reason');

# Whether something comes to be so within a minute.
sub kept_waiting
{
    my ($condition) = @_;
    for (1 .. 600)
    {
        return 1 if $condition->();
        select undef, undef, undef, 0.1;
    }
    return 0;
}

# Ask in a session that is connected already, until nothing is overdue.
sub sleep_until_posted
{
    my ($session) = @_;
    return ok(kept_waiting(sub { $session->query('SELECT count(*) FROM marketing.overdue_expense') =~ /^0$/m && $session->query(q{SELECT max(bill_on) FROM marketing.posting}) =~ /2024-03/ }),
        'no connection left: all is posted');
}

#
# Room on the disk.
#
SKIP:
{
    skip 'no disk can be made full here', 1 unless $has_full_disk;
    value(q{SELECT lead_roi.keep_summaries('marketing', true); SELECT lead_roi.fold_summaries('marketing')});
    value(q{INSERT INTO marketing.recurring_expense (lead_source_id, title, amount, starts_on) SELECT 1, 'of April ' || n, n, '2024-04-05' FROM generate_series(1, 2000) AS n});
    my $fill = sub {
        my ($part) = @_;
        open my $file, '>', $flag or die $!;
        print $file $part;
        close $file;
    };
    my $file_import = sub { return sprintf q{SELECT * FROM lead_roi.import_file('marketing', convert_to(%s, 'UTF8'), 'plain_expense')}, $_[0] };
    my $content = q{(SELECT E'lead_source,amount,incurred_on,external_id\n' || string_agg(format('source 1,%s.25,2024-01-%s,x%s', n, 1 + n % 28, n), E'\n') FROM generate_series(1, 20000) AS n)};

    # Tables can't grow. Nothing of an import stays, and the worker tells why it posts nothing.
    my $before = value('SELECT count(*), sum(amount) FROM marketing.expense');
    $fill->('/base/');
    my (undef, undef, $error) = $node->psql('postgres', $file_import->($content), extra_params => [ '-v', 'VERBOSITY=verbose' ]);
    like($error, qr/53100: could not (?:extend|write)/, 'tables are full: an import says so');
    is(value('SELECT count(*), sum(amount) FROM marketing.expense'), $before, 'tables are full: nothing of it stays');
    set_today($node, '2024-05-20');
    waits_for_reason($node, 'postgres', 'the last check ended with an error: could not (extend|write)', 'tables are full: the reason is told');
    summaries_agree('tables are full');
    unlink $flag;
    posted_exactly($node, 'postgres', '2024-05-20', 'room for tables');
    like(value($file_import->($content)), qr/20000/, 'room for tables: the import works');
    value(q{SELECT lead_roi.fold_summaries('marketing')});
    summaries_agree('room for tables');

    # The WAL can't grow: the server gives up, and comes back when there is room, with all that was committed.
    $before = value('SELECT count(*), sum(amount) FROM marketing.payment');
    value(q{INSERT INTO marketing.payment (paid_on, amount) SELECT '2024-01-05', 1 FROM generate_series(1, 10)});
    $fill->('/pg_wal/');
    $node->psql('postgres', q{INSERT INTO marketing.payment (paid_on, amount) SELECT '2024-01-06', 1 FROM generate_series(1, 400000)});
    ok(kept_waiting(sub { slurp_file($node->logfile) =~ /pg_wal\S*": No space left on device/ }), 'the WAL is full');
    unlink $flag;
    if (!$node->poll_query_until('postgres', 'SELECT true') || !-e $node->data_dir . '/postmaster.pid')
    {
        $node->{_pid} = undef;
        with_full_disk(sub { $node->start });
    }
    set_today($node, '2024-07-15');
    posted_exactly($node, 'postgres', '2024-07-15', 'room for the WAL');
    is(value(q{SELECT count(*) FILTER (WHERE paid_on = '2024-01-05'), count(*) FILTER (WHERE paid_on = '2024-01-06') FROM marketing.payment}), '10|0',
        'room for the WAL: what was committed is there, what was not is gone');
    value(q{SELECT lead_roi.fold_summaries('marketing')});
    summaries_agree('room for the WAL');
}

$node->stop;
done_testing();
