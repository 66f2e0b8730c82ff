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
    '36000.00|132077.66|266.8824|366.8824|220|163.636364|11|3272.727273', 'the agency over its lifetime');
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

# Loading once more changes nothing; sql/load.sql shows that corrections come in.
my $everything = join ' UNION ALL ', map { "SELECT $_\::text FROM $_" } qw(lead_source recurring_expense amount_change expense visit lead_source_alias known_source lead payment);
my $loaded = value("SELECT md5(string_agg(row, ' ' ORDER BY row COLLATE \"C\")) FROM ($everything) AS rows (row)");
command_ok([ 'psql', '-X', '-q', '-d', $node->connstr('postgres'), '-f', 'load.sql' ], 'load.sql runs again');
is(value("SELECT md5(string_agg(row, ' ' ORDER BY row COLLATE \"C\")) FROM ($everything) AS rows (row)"), $loaded, 'and has changed nothing');

#
# Nobody has assigned a lead by hand: each has the lead source that this reading of its links has, too.
#

my @readings = (
    [ qr/=quilmark|=Inside\+Office|softwarecompass|^ $/ => '(unknown)' ],
    [ qr/harbour-fair|booth%2014/i => 'Harbour Business Fair' ],
    [ qr/northern-days/i => 'Northern Software Days' ],
    [ qr/utm_source=(?:%20)?quillmark.* 2018/i => 'Northlight agency' ],
    [ qr/utm_source=(?:%20)?quillmark|gclid=|msclkid=/i => 'Search ads' ],
    [ qr/bannerfield/i => 'Banner' ],
    [ qr/=flyer/i => 'Flyer drop' ],
    [ qr/chatterlane.*medium=(?:paid|cpc)/i => 'Social ads' ],
    [ qr/chatterlane|fbclid=|linkedin|t\.co/i => 'Social posts' ],
    [ qr/=partner/i => 'Partner programme' ],
    [ qr/=friend/i => 'Word of mouth' ],
    [ qr/=newsletter/i => 'Website' ],
    [ qr/ (?:https|android-app):\S*(?:google|bing|duckduckgo|ecosia|yahoo)/ => 'Organic search' ],
    [ qr/deskwell/ => 'Website' ]);
my (%read, %leads);
for (grep { !/^Id,/ } split /\n/, slurp_file('leads.csv'))
{
    my ($id, $landing_url, $referrer, $created_on) = split /,/;
    ($read{$id}) = map { $_->[1] } grep { ($landing_url || $referrer ? "$landing_url $referrer $created_on" : ' ') =~ $_->[0] } @readings;
    $leads{ $read{$id} }++;
}
is(value(q{SELECT count(*) FROM lead WHERE lead_source_id IS NOT NULL}), '0', 'no lead has a lead source of its own');
my %resolved = map { split /\|/ } split /\n/, value(q{
    SELECT external_id, coalesce(name, '(unknown)')
    FROM lead JOIN lead_fact USING (lead_id) LEFT JOIN lead_source ON lead_source.lead_source_id = lead_fact.lead_source_id});
is(scalar keys %resolved, scalar keys %read, 'all leads are facts');
is(join(', ', map { "$_ $resolved{$_}" } grep { $resolved{$_} ne $read{$_} } sort keys %read), '', 'each lead is resolved');
is(join(', ', map { "$_ $leads{$_}" } sort keys %leads),
    '(unknown) 60, Banner 240, Flyer drop 45, Harbour Business Fair 160, Northern Software Days 95, Northlight agency 220, Organic search 380, '
      . 'Partner programme 170, Search ads 620, Social ads 330, Social posts 150, Website 470, Word of mouth 110', 'as many as each lead source brought');

is(value(q{SELECT sum(expense), sum(revenue), sum(visitors), sum(leads), sum(customers) FROM channel_roi}),
    value(q{SELECT (SELECT sum(amount) FROM expense), (SELECT sum(amount) FROM payment), (SELECT sum(visitors) FROM visit),
                   count(*), count(converted_on) FROM lead}), 'channels add up to the ledger');
is(value(q{SELECT channel, expense, leads FROM channel_roi WHERE channel IN ('Paid Search', 'Paid Social', 'Offline', 'Affiliates', 'Own website') ORDER BY channel}),
    value(q{SELECT channel, sum(expense), sum(leads)
            FROM lead_source_roi JOIN (VALUES ('Paid Search', 'Northlight agency'), ('Paid Search', 'Search ads'), ('Paid Social', 'Social ads'),
                     ('Offline', 'Flyer drop'), ('Offline', 'Radio spots'), ('Offline', 'Harbour Business Fair'), ('Offline', 'Northern Software Days'),
                     ('Affiliates', 'Partner programme'), ('Own website', 'Website')) AS known (channel, lead_source) USING (lead_source)
            GROUP BY channel ORDER BY channel}), 'each lead source is in its channel');

# What is unresolved, counted in the file; the statement mends it.
my %unresolved = ('quilmark / cpc / that-fits' => qr/=quilmark/, 'inside office / email / issue-112' => qr/=Inside/,
    'softwarecompass.example / referral' => qr/softwarecompass/);
is(value(q{SELECT traffic_source, leads FROM unresolved_traffic ORDER BY traffic_source COLLATE "C"}),
    join("\n", map { my $link = $unresolved{$_}; "$_|" . grep { $_ =~ $link } split /\n/, slurp_file('leads.csv') } sort keys %unresolved),
    'what nobody has assigned');
is(value(q{SELECT closest FROM unresolved_traffic WHERE traffic_source ~ 'quilmark'}), 'quillmark / cpc', 'a typing error is near what was meant');
$node->safe_psql('postgres', value(q{SELECT mend FROM unresolved_traffic WHERE traffic_source ~ 'quilmark'}));
is(value(q{SELECT leads FROM lead_source_roi WHERE lead_source = 'Search ads'}),
    620 + (() = slurp_file('leads.csv') =~ /=quilmark/g), 'and counts as it once it is mended, as of the day on which it was seen');

$node->stop;
done_testing();
