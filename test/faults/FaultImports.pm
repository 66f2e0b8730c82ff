# Files of expenses that clients load while faults strike. A file whose client has failed is loaded again, until it is there. Each
# row is then in the ledger once, with the amount of the last file that has it. Shared by RandomFaults.pm's ledgers.
package FaultImports;

use strict;
use warnings FATAL => 'all';

use Exporter 'import';
use POSIX qw(:sys_wait_h);

our @EXPORT_OK = qw(begin_imports go_on_importing import_is_under_way finish_import imported_differences);

# A file has so many rows; the second half of them is in the next file, too, with other amounts.
use constant ROWS => 100;

# For each ledger, by name: how many files are there, the client that loads the next one, and whether that was tried before.
my %imports;

# Forget all files: the ledgers are empty.
sub begin_imports
{
    my (@ledgers) = @_;
    %imports = map { $_->[1] => { loaded => 0, client => 0, tried => 0 } } @ledgers;
    return;
}

# The statement that loads the file of that number, as the owner of the ledger.
sub import_statement
{
    my ($ledger, $number) = @_;
    my ($first, $last) = ($number * ROWS / 2, ($number + 2) * ROWS / 2 - 1);
    return <<SQL;
SET ROLE $ledger->[2];
SELECT lead_roi.import_file('$ledger->[1]', convert_to(E'lead_source,incurred_on,amount,external_id\\n' ||
    string_agg(format('%s,%s,%s,%s', CASE id % 3 WHEN 0 THEN 'other' ELSE 'source' END, date '1999-01-01' + id % 300, id + $number / 100.0, id), E'\\n'), 'UTF8'), 'plain_expense')
FROM generate_series($first, $last) AS id
SQL
}

# Start a client that loads the next file.
sub start_client
{
    my ($node, $ledger) = @_;
    my $import = $imports{ $ledger->[1] };
    my $client = fork // die "cannot fork: $!";
    if ($client == 0)
    {
        open STDOUT, '>', '/dev/null';
        open STDERR, '>', '/dev/null';
        exec 'psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr($ledger->[0]), '-c', import_statement($ledger, $import->{loaded} + 1) or POSIX::_exit(127);
    }
    @{$import}{qw(client tried)} = ($client, $import->{tried} + 1);
    return;
}

# Note how a client has ended, if it has.
sub note_end
{
    my ($import, $ended) = @_;
    return if $ended == 0;
    @{$import}{qw(loaded tried)} = ($import->{loaded} + 1, 0) if $? == 0;
    $import->{client} = 0;
    return;
}

# Is a client at work?
sub import_is_under_way
{
    my (@ledgers) = @_;
    my @imports = grep { $_->{client} } map { $imports{ $_->[1] } } @ledgers;
    note_end($_, waitpid($_->{client}, WNOHANG)) for @imports;
    return grep { $_->{client} } @imports;
}

# Have a client at work for a ledger. Counts files, and how often one is loaded again.
sub go_on_importing
{
    my ($node, $ledger, $count) = @_;
    return if import_is_under_way($ledger);
    $count->{ $imports{ $ledger->[1] }{tried} ? 'files loaded again' : 'files loaded' }++;
    start_client($node, $ledger);
    return;
}

# Wait for the client of a ledger, and load its file again if that has failed. True if the file is there.
sub finish_import
{
    my ($node, $ledger, $count) = @_;
    my $import = $imports{ $ledger->[1] };
    note_end($import, waitpid($import->{client}, 0)) if $import->{client};
    return 1 if !$import->{tried};
    go_on_importing($node, $ledger, $count);
    note_end($import, waitpid($import->{client}, 0));
    return !$import->{tried};
}

# How many rows of the files are lost and extra in a ledger.
sub imported_differences
{
    my ($node, $ledger) = @_;
    my $files = $imports{ $ledger->[1] }{loaded};
    my ($half, $last) = (ROWS / 2, ($files + 2) * ROWS / 2 - 1);
    return split /\|/, $node->safe_psql($ledger->[0], <<SQL);
WITH filed AS (SELECT id::text AS external_id, id + least($files, id / $half) / 100.0 AS amount FROM generate_series($half, $last) AS id WHERE $files > 0),
     imported AS (SELECT external_id, amount FROM $ledger->[1].expense WHERE recurring_expense_id IS NULL)
SELECT (SELECT count(*) FROM (SELECT * FROM filed EXCEPT ALL SELECT * FROM imported) AS lost),
       (SELECT count(*) FROM (SELECT * FROM imported EXCEPT ALL SELECT * FROM filed) AS extra)
SQL
}

1;
