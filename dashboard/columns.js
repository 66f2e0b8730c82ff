'use strict';
// What all sections share: who a row is, the columns that tables have in common, and how months are filled.

const { amount, unitCost, whole, percent, signedPercent, month, addMonths, escape, name } = require('./format');
const { column } = require('./markup');

// How much of each a chart shows.
const MOST_SOURCES = 20;
const MOST_MONTHS = 36;

// The file that is the page of a lead source.
const pageOf = (id) => `lead_source_${id ?? 'unknown'}.html`;

// A lead source by its name, a link where there are pages of lead sources.
function sourceName({ lead_source_id: id, lead_source: text }, { directory }) {
    return directory ? `<a href="${pageOf(id)}">${name(text)}</a>` : name(text);
}

const monthName = (row) => `<time datetime="${row.month.slice(0, 7)}">${month(row.month)}</time>`;

// The columns that every table of a period has. Those of return, and those of the funnel.
const RETURN_COLUMNS = [
    column('Expense', (row) => amount(row.expense)),
    column('Revenue', (row) => amount(row.revenue)),
    column('Profit', (row) => amount(row.profit)),
    column('ROI', (row) => signedPercent(row.roi_percent)),
    column('ROAS', (row) => percent(row.roas_percent)),
];
const FUNNEL_COLUMNS = [
    column('Leads', (row) => whole(row.leads)),
    column('Cost per lead', (row) => unitCost(row.cost_per_lead)),
    column('Customers', (row) => whole(row.customers)),
    column('Cost per customer', (row) => unitCost(row.cost_per_customer)),
];
const PAID_COLUMN = column('ROI', (row) => signedPercent(row.paid_roi_percent), 'paid only');

// Months without a gap from one to another, each with its figures, or none.
function filledMonths(rows, from, through) {
    const byMonth = new Map(rows.map((row) => [row.month, row]));
    const empty = Object.fromEntries(Object.keys(rows[0] ?? {}).map((key) => [key, null]));
    const months = [];
    for (let first = from; first <= through; first = addMonths(first, 1)) {
        months.push(byMonth.get(first) ?? { ...empty, month: first });
    }
    return months;
}

// The months of a chart: those of the period, and before them as many as there are up to 36 in all.
function shownMonths(rows, { from_month: from, through_month: through }) {
    const first = rows.find((row) => row.month >= addMonths(through, 1 - MOST_MONTHS))?.month ?? from;
    return filledMonths(rows, first < from ? first : from, through);
}

// A link to the file of a table, where there is one.
const csv = (tables, { directory }) => (directory
    ? `<p class="files">As CSV: ${tables.map((file) => `<a href="${file}.csv">${escape(file)}</a>`).join(', ')}</p>` : '');

module.exports = { MOST_SOURCES, pageOf, sourceName, monthName, RETURN_COLUMNS, FUNNEL_COLUMNS, PAID_COLUMN, filledMonths, shownMonths, csv };
