'use strict';
// The sections of the report: each chooses what it can show, says what it leaves out, and has a
// sentence for the case that there is nothing.

const charts = require('./charts');
const {
    DASH, decimal, amount, whole, percent, signedPercent, day, month, addMonths, count, isolated, shortened, name,
} = require('./format');
const { column, words, table, chart, nothing, note, statements, notice } = require('./markup');

// How much of each the charts show.
const MOST_SOURCES = 20;
const MOST_MONTHS = 36;
const LEAST_MONTHS = 12;
const MOST_COHORTS = 24;
const MOST_AGES = 24;

// Days at which the table says how many customers stay.
const SURVIVAL_DAYS = [30, 90, 180, 365, 730];

// What the views call it where the channel is not one.
const NO_CHANNEL = '(no channel)';
const SEVERAL_CHANNELS = '(several channels)';

const monthOf = (date) => `${date.slice(0, 7)}-01`;
const sourceName = (row) => name(row.lead_source);
const monthName = (row) => `<time datetime="${row.month.slice(0, 7)}">${month(row.month)}</time>`;

// The columns that every table of ROI has.
const RETURN_COLUMNS = [
    column('Expense', (row) => amount(row.expense)),
    column('Revenue', (row) => amount(row.revenue)),
    column('Profit', (row) => amount(row.profit)),
    column('ROI', (row) => signedPercent(row.roi_percent), 'break-even<br>0&nbsp;%'),
    column('ROAS', (row) => percent(row.roas_percent), 'break-even<br>100&nbsp;%'),
];
const FUNNEL_COLUMNS = [
    column('Leads', (row) => whole(row.leads)),
    column('Cost per lead', (row) => amount(row.cost_per_lead)),
    column('Customers', (row) => whole(row.customers)),
    column('Cost per customer', (row) => amount(row.cost_per_customer)),
];
const TOTAL_COLUMNS = [...RETURN_COLUMNS, ...FUNNEL_COLUMNS, column('Revenue per customer', (row) => amount(row.revenue_per_customer))];

// Months without a gap from one to another, each with its figures, or none.
function filledMonths(rows, from, through, empty) {
    const byMonth = new Map(rows.map((row) => [row.month, row]));
    const months = [];
    for (let first = from; first <= through; first = addMonths(first, 1)) {
        months.push(byMonth.get(first) ?? { month: first, ...empty });
    }
    return months;
}

// What has to be looked after: bills that were not posted, lead sources without anything.
function notices({ overdue: [overdue], sources }) {
    const silent = sources.filter((source) => source.expense === null && Number(source.revenue) === 0
        && source.visitors === '0' && source.leads === '0');
    const sentences = [];
    if (overdue.bills !== '0') {
        sentences.push(`Recurring expenses that are due and not posted: ${count(overdue.bills, 'bill', 'bills')}, `
            + `${amount(overdue.amount)} in all, the oldest since ${day(overdue.oldest_bill_on)}. `
            + 'Expense is too low and return too high by them.'
            + (overdue.failed === '0' ? '' : ` Bills whose posting failed: ${whole(overdue.failed)}; the view`
                + ' <code>overdue_expense</code> has the errors.'));
    }
    if (silent.length > 0 && silent.length < sources.length) {
        const named = silent.slice(0, 5).map((source) => name(shortened(source.lead_source, 40))).join(', ');
        const more = silent.length > 5 ? ` and ${whole(String(silent.length - 5))} more` : '';
        sentences.push(`Nothing is recorded for ${count(silent.length, 'lead source', 'lead sources')}: ${named}${more}.`);
    }
    return sentences.map(notice).join('\n');
}

// The figures that stand for everything.
function headline({ total: [total], sources }) {
    const known = sources.filter((source) => source.lead_source_id !== null);
    const tiles = [
        ['Expense', whole(total.expense), count(known.length, 'lead source', 'lead sources')],
        ['Revenue', whole(total.revenue), 'payments less refunds'],
        ['Profit', whole(total.profit), 'revenue less expense'],
        ['ROI', signedPercent(total.roi_percent), 'net; break-even is 0&nbsp;%'],
        ['ROAS', percent(total.roas_percent), 'gross; break-even is 100&nbsp;%'],
        ['Leads', whole(total.leads), `cost per lead ${amount(total.cost_per_lead)}`],
        ['Customers', whole(total.customers), `cost per customer ${amount(total.cost_per_customer)}`],
        ['Revenue per customer', amount(total.revenue_per_customer),
            `so far${total.ltv_to_cac === null ? '' : `; ${decimal(total.ltv_to_cac, 1)} times the cost`}`],
    ];
    return `<dl class="tiles">
${tiles.map(([term, value, note]) => `<div><dt>${term}</dt><dd class="value">${value}</dd><dd>${note}</dd></div>`).join('\n')}
</dl>`;
}

// ROI and ROAS of the lead sources that cost most.
async function returns({ sources }) {
    const withExpense = sources.filter(({ roi_percent: roi }) => roi !== null);
    if (withExpense.length === 0) {
        return nothing('No lead source has cost anything yet, so there is no return on it.');
    }
    const byReturn = (one, other) => (one.roi_percent === null) - (other.roi_percent === null)
        || other.roi_percent - one.roi_percent;
    const chosen = sources.slice(0, MOST_SOURCES).sort(byReturn);
    const gains = withExpense.filter(({ profit }) => Number(profit) >= 0).length;
    const left = sources.length - chosen.length;
    const cut = chosen.some(({ roi_percent: roi }) => Math.abs(roi) > charts.ROI_LIMIT);
    const best = chosen[0];
    const worst = chosen.findLast(({ roi_percent: roi }) => roi !== null);
    return chart({
        id: 'returns',
        title: 'ROI and ROAS by lead source',
        description: `Bars that start at break-even. Lead sources that reached break-even: ${gains} of ${withExpense.length} with expense. `
            + `Highest of those shown: ${isolated(best.lead_source)}, ROI ${signedPercent(best.roi_percent)}. `
            + `Lowest: ${isolated(worst.lead_source)}, ROI ${signedPercent(worst.roi_percent)}.`,
        caption: `Lead sources that reached break-even: ${gains} of ${withExpense.length} with expense. `
            + 'Each bar starts there: at an ROI (net, scale below) of 0&nbsp;% and a ROAS (gross, scale above) of 100&nbsp;%.'
            + (left > 0 ? ` Shown are the ${MOST_SOURCES} with the highest expense; ${whole(String(left))} more are in the`
                + ' <a href="#sources">table of all lead sources</a>.' : '')
            + (cut ? ` Bars end at an ROI of ${whole(String(charts.ROI_LIMIT))}&nbsp;%; the figures beside them don't.` : ''),
        colors: [['gain', 'gain'], ['loss', 'loss']],
        specification: (layout) => charts.returnChart(chosen, layout),
        tables: [{ caption: 'ROI and ROAS by lead source', columns: [column('Lead source', sourceName), ...RETURN_COLUMNS], rows: chosen }],
    });
}

// Expense and revenue of the last months.
async function months({ months: booked, edition: [{ today }] }) {
    if (booked.length === 0) {
        return nothing('No expense and no payment is recorded yet.');
    }
    const last = monthOf(today);
    const latest = (one, other) => (one > other ? one : other);
    const earliest = (one, other) => (one < other ? one : other);
    const from = latest(addMonths(last, 1 - MOST_MONTHS), earliest(addMonths(last, 1 - LEAST_MONTHS), booked[0].month));
    const shown = filledMonths(booked, from, last,
        { expense: null, revenue: null, profit: null, roi_percent: null, roas_percent: null });
    const range = `${month(from)} to ${month(last)}`;
    return chart({
        id: 'months',
        title: `Expense and revenue by month, ${range}`,
        description: `Pairs of bars, expense and revenue, for each month from ${range}; `
            + `in ${month(last)} expense is ${amount(shown.at(-1).expense)} and revenue ${amount(shown.at(-1).revenue)}.`,
        caption: 'Every expense and payment in the month of its own date.'
            + (booked[0].month < from
                ? ` What is booked before ${month(from)} counts in the totals above and is in the table below.` : ''),
        colors: [['expense', 'expense'], ['revenue', 'revenue']],
        specification: (layout) => charts.monthChart(shown, layout),
        tables: [{ caption: 'Expense and revenue by month', columns: [column('Month', monthName), ...RETURN_COLUMNS], rows: booked }],
    });
}

// How far the customers of each month have paid back what the month cost.
async function cohorts({ cohorts: all, cohort_ages: cells }) {
    const aged = new Map();
    for (const { cohort_month: first, roas_percent: roas } of cells) {
        aged.set(first, [...aged.get(first) ?? [], roas]);
    }
    const known = all.map((cohort) => ({ ...cohort, month: cohort.cohort_month, roas: aged.get(cohort.cohort_month) ?? [] }))
        .filter(({ roas }) => roas.length > 0);
    if (known.length === 0) {
        return nothing('No month with customers or expense is complete yet.');
    }
    const shown = known.slice(-MOST_COHORTS);
    const oldest = (some) => Math.max(...some.map(({ roas }) => roas.length));
    const ages = Math.min(oldest(shown), MOST_AGES);
    const payback = ({ roas }) => roas.findIndex((percentage) => percentage !== null && Number(percentage) >= 100);
    const back = shown.filter((cohort) => payback(cohort) >= 0).length;
    const limits = charts.HEAT_LIMITS;
    const range = `${month(shown[0].month)} to ${month(shown.at(-1).month)}`;
    return chart({
        id: 'cohorts',
        title: `Payback of each month's expense, ${range}`,
        description: `A heat map: a row for each month, a column for each month since; a cell is the ROAS so far, 100 is break-even. `
            + `Months that reached it: ${back} of ${shown.length}.`,
        caption: `Months that reached break-even: ${back} of the ${shown.length} shown. `
            + 'A row is a calendar month; its cells are what the customers won in it have paid up to each number of months later, '
            + 'in percent of what all lead sources cost in it (ROAS, 100 is break-even). '
            + `${DASH}: no expense in that month. No cell: not over yet.`
            + (known.length > shown.length ? ` Shown are the last ${MOST_COHORTS} months of ${known.length}; all are in the table.` : '')
            + (oldest(shown) > ages ? ` Shown are the first ${ages} months of each; later ones are in the table.` : '')
            + (ages > charts.NARROW_AGES ? `<span class="narrow"> A wider screen shows ${ages} columns instead of ${charts.NARROW_AGES}.</span>` : ''),
        colors: [
            ...limits.map((limit, band) => [`heat-${band}`, `under ${limit}`]),
            [`heat-${limits.length}`, `${limits.at(-1)} and more`],
        ],
        specification: (layout) => charts.cohortChart(shown, ages, layout),
        tables: [{
            caption: 'ROAS of each month by months since',
            columns: [
                column('Month', monthName),
                column('Customers', (row) => whole(row.customers)),
                column('Expense', (row) => amount(row.expense)),
                column('Revenue', (row) => amount(row.revenue), 'so far'),
                column('ROAS', (row) => percent(row.roas_percent), 'so far'),
                column('Break-even', (row) => (payback(row) < 0 ? DASH : String(payback(row))), 'after months'),
                ...Array.from({ length: oldest(known) }, (_, age) =>
                    column(String(age), (row) => (age < row.roas.length ? decimal(row.roas[age], 0) : ''))),
            ],
            rows: known,
        }],
    });
}

// How long customers stay, for the lead sources with most of them.
async function survivals({ survivals: rows, lifetimes }) {
    const withCustomers = lifetimes.filter(({ customers }) => customers !== '0');
    if (withCustomers.length === 0) {
        return nothing('There are no customers yet.');
    }
    const curves = new Map();
    for (const row of rows) {
        const steps = curves.get(row.lead_source_id) ?? [{ day: 0, stay: 100, lower: 100, upper: 100 }];
        steps.push({
            day: Number(row.tenure_days),
            stay: Number(row.survival_percent),
            lower: row.survival_percent_lower === null ? null : Number(row.survival_percent_lower),
            upper: row.survival_percent_upper === null ? null : Number(row.survival_percent_upper),
        });
        curves.set(row.lead_source_id, steps);
    }
    const shown = withCustomers.filter((source) => curves.has(source.lead_source_id))
        .map((source) => ({ ...source, steps: curves.get(source.lead_source_id) }));
    const stays = ({ steps }, days) => {
        const last = steps.at(-1);
        return days > last.day && last.stay > 0 ? DASH : percent(String(steps.findLast((step) => step.day <= days).stay));
    };
    return chart({
        id: 'survivals',
        title: 'How long customers stay, by lead source',
        description: 'One step curve for each lead source: the percentage of its customers who stay longer than so many days since they were won. '
            + shown.map((source) => `${isolated(source.lead_source)}: ${stays(source, 365)} after a year`).join('; ') + '.',
        caption: 'Percentage of customers who stay longer than so many days since they were won, right also while many are still active (Kaplan-Meier); '
            + 'the band is the 95&nbsp;% confidence interval.'
            + (withCustomers.length > shown.length ? ` Shown are the ${shown.length} lead sources with most customers, of ${whole(String(withCustomers.length))}.` : ''),
        specification: (layout) => charts.survivalChart(shown, layout),
        tables: [{
            caption: 'Customers who stay, by lead source',
            columns: [
                column('Lead source', sourceName),
                column('Customers', (row) => whole(row.customers)),
                column('Active', (row) => whole(row.active_customers)),
                column('Left', (row) => whole(row.churned_customers)),
                column('Half left', (row) => decimal(row.median_lifetime_days, 0), 'after days'),
                ...SURVIVAL_DAYS.map((days) => column(`${days} days`, (row) => stays(row, days))),
            ],
            rows: shown,
        }],
    });
}

// What will be billed in the next 12 months.
async function upcoming({ upcoming_months: billed, upcoming_sources: sources, edition: [{ today }] }) {
    if (billed.length === 0) {
        return nothing('No recurring expense falls due in the next 12 months.');
    }
    const shown = filledMonths(billed, monthOf(today) < billed[0].month ? addMonths(today, 1) : monthOf(today),
        addMonths(today, 12), { bills: '0', amount: null });
    return chart({
        id: 'upcoming',
        title: 'Upcoming expense by month',
        description: `Bars: recurring expenses that fall due in each month from ${month(shown[0].month)} to ${month(shown.at(-1).month)}.`,
        caption: `Recurring expenses that fall due in the 12 months after ${day(today)}, each with the amount agreed for its date.`,
        specification: (layout) => charts.upcomingChart(shown, layout),
        tables: [
            {
                caption: 'Upcoming expense by month',
                columns: [column('Month', monthName), column('Bills', (row) => whole(row.bills)), column('Amount', (row) => amount(row.amount))],
                rows: shown,
            },
            {
                caption: 'Upcoming expense by lead source',
                columns: [
                    column('Lead source', sourceName),
                    column('Next bill', (row) => row.next_bill_on),
                    column('Bills', (row) => whole(row.bills)),
                    column('Amount', (row) => amount(row.amount)),
                ],
                rows: sources,
            },
        ],
    });
}

// The channels, each the ratio of its totals.
function channels({ channels: rows }) {
    if (rows.every(({ channel }) => channel === NO_CHANNEL)) {
        return nothing('No lead source has a channel yet: it has none entered and no alias.');
    }
    const has = (name) => rows.some(({ channel }) => channel === name);
    return note('A lead source counts in one channel with all its figures: the one entered for it, else that of its aliases. '
        + 'Leads without a lead source count in the channel of the traffic source that they arrived with.'
        + (has(SEVERAL_CHANNELS) ? ` The row ${SEVERAL_CHANNELS} has lead sources whose aliases are of different ones.` : '')
        + (has(NO_CHANNEL) ? ` The row ${NO_CHANNEL} has lead sources without an alias, and leads that arrived with nothing.` : ''))
        + table({ caption: 'Channels', columns: [column('Channel', (row) => name(row.channel)), ...TOTAL_COLUMNS], rows });
}

// What leads arrive with that no alias leads to a lead source, and how to mend it; nothing where all is well.
function unresolved({ unresolved: rows }) {
    if (rows.length === 0) {
        return '';
    }
    const [{ all_traffic_sources: all, all_leads: leads, all_customers: customers }] = rows;
    const left = Number(all) - rows.length;
    return note(`No alias matches ${count(all, 'traffic source', 'traffic sources')}, so ${count(leads, 'lead counts', 'leads count')} as (unknown). `
        + `Customers among them: ${whole(customers)}.`
        + (left > 0 ? ` Shown are the ${rows.length} with most leads, and ${whole(String(left))} more are in the view`
            + ' <code>unresolved_traffic</code>.' : ''))
        + table({
            caption: 'Traffic that is nobody’s',
            columns: [
                column('Traffic source', (row) => `${name(shortened(row.traffic_source, 80))} <small>${name(row.channel)}</small>`, 'channel'),
                column('Leads', (row) => whole(row.leads)),
                column('Customers', (row) => whole(row.customers)),
                column('First seen', (row) => row.first_seen_on ?? DASH),
                column('Last seen', (row) => row.last_seen_on ?? DASH),
                words('Closest alias or lead source', (row) => (row.closest === null ? DASH : name(shortened(row.closest, 80)))),
                column('Likeness', (row) => percent(row.similarity_percent)),
            ],
            rows,
        })
        + statements('Show the statements that assign them, to be looked at before they are run', rows.map(({ mend }) => `${mend};`));
}

// The categories, each the ratio of its totals.
function categories({ categories: rows }) {
    if (rows.length === 0) {
        return nothing('There is no lead source yet.');
    }
    return table({
        caption: 'Categories of lead sources',
        columns: [column('Category', (row) => name(row.category)), ...TOTAL_COLUMNS],
        rows,
    });
}

// Every lead source with every figure, and the totals.
function sources({ sources: rows, lifetimes, total: [total] }) {
    if (rows.length === 0) {
        return nothing('There is no lead source yet.');
    }
    const bySource = new Map(lifetimes.map((lifetime) => [lifetime.lead_source_id, lifetime]));
    const lifetime = (read) => (row) => read(bySource.get(row.lead_source_id) ?? {});
    return table({
        caption: 'All lead sources',
        columns: [
            column('Lead source', (row) => (row === total ? 'All' : `${sourceName(row)} <small>${name(row.category)}</small>`), 'category'),
            ...RETURN_COLUMNS, ...FUNNEL_COLUMNS,
            column('Value', lifetime(({ ltv_365: value = null }) => amount(value)), 'first year'),
            column('Value to cost', lifetime(({ ltv_365_to_cac: ratio = null }) => decimal(ratio, 2)), 'break-even<br>1'),
        ],
        rows,
        foot: total,
    });
}

// The sections in their order: the address inside of the page, the heading, and what makes the body; one
// without a body is left out.
const SECTIONS = [
    ['totals', 'All lead sources together', headline],
    ['returns', 'Return by lead source', returns],
    ['months', 'Expense and revenue by month', months],
    ['cohorts', 'How fast a month pays back', cohorts],
    ['survival', 'How long customers stay', survivals],
    ['upcoming', 'Upcoming expense', upcoming],
    ['channels', 'Channels', channels],
    ['categories', 'Categories', categories],
    ['sources', 'All lead sources', sources],
    ['unresolved', 'Traffic that is nobody’s', unresolved],
];

module.exports = { SECTIONS, notices };
