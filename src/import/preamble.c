/*
 * preamble.c
 *		The lines above a header: "January 1, 2024 - January 31, 2024", "# Start date: 20240101",
 *		"Report Time: 1/1/2024,1/31/2024", "Rows: 5".
 */
#include "postgres.h"

#include "import/judgement.h"
#include "import/preamble.h"

/* Longest line that is looked at */
#define MAX_LINE_BYTES 400

/* The two ends of a period, as they are written */
typedef struct WrittenPeriod
{
	char		from[MAX_LINE_BYTES + 1];
	char		through[MAX_LINE_BYTES + 1];
} WrittenPeriod;

/*
 * A line without quotes, "#" at its beginning, and delimiters and blanks at its ends.
 */
static void
clean_line(const char *from, int length, char *line)
{
	char	   *to = line;

	for (int i = 0; i < Min(length, MAX_LINE_BYTES); i++)
	{
		if (from[i] != '"' && (to > line || strchr("# \t", from[i]) == NULL))
			*to++ = from[i];
	}
	while (to > line && strchr(" ,;\t|", to[-1]) != NULL)
		to--;
	*to = '\0';
}

/*
 * What follows a beginning, in any case; NULL if the line begins with something else.
 */
static const char *
after(const char *line, const char *beginning)
{
	size_t		length = strlen(beginning);

	if (pg_strncasecmp(line, beginning, length) != 0)
		return NULL;
	return line + length + strspn(line + length, " ");
}

/*
 * Read both ends of a period, in the one order in which both are dates; false if there is none.
 */
static bool
read_period(const char *from, const char *through, Preamble *preamble)
{
	DateColumn	column = {0};
	DateADT		dates[2];
	Timestamp	moment;

	lead_roi_look_at_date(&column, from, 1);
	lead_roi_look_at_date(&column, through, 1);
	if (lead_roi_judge_dates(&column, DATEVAL_NOBEGIN, DATEVAL_NOEND) != JUDGED || column.is_serial ||
		lead_roi_read_date(&column, from, false, NULL, &dates[0], &moment) != VALUE_READ ||
		lead_roi_read_date(&column, through, false, NULL, &dates[1], &moment) != VALUE_READ || dates[0] > dates[1])
		return false;
	preamble->from = dates[0];
	preamble->through = dates[1];
	return true;
}

/*
 * A line that is a period: two dates with something between.
 */
static bool
split_period(char *line, const char *separator, Preamble *preamble)
{
	char	   *middle = strstr(line, separator);
	bool		is_period;

	if (middle == NULL)
		return false;
	*middle = '\0';
	is_period = read_period(line, middle + strlen(separator) + strspn(middle + strlen(separator), " "), preamble);
	*middle = separator[0];
	return is_period;
}

/*
 * Take what one line says.
 */
static void
read_line(char *line, WrittenPeriod *written, Preamble *preamble)
{
	const char *rest;
	char	   *end;

	if ((rest = after(line, "start date:")) != NULL || (rest = after(line, "report start:")) != NULL)
		strlcpy(written->from, rest, sizeof(written->from));
	else if ((rest = after(line, "end date:")) != NULL || (rest = after(line, "report end:")) != NULL)
		strlcpy(written->through, rest, sizeof(written->through));
	else if ((rest = after(line, "report time:")) != NULL)
		split_period(line + (rest - line), ",", preamble);
	else if ((rest = after(line, "rows:")) != NULL)
	{
		preamble->rows = strtol(rest, &end, 10);
		if (end == rest || *end != '\0')
			preamble->rows = -1;
	}
	else if ((rest = after(line, "potential incomplete data:")) != NULL)
		preamble->incomplete = pg_strcasecmp(rest, "true") == 0;
	else if (!split_period(line, " - ", preamble))
		split_period(line, " \xE2\x80\x93 ", preamble);
	if ((end = strstr(written->from, "Report End:")) != NULL)
	{
		strlcpy(written->through, after(end, "Report End:"), sizeof(written->through));
		*end = '\0';
		while (end > written->from && strchr(" ,", end[-1]) != NULL)
			*--end = '\0';
	}
}

/*
 * Read the lines between two offsets.
 */
void
lead_roi_read_preamble(const FileText *text, int from, int to, Preamble *preamble)
{
	WrittenPeriod written = {0};
	char		line[MAX_LINE_BYTES + 1];

	while (from < to)
	{
		const char *end = memchr(text->data + from, '\n', to - from);
		int			length = end == NULL ? to - from : (int) (end - (text->data + from));

		clean_line(text->data + from, length, line);
		read_line(line, &written, preamble);
		from += length + 1;
	}
	if (written.from[0] != '\0' && written.through[0] != '\0')
		read_period(written.from, written.through, preamble);
}
