# The roles of docs/security.md, made by its own statements: what each can do and what it can't; who
# reads a view needs no other right; tenants, each with a ledger.
use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Utils;
use Test::More;

use LeadRoi qw(worker_settings configure);
use Hostile qw(start_node attempt attempts_give $rows);

my $today = '2024-06-30';
my $node = start_node('security', worker_settings($today, 'none'));
$node->safe_psql('postgres', 'CREATE DATABASE agency');
my @statements = slurp_file('docs/security.md') =~ /^```sql\n(.*?)^```$/msg;
$node->safe_psql('agency', $_) for @statements;

# People get the roles of the page. Eve has none of them.
$node->safe_psql('agency', <<'SQL');
CREATE ROLE lead_roi_test_reader LOGIN IN ROLE marketing_reader;
CREATE ROLE lead_roi_test_bookkeeper LOGIN IN ROLE marketing_bookkeeper;
CREATE ROLE lead_roi_test_shop LOGIN IN ROLE marketing_shop;
CREATE ROLE lead_roi_test_owner LOGIN IN ROLE marketing_owner;
CREATE ROLE lead_roi_test_administrator LOGIN IN ROLE lead_roi_administrator;
CREATE ROLE lead_roi_test_acme LOGIN IN ROLE acme;
CREATE ROLE lead_roi_test_bolt LOGIN IN ROLE bolt;
CREATE ROLE lead_roi_test_staff LOGIN IN ROLE acme, bolt;
SET ROLE marketing_owner;
SET search_path = marketing;
INSERT INTO lead_source (name, category) VALUES ('Agency', 'Paid'), ('Stand', 'Trade show'), ('Agency of old', 'Paid');
SELECT lead_roi.merge_lead_sources('marketing', 3, 1);
INSERT INTO lead_source_alias (pattern, lead_source_id) VALUES ('agency / cpc', 1);
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on, cost_type)
VALUES (1, 'fee', 100, '2024-01-31', 'agency'), (2, 'refused', 1, '2024-05-05', 'media'), (2, 'ahead', 70, '2024-07-15', 'media');
INSERT INTO amount_change VALUES (1, '2024-03-01', 120);
ALTER TABLE expense ADD CONSTRAINT refused CHECK (title <> 'refused');
CALL lead_roi.post_due_expenses_in_batches('marketing', '2024-05-31');
UPDATE expense SET amount = amount + 7 WHERE bill_month = '2024-04-01';
DELETE FROM expense WHERE bill_month = '2024-03-01';
INSERT INTO expense (lead_source_id, incurred_on, amount, title) VALUES (2, '2024-01-10', 4000, 'Stand'), (2, '2024-08-01', 50, 'Deposit'), (1, '2023-01-15', 50, 'Media');
INSERT INTO expense (lead_source_id, incurred_on, amount, currency, title) VALUES (NULL, '2024-01-11', 3, 'CHF', 'Twice'), (NULL, '2024-01-11', 3, 'CHF', 'Twice');
INSERT INTO visit VALUES (1, '2024-01-10', 300), (2, '2024-07-10', 300);
INSERT INTO lead (lead_source_id, created_on, converted_on, churned_on)
VALUES (NULL, '2024-01-01', '2024-01-02', NULL), (1, '2023-01-05', '2023-01-10', '2023-06-01'), (1, '2023-01-06', '2023-01-11', NULL), (2, '2024-02-02', '2024-02-01', NULL);
INSERT INTO lead (traffic_source, created_on) VALUES ('agency / email', '2024-01-01');
INSERT INTO payment (lead_id, paid_on, amount) VALUES (NULL, '2024-01-01', 999), (2, '2023-02-01', 10), (3, '2023-01-01', 4);
INSERT INTO payment (lead_external_id, paid_on, amount) VALUES ('gone', '2024-06-03', 2);
SQL

# The views and tables of a ledger, and what a view has: its rows, sorted.
sub relations
{
    my ($ledger, $kind) = @_;
    return split /\n/, $node->safe_psql('agency', "SELECT relname FROM pg_class WHERE relnamespace = '$ledger'::regnamespace AND relkind = '$kind' ORDER BY 1");
}

sub rows_of
{
    my ($view) = @_;
    return "SELECT count(*), md5(string_agg(v::text, E'\\n' ORDER BY v::text)) FROM $view AS v";
}

my @views = relations('marketing', 'v');
my @tables = relations('marketing', 'r');
is(scalar @tables, $node->safe_psql('agency', q{SELECT count(*) FROM lead_roi.ledger_relation() WHERE kind = 'table' AND NOT kept}), 'all tables of a ledger');
cmp_ok(scalar @views, '>=', 18, 'and its views');

#
# The reader reads every report, and nothing else.
#
for my $view (@views)
{
    my $rows = $node->safe_psql('agency', rows_of("marketing.$view"));
    is(attempt('agency', 'reader', rows_of("marketing.$view")), $view eq 'recurring_expense_terms' ? '42501' : $rows, "reader: reads $view");
    cmp_ok($rows =~ s/\|.*//r, '>', 0, "there is something in $view") unless $view =~ /^(?:total|summary)_violation$/;
    is(attempt('agency', 'eve', "SELECT FROM marketing.$view"), '42501', "Eve doesn't read $view");
}
for my $table (@tables)
{
    is(attempt('agency', $_, "SELECT FROM marketing.$table"), '42501', "$_: reads no table $table") for qw(reader shop eve acme administrator);
}
attempts_give('agency', 'reader',
    'UPDATE marketing.lead_source_total SET expense = 0' => '55000',
    'INSERT INTO marketing.expense (lead_source_id, amount, title) VALUES (1, 1, $$x$$)' => '42501',
    'SELECT marketing.post_due_expenses()' => '42501',
    'SELECT lead_roi.post_due_expenses($$marketing$$)' => '42501',
    'CALL lead_roi.post_due_expenses_in_batches($$marketing$$)' => '42501',
    'SELECT lead_roi.unpost_expenses($$marketing$$)' => '42501',
    'SELECT lead_roi.upgrade_ledger($$marketing$$)' => '42501',
    'SELECT lead_roi.drop_ledger($$marketing$$, true)' => '42501',
    'SELECT lead_roi.current_ledger()' => '42704',
    'SET search_path = marketing; SELECT lead_roi.current_ledger()' => 'marketing',
    'SELECT lead_roi.roi(3, 2)' => '0.50000000000000000000');

#
# USAGE on the ledger and SELECT on one view is all that reading it needs: no other right, no search
# path. In a ledger with tables, and in one over relations of somebody's own.
#
$node->safe_psql('agency', q{
CREATE SCHEMA crm AUTHORIZATION marketing_owner;
SET ROLE marketing_owner;
CREATE VIEW crm.contact AS SELECT lead_id::text AS lead_id, lead_source_id::integer AS lead_source_id, created_on, converted_on, churned_on FROM marketing.lead;
CREATE VIEW crm.receipt AS SELECT lead_id::text AS lead_id, paid_on, amount FROM marketing.payment;
CREATE VIEW crm.cost AS SELECT * FROM marketing.expense;
CREATE VIEW crm.click AS SELECT * FROM marketing.visit;
RESET ROLE;
CREATE SCHEMA given AUTHORIZATION marketing_owner;
SELECT lead_roi.create_ledger('given', leads => 'crm.contact', payments => 'crm.receipt', expenses => 'crm.cost', visits => 'crm.click');
INSERT INTO given.lead_source (name) SELECT name FROM marketing.lead_source ORDER BY lead_source_id;
REVOKE ALL ON SCHEMA crm FROM PUBLIC;
CREATE ROLE lead_roi_test_single LOGIN});
for my $ledger ('marketing', 'given')
{
    $node->safe_psql('agency', "GRANT USAGE ON SCHEMA $ledger TO lead_roi_test_single");
    for my $view (relations($ledger, 'v'))
    {
        my $expected = $node->safe_psql('agency', rows_of("$ledger.$view"));
        $node->safe_psql('agency', "GRANT SELECT ON $ledger.$view TO lead_roi_test_single");
        is(attempt('agency', 'single', "SET search_path = ''; " . rows_of("$ledger.$view")), $expected, "one view and nothing else: $ledger.$view");
        $node->safe_psql('agency', "REVOKE SELECT ON $ledger.$view FROM lead_roi_test_single");
        is(attempt('agency', 'single', "SELECT FROM $ledger.$view"), '42501', "and not even that: $ledger.$view");
    }
    $node->safe_psql('agency', "REVOKE USAGE ON SCHEMA $ledger FROM lead_roi_test_single");
}
is($node->safe_psql('agency', 'SELECT sum(expense), sum(revenue) FROM given.lead_source_roi'), $node->safe_psql('agency', 'SELECT sum(expense), sum(revenue) FROM marketing.lead_source_roi'),
    'the ledger over given relations has the same figures');

#
# The bookkeeper keeps the books, and has no hand in postings. Each line is rolled back.
#
sub rolled_back
{
    my @pairs = @_;
    return map { $_ % 2 ? $pairs[$_] : "BEGIN; $pairs[$_]; ROLLBACK" } 0 .. $#pairs;
}
attempts_give('agency', 'bookkeeper', rolled_back(
    'SELECT count(*) FROM marketing.lead_source_roi' => 3,
    'INSERT INTO marketing.lead_source (name) VALUES ($$New$$) RETURNING active' => 't',
    'UPDATE marketing.lead_source SET vendor = $$Somebody$$ WHERE lead_source_id = 1 RETURNING name' => 'Agency',
    'INSERT INTO marketing.expense (lead_source_id, amount, title) VALUES (1, -5, $$Credit$$) RETURNING incurred_on' => $today,
    'UPDATE marketing.expense SET amount = 101 WHERE recurring_expense_id = 1 AND bill_month = $$2024-02-01$$ RETURNING title' => 'fee',
    'DELETE FROM marketing.expense WHERE title = $$Stand$$ RETURNING amount' => 4000,
    'INSERT INTO marketing.recurring_expense (lead_source_id, title, amount, starts_on) VALUES (1, $$New$$, 10, $$2024-06-15$$) RETURNING next_bill_on' => '2024-06-15',
    # The trigger that has the months looked at again acts without any right of the bookkeeper's on posted_through.
    'UPDATE marketing.recurring_expense SET starts_on = $$2023-12-31$$ WHERE title = $$fee$$ RETURNING next_bill_on, posted_through IS NULL' => '2023-12-31|t',
    'INSERT INTO marketing.amount_change VALUES (1, $$2024-09-01$$, 130) RETURNING amount' => 130,
    'DELETE FROM marketing.recurring_expense WHERE title = $$fee$$ RETURNING title' => 'fee',
    'SELECT count(*) FROM marketing.posting WHERE recurring_expense_id = 1' => 5,
    'SELECT sqlstate FROM marketing.posting_failure' => '23514',
    # The bill of 30 June is due; one that is refused stops the call, which doesn't post in batches.
    'SELECT marketing.post_due_expenses()' => '23514',
    'DELETE FROM marketing.recurring_expense WHERE title = $$refused$$; SELECT marketing.post_due_expenses(); SELECT max(amount), count(*) FROM marketing.posting' => "1\n120|6",
    'SELECT lead_roi.post_due_expenses($$marketing$$)' => '42501',
    'CALL lead_roi.post_due_expenses_in_batches($$marketing$$)' => '2D000',
    'SELECT count(*) FROM lead_roi.unpost_expenses($$marketing$$)' => 0,    # as there is nothing to be removed
    'INSERT INTO marketing.posting VALUES (1, $$2024-06-01$$, $$2024-06-30$$, 1)' => '42501',
    'UPDATE marketing.posting SET amount = 1' => '42501',
    'DELETE FROM marketing.posting' => '42501',
    'TRUNCATE marketing.posting' => '42501',
    'ALTER TABLE marketing.posting DISABLE TRIGGER keep_postings' => '42501',
    'DROP TRIGGER keep_postings ON marketing.posting' => '42501',
    'SET session_replication_role = replica' => '42501',
    'UPDATE marketing.recurring_expense SET posted_through = NULL' => '42501',
    'INSERT INTO marketing.recurring_expense (lead_source_id, title, amount, starts_on, posted_through) VALUES (1, $$x$$, 1, $$2024-01-01$$, $$2024-12-31$$)' => '42501',
    'INSERT INTO marketing.lead (created_on) VALUES ($$2024-01-01$$)' => '42501',
    'SELECT FROM marketing.posting_run' => '42501',
    'SELECT lead_roi.upgrade_ledger($$marketing$$)' => '42501',
    'SELECT lead_roi.drop_ledger($$marketing$$, true)' => '42501',
    'SELECT lead_roi.create_ledger($$marketing$$)' => '42710',
    'ALTER TYPE marketing.lead_roi_ledger RENAME VALUE $$version 1.0$$ TO $$version 2.0$$' => '42501',
    'CREATE TRIGGER planted BEFORE INSERT ON marketing.expense FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()' => '42501',
    'CREATE TABLE marketing.planted ()' => '42501',
    'SET lead_roi.testing_today = $$2030-01-01$$' => '42501',
    'SET ROLE marketing_owner' => '42501'));
attempts_give('agency', 'bookkeeper', 'ALTER SYSTEM SET lead_roi.naptime = 60' => '42501', 'CALL lead_roi.post_due_expenses_in_batches($$marketing$$)' => '42501');

# A payment and no more, also of a lead, which a foreign key looks up.
attempts_give('agency', 'shop', rolled_back(
    'INSERT INTO marketing.payment (lead_id, amount) VALUES (2, 5)' => '',
    'INSERT INTO marketing.payment (lead_id, amount) VALUES (99, 5)' => '23503',
    'INSERT INTO marketing.payment (lead_id, amount) VALUES (2, 5) RETURNING payment_id' => '42501',
    'SELECT FROM marketing.payment' => '42501', 'UPDATE marketing.payment SET amount = 0' => '42501', 'DELETE FROM marketing.payment' => '42501',
    'SELECT FROM marketing.lead' => '42501', 'SELECT FROM marketing.lead_source_roi' => '42501', 'INSERT INTO marketing.lead (created_on) VALUES ($$2024-01-01$$)' => '42501',
    'INSERT INTO marketing.expense (lead_source_id, amount, title) VALUES (1, 1, $$x$$)' => '42501', 'SELECT marketing.post_due_expenses()' => '42501'));

# Settings, and no table.
attempts_give('agency', 'administrator', 'ALTER SYSTEM SET lead_roi.naptime = 2' => '', 'ALTER SYSTEM SET lead_roi.databases = none' => '', 'SELECT pg_reload_conf()' => 't',
    'ALTER SYSTEM SET lead_roi.testing_today = $$2030-01-01$$' => '42501', 'ALTER SYSTEM SET shared_preload_libraries = $$$$' => '42501', 'SELECT FROM marketing.lead_source_roi' => '42501');
$node->safe_psql('postgres', 'ALTER SYSTEM RESET ALL');

# A posting dated ahead, as by a clock that was wrong: only the owner removes it.
$node->safe_psql('agency', q{INSERT INTO marketing.posting VALUES (3, '2024-07-01', '2024-07-15', 70)});
attempts_give('agency', $_, 'SELECT lead_roi.unpost_expenses($$marketing$$)' => '42501', 'SELECT lead_roi.remove_postings($$marketing$$, NULL)' => '42501') for qw(bookkeeper reader shop);

# Members of the owner do all of it without a superuser.
attempts_give('agency', 'owner', 'SELECT lead_roi.current_ledger()' => '42P08', 'SELECT lead_roi.upgrade_ledger($$marketing$$)' => '',
    'SELECT amount, removed FROM lead_roi.unpost_expenses($$marketing$$)' => '70|t', 'SELECT reason LIKE $$this database is not listed%$$ FROM marketing.worker_status' => 't');

#
# Tenants: neither client sees anything of the other, nor does anybody else of either.
#
for my $pair ([ 'acme', 'bolt' ], [ 'bolt', 'acme' ], [ 'eve', 'acme' ], [ 'reader', 'bolt' ], [ 'bookkeeper', 'acme' ])
{
    my ($who, $other) = @$pair;
    for my $relation (relations($other, 'v'), relations($other, 'r'), relations($other, 'S'))
    {
        is(attempt('agency', $who, "SELECT FROM $other.$relation"), '42501', "$who: nothing of $other.$relation");
    }
    attempts_give('agency', $who, "SELECT lead_roi.post_due_expenses('$other')" => '42501', "SELECT lead_roi.upgrade_ledger('$other')" => '42501', "SELECT lead_roi.drop_ledger('$other', true)" => '42501',
        "SELECT lead_roi.ledger_today(NULL::$other.lead_roi_ledger)" => '42501', "SELECT lead_roi.create_ledger('$other')" => '42710', "SET search_path = $other; SELECT lead_roi.current_ledger() = '$other'" =>
        ($who =~ /^(acme|bolt)$/ ? 'f' : '42704'), "SELECT count(*) FROM pg_stats WHERE schemaname = '$other'" => 0);
}
for my $client ('acme', 'bolt')
{
    my $other = $client eq 'acme' ? 'bolt' : 'acme';
    my $names = $client eq 'acme' ? qr/Radio|Spots|700|2100/ : qr/Banners|Fair|Stand|4000|6500/;
    attempts_give('agency', $client, 'SELECT lead_roi.current_ledger()' => $client, 'SELECT lead_roi.post_due_expenses()' => 0,
        # The page's rows: 1000 + 4000 and 1500 + 5000 of Acme's, 700 and 2100 of Bolt's.
        "SELECT sum(expense), sum(revenue) FROM $client.lead_source_roi" => $client eq 'acme' ? '5000.00|6500.00' : '700.00|2100.00');
    for my $view (relations($client, 'v'))
    {
        # But the process id of the launcher, which may have any digits.
        my $seen = attempt('agency', $client, "SELECT to_jsonb(v) - 'launcher_pid' FROM $client.$view AS v");
        unlike($seen, $names, "$client: $view has nothing of $other");
        unlike($seen, qr/^\d{2}[\dA-Z]{3}$/, "$client: $view is read");
    }
}
attempts_give('agency', 'staff', 'SELECT (SELECT sum(expense) FROM acme.lead_source_roi) + (SELECT sum(expense) FROM bolt.lead_source_roi)' => '5700.00', 'SELECT lead_roi.current_ledger()' => '42P08');
# One can't give anything to the other, or take it into a ledger of his own.
attempts_give('agency', 'acme', q{SELECT lead_roi.create_ledger('mine', leads => 'bolt.lead', payments => 'bolt.payment')} => '42501');
$node->safe_psql('agency', 'GRANT CREATE ON DATABASE agency TO acme');
attempts_give('agency', 'acme', q{SELECT lead_roi.create_ledger('mine', leads => 'bolt.lead', payments => 'bolt.payment')} => '42501',
    q{SET ROLE acme; SELECT lead_roi.create_ledger('mine', leads => 'acme.lead', payments => 'acme.payment')} => 'mine');

#
# Row security: a ledger with security_invoker shows each reader what a policy lets him see. The
# worker leaves nothing out in silence; callers post what they see.
#
$node->safe_psql('agency', <<"SQL");
CREATE ROLE lead_roi_test_paid LOGIN;
CREATE SCHEMA guarded AUTHORIZATION marketing_owner;
SELECT lead_roi.create_ledger('guarded', time_zone => 'UTC', security_invoker => true);
SET search_path = guarded;
$rows;
INSERT INTO lead_source (name, category) VALUES ('Fair', 'Trade show');
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on) VALUES (2, 'stand', 50, '2024-06-01');
ALTER TABLE lead_source ENABLE ROW LEVEL SECURITY;
ALTER TABLE recurring_expense ENABLE ROW LEVEL SECURITY;
CREATE POLICY paid ON lead_source TO lead_roi_test_paid USING (category = 'Paid');
CREATE POLICY paid ON recurring_expense TO lead_roi_test_paid USING (lead_source_id IN (SELECT lead_source_id FROM guarded.lead_source));
GRANT USAGE ON SCHEMA guarded TO lead_roi_test_paid;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA guarded TO lead_roi_test_paid;
SQL
# Of the seven bills due, six are of Agency, which the policy shows. The row (unknown) is a lead's.
attempts_give('agency', 'paid', 'SELECT string_agg(lead_source, $$, $$ ORDER BY lead_source) FROM guarded.lead_source_roi' => '(unknown), Agency',
    'SELECT count(*) FROM guarded.overdue_expense' => 6, 'SELECT lead_roi.post_due_expenses($$guarded$$)' => 6, 'SELECT lead_roi.post_due_expenses($$guarded$$)' => 0);
is($node->safe_psql('agency', 'SELECT title FROM guarded.overdue_expense'), 'stand', 'the other one is still to be posted');
$node->safe_psql('agency', 'ALTER TABLE guarded.recurring_expense FORCE ROW LEVEL SECURITY; ALTER TABLE marketing.expense DROP CONSTRAINT refused; DELETE FROM marketing.posting_failure');
configure($node, 'lead_roi.databases' => 'agency');
ok($node->poll_query_until('agency', q{SELECT reason LIKE '%row-level security%' FROM guarded.worker_status}), 'the worker says that row security is in its way');
is($node->safe_psql('agency', 'SELECT count(*) FROM guarded.overdue_expense'), 1, 'and has posted nothing');
ok($node->poll_query_until('agency', 'SELECT count(*) = 0 FROM marketing.overdue_expense'), 'the other ledgers go on');
$node->safe_psql('agency', 'ALTER TABLE guarded.recurring_expense NO FORCE ROW LEVEL SECURITY; SELECT pg_reload_conf()');
ok($node->poll_query_until('agency', 'SELECT count(*) = 0 FROM guarded.overdue_expense'), 'as the owner, to whom row security doesn\'t apply, it posts');

$node->stop;
done_testing();
