'use strict';
// The figures of the report, read from the views at one moment.

const fs = require('node:fs');
const path = require('node:path');
const pg = require('pg');

// Every value as PostgreSQL writes it: exact, and without a time zone.
const AS_TEXT = { getTypeParser: () => (value) => value };

// The queries of queries.sql by their names.
function readQueries(schema) {
    const text = fs.readFileSync(path.join(__dirname, 'queries.sql'), 'utf8')
        .replaceAll(':"schema"', () => pg.escapeIdentifier(schema));
    const queries = text.split(/^-- @(\w+)\n/m).slice(1);
    return Array.from({ length: queries.length / 2 }, (_, number) => queries.slice(2 * number, 2 * number + 2));
}

// The rows of every query, by its name, all of the same moment.
async function readFigures(settings, schema) {
    const client = new pg.Client({ ...settings, types: AS_TEXT });
    client.on('error', () => {}); // a lost connection fails the query that waits for it
    await client.connect();
    try {
        await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
        await client.query("SET LOCAL jit = off; SET LOCAL datestyle = 'ISO'");
        const figures = {};
        for (const [name, query] of readQueries(schema)) {
            figures[name] = (await client.query(query)).rows;
        }
        return figures;
    } finally {
        await client.end();
    }
}

module.exports = { readFigures };
