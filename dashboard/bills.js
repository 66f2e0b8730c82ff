'use strict';
// Bills: what was budgeted and paid, what is overdue, and what will come.

const { DASH, amount, whole, signed, signedPercent, month, day, addMonths, count, name } = require('./format');
const { column, words, bar, stripe, table, chart, nothing, note } = require('./markup');
const { MOST_SOURCES, sourceName, monthName, filledMonths } = require('./columns');
const charts = require('./charts');

// A difference with its sign.
const difference = (text) => signed(amount(text));

// Budget against actual of the bills of the period.
function budget(report) {
    const all = report.variances.find(({ scope }) => scope === 'all');
    if (!all) {
        return nothing('No recurring expense was posted in the period.');
    }
    const rows = report.bySource(report.variances.filter(({ scope }) => scope === 'lead_source'));
    const most = Math.max(...rows.flatMap(({ budget: planned, actual }) => [Number(planned), Number(actual)]), 1);
    const part = (value, color) => stripe([{ from: 0, to: 100 * Math.max(Number(value ?? 0), 0) / most, color }]);
    return note(`${count(all.bills, 'bill', 'bills')} of recurring expenses, of which ${whole(all.differing_bills)} were paid otherwise than budgeted: ${amount(all.actual)} instead of ${amount(all.budget)}.`)
        + table({
            caption: 'Budget against actual by lead source', kind: 'barred',
            columns: [
                column('Lead source', (row) => sourceName(row, report)), bar('Budget above, actual below', (row) => part(row.budget, 'range') + part(row.actual, 'expense')),
                column('Bills', (row) => whole(row.bills)), column('Budget', (row) => amount(row.budget)), column('Actual', (row) => amount(row.actual)),
                column('Difference', (row) => difference(row.difference)), column('In percent', (row) => signedPercent(row.difference_percent)),
            ],
            rows: rows.slice(0, MOST_SOURCES),
        }) + (rows.length > MOST_SOURCES ? note(`${whole(String(rows.length - MOST_SOURCES))} more are in the function <code>lead_roi.period_variance()</code>.`) : '');
}

// The columns of bills by lead source.
const billColumns = (report, first) => [
    column('Lead source', (row) => sourceName(row, report)), column(first, (row) => row.first_bill_on),
    column('Bills', (row) => whole(row.bills)), column('Amount', (row) => amount(row.amount)),
];

// What is due and not posted.
function overdue(report) {
    const [all, ...rows] = ['all', 'lead_source'].flatMap((wanted) => report.bills.filter(({ state, scope }) => state === 'overdue' && scope === wanted));
    if (!all) {
        return note('No bill is overdue.');
    }
    const shown = report.bySource(rows).slice(0, MOST_SOURCES);
    return note(`Overdue: ${count(all.bills, 'bill', 'bills')}, ${amount(all.amount)} in all, the oldest since ${day(all.first_bill_on)}. They make expense too low and return too high.`
        + (all.failed === '0' ? '' : ` Posting ${whole(all.failed)} of them failed; the view <code>overdue_expense</code> has the errors.`))
        + table({ caption: 'Overdue bills by lead source', columns: billColumns(report, 'Oldest'), rows: shown });
}

// What will be billed in the next 12 months.
function upcoming(report) {
    const wanted = (scope) => report.bills.filter((row) => row.state === 'upcoming' && row.scope === scope);
    const billed = wanted('month');
    if (billed.length === 0) {
        return overdue(report) + nothing('No expense is coming in the next 12 months.');
    }
    const [{ today }] = report.edition;
    const [all] = wanted('all');
    const thisMonth = `${today.slice(0, 7)}-01`;
    const last = addMonths(today, 12) > billed.at(-1).month ? addMonths(today, 12) : billed.at(-1).month;
    const shown = filledMonths(billed, billed[0].month <= thisMonth ? thisMonth : addMonths(today, 1), last).slice(0, 24);
    return overdue(report) + chart({
        id: 'upcoming_bills',
        title: 'Upcoming expense by month',
        description: `Bars: expenses that fall due in each month from ${month(shown[0].month)} to ${month(shown.at(-1).month)}, ${amount(all.amount)} in all.`,
        caption: `Recurring expenses that fall due in the 12 months after ${day(today)}, each with the amount agreed for its date, and expenses booked with a later date: ${count(all.bills, 'bill', 'bills')}, ${amount(all.amount)} in all.`,
        draw: (layout) => charts.barsByMonth(shown.map((row) => ({ ...row, expense: row.amount })), ['expense'], layout),
        tables: [
            { caption: 'Upcoming expense by month', columns: [column('Month', monthName), column('Bills', (row) => (row.bills === null ? '0' : whole(row.bills))), column('Amount', (row) => amount(row.amount))], rows: shown },
            { caption: 'Upcoming expense by lead source', columns: billColumns(report, 'Next bill'), rows: report.bySource(wanted('lead_source')).slice(0, MOST_SOURCES) },
        ],
    });
}

// The bills of one lead source, one by one.
function billsOf(bills, variances) {
    const parts = [];
    if (bills.length > 0) {
        parts.push(table({
            caption: 'Overdue and upcoming bills',
            columns: [column('Date', (row) => row.bill_on), words('What', (row) => (row.title === null ? DASH : name(row.title))), column('State', (row) => row.state), column('Amount', (row) => amount(row.amount)),
                words('Why it is not posted', (row) => (row.message ? name(row.message) : ''))],
            rows: bills,
        }));
    }
    if (variances.length > 0) {
        parts.push(table({
            caption: 'Budget against actual of the period',
            columns: [column('Date', (row) => row.bill_on), words('What', (row) => (row.title === null ? DASH : name(row.title))), column('State', (row) => row.status.replace('_', ' ')),
                column('Budget', (row) => amount(row.budget)), column('Actual', (row) => amount(row.actual)), column('Difference', (row) => difference(row.difference))],
            rows: variances,
        }));
    }
    return parts.length > 0 ? parts.join('\n') : nothing('It has no bills of recurring expenses.');
}

module.exports = { budget, upcoming, billsOf };
