-- Post in each of the two ledgers, insert as many expenses by hand, and keep the rates in the array :rates.
\c single
SELECT bench.posting_rates() AS single_rates \gset
\c postgres
SELECT bench.posting_rates() AS citus_rates \gset
SELECT :'rates'::numeric[] || ARRAY[:'single_rates'::numeric[] || :'citus_rates'::numeric[]] AS rates \gset
