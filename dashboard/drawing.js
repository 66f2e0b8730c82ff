'use strict';
// Charts as SVG for a page: named for screen readers, and without a colour or font of their own. Colours
// are the page's CSS variables, so a chart follows it. What is drawn by a chart's code is plain text.

const { escape, axisUnit } = require('./format');

// Every chart comes in two layouts, one for wide screens and paper and one for phones.
const LAYOUTS = [{ name: 'wide', wide: true, width: 960 }, { name: 'narrow', wide: false, width: 350 }];

// The height of a line of text.
const LINE = 15;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

// A coordinate to a tenth; most are among those that are written beforehand.
const TENTHS = Array.from({ length: 10000 }, (_, tenths) => String(tenths / 10));
const at = (value) => TENTHS[Math.round(value * 10)] ?? String(Math.round(value * 10) / 10);

// Text whose anchor is start, middle or end.
const label = (x, y, text, anchor = 'start', kind = 'muted') =>
    `<text x="${at(x)}" y="${at(y)}" text-anchor="${anchor}" fill="var(--${kind})">${escape(text)}</text>`;

const line = (x, y, x2, y2, color, width = 1) =>
    `<path d="M${at(x)} ${at(y)}L${at(x2)} ${at(y2)}" stroke="var(--${color})" stroke-width="${width}"/>`;

// Rectangles of one colour, each of left, top, width and height, as one path.
const bars = (boxes, color) => (boxes.length === 0 ? ''
    : `<path fill="var(--${color})" d="${boxes.map(([x, y, width, height]) => `M${at(x)} ${at(y)}h${at(width)}v${at(height)}h${at(-width)}z`).join('')}"/>`);

// Steps of 1, 2 or 5 times a power of ten from at most low to at least high, about so many.
function ticksOf(low, high, about) {
    const rough = (high - low) / about || 1;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = power * [1, 2, 5, 10].find((factor) => factor * power >= rough);
    const first = Math.floor(low / step);
    return Array.from({ length: Math.ceil(high / step) - first + 1 }, (_, position) => (first + position) * step);
}

// A vertical axis for amounts over a plot of left, top, width and height: its lines and labels, and where an amount lies.
function amountAxis({ left, top, width, height }, values, about = 4) {
    const ticks = ticksOf(Math.min(0, ...values), Math.max(0, ...values, 0) || 1, about);
    const [low, high] = [ticks[0], ticks.at(-1)];
    const place = (value) => top + height * (1 - (Math.min(Math.max(value, low), high) - low) / (high - low));
    const written = axisUnit(ticks);
    const marks = ticks.map((tick) => line(left, place(tick), left + width, place(tick), tick === 0 ? 'muted' : 'line')
        + label(left - 6, place(tick) + 4, written(tick), 'end'));
    return { place, high, marks: marks.join('') };
}

// A horizontal axis of months: January and the first label have their year, and as many have a label as fit.
function monthAxis({ left, top, width, height }, months) {
    const step = width / months.length;
    const each = [1, 2, 3, 6, 12].find((number) => step * number >= 34) ?? 12;
    const labelled = months.filter((month) => (Number(month.slice(5, 7)) - 1) % each === 0);
    const marks = labelled.map((month) => {
        const number = Number(month.slice(5, 7));
        const middle = left + step * (months.indexOf(month) + 0.5);
        return label(middle, top + height + LINE + 2, MONTHS[number - 1], 'middle')
            + (number === 1 || month === labelled[0] ? label(middle, top + height + 2 * LINE + 2, month.slice(0, 4), 'middle') : '');
    });
    return { step, from: (position) => left + step * position, marks: marks.join('') };
}

// A drawing of a chart in a layout; the id makes the names of title and description unique in the page.
function drawing({ id, title, description, height }, layout, content) {
    return `<div class="chart ${layout.name}"><svg viewBox="0 0 ${layout.width} ${Math.ceil(height)}" role="img" aria-labelledby="${id}_${layout.name}_title ${id}_${layout.name}_description">`
        + `<title id="${id}_${layout.name}_title">${escape(title)}</title>`
        + `<desc id="${id}_${layout.name}_description">${escape(description)}</desc>`
        + `<g font-size="12" fill="none">${content}</g></svg></div>`;
}

module.exports = { LAYOUTS, LINE, at, label, line, bars, amountAxis, monthAxis, drawing };
