# Roles that try what they can: what the tests of security share.
package Hostile;

use strict;
use warnings FATAL => 'all';

use Exporter 'import';
use PostgreSQL::Test::Utils;
use Test::More;

use LeadRoi qw(new_node);

our @EXPORT_OK = qw(start_node add_database ran_since attempt attempts_give reading_views all_read $broken_views $rows $plant $types);

my $node;

# A running server with roles: Eve may create schemas and has no other right. Dora owns databases,
# Anna a ledger; Cron works for Anna.
sub start_node
{
    my ($name, @settings) = @_;
    $node = new_node($name, 'jit = off', 'autovacuum = off', @settings);
    $node->safe_psql('postgres', join ';', map { "CREATE ROLE lead_roi_test_$_ LOGIN" } qw(eve dora anna cron));
    return $node;
}

# A database of Dora's in which Eve is at home: eve.run() writes to the server's log as whom it runs,
# so that no rollback hides it, and makes Eve a superuser if it can.
sub add_database
{
    my ($database) = @_;
    $node->safe_psql('postgres', qq{CREATE DATABASE $database OWNER lead_roi_test_dora STRATEGY file_copy});
    $node->safe_psql($database, <<"SQL");
GRANT CREATE ON DATABASE $database TO lead_roi_test_eve, lead_roi_test_anna;
GRANT CREATE ON SCHEMA public TO PUBLIC;
SET ROLE lead_roi_test_eve;
CREATE SCHEMA eve;
GRANT USAGE ON SCHEMA eve TO PUBLIC;
CREATE FUNCTION eve.run() RETURNS boolean LANGUAGE plpgsql AS \$\$
DECLARE
    super pg_catalog.bool := (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname OPERATOR(pg_catalog.=) current_user);
BEGIN
    RAISE LOG 'planted code ran as % (superuser: %)', current_user, super;
    IF super THEN
        EXECUTE 'ALTER ROLE lead_roi_test_eve SUPERUSER';
    END IF;
    RETURN true;
END
\$\$;
CREATE FUNCTION eve.run_immutably() RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS \$\$
BEGIN
    RETURN eve.run();
END
\$\$;
CREATE FUNCTION eve.run_by_trigger() RETURNS trigger LANGUAGE plpgsql AS \$\$
BEGIN
    PERFORM eve.run();
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
\$\$;
SQL
    return;
}

# As whom what Eve has planted ran since that place in the log; and whether she is a superuser now
# (and then no longer).
sub ran_since
{
    my ($log) = @_;
    my %as = map { $_ => 1 } slurp_file($node->logfile, $log) =~ /planted code ran as (\w+) \(superuser/g;
    my $gained = $node->safe_psql('postgres', q{SELECT CASE WHEN rolsuper THEN 'superuser' ELSE 'nothing' END FROM pg_roles WHERE rolname = 'lead_roi_test_eve'});
    $node->safe_psql('postgres', 'ALTER ROLE lead_roi_test_eve NOSUPERUSER');
    return (join(',', sort keys %as) || 'nobody') . "; gained $gained";
}

# What a script of somebody's gives: what it prints, or the SQLSTATE of the first error. Each
# statement commits.
sub attempt
{
    my ($database, $user, $script, %options) = @_;
    my ($output, $errors) = ('', '');
    my $role = $user eq 'postgres' ? '' : ' user=lead_roi_test_' . $user;
    $script = "\\set VERBOSITY sqlstate\nSET client_min_messages = " . ($options{messages} // 'error') . ";\n$script;\n";
    IPC::Run::run([ 'psql', '-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr($database) . $role ],
        '<', \$script, '>', \$output, '2>', \$errors);
    return $1 if $errors =~ /(?:ERROR|FATAL):  (\w{5})$/m;
    chomp $output;
    return $output . ($options{messages} ? $errors : '');
}

# Test what somebody's scripts give.
sub attempts_give
{
    my ($database, $user, @pairs) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    while (my ($script, $expected) = splice @pairs, 0, 2)
    {
        is(attempt($database, $user, $script), $expected, "$user: " . substr($script =~ s/\s+/ /gr, 0, 150));
    }
    return;
}

# Statements that read every column of every row of all views of a ledger. They are careful
# themselves, as they are to be run in sessions that are not.
sub reading_views
{
    my ($database, $ledger) = @_;
    local $ENV{PGOPTIONS} = '-c search_path=pg_catalog';
    my @statements = split /\n/, $node->safe_psql($database, <<"SQL");
SELECT format('SELECT pg_catalog.max(v::pg_catalog.text) IS NULL AND false FROM %s.%I AS v;', '$ledger', relname)
FROM pg_class WHERE relnamespace = '$ledger'::regnamespace AND relkind = 'v' ORDER BY relname
SQL
    die "views are missing in $ledger" if @statements < 18;
    return join "\n", @statements;
}

# What they print.
sub all_read
{
    my ($statements) = @_;
    return join "\n", map { 'f' } split /\n/, $statements;
}

# A function for careful sessions that names the views of a ledger that can't be read.
our $broken_views = <<'SQL';
CREATE FUNCTION pg_temp.broken_views(ledger text) RETURNS text LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    view_name text;
    broken text;
    views integer := 0;
BEGIN
    FOR view_name IN SELECT relname FROM pg_class WHERE relnamespace = ledger::regnamespace AND relkind = 'v' ORDER BY 1 LOOP
        views := views + 1;
        BEGIN
            EXECUTE format('SELECT max(v::text) FROM %s.%I AS v', ledger, view_name);
        EXCEPTION WHEN OTHERS THEN
            broken := concat_ws(', ', broken, view_name || ' ' || sqlstate);
        END;
    END LOOP;
    RETURN coalesce(broken, CASE WHEN views >= 18 THEN 'none' ELSE views || ' views' END);
END
$$;
SQL

# Rows for a ledger, so that views have something to compute with.
our $rows = <<'SQL';
INSERT INTO lead_source (name, category) VALUES ('Agency', 'Paid');
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on) VALUES (1, 'fee', 100, '2024-01-31');
INSERT INTO amount_change VALUES (1, '2024-03-01', 120);
INSERT INTO expense (lead_source_id, incurred_on, amount, title) VALUES (1, '2024-01-10', 1000, 'Stand');
INSERT INTO visit VALUES (1, '2024-01-10', 300);
INSERT INTO lead (lead_source_id, created_on, converted_on) VALUES (1, '2024-01-12', '2024-01-20'), (NULL, '2024-01-12', NULL);
INSERT INTO payment (lead_id, paid_on, amount) VALUES (1, '2024-02-01', 1500)
SQL

# Operators and functions with names of those that the extension uses, some of them better matches for its
# arguments, to be planted in a schema @; and types that run what is planted.
our $plant = q{
CREATE FUNCTION @.times(integer, numeric) RETURNS numeric LANGUAGE sql AS 'SELECT CASE WHEN eve.run() THEN 1.0 END';
CREATE OPERATOR @.* (LEFTARG = integer, RIGHTARG = numeric, FUNCTION = @.times);
CREATE FUNCTION @.minus(numeric, numeric) RETURNS numeric LANGUAGE sql AS 'SELECT CASE WHEN eve.run() THEN 1.0 END';
CREATE OPERATOR @.- (LEFTARG = numeric, RIGHTARG = numeric, FUNCTION = @.minus);
CREATE FUNCTION @.compare(date, date) RETURNS boolean LANGUAGE sql AS 'SELECT eve.run()';
CREATE OPERATOR @.<= (LEFTARG = date, RIGHTARG = date, FUNCTION = @.compare);
CREATE OPERATOR @.= (LEFTARG = date, RIGHTARG = date, FUNCTION = @.compare);
CREATE FUNCTION @.compare(bigint, bigint) RETURNS boolean LANGUAGE sql AS 'SELECT eve.run()';
CREATE OPERATOR @.= (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = @.compare);
CREATE FUNCTION @.compare(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT eve.run()';
CREATE OPERATOR @.= (LEFTARG = text, RIGHTARG = text, FUNCTION = @.compare);
CREATE FUNCTION @.compare(name, name) RETURNS boolean LANGUAGE sql AS 'SELECT eve.run()';
CREATE OPERATOR @.= (LEFTARG = name, RIGHTARG = name, FUNCTION = @.compare);
CREATE FUNCTION @.compare(oid, oid) RETURNS boolean LANGUAGE sql AS 'SELECT eve.run()';
CREATE OPERATOR @.= (LEFTARG = oid, RIGHTARG = oid, FUNCTION = @.compare);
CREATE FUNCTION @.round(numeric, integer) RETURNS numeric LANGUAGE sql AS 'SELECT CASE WHEN eve.run() THEN 1.0 END';
CREATE FUNCTION @.isfinite(date) RETURNS boolean LANGUAGE sql AS 'SELECT eve.run()';
CREATE FUNCTION @.format(text, text, text) RETURNS text LANGUAGE sql AS 'SELECT eve.run()::text';
CREATE FUNCTION @.replace(text, text, text) RETURNS text LANGUAGE sql AS 'SELECT eve.run()::text';
CREATE FUNCTION @.now() RETURNS timestamptz LANGUAGE sql AS 'SELECT CASE WHEN eve.run() THEN pg_catalog.now() END';
CREATE FUNCTION @.quote_ident(text) RETURNS text LANGUAGE sql AS 'SELECT eve.run()::text';
CREATE FUNCTION @.pg_has_role(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT eve.run()';
CREATE FUNCTION @.ledger_today(anyenum) RETURNS date LANGUAGE sql AS 'SELECT CASE WHEN eve.run() THEN pg_catalog.now()::date END';
CREATE FUNCTION @.bill_dates(date, date, date, date, integer) RETURNS SETOF date LANGUAGE sql AS 'SELECT CASE WHEN eve.run() THEN $1 END';
CREATE FUNCTION @.post_bills(text, bigint[], date, bigint) RETURNS bigint LANGUAGE sql AS 'SELECT CASE WHEN eve.run() THEN 0::bigint END';
CREATE FUNCTION @.make_roi_summary(numeric, numeric, bigint, bigint, bigint) RETURNS integer LANGUAGE sql AS 'SELECT CASE WHEN eve.run() THEN 0 END';
CREATE FUNCTION @.keep_postings() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM eve.run(); RETURN NULL; END'};
our $types = join ';', map { "CREATE DOMAIN eve.$_ AS pg_catalog.$_ CHECK (eve.run())" } qw(text date oid regnamespace regclass bool int8 int4 name jsonb numeric);

1;
