SELECT string_agg(format('%I.%I', schemaname, relname), ', ') AS tables FROM pg_stat_user_tables WHERE schemaname = 'marketing' \gset
VACUUM (FREEZE) :tables;
