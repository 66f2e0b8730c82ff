/*
 * punycode.c
 *		Hosts in the form of the domain name system: the encoder of RFC 3492.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"

#include "source/punycode.h"

/* Parameters of Punycode (RFC 3492, section 5) */
#define BASE 36
#define T_MIN 1
#define T_MAX 26
#define SKEW 38
#define DAMP 700
#define INITIAL_BIAS 72
#define INITIAL_N 128

/* The longest label of the domain name system, in characters of ASCII */
#define MAX_LABEL 63

/* U+3002, a full stop that separates labels as "." does */
#define IDEOGRAPHIC_STOP 0x3002

/*
 * The bias for the next number (RFC 3492, section 6.1).
 */
static int
adapt(int delta, int points, bool first)
{
	int			k = 0;

	delta = first ? delta / DAMP : delta / 2;
	delta += delta / points;
	for (; delta > (BASE - T_MIN) * T_MAX / 2; k += BASE)
		delta /= BASE - T_MIN;
	return k + (BASE - T_MIN + 1) * delta / (delta + SKEW);
}

/*
 * Append a number as digits of varying weight (RFC 3492, section 6.3).
 */
static void
append_number(StringInfo result, int number, int bias)
{
	static const char digits[] = "abcdefghijklmnopqrstuvwxyz0123456789";

	for (int k = BASE;; k += BASE)
	{
		int			t = k <= bias ? T_MIN : k >= bias + T_MAX ? T_MAX : k - bias;

		if (number < t)
			break;
		appendStringInfoChar(result, digits[t + (number - t) % (BASE - t)]);
		number = (number - t) / (BASE - t);
	}
	appendStringInfoChar(result, digits[number]);
}

/*
 * The least code point that isn't less than n.
 */
static uint32
next_point(const uint32 *points, int count, uint32 n)
{
	uint32		least = PG_UINT32_MAX;

	for (int i = 0; i < count; i++)
		if (points[i] >= n && points[i] < least)
			least = points[i];
	return least;
}

/*
 * Append a label that isn't ASCII. A label is at most 63 code points long, so no number overflows:
 * 0x10FFFF * 64 fits into 31 bits.
 */
static void
append_encoded(StringInfo result, const uint32 *points, int count)
{
	uint32		n = INITIAL_N;
	int			delta = 0;
	int			bias = INITIAL_BIAS;
	int			basic = 0;
	int			handled;

	appendStringInfoString(result, "xn--");
	for (int i = 0; i < count; i++)
		if (points[i] < INITIAL_N)
		{
			appendStringInfoChar(result, (char) points[i]);
			basic++;
		}
	if (basic > 0)
		appendStringInfoChar(result, '-');

	for (handled = basic; handled < count; n++, delta++)
	{
		uint32		next = next_point(points, count, n);

		delta += (int) (next - n) * (handled + 1);
		n = next;
		for (int i = 0; i < count; i++)
		{
			if (points[i] < n)
				delta++;
			if (points[i] != n)
				continue;
			append_number(result, delta, bias);
			bias = adapt(delta, handled + 1, handled == basic);
			delta = 0;
			handled++;
		}
	}
}

/*
 * Append a label; false if there can be no such label.
 */
static bool
append_label(StringInfo result, const uint32 *points, int count)
{
	bool		ascii = true;
	int			before = result->len;

	for (int i = 0; i < count; i++)
		ascii &= points[i] < INITIAL_N;
	if (!ascii)
		append_encoded(result, points, count);
	else
		for (int i = 0; i < count; i++)
			appendStringInfoChar(result, (char) points[i]);
	return result->len - before <= MAX_LABEL;
}

/*
 * Append a host, label by label; false if a label is too long.
 */
bool
lead_roi_append_ascii_host(StringInfo result, const char *host, int length)
{
	uint32		points[MAX_LABEL];
	int			count = 0;

	for (int i = 0; i < length; i += pg_utf_mblen((const unsigned char *) host + i))
	{
		uint32		point = utf8_to_unicode((const unsigned char *) host + i);

		if (point == '.' || point == IDEOGRAPHIC_STOP)
		{
			if (!append_label(result, points, count))
				return false;
			appendStringInfoChar(result, '.');
			count = 0;
		}
		else if (count == MAX_LABEL)
			return false;
		else
			points[count++] = point;
	}
	return append_label(result, points, count);
}
