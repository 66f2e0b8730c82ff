'use strict';
// A connection from what libpq's programs take: a URI, a string like "host=/run dbname=crm", or the
// name of a database; and PGHOST, PGUSER ... for what is left out.

const fs = require('node:fs');
const os = require('node:os');
const { parse } = require('pg-connection-string');

// Where libpq looks for the server's socket: Debian's place, and PostgreSQL's own.
const SOCKET_FOLDERS = ['/var/run/postgresql', '/tmp'];

// The settings in a string of keywords and values, quoted as libpq has it.
function parseKeywords(text) {
    const settings = new URLSearchParams();
    const setting = /\s*(\w+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|((?:[^\s'\\]|\\.)*))(?=\s|$)/sy;
    const trimmed = text.trim();
    while (setting.lastIndex < trimmed.length) {
        const found = setting.exec(trimmed);
        if (!found) {
            throw new Error('the connection string is neither a URI nor keyword=value pairs');
        }
        settings.set(found[1], (found[2] ?? found[3]).replace(/\\(.)/gs, '$1'));
    }
    const database = settings.get('dbname') ?? undefined;
    settings.delete('dbname');
    return { ...parse(`postgresql:///?${settings}`), database };
}

// The settings in any kind of connection string.
function parseConnection(text) {
    if (/^postgres(ql)?:\/\//.test(text)) {
        const settings = parse(text);
        return { ...settings, database: settings.dbname ?? settings.database };
    }
    if (text.includes('=')) {
        return parseKeywords(text);
    }
    return text ? { database: text } : {};
}

// The folder of the local server's socket if there is one, else this machine by TCP.
function defaultHost(port) {
    return SOCKET_FOLDERS.find((folder) => fs.existsSync(`${folder}/.s.PGSQL.${port}`)) ?? 'localhost';
}

// What the driver needs to know, from the connection string and the environment.
function connectionSettings(text) {
    const given = parseConnection(text);
    const port = Number(given.port || process.env.PGPORT || 5432);
    const user = given.user || process.env.PGUSER || os.userInfo().username;
    return {
        ...given,
        host: given.hostaddr || given.host || process.env.PGHOST || defaultHost(port),
        port,
        user,
        database: given.database || process.env.PGDATABASE || user,
        connectionTimeoutMillis: 1000 * Number(given.connect_timeout || process.env.PGCONNECT_TIMEOUT || 10),
        application_name: 'lead_roi dashboard',
    };
}

module.exports = { connectionSettings };
