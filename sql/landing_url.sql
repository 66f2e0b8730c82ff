-- landing_url: what a lead arrived with, by the URL that it landed on and the one that it came from.
SET search_path = public, lead_roi;

-- A case: the URLs, and the parts that are right; NULL is absent.
CREATE TABLE url_case (n text, landing_url text, referrer text, source text, medium text, campaign text, content text, term text);
CREATE PROCEDURE add(n text, landing_url text, referrer text, source text DEFAULT NULL, medium text DEFAULT NULL, campaign text DEFAULT NULL, content text DEFAULT NULL, term text DEFAULT NULL)
LANGUAGE sql AS 'INSERT INTO url_case VALUES ($1, $2, $3, $4, $5, $6, $7, $8)';
CREATE FUNCTION wrong_cases(OUT n text, OUT landing_url text, OUT referrer text, OUT result text, OUT expected text) RETURNS SETOF record
LANGUAGE sql STABLE AS $$
SELECT n, left(landing_url, 60), referrer, traffic_source_from_url(landing_url, referrer)::text, traffic_source(source, medium, campaign, content, term)::text
FROM url_case
WHERE traffic_source_from_url(landing_url, referrer)::text IS DISTINCT FROM traffic_source(source, medium, campaign, content, term)::text
$$;

-- The cases of docs/sources.md, each of which some analytics tool got wrong. The right value is its users'.
CALL add('1', 'https://e.example/?utm_source=News&amp;utm_medium=email', NULL, 'news', 'email');
CALL add('2', 'https://e.example/?utm_source=News&amp;amp;utm_medium=email', NULL, 'news', 'email');
CALL add('3', 'https://e.example/?utm_source=a&utm_source=a', NULL, 'a');
CALL add('4', 'https://e.example/?utm_source=a&utm_source=b', NULL, 'a');
CALL add('5', 'https://e.example/?utm_source[]=a&utm_source[]=b', NULL, 'a');
CALL add('5', 'https://e.example/?utm_source%5B%5D=a&utm_source%5B%5D=b', NULL, 'a');
CALL add('6', 'https://e.example/?UTM_Source=foo&Utm_Medium=CPC', NULL, 'foo', 'cpc');
CALL add('7', 'https://e.example/?utm%5Fsource=x', NULL, 'x');
CALL add('8', 'https://e.example/?utm_campaign=sale%25-', NULL, NULL, NULL, 'sale%-');
CALL add('9', 'https://e.example/?utm_source=no%2520code', NULL, 'no%20code');
CALL add('10', 'https://e.example/?utm_campaign=p%C5%99edplatn%C3%A9+2023', NULL, NULL, NULL, E'p\u0159edplatn\u00e9 2023');
CALL add('11', 'https://e.example/?utm_campaign=%E9t%E9', NULL, NULL, NULL, '%e9t%e9');
CALL add('12', 'https://e.example/?utm_campaign=50%&utm_medium=x%4', NULL, NULL, 'x%4', '50%');
CALL add('13', 'https://e.example/?utm_campaign=e%CC%81te', NULL, NULL, NULL, E'\u00e9te');
CALL add('13', 'https://e.example/?utm_campaign=%C3%A9te', NULL, NULL, NULL, E'\u00e9te');
CALL add('14', 'https://e.example/?utm_source=%EF%BC%A7oogle', NULL, 'google');
CALL add('15', 'https://e.example/?utm_source=goo%E2%80%8Bgle', NULL, 'google');
CALL add('15', 'https://e.example/?utm_source=goo%C2%ADgle', NULL, 'google');
CALL add('16', 'https://e.example/?utm_source=%C2%A0google+%09', NULL, 'google');
CALL add('17', 'https://e.example/?utm_source=goo%00gle', NULL, 'google');
CALL add('18', 'https://e.example/#utm_source=facebook&utm_medium=sn', NULL, 'facebook', 'sn');
CALL add('19', 'https://e.example/#/signup?utm_medium=sample', NULL, NULL, 'sample');
CALL add('20', 'https://e.example/?utm_source=a#utm_source=b', NULL, 'a');
CALL add('21', 'https://e.example/?id=2?utm_source=li&utm_medium=social', NULL, 'li', 'social');
CALL add('22', 'e.example/p?utm_source=x', NULL, 'x');
CALL add('23', 'https://e.example/?u=https%3A%2F%2Fo.example%3Futm_source%3Dx', NULL, 'direct');
CALL add('24', 'https://e.example/?a=1;utm_source=x', NULL, 'direct');
CALL add('25', 'https://e.example/?utm_source=&utm_medium=cpc&gclid=Cj0', NULL, 'google', 'cpc');
CALL add('26', 'https://e.example/?utm_source=(not%20set)', NULL, 'direct');
CALL add('26', 'https://e.example/?utm_source=null', NULL, 'direct');
CALL add('26', 'https://e.example/?utm_source=undefined', NULL, 'direct');
CALL add('26', 'https://e.example/?utm_source=-', NULL, 'direct');
CALL add('27', 'https://e.example/?utm_campaign=__CAMPAIGN_NAME__', NULL, 'direct');
CALL add('27', 'https://e.example/?utm_campaign={keyword}', NULL, 'direct');
CALL add('27', 'https://e.example/?utm_campaign={{campaign.name}}', NULL, 'direct');
CALL add('28', 'https://e.example/?utm_source=linkedin&gclid=Cj0', NULL, 'linkedin');
CALL add('29', 'https://e.example/?fbclid=IwAR', NULL, 'facebook', 'social');
CALL add('30', 'https://e.example/?utm_source=chatgpt.com', NULL, 'chatgpt.com', 'ai-assistant');
CALL add('31', 'https://e.example/', 'android-app://com.google.android.googlequicksearchbox/', 'google', 'organic');
CALL add('32', 'https://e.example/', 'android-app://com.google.android.gm/', 'gmail', 'email');
CALL add('33', 'https://e.example/', 'https://mail.google.com/', 'gmail', 'email');
CALL add('33', 'https://e.example/', 'https://www.google.co.id/search', 'google', 'organic');
CALL add('34', 'https://e.example/', 'https://go.mail.ru/search?q=x', 'mail.ru', 'organic');
CALL add('34', 'https://e.example/', 'https://e.mail.ru/', 'mail.ru', 'email');
CALL add('35', 'https://e.example/', 'https://checkout.stripe.com/', 'direct');
CALL add('36', 'https://e.example/', 'https://e.example/x', 'direct');
CALL add('36', 'https://e.example/', 'https://www.e.example/', 'direct');
CALL add('36', 'https://www.e.example/', 'http://e.example:8080/', 'direct');
CALL add('36', 'https://e.example/', 'http://localhost:3000/', 'direct');
CALL add('37', 'https://e.example/', 'https://GOOGLE.com./', 'google', 'organic');
CALL add('37', 'https://e.example/', 'https://user:pw@google.com:443/', 'google', 'organic');
CALL add('38', 'https://e.example/', E'https://b\u00fccher.example/', 'xn--bcher-kva.example', 'referral');
CALL add('38', 'https://e.example/', 'https://xn--bcher-kva.example/', 'xn--bcher-kva.example', 'referral');
CALL add('39', 'https://e.example/', 'https://l.facebook.com/l.php?u=https%3A%2F%2Fe.example', 'facebook', 'social');
CALL add('39', 'https://e.example/', 'https://lm.facebook.com/', 'facebook', 'social');
CALL add('39', 'https://e.example/', 'https://m.facebook.com/', 'facebook', 'social');
CALL add('40', 'https://e.example/', 'https://evil-google.com/', 'evil-google.com', 'referral');
CALL add('40', 'https://e.example/', 'https://google.com.evil.example/', 'google.com.evil.example', 'referral');
SELECT count(DISTINCT n) AS cases, count(*) AS urls FROM url_case;
SELECT * FROM wrong_cases();

-- How links are written: separators, names of parameters, values.
TRUNCATE url_case;
CALL add('all parts', 'https://e.example/?utm_source=s&utm_medium=m&utm_campaign=c&utm_content=n&utm_term=t', NULL, 's', 'm', 'c', 'n', 't');
CALL add('no other parameter', 'https://e.example/?source=s&utm_sourcex=x&xutm_source=y&utm_id=7&utm_=z&utm_so=q', NULL, 'direct');
CALL add('HTML in upper case', 'https://e.example/?a=1&AMP;utm_source=s', NULL, 's');
CALL add('HTML three times', 'https://e.example/?a=1&amp;amp;amp;utm_source=s&amp;utm_medium=m', NULL, 's', 'm');
CALL add('array with a number', 'https://e.example/?utm_source[0]=a&utm_source%5b1%5d=b', NULL, 'a');
CALL add('blanks around a name', 'https://e.example/?a=1&%20utm_source+=s', NULL, 's');
CALL add('first with a meaning', 'https://e.example/?utm_source=null&utm_source=%20&utm_source=&utm_source={src}&utm_source=b&utm_source=c', NULL, 'b');
CALL add('no value', 'https://e.example/?utm_source&utm_medium=m&utm_campaign', NULL, NULL, 'm');
CALL add('empty pieces', 'https://e.example/?&&=&=x&utm_source=s&&', NULL, 's');
CALL add('"=" in a value', 'https://e.example/?utm_source=a=b', NULL, 'a=b');
CALL add('"?" in a value', 'https://e.example/?utm_campaign=what?&utm_source=s', NULL, 's', NULL, 'what?');
CALL add('"?" and a foreign parameter', 'https://e.example/?utm_campaign=a?b=c', NULL, NULL, NULL, 'a?b=c');
CALL add('three "?"', 'https://e.example/?a?b?utm_source=s', NULL, 's');
CALL add('plain URL in a value', 'https://e.example/?u=https://o.example/?utm_source=x', NULL, 'direct');
CALL add('query in a fragment', 'https://e.example/?x=1#!/a?b=1&utm_source=s&utm_medium=m', NULL, 's', 'm');
CALL add('fragment in a fragment', 'https://e.example/#utm_source=s#utm_medium=m', NULL, 's', 'm');
CALL add('query and fragment', 'https://e.example/?utm_source=s#utm_medium=m', NULL, 's', 'm');
CALL add('"?" in a fragment only', 'https://e.example/#top?utm_source=s', NULL, 's');
CALL add('query alone', '?utm_source=s', NULL, 's');
CALL add('blanks around', E' \t https://e.example/?utm_source=s \n', NULL, 's');
CALL add('codes in lower case', 'https://e.example/?utm_source=%c3%a9', NULL, E'\u00e9');
CALL add('plus that is one', 'https://e.example/?utm_source=a%2Bb', NULL, 'a+b');
CALL add('code of a separator', 'https://e.example/?utm_source=a%26utm_medium%3Db', NULL, 'a&utm_medium=b');
CALL add('codes that are cut', 'https://e.example/?utm_source=a%C3&utm_medium=%C3%&utm_campaign=%C3%A', NULL, 'a%c3', '%c3%', '%c3%a');
CALL add('codes of no characters', 'https://e.example/?utm_source=%ED%A0%80&utm_medium=%C0%AF&utm_campaign=%F4%90%80%80', NULL, '%ed%a0%80', '%c0%af', '%f4%90%80%80');
CALL add('codes of some characters', 'https://e.example/?utm_source=%FF%C3%A9%C3', NULL, E'%ff\u00e9%c3');
CALL add('character of four bytes', 'https://e.example/?utm_source=%F0%9F%8E%81', NULL, E'\U0001F381');
CALL add('"%u" is no code', 'https://e.example/?utm_source=%u00e9', NULL, '%u00e9');
CALL add('characters as they are', E'https://e.example/?utm_source=\u00e9%C3%A9', NULL, E'\u00e9\u00e9');
CALL add('zero byte alone', 'https://e.example/?utm_source=%00', NULL, 'direct');
CALL add('macro in codes', 'https://e.example/?utm_source=%7B%7Bsite%7D%7D&utm_term=%7Bkeyword%7D', NULL, 'direct');
CALL add('text around a macro', 'https://e.example/?utm_campaign=x_{keyword}', NULL, NULL, NULL, 'x_{keyword}');
SELECT * FROM wrong_cases();

-- Click ids: what each means alone. hsa_net has what it means in its value.
SELECT name, traffic_source_from_url('https://e.example/?' || name || '=1')::text AS result
FROM click_id
WHERE traffic_source_from_url('https://e.example/?a=1&' || upper(name) || '=1')::text
      IS DISTINCT FROM traffic_source(CASE WHEN name = 'hsa_net' THEN 'direct' ELSE source END, medium)::text;

-- ... and beside a source, a medium, a referrer, and each other.
TRUNCATE url_case;
CALL add('of the source', 'https://e.example/?utm_source=google&gclid=x', NULL, 'google', 'cpc');
CALL add('of the source in other words', 'https://e.example/?utm_source=AdWords&gclid=x', NULL, 'adwords', 'cpc');
CALL add('of the source as a host', 'https://e.example/?utm_source=www.google.com&gclid=x', NULL, 'www.google.com', 'cpc');
CALL add('of a source of the platform', 'https://e.example/?utm_source=youtube&gclid=x', NULL, 'youtube', 'cpc');
CALL add('of another source', 'https://e.example/?utm_source=newsletter&gclid=x', NULL, 'newsletter');
CALL add('of another source, with a medium', 'https://e.example/?utm_source=linkedin&utm_medium=social&gclid=x', NULL, 'linkedin', 'social');
CALL add('medium stays', 'https://e.example/?utm_source=google&utm_medium=organic&gclid=x', NULL, 'google', 'organic');
CALL add('no source', 'https://e.example/?utm_medium=display&utm_campaign=c&gclid=x', NULL, 'google', 'display', 'c');
CALL add('source is a word for nothing', 'https://e.example/?utm_source=(not+set)&utm_medium=(none)&gclid=x', NULL, 'google', 'cpc');
CALL add('empty', 'https://e.example/?gclid=', NULL, 'direct');
CALL add('a word for nothing', 'https://e.example/?gclid=null&msclkid={msclkid}', NULL, 'direct');
CALL add('empty, then not', 'https://e.example/?gclid=&gclid=x', NULL, 'google', 'cpc');
CALL add('in the fragment', 'https://e.example/#gclid=x', NULL, 'google', 'cpc');
CALL add('referrer of another site', 'https://e.example/?gclid=x', 'https://o.example/', 'google', 'cpc');
CALL add('two ids', 'https://e.example/?fbclid=x&gclid=x', NULL, 'google', 'cpc');
CALL add('two ids and a source', 'https://e.example/?gclid=x&fbclid=x&utm_source=facebook', NULL, 'facebook', 'social');
CALL add('copied id', 'https://e.example/?gad_source=1&utm_source=newsletter', NULL, 'newsletter');
CALL add('copied id, same source', 'https://e.example/?gad_source=1&utm_source=google', NULL, 'google');
CALL add('copied id, referrer', 'https://e.example/?gad_source=1', 'https://t.co/', 'twitter', 'social');
CALL add('copied id, its referrer', 'https://e.example/?gad_source=1', 'https://www.google.com/', 'google', 'cpc');
CALL add('Facebook, paid', 'https://e.example/?fbclid=x&utm_medium=paid-social', NULL, 'facebook', 'paid-social');
CALL add('Facebook, on Instagram', 'https://e.example/?fbclid=x', 'https://l.instagram.com/', 'instagram', 'social');
CALL add('Facebook, tagged ig', 'https://e.example/?fbclid=x&utm_source=ig', NULL, 'ig', 'social');
CALL add('Facebook, then elsewhere', 'https://e.example/?fbclid=x', 'https://www.google.com/', 'google', 'organic');
CALL add('Facebook, by mail', 'https://e.example/?fbclid=x', 'https://e.example/', 'facebook', 'social');
CALL add('Pinterest, referrer', 'https://e.example/?epik=x', 'https://www.pinterest.com/', 'pinterest', 'social');
CALL add('Yandex', 'https://e.example/?yclid=1', 'https://yandex.ru/', 'yandex', 'cpc');
CALL add('Yahoo! Japan', 'https://e.example/?yclid=1', 'https://search.yahoo.co.jp/', 'yahoo', 'cpc');
CALL add('Snapchat', 'https://e.example/?ScCid=x', NULL, 'snapchat', 'paid-social');
CALL add('Awin''s own source', 'https://e.example/?source=aw&awc=1', NULL, 'awin', 'affiliate');
CALL add('mail without a source', 'https://e.example/?mc_cid=x', NULL, NULL, 'email');
CALL add('mail read in a browser', 'https://e.example/?mc_cid=x', 'https://mail.google.com/', 'gmail', 'email');
CALL add('mail, other referrer', 'https://e.example/?mc_cid=x', 'https://o.example/', NULL, 'email');
CALL add('mail, tagged', 'https://e.example/?mc_cid=x&utm_source=weekly', NULL, 'weekly', 'email');
CALL add('mail, tagged for a search engine', 'https://e.example/?mc_cid=x&utm_source=google', NULL, 'google');
CALL add('HubSpot, Google', 'https://e.example/?hsa_acc=1&hsa_net=adwords', NULL, 'google', 'cpc');
CALL add('HubSpot, Facebook', 'https://e.example/?hsa_net=facebook', NULL, 'facebook', 'paid-social');
CALL add('HubSpot, tagged', 'https://e.example/?utm_source=fb&hsa_net=facebook', NULL, 'fb', 'paid-social');
CALL add('HubSpot, tagged otherwise', 'https://e.example/?utm_source=newsletter&hsa_net=facebook', NULL, 'newsletter');
CALL add('HubSpot, unknown', 'https://e.example/?hsa_net=zz', NULL, 'direct');
CALL add('AI assistant, with a medium', 'https://e.example/?utm_source=chatgpt.com&utm_medium=x', NULL, 'chatgpt.com', 'x');
CALL add('social network', 'https://e.example/?utm_source=facebook', 'https://www.facebook.com/', 'facebook');
SELECT * FROM wrong_cases();

-- Referrers: kinds of sites, and what is none.
TRUNCATE url_case;
CALL add('any site', 'https://e.example/', 'https://www.o.example/path?q=1#f', 'o.example', 'referral', NULL);
CALL add('upper case', 'https://e.example/', 'HTTPS://Blog.O.Example', 'blog.o.example', 'referral', NULL);
CALL add('no scheme', 'https://e.example/', 'o.example/path', 'o.example', 'referral', NULL);
CALL add('no scheme, port', 'https://e.example/', 'o.example:8080', 'o.example', 'referral', NULL);
CALL add('two slashes', 'https://e.example/', '//o.example/', 'o.example', 'referral', NULL);
CALL add('host of one label', 'https://e.example/', 'http://intranet/', 'intranet', 'referral', NULL);
CALL add('address', 'https://e.example/', 'http://192.0.2.7:81/', '192.0.2.7', 'referral', NULL);
CALL add('IPv6', 'https://e.example/', 'http://[2001:DB8::1]:81/', '[2001:db8::1]', 'referral', NULL);
CALL add('query without a path', 'https://e.example/', 'https://o.example?x=1', 'o.example', 'referral', NULL);
CALL add('backslash', 'https://e.example/', 'https://o.example\@google.com/', 'o.example', 'referral', NULL);
CALL add('percent codes', 'https://e.example/', 'https://b%C3%BCcher.example/', 'xn--bcher-kva.example', 'referral', NULL);
CALL add('IDN in upper case', 'https://e.example/', E'https://B\u00dcCHER.example/', 'xn--bcher-kva.example', 'referral', NULL);
CALL add('ideographic stop', 'https://e.example/', E'https://b\u00fccher\u3002example/', 'xn--bcher-kva.example', 'referral', NULL);
CALL add('video', 'https://e.example/', 'https://m.youtube.com/watch?v=1', 'youtube', 'referral', NULL);
CALL add('shopping', 'https://e.example/', 'https://www.amazon.co.uk/', 'amazon', 'referral', NULL);
CALL add('AI assistant', 'https://e.example/', 'https://chatgpt.com/', 'chatgpt.com', 'ai-assistant', NULL);
CALL add('AI assistant by path', 'https://e.example/', 'https://x.com/i/grok?conversation=1', 'grok', 'ai-assistant', NULL);
CALL add('social network by path', 'https://e.example/', 'https://x.com/i/groks', 'twitter', 'social', NULL);
CALL add('other app', 'https://e.example/', 'android-app://org.o.reader/https/e.example', 'org.o.reader', 'referral', NULL);
CALL add('login', 'https://e.example/', 'https://accounts.google.com/o/oauth2', 'direct', NULL, NULL);
CALL add('other service of an engine', 'https://e.example/', 'https://docs.google.com/', 'docs.google.com', 'referral', NULL);
CALL add('source beside it', 'https://e.example/?utm_source=s', 'https://www.google.com/', 's', NULL, NULL);
CALL add('medium beside it', 'https://e.example/?utm_medium=m', 'https://www.google.com/', 'google', 'm', NULL);
CALL add('campaign beside it', 'https://e.example/?utm_campaign=c', 'https://www.google.com/', 'google', 'organic', 'c');
CALL add('other host of the same site', 'https://shop.e.example/', 'https://blog.e.example/', 'blog.e.example', 'referral', NULL);
CALL add('landing URL without a scheme', 'e.example:80/x', 'https://e.example/', 'direct', NULL, NULL);
CALL add('no landing URL', NULL, 'https://www.google.com/', 'google', 'organic', NULL);
CALL add('empty', '', '', 'direct', NULL, NULL);
INSERT INTO url_case (n, landing_url, referrer, source)
SELECT 'none', 'https://e.example/', referrer, 'direct'
FROM unnest(ARRAY['-', '(direct)', 'null', 'direct', '$direct', 'about:blank', 'mailto:me@o.example', 'me@o.example', 'file:///C:/x.html',
                  'chrome-extension://abcdef/', 'javascript:x', 'https://', 'https:///', 'https://./', 'https://a b.example/', 'https://<b>/', 'http://127.0.0.1/', 'http://[::1]/',
                  'https://app.localhost/', 'https://' || repeat('a', 254), 'https://' || repeat('a.', 5000), E'https://' || repeat('\u00fc', 64) || '.example/']) AS referrer;
SELECT * FROM wrong_cases();

-- Encodings of hosts, compared with Python's: 'host'.encode('idna').
SELECT ascii, traffic_source_from_url(NULL, 'https://' || host)::text = traffic_source(ascii, 'referral')::text AS same
FROM (VALUES (E'm\u00fcnchen.example', 'xn--mnchen-3ya.example'), (E'\u4f8b\u3048.\u30c6\u30b9\u30c8', 'xn--r8jz45g.xn--zckzah'),
             (E'\u0440\u0444', 'xn--p1ai'), (E'\u30d1\u30d5\u30a3\u30fcde\u30eb\u30f3\u30d0', 'xn--de-jg4avhby1noc0d'), (E'a\u00e9b.\u05d0', 'xn--ab-bja.xn--4db')) AS host (host, ascii);

-- The user's own hosts, with those below them.
SELECT own, traffic_source_from_url('https://e.example/', 'https://shop.o.example/', own)::text = 'direct' AS own_host
FROM (VALUES ('{o.example}'::text[]), ('{www.O.example:443}'), ('{https://o.example/}'), ('{x.example,NULL,shop.o.example}'), ('{{x.example,o.example}}'),
             ('{.o.example}'), ('{le}'), ('{hop.o.example}'), ('{a.shop.o.example}'), ('{}'), ('{NULL,"",".","-"}'), (NULL)) AS list (own);

-- NULL only if there is neither URL.
SELECT traffic_source_from_url(NULL) IS NULL AS neither, traffic_source_from_url(NULL, NULL, '{o.example}') IS NULL AS hosts_alone,
       traffic_source_from_url('')::text AS empty, traffic_source_from_url(NULL, '')::text AS empty_referrer;

-- Long URLs are read to their end, and what is too long is cut between characters.
SELECT traffic_source_from_url('https://e.example/?x=' || repeat('a%C3%A9', 30000) || '&utm_source=s')::text AS behind_a_value,
       traffic_source_from_url('https://e.example/?' || repeat('&', 100000) || 'utm_source=s')::text AS behind_separators,
       traffic_source_from_url('https://e.example/?' || repeat('a?', 50000) || 'utm_source=s')::text AS behind_queries,
       traffic_source_from_url('https://e.example/?' || repeat('utm_source=null&', 6000) || 'utm_source=s')::text AS behind_nothings,
       octet_length(traffic_source_from_url('https://e.example/?utm_source=' || repeat('%C3%A9', 20000))::text) AS longest,
       octet_length(traffic_source_from_url('https://e.example/?utm_source=a' || repeat('%C3%A9', 20000))::text) AS longest_between_characters;
