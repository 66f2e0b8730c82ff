'use strict';
// What a manager looks at first: what asks for a decision, what the period brought, where it came from.

const { decimal, amount, unitCost, whole, signed, percent, signedPercent, month, count, escape, name } = require('./format');
const { column, bar, stripe, table, chart, nothing, note } = require('./markup');
const { MOST_SOURCES, sourceName, monthName, shownMonths } = require('./columns');
const charts = require('./charts');

// How many findings the page has.
const MOST_FINDINGS = 7;

const SEVERITIES = { high: 'Act now', medium: 'Look into it', opportunity: 'Opportunity' };

// How many months the charts of costs have at most.
const COST_MONTHS = 24;

// From which amount on a tile shows no decimals.
const LARGE_AMOUNT = 1000;

// What a bar of shares may end at, in percent.
const SCALES = [5, 10, 20, 50, 100];

const NO_CHANNEL = '(no channel)';

// One finding: the lead source, the sentence, and the query that shows its numbers.
function finding(row, report) {
    const subject = row.lead_source !== null ? sourceName(row, report) : row.finding === 'figures_in_doubt' ? 'Data' : '(unknown)';
    return `<li class="${row.severity}"><p><span class="severity">${SEVERITIES[row.severity]}</span> <strong>${subject}</strong>: ${name(row.what)}.`
        + `${row.since === null ? '' : ` <small>Since <time datetime="${row.since.slice(0, 7)}">${month(row.since)}</time>.</small>`}</p>`
        + `<details><summary>Check: ${escape(row.finding.replaceAll('_', ' '))}</summary><code>${escape(row.evidence)}</code></details></li>`;
}

// What asks for a decision, worst first; of all, or of one lead source.
function findings(report, rows = report.findings) {
    if (rows.length === 0) {
        return nothing('No rule found anything that asks for a decision today.');
    }
    const left = rows.length - MOST_FINDINGS;
    return `<ol class="findings">
${rows.slice(0, MOST_FINDINGS).map((row) => finding(row, report)).join('\n')}
</ol>${left > 0 ? note(`${whole(String(left))} more are in the view <code>finding</code>, whose comment has the rules.`) : note('By the rules of the view <code>finding</code>.')}`;
}

// A figure, or what it was before, as its unit is written; where the figure is a large amount, without decimals.
function written({ figure, unit, value: now }, value) {
    if (unit === 'percent') {
        return figure === 'roi_percent' ? signedPercent(value) : percent(value);
    }
    if (unit === 'amount' && figure.startsWith('cost')) {
        return unitCost(value);
    }
    return unit === 'amount' && Math.abs(Number(now)) < LARGE_AMOUNT ? amount(value) : whole(value);
}

// How much a figure has changed, in percent of what it was, or in points.
function changed(figure, change, changePercent) {
    if (figure.unit === 'percent') {
        return change === null ? '' : ` (${signed(decimal(change, 1))} points)`;
    }
    if (changePercent !== null) {
        return ` (${signedPercent(changePercent)})`;
    }
    return change === null ? '' : ` (${signed(written(figure, change))})`;
}

// One tile: the figure, what it was before, and what it is of paid lead sources alone.
function tile(title, all, paid, { comparisons: [period] }) {
    const sameYear = period.before_from_month === period.year_before_from_month;
    const earlier = (term, value, change, changePercent) => (value === null ? '' : `<dd>${term} ${written(all, value)}${changed(all, change, changePercent)}</dd>`);
    return `<div><dt>${title}</dt><dd class="value" data-figure="${all.figure}">${written(all, all.value)}</dd>`
        + earlier('before', all.before_value, all.change, all.change_percent)
        + (sameYear ? '' : earlier('a year earlier', all.year_before_value, all.year_change, all.year_change_percent))
        + (paid && paid.value !== all.value ? `<dd class="paid">paid only ${written(all, paid.value)}${changed(all, paid.change, paid.change_percent)}</dd>` : '')
        + '</div>';
}

const TILES = [['Expense', 'expense'], ['Revenue', 'revenue'], ['Profit', 'profit'], ['ROI, net', 'roi_percent'],
    ['Leads', 'leads'], ['Cost per lead', 'cost_per_lead'], ['Customers', 'customers'], ['Cost per customer', 'cost_per_customer']];

// The tiles of some figures of a period, and of the paid ones among them.
function tiles(report, all, paid = []) {
    const byFigure = (rows) => Object.fromEntries(rows.map((row) => [row.figure, row]));
    const [ofAll, ofPaid] = [byFigure(all), byFigure(paid)];
    return `<dl class="tiles">
${TILES.map(([title, figure]) => tile(title, ofAll[figure], ofPaid[figure], report)).join('\n')}
</dl>`;
}

// The figures that stand for everything.
function headline(report) {
    const { comparisons, totals, sources } = report;
    const [period] = comparisons;
    const [all] = totals.filter(({ scope }) => scope === 'all');
    const [paid] = totals.filter(({ scope }) => scope === 'paid');
    if (!all) {
        return nothing('There is no lead source yet, and nothing is recorded.');
    }
    const range = (from, through) => `${month(from)} to ${month(through)}`;
    return tiles(report, comparisons.filter(({ scope }) => scope === 'all'), comparisons.filter(({ scope }) => scope === 'paid'))
        + note(`${count(all.lead_sources, 'lead source', 'lead sources')}${sources.some(({ lead_source_id: id }) => id === null) ? ' and the unknown one' : ''}; `
            + (paid ? `paid: the ${whole(paid.lead_sources)} that have ever cost anything. ` : 'none has ever cost anything. ')
            + (period.before_from_month === null ? 'The ledger begins too late for a comparison with as many months before. '
                : `Before: ${range(period.before_from_month, period.before_through_month)}. `)
            + (period.year_before_from_month === null || period.year_before_from_month === period.before_from_month ? ''
                : `A year earlier: ${range(period.year_before_from_month, period.year_before_through_month)}.`));
}

// Visits, leads and customers as steps.
function steps(title, row) {
    const step = (term, value, rate) => `<div><dt>${term}</dt><dd class="value">${value}</dd>${rate ? `<dd>${rate}</dd>` : ''}</div>`;
    return `<h3>${title}</h3><dl class="steps">${step('Visitors', whole(row.visitors), '')}${step('Leads', whole(row.leads), `${percent(row.visitor_to_lead_percent)} of visitors`)}`
        + `${step('Customers', whole(row.customers), `${percent(row.lead_to_customer_percent)} of leads`)}</dl>`;
}

// The rates of each row beside its numbers; the bars of one column are of one scale.
function funnelTable(caption, heading, read, rows) {
    const most = (figure) => Math.max(...rows.map((row) => Number(row[figure] ?? 0)), 1);
    const rate = (title, figure, color) => bar(title, (row) => `${percent(row[figure])}${stripe([{ from: 0, to: 100 * Math.min(Number(row[figure] ?? 0) / most(figure), 1), color }])}`);
    return table({
        caption, rows, kind: 'barred',
        columns: [
            column(heading, read), column('Visitors', (row) => whole(row.visitors)), rate('Visitors who became leads', 'visitor_to_lead_percent', 'revenue'),
            column('Leads', (row) => whole(row.leads)), rate('Leads who became customers', 'lead_to_customer_percent', 'revenue'), column('Customers', (row) => whole(row.customers)),
        ],
    });
}

// The funnel, of all, by lead source and by channel.
function funnel(report) {
    const { totals, sources } = report;
    const [all] = totals.filter(({ scope }) => scope === 'all');
    if (sources.every(({ visitors, leads, customers }) => visitors === '0' && leads === '0' && customers === '0')) {
        return nothing('No visit, lead or customer is recorded in the period.');
    }
    const [paid] = totals.filter(({ scope }) => scope === 'paid');
    const shown = sources.filter(({ visitors, leads, customers }) => visitors !== '0' || leads !== '0' || customers !== '0').slice(0, MOST_SOURCES);
    const channels = totals.filter(({ scope, visitors, leads, customers }) => scope === 'channel' && (visitors !== '0' || leads !== '0' || customers !== '0'));
    return note('Visits, leads and conversions of the period, each by its own date: a customer of the period may have come in as a lead before it.')
        + `<div class="two">${[['All lead sources', all], ['Paid lead sources', paid]].filter(([, row]) => row).map(([title, row]) => `<div>${steps(title, row)}</div>`).join('')}</div>`
        + funnelTable('Funnel by lead source', 'Lead source', (row) => sourceName(row, report), shown)
        + left(sources.length - shown.length, 'lead sources without a visit or with less expense')
        + (channels.every(({ name: channel }) => channel === NO_CHANNEL) ? '' : funnelTable('Funnel by channel', 'Channel', (row) => name(row.name), channels));
}

// How many a table leaves out.
const left = (number, what) => (number > 0 ? note(`${whole(String(number))} more ${what} are in the <a href="#sources">table of all lead sources</a>.`) : '');

// Shares of expense and revenue, one above the other.
function money(report) {
    const withMoney = report.sources.filter(({ expense, revenue }) => expense !== null || Number(revenue) !== 0);
    if (withMoney.length === 0) {
        return nothing('No expense and no payment is recorded in the period.');
    }
    const shown = withMoney.slice(0, MOST_SOURCES);
    const most = Math.max(...shown.flatMap((row) => [Number(row.expense_share_percent), Number(row.revenue_share_percent)]));
    const end = SCALES.find((percentage) => percentage >= most) ?? SCALES.at(-1);
    const share = (row) => [['expense', row.expense_share_percent], ['revenue', row.revenue_share_percent]]
        .map(([color, value]) => stripe([{ from: 0, to: 100 * Math.min(Math.max(Number(value ?? 0), 0), end) / end, color }])).join('');
    return note('The share of each lead source in all expense of the period, and in all revenue. Where the upper bar is longer, the lead source has a larger share of the expense than of the revenue.')
        + table({
            caption: 'Share of expense and revenue by lead source', kind: 'barred',
            columns: [
                column('Lead source', (row) => sourceName(row, report)),
                bar('Expense above, revenue below', share, `0 to ${end}&nbsp;%`),
                column('Share of expense', (row) => percent(row.expense_share_percent)), column('Share of revenue', (row) => percent(row.revenue_share_percent)),
                column('Expense', (row) => amount(row.expense)), column('Revenue', (row) => amount(row.revenue)),
            ],
            rows: shown,
        }) + left(withMoney.length - shown.length, 'lead sources');
}

// A chart of the cost of a lead or a customer by month.
function costChart(id, what, plural, rows) {
    const columns = [`cost_per_${what}`, `usual_cost_per_${what}`, `cost_per_${what}_lower`, `cost_per_${what}_upper`];
    const last = rows.findLast((row) => row[columns[0]] !== null);
    return chart({
        id, title: `Cost per ${what} by month`,
        description: `Dots: the expense of each month from ${month(rows[0].month)} to ${month(rows.at(-1).month)} per ${what} won in it, with the range in which chance alone moves it; `
            + `a line: the cost of the twelve months up to it.${last ? ` In ${month(last.month)}: ${unitCost(last[columns[0]])}, usual ${unitCost(last[columns[1]])}.` : ''}`,
        caption: `Each dot is a month’s expense per ${what}; the bar behind it is what chance alone makes of it with so few ${plural} (95&nbsp;% range). `
            + `A month whose bar reaches the line is as usual.${what === 'customer' ? ' Hollow: fewer than ten customers.' : ''} A triangle is a month above the chart; the table has its figure.`,
        colors: [['expense', `cost per ${what}`], ['range', 'range of chance'], ['revenue', 'last twelve months']],
        draw: (layout) => charts.costByMonth(layout.wide ? rows : rows.slice(-12), columns, layout),
        tables: [{
            caption: `Cost per ${what} by month`,
            columns: [
                column('Month', monthName), column('Expense', (row) => amount(row.expense)), column(plural.replace(/^./, (letter) => letter.toUpperCase()), (row) => whole(row[plural])),
                ...['Cost', 'Last twelve months', 'Range from', 'Range to'].map((title, position) => column(title, (row) => unitCost(row[columns[position]]))),
            ],
            rows: rows.filter((row) => row.expense !== null),
        }],
    });
}

// What a lead and a customer cost, month by month, by paid lead sources.
function costs(report, rows = report.months.filter(({ scope }) => scope === 'paid'), prefix = '') {
    const shown = shownMonths(rows, report.edition[0]).slice(-COST_MONTHS);
    if (shown.every(({ expense = null }) => expense === null)) {
        return nothing('No expense is recorded in these months.');
    }
    return (prefix ? '' : note('Paid lead sources together: those without cost would hide what the others cost.'))
        + costChart(`${prefix}cost_per_customer`, 'customer', 'customers', shown) + costChart(`${prefix}cost_per_lead`, 'lead', 'leads', shown);
}

module.exports = { findings, tiles, headline, funnel, money, costs, left };
