# docs/reference.md is what the catalogue, the comments and the examples make today, and the making
# of it refuses an object without an example or a room.
use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Utils;
use Test::More;

use LeadRoi qw(new_node);

my $node = new_node('reference');
my $expected = slurp_file('docs/reference.md');

# Make the page in a database of its own; what is printed, and the errors.
sub make_page
{
    my ($database, $preparation) = @_;
    my ($page, $errors) = ('', '');
    $node->safe_psql('postgres', "CREATE DATABASE $database");
    $node->safe_psql($database, $preparation) if $preparation;
    local @ENV{qw(PGHOST PGPORT PGDATABASE)} = ($node->host, $node->port, $database);
    IPC::Run::run([ 'bash', 'docs/reference/print.sh' ], '>', \$page, '2>', \$errors);
    return ($page, $errors);
}

# The lines that differ, without the many that don't.
sub differences
{
    my ($old, $new) = map { my $file = PostgreSQL::Test::Utils::tempdir() . '/page'; append_to_file($file, $_); $file } @_;
    my $lines = '';
    IPC::Run::run([ 'diff', '-u', $old, $new ], '>', \$lines);
    return $lines;
}

my ($page, $errors) = make_page('made');
is($errors, '', 'the page is made');
is(differences($expected, $page), '', 'docs/reference.md is up to date; else run script/reference');

# Objects that somebody added without an example.
(undef, $errors) = make_page('forgotten', <<'SQL');
CREATE EXTENSION lead_roi;
CREATE FUNCTION lead_roi.forgotten(integer) RETURNS integer LANGUAGE sql RETURN $1;
COMMENT ON FUNCTION lead_roi.forgotten(integer) IS 'Nobody wrote an example.';
ALTER EXTENSION lead_roi ADD FUNCTION lead_roi.forgotten(integer);
CREATE FUNCTION lead_roi.hidden(integer) RETURNS integer LANGUAGE sql RETURN $1;
COMMENT ON FUNCTION lead_roi.hidden(integer) IS 'Internal: nobody needs an example.';
ALTER EXTENSION lead_roi ADD FUNCTION lead_roi.hidden(integer);
SQL
like($errors, qr/no example of forgotten\(\)/, 'a public object without an example is refused');
unlike($errors, qr/hidden/, 'an internal one is left out');

(undef, $errors) = make_page('gone', <<'SQL');
CREATE EXTENSION lead_roi;
ALTER EXTENSION lead_roi DROP FUNCTION lead_roi.payback_periods(numeric, numeric, numeric);
SQL
like($errors, qr/example of payback_periods\(\), which is not a public object/, 'an example of an object that does not exist is refused');

# Each example is in a section and shows its result, so that a reader sees what a call gives.
my @sections = $expected =~ /^## (.*)$/mg;
my @entries = split /^### /m, $expected;
shift @entries;
cmp_ok(scalar @sections, '>', 15, 'the page has sections: ' . join ', ', @sections);
is_deeply([ map { /^(.*)$/m } grep { !/^```sql\n.*?^```\n\n```\n.+?^```$/ms } @entries ], [], 'every example shows its result');
unlike($expected, qr/^(?:## Room|Internal:)|lead_roi_internal/m, 'and nothing internal is on the page');

$node->stop;
done_testing();
