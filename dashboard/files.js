'use strict';
// What is written besides a page on standard output: a folder of pages and tables, and all figures as JSON.

const os = require('node:os');
const fs = require('node:fs');
const path = require('node:path');
const { Worker } = require('node:worker_threads');
const { page } = require('./page');

// Fewer pages than this aren't worth a thread of their own.
const LEAST_PAGES = 50;

// A field as RFC 4180 has it. What a spreadsheet would take for a formula begins with an apostrophe; numbers are left alone.
function field(text) {
    const value = text ?? '';
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

// The figures that the pages of some lead sources show: their own rows, and tables without lead sources.
function figuresOf(figures, sources) {
    const ids = new Set(sources.map(({ lead_source_id: id }) => id));
    return Object.fromEntries(Object.entries(figures).map(([table, rows]) =>
        [table, rows.filter(({ lead_source_id: id }) => id === undefined || ids.has(id))]));
}

// Have a thread write the pages of some lead sources; it tells of each of them.
function writePages(folder, figures, written) {
    return new Promise((resolve, reject) => {
        new Worker(path.join(__dirname, 'page_writer.js'), { workerData: { folder, figures: JSON.stringify(figures) } })
            .on('message', written).on('error', reject).on('exit', resolve);
    });
}

// Write the pages of all lead sources, each processor its share of them.
function writeSourcePages(folder, { sources }, figures, tell) {
    const threads = Math.min(os.cpus().length, Math.ceil(sources.length / LEAST_PAGES));
    let pages = 0;
    const written = () => {
        pages += 1;
        tell(`${pages} of ${sources.length} pages written`);
    };
    return Promise.all(Array.from({ length: threads }, (_, thread) =>
        writePages(folder, figuresOf(figures, sources.filter((_source, place) => place % threads === thread)), written)));
}

// Write the tables.
async function writeTables(folder, figures) {
    for (const [name, rows] of Object.entries(figures)) {
        replace(path.join(folder, `${name}.csv`), csvOf(rows));
    }
}

// The pages of lead sources and the tables, and last the page that leads to them.
async function writeFolder(folder, report, figures, tell) {
    fs.mkdirSync(folder, { recursive: true });
    await Promise.all([writeSourcePages(folder, report, figures, tell), writeTables(folder, figures)]);
    replace(path.join(folder, 'index.html'), page(report));
}

// All figures as JSON: an object of tables, each an array of rows; figures are exact decimals as text.
const jsonOf = (figures) => `${JSON.stringify(figures, null, 1)}\n`;

module.exports = { replace, writeFolder, jsonOf };
