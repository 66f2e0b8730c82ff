-- Time the views of each of the two ledgers, and keep the times in the array :times.
\c single
SELECT bench.time_views() AS single_times \gset
\c postgres
SELECT bench.time_views() AS citus_times \gset
SELECT :'times'::jsonb || jsonb_build_array(jsonb_build_object('single', :'single_times'::jsonb, 'citus', :'citus_times'::jsonb)) AS times \gset
