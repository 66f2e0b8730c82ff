# The sample company: its CSV files are what its generator writes, and its report shows the figures
# of the worked example in the README.
use strict;
use warnings FATAL => 'all';

use File::Basename;
use PostgreSQL::Test::Utils;
use Test::More;

use LeadRoi qw(new_node expansion_differences);

my $generated = PostgreSQL::Test::Utils::tempdir();
command_ok([ 'perl', 'demo/generate.pl', $generated ], 'generated');
for my $file (sort glob('demo/*.csv'))
{
    is(slurp_file($file), slurp_file("$generated/" . basename($file)), "$file is what the generator writes");
}

my $node = new_node('demo', "shared_preload_libraries = 'lead_roi'", "lead_roi.databases = 'postgres'",
    'lead_roi.naptime = 1s', "lead_roi.testing_today = '2020-12-31'");
chdir 'demo' or die;
for my $script (qw(load bookkeeping report))
{
    $node->poll_query_until('postgres', q{SELECT last_run_posted = 106 AND overdue_expenses = 0 FROM marketing.worker_status})
      or die 'the worker posted nothing'
      if $script eq 'bookkeeping';
    command_ok([ 'psql', '-X', '-q', '-d', $node->connstr('postgres'), '-f', "$script.sql" ], "$script.sql runs");
}

sub value
{
    my ($query) = @_;
    return $node->safe_psql('postgres', "SET search_path = marketing, lead_roi; $query");
}

# 36,000 spent in 2018, 220 leads, 11 customers; 33,335 paid in 2018, 132,077.66 in all.
is(value(q{SELECT expense, revenue, roi_percent, roas_percent, leads, cost_per_lead, customers, cost_per_customer
           FROM lead_source_roi WHERE lead_source = 'Northlight agency'}),
    '36000.00|132077.66|266.8824|366.8824|220|163.64|11|3272.73', 'the agency over its lifetime');
is(value(q{SELECT round(100 * roi(revenue, expense), 1)
           FROM activity JOIN lead_source USING (lead_source_id)
           WHERE name = 'Northlight agency' AND occurred_on <= '2018-12-31'}), '-7.4', 'the agency in 2018');
# 1,000 invested and 1,225 returned.
is(value(q{SELECT expense, revenue, roi_percent FROM lead_source_roi WHERE lead_source = 'Flyer drop'}),
    '1000.00|1225.00|22.5000', 'the flyer drop');
is(value(q{SELECT leads, cost_per_lead, roi_percent FROM lead_source_roi WHERE lead_source = 'Radio spots'}),
    '0||-100.0000', 'cost and no leads');
is(value(q{SELECT (SELECT sum(leads) FROM lead_source_roi) = (SELECT count(*) FROM lead)
              AND (SELECT sum(revenue) FROM lead_source_roi) = (SELECT sum(amount) FROM payment)
              AND (SELECT sum(expense) FROM lead_source_category_roi) = (SELECT sum(amount) FROM expense)}), 't', 'totals');

$node->stop;
done_testing();
