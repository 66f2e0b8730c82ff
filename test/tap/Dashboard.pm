# Reports of script/dashboard, and the databases that they are made from: what its tests share. Text is bytes in UTF-8
# all the way, so that names of every script pass through as they are.
package Dashboard;

use strict;
use warnings FATAL => 'all';

use Cwd;
use Exporter 'import';
use JSON::PP;
use PostgreSQL::Test::Utils;
use Test::More;

use LeadRoi qw(new_node);

our @EXPORT_OK = qw(@views new_dashboard_node run_dashboard report browse value write_bytes);

# What a reader needs SELECT on.
our @views = qw(default_period counted_lead_source lead_source_monthly_summary monthly_roi cohort_curve lead_source_lifetime
  lead_source_retention lead_source_survival bill_total expense_variance finding unresolved_traffic);

my $root = getcwd();
my $node;

# A server with the databases: the sample company; nothing; one lead source; two hundred with names of all kinds; a year in yen.
sub new_dashboard_node
{
    my (@databases) = @_;
    $node = new_node('dashboard', "shared_preload_libraries = 'lead_roi'", "lead_roi.testing_today = '2020-12-31'");
    $node->safe_psql('postgres', "CREATE DATABASE $_") for @databases;
    for my $database (@databases)
    {
        if ($database eq 'sample')
        {
            chdir "$root/demo" or die;
            $node->command_ok([ 'psql', '-X', '-q', '-d', $node->connstr('sample'), '-f', 'load.sql' ], 'the sample company');
            chdir $root or die;
            $node->safe_psql('sample', 'SELECT lead_roi.post_due_expenses()');
            next;
        }
        my $currency = $database eq 'yen' ? q{, currency => 'JPY'} : '';
        $node->safe_psql($database, "CREATE EXTENSION lead_roi; SELECT lead_roi.create_ledger(time_zone => 'UTC'$currency)");
        fill_single() if $database eq 'single';
        fill_many() if $database eq 'many';
        fill_yen() if $database eq 'yen';
    }
    return $node;
}

# Write bytes to a file; returns its name.
sub write_bytes
{
    my ($name, $bytes) = @_;
    open my $file, '>:raw', $name or die "$name: $!";
    print $file $bytes;
    close $file;
    return $name;
}

# Write a report; returns its exit code, its HTML and its messages as bytes.
sub run_dashboard
{
    my (@arguments) = @_;
    my ($html, $messages) = ('', '');
    IPC::Run::run([ "$root/script/dashboard", @arguments ], '>', \$html, '2>', \$messages);
    return ($? >> 8, $html, $messages);
}

# The report of a database, which must come without a message.
sub report
{
    my ($database, @options) = @_;
    my ($code, $html, $messages) = run_dashboard(@options, $node->connstr($database));
    is("$code $messages", '0 ', "the report of $database is written without a message" . (@options ? " with @options" : ''));
    return $html;
}

# What a browser sees on these visits (see test/browser.js).
sub browse
{
    my (@visits) = @_;
    my ($seen, $messages) = ('', '');
    IPC::Run::run([ 'node', "$root/test/browser.js", 'chromium', PostgreSQL::Test::Utils::tempdir() . '/profile' ],
        '<', \JSON::PP->new->encode(\@visits), '>', \$seen, '2>', \$messages)
      or die "no browser: $messages";
    return @{ JSON::PP->new->decode($seen) };
}

# The answer of a database.
sub value
{
    my ($database, $query) = @_;
    return $node->safe_psql($database, "SET search_path = marketing, lead_roi; $query");
}

sub fill_single
{
    $node->safe_psql('single', <<'SQL');
SET search_path = marketing;
INSERT INTO lead_source (name) VALUES ('The only one');
INSERT INTO expense (lead_source_id, title, incurred_on, amount) VALUES (1, 'Flyer', '2020-11-03', 1234567890123456.78);
INSERT INTO lead (lead_source_id, created_on, converted_on) VALUES (1, '2020-11-05', '2020-11-20');
INSERT INTO payment (lead_id, paid_on, amount) VALUES (1, '2020-11-21', 0.04);
SQL
    return;
}

# 12 x 100,001 for 7 leads, of whom 2 became customers and got 250 back each.
sub fill_yen
{
    $node->safe_psql('yen', <<'SQL');
SET search_path = marketing;
INSERT INTO lead_source (name) VALUES ('東京ビッグサイト展示会');
INSERT INTO expense (lead_source_id, title, incurred_on, amount)
SELECT 1, 'Stand', date '2019-12-03' + make_interval(months => m), 100001 FROM generate_series(0, 11) AS m;
INSERT INTO lead (lead_source_id, created_on, converted_on)
SELECT 1, '2020-03-01', CASE WHEN n <= 2 THEN date '2020-04-01' END FROM generate_series(1, 7) AS n;
INSERT INTO payment (lead_id, paid_on, amount) VALUES (1, '2020-05-01', -250), (2, '2020-05-01', -250);
SQL
    return;
}

sub fill_many
{
    $node->safe_psql('many', <<'SQL');
SET search_path = marketing;
INSERT INTO lead_source (name, category)
SELECT CASE n % 8
       WHEN 0 THEN 'Ein sehr langer Name ' || n || repeat(' der nicht aufhört', 12)
       WHEN 1 THEN 'حملة إعلانية ' || n || ' للشركات الصغيرة والمتوسطة'
       WHEN 2 THEN 'קמפיין ' || n || ' (2020)'
       WHEN 3 THEN repeat('🚀👩‍👩‍👧‍👦', 1 + n % 9) || ' launch ' || n
       WHEN 4 THEN '<script>document.title = "' || n || '"</script><img src=x onerror=alert(1)></title></style></svg></bdi>&amp;'
       WHEN 5 THEN 'Supercalifragilistic' || repeat('expialidocious', 10) || n
       WHEN 6 THEN 'x' || n || U&'\202Eoverride' || E'\nand a second line" opacity="1" class="x'
       ELSE '"quoted'' ${n} $& ' || n END,
       CASE WHEN n % 3 = 0 THEN '<b>Category</b> ' ELSE 'Category ' END || n % 20
FROM generate_series(1, 200) AS n;
INSERT INTO expense (lead_source_id, title, incurred_on, amount)
SELECT n, 'Flyer', date '2018-01-01' + (n * 13 + m * 90) % 1090, (n * 37 + m * 11) % 5000
FROM generate_series(1, 180) AS n, generate_series(1, 12) AS m;
INSERT INTO expense (lead_source_id, title, incurred_on, amount) VALUES (200, 'typed wrong', '1902-02-03', 1);
INSERT INTO lead (lead_source_id, created_on, converted_on, churned_on)
SELECT n, created_on, CASE WHEN m % 3 = 0 THEN created_on + 10 END, CASE WHEN m % 9 = 0 THEN created_on + 10 + (m * 7 + n) % 300 END
FROM generate_series(1, 190) AS n, generate_series(1, 30) AS m, LATERAL (SELECT date '2019-01-01' + (n * 7 + m * 23) % 700 AS created_on) AS day;
INSERT INTO payment (lead_id, paid_on, amount)
SELECT lead_id, converted_on + 30 * k, (lead_source_id * 17 + k * 3) % 900
FROM lead, generate_series(0, 5) AS k WHERE converted_on IS NOT NULL;
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on)
SELECT n, '<i>fee</i>', n * 10, date '2020-11-01' + n % 40 FROM generate_series(1, 50) AS n;
INSERT INTO lead_source_alias (pattern, lead_source_id) VALUES ('google / cpc', 1), ('news / email', 2), ('news / social', 2), ('<i>fair</i> / qr', 3);
UPDATE lead_source SET channel = '<b>"Events" & ' || repeat('more', 30) WHERE lead_source_id = 3;
INSERT INTO lead (traffic_source, created_on)
SELECT lead_roi.traffic_source(CASE n WHEN 1 THEN '<script>alert(1)</script>' WHEN 2 THEN 'O''Neill''s \ "blog"' WHEN 3 THEN 'إعلان' WHEN 4 THEN repeat('long ', 90) WHEN 5 THEN 'gogle' ELSE 'site' || n END,
                               CASE WHEN n = 5 THEN 'cpc' ELSE 'referral' END), date '2020-01-01' + n
FROM generate_series(1, 26) AS n, generate_series(n, 26);
SQL
    return;
}

1;
