'use strict';
// What is written besides a page on standard output: a folder of pages and tables, and all figures as JSON.

const fs = require('node:fs');
const path = require('node:path');
const { page, sourcePages } = require('./page');

// A field as RFC 4180 has it. What a spreadsheet would take for a formula begins with an apostrophe; numbers are left alone.
function field(text) {
    const value = text ?? '';
    if (/^[\w.]*$/.test(value)) {
        return value; // as most are: a number, a word, nothing
    }
    const safe = /^[=+@\t\r-]/.test(value) && !/^-?\d+(\.\d+)?$/.test(value) ? `'${value}` : value;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

// Rows as CSV: the names of columns, then each row on a line.
function csvOf(rows) {
    const columns = Object.keys(rows[0] ?? {});
    return [columns, ...rows.map((row) => columns.map((column) => row[column]))].map((cells) => `${cells.map(field).join(',')}\r\n`).join('');
}

// Put a file where readers find either the old one or the new one, whole.
function replace(file, text) {
    fs.writeFileSync(`${file}.new`, text);
    fs.renameSync(`${file}.new`, file);
}

// The pages of lead sources, the tables, and last the page that leads to them.
function writeFolder(folder, report, figures, tell) {
    fs.mkdirSync(folder, { recursive: true });
    let written = 0;
    for (const [file, text] of sourcePages(report)) {
        replace(path.join(folder, file), text);
        written += 1;
        tell(`${written} of ${report.sources.length} pages written`);
    }
    for (const [name, rows] of Object.entries(figures)) {
        replace(path.join(folder, `${name}.csv`), csvOf(rows));
    }
    replace(path.join(folder, 'index.html'), page(report));
}

// All figures as JSON: an object of tables, each an array of rows; figures are exact decimals as text.
const jsonOf = (figures) => `${JSON.stringify(figures, null, 1)}\n`;

module.exports = { writeFolder, jsonOf };
