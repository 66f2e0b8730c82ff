'use strict';
// The tables that list everything: channels, categories, lead sources, and unassigned traffic.

const { DASH, decimal, amount, whole, percent, count, shortened, name } = require('./format');
const { column, words, table, nothing, note, statements } = require('./markup');
const { MOST_SOURCES, sourceName, RETURN_COLUMNS, FUNNEL_COLUMNS, PAID_COLUMN } = require('./columns');

// What the views call it where the channel is not one.
const NO_CHANNEL = '(no channel)';
const SEVERAL_CHANNELS = '(several channels)';

// The channels, each the ratio of its totals.
function channels({ totals }) {
    const rows = totals.filter(({ scope }) => scope === 'channel');
    if (rows.every(({ name: channel }) => channel === NO_CHANNEL || channel === '(unknown)')) {
        return nothing('No lead source has a channel yet: it has none entered and no alias.');
    }
    const has = (wanted) => rows.some(({ name: channel }) => channel === wanted);
    return note('A lead source counts in one channel with all its figures: the one entered for it, else that of its aliases. What has no lead source is the row (unknown).'
        + (has(SEVERAL_CHANNELS) ? ` The row ${SEVERAL_CHANNELS} has lead sources whose aliases are of different ones.` : '')
        + (has(NO_CHANNEL) ? ` The row ${NO_CHANNEL} has lead sources without an alias.` : ''))
        + table({ caption: 'Channels', columns: [column('Channel', (row) => name(row.name)), ...RETURN_COLUMNS, PAID_COLUMN, ...FUNNEL_COLUMNS], rows });
}

// The categories, each the ratio of its totals, and of its paid lead sources alone.
function categories({ totals }) {
    const rows = totals.filter(({ scope }) => scope === 'category');
    if (rows.length === 0) {
        return nothing('There is no lead source yet.');
    }
    return table({ caption: 'Categories of lead sources', columns: [column('Category', (row) => name(row.name)), ...RETURN_COLUMNS, PAID_COLUMN, ...FUNNEL_COLUMNS], rows });
}

// Every lead source with every figure, and the totals.
function sources(report) {
    const { sources: rows, lifetimes, totals } = report;
    if (rows.length === 0) {
        return nothing('There is no lead source yet.');
    }
    const lifetimeOf = new Map(lifetimes.map((lifetime) => [lifetime.lead_source_id, lifetime]));
    const lifetime = (read) => (row) => (row.scope === 'lead_source' ? read(lifetimeOf.get(row.lead_source_id) ?? {}) : '');
    const silent = rows.filter((row) => row.expense === null && row.visitors === '0' && row.leads === '0' && row.customers === '0' && Number(row.revenue) === 0);
    return (silent.length > 0 ? note(`Nothing is recorded in the period for ${count(silent.length, 'lead source', 'lead sources')}.`) : '')
        + table({
            caption: 'All lead sources',
            columns: [
                column('Lead source', (row) => (row.scope === 'lead_source' ? sourceName(row, report) : 'All')),
                ...RETURN_COLUMNS, ...FUNNEL_COLUMNS,
                column('Value', lifetime(({ ltv_365: value = null }) => amount(value)), 'first year'),
                column('LTV to CAC', lifetime(({ ltv_365_to_cac: ratio = null }) => decimal(ratio, 2))),
            ],
            rows,
            foot: totals.find(({ scope }) => scope === 'all'),
        });
}

// What leads arrive with that no alias leads to a lead source, and how to mend it; nothing where all is well.
function unresolved({ unresolved: all }) {
    if (all.length === 0) {
        return '';
    }
    const rows = all.slice(0, MOST_SOURCES);
    const left = all.length - rows.length;
    return note(`No alias matches ${count(all.length, 'traffic source', 'traffic sources')}, so their leads count as (unknown).`
        + (left > 0 ? ` Shown are the ${rows.length} with most leads, and ${whole(String(left))} more are in the view <code>unresolved_traffic</code>.` : ''))
        + table({
            caption: 'Unassigned traffic',
            columns: [
                column('Traffic source', (row) => `${name(shortened(row.traffic_source, 80))} <small>${name(row.channel)}</small>`, 'channel'),
                column('Leads', (row) => whole(row.leads)),
                column('Customers', (row) => whole(row.customers)),
                column('First seen', (row) => row.first_seen_on ?? DASH),
                column('Last seen', (row) => row.last_seen_on ?? DASH),
                words('Closest alias or lead source', (row) => (row.closest === null ? DASH : name(shortened(row.closest, 80)))),
                column('Likeness', (row) => percent(row.similarity_percent)),
            ],
            rows,
        })
        + statements('Show the statements that assign them; check them before you run them', rows.map(({ mend }) => `${mend};`));
}

module.exports = { channels, categories, sources, unresolved };
