'use strict';
// The parts that pages are made of: tables, figures with their charts, notices.

const { LAYOUTS } = require('./charts');
const { draw } = require('./drawing');
const { escape, name } = require('./format');

// A column of a table: its heading, how it is read off a row as HTML, and a note to the heading. The
// first column of a table is text and heads the rows, all others are figures, or words if made by words().
const column = (heading, read, note = '') => ({ heading: heading + (note && ` <small>${note}</small>`), read, kind: '' });
const words = (heading, read) => ({ ...column(heading, read), kind: ' class="words"' });

// A table in a box of its own that scrolls where the screen is narrow; foot is one more row below a line.
function table({ caption, columns, rows, foot }) {
    const cells = (row) => columns.map(({ read, kind }, position) =>
        (position === 0 ? `<th scope="row">${read(row)}</th>` : `<td${kind}>${read(row)}</td>`)).join('');
    const headings = columns.map(({ heading, kind }) => `<th scope="col"${kind}>${heading}</th>`);
    return `<div class="scroll" role="region" tabindex="0" aria-label="${escape(caption)}"><table>
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

// A chart in all its layouts, with its caption and its figures as a table.
async function chart({ id, title, description, caption, specification, colors = [], tables }) {
    const drawings = await Promise.all(LAYOUTS.map(async (layout) => {
        const drawing = await draw(specification(layout), {
            id: `${id}_${layout.name}`, width: layout.width, title, description,
        });
        return `<div class="chart ${layout.name}">${drawing}</div>`;
    }));
    return `<figure id="${id}_figure">
<figcaption>${caption}</figcaption>
${colors.length > 0 ? key(colors) : ''}
${drawings.join('\n')}
<details><summary>Show as table</summary>
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
${lines.map((line) => `<li><code>${name(line)}</code></li>`).join('\n')}
</ul>
</details>`;

// A sentence that asks for attention.
const notice = (sentence) => `<p class="notice">${sentence}</p>`;

module.exports = { column, words, table, chart, nothing, note, statements, notice };
