# A ledger on Citus, coordinator and two workers, against the same ledger in a database without Citus: every report is
# the same, row by row, whichever node is asked, or is refused; posting and all else that changes a ledger leaves the same
# rows. LEAD_ROI_CITUS names the pg_config of a server with Citus; script/test builds lead_roi for a copy of it.
use strict;
use warnings FATAL => 'all';

use File::Basename qw(dirname);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

use LeadRoi qw(init_node configure wait_all_posted expansion_differences);

plan skip_all => 'the environment variable LEAD_ROI_CITUS names no pg_config of a server with Citus'
  unless $ENV{LEAD_ROI_CITUS_COPY};

my $today = '2026-07-01';
my $install_path = dirname(dirname($ENV{LEAD_ROI_CITUS_COPY}));

# Another day on each node: who computes today where he isn't asked gets other figures.
my ($coordinator, @workers) = map {
    my $node = PostgreSQL::Test::Cluster->new("citus_$_", install_path => $install_path);
    init_node($node);
    $node->append_conf('postgresql.conf', join "\n", "shared_preload_libraries = 'citus,lead_roi'", "citus.node_conninfo = 'sslmode=prefer'",
        # Fewer tasks and connections than by default, on a machine that all nodes share.
        'citus.shard_count = 8', 'citus.max_adaptive_executor_pool_size = 2', 'citus.max_cached_conns_per_worker = 2',
        'fsync = off', 'max_worker_processes = 20', 'max_prepared_transactions = 100', "lead_roi.naptime = '1s'",
        'lead_roi.testing_today = ' . ($_ ? "'2025-01-0$_'" : "'$today'"), '');
    $node->start;
    $node->safe_psql('postgres', 'CREATE EXTENSION citus');
    $node;
} 0 .. 2;

# As the owner of the ledger, on the day of the coordinator.
sub ask
{
    my ($node, $query, $database) = @_;
    return $node->safe_psql($database // 'postgres', "SET lead_roi.testing_today = '$today'; SET ROLE crm; SET client_min_messages = error; $query");
}

# The SQLSTATE, message and hint of what is refused.
sub refusal
{
    my ($node, $query, $database) = @_;
    my ($status, $out, $error) = $node->psql($database // 'postgres', "\\set VERBOSITY verbose\nSET ROLE crm; SET client_min_messages = error; $query");
    return $status == 0 ? 'accepted' : $error;
}

sub refuses
{
    my ($node, $query, $pattern, $name, $database) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    return like(refusal($node, $query, $database), $pattern, $name);
}

# Run the same in the ledger on Citus and in the one without.
sub in_both
{
    my ($statements) = @_;
    my ($on_citus, $single) = map { ask($coordinator, $statements, $_) } 'postgres', 'single';
    return ($on_citus, $single);
}

sub same_in_both
{
    my ($statements, $name) = @_;
    my ($on_citus, $single) = in_both($statements);
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    return is($on_citus, $single, $name);
}

# All rows of a relation, as a number and a hash. Of the internal summaries without how many amounts had how many decimals, which the
# sums that Citus makes don't keep: figures don't depend on it.
sub rows_of
{
    my ($relation) = @_;
    my $row = $relation =~ /_summary\z/ ? q{regexp_replace(r::text, '[*][0-9]+|[+][0-9]+@[0-9]+', '', 'g')} : 'r::text';
    return qq{SELECT count(*), md5(string_agg(r, '|' ORDER BY r COLLATE "C")) FROM (SELECT $row AS r FROM $relation AS r OFFSET 0) AS listed};
}

# What each of these queries answers, one row each, in one session.
sub answers
{
    my ($node, $queries, $database) = @_;
    my @rows = split /\n/, ask($node, join('; ', @$queries), $database);
    die scalar(@rows) . ' answers to ' . @$queries . ' queries' if @rows != @$queries;
    return @rows;
}

# Compare all views: those that read what only the coordinator has are refused by workers.
my $only_there = 'bill_violation|reconciliation|bookkeeping_finding|finding';
sub compare_views
{
    my ($when, $ledger) = @_;
    $ledger //= 'marketing';
    my @views = split /\n/, ask($coordinator, qq{SELECT relname FROM pg_class WHERE relnamespace = '$ledger'::regnamespace AND relkind = 'v' AND relname <> 'worker_status' ORDER BY 1});
    # All in one session of each node, since a new one has to look everything up. Findings that are equal in all that orders them
    # may change places; another shape of query is planned in another way.
    my %rows = map { ($_ => rows_of($_ eq 'finding' ? "(SELECT to_jsonb(listed) - 'position' FROM $ledger.finding AS listed)" : "$ledger.$_")) } @views;
    my @of_all = ((map { $rows{$_} } @views), map { "SELECT count(*) FROM $ledger.$_" } @views);
    my @for_workers = grep { !/^($only_there)$/ } @views;
    my ($on_citus, $single) = map { [ answers($coordinator, \@of_all, $_) ] } 'postgres', 'single';
    my @differ = map { $_ < @views ? $views[$_] : "$views[ $_ - @views ] counted" } grep { $on_citus->[$_] ne $single->[$_] } 0 .. $#of_all;
    my %single = map { ($views[$_] => $single->[$_]) } 0 .. $#views;
    my @answers = answers($workers[0], [ map { $rows{$_} } @for_workers ]);
    my @of_worker = map { $for_workers[$_] } grep { $answers[$_] ne $single{ $for_workers[$_] } } 0 .. $#for_workers;
    is("@differ", '', "$when: each of " . @views . ' views as without Citus, row by row');
    is("@of_worker", '', "$when: and so asked of a worker node");
    return;
}

# A ledger with all that reports tell apart: aliases, currencies, costs for periods, mergers, shares, refunds.
my $facts = <<'SQL';
INSERT INTO lead_source (name, category, vendor) SELECT 'source ' || n, 'category ' || n % 3, 'vendor ' || n % 4 FROM generate_series(1, 12) AS n;
INSERT INTO exchange_rate VALUES ('USD', '2024-01-01', 0.9), ('USD', '2026-06-25', 0.85), ('GBP', '2026-01-01', 1.17);
INSERT INTO lead_source_alias VALUES (lead_roi.traffic_source('google', 'cpc'), '1900-01-01', 11), (lead_roi.traffic_source('google', 'cpc'), '2025-06-01', 12);
INSERT INTO channel_rule (position, channel, source) VALUES (1, 'Own channel', 'bing');
INSERT INTO recurring_expense (lead_source_id, title, amount, currency, starts_on, ends_on, every_months, covers_period, cost_type)
SELECT 1 + n % 12, 'fee ' || n, n + 0.25, CASE WHEN n % 5 = 0 THEN 'USD' END, date '2024-01-31' + n * 17 % 365, CASE WHEN n % 3 = 0 THEN date '2026-02-28' + n END, 1 + n % 3, n % 4 = 0,
       (ARRAY['media', 'staff', 'agency'])[1 + n % 3]
FROM generate_series(1, 40) AS n;
INSERT INTO amount_change SELECT recurring_expense_id, starts_on + 100, amount * 2 FROM recurring_expense WHERE recurring_expense_id % 5 = 0;
INSERT INTO expense (lead_source_id, incurred_on, amount, currency, covers_from, covers_through, cost_type, title, external_id)
SELECT CASE WHEN n % 50 <> 0 THEN 1 + n % 12 END, date '2024-01-01' + n % 1000, n * 0.37, CASE WHEN n % 9 = 0 THEN 'USD' WHEN n % 91 = 0 THEN 'CHF' END,
       CASE WHEN n % 10 = 0 THEN date '2024-01-01' + n % 1000 END, CASE WHEN n % 10 = 0 THEN date '2024-03-15' + n % 1000 END,
       (ARRAY['media', 'staff', 'agency'])[1 + n % 3], 'expense ' || n, CASE WHEN n % 2 = 0 THEN 'books:' || n END
FROM generate_series(1, 400) AS n;
INSERT INTO visit SELECT 1 + n % 12, date '2024-01-01' + n / 12, n % 97 FROM generate_series(0, 12000) AS n;
INSERT INTO lead (lead_source_id, created_on, converted_on, churned_on, traffic_source, external_id)
SELECT CASE WHEN n % 4 > 0 THEN 1 + n % 10 END, date '2024-01-01' + n % 915, CASE WHEN n % 3 = 0 THEN date '2024-01-05' + n % 915 + n % 40 END,
       CASE WHEN n % 9 = 0 THEN date '2024-03-05' + n % 915 + n % 400 END, CASE WHEN n % 4 = 0 OR n % 5 = 0 THEN lead_roi.traffic_source((ARRAY['google', 'bing', 'example.org'])[1 + n % 3], 'cpc') END,
       CASE WHEN n % 6 <> 1 THEN 'crm:' || n END
FROM generate_series(1, 3000) AS n;
INSERT INTO payment (lead_id, lead_external_id, paid_on, amount, currency, external_id)
SELECT CASE WHEN n % 20 <> 0 THEN 1 + n * 7 % 3000 END, CASE WHEN n % 20 = 0 THEN 'crm:' || n % 3000 + 1 END, date '2024-01-20' + n * 3 % 990,
       CASE WHEN n % 30 = 0 THEN -n * 0.05 ELSE n * 0.13 END, CASE WHEN n % 11 = 0 THEN 'GBP' WHEN n % 13 = 0 THEN 'USD' END, CASE WHEN n % 2 = 0 THEN 'pay:' || n END
FROM generate_series(1, 4000) AS n;
SELECT lead_roi.post_due_expenses('@ledger@');
SELECT count(*) FROM lead_roi.share_expense('@ledger@', 3, ARRAY[1, 2, 3]);
SELECT lead_roi.merge_lead_sources('@ledger@', 9, 10);
SQL

sub make_ledger
{
    my ($ledger, $database) = @_;
    $coordinator->safe_psql($database, "CREATE SCHEMA $ledger AUTHORIZATION crm");
    ask($coordinator, "SELECT lead_roi.create_ledger('$ledger', 'EUR', 'UTC'); SET search_path = $ledger, pg_catalog; " . $facts =~ s/\@ledger\@/$ledger/gr, $database);
    return;
}

$coordinator->safe_psql('postgres', 'CREATE EXTENSION lead_roi; CREATE ROLE crm LOGIN; GRANT crm TO postgres');
$coordinator->safe_psql('postgres', 'SET client_min_messages = error; CREATE DATABASE single');
$coordinator->safe_psql('single', 'CREATE EXTENSION lead_roi');
make_ledger('marketing', $_) for 'postgres', 'single';
$coordinator->safe_psql('postgres', "SELECT lead_roi.create_ledger('nobodys', time_zone => 'UTC')");

# What can't be distributed, and the way to do it.
my $distribute = "SELECT lead_roi.distribute_ledger('marketing')";
refuses($coordinator, $distribute, qr/55000: Citus is not installed.*CREATE EXTENSION citus/s, 'without Citus', 'single');
refuses($coordinator, $distribute, qr/55000: the coordinator is not among the nodes.*citus_set_coordinator_host/s, 'while the coordinator has no place for copies');
$coordinator->safe_psql('postgres', sprintf q{SELECT citus_set_coordinator_host('%s', %d)}, $coordinator->host, $coordinator->port);
$coordinator->safe_psql('postgres', sprintf q{SELECT citus_add_node('%s', %d)}, $_->host, $_->port) for @workers;
ask($coordinator, "SELECT lead_roi.keep_summaries('marketing', true)");
refuses($coordinator, $distribute, qr/55000: ledger marketing keeps summaries.*lead_roi\.keep_summaries\('marketing', false\)/s, 'while summaries are kept');
ask($coordinator, "SELECT lead_roi.keep_summaries('marketing', false)");
ask($coordinator, 'CREATE FUNCTION marketing.own() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$; CREATE TRIGGER own BEFORE INSERT ON marketing.lead FOR EACH ROW EXECUTE FUNCTION marketing.own()');
refuses($coordinator, $distribute, qr/55000: tables of ledger marketing have triggers of yours.*own on marketing\.lead/s, 'with triggers of the user\'s');
ask($coordinator, 'DROP FUNCTION marketing.own() CASCADE');
refuses($coordinator, $distribute, qr/55000: ledger marketing has payments without a lead.*There are 200.*lead_roi\.assign_payments\('marketing'\)/s, 'with payments that have no lead');
in_both("SELECT lead_roi.assign_payments('marketing')");
refuses($coordinator, $distribute, qr/There are \d+, and payments/, 'nor for those whose lead is not there');
in_both('DELETE FROM marketing.payment WHERE lead_id IS NULL');
$coordinator->safe_psql('postgres', 'CREATE SCHEMA reading AUTHORIZATION crm');
ask($coordinator, "CREATE TABLE reading.own_visit (lead_source_id bigint, visited_on date, visitors bigint); SELECT create_distributed_table('reading.own_visit', 'lead_source_id');
    SELECT lead_roi.create_ledger('reading', time_zone => 'UTC', visits => 'reading.own_visit')");
refuses($coordinator, "SELECT lead_roi.distribute_ledger('reading')", qr/0A000: ledger reading reads relations of yours/, 'a ledger that reads relations of the user\'s');
refuses($workers[0], 'SELECT * FROM reading.lead_source_total', qr/3F000|42P01/, 'a ledger whose books are the coordinator\'s alone is refused by workers');
refuses($coordinator, "RESET ROLE; SELECT lead_roi.distribute_ledger('nobodys')", qr/55000: ledger nobodys belongs to role pg_database_owner, which may not log in/, 'a ledger whose owner can\'t reach other nodes');
is($coordinator->safe_psql('postgres', "SELECT count(*) FROM citus_tables WHERE table_name::text LIKE 'marketing.%'"), '0', 'nothing is distributed so far');

# Distributed: where the tables are, and that all figures are the same.
ask($coordinator, $distribute);
is($coordinator->safe_psql('postgres', q{SELECT string_agg(concat_ws(' ', split_part(table_name::text, '.', 2), citus_table_type, nullif(distribution_column, '<none>')), ', ' ORDER BY table_name::text) FROM citus_tables WHERE table_name::text LIKE 'marketing.%'}),
    'amount_change reference, channel_rule reference, exchange_rate reference, expense reference, imported_visit reference, known_source reference, '
      . 'lead distributed lead_id, lead_source reference, lead_source_alias reference, payment distributed lead_id, posting reference, posting_failure reference, '
      . 'recurring_expense reference, visit distributed lead_source_id', 'books on all nodes, facts distributed');
is($coordinator->safe_psql('postgres', q{SELECT count(DISTINCT colocation_id) FROM citus_tables WHERE table_name::text IN ('marketing.lead', 'marketing.payment')}), '1', 'payments lie with their leads');
is($coordinator->safe_psql('postgres', q{SELECT sum(pg_relation_size(oid)) FROM pg_class WHERE relnamespace = 'marketing'::regnamespace AND relname IN ('lead', 'payment', 'visit', 'expense', 'posting')}), '0', 'no rows are left behind');
refuses($coordinator, $distribute, qr/55000: ledger marketing is already distributed/, 'a second time');
compare_views('distributed');

# What passes through the coordinator doesn't grow with the facts: many more of them fall into the same few sums, and a limit far
# below their size lets all views through but those that have a row for each fact; a sum over one kind of fact is made on the shards.
{
    my $more = q{INSERT INTO marketing.lead (lead_source_id, created_on, converted_on) SELECT 1 + n % 2, date '2026-03-01' + n % 28, date '2026-04-01' + n % 28 FROM generate_series(1, 40000) AS n;
        INSERT INTO marketing.payment (lead_id, paid_on, amount) SELECT lead_id, date '2026-05-01' + (lead_id % 28)::integer, 1 + lead_id % 100 FROM marketing.lead WHERE external_id IS NULL AND converted_on IS NOT NULL AND created_on >= '2026-03-01' AND lead_source_id < 3};
    my $limited = "SET citus.max_intermediate_result_size = '800kB'; ";
    my ($on_citus, $single) = in_both("$more; SELECT sum(amount), count(*) FROM marketing.payment_fact; SELECT count(*), count(converted_on) FROM marketing.lead_fact WHERE lead_source_id = 2");
    is($on_citus, $single, 'more facts: sums of them');
    my @refused = grep { refusal($coordinator, "${limited}SELECT count(*) FROM marketing.$_") =~ /max_intermediate_result_size/ }
      split /\n/, ask($coordinator, q{SELECT relname FROM pg_class WHERE relnamespace = 'marketing'::regnamespace AND relkind = 'v' AND relname <> 'worker_status' ORDER BY 1});
    is("@refused", 'activity', 'no view but the one that has them all needs a result that grows with the facts');
    is(ask($coordinator, "${limited}SELECT sum(amount), count(*) FROM marketing.payment_fact; SELECT count(*), count(converted_on) FROM marketing.lead_fact WHERE lead_source_id = 2"), $single, 'and sums of one kind of fact are made on the shards');
}

# What Citus does more than it has to makes reports slow, not wrong: views of facts are parts of the shards' queries, and the union of the
# months is a part of the query that adds them up.
{
    my $report = 'SELECT count(*) FROM marketing.lead_source_cohort_roi';
    my $plan = ask($coordinator, "EXPLAIN (COSTS OFF) $report");
    like($plan, qr/Seq Scan on lead_\d+/, 'shards read leads');
    unlike($plan, qr/Subquery Scan on (?:lead_fact|payment_amount|payment_fact)/, 'and compute no column that the report does not read');
    my ($status, $out, $log) = $coordinator->psql('postgres', "SET client_min_messages = debug1; $report");
    my @alone = grep { /generating subplan/ } split /\n/, $log;
    cmp_ok(scalar @alone, '>', 8, 'Citus runs subqueries by themselves');
    is(scalar(grep { /\bwon\b.*UNION ALL/ } @alone), 0, 'but no large union');

    my $lifetimes = ask($coordinator, 'EXPLAIN (COSTS OFF) SELECT * FROM marketing.lead_source_lifetime');
    is(scalar(() = $lifetimes =~ /Scan.* on lead_\d+/g), 1, 'lifetimes read leads once, and payments without them');
}

# Today is that of the node that is asked, and no shard is asked for it.
{
    my ($status, $out, $log) = $coordinator->psql('postgres', 'SET client_min_messages = log; SET citus.log_remote_commands = on; SELECT count(*) FROM marketing.reconciliation; SELECT count(*) FROM marketing.lead_source_survival');
    my @asked = grep { /issuing SELECT/ } split /\n/, $log;
    cmp_ok(scalar @asked, '>', 8, 'shards are asked');
    is(scalar(grep { /ledger_today\(/ } @asked), 0, 'and never for the day');
}

# What changes a ledger: on the coordinator, with the same result.
my %called = (
    'posting' => "SELECT lead_roi.post_due_expenses('marketing')", 'posting in batches' => "CALL lead_roi.post_due_expenses_in_batches('marketing')",
    'unposting' => "SELECT lead_roi.unpost_expenses('marketing')", 'merging' => "SELECT lead_roi.merge_lead_sources('marketing', 5, 6)",
    'sharing' => "SELECT lead_roi.share_expense('marketing', 7, ARRAY[1, 2])", 'upgrading' => "SELECT lead_roi.upgrade_ledger('marketing')",
    'distributing' => $distribute);
refuses($workers[0], $called{$_}, qr/55000: ledger "marketing" cannot be changed by a function on a worker node of Citus.*coordinator/s, "$_ on a worker node") for sort keys %called;

# A key that a refused INSERT has taken is none of the ledger's, nor is when a row was entered.
my @books = ('(SELECT lead_source_id, name, merged_into FROM marketing.lead_source)', q{(SELECT to_jsonb(payment) - 'payment_id' FROM marketing.payment)},
    map { "marketing.$_" } qw(recurring_expense amount_change expense lead visit));
my $of_posting = 'SELECT recurring_expense_id, bill_month, bill_on, amount, currency FROM marketing.posting ORDER BY 1, 2';
sub same_books
{
    my ($name) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    same_in_both($of_posting, "$name: postings");
    my @differ = grep { my ($on_citus, $single) = in_both(rows_of($_)); $on_citus ne $single } @books;
    return is("@differ", '', "$name: all other tables");
}

$today = '2026-09-15';
same_in_both($called{posting}, 'as many are posted');
$today = '2026-10-15';
in_both($called{'posting in batches'});
same_books('posted');
is(expansion_differences($coordinator, 'postgres', $today), '', 'every due month once, none else');
for my $statement ('UPDATE marketing.posting SET amount = 1', 'TRUNCATE marketing.posting CASCADE', 'DELETE FROM marketing.posting WHERE bill_on > \'2026-10-01\'')
{
    refuses($coordinator, $statement, qr/55000: postings are insert-only|23503/, "insert-only: $statement");
}
refuses($coordinator, "BEGIN; DELETE FROM marketing.expense WHERE recurring_expense_id = 7; DELETE FROM marketing.posting WHERE recurring_expense_id = 7", qr/55000: postings are insert-only/, 'insert-only where no foreign key keeps it');
refuses($coordinator, 'INSERT INTO marketing.payment (lead_id, paid_on, amount) VALUES (999999, \'2026-01-01\', 1)', qr/23503/, 'foreign keys are kept on the shards');
refuses($coordinator, 'INSERT INTO marketing.payment (paid_on, amount) VALUES (\'2026-01-01\', 1)', qr/23502|22004/, 'a payment without a lead is refused');
refuses($coordinator, 'DELETE FROM marketing.lead_source WHERE lead_source_id = 3', qr/23503: lead source 3 is in use/, 'a lead source in use stays');
in_both('DELETE FROM marketing.expense WHERE recurring_expense_id = 7 AND bill_month = \'2026-01-01\'');
same_in_both('SELECT recurring_expense_id, bill_month, removed_by FROM marketing.expense_removal', 'what is deleted by hand is noted, once');
$today = '2026-09-15';
same_in_both("SELECT recurring_expense_id, bill_on, amount, removed, reason FROM lead_roi.unpost_expenses('marketing')", 'unposting');
same_in_both($called{posting}, 'nothing is due again before its day');
$today = '2026-10-15';
same_in_both($called{posting}, 'and then as much');
in_both("SELECT lead_roi.merge_lead_sources('marketing', 5, 6); SELECT lead_roi.merge_lead_sources('marketing', 1, 2); SELECT lead_roi.unmerge_lead_source('marketing', 1)");
in_both("SELECT lead_roi.share_expense('marketing', 7, ARRAY[1, 2]); SELECT lead_roi.unshare_expense('marketing', 3); SELECT lead_roi.settle_expense('marketing', (SELECT min(expense_id) FROM marketing.expense WHERE recurring_expense_id IS NOT NULL), 11)");
in_both("UPDATE marketing.recurring_expense SET amount = amount + 1, starts_on = starts_on - 31 WHERE recurring_expense_id = 2; $called{posting}");
in_both("UPDATE marketing.lead SET converted_on = '2026-06-01' WHERE external_id = 'crm:4'; INSERT INTO marketing.payment (lead_id, paid_on, amount, external_id) VALUES (3, '2026-06-02', 12.34, 'pay:new')");
same_books('changed');
same_in_both("SELECT lead_roi.assign_payments('marketing')", 'no payment waits for a lead');
refuses($coordinator, "SELECT lead_roi.keep_summaries('marketing', true)", qr/0A000: ledger marketing can't keep summaries.*distributed by Citus/s, 'no summaries are kept');
refuses($coordinator, "SELECT $_", qr/0A000: ledger marketing is distributed and cannot load files.*docs\/scaling\.md/s, "$_ is refused with the way to do it")
  for q{lead_roi.import_file('marketing', 'Campaign,Day,Cost')}, q{lead_roi.preview_file('marketing', 'Campaign,Day,Cost')}, q{lead_roi.undo_import('marketing', 1)};
in_both("SELECT lead_roi.alter_ledger('marketing', exchange_rate_days => 3650)");     # upgrades it, too
compare_views('changed');

# A dump is whole, and is an ordinary ledger where there is no Citus.
my $dump = $coordinator->basedir . '/marketing.sql';
$coordinator->command_ok([ 'pg_dump', '--schema', 'marketing', '--file', $dump, $coordinator->connstr('postgres') ], 'dumped');
$coordinator->safe_psql('postgres', 'SET client_min_messages = error; CREATE DATABASE copy');
$coordinator->safe_psql('copy', 'CREATE EXTENSION lead_roi');
$coordinator->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $coordinator->connstr('copy'), '-f', $dump ], 'restored without Citus');
for my $upgraded (0, 1)
{
    ask($coordinator, "SELECT lead_roi.upgrade_ledger('marketing')", 'copy') if $upgraded;
    my @differ = grep { ask($coordinator, rows_of("marketing.$_"), 'copy') ne ask($coordinator, rows_of("marketing.$_"), 'single') } qw(lead_source_roi lead_source_lifetime lead_source_cohort_curve reconciliation);
    is("@differ", '', 'restored' . ($upgraded ? ' and upgraded' : '') . ': the same figures');
}

is(ask($coordinator, $of_posting, 'copy'), ask($coordinator, $of_posting, 'single'), 'and the same postings');

# The examples of docs/scaling.md: files by a ledger beside it, and monthly sums that one shard answers.
my %example = slurp_file('docs/scaling.md') =~ /<!-- citus: (\w+) -->\n```sql\n(.*?)```/gs;
$coordinator->safe_psql('postgres', 'CREATE SCHEMA intake AUTHORIZATION crm');
ask($coordinator, "SELECT lead_roi.create_ledger('intake', 'EUR', 'UTC')");
my $contacts = "Record ID,Email,Original Source,Create Date,Became a Customer Date,Last Modified Date\n101,ann\@example.com,PAID_SEARCH,2024-01-04 09:10,2024-01-20 00:00,2024-02-01 10:00\n102,bob\@example.com,Referral,2024-01-05 23:40,,2024-02-01 10:00\n";
my $deals = "Record ID,Deal Name,Deal Stage,Close Date,Amount,Associated Contact IDs\n9001,Ash,Closed won,2024-01-20 00:00,100.00,101;102\n9002,Elm,Closed won,2024-01-21 00:00,7.00,103\n";
my $clicks = "Campaign,Currency code,Day,Cost\nBrand,EUR,2024-01-02,10.50\nTools,EUR,2024-01-02,30.00\n";
sub import_into
{
    my ($ledger, $database, @files) = @_;
    ask($coordinator, "SELECT lead_roi.import_file('$ledger', convert_to('$_', 'UTF8'), NULL, '{\"create_sources\": true}')", $database) for @files;
    return;
}
for my $round (1, 2)
{
    # The second time the files are corrected: Bob is a customer, 103 is there, and Brand was dearer.
    my @files = ($contacts, $deals, $clicks);
    if ($round == 2)
    {
        $files[0] =~ s/23:40,,/23:40,2024-01-20 00:00,/;
        $files[0] .= "103,cid\@example.com,Referral,2024-01-06 11:00,2024-01-21 00:00,2024-02-02 10:00\n";
        $files[2] =~ s/10\.50/11.50/;
    }
    ask($coordinator, $example{intake});
    import_into('intake', 'postgres', @files);
    ask($coordinator, $example{move});
    import_into('marketing', 'single', @files);
    ask($coordinator, "SELECT lead_roi.assign_payments('marketing')", 'single');
    my $loaded = q{SELECT external_id, amount, (SELECT name FROM marketing.lead_source WHERE lead_source.lead_source_id = expense.lead_source_id) FROM marketing.expense WHERE external_id LIKE 'google%' ORDER BY 1};
    my $of_leads = q{SELECT lead.external_id, created_on, converted_on, traffic_source::text, payment.external_id, amount FROM marketing.lead JOIN marketing.payment USING (lead_id) WHERE lead.external_id LIKE 'hubspot%' ORDER BY 1, 5};
    same_in_both($loaded, "files moved, round $round: expenses");
    same_in_both($of_leads, "files moved, round $round: leads and payments");
    is(ask($coordinator, 'SELECT string_agg(external_id, \',\') FROM intake.payment'), $round == 1 ? 'hubspot:9002' : '', 'a payment waits for its lead, no longer');
}

ask($coordinator, $example{months});
ask($coordinator, q{DO $$ DECLARE first date; BEGIN FOR first IN SELECT generate_series('2024-01-01'::timestamp, '2026-10-01', '1 month') LOOP CALL marketing.sum_month(first, (first + interval '1 month - 1 day')::date); END LOOP; END $$});
my $figures = 'month, expense, revenue, visitors, leads, customers';
my $kept = 'SELECT month, lead_roi.expense(summary), lead_roi.revenue(summary), lead_roi.visitors(summary), lead_roi.leads(summary), lead_roi.customers(summary) FROM marketing.source_month WHERE lead_source_id = 7 ORDER BY month';
is(ask($coordinator, $kept), ask($coordinator, "SELECT $figures FROM marketing.lead_source_monthly_total WHERE lead_source_id = 7 AND month < '2026-11-01' ORDER BY month"), 'months kept by lead source are the report\'s');
like(ask($coordinator, "EXPLAIN (COSTS OFF) $kept"), qr/Task Count: 1\b/, 'and one shard is asked for them');

# A ledger for each client, placed whole: on two nodes, each with its own figures. Its node is asked for all of a query, and
# so for today.
configure($_, 'lead_roi.testing_today' => $today) for $coordinator, @workers;
for my $client ('client_a', 'client_b')
{
    make_ledger($client, $_) for 'postgres', 'single';
    ask($coordinator, "DELETE FROM $client.lead_source_alias WHERE valid_from = '2025-06-01'; UPDATE $client.lead SET traffic_source = NULL WHERE lead_id > 2000", $_) for $client eq 'client_b' ? ('postgres', 'single') : ();
    ask($coordinator, "SET citus.enable_unsafe_triggers = on; SELECT citus_schema_distribute('$client')");
}
is($coordinator->safe_psql('postgres', q{SELECT count(DISTINCT nodeport) FROM citus_shards WHERE table_name::text IN ('client_a.lead', 'client_b.lead')}), '2', 'two clients are on two nodes');
for my $client ('client_a', 'client_b')
{
    my @differ = grep { my ($on_citus, $single) = in_both(rows_of("$client.$_")); $on_citus ne $single }
      qw(lead_source_roi lead_source_monthly_roi lead_source_cohort_curve lead_source_lifetime lead_source_survival channel_roi payment_fact reconciliation);
    is("@differ", '', "$client: figures as without Citus");
    like(ask($coordinator, "EXPLAIN (COSTS OFF) SELECT * FROM $client.lead_source_roi"), qr/Task Count: 1\b/, "$client: computed on its node");
    same_in_both("SELECT lead_roi.post_due_expenses('$client')", "$client: as many are posted");
    same_in_both($of_posting =~ s/marketing/$client/r, "$client: the same postings");
    refuses($coordinator, "DELETE FROM $client.posting", qr/55000: postings are insert-only|23503/, "$client: insert-only");
    refuses($coordinator, "SELECT lead_roi.keep_summaries('$client', true)", qr/0A000/, "$client: no summaries are kept");
}
isnt(ask($coordinator, rows_of('client_a.lead_source_roi')), ask($coordinator, rows_of('client_b.lead_source_roi')), 'and the clients differ');

# The worker posts on the coordinator, and leaves it alone elsewhere.
$today = '2026-11-20';     # within the two months that the worker takes for granted
configure($_, 'lead_roi.testing_today' => $today) for $coordinator, @workers;
configure($_, 'lead_roi.databases' => 'postgres') for @workers, $coordinator;
ok(wait_all_posted($coordinator, 'postgres', $today), 'the worker posts');
ask($coordinator, $called{posting}, 'copy');
is(ask($coordinator, $of_posting), ask($coordinator, $of_posting, 'copy'), 'and what is posted by hand without Citus');
# What the coordinator has sent, such as the refused statements above, is no biller's.
unlike(PostgreSQL::Test::Utils::slurp_file($workers[0]->logfile), qr/^(?!.*citus_internal).*ERROR.*(expense_pkey|posting)/m, 'no biller of a worker node tried');
configure($_, 'lead_roi.databases' => '') for @workers, $coordinator;

$_->stop for $coordinator, @workers;
done_testing();
