'use strict';
// Write the report of a ledger to standard output or to a folder; script/dashboard calls this.

const { parseArgs } = require('node:util');
const { connectionSettings } = require('./connection');
const { readFigures } = require('./figures');
const { makeReport, page } = require('./page');
const { writeFolder, jsonOf } = require('./files');

const USAGE = 'usage: script/dashboard [--ledger NAME] [--from YYYY-MM] [--to YYYY-MM] [--directory DIR | --json] [--progress] [connection string] > report.html';

const OPTIONS = {
    ledger: { type: 'string' }, from: { type: 'string' }, to: { type: 'string' }, directory: { type: 'string' },
    json: { type: 'boolean', default: false }, progress: { type: 'boolean', default: false },
};

// What stands for the code of an error in writing the report.
const OUTPUT = 'output';

// How often the progress line is written anew.
const PROGRESS_MILLISECONDS = 250;

// What the user can do about an error, by its SQLSTATE or the system's code for it.
function hint({ code = '', ledgers }) {
    if (code === OUTPUT) {
        return 'The report is not complete.';
    }
    if (code === 'period') {
        return 'Give --from and --to as YYYY-MM within these months.';
    }
    if (ledgers) {
        return ledgers.length > 0 ? `Name the ledger with --ledger. There are: ${ledgers.join(', ')}.`
            : 'This database has no ledger; SELECT lead_roi.create_ledger() makes one.';
    }
    if (['42P01', '3F000', '42883'].includes(code)) {
        return 'Run CREATE EXTENSION lead_roi in this database, or connect to another one; a ledger of an older version needs SELECT lead_roi.upgrade_ledger().';
    }
    if (code === '42501') {
        return 'The role needs USAGE on the schema of the ledger and SELECT on the views; ask their owner to grant it.';
    }
    if (code === '42703') {
        return 'The views are of another version of lead_roi than this script.';
    }
    if (code.startsWith('28')) {
        return 'Check the user in the connection string, and PGPASSWORD or ~/.pgpass.';
    }
    return 'Check the connection string (a URI, "host=... dbname=...", or a database name) and PGHOST, PGPORT.';
}

// The first day of a month as it was given; undefined if none was.
function monthAsked(text) {
    if (text !== undefined && !/^\d{4}-(0[1-9]|1[0-2])$/.test(text)) {
        throw new Error(`${text} is not a month`);
    }
    return text && `${text}-01`;
}

// What the command line asks for.
function readArguments(words) {
    try {
        const { values, positionals } = parseArgs({ args: words, options: OPTIONS, allowPositionals: true, strict: true });
        const { ledger, directory, json, progress } = values;
        if (ledger === '' || directory === '' || positionals.length > 1 || (json && directory !== undefined)) {
            throw new Error('arguments');
        }
        return { ledger, directory, json, progress, from: monthAsked(values.from), to: monthAsked(values.to), connection: positionals[0] ?? '' };
    } catch {
        throw Object.assign(new Error(USAGE), { code: 'usage' });
    }
}

// What tells of the progress in one line that is written over itself: on a terminal, or where it is asked for.
function progressLine(wanted) {
    const started = Date.now();
    let next = started + PROGRESS_MILLISECONDS;
    let width = 0;
    const write = (text) => {
        process.stderr.write(`\r${text.padEnd(width)}`);
        width = text.length;
    };
    return {
        tell: (text) => {
            if (wanted && Date.now() >= next) {
                write(`${((Date.now() - started) / 1000).toFixed(1)} s  ${text}`);
                next = Date.now() + PROGRESS_MILLISECONDS;
            }
        },
        end: () => width > 0 && process.stderr.write(`\r${' '.repeat(width)}\r`),
    };
}

// Write all of it to standard output.
function write(text) {
    return new Promise((resolve, reject) => {
        const end = (error) => (error ? reject(Object.assign(new Error(error.message), { code: OUTPUT })) : resolve());
        process.stdout.on('error', end).write(text, end);
    });
}

// Everything, so that nothing is written unless all of it went well.
async function main() {
    const { connection, directory, json, progress, ...asked } = readArguments(process.argv.slice(2));
    const line = progressLine(progress || (directory !== undefined && process.stderr.isTTY));
    try {
        const figures = await readFigures(connectionSettings(connection), { ...asked, directory: directory !== undefined }, line.tell);
        if (json) {
            await write(jsonOf(figures));
            return;
        }
        const report = makeReport(figures, { directory: directory !== undefined });
        if (directory === undefined) {
            await write(page(report));
            return;
        }
        try {
            writeFolder(directory, report, figures, line.tell);
        } catch (error) {
            throw error.syscall ? Object.assign(new Error(error.message), { code: OUTPUT }) : error;
        }
    } finally {
        line.end();
    }
}

main().catch((error) => {
    const message = (error.errors?.[0] ?? error).message.replace(/\s+/g, ' ');
    process.stderr.write(error.code === 'usage' ? `${message}\n` : `dashboard: ${message}. ${hint(error)}\n`);
    process.exitCode = 1;
});
