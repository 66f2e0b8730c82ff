# The roles of docs/security.md, made by its own statements: what each can do and what it can't; an
# agency's tenants, kept apart by row security; and the worker, which row security must not blind.
use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Utils;
use Test::More;

use LeadRoi qw(new_node worker_settings configure waits_for_reason);

my $today = '2024-06-30';
my $node = new_node('security', worker_settings($today, 'none'), 'jit = off');
$node->safe_psql('postgres', q{CREATE DATABASE agency});

# The SQL of a page, from a heading on, where one is given.
sub statements_of
{
    my ($page, $heading) = @_;
    my $text = slurp_file($page);
    $text =~ s/.*?^## \Q$heading\E\n(.*?)(?=^## |\z).*/$1/ms if $heading;
    return $text =~ /^```sql\n(.*?)^```$/msg;
}

# The page on operation makes the poster, the page on security the others and two tenants with data.
my ($poster) = grep { /CREATE ROLE lead_roi_poster/ } statements_of('docs/operations.md', 'Security');
$node->safe_psql('agency', "CREATE EXTENSION lead_roi;\n$poster");
$node->safe_psql('agency', $_) for statements_of('docs/security.md');
configure($node, 'lead_roi.worker_role' => undef);

$node->safe_psql('agency', <<'SQL');
CREATE ROLE anna LOGIN IN ROLE lead_roi_reader;
CREATE ROLE ben LOGIN IN ROLE lead_roi_bookkeeper;
CREATE ROLE ada LOGIN IN ROLE lead_roi_administrator;
CREATE ROLE newcomer LOGIN IN ROLE lead_roi_tenant;
CREATE ROLE nobody LOGIN;
SET search_path = lead_roi;
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on, cost_type)
VALUES (1, 'Acme fee', 100, '2024-01-31', 'agency'), (3, 'Bolt fee', 70, '2024-02-15', 'media'),
       (2, 'Acme deal', 55, '2024-01-01', 'media'), (3, 'Bolt deal', 5, '2024-04-01', 'media'), (1, 'Acme refused', 1, '2024-05-05', 'media');
INSERT INTO amount_change VALUES (1, '2024-03-01', 120), (2, '2024-04-01', 60);
ALTER TABLE expense ADD CONSTRAINT "Bolt's secret" CHECK (title <> 'Bolt deal'), ADD CONSTRAINT refused CHECK (title <> 'Acme refused');
CALL post_due_expenses_in_batches('2024-05-31');
-- An agreement that is gone, a bill that was edited, one that was deleted; facts of nobody.
DELETE FROM recurring_expense WHERE title = 'Acme deal';
UPDATE expense SET amount = amount + 7 WHERE bill_month = '2024-04-01';
DELETE FROM expense WHERE bill_month = '2024-03-01' AND title <> 'Acme deal';
INSERT INTO visit VALUES (1, '2024-01-10', 300), (3, '2024-01-15', 900);
INSERT INTO lead (lead_source_id, created_on, converted_on, churned_on)
VALUES (NULL, '2024-01-01', '2024-01-02', NULL), (1, '2023-01-05', '2023-01-10', '2023-06-01'), (1, '2023-01-06', '2023-01-11', NULL),
       (3, '2023-01-06', '2023-01-11', '2024-01-01'), (3, '2024-03-01', NULL, NULL);
INSERT INTO payment (lead_id, paid_on, amount) VALUES (NULL, '2024-01-01', 999), (5, '2024-01-02', 888), (6, '2023-02-01', 10), (9, '2024-03-02', 20);
ANALYZE;
SQL

# What a statement of somebody's gives: its rows, or the SQLSTATE of its error. Nothing stays of it.
sub attempt
{
    my ($user, $statement, $database) = @_;
    my ($output, $errors) = ('', '');
    my $script = "\\set VERBOSITY sqlstate\nBEGIN;\n$statement;\nROLLBACK;\n";
    $script =~ s/BEGIN;\n|ROLLBACK;\n//g if $statement =~ /^(CALL|ALTER SYSTEM)/;
    IPC::Run::run([ 'psql', '-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr($database // 'agency') . " user=$user" ],
        '<', \$script, '>', \$output, '2>', \$errors);
    return $1 if $errors =~ /ERROR:  (\w{5})$/m;
    chomp $output;
    return $output;
}

# Test what somebody's statements give.
sub attempts_give
{
    my ($user, @pairs) = @_;
    while (my ($statement, $expected) = splice @pairs, 0, 2)
    {
        is(attempt($user, $statement), $expected, "$user: " . $statement =~ s/\s+/ /gr);
    }
    return;
}

my @views = split /\n/, $node->safe_psql('agency', <<'SQL');
SELECT relname FROM pg_depend JOIN pg_class ON pg_class.oid = objid
WHERE classid = 'pg_class'::regclass AND refclassid = 'pg_extension'::regclass AND deptype = 'e' AND relkind IN ('v', 'm')
ORDER BY 1
SQL
my @tables = split /\n/, $node->safe_psql('agency', q{
SELECT relname FROM pg_class WHERE relnamespace = 'lead_roi'::regnamespace AND relkind = 'r' ORDER BY 1});
my $writing = q{SELECT coalesce(string_agg(proname, ',' ORDER BY proname), 'none') FROM pg_proc
    WHERE pronamespace = 'lead_roi'::regnamespace AND provolatile = 'v' AND prorettype <> 'trigger'::regtype AND has_function_privilege(oid, 'EXECUTE')};

#
# The reader reads every report, and nothing else.
#
my %not_reports = map { $_ => 1 } qw(agreement worker_status);
for my $view (@views)
{
    my $rows = $node->safe_psql('agency', "SELECT count(*) FROM lead_roi.$view");
    is(attempt('anna', "SELECT count(*) FROM (SELECT * FROM lead_roi.$view OFFSET 0) AS v"), $not_reports{$view} ? '42501' : $rows, "anna: reads $view");
    cmp_ok($rows, '>', 0, "there is something in $view");
    is(attempt('nobody', "SELECT FROM lead_roi.$view"), '42501', "nobody doesn't read $view");
}
is(join(',', grep { attempt('anna', "SELECT FROM lead_roi.$_") ne '42501' } @tables), '', 'anna: reads no table');
attempts_give('anna',
    $writing => 'none',
    'UPDATE lead_roi.lead_source_total SET expense = 0' => '55000',
    'INSERT INTO lead_roi.expense (lead_source_id, amount, title) VALUES (1, 1, $$x$$)' => '42501',
    'SELECT bookkeeping.post_due_expenses()' => '42501',
    'CALL lead_roi.post_due_expenses_in_batches()' => '42501');

#
# The bookkeeper keeps the books, and has no hand in postings.
#
attempts_give('ben',
    'SELECT count(*) FROM lead_roi.lead_source_roi' => 4,
    'INSERT INTO lead_roi.lead_source (name) VALUES ($$New$$) RETURNING active' => 't',
    'UPDATE lead_roi.lead_source SET vendor = $$Somebody$$ WHERE lead_source_id = 1 RETURNING name' => 'Acme banners',
    'INSERT INTO lead_roi.expense (lead_source_id, amount, title) VALUES (1, -5, $$Credit$$) RETURNING incurred_on' => $today,
    'UPDATE lead_roi.expense SET amount = 101 WHERE recurring_expense_id = 1 AND bill_month = $$2024-02-01$$ RETURNING title' => 'Acme fee',
    'DELETE FROM lead_roi.expense WHERE title = $$Stand$$ RETURNING amount' => 4000,
    'INSERT INTO lead_roi.recurring_expense (lead_source_id, title, amount, starts_on) VALUES (1, $$New$$, 10, $$2024-06-15$$) RETURNING next_bill_on' => '2024-06-15',
    'UPDATE lead_roi.recurring_expense SET starts_on = $$2023-12-31$$ WHERE title = $$Acme fee$$ RETURNING next_bill_on' => '2023-12-31',
    'INSERT INTO lead_roi.amount_change VALUES (1, $$2024-09-01$$, 130) RETURNING amount' => 130,
    'DELETE FROM lead_roi.recurring_expense WHERE title LIKE $$Acme fee$$ RETURNING title' => 'Acme fee',
    'SELECT count(*) FROM lead_roi.posting WHERE recurring_expense_id = 1' => 5,
    # Four bills of June are due; two more wait, whose expense is refused.
    'DELETE FROM lead_roi.recurring_expense WHERE title IN ($$Bolt deal$$, $$Acme refused$$); SELECT bookkeeping.post_due_expenses()' => 2,
    'INSERT INTO lead_roi.posting VALUES (1, $$2024-06-01$$, $$2024-06-30$$, 1)' => '42501',
    'UPDATE lead_roi.posting SET amount = 1' => '42501',
    'DELETE FROM lead_roi.posting' => '42501',
    'TRUNCATE lead_roi.posting' => '42501',
    'UPDATE lead_roi.recurring_expense SET posted_through = NULL' => '42501',
    'SELECT lead_roi.post_due_expenses()' => '42501',
    $writing => 'none',
    'INSERT INTO lead_roi.lead (created_on) VALUES ($$2024-01-01$$)' => '42501',
    'SELECT FROM lead_roi.worker_run' => '42501',
    'ALTER SYSTEM SET lead_roi.naptime = 60' => '42501',
    'CREATE TRIGGER planted BEFORE INSERT ON lead_roi.expense FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()' => '42501',
    'CREATE TABLE lead_roi.planted ()' => '42501',
    'SET ROLE lead_roi_poster' => '42501');

#
# The administrator does everything else that needs no superuser.
#
attempts_give('ada',
    'INSERT INTO lead_roi.expense (lead_source_id, amount, title) VALUES (1, 1, $$x$$) RETURNING amount' => 1,
    'INSERT INTO lead_roi.lead (lead_source_id, created_on) VALUES (1, $$2024-01-01$$) RETURNING converted_on IS NULL' => 't',
    'INSERT INTO lead_roi.visit VALUES (1, $$2024-06-01$$, 5) RETURNING visitors' => 5,
    'DELETE FROM lead_roi.payment WHERE amount = 999 RETURNING amount' => 999,
    'SELECT count(*) FROM lead_roi.worker_run' => 1,
    'SELECT configured FROM lead_roi.worker_status' => 'f',
    'SELECT count(*) FROM lead_roi.agreement' => 4,
    'DELETE FROM lead_roi.posting_failure RETURNING sqlstate' => "23514\n23514",
    'SELECT count(*) FROM lead_roi.create_report_views($$pg_temp$$, $$lead_roi.lead$$, $$lead_roi.payment$$)' => '3F000',
    "CALL lead_roi.post_due_expenses_in_batches('2024-05-31')" => '',
    'ALTER SYSTEM SET lead_roi.naptime = 2' => '',
    'ALTER SYSTEM SET lead_roi.databases = none' => '',
    'SELECT pg_reload_conf()' => 't',
    'ALTER SYSTEM SET lead_roi.worker_role = postgres' => '42501',
    'UPDATE lead_roi.posting SET amount = 1' => '42501',
    'DROP EXTENSION lead_roi' => '42501',
    'ALTER TABLE lead_roi.expense DISABLE ROW LEVEL SECURITY' => '42501');

#
# Tenants. What they see in each copied view is what the view says in a database that has nothing
# else than theirs, read without row security.
#
my @copies = split /\n/, $node->safe_psql('agency', q{SELECT relname FROM pg_class WHERE relnamespace = 'tenant_reports'::regnamespace ORDER BY 1});
is(join(',', grep { my $view = $_; !grep { $_ eq $view } @copies } @views), 'worker_status', 'every view has a copy but the one about the server');

# The rows of a view, sorted.
sub rows_of
{
    my ($view) = @_;
    return "SELECT coalesce(string_agg(v::text, E'\\n' ORDER BY v::text), 'none') FROM $view AS v";
}

my %sources = (acme => '1, 2', bolt => '3', newcomer => '-1');
for my $tenant (sort keys %sources)
{
    $node->safe_psql('postgres', "CREATE DATABASE only_$tenant TEMPLATE agency STRATEGY file_copy");
    $node->safe_psql("only_$tenant", <<SQL);
SET search_path = lead_roi;
ALTER TABLE posting DISABLE TRIGGER USER;
DELETE FROM payment WHERE coalesce((SELECT lead_source_id FROM lead WHERE lead.lead_id = payment.lead_id), 0) NOT IN ($sources{$tenant});
DELETE FROM lead WHERE coalesce(lead_source_id, 0) NOT IN ($sources{$tenant});
DELETE FROM visit WHERE lead_source_id NOT IN ($sources{$tenant});
DELETE FROM expense WHERE lead_source_id NOT IN ($sources{$tenant});
DELETE FROM recurring_expense WHERE lead_source_id NOT IN ($sources{$tenant});
-- 1, 3 and 5 are Acme's agreements, 3 a deleted one; 2 and 4 Bolt's.
DELETE FROM posting WHERE CASE WHEN recurring_expense_id IN (1, 3, 5) THEN 1 ELSE 3 END NOT IN ($sources{$tenant});
DELETE FROM lead_source WHERE lead_source_id NOT IN ($sources{$tenant});
SQL
    my $foreign = $tenant eq 'acme' ? 'bolt' : 'acme';
    for my $view (@copies)
    {
        my $alone = grep({ $_ eq $view } @views) ? "lead_roi.$view" : "tenant_reports.$view";
        my $seen = attempt($tenant, rows_of("tenant_reports.$view"));
        is($seen, $node->safe_psql("only_$tenant", rows_of($alone)), "$tenant: $view is as if there were nobody else");
        unlike($seen, qr/$foreign/i, "$tenant: $view names nothing of another tenant");
        is($seen eq 'none', $tenant eq 'newcomer', "$tenant: something is in $view") unless $view eq 'reconciliation' || $view eq 'overdue_expense';
    }
}
is($node->safe_psql('agency', q{SELECT sum(amount) FROM lead_roi.expense}),
    attempt('acme', 'SELECT sum(expense) FROM tenant_reports.lead_source_roi') + attempt('bolt', 'SELECT sum(expense) FROM tenant_reports.lead_source_roi'),
    'the expense of all tenants is the ledger\'s');

# A condition of a tenant's own, as cheap as can be, is told the names of other lead sources nowhere.
my $peeping = q{CREATE FUNCTION pg_temp.peep(text) RETURNS boolean COST 0.0000001 LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION USING ERRCODE = 'PEEP1'; END $$;
    SELECT FROM %s WHERE CASE WHEN %s LIKE 'Bolt%%' THEN pg_temp.peep(%2$s) ELSE true END};
for my $place ([ 'tenant_reports.lead_source_roi', 'lead_source' ], [ 'lead_roi.lead_source', 'name' ],
    [ 'tenant_reports.overdue_expense', 'title' ], [ 'lead_roi.posting_failure', 'message' ])
{
    my $statement = sprintf $peeping, @$place;
    unlike(attempt('acme', $statement), qr/PEEP1/, "acme: peeps at nothing in $place->[0]");
    # Bolt's failure says "Bolt's secret" in the middle of its message.
    is(attempt('bolt', $statement), 'PEEP1', "bolt: would be seen in $place->[0]") unless $place->[1] eq 'message';
}

attempts_give('acme',
    'SELECT count(*) FROM lead_roi.lead_source' => 2,
    'SELECT DISTINCT recurring_expense_id FROM lead_roi.posting ORDER BY 1' => "1\n3",
    'SELECT count(*) FROM lead_roi.lead_source WHERE name = $$Bolt radio$$' => 0,
    'SELECT count(*) FROM pg_stats WHERE schemaname IN ($$lead_roi$$, $$agency$$)' => 0,
    'SET row_security = off; SELECT FROM lead_roi.lead_source' => '42501',
    'SELECT FROM agency.tenant_lead_source' => '42501',
    'SELECT count(*) FROM agency.own_lead_source' => 2,
    'UPDATE agency.own_lead_source SET lead_source_id = 3' => '42501',
    'INSERT INTO lead_roi.lead_source (name) VALUES ($$Bolt radio$$)' => '42501',
    'DELETE FROM lead_roi.lead_source' => '42501',
    'DELETE FROM tenant_reports.lead' => '42501',
    'SET ROLE bolt' => '42501',
    'SELECT FROM lead_roi.worker_run' => '42501',
    $writing => 'none');
is(join(',', grep { attempt('acme', "SELECT FROM lead_roi.$_") ne '42501' } @views), '', 'acme: reads no view of the extension\'s own');
attempts_give('newcomer', 'SELECT count(*) FROM lead_roi.lead' => 0, 'SELECT count(*) FROM agency.own_lead_source' => 0);

# A dump has the grants and not the policies: the page's check tells, and its function mends it.
my ($check) = grep { /not guarded/ } statements_of('docs/security.md');
is($node->safe_psql('agency', $check), '', 'nothing that tenants read is unguarded');
my $dump = $node->basedir . '/agency.sql';
command_ok([ 'pg_dump', '-d', $node->connstr('agency'), '-f', $dump ], 'dumped');
$node->safe_psql('postgres', q{CREATE DATABASE restored});
command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('restored'), '-o', '/dev/null', '-f', $dump ], 'restored');
is(scalar(() = $node->safe_psql('restored', $check) =~ /^lead_roi\./mg), 9, 'after a restore nine tables are unguarded');
$node->safe_psql('restored', 'SELECT agency.guard()');
is($node->safe_psql('restored', $check), '', 'and then guarded');
is(attempt('acme', rows_of("tenant_reports.$_"), 'restored'), attempt('acme', rows_of("tenant_reports.$_")), "$_ after a restore")
  for qw(lead_source_roi expense_variance reconciliation);

#
# Row security and posting: the worker leaves nothing out in silence; callers post what they see.
#
$node->safe_psql('agency', q{ALTER TABLE lead_roi.expense DROP CONSTRAINT "Bolt's secret", DROP CONSTRAINT refused; DELETE FROM lead_roi.posting_failure;
    ALTER ROLE lead_roi_poster NOBYPASSRLS});
is(attempt('ada', 'SET ROLE lead_roi_poster; SELECT lead_roi.post_due_expenses()'), 0, 'a role without a policy sees nothing to post');
$node->safe_psql('agency', 'SET ROLE lead_roi_poster; CALL lead_roi.post_due_expenses_in_batches()');
is($node->safe_psql('agency', 'SELECT count(*) FROM lead_roi.overdue_expense'), 7, 'in batches neither');
$node->safe_psql('postgres', 'ALTER SYSTEM RESET ALL');
configure($node, 'lead_roi.databases' => 'agency', 'lead_roi.naptime' => '1s', 'lead_roi.worker_role' => 'lead_roi_poster');
waits_for_reason($node, 'agency', 'row-level security', 'the worker says that row security is in its way');
is($node->safe_psql('agency', 'SELECT count(*) FROM lead_roi.overdue_expense'), 7, 'and has posted nothing');
$node->safe_psql('agency', 'ALTER ROLE lead_roi_poster BYPASSRLS; SELECT pg_reload_conf()');
ok($node->poll_query_until('agency', 'SELECT count(*) = 0 FROM lead_roi.overdue_expense'), 'with BYPASSRLS it posts');

$node->stop;
done_testing();
