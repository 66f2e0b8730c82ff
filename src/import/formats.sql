--
-- import: the formats that the extension knows, as data. A line of a format's columns is a field, what it is called
-- in files (the first name that a file has is taken), and whether a file must have it. Names are compared without
-- case, blanks, dashes, underscores and points, and without a currency or "(UTC)" in brackets at their end.
--

CREATE FUNCTION lead_roi_internal.import_formats(OUT format text, OUT kind text, OUT system text, OUT platform text,
                                                 OUT source text, OUT medium text, OUT standing text, OUT columns text)
RETURNS SETOF record
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $formats$
VALUES
('google_ads', 'expense', 'google_ads', 'Google Ads', 'google', 'cpc', 'seen', $$
campaign!       Campaign | Campagne | Kampagne | Campanha | Campaña | Campagna
amount!         Cost | Coût | Kosten | Custo | Coste | Costo
day             Day | Jour | Tag | Dia | Día | Giorno | Dag
week            Week | Semaine | Woche | Semana | Settimana
month           Month | Mois | Monat | Mês | Mes | Mese
campaign_id     Campaign ID
account         Customer ID | Account | Compte | Konto | Conta | Cuenta
currency        Currency code | Code de la devise | Währungscode | Currency | Código da moeda | Código de moneda
conversions     Conversions | Konversionen | Conversões | Conversiones | Conversioni | Conversies
$$),
('microsoft_ads', 'expense', 'microsoft_ads', 'Microsoft Ads', 'bing', 'cpc', 'documented', $$
campaign!       CampaignName | Campaign name | Campaign
amount!         Spend
day             TimePeriod | Gregorian date | Date | Day
campaign_id     CampaignId | Campaign ID
account         AccountId | Account ID | AccountNumber | Account number | AccountName | Account name
currency        CurrencyCode | Currency code | Currency
conversions     Conversions | All conv.
$$),
('meta_ads', 'expense', 'meta_ads', 'Meta', 'facebook', 'paid', 'seen', $$
campaign!       Campaign name | Nom de la campagne | Kampagnenname | Nombre de la campaña | Nome campagna | Nome da campanha | Campagnenaam
amount!         Amount spent | Montant dépensé | Ausgegebener Betrag | Importe gastado | Importo speso | Valor gasto | Valor usado | Besteed bedrag
day             Day | Jour | Tag | Día | Giorno | Dia | Dag
period_from     Reporting starts | Début des rapports | Berichtsbeginn | Auswertungsstart | Inicio del informe | Inizio del report | Início dos relatórios
period_through  Reporting ends | Fin des rapports | Berichtsende | Auswertungsende | Fin del informe | Fine del report | Término dos relatórios | Encerramento dos relatórios
campaign_id     Campaign ID
account         Account ID | Account name
currency        Currency | Devise | Währung | Divisa | Valuta | Moeda
conversions     Leads
$$),
('linkedin_ads', 'expense', 'linkedin_ads', 'LinkedIn Ads', 'linkedin', 'cpc', 'seen', $$
campaign!       Campaign Name
amount!         Total Spent
period_from     Start Date | Date
period_through  End Date
campaign_id     Campaign ID
account         Account ID | Account Name
currency        Currency
conversions     Leads | Conversions
$$),
('tiktok_ads', 'expense', 'tiktok_ads', 'TikTok Ads', 'tiktok', 'cpc', 'seen', $$
campaign!       Campaign name
amount!         Cost | Total cost
day             By Day | Day | Date | Stat time day
campaign_id     Campaign ID
account         Advertiser ID | Account ID | Account name
currency        Currency
conversions     Conversions | Conversion
$$),
('ga4_traffic', 'visit', 'ga4', 'Google Analytics', NULL, NULL, 'seen', $$
source_medium!  Session source / medium | First user source / medium | Source / medium
visitors!       Sessions | Users | Active users | Total users
day             Date
campaign        Session campaign | First user campaign | Campaign
account         Property | Property ID
$$),
('hubspot_contacts', 'lead', 'hubspot', 'HubSpot', NULL, NULL, 'seen', $$
record_id!      Record ID | hs_object_id | Record-ID | ID du dossier | ID de registro | ID registro
day!            Create Date | createdate | Date de création | Erstellungsdatum | Fecha de creación | Data di creazione
source!         Original Source | Original Traffic Source | hs_analytics_source | Original Source Type
campaign        Original Source Drill-Down 1 | Original Traffic Source Drill-Down 1 | hs_analytics_source_data_1
converted_on    Became a Customer Date | hs_lifecyclestage_customer_date
churned_on      Churn Date | Churned on
modified_at     Last Modified Date | lastmodifieddate
email           Email | E-mail
merged_ids      Merged contact IDs | Merged record IDs | hs_merged_object_ids
$$),
('hubspot_deals', 'payment', 'hubspot', 'HubSpot', NULL, NULL, 'seen', $$
record_id!      Record ID | hs_object_id | Deal ID
amount!         Amount | Amount in company currency | amount_in_home_currency
day!            Close Date | closedate
status!         Is Closed Won | hs_is_closed_won | Deal Stage | dealstage              = true | 1 | yes | closed won | won | closedwon
lead_ids        Associated Contact IDs | Associated Contact | Contact IDs
currency        Currency | deal_currency_code
modified_at     Last Modified Date | hs_lastmodifieddate
$$),
('salesforce_leads', 'lead', 'salesforce', 'Salesforce', NULL, NULL, 'documented', $$
record_id!      Lead ID | Id
day!            CreatedDate | Create Date | Created Date
lead_source!    LeadSource | Lead Source
converted_on    ConvertedDate | Converted Date
contact_id      ConvertedContactId | Converted Contact ID
opportunity_id  ConvertedOpportunityId | Converted Opportunity ID
merged_into     MasterRecordId
status          IsDeleted                                                               = false | 0 |
modified_at     LastModifiedDate | Last Modified Date | SystemModstamp
email           Email
$$),
('salesforce_opportunities', 'payment', 'salesforce', 'Salesforce', NULL, NULL, 'documented', $$
record_id!      Opportunity ID | Id
amount!         Amount
day!            CloseDate | Close Date
status!         IsWon | Won | StageName | Stage                                         = true | 1 | closed won | won
captured        IsDeleted                                                               = false | 0 |
currency        CurrencyIsoCode | Amount Currency | Opportunity Currency
lead_ids        ContactId | Contact ID | Primary Contact ID
$$),
('keap_contacts', 'lead', 'keap', 'Keap', NULL, NULL, 'inferred', $$
record_id!      Contact Id | Id
day!            Date Created | DateCreated | Created
lead_source!    Lead Source | Leadsource | LeadSource
modified_at     Last Updated | LastUpdated
email           Email | Email Address
$$),
('keap_orders', 'payment', 'keap', 'Keap', NULL, NULL, 'inferred', $$
record_id!      Order Id | OrderId
lead_ids!       Contact Id | ContactId
day!            Order Date | Date
amount!         Amount Paid | Total Paid
$$),
('pipedrive_deals', 'payment', 'pipedrive', 'Pipedrive', NULL, NULL, 'seen', $$
record_id!      Deal - ID
amount!         Deal - Value
status!         Deal - Status                                                           = won
day!            Deal - Won time | Deal - Deal closed on
currency        Deal - Currency | Deal - Currency of value
lead_ids        Person - ID | Deal - Contact person ID
email           Person - Email | Person - Email - Work
$$),
('stripe_charges', 'payment', 'stripe', 'Stripe', NULL, NULL, 'seen', $$
record_id!      id
amount!         Amount
refunded!       Amount Refunded
day!            Created | Created date
status!         Status                                                                  = paid | refunded | succeeded | partially refunded
captured        Captured                                                                = true | 1
mode            Mode                                                                    = live |
currency        Currency
fee             Fee
lead_ids        Customer ID
email           Customer Email
$$),
('stripe_balance', 'payment', 'stripe', 'Stripe', NULL, NULL, 'seen', $$
record_id!      id | balance_transaction_id
status!         Type | reporting_category                                               = charge | payment | refund | payment_refund | refund_failure | dispute | dispute_reversal
related_id!     Source | source_id
amount!         Amount | gross
day!            Created | created_utc
currency        Currency
fee             Fee
lead_ids        Customer ID | Customer
email           Customer Email
$$),
('plain_expense', 'expense', NULL, NULL, NULL, NULL, 'ours', $$
lead_source!    lead_source
day!            incurred_on
amount!         amount
title           title
cost_type       cost_type
notes           notes
currency        currency
period_through  covers_through
record_id       external_id
$$),
('plain_lead', 'lead', NULL, NULL, NULL, NULL, 'ours', $$
record_id!      external_id | lead_id
day!            created_on
lead_source     lead_source
source          source | utm_source
medium          medium | utm_medium
campaign        campaign | utm_campaign
content         content | utm_content
term            term | utm_term
landing_url     landing_url
referrer        referrer
converted_on    converted_on
churned_on      churned_on
modified_at     modified_at
email           email
$$),
('plain_payment', 'payment', NULL, NULL, NULL, NULL, 'ours', $$
record_id!      external_id | payment_id
lead_ids!       lead_external_id | lead_id
day!            paid_on
amount!         amount
currency        currency
$$),
('plain_visit', 'visit', NULL, NULL, NULL, NULL, 'ours', $$
day!            visited_on
visitors!       visitors
lead_source     lead_source
source          source | utm_source
medium          medium | utm_medium
campaign        campaign | utm_campaign
$$)
$formats$;

COMMENT ON FUNCTION lead_roi_internal.import_formats() IS
'Internal: the formats of the extension, each with its columns: a line is a field ("!": a file must have it), the names it has in files between bars, and behind "=" the values with which a row counts.';

CREATE VIEW import_format AS
SELECT format, kind, system, platform, source, medium, standing FROM lead_roi_internal.import_formats();

CREATE VIEW import_column AS
SELECT shipped.format, row_number() OVER (PARTITION BY shipped.format ORDER BY lines.position)::integer AS position,
       found[1] AS field, ARRAY(SELECT trim(name) FROM unnest(string_to_array(found[3], '|')) AS name) AS names,
       found[2] = '!' AS required,
       CASE WHEN found[4] IS NOT NULL THEN ARRAY(SELECT trim(value) FROM unnest(string_to_array(found[4], '|')) AS value) END AS accepted
FROM lead_roi_internal.import_formats() AS shipped,
     regexp_split_to_table(shipped.columns, '\n') WITH ORDINALITY AS lines (line, position),
     regexp_matches(lines.line, '^(\w+)(!?) +([^=]+)(?:= *(.*))?$') AS found;

GRANT SELECT ON import_format, import_column TO PUBLIC;

COMMENT ON VIEW lead_roi.import_format IS
'The formats of files that import_file() knows. A ledger''s own formats are in its tables import_format and import_column, and are tried first.';
COMMENT ON COLUMN lead_roi.import_format.format IS 'Name of the format; key of the view';
COMMENT ON COLUMN lead_roi.import_format.kind IS 'What a row becomes: expense, visit, lead, payment';
COMMENT ON COLUMN lead_roi.import_format.system IS 'Whose keys the records have, which are put before them; NULL: keys are taken as they are';
COMMENT ON COLUMN lead_roi.import_format.platform IS 'Name of the platform for people: category and vendor of lead sources that are made';
COMMENT ON COLUMN lead_roi.import_format.source IS 'Source that its clicks have in traffic sources; NULL: it stands in the file';
COMMENT ON COLUMN lead_roi.import_format.medium IS 'Medium that its clicks have in traffic sources; NULL: it stands in the file';
COMMENT ON COLUMN lead_roi.import_format.standing IS 'Where the names of columns come from: seen in public files, documented by the platform, inferred from names of its programming interface, or ours';

COMMENT ON VIEW lead_roi.import_column IS
'The columns that each format of import_file() takes. Other columns of a file are ignored, and their order doesn''t matter.';
COMMENT ON COLUMN lead_roi.import_column.format IS 'The format, see import_format';
COMMENT ON COLUMN lead_roi.import_column.position IS 'Order of the columns; key of the view together with format';
COMMENT ON COLUMN lead_roi.import_column.field IS 'What the column means: record_id, account, campaign_id, campaign, source, medium, source_medium ("google / cpc"), content, term, landing_url, referrer, lead_source, currency, title, notes, cost_type, lead_ids, contact_id, opportunity_id, merged_ids, merged_into, related_id, email, status, captured, mode, day, week, month, period_from, period_through, converted_on, churned_on, modified_at, amount, amount_micros (in millionths), refunded, fee, visitors, conversions (read with the option "conversions_as_leads")';
COMMENT ON COLUMN lead_roi.import_column.names IS 'Names of the column in files; the first one that a file has is taken. Case, blanks, dashes, underscores and points don''t count, and neither does a currency or "(UTC)" in brackets at the end';
COMMENT ON COLUMN lead_roi.import_column.required IS 'Whether a file must have the column to be of the format';
COMMENT ON COLUMN lead_roi.import_column.accepted IS 'Of status, captured and mode: values with which a row counts, an empty one for none; NULL: any';
