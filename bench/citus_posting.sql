-- Post in each of the two ledgers, and keep both rates in the array :rates.
\c single
SELECT bench.posting_rate() AS single_rate \gset
\c postgres
SELECT bench.posting_rate() AS citus_rate \gset
SELECT :'rates'::numeric[] || ARRAY[[:single_rate, :citus_rate]] AS rates \gset
