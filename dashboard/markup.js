'use strict';
// The parts that pages are made of: tables with bars in them, drawings with their figures, sentences.

const { LAYOUTS, drawing } = require('./drawing');
const { escape, name } = require('./format');

// A column of a table: its heading, how it is read off a row as HTML, and a note to the heading. The
// first column of a table is text and heads the rows; all others are figures, or words or bars if made by these.
const column = (heading, read, note = '') => ({ heading: heading + (note && ` <small>${note}</small>`), read, kind: '' });
const words = (heading, read) => ({ ...column(heading, read), kind: ' class="words"' });
const bar = (heading, read, note = '') => ({ ...column(heading, read, note), kind: ' class="bars"' });

// A bar of a table, from one place to another of a line of 100; and marks on it. It repeats figures of its row, so that a
// screen reader passes by.
function stripe(parts, marks = []) {
    const pieces = parts.filter(({ from, to }) => to !== from).map(({ from, to, color }) =>
        `<i style="left:${Math.min(from, to).toFixed(1)}%;width:${Math.abs(to - from).toFixed(1)}%;background:var(--${color})"></i>`);
    return `<div class="stripe" aria-hidden="true">${pieces.join('')}${marks.map((place) => `<b style="left:${place.toFixed(1)}%"></b>`).join('')}</div>`;
}

// A table in a box of its own that scrolls where the screen is too narrow for it, and then shows that it goes on; foot is
// one more row below a line.
function table({ caption, columns, rows, foot, kind = '' }) {
    const cells = (row) => columns.map(({ read, kind: of }, position) =>
        (position === 0 ? `<th scope="row">${read(row)}</th>` : `<td${of}>${read(row)}</td>`)).join('');
    const headings = columns.map(({ heading, kind: of }) => `<th scope="col"${of}>${heading}</th>`);
    return `<div class="scroll" role="group" tabindex="0" aria-label="${escape(caption)}"><table${kind && ` class="${kind}"`}>
<caption>${escape(caption)}</caption>
<thead><tr>${headings.join('')}</tr></thead>
<tbody>
${rows.map((row) => `<tr>${cells(row)}</tr>`).join('\n')}
</tbody>
${foot ? `<tfoot><tr>${cells(foot)}</tr></tfoot>\n` : ''}</table></div>`;
}

// The key of a chart: what its colours mean.
function key(entries) {
    const swatches = entries.map(([color, meaning]) =>
        `<li><span class="swatch" style="background: var(--${color})"></span>${meaning}</li>`);
    return `<ul class="key">${swatches.join('')}</ul>`;
}

// A chart in both layouts, with its caption and its figures as a table.
function chart({ id, title, description, caption, draw, colors = [], tables }) {
    const drawings = LAYOUTS.map((layout) => {
        const { height, content } = draw(layout);
        return drawing({ id, title, description, height }, layout, content);
    });
    return `<figure id="${id}_figure">
<figcaption>${caption}</figcaption>
${colors.length > 0 ? key(colors) : ''}
${drawings.join('\n')}
<details><summary>Show as table: ${escape(title)}</summary>
${tables.map(table).join('\n')}
</details>
</figure>`;
}

// A sentence that stands where there is nothing to show.
const nothing = (sentence) => `<p class="nothing">${sentence}</p>`;

// What a table counts and what it leaves out.
const note = (sentences) => `<p class="note">${sentences}</p>`;

// Statements to copy, out of the way until they are asked for.
const statements = (summary, lines) => `<details><summary>${summary}</summary>
<ul class="statements">
${lines.map((each) => `<li><code>${name(each)}</code></li>`).join('\n')}
</ul>
</details>`;

module.exports = { column, words, bar, stripe, table, key, chart, nothing, note, statements };
