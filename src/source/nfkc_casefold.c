/*
 * nfkc_casefold.c
 *		NFKD, full case folding, NFKC, without characters that can't be seen, of texts in UTF-8.
 *
 * Decomposing and folding a character gives the same whatever stands beside it, so the tables hold what
 * each character turns into in the end. What is left to do is to sort the combining marks and to compose,
 * within segments: from a character that never joins the one before it up to the next such character. A
 * segment is written as soon as it is complete. Mostly it is one character, which stays whole, as "u with
 * diaeresis", unless something follows that may join it.
 *
 * The one exception is the Greek iota below (ypogegrammeni), a mark that folds to a letter: first NFKD
 * moves it behind all other marks of its letter, as far as the next character that is no mark, even if that
 * is one to be removed. So it waits until then.
 *
 * Nothing here depends on the server's own Unicode tables, which differ among versions.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "source/nfkc_casefold.h"
#include "source/unicode_tables.h"
#include "source/utf8.h"

#define IOTA_BELOW 0x0345
#define IOTA 0x03B9

/* Hangul syllables are composed by arithmetic: chapter 3.12 of the Unicode Standard */
#define FIRST_LEADING 0x1100
#define LEADINGS 19
#define FIRST_VOWEL 0x1161
#define VOWELS 21
#define BEFORE_FIRST_TRAILING 0x11A7
#define TRAILINGS 28
#define FIRST_SYLLABLE 0xAC00
#define SYLLABLES (LEADINGS * VOWELS * TRAILINGS)

/* A character of a segment has its combining class in the upper bits, 0 if it is no mark. */
#define CLASS_SHIFT 24
#define CLASSES 256
#define CLASS(character) ((character) >> CLASS_SHIFT)
#define CODE(character) ((character) & ((UINT32_C(1) << CLASS_SHIFT) - 1))

/* Marks of one letter that are sorted by insertion; more take another way, lest their square be the time */
#define FEW_MARKS 32

#define SEGMENT_ON_STACK 64

/* What is read but not written yet */
typedef struct Segment
{
	StringInfo	result;
	bool		begun;			/* is there anything but blanks so far? */
	bool		blank;			/* a blank is due if anything follows */
	Size		iotas_below;	/* that wait */
	uint32		whole;			/* the segment's only character so far, not yet in parts; or 0 */
	const uint32 *parts;		/* of the whole, ended by 0 */
	Size		count;
	Size		capacity;
	uint32	   *characters;
	uint32		on_stack[SEGMENT_ON_STACK];
} Segment;

/*
 * What the tables say of a character.
 */
static uint32
form_of(uint32 code)
{
	if (code < FORMS_END)
		return forms[((uint32) forms_index[code >> FORMS_BLOCK_BITS] << FORMS_BLOCK_BITS) | (code & ((1 << FORMS_BLOCK_BITS) - 1))];
	return code >= HIGH_REMOVED_FIRST && code <= HIGH_REMOVED_LAST ? FORM_REMOVED : FORM_PLAIN;
}

/*
 * Sort a few marks by insertion.
 */
static void
sort_few_marks(uint32 *marks, Size count)
{
	for (Size end = 1; end < count; end++)
	{
		uint32		mark = marks[end];
		Size		at;

		for (at = end; at > 0 && CLASS(marks[at - 1]) > CLASS(mark); at--)
			marks[at] = marks[at - 1];
		marks[at] = mark;
	}
}

/*
 * Sort many marks by counting those of each class.
 */
static void
sort_many_marks(uint32 *marks, Size count)
{
	Size		next[CLASSES] = {0};	/* how many marks of a class there are; then where its next one goes */
	Size		place = 0;
	uint32	   *unsorted = MemoryContextAllocHuge(CurrentMemoryContext, count * sizeof(uint32));

	memcpy(unsorted, marks, count * sizeof(uint32));
	for (Size at = 0; at < count; at++)
		next[CLASS(marks[at])]++;
	for (int class = 0; class < CLASSES; class++)
	{
		Size		of_class = next[class];

		next[class] = place;
		place += of_class;
	}
	for (Size at = 0; at < count; at++)
		marks[next[CLASS(unsorted[at])]++] = unsorted[at];
	pfree(unsorted);
}

/*
 * Sort the marks of a letter by their classes; those of the same class stay in order.
 */
static void
sort_marks(uint32 *marks, Size count)
{
	if (count <= FEW_MARKS)
		sort_few_marks(marks, count);
	else
		sort_many_marks(marks, count);
}

/*
 * Sort the marks of each letter of a segment.
 */
static void
order_segment(Segment *segment)
{
	Size		first = 0;

	for (Size at = 0; at <= segment->count; at++)
	{
		if (at < segment->count && CLASS(segment->characters[at]) != 0)
			continue;
		if (at - first > 1)
			sort_marks(segment->characters + first, at - first);
		first = at + 1;
	}
}

/*
 * What two characters compose to; 0 if they don't.
 */
static uint32
compose_pair(uint32 first, uint32 second)
{
	Size		low = 0;
	Size		high = lengthof(compositions);

	if (first - FIRST_LEADING < LEADINGS && second - FIRST_VOWEL < VOWELS)
		return FIRST_SYLLABLE + ((first - FIRST_LEADING) * VOWELS + (second - FIRST_VOWEL)) * TRAILINGS;
	if (first - FIRST_SYLLABLE < SYLLABLES && (first - FIRST_SYLLABLE) % TRAILINGS == 0 &&
		second > BEFORE_FIRST_TRAILING && second < BEFORE_FIRST_TRAILING + TRAILINGS)
		return first + (second - BEFORE_FIRST_TRAILING);
	while (low < high)
	{
		Size		middle = (low + high) / 2;
		const uint32 *pair = compositions[middle];

		if (pair[0] == first && pair[1] == second)
			return pair[2];
		if (pair[0] < first || (pair[0] == first && pair[1] < second))
			low = middle + 1;
		else
			high = middle;
	}
	return 0;
}

/*
 * Compose each letter of a segment with what follows it, unless something of the same or of a higher class
 * stands between them.
 */
static void
compose_segment(Segment *segment)
{
	uint32	   *characters = segment->characters;
	Size		kept = 0;
	Size		letter = 0;
	bool		has_letter = false;

	for (Size at = 0; at < segment->count; at++)
	{
		uint32		character = characters[at];
		uint32		composed = 0;

		if (has_letter && (kept == letter + 1 || CLASS(characters[kept - 1]) < CLASS(character)))
			composed = compose_pair(characters[letter], CODE(character));
		if (composed != 0)
		{
			characters[letter] = composed;
			continue;
		}
		if (CLASS(character) == 0)
		{
			letter = kept;
			has_letter = true;
		}
		characters[kept++] = character;
	}
	segment->count = kept;
}

/*
 * Write a segment that is complete, and begin the next.
 */
static void
write_segment(Segment *segment)
{
	if (segment->whole != 0)
		lead_roi_write_code(segment->result, segment->whole);
	segment->whole = 0;
	if (segment->count > 1)
	{
		order_segment(segment);
		compose_segment(segment);
	}
	for (Size at = 0; at < segment->count; at++)
		lead_roi_write_code(segment->result, CODE(segment->characters[at]));
	segment->count = 0;
}

/*
 * Make room for more characters in a segment.
 */
static void
enlarge_segment(Segment *segment)
{
	Size		capacity = segment->capacity * 2;

	if (segment->characters == segment->on_stack)
	{
		segment->characters = MemoryContextAllocHuge(CurrentMemoryContext, capacity * sizeof(uint32));
		memcpy(segment->characters, segment->on_stack, sizeof(segment->on_stack));
	}
	else
		segment->characters = repalloc_huge(segment->characters, capacity * sizeof(uint32));
	segment->capacity = capacity;
}

/*
 * Put a character into the segment.
 */
static void
put_character(Segment *segment, uint32 code, uint32 form)
{
	uint32		class = form < FORM_JOINING ? form : 0;

	if (segment->count == segment->capacity)
		enlarge_segment(segment);
	segment->characters[segment->count++] = code | (class << CLASS_SHIFT);
}

/*
 * Add a character to the segment, or begin a new segment with it.
 */
static void
add_character(Segment *segment, uint32 code, uint32 form)
{
	if (form == FORM_PLAIN)
		write_segment(segment);
	else if (segment->whole != 0)
	{
		segment->whole = 0;
		for (const uint32 *part = segment->parts; *part != 0; part++)
			put_character(segment, *part, form_of(*part));
	}
	put_character(segment, code, form);
}

/*
 * Add the blank that may be due before the next character.
 */
static void
add_due_blank(Segment *segment)
{
	if (segment->blank)
		add_character(segment, ' ', FORM_PLAIN);
	segment->blank = false;
	segment->begun = true;
}

/*
 * The marks of a letter are complete: add the iotas that stood below it.
 */
static void
end_marks(Segment *segment)
{
	for (; segment->iotas_below > 0; segment->iotas_below--)
	{
		add_due_blank(segment);
		add_character(segment, IOTA, FORM_PLAIN);
	}
}

/*
 * Append a character that doesn't turn into others.
 */
static void
append_final(Segment *segment, uint32 code, uint32 form)
{
	Assert(form < FORM_MAPPED);
	if (code == IOTA_BELOW)
	{
		segment->iotas_below++;
		return;
	}
	if (form == FORM_PLAIN || form >= FORM_JOINING)
		end_marks(segment);
	if (code == ' ')
		segment->blank = segment->begun;
	else if (form != FORM_REMOVED)
	{
		add_due_blank(segment);
		add_character(segment, code, form);
	}
}

/*
 * Append a character that is composed of parts.
 */
static void
append_whole(Segment *segment, uint32 code, const uint32 *parts)
{
	end_marks(segment);
	add_due_blank(segment);
	write_segment(segment);
	segment->whole = code;
	segment->parts = parts;
}

/*
 * Append what a character turns into.
 */
static void
append_sequence(Segment *segment, const uint32 *sequence)
{
	if (*sequence & SEQUENCE_WHOLE)
		append_whole(segment, *sequence & ~SEQUENCE_WHOLE, sequence + 1);
	else
		for (; *sequence != 0; sequence++)
			append_final(segment, *sequence, form_of(*sequence));
}

/*
 * Append the form of a text.
 */
void
lead_roi_append_nfkc_casefold(StringInfo result, const unsigned char *text, Size length)
{
	Segment		segment = {.result = result,.capacity = SEGMENT_ON_STACK};

	segment.characters = segment.on_stack;
	for (Size at = 0; at < length;)
	{
		uint32		code;
		uint32		form;

		CHECK_FOR_INTERRUPTS();
		at += lead_roi_read_code(text + at, length - at, &code);
		form = form_of(code);
		if (form < FORM_MAPPED)
			append_final(&segment, code, form);
		else
			append_sequence(&segment, sequences + (form - FORM_MAPPED));
	}
	end_marks(&segment);
	write_segment(&segment);
	if (segment.characters != segment.on_stack)
		pfree(segment.characters);
	result->data[result->len] = '\0';
}
