'use strict';
// From Vega-Lite specifications to SVG for a page: named for screen readers, and without a colour or
// font of its own. Colours in specifications are the page's CSS variables, so a chart follows it.

const vega = require('vega');
const vegaLite = require('vega-lite');
const { escape } = require('./format');

// What all charts have in common.
const CONFIG = {
    background: null,
    aria: false,
    padding: 0,
    view: { stroke: null },
    axis: {
        domain: false,
        ticks: false,
        gridColor: 'var(--line)',
        labelColor: 'var(--muted)',
        labelFontSize: 12,
        labelFontWeight: 'normal',
        labelPadding: 6,
        title: null,
        titleColor: 'var(--muted)',
        titleFontSize: 12,
        titleFontWeight: 'normal',
    },
    text: { color: 'var(--ink)', fontSize: 12, baseline: 'middle' },
};

// What Vega writes and the page says better or doesn't need: roles, fonts, defaults, what is not seen.
const UNSEEN = /<path class="(?:background|foreground)"[^>]*\/>|<text[^>]* opacity="0"[^>]*>[^<]*<\/text>|<text[^>]*\/>/g;
const NEEDLESS = / (?:(?:class|role|aria-[a-z]+|font-family|pointer-events|stroke-miterlimit)="[^"]*"|opacity="1"|transform="translate\(0,0\)")/g;

// Vega's marks without that, and with coordinates to a tenth. Only tags are changed, never the text
// between them, where every < and > is escaped.
function withoutNeedless(markup) {
    return markup.replace(UNSEEN, '').replace(/<[^>]*>/g,
        (tag) => tag.replace(NEEDLESS, '').replace(/(\.\d)\d+/g, '$1'));
}

// What all marks of a group have in common, said once for the group.
function withSharedAttributes(markup) {
    return markup.replace(/<g>((?:<(text|path|line) [^>]*>(?:[^<]*<\/\2>)?){2,})<\/g>/g, (group, marks) => {
        const tags = marks.match(/<\w+ [^>]*>/g).map((tag) => tag.match(/[\w-]+="[^"]*"/g));
        const shared = tags[0].filter((attribute) => !/^(?:d|transform|[xy]2)=/.test(attribute)
            && tags.every((tag) => tag.includes(attribute)));
        const unshared = marks.replace(/<[^>]*>/g,
            (tag) => shared.reduce((rest, attribute) => rest.replace(` ${attribute}`, ''), tag));
        return shared.length > 0 ? `<g ${shared.join(' ')}>${unshared}</g>` : group;
    });
}

// Draw a specification so wide; the id makes the names of title and description unique in the page.
async function draw(specification, { id, width, title, description }) {
    const compiled = vegaLite.compile({ config: CONFIG, ...specification }).spec;
    const markup = await new vega.View(vega.parse(compiled), { renderer: 'none' }).toSVG();
    const [, height, marks] = /^<svg[^>]* height="([^"]*)"[^>]*>(.*)<\/svg>$/s.exec(markup);
    return `<svg viewBox="0 0 ${width} ${Math.ceil(height)}" role="img" aria-labelledby="${id}_title ${id}_description">`
        + `<title id="${id}_title">${escape(title)}</title>`
        + `<desc id="${id}_description">${escape(description)}</desc>`
        + `${withSharedAttributes(withoutNeedless(marks))}</svg>`;
}

module.exports = { draw };
