'use strict';
// The charts that are drawn: series by month, and curves of customers who stay. Each takes a layout and
// figures that are exact decimals: a chart is where they become numbers.

const { escape, shortened, count } = require('./format');
const { LINE, at, label, line, bars, amountAxis, monthAxis } = require('./drawing');

const number = (text) => (text === null ? null : Number(text));

// The plot of a chart by month: what is left of a layout between the axes.
const monthPlot = (layout, height) => ({ left: 46, top: 10, width: layout.width - 50, height });

// Bars side by side for each month, one for each of the kinds, which name a column and its colour.
function barsByMonth(rows, kinds, layout) {
    const plot = monthPlot(layout, layout.wide ? 220 : 180);
    const values = rows.flatMap((row) => kinds.map((kind) => number(row[kind])));
    const axis = amountAxis(plot, values.filter((value) => value !== null));
    const months = monthAxis(plot, rows.map(({ month }) => month));
    const width = months.step * 0.76 / kinds.length;
    const boxes = (kind, position) => rows.map((row, place) => [number(row[kind]), months.from(place) + months.step * 0.12 + width * position])
        .filter(([value]) => value)
        .map(([value, left]) => [left, Math.min(axis.place(value), axis.place(0)), width, Math.abs(axis.place(0) - axis.place(value))]);
    return {
        height: plot.top + plot.height + 2 * LINE + 8,
        content: axis.marks + months.marks + kinds.map((kind, position) => bars(boxes(kind, position), kind)).join(''),
    };
}

// The mark of a cost: a dot, hollow where few customers stand behind it; above the axis a triangle at its top.
function costMark(value, few, x, { place, high }) {
    const paint = `fill="var(--${few ? 'paper' : 'expense'})" stroke="var(--expense)" stroke-width="1.5"`;
    const y = place(value);
    return value > high ? `<path d="M${at(x)} ${at(y - 5)}l5 9h-10z" ${paint}/>` : `<circle cx="${at(x)}" cy="${at(y)}" r="3.5" ${paint}/>`;
}

// The cost of one of something by month, with the range in which chance alone moves it, and the usual cost as a line. The
// axis ends at twice the highest usual cost: a month of bad luck must not flatten all others.
function costByMonth(rows, columns, layout) {
    const plot = monthPlot(layout, layout.wide ? 200 : 180);
    const [cost, usual, lower, upper] = columns.map((column) => rows.map((row) => number(row[column])));
    const axis = amountAxis(plot, [2 * Math.max(...usual.filter((value) => value !== null), 0)]);
    const months = monthAxis(plot, rows.map(({ month }) => month));
    const middle = (place) => months.from(place) + months.step / 2;
    const ranges = rows.flatMap((_, place) => {
        const [bottom, top] = [axis.place(lower[place] ?? 0), axis.place(upper[place] ?? axis.high)];
        return lower[place] === null ? [] : [[middle(place) - Math.min(months.step * 0.3, 9), top, 2 * Math.min(months.step * 0.3, 9), Math.max(bottom - top, 1)]];
    });
    let drawn = false;
    const path = usual.map((value, place) => {
        const step = value === null ? '' : `${drawn ? 'L' : 'M'}${at(middle(place))} ${at(axis.place(value))}`;
        drawn = value !== null;
        return step;
    }).join('');
    const dots = cost.map((value, place) => (value === null ? '' : costMark(value, rows[place].few_customers === 't', middle(place), axis)));
    return {
        height: plot.top + plot.height + 2 * LINE + 8,
        content: `${axis.marks}${months.marks}${bars(ranges, 'range')}<path d="${path}" stroke="var(--revenue)" stroke-width="2"/>${dots.join('')}`,
    };
}

// A curve of steps through places of day and percentage, and back along another one if that is given.
function stepPath(steps, x, y, column) {
    return steps.map((step, position) => (position === 0 ? `M${at(x(step.day))} ${at(y(step[column]))}`
        : `H${at(x(step.day))}V${at(y(step[column]))}`)).join('');
}

// The steps that can be seen: those by which at least half a percent leaves, and the end.
function visibleSteps(steps) {
    let stay = Infinity;
    return steps.filter((step, position) => {
        const visible = stay - step.stay >= 0.5 || position === steps.length - 1;
        stay = visible ? step.stay : stay;
        return visible;
    });
}

// The band of a curve, as far as its limits are known.
function bandPath(steps, x, y) {
    const known = steps.filter(({ lower }) => lower !== null);
    const back = [...known].reverse().map((step, position, all) => (position === 0 ? `V${at(y(step.lower))}`
        : `H${at(x(all[position - 1].day))}V${at(y(step.lower))}`)).join('');
    return known.length > 1 ? `<path fill="var(--band)" d="${stepPath(known, x, y, 'upper')}${back}H${at(x(known[0].day))}z"/>` : '';
}

// How many customers stay, one small chart for each lead source, all of the same scale; time in years.
function survivalCurves(sources, layout) {
    const columns = Math.min(layout.wide ? 4 : 2, sources.length);
    const gap = layout.wide ? 28 : 18;
    const axisWidth = 50;
    const width = Math.min(320, (layout.width - axisWidth - (columns - 1) * gap - 8) / columns);
    const height = layout.wide ? 100 : 86;
    const lastDay = Math.max(...sources.flatMap(({ steps }) => steps.map(({ day }) => day)), 365);
    const years = Array.from({ length: Math.floor(lastDay / 365.25) + 1 }, (_, year) => year);
    const each = Math.ceil(years.length / Math.max(Math.floor(width / 46), 1));
    const panels = sources.map(({ lead_source: name, customers, steps }, position) => {
        const left = axisWidth + (position % columns) * (width + gap);
        const top = 38 + Math.floor(position / columns) * (height + 74);
        const x = (day) => left + width * day / lastDay;
        const y = (percentage) => top + height * (1 - percentage / 100);
        const visible = visibleSteps(steps);
        return `<text x="${at(left)}" y="${at(top - 22)}" fill="var(--ink)" font-weight="600">${escape(shortened(name, Math.floor(width / 8.2)))}</text>`
            + label(left, top - 7, count(customers, 'customer', 'customers'))
            + [0, 50, 100].map((tick) => line(left, y(tick), left + width, y(tick), 'line')
                + (position % columns === 0 ? label(left - 6, y(tick) + 4, `${tick}\u00a0%`, 'end') : '')).join('')
            + years.filter((year) => year % each === 0).map((year) => label(x(year * 365.25), top + height + LINE + 1, year === 0 ? '0' : `${year} y`, year === 0 ? 'start' : x(year * 365.25) + 12 > left + width ? 'end' : 'middle')).join('')
            + bandPath(visible, x, y)
            + `<path d="${stepPath(visible, x, y, 'stay')}" stroke="var(--revenue)" stroke-width="2"/>`;
    });
    return { height: 38 + Math.ceil(sources.length / columns) * (height + 74) - 48, content: panels.join('') };
}

module.exports = { barsByMonth, costByMonth, survivalCurves };
