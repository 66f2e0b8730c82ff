'use strict';
// The page: one static HTML file without JavaScript, whose policy forbids any request.

const fs = require('node:fs');
const path = require('node:path');
const { day, escape, name } = require('./format');
const { SECTIONS, notices } = require('./sections');

const STYLE = fs.readFileSync(path.join(__dirname, 'style.css'), 'utf8')
    .replace(/\/\*.*?\*\//gs, '').replace(/\n\s*/g, '\n').replace(/\n+/g, '\n').trim();

const section = ([id, heading, body]) => `<section id="${id}" aria-labelledby="${id}_heading">
<h2 id="${id}_heading">${heading}</h2>
${body}
</section>`;

// The whole report as HTML.
async function page(figures) {
    const [{ database, ledger, currency, today }] = figures.edition;
    const sections = await Promise.all(SECTIONS.map(async ([id, heading, body]) => [id, heading, await body(figures)]));
    return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Lead sources: cost and return, ${escape(database)}, ${day(today)}</title>
<style>
${STYLE}
</style>
</head>
<body>
<header>
<h1>Lead sources: cost and return</h1>
<p>Ledger ${name(ledger)} in database ${name(database)}, as of <time datetime="${today}">${day(today)}</time>.
Amounts are in ${currency ?? 'the currency of the ledger'}.</p>
${notices(figures)}
</header>
<main>
${sections.filter(([, , body]) => body).map(section).join('\n')}
</main>
<footer>
<p>ROI is net: (revenue − expense) / expense, break-even is 0&nbsp;%. ROAS is gross: revenue / expense, break-even is 100&nbsp;%.
Figures of several lead sources or months are ratios of their totals. –&nbsp;stands for a figure that is not defined,
such as the return of a lead source without expense. The unknown lead source has the leads and payments that were recorded without one.</p>
<p>Made by lead_roi from its views.</p>
</footer>
</body>
</html>
`;
}

module.exports = { page };
