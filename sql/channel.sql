-- channel(): Google's default channel groups.
SET search_path = public, lead_roi;
SELECT channel(NULL), channel(NULL, NULL), channel(NULL, 'search');

-- The rules as Google has published them (support.google.com/analytics/answer/9756891), in its words and regular expressions, an absent part being an
-- empty text; "not case sensitive", which canonical values are anyway. AI Assistant, of which Google doesn't say where it stands, before what its
-- sources belong to, too.
CREATE TABLE google (position serial, channel text, kinds text[], source text, medium text, campaign text);
INSERT INTO google (channel, kinds, source, medium, campaign) VALUES
    ('Direct', NULL, '^direct$', '^$', NULL),
    ('Cross-network', NULL, NULL, NULL, '^(.*cross-network.*)$'),
    ('Paid Shopping', '{shopping}', NULL, '^(.*cp.*|ppc|retargeting|paid.*)$', NULL),
    ('Paid Shopping', NULL, NULL, '^(.*cp.*|ppc|retargeting|paid.*)$', '^(.*(([^a-df-z]|^)shop|shopping).*)$'),
    ('Paid Search', '{search}', NULL, '^(.*cp.*|ppc|retargeting|paid.*)$', NULL),
    ('Paid Social', '{social}', NULL, '^(.*cp.*|ppc|retargeting|paid.*)$', NULL),
    ('Paid Video', '{video}', NULL, '^(.*cp.*|ppc|retargeting|paid.*)$', NULL),
    ('Display', NULL, NULL, '^(display|banner|expandable|interstitial|cpm)$', NULL),
    ('Paid Other', NULL, NULL, '^(.*cp.*|ppc|retargeting|paid.*)$', NULL),
    ('AI Assistant', NULL, NULL, '^ai-assistant$', NULL),
    ('Organic Shopping', '{shopping}', NULL, NULL, NULL),
    ('Organic Shopping', NULL, NULL, NULL, '^(.*(([^a-df-z]|^)shop|shopping).*)$'),
    ('Organic Social', '{social}', NULL, NULL, NULL),
    ('Organic Social', NULL, NULL, '^(social|social-network|social-media|sm|social network|social media)$', NULL),
    ('Organic Video', '{video}', NULL, NULL, NULL),
    ('Organic Video', NULL, NULL, '^(.*video.*)$', NULL),
    ('Organic Search', '{search}', NULL, NULL, NULL),
    ('Organic Search', NULL, NULL, '^organic$', NULL),
    ('Referral', NULL, NULL, '^(referral|app|link)$', NULL),
    ('Email', NULL, '^(email|e-mail|e_mail|e mail)$', NULL, NULL),
    ('Email', NULL, NULL, '^(email|e-mail|e_mail|e mail)$', NULL),
    ('Affiliates', NULL, NULL, '^affiliate$', NULL),
    ('Audio', NULL, NULL, '^audio$', NULL),
    ('SMS', NULL, '^sms$', NULL, NULL),
    ('SMS', NULL, NULL, '^sms$', NULL),
    ('Mobile Push Notifications', NULL, NULL, 'push$', NULL),
    ('Mobile Push Notifications', NULL, NULL, 'mobile|notification', NULL),
    ('Mobile Push Notifications', NULL, '^firebase$', NULL, NULL),
    ('Unassigned', NULL, NULL, NULL, NULL);

-- Every combination of these: words of the rules, words that nearly are, and what breaks an expression that is read too simply.
CREATE TABLE sample AS
SELECT DISTINCT traffic_source(source, medium, campaign) AS value, kind
FROM unnest('{search,social,video,shopping,email,ai assistant,other}'::text[]) AS kind,
     unnest('{direct,email,e mail,xemail,sms,sms2,firebase,press,NULL}'::text[]) AS source,
     unnest('{NULL,cpc,CPC,cpcx,cpl,gcp,tcp,icpc,cp,c-p,ppc,ppcs,xppc,ppm,retargeting,remarketing,retargeting2,paid,paidless,paid social,unpaid,social-paid,recpaid,hcp-email,display,displays,banner,expandable,interstitial,intersitial,cpm,
               ai-assistant,ai-assistants,social,social-network,social-media,sm,social network,social media,socials,social|social-network,video,my-videos,vide,organic,organic search,referral,app,link,apps,email,e-mail,e_mail,e mail,html-email,
               affiliate,affiliates,audio,sms,webpush,push,pusher,mobile,site-mobile-banner,notification,notifications,(none)}'::text[]) AS medium,
     unnest('{NULL,cross-network,EU cross-network 2,cross network,shop,eshop,e-shop,pre-shop,the shop,1shop,coffeeshop,workshopping,shopify,workshop,webshop,barbershop,bishop,sho,shopworkshop,workshop shop,ёshop,zshop,ashop,eshops,_shop,shopshop}'::text[]) AS campaign;
SELECT count(*) > 50000 AS many, count(DISTINCT expected) AS channels,
       count(*) FILTER (WHERE channel(value, kind) <> expected) AS differ, min(format('%s (%s): %s, not %s', value, kind, channel(value, kind), expected)) FILTER (WHERE channel(value, kind) <> expected) AS example
FROM sample, LATERAL (
    SELECT google.channel AS expected FROM google
    WHERE (kinds IS NULL OR kind = ANY (kinds)) AND (google.source IS NULL OR coalesce(source(value), '') ~ google.source)
          AND (google.medium IS NULL OR coalesce(medium(value), '') ~ google.medium) AND (google.campaign IS NULL OR coalesce(campaign(value), '') ~ google.campaign)
    ORDER BY position LIMIT 1) AS rule;

-- The view tells the same rules: applied one after the other they give the same channels.
SELECT count(*) FILTER (WHERE channel(value, kind) <> coalesce(shown, 'Unassigned')) AS differ
FROM sample LEFT JOIN LATERAL (
    SELECT rule.channel AS shown FROM lead_roi.channel_rule AS rule
    WHERE (rule.source_kind IS NULL OR kind = rule.source_kind) AND (rule.source IS NULL OR coalesce(source(value), '') ~ rule.source)
          AND (rule.medium IS NULL OR coalesce(medium(value), '') ~ rule.medium) AND (rule.campaign IS NULL OR coalesce(campaign(value), '') ~ rule.campaign)
    ORDER BY position LIMIT 1) AS rule ON true;
SELECT "position", channel, source_kind, source, medium, campaign, as_published_on FROM lead_roi.channel_rule ORDER BY 1;

-- Of what kind a source is, comes from the list of known sources, or from who asks.
SELECT value, channel(value), source_kind(source(value)) AS kind
FROM unnest('{google / cpc,Bing / CPC,google / organic,google,facebook / paid,facebook / social,facebook,youtube / cpc,youtube,amazon / cpc,amazon / affiliate,linkedin / email,press / referral / spring-shopping,site / mobile-banner,
             crm / newsletter,weekly / html-email,agency / hcp-email,trade-site / cpm,trade-site / interstitial,adwords / cross-network,gmail / referral,chatgpt.com / ai-assistant,direct,direct / none,(direct) / (none),"",press / link / coffeeshop-tour}'::traffic_source[]) AS value;
SELECT channel('intranet / cpc', 'search'), channel('google / cpc', 'other'), channel('google / cpc', NULL), channel('google / cpc', 'no such kind');
