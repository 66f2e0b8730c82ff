'use strict';
// The page of a lead source: what it asks for, what it brought, its months and cohorts, its customers, its bills.

const { DASH, amount, unitCost, whole, decimal, percent } = require('./format');
const { column, table, nothing } = require('./markup');
const { monthName } = require('./columns');
const { findings, tiles, costs } = require('./overview');
const { STAY, months, staysOf, survivalChart } = require('./returns');
const { billsOf } = require('./bills');

// What each month's expense has brought back.
function cohorts(rows) {
    if (rows.length === 0) {
        return nothing('No month of the last two years has customers or expense.');
    }
    return table({
        caption: 'What each month’s expense has brought back so far',
        columns: [
            column('Month', monthName), column('Customers', (row) => whole(row.customers)), column('Expense', (row) => amount(row.expense)),
            column('Revenue', (row) => amount(row.revenue), 'of these customers'), column('ROAS', (row) => percent(row.roas_percent)), column('Back after', (row) => row.payback_months ?? DASH, 'months'),
        ],
        rows,
    });
}

// How long its customers stay, and what one is worth.
function customers(report, source, [lifetime]) {
    if (!lifetime || lifetime.customers === '0') {
        return nothing('It has no customers yet.');
    }
    const facts = [
        ['Customers', whole(lifetime.customers)], ['Half left after', lifetime.median_lifetime_days === null ? DASH : `${decimal(lifetime.median_lifetime_days, 0)} days`],
        ['Stay longer than a year', staysOf(report, source.lead_source_id, '365')], ['Value in the first year', amount(lifetime.ltv_365)],
        ['Cost per customer', unitCost(lifetime.cost_per_customer)], ['LTV to CAC', decimal(lifetime.ltv_365_to_cac, 2)],
    ];
    const curve = report.curves.get(source.lead_source_id);
    return `<dl class="tiles">${facts.map(([term, value]) => `<div><dt>${term}</dt><dd class="value">${value}</dd></div>`).join('')}</dl>`
        + (curve ? survivalChart(report, 'survivals', [{ ...lifetime, steps: curve }], STAY) : '');
}

// The sections of a lead source, by the rows of each table that are its own.
function sourceSections(report, source, rows) {
    return [
        ['findings', 'What asks for a decision', findings({ ...report, directory: false }, rows.findings)],
        ['totals', 'The period', tiles(report, rows.comparisons)],
        ['months', 'Expense and revenue by month', months(report, rows.months)],
        ['costs', 'Cost per customer and per lead', costs(report, rows.months, 'source_')],
        ['cohorts', 'How fast a month pays back', cohorts(rows.source_cohorts)],
        ['survival', 'How long customers stay', customers(report, source, rows.lifetimes)],
        ['bills', 'Bills', billsOf(rows.source_bills, rows.source_variances)],
    ];
}

module.exports = { sourceSections };
