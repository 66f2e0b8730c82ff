#!/usr/bin/perl
#
# Writes the sample data of lead_roi: the books of an invented consultancy for
# business software, 2018-01-01 to 2020-12-31, as a CRM would export them.
#
#     perl demo/generate.pl [DIRECTORY]        default: the folder of this script
#
# The same eight CSV files come out, byte for byte, on every machine: the random
# numbers are our own, money is whole cents, and nothing reads a clock.

use strict;
use warnings;

my $own_folder = $0 =~ m{^(.*)/} ? $1 : '.';
my $directory  = @ARGV ? $ARGV[0] : $own_folder;

# ---- The company -----------------------------------------------------------

# Five of the files are fixed and stand here as they are written.
write_text('lead_sources.csv', <<'END');
Name,Category,Vendor,Medium,Message,Start Date,End Date,Status,Channel
Northlight agency,Paid,Northlight,Agency,Run your firm from one screen,2018-01-01,2018-12-31,Inactive,
Search ads,Paid,Quillmark Search,Search,Business software that fits,2019-01-01,,Active,
Banner,Paid,Bannerfield Network,Display,"Less paperwork, more business",2019-01-31,2020-06-30,Inactive,
Flyer drop,Paid,Pressmoor Print,Print,First hour free,2019-09-01,2019-12-31,Inactive,Offline
Radio spots,Paid,Radio Larkspur,Radio,Ask us about your spreadsheets,2019-10-21,2019-12-31,Inactive,Offline
Harbour Business Fair,Trade show,Harbour Hall Events,Event,See it live at booth 14,2019-02-01,2019-07-31,Inactive,Offline
Northern Software Days,Trade show,,Event,See it live in hall 3,2019-11-01,2020-04-30,Inactive,Offline
Social ads,Social,Chatterlane,Social,Month end in a morning,2019-05-01,,Active,
Social posts,Social,,Social,,2019-01-01,,Active,
Partner programme,Referral,,Partner,,2019-01-15,,Active,
Word of mouth,Referral,,,,2018-01-01,,Active,
Organic search,Organic,Rankwright,Search,,2019-03-15,,Active,
Website,Organic,,Web,,2018-01-01,,Active,Own website
END
write_text('lead_source_aliases.csv', <<'END');
Pattern,Valid From,Lead Source
quillmark / cpc,2018-01-01,Northlight agency
quillmark / ppc,2018-01-01,Northlight agency
quillmark / cpc,2019-01-01,Search ads
quillmark / ppc,2019-01-01,Search ads
google / cpc,2019-01-01,Search ads
bing / cpc,2019-01-01,Search ads
quillmark / cpc / booth 14,2019-01-01,Harbour Business Fair
harbour-fair / qr,2018-01-01,Harbour Business Fair
northern-days / qr,2018-01-01,Northern Software Days
flyer / qr,2018-01-01,Flyer drop
bannerfield / display,2018-01-01,Banner
bannerfield / cpm,2018-01-01,Banner
bannerfield network / banner,2018-01-01,Banner
chatterlane / cpc,2018-01-01,Social ads
chatterlane / paid-social,2018-01-01,Social ads
chatterlane / paid social,2018-01-01,Social ads
chatterlane / social,2018-01-01,Social posts
chatterlane.example / referral,2018-01-01,Social posts
facebook / social,2018-01-01,Social posts
linkedin / social,2018-01-01,Social posts
twitter / social,2018-01-01,Social posts
partner / affiliate,2018-01-01,Partner programme
friend / referral,2018-01-01,Word of mouth
google / organic,2018-01-01,Organic search
bing / organic,2018-01-01,Organic search
duckduckgo / organic,2018-01-01,Organic search
ecosia / organic,2018-01-01,Organic search
yahoo / organic,2018-01-01,Organic search
direct,2018-01-01,Website
newsletter / email,2018-01-01,Website
newsletter / e-mail,2018-01-01,Website
END
write_text('recurring_expenses.csv', <<'END');
Lead Source,Title,Amount,Start Date,End Date,Every Months,Cost Type
Northlight agency,Agency fee,3000.00,2018-01-01,2018-12-31,1,agency
Search ads,Advertising budget,1100.00,2019-01-01,,1,media
Banner,Banner placement,450.00,2019-01-31,2020-06-30,1,media
Social ads,Advertising budget,600.00,2019-05-01,,1,media
Partner programme,Programme fee,1500.00,2019-01-15,,3,sales
Partner programme,Referral tracking,348.00,2019-01-15,,12,tools
Organic search,SEO agency fee,850.00,2019-03-15,,1,agency
END
write_text('amount_changes.csv', <<'END');
Lead Source,Title,Effective On,Amount
Search ads,Advertising budget,2019-09-01,1400.00
Search ads,Advertising budget,2020-04-01,900.00
Search ads,Advertising budget,2020-08-01,1600.00
Organic search,SEO agency fee,2020-07-15,980.00
END
write_text('expenses.csv', <<'END');
Lead Source,Title,Date Incurred,Amount,Cost Type
Search ads,Landing pages,2019-01-21,1250.00,agency
Harbour Business Fair,Booth deposit,2019-02-12,1500.00,media
Harbour Business Fair,Booth balance,2019-04-30,2700.00,media
Harbour Business Fair,"Booth staff, three days",2019-05-16,2400.00,staff
Harbour Business Fair,Travel and hotel,2019-05-17,1286.40,other
Harbour Business Fair,Follow-up calls,2019-05-31,640.00,sales
Social ads,Video production,2019-06-03,1400.00,agency
Flyer drop,"Print and delivery, 5,000 flyers",2019-09-10,1000.00,media
Partner programme,Partner dinner,2019-10-10,412.30,sales
Radio spots,Production of the spot,2019-10-21,950.00,agency
Radio spots,Air time in November,2019-11-04,1800.00,media
Northern Software Days,Booth fee,2019-11-05,5200.00,media
Radio spots,Air time in December,2019-12-02,1800.00,media
Northern Software Days,Booth design and build,2020-01-21,2350.00,agency
Northern Software Days,Badge scanner hire,2020-02-18,290.00,tools
Northern Software Days,"Booth staff, three days",2020-02-20,3600.00,staff
Northern Software Days,Travel and hotel,2020-02-21,1874.55,other
END

# What each source brings between its first and last day. Visitors: a week, at
# the start and at the end. Leads arrive in a course that is steady, growing or
# fading; so many of them become customers, each pays one of the monthly fees
# (in cents), and so many in a thousand leave each month. Source '' is unknown.
my @funnels = (
    # source                   first day     last day      visitors  course   leads customers leave monthly fees
    ['Northlight agency',      '2018-01-01', '2018-12-31',  70, 110, 'steady',  209,  0,   0, []],    # and @contracts
    ['Search ads',             '2019-01-01', '2020-12-31',  90, 190, 'growing', 620, 58,  45, [9900, 14900, 14900, 24900]],
    ['Banner',                 '2019-01-31', '2020-06-30', 210, 120, 'steady',  240,  8, 140, [4900, 9900, 14900]],
    ['Flyer drop',             '2019-09-10', '2019-11-30',   0,   0, 'fading',   40,  0,   0, []],    # and @contracts
    ['Harbour Business Fair',  '2019-05-14', '2019-07-31',   0,   0, 'fading',  160, 14,  35, [4900, 9900, 19900]],
    ['Northern Software Days', '2020-02-18', '2020-04-30',   0,   0, 'fading',   95,  6,  60, [9900, 14900, 24900]],
    ['Social ads',             '2019-05-01', '2020-12-31', 140, 160, 'steady',  330, 17, 110, [4900, 9900, 14900]],
    ['Social posts',           '2019-01-01', '2020-12-31',  25,  80, 'growing', 150, 10,  70, [4900, 9900]],
    ['Partner programme',      '2019-01-15', '2020-12-31',   0,   0, 'steady',  170, 36,  20, [14900, 24900, 39900]],
    ['Word of mouth',          '2018-01-01', '2020-12-31',   0,   0, 'growing', 110, 34,  15, [9900, 14900, 24900, 39900]],
    ['Organic search',         '2019-03-15', '2020-12-31',  60, 240, 'growing', 380, 44,  40, [9900, 14900, 24900]],
    ['Website',                '2018-01-01', '2020-12-31',  80, 170, 'growing', 470, 52,  45, [4900, 9900, 14900]],
    ['',                       '2019-01-01', '2020-12-31',   0,   0, 'steady',   60,  6,  60, [4900, 9900, 14900]],
);

# Customers written out one by one, because the documentation quotes the totals
# of their sources to the cent: customer since, monthly fee in cents, months paid
# and, for one of them, a set-up fee that was paid back.
my @contracts = (
    (map { ['Northlight agency', $_, 46181, 26] } qw(
        2018-02-06 2018-03-14 2018-04-11 2018-05-23 2018-06-05
        2018-06-19 2018-07-12 2018-08-28 2018-09-17 2018-10-09)),
    ['Northlight agency', '2018-11-21', 46181, 26, ['2018-11-21', 8468], ['2019-01-15', -8468]],
    ['Flyer drop', '2019-10-01', 4900, 5],
    ['Flyer drop', '2019-10-08', 4900, 7],
    ['Flyer drop', '2019-10-21', 4900, 3],
    ['Flyer drop', '2019-11-05', 4900, 6],
    ['Flyer drop', '2019-11-18', 4900, 4],
);

# How the leads of each source arrive: so many of them on this page of the company's site, with this
# referrer. <id> stands for the id of a click, <www> for the site. The tags are as people write them.
my $site     = 'deskwell.example';
my %arrivals = (
    'Northlight agency' => [
        [5, '<www>/one-screen?utm_source=quillmark&utm_medium=cpc&utm_campaign=one-screen', 'https://search.quillmark.example/'],
        [3, '<www>/one-screen?utm_source=Quillmark&utm_medium=CPC&utm_campaign=One-Screen&utm_term=office+software', ''],
        [2, '<www>/demo?utm_source=quillmark&amp;utm_medium=PPC&amp;utm_campaign=one-screen', 'https://search.quillmark.example/'],
    ],
    'Search ads' => [
        [6, '<www>/?utm_source=quillmark&utm_medium=cpc&utm_campaign=that-fits&utm_term=business+software', 'https://search.quillmark.example/'],
        [4, '<www>/?utm_source=Quillmark&utm_medium=CPC&utm_campaign=That-Fits&utm_content=price', 'https://search.quillmark.example/'],
        [3, '<www>/pricing?UTM_SOURCE=QUILLMARK&UTM_MEDIUM=ppc&UTM_CAMPAIGN=that-fits', ''],
        [2, '<www>/pricing?utm_source=%20Quillmark%20&utm_medium=cpc&utm_campaign=brand&utm_term={keyword}', ''],
        [3, '<www>/pricing?gclid=<id>', 'https://www.google.com/'],
        [1, '<www>/pricing?msclkid=<id>', 'https://www.bing.com/'],
    ],
    'Banner' => [
        [5, '<www>/paperwork?utm_source=bannerfield&utm_medium=display&utm_campaign=paperwork&utm_content=300x250', 'https://ads.bannerfield.example/'],
        [3, '<www>/paperwork?utm_source=Bannerfield&utm_medium=CPM&utm_campaign=paperwork&utm_content=728x90', 'https://www.tradesheet.example/business'],
        [2, '<www>/paperwork?utm_source=Bannerfield+Network&utm_medium=Banner', ''],
    ],
    'Flyer drop' => [
        [3, 'https://<site>/?utm_source=flyer&utm_medium=qr&utm_campaign=first-hour-free', ''],
        [1, 'https://<site>/?utm_source=Flyer&utm_medium=QR&utm_campaign=First%20Hour%20Free', ''],
    ],
    'Harbour Business Fair' => [
        [6, 'https://<site>/?utm_source=harbour-fair&utm_medium=qr&utm_campaign=booth-14', ''],
        [2, 'https://<site>/?utm_source=Harbour-Fair&utm_medium=QR', ''],
        [1, '<www>/fair?utm_source=quillmark&utm_medium=cpc&utm_campaign=booth%2014', 'https://search.quillmark.example/'],
    ],
    'Northern Software Days' => [
        [3, 'https://<site>/?utm_source=northern-days&utm_medium=qr&utm_campaign=hall-3', ''],
        [1, 'https://<site>/#utm_source=Northern-Days&utm_medium=QR', ''],
    ],
    'Social ads' => [
        [5, '<www>/month-end?utm_source=chatterlane&utm_medium=paid-social&utm_campaign=month-end', 'https://www.chatterlane.example/'],
        [3, '<www>/month-end?utm_source=Chatterlane&utm_medium=Paid+Social&utm_campaign=Month-End&utm_content=video', ''],
        [2, '<www>/month-end?utm_source=chatterlane&utm_medium=cpc', 'https://m.chatterlane.example/'],
    ],
    'Social posts' => [
        [3, '<www>/blog?utm_source=chatterlane&utm_medium=social', 'https://www.chatterlane.example/'],
        [2, '<www>/blog', 'https://www.chatterlane.example/deskwell/posts'],
        [2, '<www>/blog?fbclid=<id>', 'https://l.facebook.com/'],
        [1, '<www>/', 'https://www.linkedin.com/'],
        [1, '<www>/blog', 'https://t.co/'],
    ],
    'Partner programme' => [
        [3, '<www>/partners?utm_source=partner&utm_medium=affiliate&utm_campaign=bookwell', 'https://www.bookwell.example/tools'],
        [2, '<www>/partners?utm_source=partner&utm_medium=affiliate&utm_campaign=taxhouse', 'https://taxhouse.example/'],
        [1, '<www>/?utm_source=Partner&utm_medium=Affiliate&utm_campaign=Office-Friends', ''],
    ],
    'Word of mouth' => [
        [3, '<www>/?utm_source=friend&utm_medium=referral', ''],
        [1, '<www>/?utm_source=Friend&utm_medium=Referral&utm_campaign=tell-a-colleague', 'https://mail.google.com/'],
    ],
    'Organic search' => [
        [6, '<www>/', 'https://www.google.com/'],
        [4, '<www>/blog/spreadsheets', 'https://www.google.at/'],
        [2, '<www>/blog/month-end', 'android-app://com.google.android.googlequicksearchbox/'],
        [2, '<www>/pricing', 'https://www.bing.com/search?q=office+software'],
        [1, '<www>/', 'https://duckduckgo.com/'],
        [1, '<www>/', 'https://www.ecosia.org/'],
        [1, '<www>/', 'https://search.yahoo.com/'],
    ],
    'Website' => [
        [6, '<www>/', ''],
        [2, '<www>/contact', 'https://<site>/pricing'],
        [2, '<www>/demo', 'https://blog.<site>/month-end'],
        [1, '<site>/contact', 'about:blank'],
        [1, '<www>/blog?utm_source=newsletter&utm_medium=email&utm_campaign=spring', ''],
        [1, '<www>/blog?utm_source=Newsletter&utm_medium=E-Mail', 'https://mail.google.com/'],
    ],
    # What nobody has assigned yet: a typing error, two sites that wrote about the company, and leads that
    # were entered by hand.
    '' => [
        [3, '<www>/pricing?utm_source=quilmark&utm_medium=cpc&utm_campaign=that-fits', ''],
        [3, '<www>/?utm_source=Inside+Office&utm_medium=email&utm_campaign=issue-112', ''],
        [2, '<www>/', 'https://www.softwarecompass.example/reviews/deskwell'],
        [6, '', ''],
    ],
);

my $longest_decision_in_days = 75;    # from lead to customer
my $customers_per_refund     = 50;    # one customer in so many gets a month's fee back
my $days_until_refund        = 9;

# ---- Chance ----------------------------------------------------------------

# Park and Miller's generator: its products stay below 2 ** 53, so that every
# Perl computes them exactly, with or without 64-bit integers. It gives whole
# numbers from 0 to one less than the limit.
sub random_numbers {
    my ($state) = @_;
    return sub {
        my ($limit) = @_;
        $state = $state * 16807 % 2147483647;
        return $state % $limit;
    };
}

# The URLs have numbers of their own: a link more changes nothing in the books.
my $random_of_books = random_numbers(20180101);
my $random_of_links = random_numbers(20201231);

sub random_below {
    return $random_of_books->(@_);
}

# The same, by the course of a campaign: growing favours high numbers, fading low ones.
sub random_on_course {
    my ($course, $limit) = @_;
    my $draws = $course eq 'steady' ? 1 : $course eq 'growing' ? 2 : 3;
    my @drawn = sort { $a <=> $b } map { random_below($limit) } 1 .. $draws;
    return $course eq 'growing' ? $drawn[-1] : $drawn[0];
}

# ---- The calendar of the books ---------------------------------------------

sub days_in_month {
    my ($year, $month) = @_;
    my $february = $year % 4 == 0 ? 29 : 28;
    return (31, $february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[$month - 1];
}

# Every day as ISO text, which sorts in the order of time. Day number 0 is a Monday.
my @calendar;
for my $year (2018 .. 2020) {
    for my $month (1 .. 12) {
        push @calendar, map { sprintf '%04d-%02d-%02d', $year, $month, $_ } 1 .. days_in_month($year, $month);
    }
}
my %day_number   = map { $calendar[$_] => $_ } 0 .. $#calendar;
my $end_of_books = $calendar[-1];

# The same day so many months later, or the last day of a shorter month.
sub months_later {
    my ($date, $months) = @_;
    my ($year, $month, $day) = split /-/, $date;
    $month += $months;
    while ($month > 12) { $month -= 12; $year++ }
    my $last_day = days_in_month($year, $month);
    return sprintf '%04d-%02d-%02d', $year, $month, $day < $last_day ? $day : $last_day;
}

# So many days later, but never after the books have closed.
sub days_later {
    my ($date, $days) = @_;
    my $number = $day_number{$date} + $days;
    return $number < @calendar ? $calendar[$number] : $end_of_books;
}

# ---- Leads, customers and what they pay ------------------------------------

# Turns a lead into a customer who pays so many monthly fees, the first at once,
# and leaves when the next would fall due. What comes after the books isn't seen.
sub make_customer {
    my ($lead, $since, $fee, $months) = @_;
    $lead->{since} = $since;
    for my $month (0 .. $months) {
        my $due = months_later($since, $month);
        last if $due gt $end_of_books;
        if   ($month == $months) { $lead->{cancelled} = $due }
        else                     { push @{ $lead->{payments} }, [$due, $fee] }
    }
}

# How many months a customer stays when so many in a thousand leave each month.
sub random_stay {
    my ($leave) = @_;
    my $months = 1;
    $months++ while random_below(1000) >= $leave;
    return $months;
}

# Gives one month's fee back, soon after it was paid.
sub refund_a_payment {
    my ($lead) = @_;
    my $payments = $lead->{payments};
    my ($paid_on, $fee) = @{ $payments->[random_below(scalar @$payments)] };
    push @$payments, [days_later($paid_on, $days_until_refund), -$fee];
}

# Lets chance decide when a lead becomes a customer, what it pays and how long.
my $customers_drawn = 0;

sub draw_customer {
    my ($lead, $leave, $fees) = @_;
    my $days_left = $day_number{$end_of_books} - $day_number{ $lead->{created} };
    my $longest   = $days_left < $longest_decision_in_days ? $days_left : $longest_decision_in_days;
    my $since     = days_later($lead->{created}, random_below($longest + 1));
    make_customer($lead, $since, $fees->[random_below(scalar @$fees)], random_stay($leave));
    refund_a_payment($lead) if ++$customers_drawn % $customers_per_refund == 0;
}

# All leads of one funnel. Each is picked as a customer with the chance
# "customers still wanted / leads still to come", which gives the exact count.
sub draw_leads {
    my ($source, $first_day, $last_day, undef, undef, $course, $leads, $customers, $leave, $fees) = @{ $_[0] };
    my $days = $day_number{$last_day} - $day_number{$first_day} + 1;
    my @drawn;
    for my $still_to_come (reverse 1 .. $leads) {
        my $lead = { source => $source, created => days_later($first_day, random_on_course($course, $days)) };
        push @drawn, $lead;
        next if random_below($still_to_come) >= $customers;
        draw_customer($lead, $leave, $fees);
        $customers--;
    }
    return @drawn;
}

# The lead behind a contract; only the day of the first contact is left to chance.
sub contract_lead {
    my ($source, $since, $fee, $months, @other_payments) = @{ $_[0] };
    my $lead = { source => $source, created => $calendar[$day_number{$since} - 3 - random_below(18)] };
    make_customer($lead, $since, $fee, $months);
    push @{ $lead->{payments} }, @other_payments;
    return $lead;
}

# ---- How leads arrive ------------------------------------------------------

# The id that an ad platform gives a click.
sub click_id {
    my @characters = ('A' .. 'Z', 'a' .. 'z', 0 .. 9);
    return join '', map { $characters[$random_of_links->(scalar @characters)] } 1 .. 12;
}

# The landing URL and the referrer of a lead, by the ways in which those of its source arrive.
sub draw_arrival {
    my ($source) = @_;
    my @ways  = map { my $way = $_; ($way) x $way->[0] } @{ $arrivals{$source} };
    my @links = @{ $ways[$random_of_links->(scalar @ways)] }[1, 2];
    for (@links) {
        s/<www>/https:\/\/www.<site>/;
        s/<site>/$site/;
        s/<id>/click_id()/e;
    }
    return @links;
}

# ---- Rows ------------------------------------------------------------------

# Puts rows in the order of the date in one column, ties as they came, and
# sets a running number in front.
sub numbered_by_date {
    my ($number_format, $date_column, @rows) = @_;
    my @order = sort { $rows[$a][$date_column] cmp $rows[$b][$date_column] || $a <=> $b } 0 .. $#rows;
    return map { [sprintf($number_format, $_ + 1), @{ $rows[$order[$_]] }] } 0 .. $#rows;
}

sub money {
    my ($cents) = @_;
    my $absolute = abs $cents;
    return sprintf '%s%d.%02d', $cents < 0 ? '-' : '', int($absolute / 100), $absolute % 100;
}

# A row on the first day and on every Monday after it: a straight line from the
# first figure to the last, give or take a fifth. No rows without web traffic.
sub visit_rows {
    my ($source, $first_day, $last_day, $at_first, $at_last) = @{ $_[0] };
    return if $at_first == 0;
    my ($first, $last) = @day_number{ $first_day, $last_day };
    my @rows;
    for my $day (grep { $_ == $first || $_ % 7 == 0 } $first .. $last) {
        my $elapsed  = int(1000 * ($day - $first) / ($last - $first));
        my $expected = $at_first * (1000 - $elapsed) + $at_last * $elapsed;
        push @rows, [$source, $calendar[$day], int($expected * (80 + random_below(41)) / 100000)];
    }
    return @rows;
}

sub write_text {
    my ($name, $text) = @_;
    my $path = "$directory/$name";
    open my $file, '>:raw', $path or die "could not open $path: $!\n";
    print {$file} $text or die "could not write $path: $!\n";
    close $file or die "could not write $path: $!\n";
}

# No drawn value holds a comma or a quote, so none is quoted; an empty field is NULL.
sub write_rows {
    my ($name, $header, @rows) = @_;
    write_text($name, join '', "$header\n", map { join(',', map { defined $_ ? $_ : '' } @$_) . "\n" } @rows);
}

my @leads = numbered_by_date('L-%05d', 1,
    map { [@$_{qw(source created since cancelled payments)}] }
    (map { draw_leads($_) } @funnels), (map { contract_lead($_) } @contracts));

my @payments;
for my $lead (@leads) {
    my $paid = pop @$lead;
    splice @$lead, 1, 1, draw_arrival($lead->[1]);
    push @payments, map { [$lead->[0], $_->[0], money($_->[1])] } @{ $paid || [] };
}

write_rows('visits.csv',   'Lead Source,Date,Visitors', map { visit_rows($_) } @funnels);
write_rows('leads.csv',    'Id,Landing URL,Referrer,Date Created,Customer Since,Cancelled On', @leads);
write_rows('payments.csv', 'Id,Lead Id,Date,Amount', numbered_by_date('P-%06d', 1, @payments));
