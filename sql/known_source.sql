-- known_source: hosts and words that are known, and how a host finds its pattern.
SET search_path = public, lead_roi;

-- The list is what a reader expects: a row a pattern, canonical names, kinds that source_kind() gives.
SELECT count(*) > 900 AS many, count(*) = count(DISTINCT pattern) AS each_once, bool_and(pattern = lower(pattern)) AS lower_case,
       bool_and((name IS NULL) = (kind IS NULL)) AS name_and_kind, array_agg(DISTINCT kind ORDER BY kind) AS kinds
FROM known_source;
SELECT DISTINCT name AS "not canonical" FROM known_source WHERE traffic_source(name)::text NOT IN (name, '"' || name || '"') OR name ~ '[^ -~]';
SELECT pattern AS "not a pattern" FROM known_source
WHERE pattern !~ '^(\*\.)?([a-z0-9_-]+\.)+(\{\}|[a-z0-9-]+)(/[a-z0-9/_-]*[a-z0-9])?$' AND pattern !~ '^[a-z -]+$';

-- Sources of our own: what is known by one name, as a host, an app or a word, and what a referrer from there gives.
CREATE TABLE own_source (kind text, name text, medium text, hosts text, words text DEFAULT '');
INSERT INTO own_source VALUES
    ('search', 'google', 'organic', 'www.google.com google.de www.google.com.br google.co.jp lens.google.com', 'google,adwords,googleads,google-ads,google ads,Google Ads'),
    ('search', 'bing', 'organic', 'www.bing.com cn.bing.com', 'bing,bingads,bing ads,microsoft ads'),
    ('search', 'duckduckgo', 'organic', 'duckduckgo.com html.duckduckgo.com com.duckduckgo.mobile.android', 'duckduckgo'),
    ('search', 'baidu', 'organic', 'www.baidu.com m.baidu.com', 'baidu'),
    ('search', 'yandex', 'organic', 'yandex.ru www.yandex.com yandex.com.tr m.yandex.kz ya.ru', 'yandex'),
    ('search', 'mail.ru', 'organic', 'mail.ru www.mail.ru go.mail.ru', 'mail.ru'),
    ('social', 'digg', 'social', 'digg.com', 'digg'),
    ('social', 'facebook', 'social', 'www.facebook.com l.facebook.com fb.com fb.me com.facebook.katana', 'facebook,fb,FB,meta'),
    ('social', 'instagram', 'social', 'l.instagram.com com.instagram.android', 'instagram,ig,insta'),
    ('social', 'line', 'social', 'line.me', 'line'),
    ('social', 'linkedin', 'social', 'www.linkedin.com lnkd.in com.linkedin.android', 'linkedin,LinkedIn'),
    ('social', 'messenger', 'social', 'l.messenger.com m.me', 'messenger'),
    ('social', 'nextdoor', 'social', 'nextdoor.com', 'nextdoor'),
    ('social', 'odnoklassniki', 'social', 'ok.ru m.ok.ru', 'odnoklassniki'),
    ('social', 'pinterest', 'social', 'www.pinterest.com pinterest.de pin.it com.pinterest', 'pinterest'),
    ('social', 'quora', 'social', 'de.quora.com', 'quora'),
    ('social', 'reddit', 'social', 'old.reddit.com redd.it com.reddit.frontpage', 'reddit'),
    ('social', 'telegram', 'social', 't.me web.telegram.org', 'telegram'),
    ('social', 'tiktok', 'social', 'www.tiktok.com com.zhiliaoapp.musically', 'tiktok'),
    ('social', 'twitter', 'social', 'twitter.com t.co x.com com.twitter.android', 'twitter,x'),
    ('social', 'vk', 'social', 'vk.com m.vk.com', 'vk'),
    ('social', 'whatsapp', 'social', 'web.whatsapp.com wa.me com.whatsapp', 'whatsapp'),
    ('ai assistant', 'chatgpt.com', 'ai-assistant', 'chatgpt.com chat.openai.com com.openai.chatgpt', 'chatgpt,chatgpt.com'),
    ('ai assistant', 'claude', 'ai-assistant', 'claude.ai claude.com', 'claude'),
    ('ai assistant', 'copilot', 'ai-assistant', 'copilot.microsoft.com copilot.com', 'copilot,copilot.com'),
    ('ai assistant', 'gemini', 'ai-assistant', 'gemini.google.com', 'gemini'),
    ('ai assistant', 'perplexity', 'ai-assistant', 'www.perplexity.ai', 'perplexity'),
    ('video', 'dailymotion', 'referral', 'www.dailymotion.com dai.ly', 'dailymotion'),
    ('video', 'rumble', 'referral', 'rumble.com', 'rumble'),
    ('video', 'twitch', 'referral', 'm.twitch.tv tv.twitch.android.app', 'twitch'),
    ('video', 'vimeo', 'referral', 'player.vimeo.com', 'vimeo'),
    ('video', 'youtube', 'referral', 'm.youtube.com youtu.be www.youtube-nocookie.com com.google.android.youtube', 'youtube,yt'),
    ('shopping', 'alibaba', 'referral', 'german.alibaba.com', 'alibaba'),
    ('shopping', 'aliexpress', 'referral', 'de.aliexpress.com aliexpress.ru', 'aliexpress'),
    ('shopping', 'allegro', 'referral', 'allegro.pl', 'allegro'),
    ('shopping', 'amazon', 'referral', 'www.amazon.com www.amazon.de amazon.com.mx com.amazon.mShop.android.shopping', 'amazon'),
    ('shopping', 'bol.com', 'referral', 'www.bol.com', 'bol.com'),
    ('shopping', 'ebay', 'referral', 'www.ebay.com www.ebay.co.uk', 'ebay'),
    ('shopping', 'etsy', 'referral', 'www.etsy.com', 'etsy'),
    ('shopping', 'flipkart', 'referral', 'www.flipkart.com', 'flipkart'),
    ('shopping', 'google shopping', 'referral', 'shopping.google.com', 'google shopping'),
    ('shopping', 'idealo', 'referral', 'www.idealo.de', 'idealo'),
    ('shopping', 'mercadolibre', 'referral', 'www.mercadolibre.com www.mercadolibre.com.ar www.mercadolivre.com.br', 'mercadolibre'),
    ('shopping', 'ozon', 'referral', 'www.ozon.ru', 'ozon'),
    ('shopping', 'rakuten ichiba', 'referral', 'www.rakuten.co.jp', 'rakuten ichiba'),
    ('shopping', 'taobao', 'referral', 'item.taobao.com', 'taobao'),
    ('shopping', 'temu', 'referral', 'www.temu.com', 'temu'),
    ('shopping', 'walmart', 'referral', 'www.walmart.com', 'walmart'),
    ('shopping', 'yandex market', 'referral', 'market.yandex.ru', 'yandex market'),
    ('email', 'aol mail', 'email', 'mail.aol.com', 'aol mail'),
    ('email', 'fastmail', 'email', 'app.fastmail.com', 'fastmail'),
    ('email', 'gmail', 'email', 'mail.google.com com.google.android.gm', 'gmail'),
    ('email', 'icloud mail', 'email', 'www.icloud.com/mail/', 'icloud mail'),
    ('email', 'mail.ru', 'email', 'e.mail.ru', ''),
    ('email', 'outlook', 'email', 'outlook.live.com outlook.office.com outlook.office365.com mail.live.com com.microsoft.office.outlook', 'outlook'),
    ('email', 'proton mail', 'email', 'mail.proton.me', 'proton mail'),
    ('email', 'qq mail', 'email', 'mail.qq.com', 'qq mail'),
    ('email', 'yahoo mail', 'email', 'mail.yahoo.com mail.yahoo.co.jp com.yahoo.mobile.client.android.mail', 'yahoo mail'),
    ('email', 'yandex mail', 'email', 'mail.yandex.ru mail.yandex.com', 'yandex mail'),
    ('email', 'zoho mail', 'email', 'mail.zoho.com', 'zoho mail'),
    ('ignore', 'direct', NULL, '3ds.stripe.com billing.stripe.com buy.stripe.com checkout.stripe.com hooks.stripe.com invoice.stripe.com checkout.paddle.com '
     || 'checkout.shopify.com checkoutshopper-live.adyen.com www.mollie.com/checkout/select pay.amazon.com payments.amazon.de payments.amazon.com pay.google.com '
     || 'pay.klarna.com www.paypal.com accounts.google.com appleid.apple.com login.live.com login.microsoftonline.com', 'paypal,stripe'),
    (NULL, NULL, 'referral', 'docs.google.com docs.google.de pan.baidu.com cloud.mail.ru disk.yandex.ru disk.yandex.com aws.amazon.com www.icloud.com www.mollie.com stripe.com',
     'atlas,crawler,eo,free,frontier,goo,holmes,inbox,karma,multiply,orange,tagged,witch,you,other,google.com.evil.example,com,de');
SELECT own_source.kind, host, traffic_source_from_url(NULL, 'https://' || host)::text AS result
FROM own_source, regexp_split_to_table(hosts, ' ') AS host
WHERE source_kind(regexp_replace(host, '/$', '')) IS DISTINCT FROM own_source.kind
      OR traffic_source_from_url(NULL, 'https://' || host)::text
         IS DISTINCT FROM traffic_source(coalesce(name, regexp_replace(host, '^www\.|/.*$', '', 'g')), medium)::text;
SELECT own_source.kind, word, source_kind(word) AS result
FROM own_source, regexp_split_to_table(words, '[,]') AS word
WHERE word <> '' AND source_kind(word) IS DISTINCT FROM own_source.kind;

-- Patterns of the kinds that are our own which none of these is for.
SELECT pattern AS "not tested" FROM known_source
WHERE (kind IN ('video', 'shopping', 'email', 'ignore') OR kind IS NULL)
      AND NOT EXISTS (SELECT FROM own_source
                      WHERE concat(' ', lower(hosts), ' ,', lower(words), ',')
                            ~ ('[ .,]' || replace(replace(replace(pattern, '.', '\.'), '*\.', '[^ .]+\.'), '{}', '[a-z.]{2,6}') || '[ ,/]'));

-- Every pattern against the same rule in SQL: the longest end of the host, as it stands or with {} for its country, of which there is a
-- pattern; that for hosts below it first; of paths the longest. The host is tried as it is, below it, beside it and elsewhere.
CREATE TABLE end_pattern AS
SELECT regexp_replace(pattern, '^\*\.|/.*$', '', 'g') AS host, pattern LIKE '*.%' AS below, substring(pattern FROM '/.*$') AS path, name, kind
FROM known_source WHERE strpos(pattern, '.') > 0;
CREATE INDEX ON end_pattern (host);
CREATE FUNCTION expected_name(host text, path text) RETURNS text LANGUAGE sql STABLE AS $$
SELECT end_pattern.name
FROM (SELECT string_to_array(regexp_replace($1, '^www\.', ''), '.')) AS split (labels),
     generate_series(1, cardinality(labels) - 1) AS first,
     LATERAL (SELECT array_to_string(labels[first:], '.')) AS host_end (literal),
     LATERAL (VALUES (literal, 2), (regexp_replace(literal, '\.[a-z]{2}$', '.{}'), 1), (regexp_replace(literal, '\.(com|co|org|net|edu|it)\.[a-z]{2}$', '.{}'), 0)) AS form (text, exactness)
     JOIN end_pattern ON end_pattern.host = form.text
WHERE NOT (below AND first = 1) AND (end_pattern.path IS NULL OR rtrim($2, '/') || '/' LIKE end_pattern.path || '/%')
ORDER BY first, below DESC, length(end_pattern.path) DESC NULLS LAST, exactness DESC
LIMIT 1
$$;
WITH probe AS (
    SELECT DISTINCT format(form, replace(end_pattern.host, '{}', country)) AS host, coalesce(path, '') || path_end AS path
    FROM end_pattern,
         unnest(ARRAY['%s', 'www.%s', 'a.%s', 'a.b.%s', 'evil-%s', '%s.evil.example']) AS form,
         unnest(CASE WHEN end_pattern.host LIKE '%{}' THEN ARRAY['de', 'co.uk', 'com.br', 'it.ao', 'cat', 'ac.uk', 'x.de'] ELSE ARRAY[''] END) AS country,
         unnest(CASE WHEN path IS NULL THEN ARRAY['/'] ELSE ARRAY['', '/', '/x', 'x'] END) AS path_end
)
SELECT count(*) > 5000 AS probes, count(*) FILTER (WHERE expected IS NOT NULL) > 3000 AS known,
       array_agg(host || path) FILTER (WHERE NOT (CASE WHEN source_kind(host || rtrim(path, '/')) = 'ignore' THEN result = 'direct'
                                                       ELSE result = coalesce(expected, regexp_replace(host, '^www\.', '')) END)) AS wrong
FROM probe, LATERAL (SELECT expected_name(host, path), source(traffic_source_from_url(NULL, 'https://' || host || path))) AS name (expected, result);

-- Everybody may read the lists; what isn't a source is no error.
SELECT has_table_privilege('pg_monitor', 'lead_roi.known_source', 'SELECT') AND has_table_privilege('pg_monitor', 'lead_roi.click_id', 'SELECT') AS readable,
       source_kind('') IS NULL AND source_kind('.') IS NULL AND source_kind('/') IS NULL AND source_kind('..com') IS NULL AND source_kind(repeat('a.', 50000)) IS NULL AS unknown,
       source_kind(NULL) IS NULL AS missing, source_kind(E' \uff27OOGLE\t') AS any_spelling;
