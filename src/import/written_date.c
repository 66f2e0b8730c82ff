/*
 * written_date.c
 *		Dates as programs and people write them: 2024-01-05, 20240105, 05/01/2024, 5.1.24, Jan 5, 2024,
 *		5 janvier 2024, 2024-01-04T23:40:00.000Z, 1/1/2024, 12:00 AM, 45296.
 */
#include "postgres.h"

#include "import/dates.h"

/* What is read so far */
typedef struct DateReader
{
	const char *next;
	int			parts;
	int			values[3];
	int			digits[3];		/* 0: the name of a month */
	char		separator;		/* behind the first part */
} DateReader;

/* How the names of months begin, in lower case: English, German, French, Spanish, Italian, Portuguese, Dutch */
static const struct
{
	const char *beginning;
	int			month;
}			months[] = {
	{"jan", 1}, {"jän", 1}, {"ene", 1}, {"gen", 1},
	{"feb", 2}, {"fév", 2}, {"fev", 2},
	{"mar", 3}, {"mär", 3}, {"mrz", 3}, {"maa", 3}, {"mrt", 3},
	{"apr", 4}, {"avr", 4}, {"abr", 4},
	{"may", 5}, {"mai", 5}, {"mag", 5}, {"mei", 5},
	{"juin", 6}, {"jun", 6}, {"giu", 6},
	{"juil", 7}, {"jul", 7}, {"lug", 7},
	{"aug", 8}, {"aoû", 8}, {"aou", 8}, {"ago", 8},
	{"sep", 9}, {"set", 9},
	{"oct", 10}, {"okt", 10}, {"ott", 10}, {"out", 10},
	{"nov", 11},
	{"dec", 12}, {"déc", 12}, {"dez", 12}, {"dic", 12}
};

/*
 * Is the byte part of a word? All bytes of letters that aren't ASCII are.
 */
static inline bool
is_letter(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte & 0x80) != 0;
}

/*
 * Does the text go on with a word of ASCII, in any case? Passes over it.
 */
static bool
accept_word(DateReader *reader, const char *word)
{
	size_t		length = strlen(word);

	if (pg_strncasecmp(reader->next, word, length) != 0 || is_letter(reader->next[length]))
		return false;
	reader->next += length;
	return true;
}

/*
 * Pass over blanks, also those that don't break.
 */
static void
skip_blanks(DateReader *reader)
{
	for (;;)
	{
		if (*reader->next == ' ' || *reader->next == '\t')
			reader->next++;
		else if (strncmp(reader->next, "\xC2\xA0", 2) == 0)
			reader->next += 2;
		else if (strncmp(reader->next, "\xE2\x80\xAF", 3) == 0)
			reader->next += 3;
		else
			return;
	}
}

/*
 * Read a number; false if there is none, or it has more digits than a date can have.
 */
static bool
read_number(DateReader *reader, int *value, int *digits)
{
	*value = 0;
	for (*digits = 0; *reader->next >= '0' && *reader->next <= '9' && *digits < 9; (*digits)++)
		*value = *value * 10 + (*reader->next++ - '0');
	return *digits > 0 && *digits < 9;
}

/*
 * Read the name of a month; false if there is none.
 */
static bool
read_month(DateReader *reader, int *month)
{
	for (int i = 0; i < (int) lengthof(months); i++)
	{
		if (pg_strncasecmp(reader->next, months[i].beginning, strlen(months[i].beginning)) != 0)
			continue;
		while (is_letter(*reader->next))
			reader->next++;
		if (*reader->next == '.')
			reader->next++;
		*month = months[i].month;
		return true;
	}
	return false;
}

/*
 * Read up to three numbers or names, and what stands between them.
 */
static bool
read_parts(DateReader *reader)
{
	while (reader->parts < 3)
	{
		int			part = reader->parts;

		skip_blanks(reader);
		if (is_letter(*reader->next))
		{
			reader->digits[part] = 0;
			if (!read_month(reader, &reader->values[part]))
				return false;
		}
		else if (!read_number(reader, &reader->values[part], &reader->digits[part]))
			return false;
		reader->parts++;
		if (reader->digits[part] > 4 || reader->parts == 3)
			return true;
		if (part == 0)
			reader->separator = *reader->next;
		if (is_letter(*reader->next) && (accept_word(reader, "st") || accept_word(reader, "nd") || accept_word(reader, "rd") || accept_word(reader, "th")))
			skip_blanks(reader);
		if (*reader->next != '\0' && strchr("-/.,", *reader->next) != NULL)
			reader->next++;
		skip_blanks(reader);
		if (is_letter(*reader->next) && (accept_word(reader, "de") || accept_word(reader, "del")))
			skip_blanks(reader);
		if (*reader->next == '\0')
			return true;
	}
	return true;
}

/*
 * Years of two digits are of this century.
 */
static int
full_year(int value, int digits)
{
	return digits == 2 ? 2000 + value : value;
}

/*
 * The parts with the name of a month between, before or behind the others.
 */
static bool
place_named_month(const DateReader *reader, WrittenDate *date)
{
	int			named = reader->digits[0] == 0 ? 0 : reader->digits[1] == 0 ? 1 : 2;
	int			first = named == 0 ? 1 : 0;
	int			last = named == 2 ? 1 : 2;

	date->form = DATE_FIXED;
	date->numbers[1] = reader->values[named];
	if (reader->parts == 2)
	{
		date->numbers[0] = reader->values[first];
		date->numbers[2] = 1;
		return reader->digits[first] == 4;
	}
	if (reader->digits[first] == 0 || reader->digits[last] == 0)
		return false;
	if (reader->digits[first] == 4)
		last = first, first = named == 2 ? 1 : 2;
	date->numbers[0] = full_year(reader->values[last], reader->digits[last]);
	date->numbers[2] = reader->values[first];
	return reader->digits[first] <= 2;
}

/*
 * What the parts are, as far as it can be said of one value.
 */
static bool
place_parts(const DateReader *reader, WrittenDate *date)
{
	if (reader->digits[0] > 4)
	{
		date->form = reader->digits[0] == 8 ? DATE_FIXED : DATE_SERIAL;
		date->numbers[0] = reader->digits[0] == 8 ? reader->values[0] / 10000 : reader->values[0];
		date->numbers[1] = reader->values[0] / 100 % 100;
		date->numbers[2] = reader->values[0] % 100;
		return reader->digits[0] == 8 || reader->digits[0] == 5;
	}
	for (int i = 0; i < reader->parts; i++)
		if (reader->digits[i] == 0)
			return reader->parts >= 2 && place_named_month(reader, date);
	if (reader->digits[0] == 4 && reader->parts >= 2)
	{
		date->form = DATE_FIXED;
		memcpy(date->numbers, reader->values, sizeof(date->numbers));
		if (reader->parts == 2)
			date->numbers[2] = 1;
		return reader->digits[1] <= 2 && (reader->parts == 2 || reader->digits[2] <= 2);
	}
	date->form = DATE_NUMBERS;
	memcpy(date->numbers, reader->values, sizeof(date->numbers));
	date->numbers[2] = full_year(reader->values[2], reader->digits[2]);
	date->year_may_be_first = reader->digits[0] == 2 && reader->digits[2] == 2 && reader->separator == '-';
	return reader->parts == 3 && reader->digits[0] <= 2 && reader->digits[1] <= 2 && (reader->digits[2] == 2 || reader->digits[2] == 4);
}

/*
 * Read a time of day, if one follows: 23:40, 23:40:05.123, 12:00 AM.
 */
static bool
read_time(DateReader *reader, WrittenDate *date)
{
	int			units[3] = {0, 0, 0};
	int			digits;

	if (*reader->next == 'T' || *reader->next == ',')
		reader->next++;
	skip_blanks(reader);
	if (*reader->next < '0' || *reader->next > '9')
		return true;
	for (int unit = 0; unit < 3; unit++)
	{
		if (!read_number(reader, &units[unit], &digits) || digits > 2)
			return false;
		if (*reader->next != ':' || unit == 2)
			break;
		reader->next++;
	}
	if (*reader->next == '.')
		reader->next += 1 + strspn(reader->next + 1, "0123456789");
	skip_blanks(reader);
	if (accept_word(reader, "am"))
		units[0] = units[0] > 12 ? 24 : units[0] % 12;
	else if (accept_word(reader, "pm"))
		units[0] = units[0] > 12 ? 24 : units[0] % 12 + 12;
	date->has_time = true;
	date->seconds = units[0] * 3600 + units[1] * 60 + units[2];
	return units[0] < 24 && units[1] < 60 && units[2] <= 60;
}

/*
 * Read a time zone, if one follows: Z, UTC, +02:00, +0200.
 */
static bool
read_zone(DateReader *reader, WrittenDate *date)
{
	int			hours;
	int			minutes = 0;
	int			digits;
	int			sign;

	skip_blanks(reader);
	if (accept_word(reader, "z") || accept_word(reader, "utc") || accept_word(reader, "gmt"))
		date->has_zone = true;
	if (date->has_time && (*reader->next == '+' || *reader->next == '-'))
	{
		sign = *reader->next++ == '-' ? -1 : 1;
		if (!read_number(reader, &hours, &digits) || (digits != 2 && digits != 4))
			return false;
		if (digits == 4)
		{
			minutes = hours % 100;
			hours /= 100;
		}
		else if (*reader->next == ':')
		{
			reader->next++;
			if (!read_number(reader, &minutes, &digits) || digits != 2)
				return false;
		}
		if (hours > 15 || minutes > 59)
			return false;
		date->has_zone = true;
		date->zone = sign * (hours * 3600 + minutes * 60);
	}
	skip_blanks(reader);
	return *reader->next == '\0';
}

/*
 * The commonest form at once: 2024-01-31, at the end or before a time.
 */
static bool
take_iso_date_apart(const char *text, WrittenDate *date)
{
	for (int i = 0; i < 10; i++)
	{
		if (i == 4 || i == 7 ? text[i] != '-' : text[i] < '0' || text[i] > '9')
			return false;
	}
	date->numbers[0] = (text[0] - '0') * 1000 + (text[1] - '0') * 100 + (text[2] - '0') * 10 + (text[3] - '0');
	date->numbers[1] = (text[5] - '0') * 10 + (text[6] - '0');
	date->numbers[2] = (text[8] - '0') * 10 + (text[9] - '0');
	return text[10] == '\0' || text[10] == ' ' || text[10] == 'T';
}

/*
 * Take a date apart; false if it is none.
 */
bool
lead_roi_take_date_apart(const char *text, WrittenDate *date)
{
	DateReader	reader = {.next = text};

	memset(date, 0, sizeof(*date));
	if (take_iso_date_apart(text, date))
	{
		reader.next = text + 10;
		return *reader.next == '\0' || (read_time(&reader, date) && read_zone(&reader, date));
	}
	if (!read_parts(&reader) || !place_parts(&reader, date))
		return false;
	if (date->form == DATE_SERIAL && *reader.next == '.')
		reader.next += 1 + strspn(reader.next + 1, "0123456789");
	return read_time(&reader, date) && read_zone(&reader, date);
}
