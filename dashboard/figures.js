'use strict';
// The figures of the report, read from the views at one moment.

const fs = require('node:fs');
const path = require('node:path');
const pg = require('pg');

// Every value as PostgreSQL writes it: exact, and without a time zone.
const AS_TEXT = { getTypeParser: () => (value) => value };

// The queries of queries.sql by their names.
function readQueries(ledger) {
    const text = fs.readFileSync(path.join(__dirname, 'queries.sql'), 'utf8')
        .replaceAll(':"ledger"', () => pg.escapeIdentifier(ledger))
        .replaceAll(":'ledger'", () => pg.escapeLiteral(ledger));
    const queries = text.split(/^-- @(\w+)\n/m).slice(1);
    return Array.from({ length: queries.length / 2 }, (_, number) => queries.slice(2 * number, 2 * number + 2));
}

// The name of the ledger to report on: the one asked for, bare or as SQL writes it, else the one that
// is current in this connection. An error has the names of all ledgers there are.
async function chooseLedger(client, asked) {
    const { rows: ledgers } = await client.query('SELECT ledger, quote_ident(ledger) AS written FROM lead_roi.ledger ORDER BY ledger');
    try {
        const chosen = asked ?? (await client.query('SELECT lead_roi.current_ledger() AS written')).rows[0].written;
        const found = ledgers.find(({ ledger, written }) => chosen === ledger || chosen === written);
        if (!found) {
            throw new Error(`ledger ${chosen} does not exist`);
        }
        return found.ledger;
    } catch (error) {
        throw Object.assign(error, { ledgers: ledgers.map(({ ledger }) => ledger) });
    }
}

// The rows of every query, by its name, all of the same moment.
async function readFigures(settings, asked) {
    const client = new pg.Client({ ...settings, types: AS_TEXT });
    client.on('error', () => {}); // a lost connection fails the query that waits for it
    await client.connect();
    try {
        await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
        await client.query("SET LOCAL jit = off; SET LOCAL datestyle = 'ISO'");
        const figures = {};
        for (const [name, query] of readQueries(await chooseLedger(client, asked))) {
            figures[name] = (await client.query(query)).rows;
        }
        return figures;
    } finally {
        await client.end();
    }
}

module.exports = { readFigures };
