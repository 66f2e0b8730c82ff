'use strict';
// How figures, dates and names are written: the same everywhere in the report, and the same on every
// machine. Figures come as PostgreSQL's exact decimals, and no digit of them passes through a float.

// What stands for an undefined figure.
const DASH = '–';
const MINUS = '−';
const NO_BREAK_SPACE = '\u00a0';

// Unicode's isolates: what stands between them can't turn the direction of the text around it.
const ISOLATE = '\u2068';
const END_OF_ISOLATE = '\u2069';

// What an axis writes for a thousand, a million ...
const UNITS = [[1e15, 'Q'], [1e12, 'T'], [1e9, 'B'], [1e6, 'M'], [1e3, 'k']];

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const CHARACTERS = new Intl.Segmenter('en', { granularity: 'grapheme' });

// Digits in groups of three.
function grouped(digits) {
    let end = (digits.length - 1) % 3 + 1;
    let written = digits.slice(0, end);
    for (; end < digits.length; end += 3) {
        written += `,${digits.slice(end, end + 3)}`;
    }
    return written;
}

// The digits of a decimal rounded to so many places, without a point, half away from zero; its point stands before digit "point".
function roundedDigits(digits, point, places) {
    const kept = digits.slice(0, point + places).padEnd(point + places, '0');
    if (!(digits[point + places] >= '5')) {
        return kept;
    }
    const exact = kept.length < 15 ? Number : BigInt; // the first is faster, and as exact for so few digits
    return (exact(kept) + exact(1)).toString().padStart(kept.length, '0');
}

// A decimal rounded to so many places, with its digits in groups.
function decimal(text, places) {
    if (text === null) {
        return DASH;
    }
    const negative = text[0] === '-';
    const first = negative ? 1 : 0;
    const point = text.indexOf('.');
    const whole = point < 0 ? text.slice(first) : text.slice(first, point);
    const rounded = roundedDigits(point < 0 ? whole : whole + text.slice(point + 1), whole.length, places);
    const end = rounded.length - places;
    const sign = negative && /[1-9]/.test(rounded) ? MINUS : '';
    return sign + grouped(rounded.slice(0, end)) + (places > 0 ? `.${rounded.slice(end)}` : '');
}

// How many decimals a figure comes with.
function placesOf(text) {
    const point = text?.indexOf('.') ?? -1;
    return point < 0 ? 0 : text.length - point - 1;
}

// An amount with the decimals of the ledger's currency, to which views round.
const amount = (text) => decimal(text, placesOf(text));

// What one visitor, lead or customer costs: views give four decimals more, for what costs less than the smallest coin.
const unitCost = (text) => decimal(text, Math.max(placesOf(text) - 4, 0));

// A number of things, or an amount in whole units.
const whole = (text) => decimal(text, 0);

// How the amounts of an axis are written: all in one unit, by the largest of them, and with one precision.
function axisUnit(ticks) {
    const largest = Math.max(...ticks.map(Math.abs), 0);
    const [size, unit] = UNITS.find(([limit]) => largest >= 2 * limit) ?? [1, ''];
    const places = Math.max(...ticks.map((tick) => (String(Number((tick / size).toPrecision(6))).split('.')[1] ?? '').length));
    return (tick) => (tick === 0 ? '0' : (tick / size).toFixed(Math.min(places, 6)).replace('-', MINUS) + unit);
}

// A change with its sign: +1.5, −2.0, 0.0.
const signed = (written) => (/^[0-9.,]*[1-9]/.test(written) ? '+' : '') + written;

// A percentage with one decimal; break-even of it is 100 %, or it is a share.
const percent = (text) => (text === null ? DASH : `${decimal(text, 1)}${NO_BREAK_SPACE}%`);

// A percentage with break-even at 0, which always shows on which side of it it is.
const signedPercent = (text) => signed(percent(text));

// The parts of a date as PostgreSQL writes it in ISO 8601.
function dateParts(text) {
    const [, year, number, day, era = ''] = /^(\d+)-(\d\d)-(\d\d)( BC)?$/.exec(text);
    return { year: year + era, month: MONTHS[number - 1], day: Number(day) };
}

// A day: 3 February 2020.
function day(text) {
    const parts = dateParts(text);
    return `${parts.day} ${parts.month} ${parts.year}`;
}

// The month of a date: Feb 2020.
function month(text) {
    const parts = dateParts(text);
    return `${parts.month.slice(0, 3)} ${parts.year}`;
}

// The first day of the month so many months after that of a date.
function addMonths(text, months) {
    const [year, number] = text.split('-').map(Number);
    const all = 12 * year + number - 1 + months;
    return `${String(Math.floor(all / 12)).padStart(4, '0')}-${String(all % 12 + 1).padStart(2, '0')}-01`;
}

// One thing, or several.
const count = (number, one, several) => `${whole(String(number))} ${String(number) === '1' ? one : several}`;

// A name in a line of plain text, which it can neither break nor turn around.
const isolated = (text) =>
    ISOLATE + text.replace(/[\u202a-\u202e\u2066-\u2069]/g, '').replace(/\s+/g, ' ').trim() + END_OF_ISOLATE;

// How many columns a character takes at most: two for Chinese ones and for each part of an emoji.
function columnsOf(character) {
    return Array.from(character).reduce((columns, part) =>
        columns + (/[\u200d\ufe0f\p{M}]/u.test(part) ? 0 : /[\u1100-\u11ff\u2e80-\uffdc]|[^\0-\uffff]/u.test(part) ? 2 : 1), 0);
}

// A name for a chart: what is longer than so many columns ends in an ellipsis.
function shortened(text, columns) {
    const name = isolated(text);
    const characters = Array.from(CHARACTERS.segment(name.slice(1, -1)), ({ segment }) => segment);
    const ends = [];
    characters.reduce((end, character) => (ends.push(end + columnsOf(character)), ends.at(-1)), 0);
    if (characters.length === 0 || ends.at(-1) <= columns) {
        return name;
    }
    const kept = characters.filter((_, position) => ends[position] < columns);
    return `${ISOLATE}${kept.join('').trimEnd()}…${END_OF_ISOLATE}`;
}

// Text for HTML and SVG, also inside of attributes.
function escape(text) {
    const entities = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
    return String(text).replace(/[&<>"']/g, (character) => entities[character]);
}

// Somebody's text for HTML: of its own direction, whatever that is.
const name = (text) => `<bdi>${escape(text)}</bdi>`;

module.exports = {
    DASH, decimal, amount, unitCost, whole, axisUnit, signed, percent, signedPercent, day, month, addMonths, count, isolated, shortened, escape, name,
};
