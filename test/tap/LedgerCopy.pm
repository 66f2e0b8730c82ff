# A database with ledgers and all that a customer may have added to them, what can be said of it, and
# whether a copy of it goes on. What the tests of dumps, copies and upgrades share.
package LedgerCopy;

use strict;
use warnings FATAL => 'all';

use Exporter 'import';
use Test::More;

our @EXPORT_OK = qw($today @all_schemas create_roles create_original facts changes differences last_keys goes_on);

# The day on which everything happens that isn't said to happen later.
our $today = '2024-06-30';

# Three ledgers, the schema of the relations given to one of them, and one with what is built upon them.
our @all_schemas = ('marketing', '"North America"', 'webshop', 'crm', 'own_reports');

# Who is granted something, and an owner of databases who is no superuser.
sub create_roles
{
    my ($node) = @_;
    $node->safe_psql('postgres', 'CREATE ROLE copy_reader; CREATE ROLE copy_bookkeeper; CREATE ROLE copy_owner LOGIN');
    return;
}

# Fill a database as the role named, or as a superuser: books kept for half a year, with every kind of trace that this
# leaves; and whatever a customer may build in, on and around a ledger.
sub create_original
{
    my ($node, $database, $role) = @_;
    $node->safe_psql($database, <<'SQL', extra_params => [ $role ? ('-U', $role) : () ]);
SET client_min_messages = error;
CREATE EXTENSION lead_roi;
SELECT lead_roi.create_ledger(currency => 'EUR', time_zone => 'Europe/Vienna');
SET search_path = marketing, lead_roi;

INSERT INTO lead_source (name, category, vendor, medium, message, description, starts_on, ends_on, active)
VALUES ('Agency', 'Paid', 'Acme', 'e-mail', 'Free trial', E'It''s "free"\\\n\tfor now', '2024-01-01', NULL, true),
       ('Trade show', 'Events', NULL, 'booth', NULL, NULL, '2024-03-01', '2024-03-04', false),
       ('Fünf % für dich', 'Paid', 'Ö', 'banner', '', NULL, NULL, NULL, true),
       ('Agency (old)', 'Paid', NULL, NULL, NULL, NULL, NULL, NULL, false);
UPDATE lead_source SET channel = 'Events' WHERE lead_source_id = 2;
SELECT merge_lead_sources('marketing', 4, 1);
INSERT INTO lead_source_alias (pattern, valid_from, lead_source_id)
VALUES ('acme / e-mail', DEFAULT, 1), ('acme / e-mail / "5 / 5" / fünf', '2024-02-01', 3), ('acme / e-mail', '2024-05-01', NULL), ('old / referral', DEFAULT, 4);
INSERT INTO channel_rule (position, channel, source, medium) VALUES (10, 'Letters', '^acme$', 'mail');
INSERT INTO known_source VALUES ('acme', 'email');

-- Bills up to 30 June: open 6, ended 4, quarterly 2, cancelled 6; of July: quarterly on the 15th,
-- open on the 31st at its new price.
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on, ends_on, every_months, cost_type, notes)
VALUES (1, 'open', 10, '2024-01-31', NULL, 1, 'media', NULL),
       (2, 'ended', 20, '2024-02-29', '2024-05-31', 1, 'staff', 'until May'),
       (3, 'ahead', 30, '2030-01-01', NULL, 3, 'tools', NULL),
       (1, 'quarterly', 100, '2024-01-15', NULL, 3, 'agency', NULL),
       (2, 'cancelled', 7.125, '2024-01-10', NULL, 1, 'other', NULL),
       (3, 'refused', 1, '2024-03-15', NULL, 1, 'sales', NULL);
INSERT INTO amount_change VALUES (1, '2024-04-01', 12.50), (1, '2024-07-01', 15), (3, '2031-01-01', 35);
ALTER TABLE expense ADD CONSTRAINT refused CHECK (title <> 'refused');
CALL post_due_expenses_in_batches();
UPDATE recurring_expense SET starts_on = '2030-03-15' WHERE title = 'refused';  -- the failure stays, nothing is due
DELETE FROM recurring_expense WHERE title = 'cancelled';
DELETE FROM expense WHERE (recurring_expense_id, bill_month) = (1, '2024-04-01');
UPDATE expense SET amount = 11.005, notes = 'as billed', cost_type = 'agency' WHERE (recurring_expense_id, bill_month) = (1, '2024-06-01');
INSERT INTO expense (lead_source_id, incurred_on, amount, cost_type, title)
VALUES (1, '2024-01-01', 5.55, 'staff', 'one-time'), (2, '2024-05-01', -1e-20, 'media', 'credit'), (3, '2024-05-02', 12345678901234567890, 'sales', 'typing error');
INSERT INTO exchange_rate VALUES ('USD', '2024-02-01', 0.9), ('JPY', '2024-02-01', 1.0 / 160);
INSERT INTO expense (lead_source_id, incurred_on, amount, currency, covers_from, covers_through, title, external_id)
VALUES (1, '2024-02-02', 90.10, 'USD', '2024-02-01', '2024-04-15', 'licence', 'E1'), (NULL, '2024-02-02', 9000, 'JPY', NULL, NULL, 'nobody''s', 'E2'), (2, '2024-02-20', 1, 'USD', NULL, NULL, 'no rate', 'E3');
INSERT INTO import (format, kind, options, about, rows_read, added, imported_at)
VALUES ('google_ads', 'expense', '{"replace": true}', '{"header": "Campaign,Day,Cost\\n"}', 2, 1, '2024-03-01 12:00+00');
INSERT INTO import_reject (import_id, line_number, line, sqlstate, message) VALUES (1, 3, '"a,soon', '22007', 'no date');
INSERT INTO import_change VALUES (1, 'lead_source', '1', NULL), (1, 'expense', '1', '{"amount": 5.55}');
INSERT INTO lead_key VALUES ('email:1', 'L1', 1);
INSERT INTO imported_visit VALUES ('ga4::acme/:2024-01-01', 1, '2024-01-01', 7, 1);
INSERT INTO import_format VALUES ('radio', 'expense', 'radio', 'Radio Wave', 'radio', 'audio');
INSERT INTO import_column VALUES ('radio', 'amount', '{Netto,"Net, cost"}', true, NULL), ('radio', 'status', '{State}', false, '{sent}');

INSERT INTO posting_run (started_at, finished_at, as_of, posted, failed, unposted, run_by)
VALUES ('2024-06-01 12:00+00', '2024-06-01 12:00:00.000001+00', '2024-06-01', 0, 0, 3, 'somebody');

INSERT INTO visit SELECT 1 + n % 3, date '2024-01-01' + n, n * 7 FROM generate_series(0, 150) AS n;
INSERT INTO lead (lead_source_id, created_on, converted_on, churned_on, external_id)
SELECT CASE WHEN n % 10 > 0 THEN 1 + n % 3 END, date '2024-01-01' + n % 150,
       CASE WHEN n % 4 = 0 THEN date '2024-01-05' + n % 150 END, CASE WHEN n % 8 = 0 THEN date '2024-01-25' + n % 150 END,
       CASE WHEN n % 5 > 0 THEN 'L' || n END
FROM generate_series(1, 200) AS n;
UPDATE lead SET traffic_source = (ARRAY['acme / e-mail / "5 / 5" / fünf', 'ACME / E-Mail', 'old / referral', 'nobody / knows']::traffic_source[])[1 + lead_id % 4]
WHERE lead_source_id IS NULL AND lead_id > 20;
INSERT INTO payment (lead_id, paid_on, amount, external_id)
SELECT CASE WHEN n % 50 > 0 THEN n END, date '2024-01-10' + n % 160, CASE WHEN n % 24 = 0 THEN -n / 7.0 ELSE n / 3.0 END, 'P' || n
FROM generate_series(4, 200, 4) AS n;
INSERT INTO payment (lead_external_id, paid_on, amount, currency) VALUES ('L8', '2024-02-03', 10, 'USD'), ('later', '2024-02-03', 20, NULL);
DELETE FROM payment WHERE payment_id = (SELECT max(payment_id) FROM payment);   -- sequences are ahead of keys
DELETE FROM lead WHERE lead_id = (SELECT max(lead_id) FROM lead);

-- The tables get columns, indexes, constraints, triggers and policies of the customer's.
ALTER TABLE lead ADD COLUMN scratch integer,
    ADD COLUMN campaign text NOT NULL DEFAULT 'NONE',
    ADD COLUMN "Région" text COLLATE "C" DEFAULT 'Île-de-France',
    ADD COLUMN campaign_length integer GENERATED ALWAYS AS (length(campaign)) STORED;
ALTER TABLE lead DROP COLUMN scratch;
UPDATE lead SET campaign = 'SPRING', "Région" = NULL WHERE lead_id % 7 = 0;
ALTER TABLE expense ADD COLUMN invoice jsonb DEFAULT '{"paid": false}';
ALTER TABLE lead ALTER COLUMN campaign SET STATISTICS 500;
ALTER TABLE payment SET (fillfactor = 70), REPLICA IDENTITY FULL;
COMMENT ON COLUMN lead.campaign IS 'Ours: the campaign''s name';
COMMENT ON TABLE visit IS 'Ours: from the web server''s log';

CREATE INDEX lead_campaign_idx ON lead (lower(campaign) DESC, created_on) INCLUDE (external_id) WHERE converted_on IS NOT NULL;
CREATE UNIQUE INDEX expense_invoice_idx ON expense ((invoice ->> 'number'));
CREATE STATISTICS lead_dates (dependencies) ON created_on, converted_on FROM lead;
ALTER TABLE lead ADD CONSTRAINT campaign_not_empty CHECK (campaign <> ''),
    ADD CONSTRAINT not_checked_yet CHECK (campaign <> 'AUTUMN') NOT VALID;
ALTER TABLE payment ADD CONSTRAINT payment_once EXCLUDE (external_id WITH =);

CREATE TABLE note (
    note_id integer GENERATED BY DEFAULT AS IDENTITY (START WITH 100 INCREMENT BY 10) PRIMARY KEY,
    expense_id bigint REFERENCES expense ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    written_on date DEFAULT lead_roi.ledger_today(NULL::marketing.lead_roi_ledger),
    months marketing.whole_months,
    text text);
INSERT INTO note (expense_id, months, text) SELECT expense_id, 3, 'ask ' || title FROM expense WHERE amount > 50;
CREATE FUNCTION upper_campaign() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN NEW.campaign := upper(NEW.campaign); RETURN NEW; END$$;
REVOKE EXECUTE ON FUNCTION upper_campaign() FROM PUBLIC;
CREATE TRIGGER upper_campaign BEFORE INSERT OR UPDATE OF campaign ON lead
    FOR EACH ROW WHEN (NEW.campaign IS NOT NULL) EXECUTE FUNCTION upper_campaign();
COMMENT ON TRIGGER upper_campaign ON lead IS 'Ours';
CREATE CONSTRAINT TRIGGER never AFTER DELETE ON lead DEFERRABLE FOR EACH ROW EXECUTE FUNCTION upper_campaign();
ALTER TABLE lead DISABLE TRIGGER never;

ALTER TABLE lead ENABLE ROW LEVEL SECURITY;
CREATE POLICY spring ON lead FOR SELECT TO copy_reader USING (campaign = 'SPRING');
CREATE POLICY of_sources ON lead AS RESTRICTIVE TO copy_bookkeeper, copy_reader
    USING (lead_source_id IN (SELECT lead_source_id FROM marketing.lead_source WHERE active)) WITH CHECK (created_on > '2024-01-01');
COMMENT ON POLICY spring ON lead IS 'Ours';

CREATE VIEW active_source WITH (check_option = local) AS SELECT * FROM lead_source WHERE active;
ALTER VIEW lead_source_roi SET (security_barrier = true);
ALTER VIEW upcoming_expense ALTER COLUMN title SET DEFAULT 'untitled';

GRANT USAGE ON SCHEMA marketing TO copy_reader, copy_bookkeeper;
GRANT SELECT ON lead_source_roi, lead, active_source TO copy_reader;
GRANT SELECT (lead_source_id, active) ON lead_source TO copy_reader;
GRANT SELECT, INSERT, UPDATE (amount, notes) ON expense TO copy_bookkeeper WITH GRANT OPTION;
GRANT SELECT ON ALL TABLES IN SCHEMA marketing TO copy_bookkeeper;
GRANT INSERT ON visit TO PUBLIC;
GRANT USAGE ON SEQUENCE note_note_id_seq TO copy_bookkeeper;
REVOKE TRUNCATE, REFERENCES ON payment FROM pg_database_owner;
REVOKE USAGE ON TYPE marketing.whole_months FROM PUBLIC;
ALTER DEFAULT PRIVILEGES IN SCHEMA marketing GRANT SELECT ON TABLES TO copy_reader;

-- A ledger whose views have their reader's rights, in another currency and with a name that needs quotes.
SELECT lead_roi.create_ledger('"North America"', 'JPY', 'Asia/Tokyo', security_invoker => true);
SET search_path = "North America", lead_roi;
INSERT INTO lead_source (name) VALUES ('Radio');
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on) VALUES (1, 'spot', 1000, '2024-02-10');
CALL post_due_expenses_in_batches();
INSERT INTO lead (lead_source_id, created_on, converted_on) VALUES (1, '2024-03-01', '2024-03-02');
INSERT INTO payment (lead_id, paid_on, amount) VALUES (1, '2024-03-03', 5000);
GRANT USAGE ON SCHEMA "North America" TO copy_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA "North America" TO copy_reader;
ALTER TABLE payment ENABLE ROW LEVEL SECURITY;
CREATE POLICY small ON payment USING (amount < 100);

-- A ledger over relations of the customer's own.
CREATE SCHEMA crm;
CREATE TABLE crm.client (lead_id text PRIMARY KEY, lead_source_id integer, created_on date, converted_on date, churned_on date);
INSERT INTO crm.client VALUES ('a', 1, '2024-01-01', '2024-01-02', NULL), ('b', NULL, '2024-01-03', NULL, 'infinity');
CREATE TABLE crm.receipt (lead_id text, paid_on date, amount integer);
INSERT INTO crm.receipt VALUES ('a', '2024-02-02', 70), ('c', '2024-02-03', 7);
CREATE VIEW crm.cost AS SELECT 1::smallint AS lead_source_id, date '2024-01-01' AS incurred_on, 33.3 AS amount, 'media' AS cost_type;
CREATE TABLE crm.traffic (lead_source_id bigint, visited_on date, visitors integer);
INSERT INTO crm.traffic VALUES (1, '2024-01-01', 12);
GRANT USAGE ON SCHEMA crm TO pg_database_owner;
GRANT SELECT ON ALL TABLES IN SCHEMA crm TO pg_database_owner;
SELECT lead_roi.create_ledger('webshop', leads => 'crm.client', payments => 'crm.receipt', expenses => 'crm.cost', visits => 'crm.traffic');
INSERT INTO webshop.lead_source (name) VALUES ('Shop');

-- What is built upon ledgers elsewhere.
CREATE SCHEMA own_reports;
SET search_path = own_reports;
CREATE VIEW best AS SELECT lead_source, roi_percent FROM marketing.lead_source_roi WHERE roi_percent > 0;
CREATE VIEW both_revenues WITH (security_barrier) AS
    SELECT 'EUR' AS currency, lead_roi.rollup(lead_roi.make_roi_summary(expense, revenue, visitors, leads, customers)) AS summary FROM marketing.lead_source_total
    UNION ALL SELECT 'JPY', lead_roi.roi_summary(expense, revenue, visitors, leads, customers) FROM "North America".activity;
CREATE VIEW churn AS SELECT lead_source_id, lead_roi.churned_customers(lead_roi.survival(converted_on, churned_on, '2024-06-30')) AS churned FROM marketing.lead GROUP BY 1;
CREATE MATERIALIZED VIEW monthly AS SELECT * FROM marketing.lead_source_monthly_roi;
CREATE UNIQUE INDEX monthly_key ON monthly (lead_source_id, month);
CREATE TABLE kept (lead_source_id bigint REFERENCES marketing.lead_source, summary lead_roi.roi_summary, curve lead_roi.survival_curve);
INSERT INTO kept
SELECT lead_source_id, lead_roi.roi_summary(NULL, amount, NULL, 1, (converted_on IS NOT NULL)::integer),
       lead_roi.survival(converted_on, churned_on, '2024-06-30')
FROM marketing.lead LEFT JOIN marketing.payment USING (lead_id) GROUP BY lead_source_id;
CREATE INDEX kept_summary_idx ON kept USING hash (summary);
COMMENT ON VIEW best IS 'Ours';
GRANT USAGE ON SCHEMA own_reports TO copy_reader;
GRANT SELECT ON best TO copy_reader;
SQL
    return;
}

# All that can be said of schemas of a database, one fact a line: the catalogues', every row of every
# table, what each view returns, where sequences stand, and what a reader may see.
sub facts
{
    my ($node, $database, @schemas) = @_;
    my $schemas = join ', ', map { "'$_'" } @schemas;
    my $output = $node->safe_psql($database, <<SQL);
SET search_path = '';
SET jit = off;
CREATE TEMP VIEW schema AS SELECT * FROM pg_namespace WHERE oid = ANY (ARRAY[$schemas]::regnamespace[]);
CREATE TEMP VIEW relation AS
SELECT pg_class.* FROM pg_class JOIN pg_temp.schema ON relnamespace = schema.oid WHERE relkind NOT IN ('i', 'I', 't', 'c');
-- The server adds casts and drops parentheses when it reads what it has written: both sides are read once more.
CREATE FUNCTION pg_temp.written_again(view oid) RETURNS text LANGUAGE plpgsql AS \$\$
DECLARE
    definition text;
BEGIN
    EXECUTE 'CREATE TEMP VIEW written_again AS ' || pg_get_viewdef(view);
    definition := pg_get_viewdef('pg_temp.written_again'::regclass);
    DROP VIEW pg_temp.written_again;
    RETURN definition;
END
\$\$;
@{[ _catalogue_facts() ]}
SELECT format('SELECT replace(format(%L, sequence), e''\\n'', ''\\n'') FROM (SELECT last_value, is_called FROM %s) AS sequence', oid::regclass || ' stands at %s', oid::regclass)
FROM pg_temp.relation WHERE relkind = 'S' \\gexec
SELECT format('SELECT replace(format(%L, fact), e''\\n'', ''\\n'') FROM %s AS fact', oid::regclass || ' has %s', oid::regclass)
FROM pg_temp.relation WHERE relkind IN ('r', 'v', 'm') \\gexec
SET ROLE copy_reader;
SELECT format('SELECT replace(format(%L, fact), e''\\n'', ''\\n'') FROM %s AS fact', pg_class.oid::regclass || ' shows a reader %s', pg_class.oid::regclass)
FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE nspname IN (SELECT (parse_ident(name))[1] FROM unnest(ARRAY[$schemas]) AS name) AND relkind IN ('r', 'v')
      AND has_schema_privilege(relnamespace, 'USAGE') AND has_table_privilege(pg_class.oid, 'SELECT') \\gexec
SQL
    # The launcher is another process after a restart.
    $output =~ s{^(.+worker_status (?:has|shows a reader) \([tf],t,)\d+,}{$1PID,}mg;
    return $output;
}

# What stands in the catalogues, as one query.
sub _catalogue_facts
{
    return <<'SQL';
WITH acl (object, acl) AS (
    SELECT 'schema ' || nspname, coalesce(nspacl, acldefault('n', nspowner)) FROM pg_temp.schema
    UNION ALL SELECT oid::regclass::text, coalesce(relacl, acldefault((CASE relkind WHEN 'S' THEN 's' ELSE 'r' END)::"char", relowner)) FROM pg_temp.relation
    UNION ALL SELECT format('%s.%s', attrelid::regclass, attname), attacl FROM pg_attribute JOIN pg_temp.relation ON attrelid = relation.oid WHERE attacl IS NOT NULL
    UNION ALL SELECT typ.oid::regtype::text, coalesce(typacl, acldefault('T', typowner))
              FROM pg_type AS typ JOIN pg_temp.schema ON typnamespace = schema.oid WHERE typtype IN ('d', 'e')
    UNION ALL SELECT proc.oid::regprocedure::text, coalesce(proacl, acldefault('f', proowner)) FROM pg_proc AS proc JOIN pg_temp.schema ON pronamespace = schema.oid
    UNION ALL SELECT format('default %s in %s', defaclobjtype, defaclnamespace::regnamespace), defaclacl FROM pg_default_acl JOIN pg_temp.schema ON defaclnamespace = schema.oid
), fact (fact) AS (
    SELECT format('%s: %s may %s%s by %s', object, nullif(grantee, 0)::regrole, privilege_type, CASE WHEN is_grantable THEN ' and grant it' END, grantor::regrole)
    FROM acl, aclexplode(acl)
    UNION ALL SELECT format('schema %s of %s', nspname, nspowner::regrole) FROM pg_temp.schema
    UNION ALL SELECT format('relation %s: %s %s of %s, options %s, row security %s %s, replica identity %s',
                            oid::regclass, relkind, relpersistence, relowner::regrole, reloptions, relrowsecurity, relforcerowsecurity, relreplident)
              FROM pg_temp.relation
    UNION ALL SELECT format('column %s.%s: number %s, %s, not null %s, identity "%s", generated "%s", statistics %s, collation %s, default %s',
                            attrelid::regclass, attname, row_number() OVER (PARTITION BY attrelid ORDER BY attnum), format_type(atttypid, atttypmod), attnotnull,
                            attidentity, attgenerated, attstattarget, nullif(attcollation, 0)::regcollation, pg_get_expr(adbin, adrelid))
              FROM pg_attribute JOIN pg_temp.relation ON attrelid = relation.oid LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
              WHERE attnum > 0 AND NOT attisdropped
    UNION ALL SELECT format('view %s: %s', oid::regclass, pg_temp.written_again(oid)) FROM pg_temp.relation WHERE relkind IN ('v', 'm')
    UNION ALL SELECT format('index %s, valid %s', pg_get_indexdef(indexrelid), indisvalid) FROM pg_index JOIN pg_temp.relation ON indrelid = relation.oid
    UNION ALL SELECT format('constraint %s on %s, valid %s: %s', conname, conrelid::regclass, convalidated, translate(pg_get_constraintdef(pg_constraint.oid), '()', ''))
              FROM pg_constraint JOIN pg_temp.schema ON connamespace = schema.oid
    UNION ALL SELECT format('trigger %s, enabled %s', pg_get_triggerdef(pg_trigger.oid), tgenabled) FROM pg_trigger JOIN pg_temp.relation ON tgrelid = relation.oid WHERE NOT tgisinternal
    UNION ALL SELECT format('policy %s', pg_policies) FROM pg_policies JOIN pg_temp.schema ON nspname = schemaname
    UNION ALL SELECT format('type %s of %s: %s %s', typ.oid::regtype, typowner::regrole, format_type(typbasetype, typtypmod),
                            ARRAY(SELECT enumlabel FROM pg_enum WHERE enumtypid = typ.oid ORDER BY enumsortorder))
              FROM pg_type AS typ JOIN pg_temp.schema ON typnamespace = schema.oid WHERE typtype IN ('d', 'e')
    UNION ALL SELECT format('sequence %s', pg_sequences) FROM pg_sequences JOIN pg_temp.schema ON nspname = schemaname
    UNION ALL SELECT format('statistics %s', pg_get_statisticsobjdef(pg_statistic_ext.oid)) FROM pg_statistic_ext JOIN pg_temp.schema ON stxnamespace = schema.oid
    UNION ALL SELECT format('function of %s: %s', proowner::regrole, pg_get_functiondef(pg_proc.oid)) FROM pg_proc JOIN pg_temp.schema ON pronamespace = schema.oid
    UNION ALL SELECT format('comment on %s %s: %s', object.type, object.identity, description)
              FROM pg_description, pg_identify_object(classoid, objoid, objsubid) AS object
              WHERE objoid >= 16384 AND EXISTS (SELECT FROM pg_temp.schema WHERE object.identity = quote_ident(nspname) OR strpos(object.identity, quote_ident(nspname) || '.') > 0)
    UNION ALL SELECT format('ledger %s', property) FROM lead_roi.ledger AS property JOIN pg_temp.schema ON nspname = property.ledger
    UNION ALL SELECT format('extension %s %s in %s, %s members', extname, extversion, extnamespace::regnamespace,
                            (SELECT count(*) FROM pg_depend WHERE refclassid = 'pg_extension'::regclass AND refobjid = pg_extension.oid AND deptype = 'e'))
              FROM pg_extension WHERE extname = 'lead_roi'
)
SELECT replace(fact, e'\n', '\n') FROM fact;
SQL
}

# The facts that differ, as "lost: ..." and "new: ...".
sub changes
{
    my ($before, $after) = @_;
    my %surplus;
    $surplus{$_}++ for split /\n/, $after;
    $surplus{$_}-- for split /\n/, $before;
    return map { ($surplus{$_} > 0 ? 'new: ' : 'lost: ') . $_ } grep { $surplus{$_} != 0 } sort keys %surplus;
}

# The same as text, the first 50 of them: '' if nothing differs.
sub differences
{
    my @changes = changes(@_);
    splice @changes, 50 if @changes > 50;
    return join "\n", @changes;
}

# The tables of a ledger that give keys.
my %key_tables = (
    lead_source => [ 'name', "'next'" ],
    recurring_expense => [ 'lead_source_id, title, amount, starts_on', "1, 'next', 1, '2030-01-01'" ],
    expense => [ 'lead_source_id, amount, title', "1, 1, 'next'" ],
    lead => [ 'external_id', "'next'" ],
    payment => [ 'amount', '1' ]);

# The key that each table of the ledger "marketing" has given last.
sub last_keys
{
    my ($node, $database) = @_;
    return { map { $_ => $node->safe_psql($database, "SELECT last_value FROM marketing.${_}_${_}_id_seq") } keys %key_tables };
}

# Test that a copy goes on where its original stood, whose last keys are given: posting again posts
# nothing, the next month is posted, keys follow on, and what guards the tables guards them. A ledger
# may have got another name.
sub goes_on
{
    my ($node, $database, $role, $last, $name, $ledger) = @_;
    $role //= 'DEFAULT';
    $ledger //= 'marketing';
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $keys = join '', map { <<SQL } sort keys %key_tables;
INSERT INTO $_ ($key_tables{$_}[0]) VALUES ($key_tables{$_}[1]) RETURNING '$_', ${_}_id - $last->{$_};
SQL
    my $output = $node->safe_psql($database, <<SQL);
SET search_path = $ledger;
SET SESSION AUTHORIZATION $role;
SELECT 'again', lead_roi.post_due_expenses('$ledger'), lead_roi.post_due_expenses('"North America"');
RESET SESSION AUTHORIZATION;
SET lead_roi.testing_today = '2024-07-31';
SET SESSION AUTHORIZATION $role;
SELECT 'next month', lead_roi.post_due_expenses('$ledger'), lead_roi.post_due_expenses('"North America"');
SELECT expense_id - $last->{expense}, title, incurred_on, amount FROM expense WHERE incurred_on > '$today' ORDER BY expense_id;
SELECT title, incurred_on, amount FROM "North America".expense WHERE incurred_on > '$today';
$keys
SELECT incurred_on, invoice FROM expense WHERE title = 'next';
UPDATE lead SET campaign = 'summer' WHERE external_id = 'next' RETURNING campaign;
UPDATE recurring_expense SET starts_on = starts_on - 1 WHERE title = 'open' RETURNING posted_through, next_bill_on;
DO \$\$
BEGIN
    DELETE FROM posting;
    RAISE 'postings could be removed';
EXCEPTION WHEN object_not_in_prerequisite_state THEN
END
\$\$;
SQL
    # Moved to the 30th, all months are looked at again, from January on.
    return is($output, <<'END' =~ s/\n\z//r, "$name: goes on");
again|0|0
next month|2|1
1|quarterly|2024-07-15|100
2|open|2024-07-31|15
spot|2024-07-10|1000
expense|3
lead|1
lead_source|1
payment|1
recurring_expense|1
2024-07-31|{"paid": false}
SUMMER
|2024-01-30
END
}

1;
