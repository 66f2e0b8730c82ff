'use strict';
// The charts as Vega-Lite specifications. Each comes in two layouts, one for wide screens and paper
// and one for phones, and takes figures that are exact decimals: a chart is where they become numbers.

const { percent, signedPercent, compact, month, count, shortened } = require('./format');

const LAYOUTS = [{ name: 'wide', wide: true, width: 800 }, { name: 'narrow', wide: false, width: 340 }];

// How many months after its own the heat map shows of a cohort on a phone.
const NARROW_AGES = 12;

// From which ROAS on a cell of the heat map has the next colour: four below break-even, four above.
const HEAT_LIMITS = [25, 50, 75, 100, 150, 200, 400];

// ROI beyond these limits is drawn up to them: one windfall must not flatten all others.
const ROI_LIMIT = 1000;

const number = (text) => (text === null ? null : Number(text));
const between = (low, value, high) => Math.min(Math.max(value, low), high);

// Which colour of the heat map a ROAS has.
const heatBand = (percentage) => HEAT_LIMITS.filter((limit) => percentage >= limit).length;

// A chart of fixed size, with room for text on each side.
function sized(layout, padding, height, specification) {
    return {
        autosize: 'none',
        padding,
        width: layout.width - padding.left - padding.right,
        height,
        ...specification,
    };
}

// A single mark that belongs to no row.
function alone(mark, encoding) {
    return { data: { values: [{}] }, mark, encoding };
}

// ROI by lead source: one bar, two scales. ROAS is ROI plus 100 %, so break-even is the same line on
// both; a loss points to the left.
function returnChart(sources, layout) {
    const step = layout.wide ? 24 : 44;
    const rows = sources.map((source, row) => ({
        row,
        label: shortened(source.lead_source, layout.wide ? 25 : 23),
        bar: source.roi_percent === null ? null : between(-ROI_LIMIT, number(source.roi_percent), ROI_LIMIT),
        roi: signedPercent(source.roi_percent),
        roas: percent(source.roas_percent),
    }));
    const padding = layout.wide
        ? { left: 186, right: 176, top: 46, bottom: 44 }
        : { left: 0, right: 0, top: 62, bottom: 44 };
    const width = layout.width - padding.left - padding.right;
    const bars = rows.map((row) => row.bar ?? 0);
    const scale = { domain: [Math.min(-100, ...bars), Math.max(100, ...bars)], nice: true };
    const labels = { format: ',.0f', labelFlush: !layout.wide, tickCount: layout.wide ? 6 : 4, titlePadding: 4, grid: layout.wide };
    const value = (offset) => ({ value: offset });
    const lineOffset = layout.wide ? 0 : -9;
    const places = layout.wide
        ? { label: [value(-padding.left), 'left'], roi: [value(width + 92), 'right'], roas: [value(width + 172), 'right'] }
        : { label: [value(0), 'left'], roi: [value(width - 84), 'right'], roas: [value(width), 'right'] };
    const heading = (text, [x, align]) => alone(
        { type: 'text', align, fontWeight: 600, text }, { x, y: { value: layout.wide ? -14 : -52 } });
    return sized(layout, padding, rows.length * step, {
        data: { values: rows },
        layer: [
            {
                mark: { type: 'bar', height: layout.wide ? 14 : 10, yOffset: layout.wide ? 0 : 9 },
                encoding: {
                    y: { field: 'row', type: 'ordinal', axis: null, scale: { paddingInner: 0, paddingOuter: 0 } },
                    x: {
                        field: 'bar', type: 'quantitative', scale,
                        axis: { ...labels, orient: 'bottom', title: 'ROI (net)', labelExpr: "datum.label + ' %'" },
                    },
                    color: { condition: { test: 'datum.bar < 0', value: 'var(--loss)' }, value: 'var(--gain)' },
                },
            },
            {
                mark: {
                    type: 'tick', orient: 'vertical', size: layout.wide ? step : 18, thickness: 1,
                    color: 'var(--ink)', yOffset: layout.wide ? 0 : 9,
                },
                encoding: {
                    y: { field: 'row', type: 'ordinal', axis: null },
                    x: {
                        datum: 0, type: 'quantitative', scale,
                        axis: {
                            ...labels, orient: 'top', title: 'ROAS (gross)', grid: false,
                            labelExpr: "format(datum.value + 100, ',.0f') + ' %'",
                        },
                    },
                },
            },
            ...['label', 'roi', 'roas'].map((field) => ({
                mark: { type: 'text', align: places[field][1], yOffset: lineOffset },
                encoding: {
                    y: { field: 'row', type: 'ordinal', axis: null },
                    x: places[field][0],
                    text: { field, type: 'nominal' },
                },
            })),
            heading('ROI', places.roi),
            heading('ROAS', places.roas),
        ],
        resolve: { axis: { x: 'independent' } },
    });
}

// Amounts on an axis: 0.5, 50k, 1M, 2B.
const AMOUNT_AXIS = {
    labelExpr: "abs(datum.value) < 1000 ? format(datum.value, '.2~f') : replace(format(datum.value, '~s'), 'G', 'B')",
};

// The axis of months: January and the first have their year, and as many others have a label as fit.
function monthScale(rows, layout, paddingInner) {
    const months = rows.map((row) => row.month);
    const each = [1, 2, 3, 6, 12].find((step) => months.length / step <= (layout.wide ? 20 : 8)) ?? 12;
    const monthNumber = 'toNumber(slice(datum.value, 5, 7))';
    const labelled = months.filter((first) => (Number(first.slice(5, 7)) - 1) % each === 0);
    const axis = {
        values: labelled,
        labelAngle: 0,
        labelLineHeight: 14,
        labelOverlap: false,
        labelExpr: `${monthNumber} == 1 || datum.value == '${labelled[0]}'
            ? [monthAbbrevFormat(${monthNumber} - 1), slice(datum.value, 0, 4)] : monthAbbrevFormat(${monthNumber} - 1)`,
    };
    return { field: 'month', type: 'ordinal', axis, scale: { domain: months, paddingInner, paddingOuter: paddingInner / 2 } };
}

// Expense and revenue by month, side by side.
function monthChart(months, layout) {
    const values = months.flatMap(({ month: first, expense, revenue }) => [
        { month: first, kind: 'expense', value: number(expense) },
        { month: first, kind: 'revenue', value: number(revenue) },
    ]);
    return sized(layout, { left: 46, right: 4, top: 10, bottom: 40 }, layout.wide ? 240 : 200, {
        data: { values },
        mark: { type: 'bar' },
        encoding: {
            x: monthScale(months, layout, 0.25),
            xOffset: { field: 'kind', type: 'nominal', scale: { domain: ['expense', 'revenue'] } },
            y: { field: 'value', type: 'quantitative', axis: { ...AMOUNT_AXIS, tickCount: 5 } },
            color: {
                field: 'kind', type: 'nominal', legend: null,
                scale: { domain: ['expense', 'revenue'], range: ['var(--expense)', 'var(--revenue)'] },
            },
        },
    });
}

// The payback of cohorts: a row for each month that won customers, a column for each month since.
function cohortChart(cohorts, ages, layout) {
    const columns = layout.wide ? ages : Math.min(ages, NARROW_AGES);
    const left = 72;
    const cellWidth = Math.min(56, (layout.width - left) / columns);
    const values = cohorts.flatMap(({ roas }, row) => roas.slice(0, columns).map((percentage, age) => ({
        row, age,
        band: percentage === null ? 'none' : heatBand(number(percentage)),
        label: compact(percentage, 999.5),
    })));
    const range = (length) => Array.from({ length }, (_, position) => position);
    const x = {
        field: 'age', type: 'ordinal',
        scale: { domain: range(columns), paddingInner: 0.04, paddingOuter: 0 },
        axis: {
            orient: 'top', labelAngle: 0, labelPadding: 4,
            title: 'Months after the one that won the customers', titleAnchor: 'start', titleAlign: 'left', titlePadding: 4,
        },
    };
    const y = { field: 'row', type: 'ordinal', axis: null, scale: { domain: range(cohorts.length), paddingInner: 0.06, paddingOuter: 0 } };
    const cellsOf = (band) => ({ data: { values: values.filter((value) => value.band === band) } });
    return sized(layout, { left, right: layout.width - left - columns * cellWidth, top: 40, bottom: 2 }, cohorts.length * 22, {
        layer: [
            ...['none', ...range(HEAT_LIMITS.length + 1)].flatMap((band) => [
                { ...cellsOf(band), mark: { type: 'rect', color: `var(--heat-${band})` }, encoding: { x, y } },
                {
                    ...cellsOf(band),
                    mark: { type: 'text', fontSize: layout.wide ? 11 : 10, color: `var(--heat-text-${band})` },
                    encoding: { x, y, text: { field: 'label' } },
                },
            ]),
            {
                data: { values: cohorts.map(({ month: first }, row) => ({ row, label: month(first) })) },
                mark: { type: 'text', align: 'right', color: 'var(--muted)' },
                encoding: { y, x: { value: -8 }, text: { field: 'label' } },
            },
        ],
    });
}

// The steps that can be seen: those by which at least a quarter of a percent leaves, and the end.
function visibleSteps(steps) {
    let stay = Infinity;
    return steps.filter((step, position) => {
        const visible = stay - step.stay >= 0.25 || position === steps.length - 1;
        stay = visible ? step.stay : stay;
        return visible;
    });
}

// How many customers stay, one small chart for each lead source, all of the same scale.
function survivalChart(sources, layout) {
    const columns = Math.min(layout.wide ? 4 : 2, sources.length);
    const axisWidth = 50;
    const gap = layout.wide ? 22 : 16;
    const width = Math.min(320, Math.floor((layout.width - axisWidth - (columns - 1) * gap) / columns));
    const steps = sources.flatMap((source, chart) => visibleSteps(source.steps).map((step) => ({ chart, ...step })));
    const headings = sources.map(({ lead_source: name, customers }, chart) => ({
        chart, name: shortened(name, Math.floor(width / 7.6)), customers: count(customers, 'customer', 'customers'),
    }));
    const heading = (field, top, mark) => ({
        transform: [{ filter: `isValid(datum.${field})` }],
        mark: { type: 'text', align: 'left', ...mark },
        encoding: { x: { value: 0 }, y: { value: top }, text: { field } },
    });
    const lastDay = Math.max(...steps.map(({ day }) => day), 1);
    const x = {
        field: 'day', type: 'quantitative', scale: { domain: [0, lastDay], nice: false },
        axis: { tickCount: 3, grid: false, labelFontSize: 11, labelFlush: 18 },
    };
    const y = (field) => ({
        field, type: 'quantitative', scale: { domain: [0, 100] },
        axis: { values: [0, 50, 100], labelFontSize: 11, labelExpr: "datum.label + ' %'" },
    });
    return {
        data: { values: [...steps, ...headings] },
        facet: { field: 'chart', type: 'ordinal', header: { title: null, labelExpr: "''", labelFontSize: 0, labelPadding: 0 } },
        columns,
        spacing: { row: 70, column: gap },
        bounds: 'flush',
        spec: {
            width,
            height: layout.wide ? 96 : 84,
            layer: [
                {
                    transform: [{ filter: 'isValid(datum.lower)' }],
                    mark: { type: 'area', interpolate: 'step-after', color: 'var(--band)' },
                    encoding: { x, y: y('lower'), y2: { field: 'upper' } },
                },
                {
                    transform: [{ filter: 'isValid(datum.stay)' }],
                    mark: { type: 'line', interpolate: 'step-after', color: 'var(--revenue)', strokeWidth: 2 },
                    encoding: { x, y: y('stay') },
                },
                heading('name', -30, { fontWeight: 600 }),
                heading('customers', -14, { fontSize: 11, color: 'var(--muted)' }),
            ],
        },
    };
}

// What will be billed month by month.
function upcomingChart(months, layout) {
    const values = months.map(({ month: first, amount: text }) => ({ month: first, value: number(text), label: compact(text, 999999.5) }));
    return sized(layout, { left: 46, right: 4, top: 22, bottom: 40 }, 160, {
        data: { values },
        encoding: {
            x: monthScale(months, layout, 0.35),
            y: { field: 'value', type: 'quantitative', axis: { ...AMOUNT_AXIS, tickCount: 4 } },
        },
        layer: [
            { mark: { type: 'bar', color: 'var(--expense)' } },
            ...(layout.wide ? [{ mark: { type: 'text', baseline: 'bottom', dy: -4 }, encoding: { text: { field: 'label' } } }] : []),
        ],
    });
}

module.exports = {
    LAYOUTS, NARROW_AGES, HEAT_LIMITS, ROI_LIMIT, heatBand, returnChart, monthChart, cohortChart, survivalChart, upcomingChart,
};
