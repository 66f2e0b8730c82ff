/*
 * own_sources.h
 *		Sources that known_hosts.h lacks or sees differently; these count first.
 *
 * A pattern without a dot is how people spell the source of a link they tag. One that begins with "*."
 * stands for the hosts below another, but not for that one. KIND_UNKNOWN takes a host or a word out of
 * what it would belong to otherwise: it is then a host or word like any other.
 */
#ifndef LEAD_ROI_OWN_SOURCES_H
#define LEAD_ROI_OWN_SOURCES_H

#include "source/known_source.h"

static const KnownSource own_sources[] = {
	/* At these one can search, but what lies below them are other services. */
	{"*.baidu.com", NULL, KIND_UNKNOWN},
	{"*.google.com", NULL, KIND_UNKNOWN},
	{"*.google.{}", NULL, KIND_UNKNOWN},
	{"mail.ru", "mail.ru", KIND_SEARCH},
	{"*.mail.ru", NULL, KIND_UNKNOWN},
	{"*.yandex.com", NULL, KIND_UNKNOWN},
	{"*.yandex.{}", NULL, KIND_UNKNOWN},
	{"com.duckduckgo.mobile.android", "duckduckgo", KIND_SEARCH},
	{"lens.google.com", "google", KIND_SEARCH},

	/* Social networks and messengers */
	{"com.facebook.katana", "facebook", KIND_SOCIAL},
	{"com.instagram.android", "instagram", KIND_SOCIAL},
	{"com.linkedin.android", "linkedin", KIND_SOCIAL},
	{"com.pinterest", "pinterest", KIND_SOCIAL},
	{"com.twitter.android", "twitter", KIND_SOCIAL},
	{"com.whatsapp", "whatsapp", KIND_SOCIAL},
	{"com.zhiliaoapp.musically", "tiktok", KIND_SOCIAL},
	{"digg.com", "digg", KIND_SOCIAL},
	{"fb.com", "facebook", KIND_SOCIAL},
	{"line.me", "line", KIND_SOCIAL},
	{"m.me", "messenger", KIND_SOCIAL},
	{"messenger.com", "messenger", KIND_SOCIAL},
	{"nextdoor.com", "nextdoor", KIND_SOCIAL},
	{"ok.ru", "odnoklassniki", KIND_SOCIAL},
	{"pin.it", "pinterest", KIND_SOCIAL},
	{"quora.com", "quora", KIND_SOCIAL},
	{"redd.it", "reddit", KIND_SOCIAL},
	{"t.me", "telegram", KIND_SOCIAL},
	{"wa.me", "whatsapp", KIND_SOCIAL},
	{"whatsapp.com", "whatsapp", KIND_SOCIAL},

	/* AI assistants */
	{"claude.com", "claude", KIND_AI_ASSISTANT},
	{"com.openai.chatgpt", "chatgpt.com", KIND_AI_ASSISTANT},
	{"copilot.com", "copilot", KIND_AI_ASSISTANT},

	/* Video */
	{"com.google.android.youtube", "youtube", KIND_VIDEO},
	{"dai.ly", "dailymotion", KIND_VIDEO},
	{"dailymotion.com", "dailymotion", KIND_VIDEO},
	{"rumble.com", "rumble", KIND_VIDEO},
	{"twitch.tv", "twitch", KIND_VIDEO},
	{"tv.twitch.android.app", "twitch", KIND_VIDEO},
	{"vimeo.com", "vimeo", KIND_VIDEO},
	{"youtu.be", "youtube", KIND_VIDEO},
	{"youtube-nocookie.com", "youtube", KIND_VIDEO},
	{"youtube.com", "youtube", KIND_VIDEO},

	/* Shopping */
	{"alibaba.com", "alibaba", KIND_SHOPPING},
	{"aliexpress.com", "aliexpress", KIND_SHOPPING},
	{"aliexpress.ru", "aliexpress", KIND_SHOPPING},
	{"allegro.pl", "allegro", KIND_SHOPPING},
	{"amazon.com", "amazon", KIND_SHOPPING},
	{"amazon.{}", "amazon", KIND_SHOPPING},
	{"aws.amazon.com", NULL, KIND_UNKNOWN},
	{"bol.com", "bol.com", KIND_SHOPPING},
	{"com.amazon.mshop.android.shopping", "amazon", KIND_SHOPPING},
	{"ebay.com", "ebay", KIND_SHOPPING},
	{"ebay.{}", "ebay", KIND_SHOPPING},
	{"etsy.com", "etsy", KIND_SHOPPING},
	{"flipkart.com", "flipkart", KIND_SHOPPING},
	{"idealo.{}", "idealo", KIND_SHOPPING},
	{"market.yandex.{}", "yandex market", KIND_SHOPPING},
	{"mercadolibre.com", "mercadolibre", KIND_SHOPPING},
	{"mercadolibre.{}", "mercadolibre", KIND_SHOPPING},
	{"mercadolivre.{}", "mercadolibre", KIND_SHOPPING},
	{"ozon.ru", "ozon", KIND_SHOPPING},
	{"rakuten.co.jp", "rakuten ichiba", KIND_SHOPPING},
	{"shopping.google.com", "google shopping", KIND_SHOPPING},
	{"taobao.com", "taobao", KIND_SHOPPING},
	{"temu.com", "temu", KIND_SHOPPING},
	{"walmart.com", "walmart", KIND_SHOPPING},

	/* Mail in a browser or an app */
	{"app.fastmail.com", "fastmail", KIND_EMAIL},
	{"com.google.android.gm", "gmail", KIND_EMAIL},
	{"com.microsoft.office.outlook", "outlook", KIND_EMAIL},
	{"com.yahoo.mobile.client.android.mail", "yahoo mail", KIND_EMAIL},
	{"e.mail.ru", "mail.ru", KIND_EMAIL},
	{"icloud.com/mail", "icloud mail", KIND_EMAIL},
	{"mail.aol.com", "aol mail", KIND_EMAIL},
	{"mail.google.com", "gmail", KIND_EMAIL},
	{"mail.live.com", "outlook", KIND_EMAIL},
	{"mail.proton.me", "proton mail", KIND_EMAIL},
	{"mail.qq.com", "qq mail", KIND_EMAIL},
	{"mail.yahoo.co.jp", "yahoo mail", KIND_EMAIL},
	{"mail.yahoo.com", "yahoo mail", KIND_EMAIL},
	{"mail.yandex.com", "yandex mail", KIND_EMAIL},
	{"mail.yandex.{}", "yandex mail", KIND_EMAIL},
	{"mail.zoho.com", "zoho mail", KIND_EMAIL},
	{"outlook.live.com", "outlook", KIND_EMAIL},
	{"outlook.office.com", "outlook", KIND_EMAIL},
	{"outlook.office365.com", "outlook", KIND_EMAIL},

	/* Ignored: people come back from paying and from logging in, to where they were before. */
	{"3ds.stripe.com", "stripe", KIND_IGNORED},
	{"accounts.google.com", "google login", KIND_IGNORED},
	{"appleid.apple.com", "apple login", KIND_IGNORED},
	{"billing.stripe.com", "stripe", KIND_IGNORED},
	{"buy.stripe.com", "stripe", KIND_IGNORED},
	{"checkout.paddle.com", "paddle", KIND_IGNORED},
	{"checkout.shopify.com", "shopify checkout", KIND_IGNORED},
	{"checkout.stripe.com", "stripe", KIND_IGNORED},
	{"checkoutshopper-live.adyen.com", "adyen", KIND_IGNORED},
	{"hooks.stripe.com", "stripe", KIND_IGNORED},
	{"invoice.stripe.com", "stripe", KIND_IGNORED},
	{"login.live.com", "microsoft login", KIND_IGNORED},
	{"login.microsoftonline.com", "microsoft login", KIND_IGNORED},
	{"mollie.com/checkout", "mollie", KIND_IGNORED},
	{"pay.amazon.com", "amazon pay", KIND_IGNORED},
	{"pay.google.com", "google pay", KIND_IGNORED},
	{"pay.klarna.com", "klarna", KIND_IGNORED},
	{"payments.amazon.{}", "amazon pay", KIND_IGNORED},
	{"payments.amazon.com", "amazon pay", KIND_IGNORED},
	{"paypal.com", "paypal", KIND_IGNORED},

	/* How the source of a link is spelt */
	{"adwords", "google", KIND_SEARCH},
	{"bing ads", "bing", KIND_SEARCH},
	{"bingads", "bing", KIND_SEARCH},
	{"chatgpt", "chatgpt.com", KIND_AI_ASSISTANT},
	{"fb", "facebook", KIND_SOCIAL},
	{"google ads", "google", KIND_SEARCH},
	{"google-ads", "google", KIND_SEARCH},
	{"googleads", "google", KIND_SEARCH},
	{"ig", "instagram", KIND_SOCIAL},
	{"insta", "instagram", KIND_SOCIAL},
	{"meta", "facebook", KIND_SOCIAL},
	{"microsoft ads", "bing", KIND_SEARCH},
	{"x", "twitter", KIND_SOCIAL},
	{"yt", "youtube", KIND_VIDEO},

	/* Words that name a source of known_hosts.h, and in links mostly something else */
	{"atlas", NULL, KIND_UNKNOWN},
	{"crawler", NULL, KIND_UNKNOWN},
	{"eo", NULL, KIND_UNKNOWN},
	{"free", NULL, KIND_UNKNOWN},
	{"frontier", NULL, KIND_UNKNOWN},
	{"goo", NULL, KIND_UNKNOWN},
	{"holmes", NULL, KIND_UNKNOWN},
	{"inbox", NULL, KIND_UNKNOWN},
	{"karma", NULL, KIND_UNKNOWN},
	{"multiply", NULL, KIND_UNKNOWN},
	{"orange", NULL, KIND_UNKNOWN},
	{"tagged", NULL, KIND_UNKNOWN},
	{"witch", NULL, KIND_UNKNOWN},
	{"you", NULL, KIND_UNKNOWN},
};

#endif							/* LEAD_ROI_OWN_SOURCES_H */
