'use strict';
// The pages: static HTML without JavaScript, whose policy forbids any request. The first page is on the
// ledger; with a directory each lead source has one of its own.

const fs = require('node:fs');
const path = require('node:path');
const { day, month, escape, name } = require('./format');
const { pageOf, csv } = require('./columns');
const overview = require('./overview');
const returns = require('./returns');
const bills = require('./bills');
const tables = require('./tables');
const { sourceSections } = require('./source_page');

const STYLE = fs.readFileSync(path.join(__dirname, 'style.css'), 'utf8')
    .replace(/\/\*.*?\*\//gs, '').replace(/\n\s*/g, '\n').replace(/\n+/g, '\n').trim();

// The sections of the first page in their order: the address inside of the page, the heading, what makes the body, and
// the tables that it reads; one without a body is left out.
const SECTIONS = [
    ['findings', 'What asks for a decision', overview.findings, ['findings']],
    ['totals', 'All lead sources together', overview.headline, ['comparisons']],
    ['funnel', 'From visit to customer', overview.funnel, ['comparisons']],
    ['money', 'Where the money goes', overview.money, ['comparisons']],
    ['returns', 'Return by lead source', returns.returns, ['comparisons']],
    ['values', 'What a customer brings and costs', returns.values, ['lifetimes']],
    ['costs', 'Cost per customer and per lead', overview.costs, ['months']],
    ['months', 'Expense and revenue by month', returns.months, ['months']],
    ['cohorts', 'How fast a month pays back', returns.cohorts, ['cohorts']],
    ['survival', 'How long customers stay', returns.survivals, ['retention', 'survivals', 'lifetimes']],
    ['budget', 'Budget against actual', bills.budget, ['variances']],
    ['upcoming', 'Overdue and upcoming bills', bills.upcoming, ['bills']],
    ['channels', 'Channels', tables.channels, ['comparisons']],
    ['categories', 'Categories', tables.categories, ['comparisons']],
    ['sources', 'All lead sources', tables.sources, ['comparisons', 'lifetimes']],
    ['unresolved', 'Unassigned traffic', tables.unresolved, ['unresolved']],
];

// The figures of the period as rows with a column for each, from the rows of one figure that the view has.
function totalsOf(comparisons) {
    const totals = new Map();
    for (const { scope, name: of, lead_source_id: id, lead_sources: number, figure, value } of comparisons) {
        const key = JSON.stringify([scope, of, id]);
        if (!totals.has(key)) {
            totals.set(key, { scope, name: of, lead_source: of, lead_source_id: id, lead_sources: number });
        }
        totals.get(key)[figure] = value;
    }
    return [...totals.values()];
}

// The one order of the page: the highest expense first, none last; then the highest revenue; then by name.
function byExpense(one, other) {
    const order = (a, b) => (a === b ? 0 : a < b ? -1 : 1);
    return (one.expense === null) - (other.expense === null) || other.expense - one.expense || other.revenue - one.revenue
        || order(one.name ?? '', other.name ?? '') || Number(one.lead_source_id) - Number(other.lead_source_id);
}

// What all sections take: the figures, the totals of the period and the lead sources in the order of the page, and
// rows in that order.
function makeReport(figures, { directory = false } = {}) {
    const totals = totalsOf(figures.comparisons).sort(byExpense);
    const sources = totals.filter(({ scope }) => scope === 'lead_source');
    const places = new Map(sources.map(({ lead_source_id: id }, place) => [id, place]));
    const bySource = (rows) => [...rows].sort((one, other) => (places.get(one.lead_source_id) ?? Infinity) - (places.get(other.lead_source_id) ?? Infinity));
    return { ...figures, totals, sources, bySource, curves: returns.curvesOf(figures.survivals), retentionOf: groupBySource(figures.retention), directory };
}

// The rows of each lead source, of a table that has several.
function groupBySource(rows) {
    const groups = new Map();
    for (const row of rows) {
        groups.get(row.lead_source_id)?.push(row) ?? groups.set(row.lead_source_id, [row]);
    }
    return (id) => groups.get(id) ?? [];
}

const section = ([id, heading, body]) => `<section id="${id}" aria-labelledby="${id}_heading">
<h2 id="${id}_heading">${heading}</h2>
${body}
</section>`;

// What a page says of itself above and below its sections, in print too.
function edition({ edition: [{ database, ledger, currency, today, from_month: from, through_month: through }] }) {
    return `<p>Ledger ${name(ledger)} in database ${name(database)}. Period: <strong><time datetime="${from.slice(0, 7)}">${month(from)}</time> to <time datetime="${through.slice(0, 7)}">${month(through)}</time></strong>, whole months,
as of <time datetime="${today}">${day(today)}</time>. Amounts are in ${currency ?? 'the currency of the ledger'}.</p>`;
}

// A whole page.
function document(report, { title, heading, above = '', sections }) {
    const [{ today, version }] = report.edition;
    return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>
${STYLE}
</style>
</head>
<body>
<header>
${above}<h1>${heading}</h1>
${edition(report)}
</header>
<main>
${sections.filter(([, , body]) => body).map(section).join('\n')}
</main>
<footer>
<p>Lead sources come in one order everywhere: the highest expense of the period first, then the highest revenue, then by name. Months come in the order of time.</p>
<p>ROI is net: (revenue − expense) / expense, break-even is 0&nbsp;%. ROAS is gross: revenue / expense, break-even is 100&nbsp;%.
Figures of several lead sources or months are ratios of their totals. A figure that is not defined,
such as the return of a lead source without expense, is shown as&nbsp;–. The unknown lead source has the leads and payments that were recorded without one.
Paid lead sources are those that have ever cost anything.</p>
<p>Made by lead_roi ${escape(version)} from its views, as of ${day(today)}.</p>
</footer>
</body>
</html>
`;
}

// The page on the ledger.
function page(report) {
    const [{ database, today }] = report.edition;
    return document(report, {
        title: `Lead sources: cost and return, ${escape(database)}, ${day(today)}`,
        heading: 'Lead sources: cost and return',
        sections: SECTIONS.map(([id, heading, body, reads]) => [id, heading, body(report), reads])
            .map(([id, heading, body, reads]) => [id, heading, body && body + csv(reads, report)]),
    });
}

// The pages of lead sources, one after the other: the name of the file, and its text.
function* sourcePages(report) {
    const of = Object.fromEntries(['findings', 'comparisons', 'months', 'lifetimes', 'source_cohorts', 'source_bills', 'source_variances']
        .map((table) => [table, groupBySource(report[table].filter(({ scope }) => scope === undefined || scope === 'lead_source'))]));
    for (const source of report.sources) {
        const rows = Object.fromEntries(Object.entries(of).map(([table, find]) => [table, find(source.lead_source_id)]));
        yield [pageOf(source.lead_source_id), document(report, {
            title: `${escape(source.lead_source)}: cost and return`,
            heading: name(source.lead_source),
            above: '<nav aria-label="Report"><a href="index.html">All lead sources</a></nav>\n',
            sections: sourceSections(report, source, rows),
        })];
    }
}

module.exports = { makeReport, page, sourcePages };
