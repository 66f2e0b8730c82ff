# Random faults on a server whose worker is catching up in two ledgers of two owners in two databases, and folds
# their summaries, while clients load files into them. Each ledger is compared with an independent expansion and with the files
# again and again, and its summaries with its facts. Shared by script/faults and test/tap/013_random_faults.pl.
package RandomFaults;

use strict;
use warnings FATAL => 'all';

use Exporter 'import';
use PostgreSQL::Test::Utils;
use Time::HiRes qw(time usleep);

use FaultImports qw(begin_imports go_on_importing import_is_under_way finish_import imported_differences);
use LeadRoi qw(new_worker_node expansion_differences wait_until recovers_from);

our @EXPORT_OK = qw(run_faults);

# The ledgers: database, name, owner.
my @ledgers = ([ 'crm', 'marketing', 'lead_roi_test_anna' ], [ 'shop', 'books', 'lead_roi_test_bert' ]);

# Faults after which the ledgers are compared, and after which a new company begins with empty ones.
use constant { COMPARE_EVERY => 10, COMPANY_EVERY => 40 };

# The faults and how often each is drawn. SIGTERM and SIGINT are what pg_terminate_backend() and
# pg_cancel_backend() send.
my %faults = (
    'kill -9 biller'     => { weight => 6, strike => sub { kill_process('KILL', wait_for_biller()) } },
    'kill -9 launcher'   => { weight => 2, strike => sub { kill_process('KILL', find_process('launcher')) } },
    'kill -9 any child'  => { weight => 3, strike => sub { kill_process('KILL', any_child()) } },
    'immediate stop'     => { weight => 3, strike => sub { restart_server('immediate') } },
    'fast restart'       => { weight => 1, strike => sub { restart_server('fast') } },
    'terminate biller'   => { weight => 3, strike => sub { kill_process('TERM', wait_for_biller()) } },
    'cancel biller'      => { weight => 3, strike => sub { kill_process('INT', wait_for_biller()) } },
    'terminate launcher' => { weight => 1, strike => sub { kill_process('TERM', find_process('launcher')) } },
    'cancel launcher'    => { weight => 1, strike => sub { kill_process('INT', find_process('launcher')) } },
);

# The run: the server, its day (year and month), and what has been counted.
my ($node, $months, $settled_postings, %count);

# The day that so many months make; the last one of a month, so that everything in it is due.
sub today
{
    return sprintf '%04d-%02d-28', int($months / 12), $months % 12 + 1;
}

# A whole number from one to another.
sub between
{
    my ($from, $to) = @_;
    return $from + int rand($to - $from + 1);
}

# A statement about the ledger marketing as one about that ledger.
sub about
{
    my ($ledger, $statement) = @_;
    return $statement =~ s/\bmarketing\b/$ledger->[1]/gr;
}

# Run SQL in a client of its own. Returns its output, or undef if it failed, as it does while the
# server is down.
sub sql
{
    my ($query, $database) = @_;
    my $client = open my $output, '-|';
    die "cannot start psql: $!" unless defined $client;
    if ($client == 0)
    {
        open STDERR, '>', '/dev/null';
        exec 'psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr($database // 'postgres'), '-c', $query;
        exit 127;
    }
    chomp(my @lines = <$output>);
    return close $output ? join("\n", @lines) : undef;
}

# The process id of the postmaster.
sub postmaster
{
    open my $file, '<', $node->data_dir . '/postmaster.pid' or return 0;
    my $pid = <$file>;
    return defined $pid ? $pid + 0 : 0;
}

# The processes of the server: process id => title.
sub children
{
    my $postmaster = postmaster();
    my %children;
    open my $list, '<', "/proc/$postmaster/task/$postmaster/children" or return ();
    for my $pid (split ' ', <$list> // '')
    {
        open my $title, '<', "/proc/$pid/cmdline" or next;
        local $/ = undef;
        $children{$pid} = <$title> // '';
    }
    return %children;
}

# The process id of the launcher or a biller; 0 if there is none.
sub find_process
{
    my ($role) = @_;
    my %children = children();
    my ($pid) = grep { $children{$_} =~ /lead_roi $role/ } sort keys %children;
    return $pid // 0;
}

# Any process of the server.
sub any_child
{
    my %children = children();
    my @pids = sort { $a <=> $b } keys %children;
    return @pids ? $pids[ rand @pids ] : 0;
}

# Wait a moment for a biller, then let it work for another moment.
sub wait_for_biller
{
    my $give_up = time + 0.1;
    my $pid = 0;
    while (!($pid = find_process('biller')) && time < $give_up)
    {
        usleep(500);
    }
    usleep(between(0, 40_000)) if $pid;
    return $pid;
}

# Send a signal, and after a SIGKILL wait for the server's recovery. False if the process was gone.
sub kill_process
{
    my ($signal, $pid) = @_;
    my $biller = find_process('biller');
    my $imports = import_is_under_way(@ledgers);
    return 0 unless $pid && kill $signal, $pid;
    $count{'while a biller was at work'}++ if $biller;
    $count{'while a file was loaded'}++ if $imports;
    return 1 if $signal ne 'KILL';
    return recovers_from($node, $pid);
}

# Stop the server and start it.
sub restart_server
{
    my ($mode) = @_;
    $count{'while a biller was at work'}++ if find_process('biller');
    $count{'while a file was loaded'}++ if import_is_under_way(@ledgers);
    $node->stop($mode);
    $node->start;
    return 1;
}

# Make it another day, or only have the worker check at once.
sub reload
{
    $node->append_conf('postgresql.conf', "lead_roi.testing_today = '" . today() . "'\n");
    kill 'HUP', postmaster();
    return;
}

# The statement that has the worker look again at what is overdue for so long that it asks whether the clock is right: days go by fast here.
sub confirm_date
{
    my $today = today();
    return "UPDATE marketing.recurring_expense SET posted_through = NULL WHERE next_bill_on < date '$today' - 62";
}

# What users do all the while: edit and delete expenses, have recurring expenses looked at again,
# back-date them, announce price changes, make new ones. What they do to expenses is remembered in the
# same transaction, for the comparison.
sub users_work
{
    my ($ledger) = @_;
    my $today = today();
    my $confirm = confirm_date();
    my $seed = rand;
    sql(about($ledger, <<SQL), $ledger->[0]);
BEGIN;
SET LOCAL lock_timeout = '1s';
SELECT setseed($seed);
WITH edited AS (
    UPDATE marketing.expense SET amount = amount + 1
    WHERE expense_id IN (SELECT expense_id FROM marketing.expense WHERE recurring_expense_id IS NOT NULL ORDER BY random() LIMIT 2)
    RETURNING recurring_expense_id, bill_month, amount)
INSERT INTO public.user_change SELECT * FROM edited
ON CONFLICT (recurring_expense_id, bill_month) DO UPDATE SET amount = excluded.amount;
WITH deleted AS (
    DELETE FROM marketing.expense
    WHERE expense_id IN (SELECT expense_id FROM marketing.expense WHERE recurring_expense_id IS NOT NULL ORDER BY random() LIMIT 2)
    RETURNING recurring_expense_id, bill_month)
INSERT INTO public.user_change SELECT *, NULL FROM deleted
ON CONFLICT (recurring_expense_id, bill_month) DO UPDATE SET amount = NULL;
INSERT INTO marketing.amount_change
SELECT recurring_expense_id, date '$today' + 1 + (random() * 60)::integer, amount + 10
FROM marketing.recurring_expense WHERE random() < 0.05
ON CONFLICT DO NOTHING;
INSERT INTO marketing.recurring_expense (lead_source_id, title, amount, starts_on)
SELECT 1, 'new', 1 + (random() * 1000)::integer / 4.0, date '$today' - (random() * 700)::integer
FROM generate_series(1, 2);
COMMIT;
BEGIN;
SET LOCAL lock_timeout = '1s';
UPDATE marketing.recurring_expense
SET posted_through = NULL, starts_on = CASE WHEN extract(day FROM starts_on) <= 28 AND every_months = 1
                                            THEN starts_on - interval '1 month' ELSE starts_on END
WHERE recurring_expense_id IN (SELECT recurring_expense_id FROM marketing.recurring_expense
                               WHERE random() < 0.1 FOR UPDATE SKIP LOCKED);
COMMIT;
INSERT INTO marketing.payment (lead_id, paid_on, amount)
SELECT lead_id, date '$today' - (random() * 300)::integer, 25 FROM marketing.lead ORDER BY random() LIMIT 3;
UPDATE marketing.lead SET lead_source_id = nullif(lead_source_id % 2 + 1, 1) WHERE random() < 0.1;
UPDATE marketing.lead_source_alias SET lead_source_id = 3 - lead_source_id;
$confirm;
SQL
    return;
}

# A new company: an empty ledger and recurring expenses that are due for a year.
sub begin_company
{
    my ($ledger) = @_;
    my $today = today();
    $node->safe_psql($ledger->[0], about($ledger, <<SQL));
BEGIN;
SET LOCAL session_replication_role = replica;
TRUNCATE marketing.posting, marketing.expense, marketing.recurring_expense, marketing.amount_change,
         marketing.posting_failure, marketing.posting_run, marketing.import, marketing.import_reject, marketing.import_change, public.user_change;
INSERT INTO marketing.recurring_expense (lead_source_id, title, amount, starts_on, ends_on, every_months)
SELECT 1, 'recurring expense ' || n, n + 0.25, date '$today' - (n * 37) % 400,
       CASE WHEN n % 5 = 0 THEN date '$today' + 700 END, CASE n % 4 WHEN 0 THEN 3 ELSE 1 END
FROM generate_series(1, 30) AS n;
COMMIT;
SQL
    return;
}

# New companies in all ledgers. Before dates get too late for recurring expenses, time begins anew, while no
# biller is left that has another date.
sub begin_companies
{
    if ($months > 2150 * 12)
    {
        $months = 2000 * 12;
        reload();
        restart_server('fast');
    }
    begin_company($_) for @ledgers;
    begin_imports(@ledgers);
    return;
}

# Is everything due posted in all ledgers, on the day that it is?
sub is_settled
{
    my $settled = "SELECT lead_roi.billing_today('UTC') = '" . today() . "' AND NOT EXISTS (SELECT FROM marketing.overdue_expense)";
    for my $ledger (@ledgers)
    {
        return 0 unless (sql(about($ledger, $settled), $ledger->[0]) // '') eq 't';
    }
    return 1;
}

# Compare a ledger, and count what is lost and what is doubled.
sub compare_ledger
{
    my ($ledger) = @_;
    my $differences = expansion_differences($node, $ledger->[0], today(), 'public.user_change', $ledger->[1]);
    my $miscounted = $node->safe_psql($ledger->[0], about($ledger, <<'SQL'));
SELECT (SELECT coalesce(sum(posted), 0) FROM marketing.posting_run) - (SELECT count(*) FROM marketing.posting)
SQL
    print STDERR "$differences\n" if $differences ne '';
    print STDERR "posting_run of $ledger->[1] counts $miscounted more than posting\n" if $miscounted != 0;
    $count{lost} += () = $differences =~ / lost\|/g;
    $count{doubled} += () = $differences =~ / extra\|/g;
    $count{miscounted} += abs $miscounted;
    my ($lost, $extra) = imported_differences($node, $ledger);
    print STDERR "of files in $ledger->[1] $lost rows are lost, $extra are extra\n" if $lost || $extra;
    $count{lost} += $lost;
    $count{doubled} += $extra;
    $count{'differing cells'} += $node->safe_psql($ledger->[0], "SELECT count(*) FROM $ledger->[1].summary_violation");
    $count{"bills compared in $ledger->[1]"} += $node->safe_psql($ledger->[0], "SELECT count(*) FROM $ledger->[1].posting");
    return;
}

# Wait until everything due is posted, and compare. A database with failures in a row is left alone for a
# while, unless settings are reloaded.
sub compare
{
    restart_server('fast') unless find_process('launcher');
    my $reload_at = 0;
    for my $ledger (@ledgers)
    {
        wait_until(sub { finish_import($node, $ledger, \%count) }, 10_000) or print STDERR "a file can't be loaded\n";
    }
    my $all_posted = wait_until(
        sub {
            if (time >= $reload_at)
            {
                sql(about($_, confirm_date()), $_->[0]) for @ledgers;
                reload();
                $reload_at = time + 1;
            }
            return is_settled();
        }, 50_000);
    print STDERR "not everything was posted in time\n" unless $all_posted;
    compare_ledger($_) for @ledgers;
    return;
}

# Draw a fault. Without a launcher nothing but a crash or a restart brings new work about soon.
sub draw_fault
{
    my $launcher = find_process('launcher');
    my @names = grep { $launcher || /any child|immediate|restart/ } sort keys %faults;
    my @urn = map { ($_) x $faults{$_}{weight} } @names;
    return $urn[ rand @urn ];
}

# A ledger in a database of its own, without recurring expenses.
sub create_ledger
{
    my ($ledger) = @_;
    my ($database, $name, $owner) = @$ledger;
    $node->safe_psql('postgres', "CREATE ROLE $owner; CREATE DATABASE $database");
    $node->safe_psql($database, about($ledger, <<SQL));
SET client_min_messages = warning;
CREATE EXTENSION lead_roi;
GRANT CREATE ON DATABASE $database TO $owner;
SET ROLE $owner;
SELECT lead_roi.create_ledger('$name', time_zone => 'UTC');
INSERT INTO marketing.lead_source (name) VALUES ('source'), ('other');
INSERT INTO marketing.lead_source_alias (pattern, lead_source_id) VALUES ('google', 1);
INSERT INTO marketing.lead (lead_source_id, created_on, traffic_source)
SELECT nullif(n % 3, 0), date '2000-01-01' + n, CASE WHEN n % 2 = 0 THEN 'google / cpc'::lead_roi.traffic_source END FROM generate_series(1, 50) AS n;
SELECT lead_roi.keep_summaries('$name', true);
RESET ROLE;
CREATE TABLE public.user_change (recurring_expense_id bigint, bill_month date, amount numeric,
                                 PRIMARY KEY (recurring_expense_id, bill_month));
SQL
    return;
}

# Strike so many times, drawn from a seeded generator, while the worker always has something to do.
# Returns what was counted: faults, lost, doubled, miscounted, differing cells, and faults by name.
sub run_faults
{
    my ($faults, $seed) = @_;
    srand $seed;
    %count = (faults => 0, lost => 0, doubled => 0, miscounted => 0, 'differing cells' => 0, 'while a biller was at work' => 0, 'while a file was loaded' => 0);
    $months = 2000 * 12;
    $node = new_worker_node('faults', today(), 'lead_roi.batch_size = 5', 'max_wal_size = 64MB', 'log_min_messages = fatal',
        "lead_roi.databases = '" . join(', ', map { $_->[0] } @ledgers) . "'");
    create_ledger($_) for @ledgers;
    begin_companies();

    while ($count{faults} < $faults)
    {
        $months += between(1, 3);
        reload();
        users_work($_) for @ledgers;
        go_on_importing($node, $_, \%count) for @ledgers;
        usleep(between(0, 40_000));

        my $fault = draw_fault();
        next unless $faults{$fault}{strike}->();
        $count{faults}++;
        $count{$fault}++;
        compare() if $count{faults} % COMPARE_EVERY == 0 || $count{faults} == $faults;
        begin_companies() if $count{faults} % COMPANY_EVERY == 0;
    }
    $node->stop;
    return %count;
}

1;
