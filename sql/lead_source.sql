-- source: lead sources.
SET client_min_messages = warning;
SELECT lead_roi.create_ledger(time_zone => 'UTC');
RESET client_min_messages;
SET search_path = public, marketing, lead_roi;

INSERT INTO lead_source (name, category, vendor, medium, message)
VALUES ('Portal banner', 'Paid', 'Portal Ltd', 'Banner', 'Save time') RETURNING lead_source_id, active;
INSERT INTO lead_source (name) VALUES ('Word of mouth') RETURNING lead_source_id, category, active;

-- Refused, each by the constraint that says why.
\set VERBOSITY terse
INSERT INTO lead_source (name) VALUES ('Portal banner');
INSERT INTO lead_source (name) VALUES ('');
INSERT INTO lead_source (name) VALUES (NULL);
INSERT INTO lead_source (name) VALUES ('(unknown)');
INSERT INTO lead_source (name, category) VALUES ('Fair', '(unknown)');
INSERT INTO lead_source (name, starts_on, ends_on) VALUES ('Fair', '2024-02-01', '2024-01-31');
INSERT INTO lead_source (name, ends_on) VALUES ('Fair', 'infinity');
