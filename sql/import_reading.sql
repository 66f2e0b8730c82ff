-- import_reading: what is read in a file: encodings, delimiters, headers, records, numbers and dates.
SET client_min_messages = warning;
\set SHOW_CONTEXT never
SELECT lead_roi.create_ledger(currency => 'EUR', time_zone => 'Europe/Vienna');
SET search_path = lead_roi, public;

-- The rows of a file in UTF-8, or of bytes.
CREATE FUNCTION public.read(file bytea, options jsonb DEFAULT '{}', OUT line bigint, OUT verdict text, OUT source text, OUT from_date date, OUT through_date date, OUT amount numeric, OUT message text) RETURNS SETOF record
LANGUAGE sql AS $$ SELECT line_number, verdict, coalesce(fields ->> 'campaign', fields ->> 'lead_source'), from_date, through_date, amount, message FROM lead_roi.preview_file('marketing', $1, NULL, $2) $$;
CREATE FUNCTION public.read(file text, options jsonb DEFAULT '{}', OUT line bigint, OUT verdict text, OUT source text, OUT from_date date, OUT through_date date, OUT amount numeric, OUT message text) RETURNS SETOF record
LANGUAGE sql AS $$ SELECT * FROM public.read(convert_to($1, 'UTF8'), $2) $$;
SET datestyle = 'ISO';

-- A file without rows has none, and one without a header is none.
SELECT * FROM read('lead_source,incurred_on,amount');
SELECT * FROM read('');
SELECT * FROM read('some,other,file' || E'\n1,2,3');
SELECT * FROM read('lead_source,amount' || E'\nA,2');
SELECT * FROM read(NULL::bytea);

-- One file in all encodings: 5 bytes of Windows-1252 are nothing. é, €, a curly quote, and a flag outside of 16 bits.
SELECT count(DISTINCT source), min(source), min(amount), max(amount)
FROM (SELECT convert_to(E'lead_source,incurred_on,amount\nCafé,2024-01-05,1.50\n', encoding) AS file FROM unnest('{UTF8,LATIN1,WIN1252}'::name[]) AS encoding
      UNION ALL SELECT '\xEFBBBF' || convert_to(E'lead_source,incurred_on,amount\r\nCafé,2024-01-05,1.50\r\n', 'UTF8')
      UNION ALL SELECT convert_to(E'lead_source,incurred_on,amount\rCafé,2024-01-05,1.50\r', 'UTF8')
      UNION ALL SELECT convert_to(E'sep=;\nlead_source;incurred_on;amount\nCafé;2024-01-05;1.50', 'UTF8')
      UNION ALL SELECT convert_to(E'lead_source\tincurred_on\tamount\nCafé\t2024-01-05\t1.50', 'UTF8')
      UNION ALL SELECT convert_to(E'lead_source|incurred_on|amount\nCafé|2024-01-05|1.50', 'UTF8')) AS files, read(file);
-- UTF-16 by its mark, and without one: L, e, \n; the letters are those of the other encodings with a zero before or behind.
CREATE FUNCTION public.utf16(t text, big boolean) RETURNS bytea LANGUAGE sql AS $$
SELECT string_agg(CASE WHEN big THEN pair ELSE substr(pair, 2) || substr(pair, 1, 1) END, '' ORDER BY n)
FROM regexp_split_to_table(t, '') WITH ORDINALITY AS letter (c, n), LATERAL (SELECT decode(lpad(to_hex(ascii(c)), 4, '0'), 'hex')) AS code (pair) $$;
SELECT read.* FROM read('\xFFFE' || utf16(E'lead_source\tincurred_on\tamount\r\nCafé\t2024-01-05\t1.50', false)) AS read;
SELECT read.* FROM read('\xFEFF' || utf16(E'lead_source\tincurred_on\tamount\r\nCafé\t2024-01-05\t1.50', true)) AS read;
SELECT read.* FROM read(utf16(E'lead_source,incurred_on,amount\nCafé,2024-01-05,1.50', false)) AS read;
-- A pair outside of 16 bits, and half a one.
SELECT to_hex(ascii(left(source, 1))), to_hex(ascii(right(source, 1)))
FROM read('\xFFFE' || utf16(E'lead_source,incurred_on,amount\n', false) || '\x3DD800DE' || utf16('x', false) || '\x3DD8' || utf16(E',2024-01-05,1.50', false));
SELECT source, amount FROM read('\x' || convert_to(E'lead_source,incurred_on,amount\n', 'UTF8') || '\x8093408193' || convert_to(',2024-01-05,1.50', 'UTF8'));
-- Encoded twice, as UTF-8 that was taken for Windows-1252 or for Latin-1: Café 5 €. Real text isn't: São, and one é at the end of a file.
SELECT source FROM read(convert_to(E'lead_source,incurred_on,amount\nCafÃ© 5 â‚¬,2024-01-05,1.50\n', 'UTF8'));
SELECT source FROM read(convert_to(convert_from(convert_to(E'lead_source,incurred_on,amount\nÀ É,2024-01-05,1.50\n', 'UTF8'), 'LATIN1'), 'UTF8'));
SELECT source FROM read(convert_to(E'lead_source,amount,incurred_on\nSão,1.50,2024-01-05\nSÃO,1.50,2024-01-05\n', 'UTF8'));
SELECT source FROM read(convert_to(E'amount,incurred_on,lead_source\n1.50,2024-01-05,Cafe\n1.50,2024-01-05,Café', 'UTF8'));
SELECT format, total, warnings FROM import_file('marketing', convert_to(E'Nom de la campagne,Jour,Montant dÃ©pensÃ© (EUR)\nÃ‰tÃ©,2024-01-05,1.50\n', 'UTF8'));
-- Zero bytes go; a character cut off at the end of a file doesn't make it another encoding.
SELECT source, amount FROM read(convert_to(E'lead_source,incurred_on,amount\nCa', 'UTF8') || '\x00' || convert_to(E'fé,2024-01-05,1.50\nx', 'UTF8') || '\xC3');
-- Named by the user.
SELECT source FROM read(convert_to(E'lead_source,incurred_on,amount\nКафе,2024-01-05,1.50\n', 'WIN1251'), '{"encoding": "windows-1251"}');
SELECT source FROM read('x'::bytea, '{"encoding": "klingon"}');

-- What is no text is refused by its name.
SELECT * FROM read('\x504B0304140006'::bytea);
SELECT * FROM read('\x1F8B08'::bytea);
SELECT * FROM read('%PDF-1.7'::bytea);
SELECT * FROM read(E'\n <!DOCTYPE html><html>');

-- Above the header: titles, ranges; below: what isn't a row. Extra columns, any order, names in any spelling.
SELECT * FROM read(E'My "own" report\nfor: all\n\nnotes , AMOUNT,x,Lead Source, Incurred-On\nn,1.5,,A,2024-01-05\n\n"Grand Totals (1 records)"\n# end\n');
-- Two formats fit; one is asked for.
SELECT * FROM read(E'lead_source,incurred_on,visited_on,amount,visitors\nA,2024-01-05,2024-01-06,1.5,7');
SELECT verdict, amount FROM preview_file('marketing', convert_to(E'lead_source,incurred_on,visited_on,amount,visitors\nA,2024-01-05,2024-01-06,1.5,7', 'UTF8'), 'plain_expense');
SELECT * FROM preview_file('marketing', 'x', 'plain');
-- A column by another name.
SELECT * FROM preview_file('marketing', convert_to(E'lead_source,incurred_on,Net cost\nA,2024-01-05,1.5', 'UTF8'), 'plain_expense', '{"columns": {"amount": "net cost"}}');

-- Records: line breaks and doubled quotes in quotes; a line \. is no end; a quote that never closes costs one line, and so does one that swallows others.
SELECT * FROM read(E'lead_source,incurred_on,amount\n"A\n""B""",2024-01-05,1\n\\.\nC,2024-01-05,2\n5" pipe,2024-01-05,3\nD,2024-01-05,4\n7" pipe,2024-01-05,5\nE,2024-01-05,6\n"F,2024-01-05,7\n', '{"max_rejected_percent": 100}');
-- Too many fields, too few, and empty ones at the end.
SELECT * FROM read(E'lead_source,incurred_on,amount\nA,2024-01-05,1,x\nB,2024-01-05\nC,2024-01-05,3,,\nD\n');

-- Numbers. A value with both separators, two of one, or other than three digits behind one decides for its column.
CREATE FUNCTION public.numbers(VARIADIC numbers text[]) RETURNS text LANGUAGE plpgsql AS $$
DECLARE detail text; hint text;
BEGIN
    RETURN (SELECT string_agg(CASE verdict WHEN 'add' THEN amount::text ELSE verdict END, ' | ' ORDER BY line)
            FROM public.read(E'lead_source,incurred_on,amount\n' || (SELECT string_agg('A,2024-01-05,"' || n || '"', E'\n') FROM unnest(numbers) AS n)));
EXCEPTION WHEN data_exception THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    RETURN sqlstate || ' ' || sqlerrm || E'\n' || detail || E'\n' || hint;
END $$;
SELECT numbers('1,204.50', '980', '12.5');
SELECT numbers('1.204,50', '980', '12,5');
SELECT numbers('1 204,50', E'1\u00A0204,50', E'1\u202F204,50', '1''204,50', E'1\u2019204,50');
SELECT numbers('$1,250.00', '($40.00)', '€ 3.10', 'EUR 3.10', '3.10 USD', '-$2.00', '2.00-', E'\u22122.00', '+2.00');
SELECT numbers('--', ' --', '', '-', E'\u2014', '7');
SELECT numbers('1,103,153', '12');
SELECT numbers('1,23,456.00');
SELECT numbers('0.123', '.5', '5.', '00.1');
SELECT numbers('89440.42', '224,144.69');
SELECT numbers('1,2,3', 'abc', '1.2.3', '12e5', 'NaN', '1-2', '0x10', '7.5');
SELECT numbers('12.00 %', '7.5');
SELECT numbers(repeat('9', 40), '1e999', '7.5');
-- Both readings are possible: refused. Values for both: refused.
SELECT numbers('12', '1,234');
-- The delimiter or a language may suggest the comma, and decide nothing.
SELECT amount FROM read(E'lead_source;incurred_on;amount\nA;2024-01-05;1,234');
SELECT amount FROM preview_file('marketing', convert_to(E'Campagne,Jour,Coût\nA,2024-01-05,"1,234"', 'UTF8'));
SELECT numbers('31.422', '1.000');
SELECT numbers('1,5', '1.5');
-- Another column of money decides.
SELECT amount FROM preview_file('marketing', convert_to(E'id,Amount,Amount Refunded,Currency,Status,Created (UTC),Captured\nch_1,"1,234","0,50",eur,Paid,2024-01-05 10:00:00,true', 'UTF8')) WHERE amount > 0;
-- The user decides.
SELECT amount FROM read(E'lead_source,incurred_on,amount\nA,2024-01-05,"1,234"', '{"decimal_separator": ","}');
SELECT amount FROM read(E'lead_source,incurred_on,amount\nA,2024-01-05,"1,234"', '{"decimal_separator": "."}');

-- Dates. What can't be a date in one order takes that order away.
CREATE FUNCTION public.dates(VARIADIC dates text[]) RETURNS text LANGUAGE plpgsql AS $$
DECLARE detail text; hint text;
BEGIN
    RETURN (SELECT string_agg(CASE verdict WHEN 'add' THEN to_char(from_date, 'YYYY-MM-DD') ELSE verdict END, ' | ' ORDER BY line)
            FROM public.read(E'lead_source,incurred_on,amount\n' || (SELECT string_agg('A,"' || d || '",1', E'\n') FROM unnest(dates) AS d)));
EXCEPTION WHEN data_exception THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    RETURN sqlstate || ' ' || sqlerrm || E'\n' || detail || E'\n' || hint;
END $$;
SELECT dates('2024-01-05', '20240105', '2024/1/5', '2024.01.05');
SELECT dates('03/04/2024', '13/04/2024');
SELECT dates('03/04/2024', '04/13/2024');
SELECT dates('3.4.24', '13.4.24');
SELECT dates('24-01-05', '24-12-31');
SELECT dates('5/5/2024', '6/6/2024');
SELECT dates('Jan 5, 2024', '5 January 2024', '5. Jänner 2024', '1 septembre 2026', '10 de dez. de 2022', '5 Okt 2024', 'March 3rd, 2024', 'mai 2024', '2024-02');
SELECT dates('45296', '45296.5', '36526');
SELECT dates('45296', '2024-01-05');
-- A time without a zone is the ledger's; one with a zone is taken to the ledger's day: 23:40 UTC is the next day in Vienna.
SELECT dates('2024-01-04 23:40', '2024-01-04T23:40:00.000Z', '2024-01-04 23:40:00+00', '2024-01-04 23:40 UTC', '2024-01-05 00:30:00+02:00', '1/13/2024, 12:00 AM', '1/13/2024 11:59 PM');
SELECT dates('2024-01-04 24:00', '2024-02-30', '1989-12-31', '2101-01-01', 'yesterday', '2024-13-01', '2024-01-05 25:00', '2024-01-05x', '202401', '2024-01-05');
-- Two readings: refused. Both kinds: refused.
SELECT dates('03/04/2024', '05/06/2024');
SELECT dates('13/04/2024', '04/13/2024');
-- ISO between others decides nothing for them.
SELECT dates('2024-06-02', '6/4/2024');
-- The range above the header decides; what is outside of it is no guess.
SELECT verdict, from_date, message FROM read(E'Campaign report\n"March 1, 2024 - March 31, 2024"\nCampaign,Cost,Day\nA,1.00,04/03/2024\nA,1.00,05/03/2024\n');
SELECT verdict, from_date, message FROM read(E'Campaign report\n"March 1, 2024 - March 31, 2024"\nCampaign,Cost,Day\nA,1.00,2024-03-31\nA,1.00,2024-04-01\n');
SELECT from_date FROM read(E'lead_source,incurred_on,amount\nA,03/04/2024,1', '{"date_order": "dmy"}');
SELECT from_date FROM read(E'lead_source,incurred_on,amount\nA,03/04/2024,1', '{"date_order": "mdy"}');
-- UTC by the title of the column.
SELECT from_date, amount FROM preview_file('marketing', convert_to(E'id,Amount,Amount Refunded,Currency,Status,Created (UTC),Captured\nch_1,5.00,0.00,eur,Paid,2024-01-04 23:40:00,true', 'UTF8'));

-- Options that there aren't, or can't be.
SELECT * FROM read('x', '{"dateorder": "dmy"}');
SELECT * FROM read('x', '{"date_order": "ydm"}');
SELECT * FROM read('x', '{"date_order": 5}');
SELECT * FROM read('x', '{"replace": "yes"}');
SELECT * FROM read('x', '[]');
SELECT * FROM read('x', '{"delimiter": "::"}');
SELECT * FROM read('x', '{"currency": "Euro"}');
SELECT * FROM read('x', '{"max_rejected_percent": 101}');
SELECT * FROM read(E'lead_source,incurred_on,amount\nA,2024-01-05,1', '{"period_from": "soon"}');

-- The functions behind it, called by hand with nonsense.
SELECT count(*) FROM lead_roi_internal.read_file(NULL, '[]', '{}', '', 'UTC');
SELECT count(*) FROM lead_roi_internal.read_file('x', '5', '5', '', 'UTC');
SELECT count(*) FROM lead_roi_internal.read_file('x', '[5, {"format": "a"}]', '[]', '', 'UTC');
SELECT count(*) FROM lead_roi_internal.read_file('x', '[{"format": "a", "kind": "lead", "columns": [{"field": "soup"}]}]', '[]', '', 'UTC');
SELECT count(*) FROM lead_roi_internal.read_file(E'a,b\n1,2', '[{"format": "a", "kind": "lead", "columns": [5, {"field": "day", "names": 5, "required": true}]}]', '[]', '', 'UTC');
SELECT count(*) FROM lead_roi_internal.read_file(E'a,b\n1,2', '[{"format": "a", "kind": "lead", "columns": [{"field": "day", "names": ["a"], "required": true}]}]', '{}', '', 'nowhere');
SELECT lead_roi_internal.recognize_file(E'a,b\n1,2', '[{"format": "a", "kind": "lead", "columns": [{"field": "day", "names": ["a"], "required": true}]}]', '{}', '');
