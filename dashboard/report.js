'use strict';
// Write the report of a database to standard output; script/dashboard calls this.

const { connectionSettings } = require('./connection');
const { readFigures } = require('./figures');
const { page } = require('./page');

const USAGE = 'usage: script/dashboard [--ledger NAME] [connection string] > report.html';

// What stands for the code of an error in writing the report.
const OUTPUT = 'output';

// What the user can do about an error, by its SQLSTATE or the system's code for it.
function hint({ code = '', ledgers }) {
    if (code === OUTPUT) {
        return 'The report is not complete.';
    }
    if (ledgers) {
        return ledgers.length > 0 ? `Name the ledger with --ledger. There are: ${ledgers.join(', ')}.`
            : 'This database has no ledger; SELECT lead_roi.create_ledger() makes one.';
    }
    if (['42P01', '3F000', '42883'].includes(code)) {
        return 'Run CREATE EXTENSION lead_roi in this database, or connect to another one.';
    }
    if (code === '42501') {
        return 'The role needs USAGE on the schema of the ledger and SELECT on the views; have their owner grant it.';
    }
    if (code === '42703') {
        return 'The views are of another version of lead_roi than this script.';
    }
    if (code.startsWith('28')) {
        return 'Check the user in the connection string, and PGPASSWORD or ~/.pgpass.';
    }
    return 'Check the connection string (a URI, "host=... dbname=...", or a database name) and PGHOST, PGPORT.';
}

// The ledger, if one is named, and the connection string, from the command line.
function readArguments(words) {
    let ledger;
    const rest = [...words];
    if (rest[0]?.startsWith('--ledger')) {
        const [option, value = rest.shift() && rest[0]] = rest[0].split(/=(.*)/s);
        ledger = option === '--ledger' && value ? value : null;
        rest.shift();
    }
    if (ledger === null || rest.length > 1 || rest[0]?.startsWith('-')) {
        throw Object.assign(new Error(USAGE), { code: 'usage' });
    }
    return { ledger, connection: rest[0] ?? '' };
}

// Write all of it to standard output.
function write(html) {
    return new Promise((resolve, reject) => {
        const end = (error) => (error ? reject(Object.assign(new Error(error.message), { code: OUTPUT })) : resolve());
        process.stdout.on('error', end).write(html, end);
    });
}

// Everything, so that nothing is written unless all of it went well.
async function main() {
    const { ledger, connection } = readArguments(process.argv.slice(2));
    await write(await page(await readFigures(connectionSettings(connection), ledger)));
}

main().catch((error) => {
    const message = (error.errors?.[0] ?? error).message.replace(/\s+/g, ' ');
    process.stderr.write(error.code === 'usage' ? `${message}\n` : `dashboard: ${message}. ${hint(error)}\n`);
    process.exitCode = 1;
});
