'use strict';
// What money brings back: by lead source, by month, by the months since, and how long customers stay.

const { DASH, decimal, amount, unitCost, whole, percent, signedPercent, month, isolated } = require('./format');
const { column, bar, stripe, table, key, chart, nothing, note } = require('./markup');
const { MOST_SOURCES, sourceName, monthName, RETURN_COLUMNS, shownMonths } = require('./columns');
const { left } = require('./overview');
const charts = require('./charts');

const MOST_COHORTS = 24;
const MOST_AGES = 24;
const NARROW_AGES = 6;

// A curve of fewer customers than this is drawn by chance.
const LEAST_CUSTOMERS = 5;
const MOST_CURVES = 8;

// ROI and LTV to CAC beyond these are drawn up to them: one windfall must not flatten all others.
const ROI_LIMIT = 500;
const VALUE_LIMIT = 6;

// From which ROAS on a cell of the heat map has the next colour: four below break-even, four above.
const HEAT_LIMITS = [25, 50, 75, 100, 150, 200, 400];

// ROI and ROAS, one bar from break-even: ROAS is ROI plus 100 %.
function returns(report) {
    const withReturn = report.sources.filter(({ roi_percent: roi }) => roi !== null);
    if (withReturn.length === 0) {
        return nothing('No lead source has cost anything in the period, so there is no return on it.');
    }
    const shown = withReturn.slice(0, MOST_SOURCES);
    const highest = Math.min(Math.max(100, ...shown.map(({ roi_percent: roi }) => Number(roi))), ROI_LIMIT);
    const lowest = Math.max(Math.min(-100, ...shown.map(({ roi_percent: roi }) => Number(roi))), -ROI_LIMIT);
    const place = (roi) => 100 * (Math.min(Math.max(roi, lowest), highest) - lowest) / (highest - lowest);
    const gains = withReturn.filter(({ profit }) => Number(profit) >= 0).length;
    return note(`Lead sources that reached break-even in the period: ${gains} of ${withReturn.length} with expense. A bar starts at break-even, the line, which is an ROI of 0&nbsp;% and a ROAS of 100&nbsp;%.`
        + (shown.some(({ roi_percent: roi }) => Math.abs(Number(roi)) > ROI_LIMIT) ? ` Bars end at an ROI of ${ROI_LIMIT}&nbsp;%; the figures don’t.` : ''))
        + key([['gain', 'gain'], ['loss', 'loss']])
        + table({
            caption: 'ROI and ROAS by lead source', kind: 'barred',
            columns: [
                column('Lead source', (row) => sourceName(row, report)),
                bar('Return', (row) => stripe([{ from: place(0), to: place(Number(row.roi_percent)), color: Number(row.roi_percent) < 0 ? 'loss' : 'gain' }], [place(0)]), `ROI from ${whole(String(lowest)).replace(/,/g, '')} to ${whole(String(Math.round(highest)))}&nbsp;%`),
                column('ROI', (row) => signedPercent(row.roi_percent), 'net'), column('ROAS', (row) => percent(row.roas_percent), 'gross'),
                column('Expense', (row) => amount(row.expense)), column('Profit', (row) => amount(row.profit)),
            ],
            rows: shown,
        }) + left(withReturn.length - shown.length, 'lead sources');
}

// What a customer brings in the first year against what one costs, with the lines 1:1 and 3:1.
function values(report) {
    const known = report.bySource(report.lifetimes).filter(({ customers, cost_per_customer: cost }) => customers !== '0' && cost !== null);
    if (known.length === 0) {
        return nothing('No lead source has both customers and expense yet.');
    }
    const shown = known.slice(0, MOST_SOURCES);
    const place = (ratio) => 100 * Math.min(Number(ratio), VALUE_LIMIT) / VALUE_LIMIT;
    return note('What a customer brings in the first 365 days (LTV) against what one has cost (CAC), as known today, over all months. Below the first line, 1:1, a customer costs more than the first year brings; '
        + `three to one, the second line, is a common target. ${DASH}: nobody was a customer for a year, or too few. Payback: months that a customer has to stay.`)
        + table({
            caption: 'Payback and LTV to CAC by lead source', kind: 'barred',
            columns: [
                column('Lead source', (row) => sourceName(row, report)), column('Customers', (row) => whole(row.customers)),
                column('Cost per customer', (row) => unitCost(row.cost_per_customer)), column('Value', (row) => amount(row.ltv_365), 'first year'),
                column('Standard error', (row) => amount(row.ltv_365_std_error)),
                bar('LTV to CAC', (row) => stripe([{ from: 0, to: place(row.ltv_365_to_cac ?? 0), color: Number(row.ltv_365_to_cac) < 1 ? 'loss' : 'gain' }], [place(1), place(3)]), `0 to ${VALUE_LIMIT}; lines at 1 and 3`),
                column('Ratio', (row) => decimal(row.ltv_365_to_cac, 2)), column('Payback', (row) => decimal(row.break_even_tenure_months, 1), 'months'),
            ],
            rows: shown,
        }) + left(known.length - shown.length, 'lead sources');
}

// Expense and revenue of the last months.
function months(report, rows = report.months.filter(({ scope }) => scope === 'all'), prefix = '') {
    const booked = rows.filter(({ expense, revenue }) => expense !== null || Number(revenue) !== 0);
    if (booked.length === 0) {
        return nothing('No expense and no payment is recorded.');
    }
    const { from_month: from, through_month: through } = report.edition[0];
    const shown = shownMonths(booked, report.edition[0]);
    const range = `${month(shown[0].month)} to ${month(shown.at(-1).month)}`;
    return chart({
        id: `${prefix}months`,
        title: `Expense and revenue by month, ${range}`,
        description: `Pairs of bars, expense and revenue, for each month from ${range}; in ${month(through)} expense is ${amount(shown.at(-1).expense)} and revenue ${amount(shown.at(-1).revenue)}.`,
        caption: `Every expense and payment in the month of its own date. The period is ${month(from)} to ${month(through)}.`
            + (shown.length > 12 ? '<span class="narrow"> A wider screen shows more months.</span>' : ''),
        colors: [['expense', 'expense'], ['revenue', 'revenue']],
        draw: (layout) => charts.barsByMonth(layout.wide ? shown : shown.slice(-12), ['expense', 'revenue'], layout),
        tables: [{ caption: `Expense and revenue by month, all months`, columns: [column('Month', monthName), ...RETURN_COLUMNS], rows: booked }],
    });
}

// The class of a cell of the heat map. What brought nothing is pale: months of nothing are no news.
const heat = (roas) => (roas === null || Number(roas) === 0 ? 'none' : HEAT_LIMITS.filter((limit) => Number(roas) >= limit).length);

// The cell of an age: whole percent, up to 999; without one where the age is not reached.
function heatColumn(age) {
    const read = ({ ages }) => (age >= ages.length ? '' : ages[age] === null ? DASH : Number(ages[age]) >= 999.5 ? '&gt;999' : decimal(ages[age], 0));
    return { heading: String(age), read: (row) => read(row), kind: ({ ages }) => (age < ages.length ? `h${heat(ages[age])}` : 'h') , age };
}

// The heat map: a table whose cells have colours of their own.
function heatTable(rows, ages) {
    const columns = Array.from({ length: ages }, (_, age) => heatColumn(age));
    const beyond = (age) => (age >= NARROW_AGES ? ' far' : '');
    const body = rows.map((row) => `<tr><th scope="row">${monthName(row)}</th><td class="far">${whole(row.customers)}</td><td>${row.payback_months ?? DASH}</td>`
        + `${columns.map(({ read, kind, age }) => `<td class="${kind(row)}${beyond(age)}">${read(row)}</td>`).join('')}</tr>`);
    return `<div class="scroll" role="group" tabindex="0" aria-label="ROAS of each month by months since"><table class="heat">
<caption>ROAS of each month by months since, in percent</caption>
<thead><tr><th scope="col">Month</th><th scope="col" class="far">Cust&shy;omers</th><th scope="col">Back after</th>${columns.map(({ age }) => `<th scope="col" class="age${beyond(age)}">${age}</th>`).join('')}</tr></thead>
<tbody>
${body.join('\n')}
</tbody></table></div>`;
}

// How far the customers of each month have paid back what the month cost.
function cohorts({ cohorts: cells }) {
    const aged = new Map();
    for (const { age_months: age, roas_percent: roas, ...cohort } of cells) {
        aged.get(cohort.month)?.ages.push(roas) ?? aged.set(cohort.month, { ...cohort, ages: [roas] });
    }
    const shown = [...aged.values()];
    if (shown.length === 0) {
        return nothing('No month with customers or expense is complete yet.');
    }
    const oldest = Math.max(...shown.map(({ ages }) => ages.length));
    const back = shown.filter(({ payback_months: months }) => months !== null).length;
    const limits = HEAT_LIMITS;
    return note(`Months that reached break-even: ${back} of the ${shown.length} shown. A row is a calendar month; its cells are what the customers won in it have paid up to each number of months later, `
        + `in percent of what all lead sources cost in it (ROAS, 100 is break-even). ${DASH}: no expense in that month. Empty: not over yet. Back after: months until break-even.`
        + (shown.length === MOST_COHORTS ? ` Shown are ${MOST_COHORTS} months up to the end of the period` + (oldest > MOST_AGES ? `, and the first ${MOST_AGES} months of each.` : '.') : '')
        + `<span class="narrow"> A wider screen shows more than ${NARROW_AGES} columns.</span>`)
        + key([...limits.map((limit, band) => [`heat-${band}`, `under ${limit}`]), [`heat-${limits.length}`, `${limits.at(-1)} and more`]])
        + heatTable(shown, Math.min(oldest, MOST_AGES));
}

// The curve of each lead source: its steps, from everybody on.
function curvesOf(rows) {
    const curves = new Map();
    const numberOf = (text) => (text === null ? null : Number(text));
    for (const row of rows) {
        const steps = curves.get(row.lead_source_id) ?? [{ day: 0, stay: 100, lower: 100, upper: 100 }];
        steps.push({ day: Number(row.tenure_days), stay: Number(row.survival_percent), lower: numberOf(row.survival_percent_lower), upper: numberOf(row.survival_percent_upper) });
        curves.set(row.lead_source_id, steps);
    }
    return curves;
}

// How many days a number of customers who stay is known for, as the view has them.
const STAY_DAYS = ['30', '90', '180', '365', '730'];

// What share of a lead source's customers stays longer than so many days.
const staysOf = ({ retentionOf }, id, days) => percent(retentionOf(id).find((row) => row.days === days)?.survival_percent ?? null);

// The chart of some lead sources' customers who stay, with its table.
function survivalChart(report, id, shown, caption) {
    return chart({
        id, title: 'How long customers stay, by lead source',
        description: 'One step curve for each lead source: the percentage of its customers who are still customers after a given time. '
            + shown.map((source) => `${isolated(source.lead_source)}: ${staysOf(report, source.lead_source_id, '365')} after a year`).join('; ') + '.',
        caption,
        draw: (layout) => charts.survivalCurves(shown, layout),
        tables: [{
            caption: 'Customers who stay, by lead source',
            columns: [
                column('Lead source', (row) => sourceName(row, report)), column('Customers', (row) => whole(row.customers)), column('Active', (row) => whole(row.active_customers)),
                column('Left', (row) => whole(row.churned_customers)), column('Half left', (row) => decimal(row.median_lifetime_days, 0), 'after days'), ...STAY_DAYS.map((days) => column(`${days} days`, (row) => staysOf(report, row.lead_source_id, days))),
            ],
            rows: shown,
        }],
    });
}

const STAY = 'Percentage of customers who stay longer than a number of years, unbiased while many are still active (Kaplan-Meier); the band is the 95&nbsp;% confidence interval.';

// How long customers stay, by the lead sources that cost most.
function survivals(report) {
    const withCustomers = report.bySource(report.lifetimes).filter(({ customers }) => customers !== '0');
    const enough = withCustomers.filter(({ customers, lead_source_id: id }) => Number(customers) >= LEAST_CUSTOMERS && report.curves.has(id));
    if (enough.length === 0) {
        return nothing(withCustomers.length === 0 ? 'There are no customers yet.' : `No lead source has ${LEAST_CUSTOMERS} customers yet; with fewer, a curve mostly shows chance.`);
    }
    const shown = enough.slice(0, MOST_CURVES).map((source) => ({ ...source, steps: report.curves.get(source.lead_source_id) }));
    return survivalChart(report, 'survivals', shown, `${STAY} `
        + (withCustomers.length > shown.length ? `Shown are ${shown.length} lead sources of ${whole(String(withCustomers.length))} with customers, those with the highest expense in the period and at least ${LEAST_CUSTOMERS} customers.` : ''));
}

module.exports = { STAY, returns, values, months, cohorts, curvesOf, staysOf, survivalChart, survivals };
