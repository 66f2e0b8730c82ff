/*
 * numbers.c
 *		Numbers as programs write them for people: 1,204.50 and 1.204,50, 1 204,50, $1,250.00, ($40.00), 12.00 %.
 *
 * Every value votes. With both separators the last one is the decimal one; one that comes twice groups; one
 * that stands alone is the decimal one unless three digits follow it and one to three come before: 1,234 doesn't
 * say. Nothing is taken for granted from the first value, or from most of them.
 */
#include "postgres.h"

#include "fmgr.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"

#include "import/judgement.h"
#include "money/currency.h"

/* A number as it is written, without what stands around it */
typedef struct WrittenNumber
{
	char		text[MAX_VALUE_BYTES + 1];	/* digits and separators */
	bool		negative;
	int			count[DECIMAL_SEPARATORS];	/* of points and commas */
	const char *last;			/* the last separator, in text */
	char		currency[4];	/* by a code, or a sign: "$" is that of many; empty: none */
} WrittenNumber;

/* How many digits before and behind the decimal separator an amount can have */
#define MAX_INTEGER_DIGITS 24
#define MAX_DECIMALS 20

/* What may stand between digits or around a number: blanks of all kinds, what some put between thousands, and signs
 * of currencies; the last of which don't say which one it is */
static const struct
{
	const char *text;
	const char *currency;
}			passed_over[] = {
	{" ", ""}, {"\t", ""}, {"'", ""}, {"\xC2\xA0", ""}, {"\xE2\x80\x87", ""}, {"\xE2\x80\x89", ""}, {"\xE2\x80\xAF", ""}, {"\xE2\x80\x99", ""},
	{"\xE2\x82\xAC", "EUR"}, {"\xC2\xA3", "GBP"}, {"\xE2\x82\xB9", "INR"}, {"\xE2\x82\xBD", "RUB"}, {"\xE2\x82\xBA", "TRY"}, {"\xE2\x82\xA9", "KRW"},
	{"z\xC5\x82", "PLN"}, {"US$", "USD"}, {"R$", "BRL"}, {"A$", "AUD"}, {"C$", "CAD"}, {"$", "$"}, {"\xC2\xA5", ""}, {"kr", ""}
};

static const char separators[DECIMAL_SEPARATORS] = {'.', ','};

/*
 * Does a value say that there is none? A dash of any length, or nothing.
 */
bool
lead_roi_stands_for_nothing(const char *text)
{
	if (*text > '-' && (*text & 0x80) == 0)
		return false;
	for (; *text != '\0'; text++)
	{
		if (strncmp(text, "\xE2\x80\x93", 3) == 0 || strncmp(text, "\xE2\x80\x94", 3) == 0)
			text += 2;
		else if (strncmp(text, "\xC2\xA0", 2) == 0)
			text++;
		else if (strchr(" -\t\n", *text) == NULL)
			return false;
	}
	return true;
}

/*
 * How many bytes here are none of the number itself: a blank, a sign or code of a currency, which is noted.
 */
static int
bytes_to_pass(const char *at, char currency[4])
{
	char		code[4];

	for (int i = 0; i < (int) lengthof(passed_over); i++)
	{
		if (strncmp(at, passed_over[i].text, strlen(passed_over[i].text)) != 0)
			continue;
		if (passed_over[i].currency[0] != '\0')
			strlcpy(currency, passed_over[i].currency, 4);
		return (int) strlen(passed_over[i].text);
	}
	if (GetDatabaseEncoding() != PG_UTF8 && (*at == '\xA0' || *at == '\xA3' || *at == '\x80' || *at == '\xA4'))
		return 1;
	if (*at < 'A' || *at > 'Z')
		return 0;
	strlcpy(code, at, sizeof(code));
	if (lead_roi_decimals_of_currency(code) < 0)
		return 0;
	strlcpy(currency, code, 4);
	return 3;
}

/*
 * Take a value apart; false if it is no number.
 */
static bool
take_apart(const char *text, WrittenNumber *number)
{
	char	   *to = number->text;
	bool		open = false;
	int			digits = 0;

	memset(number, 0, sizeof(*number));
	if (strlen(text) > MAX_VALUE_BYTES)
		return false;
	while (*text != '\0')
	{
		int			passed;

		if ((*text >= '0' && *text <= '9') || *text == '.' || *text == ',')
		{
			if (*text == '.' || *text == ',')
			{
				number->count[*text == ',']++;
				number->last = to;
			}
			else
				digits++;
			*to++ = *text++;
		}
		else if (*text == '-' && !number->negative && (digits == 0 || text[1 + strspn(text + 1, " ")] == '\0'))
		{
			number->negative = true;
			text++;
		}
		else if (*text == '+' && digits == 0)
			text++;
		else if (strncmp(text, "\xE2\x88\x92", 3) == 0 && digits == 0 && !number->negative)
		{
			number->negative = true;	/* the minus sign of typesetters */
			text += 3;
		}
		else if (*text == '(' && !open && digits == 0)
		{
			open = number->negative = true;
			text++;
		}
		else if (*text == ')' && open && text[1 + strspn(text + 1, " ")] == '\0')
		{
			open = false;
			text++;
		}
		else if ((passed = bytes_to_pass(text, number->currency)) > 0)
			text += passed;
		else
			return false;
	}
	*to = '\0';
	return digits > 0 && !open;
}

/*
 * The digits between two places are groups of thousands (or of hundreds, above the lowest): 1,234,567 or
 * 12,34,567.
 */
static bool
is_grouped(const char *start, const char *end, char separator)
{
	int			since = 0;

	for (const char *at = end - 1; at >= start; at--)
	{
		if (*at != separator)
			since++;
		else if (since < (memchr(at + 1, separator, end - at - 1) == NULL ? 3 : 2) || since > 3)
			return false;
		else
			since = 0;
	}
	return since > 0 && since <= 3;
}

/*
 * Can a number be read if this is its decimal separator?
 */
static bool
is_readable(const WrittenNumber *number, DecimalSeparator decimal)
{
	char		grouping = separators[1 - decimal];
	const char *point = strchr(number->text, separators[decimal]);
	const char *end = point == NULL ? number->text + strlen(number->text) : point;

	if (number->count[decimal] > 1 || (point != NULL && strchr(point, grouping) != NULL))
		return false;
	if (memchr(number->text, grouping, end - number->text) == NULL)
		return true;
	return number->text[0] != '0' && is_grouped(number->text, end, grouping);
}

/*
 * Keep a value as a witness, if there is none yet.
 */
static void
testify(Witness *witness, const char *text, int64 line)
{
	if (witness->line != 0)
		return;
	witness->line = line;
	strlcpy(witness->text, text, sizeof(witness->text));
}

/*
 * Take the vote of a value.
 */
void
lead_roi_look_at_number(NumberColumn *column, const char *text, int64 line)
{
	WrittenNumber number;
	bool		with_point;
	bool		with_comma;

	if (text[strspn(text, "0123456789")] == '\0' || !take_apart(text, &number) || number.last == NULL)
		return;
	with_point = is_readable(&number, DECIMAL_POINT);
	with_comma = is_readable(&number, DECIMAL_COMMA);
	if (with_point && with_comma)
		testify(&column->undecided, text, line);
	else if (with_point)
		testify(&column->vote[DECIMAL_POINT], text, line);
	else if (with_comma)
		testify(&column->vote[DECIMAL_COMMA], text, line);
}

/*
 * Decide which separator a column has: by its own votes, else by those of the other columns.
 */
ColumnJudgement
lead_roi_judge_numbers(NumberColumn *column, const NumberColumn *others, int count)
{
	bool		votes[DECIMAL_SEPARATORS] = {column->vote[DECIMAL_POINT].line != 0, column->vote[DECIMAL_COMMA].line != 0};

	if (votes[DECIMAL_POINT] && votes[DECIMAL_COMMA])
		return JUDGED_CONTRADICTORY;
	for (int i = 0; i < count && column->vote[DECIMAL_POINT].line == 0 && column->vote[DECIMAL_COMMA].line == 0; i++)
	{
		votes[DECIMAL_POINT] |= others[i].vote[DECIMAL_POINT].line != 0;
		votes[DECIMAL_COMMA] |= others[i].vote[DECIMAL_COMMA].line != 0;
	}
	column->decimal = votes[DECIMAL_COMMA] ? DECIMAL_COMMA : DECIMAL_POINT;
	if (column->undecided.line != 0 && votes[DECIMAL_POINT] == votes[DECIMAL_COMMA])
		return JUDGED_AMBIGUOUS;
	return JUDGED;
}

/*
 * Has a number more digits than an amount can have?
 */
static bool
is_too_long(const char *plain)
{
	size_t		digits = strspn(plain, "-0123456789");

	return digits > MAX_INTEGER_DIGITS || (plain[digits] == '.' && strlen(plain + digits + 1) > MAX_DECIMALS);
}

/*
 * Read a value, and divide it by a power of 10: amounts in millionths are shifted by 6. The currency is empty if
 * the value names none.
 */
ValueState
lead_roi_read_number(const NumberColumn *column, const char *text, int shift, Numeric *result, char currency[4])
{
	WrittenNumber number;
	char		plain[MAX_VALUE_BYTES + 16];
	char	   *to = plain;

	if (lead_roi_stands_for_nothing(text))
		return VALUE_ABSENT;
	if (!take_apart(text, &number) || !is_readable(&number, column->decimal))
		return VALUE_WRONG;
	if (number.negative)
		*to++ = '-';
	for (const char *from = number.text; *from != '\0'; from++)
	{
		if (*from == separators[column->decimal])
			*to++ = '.';
		else if (*from != separators[1 - column->decimal])
			*to++ = *from;
	}
	*to = '\0';
	if (is_too_long(plain))
		return VALUE_WRONG;
	memcpy(currency, number.currency, sizeof(number.currency));
	if (shift != 0)
		snprintf(to, sizeof(plain) - (to - plain), "e-%d", shift);
	*result = DatumGetNumeric(DirectFunctionCall3(numeric_in, CStringGetDatum(plain), ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
	return VALUE_READ;
}
