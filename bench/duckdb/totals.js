// What each lead source cost and brought, by DuckDB: the query of lead_source_roi over the facts that bench/upkeep.sql has
// written to files. Prints the median of the rounds in milliseconds and the sums of the result, separated by a blank.
//
//   node totals.js FOLDER ROUNDS
const { DuckDBInstance } = require('@duckdb/node-api');

const facts = {
    expense: 'lead_source_id BIGINT, amount DECIMAL(18, 2), cost_type VARCHAR',
    visit: 'lead_source_id BIGINT, visitors BIGINT',
    lead: 'lead_id BIGINT, lead_source_id BIGINT, converted_on DATE',
    payment: 'lead_id BIGINT, amount DECIMAL(18, 2)'
};

// Each kind of fact is summed by itself; ratios are of totals.
const totals = `
    WITH spent AS (SELECT lead_source_id, sum(amount) AS expense, sum(amount) FILTER (WHERE cost_type IN ('media', 'agency')) AS media_expense FROM expense GROUP BY ALL),
         visited AS (SELECT lead_source_id, sum(visitors) AS visitors FROM visit GROUP BY ALL),
         won AS (SELECT lead_source_id, count(*) AS leads, count(converted_on) AS customers FROM lead GROUP BY ALL),
         paid AS (SELECT lead_source_id, sum(amount) AS revenue FROM payment LEFT JOIN lead USING (lead_id) GROUP BY ALL),
         total AS (SELECT lead_source_id, sum(expense) AS expense, sum(media_expense) AS media_expense, sum(visitors) AS visitors,
                          sum(leads) AS leads, sum(customers) AS customers, sum(revenue) AS revenue
                   FROM (FROM spent UNION ALL BY NAME FROM visited UNION ALL BY NAME FROM won UNION ALL BY NAME FROM paid) GROUP BY ALL)
    SELECT *, revenue - expense AS profit, 100 * (revenue - expense) / nullif(expense, 0) AS roi_percent, 100 * revenue / nullif(expense, 0) AS roas_percent,
           expense / nullif(leads, 0) AS cost_per_lead, expense / nullif(customers, 0) AS cost_per_customer,
           leads / nullif(visitors, 0) AS visitor_to_lead, customers / nullif(leads, 0) AS lead_to_customer FROM total`;

async function measure(folder, rounds) {
    const connection = await (await DuckDBInstance.create(':memory:', { threads: '2' })).connect();
    const milliseconds = [];
    let rows;
    for (const [table, columns] of Object.entries(facts)) {
        await connection.run(`CREATE TABLE ${table} (${columns})`);
        await connection.run(`COPY ${table} FROM '${folder}/${table}.csv' (HEADER false)`);
    }
    for (let round = 0; round <= rounds; round++) {
        const started = performance.now();
        rows = (await connection.runAndReadAll(totals)).getRowObjects();
        if (round > 0) {
            milliseconds.push(performance.now() - started);
        }
    }
    const sums = (await connection.runAndReadAll(`SELECT count(*), sum(expense), sum(revenue), sum(leads), sum(customers) FROM (${totals})`)).getRows()[0];
    milliseconds.sort((a, b) => a - b);
    console.log(`${milliseconds[Math.floor(milliseconds.length / 2)].toFixed(3)} ${sums.join('|')}`);
}

measure(process.argv[2], Number(process.argv[3]));
