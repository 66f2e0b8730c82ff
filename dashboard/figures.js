'use strict';
// The figures of the report, read from the views at one moment, over as many connections as there are
// processors for them.

const fs = require('node:fs');
const path = require('node:path');
const pg = require('pg');
const { addMonths } = require('./format');

// Every value as PostgreSQL writes it: exact, and without a time zone.
const AS_TEXT = { getTypeParser: () => (value) => value };

// How many queries are asked at a time. The longest takes as long as all others together, so a third would only slow it down.
const CONNECTIONS = 2;

// What a transaction of the report is like; sums of a large ledger stay in memory.
const SETTINGS = "SET LOCAL jit = off; SET LOCAL datestyle = 'ISO'; SET LOCAL work_mem = '64MB'";

// The queries of queries.sql in order: the name, whether pages of lead sources alone need it, and the text.
function readQueries({ directory, ...values }) {
    const literals = { ...values, directory: directory ? 'true' : 'false', written_ledger: pg.escapeIdentifier(values.ledger) };
    const text = fs.readFileSync(path.join(__dirname, 'queries.sql'), 'utf8')
        .replaceAll(':"ledger"', () => pg.escapeIdentifier(values.ledger))
        .replace(/:'(\w+)'/g, (_, name) => pg.escapeLiteral(literals[name] ?? ''));
    const parts = text.split(/^-- @(\w+)( \(directory\))?\n/m).slice(1);
    return Array.from({ length: parts.length / 3 }, (_, number) => parts.slice(3 * number, 3 * number + 3))
        .map(([name, only, query]) => ({ name, only: Boolean(only), query }))
        .filter(({ only }) => directory || !only);
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

// The period that was asked for, within the months of the ledger. Without a first month it is the year up to its last one;
// else what is left out is as in default_period.
function choosePeriod({ from_month: from, through_month: through, first_month: first, today }, { from: askedFrom, to: askedTo }) {
    const earliest = first !== null && first < from ? first : from;
    const yearUpTo = (month) => (addMonths(month, -11) > earliest ? addMonths(month, -11) : earliest);
    const period = { from: askedFrom ?? (askedTo ? yearUpTo(askedTo) : from), through: askedTo ?? through };
    if (period.from > period.through) {
        throw Object.assign(new Error(`the period begins in ${period.from.slice(0, 7)} and ends before, in ${period.through.slice(0, 7)}`), { code: 'period' });
    }
    if (period.from < earliest || period.through > today) {
        throw Object.assign(new Error(`the ledger has the months from ${earliest.slice(0, 7)} to ${today.slice(0, 7)}`), { code: 'period' });
    }
    return period;
}

// Connect, and begin to read; all of them read what the first one sees.
async function begin(settings, snapshot) {
    const client = new pg.Client({ ...settings, types: AS_TEXT });
    client.on('error', () => {}); // a lost connection fails the query that waits for it
    await client.connect();
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    if (snapshot) {
        await client.query(`SET TRANSACTION SNAPSHOT ${pg.escapeLiteral(snapshot)}`);
    }
    await client.query(SETTINGS);
    return client;
}

// More connections of the same moment; a server that has none left answers over those there are.
async function openMore(clients, settings, snapshot) {
    try {
        while (clients.length < CONNECTIONS) {
            clients.push(await begin(settings, snapshot));
        }
    } catch (error) {
        if (error.code !== '53300') {
            throw error;
        }
    }
}

// Ask the queries, each as soon as a connection is free; tells of every one that is answered.
async function askAll(clients, queries, tell) {
    const figures = {};
    const waiting = [...queries];
    await Promise.all(clients.map(async (client) => {
        for (let next = waiting.shift(); next; next = waiting.shift()) {
            figures[next.name] = (await client.query(next.query)).rows;
            tell(`${Object.keys(figures).length} of ${queries.length} tables read`);
        }
    }));
    return Object.fromEntries(queries.map(({ name }) => [name, figures[name]]));
}

// The rows of every query, by its name, all of the same moment.
async function readFigures(settings, { ledger: asked, directory, ...period }, tell = () => {}) {
    const clients = [];
    try {
        clients.push(await begin(settings));
        const ledger = await chooseLedger(clients[0], asked);
        const [edition, ...queries] = readQueries({ ledger, directory });
        const [row] = (await clients[0].query(edition.query)).rows;
        const chosen = choosePeriod(row, period);
        const { rows: [{ snapshot }] } = await clients[0].query('SELECT pg_export_snapshot() AS snapshot');
        await openMore(clients, settings, snapshot);
        const figures = await askAll(clients, readQueries({ ledger, directory, ...chosen }).slice(1), tell);
        return { edition: [{ ...row, from_month: chosen.from, through_month: chosen.through }], ...figures };
    } finally {
        await Promise.all(clients.map((client) => client.end().catch(() => {})));
    }
}

module.exports = { readFigures };
