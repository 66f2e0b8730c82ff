-- import_formats: every format that is shipped, by a made-up export in its real layout: what is taken, and that a second load changes nothing.
SET client_min_messages = warning;
\set SHOW_CONTEXT never
SELECT lead_roi.create_ledger(currency => 'EUR', time_zone => 'Europe/Vienna');
SET search_path = marketing, lead_roi, public;
SET datestyle = 'ISO';

-- The formats, and how many columns each must have. Each has one, and no two columns of one field.
SELECT format, kind, system, platform, source, medium, standing, (SELECT count(*) FROM lead_roi.import_column WHERE import_column.format = import_format.format AND required) AS required
FROM lead_roi.import_format ORDER BY format;
SELECT format, field FROM lead_roi.import_column GROUP BY 1, 2 HAVING count(*) > 1;
SELECT position, field, names, required, accepted FROM lead_roi.import_column WHERE format = 'hubspot_deals' ORDER BY 1;
-- A header with the first names of a format's columns is of that format and of no other.
SELECT format, recognized FROM (
    SELECT format, lead_roi_internal.recognize_file(convert_to((SELECT string_agg('"' || names[1] || '"', ',' ORDER BY position) FROM lead_roi.import_column AS c WHERE c.format = f.format), 'UTF8'),
                                                    lead_roi_internal.known_formats('marketing', NULL, '{}'), '{}', '') ->> 'format' AS recognized
    FROM lead_roi.import_format AS f) AS tried WHERE recognized <> format;

-- Load a file twice: the first time's figures, whether the second changes nothing, and what is there then.
CREATE FUNCTION public.twice(file text, options jsonb DEFAULT '{"create_sources": true}', OUT format text, OUT read bigint, OUT added bigint, OUT rejected bigint, OUT skipped bigint, OUT first_date date, OUT last_date date, OUT total numeric, OUT in_file numeric, OUT again text, OUT warnings text[])
LANGUAGE plpgsql AS $$
DECLARE first record; second record;
BEGIN
    SELECT * INTO first FROM lead_roi.import_file('marketing', convert_to(file, 'UTF8'), NULL, options);
    SELECT * INTO second FROM lead_roi.import_file('marketing', convert_to(file, 'UTF8'), NULL, options);
    format := first.format; read := first.rows_read; added := first.added; rejected := first.rejected; skipped := first.skipped; first_date := first.first_date; last_date := first.last_date;
    total := first.total; in_file := first.total_in_file; warnings := first.warnings;
    again := CASE WHEN (second.added, second.changed, second.removed) = (0, 0, 0) AND second.unchanged = first.added THEN 'same' ELSE 'DIFFERENT' END;
END $$;

-- Three platforms in four lines, to the cent: 1,204.50 + 980.00 + 2,315.75 of Google and 1,140.50 + 1,000.00 of Meta are 6,640.75; the deals won are 1,900 + 800 + 700 + 2,100 + 600 = 6,100.00.
SELECT * FROM twice(E'Campaign report\n"January 1, 2024 - January 31, 2024"\nCampaign status,Campaign,Campaign type,Currency code,Day,Impr.,Clicks,Cost,Conversions,Cost / conv.\nEnabled,Brand | DE,Search,EUR,2024-01-02,"12,410",310,"1,204.50",12.00,100.38\nEnabled,Brand | DE,Search,EUR,2024-01-03,"9,871",255,980.00,9.50,103.16\nPaused,Generic | Tools,Search,EUR,2024-01-02,"4,002",88,"2,315.75",3.00,771.92\nEnabled,Remarketing,Display, --,2024-01-03, --, --, --, --, --\nTotal: Campaigns, --, --,EUR, --,"26,283",653,"4,500.25",24.50,183.68\nTotal: Account, --, --,EUR, --,"26,283",653,"4,500.25",24.50,183.68');
SELECT * FROM twice(E'Reporting starts,Reporting ends,Campaign name,Campaign delivery,Results,Amount spent (EUR),Ends\n2024-01-01,2024-01-31,,,,2140.50,\n2024-01-16,2024-01-31,Spring webinar,active,12,"1,140.50",Ongoing\n2024-01-16,2024-02-14,Lookalike,active,3,1000.00,2024-02-14');
SELECT * FROM twice(E'Record ID,First Name,Last Name,Email,Lead Status,Lifecycle Stage,Original Source,Original Source Drill-Down 1,Contact Owner,Create Date,Became a Customer Date,Last Modified Date\n101,Ann,Ash,ann@example.com,NEW,Lead,Paid Search,Brand | DE,Kim,2024-01-04 09:10,,2024-02-01 10:00\n102,Bob,Birch,bob@example.com,CONNECTED,Customer,Paid Search,Brand | DE,Kim,2024-01-05 23:40,2024-01-20 00:00,2024-02-01 10:00\n103,Cid,Cedar,cid@example.com,,Customer,Paid search,Brand | DE,Lou,2024-01-06 11:00,2024-01-21 00:00,2024-02-01 10:00\n104,Dee,Dale,dee@example.com,,Customer,PAID_SEARCH,Generic | Tools,Lou,2024-01-07 11:00,2023-06-30 00:00,2024-02-01 10:00\n105,Eve,Elm,eve@example.com,,Lead,Paid Social,Spring webinar,Lou,2024-01-16 11:00,,2024-02-01 10:00\n105,Eve,Elm,eve@example.com,,Lead,Paid Social,Spring webinar,Lou,2024-01-16 11:00,,2024-02-02 10:00\n106,Fay,Fir,fay@example.com,,Customer, Paid Social ,Lookalike,Lou,2024-01-18 08:00,2024-02-02 00:00,2024-02-05 10:00\n107,Gus,Gorse,gus@example.com,,Lead,,,Lou,2024-01-19 08:00,,2024-02-05 10:00');
SELECT * FROM twice(E'Record ID,Deal Name,Deal Stage,Close Date,Amount,Associated Contact IDs\n9001,Birch plan,Closed won,2024-01-20 00:00,"1,900.00",102\n9002,Cedar plan,Closed won,2024-01-21 00:00,800.00,103\n9003,Dale plan,Closed won,2023-06-30 00:00,700.00,104\n9004,Fir plan,Closed won,2024-02-02 00:00,"2,100.00",106\n9005,Elm plan,Closed lost,2024-02-10 00:00,900.00,105\n9006,Joint plan,Closed won,2024-02-11 00:00,600.00,102;106');
SELECT sum(expense), sum(revenue), sum(leads), sum(customers) FROM lead_source_roi;
SELECT lead_source, category, expense, revenue, leads, customers FROM lead_source_roi ORDER BY 1;
SELECT title, amount, incurred_on, covers_from, covers_through FROM expense WHERE covers_from IS NOT NULL ORDER BY 1;
-- GA4: lines of one source and day are summed: 60 + 40. Rows without a source are no lead source's.
SELECT * FROM twice(E'# ----------------------------------------\n# Traffic acquisition: Session source / medium\n# Account: Example\n# Property: example.com\n# ----------------------------------------\n#\n# All Users\n# Start date: 20240101\n# End date: 20240131\nSession source / medium,Landing page,Date,Sessions,Key events\n,,,170,7\ngoogle / cpc,/a,20240102,60,3\ngoogle / cpc,/b,20240102,40,2\nfacebook / paid,/a,20240116,50,2\n(not set),/a,20240116,20,0');
SELECT name, visited_on, visitors FROM visit JOIN lead_source USING (lead_source_id) ORDER BY 1, 2;

-- Each of the others in a ledger of its own.
CREATE FUNCTION public.empty() RETURNS void LANGUAGE sql AS $$ TRUNCATE marketing.expense, marketing.visit, marketing.imported_visit, marketing.payment, marketing.lead, marketing.lead_key, marketing.lead_source_alias, marketing.import, marketing.import_reject, marketing.import_change $$;
-- microsoft_ads: campaign rows by day
SELECT empty();
SELECT * FROM twice(E'"Report Name: Campaigns by day"\n"Report Time: 1/1/2024,1/2/2024"\n"Time Zone: (GMT+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna"\n"Potential Incomplete Data: false"\n"Rows: 2"\n\n"TimePeriod","AccountId","CampaignId","CampaignName","CurrencyCode","Impressions","Clicks","Spend"\n"2024-01-01","9001","82000000000001","Tools EU","EUR","310","12","9.80"\n"2024-01-02","9001","82000000000001","Tools EU","EUR","290","10","8.15"\n"©2024 Microsoft Corporation. All rights reserved. "');
-- linkedin_ads: "(in UTC)" is no currency
SELECT empty();
SELECT * FROM twice(E'Campaign Performance Report (in UTC)\nReport Start: 1/1/2024, 12:00 AM\n\nStart Date (in UTC),Account Name,Currency,Campaign Name,Campaign ID,Total Spent,Impressions,Clicks\n1/1/2024,Acme,USD,"Decision makers, EU",312345678,"1,234.50",10000,200');
-- google_ads, with ids
SELECT empty();
SELECT * FROM twice(E'Campaign report\n"January 1, 2024 - January 2, 2024"\nDay,Campaign,Campaign ID,Currency code,Cost,Impr.,Clicks,Conversions\n2024-01-01,"Tools, brand",21111111111,EUR,"1,020.50","10,500",88,2.50\n2024-01-02,"Tools, brand",21111111111,EUR,12.34,97,7, --\nTotal: Account,,,EUR,"1,032.84","10,597",95,2.50\nTotal: Search,,,EUR,"1,032.84","10,597",95,2.50');
-- ga4_traffic, without a date: the period of the file
SELECT empty();
SELECT * FROM twice(E'# ----------------------------------------\n# Traffic acquisition: Session source / medium\n# Start date: 20240101\n# End date: 20240131\nSession source / medium,Sessions,Engaged sessions,Key events,Total revenue\n,2950,2180,42,2436.5\ngoogle / cpc,1950,1480,30,2000.5\n(direct) / (none),1000,700,12,436');
-- meta_ads: the total is the first row, and Day counts, not the range of the report
SELECT empty();
SELECT * FROM twice(E'Reporting starts,Reporting ends,Campaign name,Campaign ID,Day,Amount spent (EUR),Impressions,Link clicks\n2024-01-01,2024-01-31,,,2024-01-01,43.50,9000,120\n2024-01-01,2024-01-31,"Spring, leads",120210000000000001,2024-01-01,30.00,6000,80\n2024-01-01,2024-01-31,Retargeting,120210000000000002,2024-01-01,13.50,3000,40');
-- hubspot_deals
SELECT empty();
SELECT * FROM twice(E'Record ID,Deal Name,Deal Stage,Pipeline,Amount,Close Date,Associated Contact IDs,Is Closed Won\n9001,Ash plan,Closed won,Sales Pipeline,"1,900.00",2024-01-20 10:00,101;102,true\n9002,Birch plan,Proposal,Sales Pipeline,800.00,2024-03-31 00:00,103,false');
-- pipedrive_deals
SELECT empty();
SELECT * FROM twice(E'Deal - ID,Deal - Title,Deal - Value,Deal - Currency,Deal - Status,Deal - Won time,Deal - Contact person\n2001,Ash plan,1900.00,EUR,Won,2024-01-20 10:12:44,Ann Ash\n2002,Birch plan,0,EUR,Open,,Bob Birch');
-- salesforce_opportunities, a report with its footer
SELECT empty();
SELECT * FROM twice(E'"Opportunity ID","Opportunity Name","Stage","Amount Currency","Amount","Close Date","Lead Source"\n"0065g00000AbCdE","Ash plan","Closed Won","EUR","1,900.00","1/20/2024","Paid Search"\n\n"Grand Totals (1 records)"\n"Confidential Information - Do Not Distribute"\n"Copyright (c) 2000-2024 salesforce.com, inc. All rights reserved."');
-- stripe_charges: paid, refunded in part, failed
SELECT empty();
SELECT * FROM twice(E'id,Created date (UTC),Amount,Amount Refunded,Currency,Captured,Fee,Mode,Status,Customer Email\nch_A1,2024-01-20 10:12:44,1900.00,0.00,eur,true,28.75,Live,Paid,ann@example.com\nch_A2,2024-01-21 00:30:00,800.00,200.00,eur,true,12.25,Live,Paid,bob@example.com\nch_A3,2024-01-21 08:00:00,50.00,0.00,eur,false,0.00,Live,Failed,cid@example.com');
-- google_ads, French, from Excel: a no-break blank in numbers, semicolons
SELECT empty();
SELECT * FROM twice(E'Rapport sur les campagnes\n1 janvier 2024 - 31 janvier 2024\nJour;Campagne;Code de la devise;Coût;Clics\n02/01/2024;Marque;EUR;1 020,50;88\n15/01/2024;Marque;EUR;12,34;7\nTotal : compte;;EUR;1 032,84;95');
-- google_ads, German, by week
SELECT empty();
SELECT * FROM twice(E'Kampagnenbericht\n1. Januar 2024 - 31. Januar 2024\nWoche,Kampagne,Währungscode,Kosten\n2024-01-01,Marke,EUR,"1.234,56"\n2024-01-08,Marke,EUR,"0,44"\nGesamt: Konto, --,EUR,"1.235,00"');
-- meta_ads, Portuguese
SELECT empty();
SELECT * FROM twice(E'Início dos relatórios,Término dos relatórios,Nome da campanha,Dia,Valor usado (BRL)\n2022-12-01,2022-12-31,Natal,10 de dez. de 2022,"1.234,50"');
-- microsoft_ads, from the web: no quotes, tabs, ids in brackets
SELECT empty();
SELECT * FROM twice(E'Report Name: Campaigns\nReport Time: 10/5/2017,10/31/2017\nRows: 2\nPotential Incomplete Data: true\n\nGregorian date	Account number	Campaign	Campaign ID	Spend\n10/5/2017	F100	Tools	[8294]	9.80\n10/16/2017	F100	Tools	[8294]	8.15\n@2026 Microsoft Corporation. All rights reserved. ');
-- tiktok_ads
SELECT empty();
SELECT * FROM twice(E'Campaign name,Campaign ID,Ad group name,By Day,Cost,Currency,Website URL (Ad level）\nDance,1700,Teens,2024-01-05 00:00:00,10.00,EUR,x\nDance,1700,Adults,2024-01-05 00:00:00,5.50,EUR,x\nTotal of 2 results,-,-,-,15.50,EUR,-');
-- salesforce_leads, Data Loader: 18 characters are 15; deleted and merged ones are none; its contact and its deal are other names of it
SELECT empty();
SELECT * FROM twice(E'"ID","LEADSOURCE","CREATEDDATE","ISCONVERTED","CONVERTEDDATE","CONVERTEDCONTACTID","CONVERTEDOPPORTUNITYID","MASTERRECORDID","ISDELETED"\n"00Q5g00000AbCdEEAV","Web","2024-01-05T23:40:00.000Z","true","2024-01-20","0035g00000XyZaB","0065g00000AbCdE","","false"\n"00Q5g00000AbCdF","Web","2024-01-07T10:00:00.000Z","false","","","","00Q5g00000AbCdE","true"\n"00Q5g00000AbCdG","Fair","2024-01-08T10:00:00.000Z","false","","","","","true"');
SELECT external_id, created_on, converted_on FROM lead;
SELECT key, lead_external_id FROM lead_key ORDER BY 1;
SELECT * FROM twice(E'"Opportunity ID","Opportunity Name","Stage","Amount Currency","Amount","Close Date","Lead Source"\n"0065g00000AbCdE","Ash plan","Closed Won","EUR","1,900.00","1/20/2024","Paid Search"\n\n"Grand Totals (1 records)"\n"Confidential Information - Do Not Distribute"\n"Copyright (c) 2000-2024 salesforce.com, inc. All rights reserved."');
SELECT payment.external_id, lead.external_id AS lead, amount FROM payment JOIN lead USING (lead_id);
-- keap_contacts
SELECT empty();
SELECT * FROM twice(E'Id,First Name,Last Name,Email,Lead Source,Date Created\n11,Ann,Ash,ann@example.com,Radio,1/31/2024\n12,Bob,Birch,bob@example.com,,2/1/2024');
-- keap_orders
SELECT * FROM twice(E'Order Id,Contact Id,Order Title,Order Date,Order Total,Amount Paid\n501,11,Plan,1/31/2024,"$1,500.00","$1,250.00"\n502,12,Plan,2/1/2024,$40.00,($40.00)', '{"create_sources": true, "date_order": "mdy", "currency": "USD"}');
-- stripe_balance: refunds are negative, payouts are none
SELECT empty();
SELECT * FROM twice(E'id,Type,Source,Amount,Fee,Net,Currency,Created (UTC),Available On (UTC)\ntxn_1,charge,ch_A1,1900.00,28.75,1871.25,eur,2024-01-20 10:12,2024-01-27 00:00\ntxn_2,refund,re_A1,-200.00,0.00,-200.00,eur,2024-01-22 23:30,2024-01-27 00:00\ntxn_3,payout,po_1,-1671.25,0.00,-1671.25,eur,2024-01-28 00:00,2024-01-28 00:00');
-- plain_expense: two equal lines are two
SELECT empty();
SELECT * FROM twice(E'lead_source,incurred_on,amount,cost_type,title\nFair,2024-05-01,100.00,other,Stand\nFair,2024-05-01,100.00,other,Stand');
-- plain_lead
SELECT * FROM twice(E'external_id,lead_source,created_on,converted_on,landing_url\na1,Fair,2024-05-02,,\na2,,2024-05-03,2024-05-09,https://e.example/?utm_source=Google&utm_medium=cpc&utm_campaign=May');
-- plain_payment
SELECT * FROM twice(E'external_id,lead_external_id,paid_on,amount\np1,a2,2024-05-10,250.00');
SELECT external_id, traffic_source FROM lead ORDER BY 1;
SELECT payment.external_id, lead.external_id AS lead FROM payment JOIN lead USING (lead_id);
-- plain_visit
SELECT * FROM twice(E'visited_on,visitors,lead_source\n2024-05-02,40,Fair');

-- A format of the ledger's own goes first, and needs no line of code.
INSERT INTO import_format (format, kind, system, platform, source, medium) VALUES ('radio', 'expense', 'radio', 'Radio Wave', 'radio', 'audio');
INSERT INTO import_column (format, field, names, required) VALUES ('radio', 'campaign', '{Spot}', true), ('radio', 'amount', '{Netto}', true), ('radio', 'day', '{Sendetag}', true), ('radio', 'record_id', '{Rechnung}', false);
SELECT empty();
SELECT * FROM twice(E'Spot;Sendetag;Netto;Rechnung\nMorgen;31.01.2024;1.234,50;R-1\nAbend;01.02.2024;99,00;R-2\n');
SELECT lead_source, category, expense FROM lead_source_roi WHERE expense > 0 ORDER BY 1;
SELECT external_id FROM expense ORDER BY 1;
INSERT INTO import_column (format, field, names, required) VALUES ('radio', 'soup', '{Soup}', false);
SELECT * FROM twice(E'Spot;Sendetag;Netto;Rechnung\nMorgen;31.01.2024;1.234,50;R-1\n');
