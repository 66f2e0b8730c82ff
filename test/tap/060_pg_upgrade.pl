# pg_upgrade, a real run with the library preloaded in both servers: ledgers are complete to the last
# grant and comment, and go on where they stood. The worker has something to do meanwhile, and keeps out.
# LEAD_ROI_OLD_POSTGRESQL names the folder of the old server, which has lead_roi installed, as script/pg_upgrade does; else both are the same.
use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Utils;
use Test::More;

use LeadRoi qw(new_node new_node_of worker_settings configure);
use LedgerCopy qw($today @all_schemas create_roles create_original facts differences last_keys goes_on);

my $pg_config = $ENV{PG_CONFIG} // 'pg_config';
chomp(my $bindir = qx{"$pg_config" --bindir});
for my $program (qw(pg_upgrade postgres initdb pg_ctl pg_controldata pg_resetwal pg_dump pg_dumpall pg_restore psql vacuumdb))
{
    plan skip_all => "there is no $program in the folder \"$bindir\"" unless -x "$bindir/$program";
}

my $old_path = $ENV{LEAD_ROI_OLD_POSTGRESQL};
my $old_bindir = defined $old_path ? "$old_path/bin" : $bindir;
my $old = new_node_of('old', $old_path, worker_settings($today), 'jit = off');
my $new = new_node('new', worker_settings($today), 'jit = off');
create_roles($old);
$old->safe_psql('postgres', 'CREATE DATABASE original OWNER copy_owner');
$old->safe_psql('original', 'CREATE SCHEMA marketing AUTHORIZATION pg_database_owner', extra_params => [ '-U', 'copy_owner' ]);
create_original($old, 'original', 'copy_owner');
my $before = facts($old, 'original', @all_schemas);
my $last_keys = last_keys($old, 'original');
like($before, qr/^marketing\.posting has /m, 'there are rows to compare');
note($old->safe_psql('postgres', 'SELECT version()') . '; ' . $new->safe_psql('postgres', 'SELECT version()'));

$_->stop for $old, $new;
configure($_, 'lead_roi.databases' => 'original', 'lead_roi.testing_today' => '2024-07-31') for $old, $new;
# The old server's libraries that this system doesn't have.
local $ENV{LD_LIBRARY_PATH} = "$old_path/lib" if defined $old_path;
chdir PostgreSQL::Test::Utils::tempdir() or die "no folder to work in: $!";
command_ok(
    [ "$bindir/pg_upgrade", '--no-sync', '-b', $old_bindir, '-B', $bindir, '-d', $old->data_dir, '-D', $new->data_dir,
      '-p', $old->port, '-P', $new->port, '-s', $new->host ],
    'pg_upgrade');

configure($new, 'lead_roi.databases' => undef, 'lead_roi.testing_today' => $today);
$new->start;
# Servers of another version write expressions otherwise, and what expressions make is compared as rows of views. From 17 on there is the
# privilege MAINTAIN, a statistics target that isn't set is NULL, and array types are members of an extension, too.
sub comparable
{
    my ($facts) = @_;
    return $facts unless defined $old_path;
    return join "\n", grep { !/^(?:view|policy|statistics|function of|sequence|constraint \S+_not_null) / && !/ may MAINTAIN / } split /\n/, $facts =~ s/, statistics -1, /, statistics , /gr =~ s/, \d+ members$//mgr;
}
is(differences(comparable($before), comparable(facts($new, 'original', @all_schemas))), '', 'everything is there, nothing else');
goes_on($new, 'original', 'copy_owner', $last_keys, 'after pg_upgrade');

configure($new, 'lead_roi.databases' => 'original', 'lead_roi.testing_today' => '2024-08-31');
ok($new->poll_query_until('original', q{SELECT EXISTS (SELECT FROM marketing.expense WHERE title = 'open' AND incurred_on = '2024-08-30')}),
    'the worker goes on too');

$new->stop;
done_testing();
