# Every setting that a user or a superuser may change, set on the database, on the owner of the ledger and on
# the role as which the biller connects, to values as hostile as it takes: the worker posts 9 of 10 bills in
# exact amounts, and shows the one that can't be posted.
#
# Databases that are copies of one another take a setting each, so that a check of the worker, which goes
# through all of them, tries as many settings as there are databases.
#
#     script/test test/tap/029_worker_hostile_settings.pl :: work_mem exit_on_error      some settings alone
use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time);

use LeadRoi qw(new_node worker_settings configure set_today add_ledger);

my @databases = map { sprintf 'books_%02d', $_ } 1 .. 40;
my $owner = 'lead_roi_test_anna';
my $node = new_node('hostile_settings', worker_settings('2000-01-01'), "lead_roi.naptime = '1h'", 'max_connections = 20');

# The server refuses these in ALTER DATABASE and ALTER ROLE, whatever the value; so nobody can set them. Since 19 the only value of
# standard_conforming_strings is its default.
my @never_accepted = qw(transaction_deferrable transaction_isolation);
unshift @never_accepted, 'standard_conforming_strings' if $node->safe_psql('postgres', 'SHOW server_version_num') >= 190000;

# Odd values of settings that take a text; the first one that the server accepts is set.
my @odd_texts = (q{'planted', 'marketing', 'lead_roi'}, q{'odd, value'}, q{'odd'}, q{'POSTGRES, DMY'}, q{'Pacific/Kiritimati'}, q{'16'}, q{''});
my %texts = (
    lc_messages => [ q{'POSIX'}, q{'C'} ], timezone_abbreviations => [q{'Australia'}],
    DateStyle => [q{'SQL, DMY'}], TimeZone => [q{'Pacific/Kiritimati'}], client_encoding => [ q{'SJIS'}, q{'LATIN1'}, q{'SQL_ASCII'} ],
    'plpgsql.extra_errors' => [q{'all'}], 'plpgsql.extra_warnings' => [q{'all'}], restrict_nonsystem_relation_kind => [q{'view, foreign-table'}],
    temp_tablespaces => [q{''}], default_tablespace => [q{'odd'}], synchronous_standby_names => [q{'odd'}],
    log_destination => [q{'csvlog'}], log_min_messages => [q{'debug5, bgworker:panic'}], wal_consistency_checking => [q{'all'}], debug_io_direct => [q{'data'}]);

# One bill a month of each of ten recurring expenses: 1.25, 2.25, and so on. The last one has a lead source
# that isn't there. In a database of its own, of which the others are copies.
sub create_databases
{
    $node->safe_psql('postgres', "CREATE ROLE $owner; CREATE ROLE nobody; CREATE DATABASE original; CREATE EXTENSION lead_roi");
    $node->safe_psql('original', "GRANT CREATE ON DATABASE original TO $owner; CREATE EXTENSION lead_roi");
    $node->safe_psql('original', <<SQL);
SET client_min_messages = warning;
SET ROLE $owner;
SELECT lead_roi.create_ledger(time_zone => 'UTC');
INSERT INTO marketing.lead_source (name) VALUES ('source');
RESET ROLE;
SET session_replication_role = replica;
INSERT INTO marketing.recurring_expense (lead_source_id, title, amount, starts_on)
SELECT CASE n WHEN 10 THEN 999 ELSE 1 END, 'fee', n + 0.25, '2000-01-15' FROM generate_series(1, 10) AS n;
SQL
    $node->safe_psql('postgres', join '', map { "CREATE DATABASE $_ TEMPLATE original STRATEGY file_copy;\n" } @databases);
    return;
}

# The hostile values of a setting: [name, values of which the first that is accepted is taken].
sub hostile_values
{
    my ($name, $kind, $value, $min, $max, $others) = @_;
    return [ $name, $value eq 'on' ? 'off' : 'on' ] if $kind eq 'bool';
    return map { [ $name, "'$_'" ] } split /,/, $others if $kind eq 'enum';
    return map { [ $name, "'$_'" ] } grep { $_ != $value } $min, $max if $kind =~ /integer|real/;
    return [ $name, @{ $texts{$name} // \@odd_texts } ];
}

# All settings with their hostile values, and those that pg_settings doesn't show.
sub all_cases
{
    my $settings = $node->safe_psql('original', q{
SET client_min_messages = error;
LOAD 'plpgsql';
SELECT name, vartype, setting, min_val, max_val,
       (SELECT string_agg(other, ',') FROM unnest(enumvals) AS other WHERE other <> setting)
FROM pg_settings WHERE context IN ('user', 'superuser') ORDER BY name});
    my @cases = map { hostile_values(split /\|/, $_, -1) } split /\n/, $settings;
    push @cases, [ 'role', 'nobody' ], [ 'session_authorization', 'nobody' ], [ 'lead_roi.testing_today', q{'2100-01-01'} ];
    return @cases;
}

# Set the cases on their databases, with their owner and the biller's role there, in one go or, where the
# server refuses a value, one by one with the next one. Returns what is set in each database.
sub set_hostile
{
    my (%case) = @_;
    my (%set, $refusals);
    my $statements = sub {
        my ($database, $name, $value) = @_;
        return join "\n", map { "ALTER $_ SET $name = $value;" } "DATABASE $database", map { "ROLE $_ IN DATABASE $database" } $owner, 'postgres';
    };
    my %values = map { my ($name, @values) = @{ $case{$_} }; ($_ => \@values) } keys %case;
    while (%values)
    {
        $node->psql('postgres', join("\n", map { "\\warn $_\n" . $statements->($_, $case{$_}[0], $values{$_}[0]) } sort keys %values),
            on_error_stop => 0, stderr => \$refusals);
        my %refusal = $refusals =~ /^(books_\d+)\n(?:psql:\S+ (?:WARNING|NOTICE|DETAIL|HINT).*\n)*psql:\S+ ERROR:\s+(.*)$/mg;
        for my $database (sort keys %values)
        {
            my $setting = "$case{$database}[0] = " . shift @{ $values{$database} };
            note "$setting: $refusal{$database}" if $refusal{$database};
            $set{$database} = $setting unless $refusal{$database};
            delete $values{$database} if $set{$database} || !@{ $values{$database} };
        }
    }
    return %set;
}

# Take all settings back.
sub reset_all
{
    $node->safe_psql('postgres', join '', map { my $database = $_; map { "ALTER $_ RESET ALL;\n" } "DATABASE $database",
        map { "ROLE $_ IN DATABASE $database" } $owner, 'postgres' } @_);
    return;
}

# Have the worker check these databases once on that day; true if all checks come to an end.
sub check_on
{
    my ($day, @checked) = @_;
    my $before = $node->safe_psql('postgres', 'SELECT clock_timestamp()');
    configure($node, 'lead_roi.databases' => join(', ', @checked), 'lead_roi.testing_today' => $day);
    my $number = @checked;
    return $node->poll_query_until('postgres', "SELECT count(*) = $number FROM lead_roi.worker_check WHERE ledger = 'marketing' AND last_check_at > '$before'");
}

# What was posted in each of these databases for a month, and what is shown to have failed; failures are
# cleared, so that the next check tries them again.
sub results
{
    my ($month, @checked) = @_;
    my $script = join '', map { "\\connect $_\n" . <<SQL } @checked;
SELECT current_database(), (SELECT count(*) || ' ' || coalesce(sum(amount), 0) FROM marketing.expense WHERE incurred_on = '$month-15')
    || ', ' || (SELECT count(*) || ' ' || coalesce(min(sqlstate), '') FROM marketing.posting_failure);
DELETE FROM marketing.posting_failure;
SQL
    return map { split /\|/ } grep { /\|/ } split /\n/, $node->safe_psql('postgres', $script);
}

create_databases();
my $begin = time;
my %chosen = map { $_ => 1 } @ARGV;
my @cases = grep { !@ARGV || $chosen{ $_->[0] } } all_cases();
my %all = map { $_->[0] => 1 } @cases;
my ($month, %tried) = (12 * 2000);
while (my @round = splice @cases, 0, scalar @databases)
{
    my %case = set_hostile(map { $databases[$_] => $round[$_] } 0 .. $#round);
    $tried{s/ = .*//r}++ for values %case;
    my @checked = sort keys %case;
    my $date = sprintf '%d-%02d', int($month / 12), $month % 12 + 1;
    $month++;
    ok(check_on("$date-28", @checked), "$date: all checks come to an end");
    reset_all(@checked);
    my %result = results($date, @checked);
    # 1 + 2 + ... + 9, and nine quarters
    is($result{$_} // 'nothing', '9 47.25, 1 23503', $case{$_}) for @checked;
}
note sprintf '%d settings, %.0f s', scalar keys %tried, time - $begin;

is(join(' ', grep { !$tried{$_} } sort keys %all), join(' ', @never_accepted), 'a hostile value of every setting was tried, but of those that can\'t be set') unless @ARGV;

$node->stop;
done_testing();
