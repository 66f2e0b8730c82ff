/*
 * file_text.c
 *		From the bytes of a file to text: UTF-8 with or without byte order mark, UTF-16, Windows-1252, or the
 *		encoding that the user names.
 */
#include "postgres.h"

#include "common/string.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"

#include "import/file_text.h"
#include "source/utf8.h"

/* How much of a file tells UTF-16 from other encodings */
#define SAMPLE_BYTES 4096

/* How many bytes are decoded between two looks at interrupts */
#define DECODED_AT_ONCE 65536

typedef enum FileEncoding
{
	FILE_UTF8,
	FILE_UTF16_LITTLE,
	FILE_UTF16_BIG,
	FILE_WINDOWS_1252,
	FILE_NAMED					/* another one, of the server's names */
} FileEncoding;

/* What 80 to 9F are in Windows-1252; five bytes are nothing */
static const uint16 windows_1252[32] = {
	0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD,
	0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178
};

/* Files that aren't text, by how they begin */
static const struct
{
	const char *beginning;
	int			length;
	const char *what;
	const char *hint;
}			other_files[] = {
	{"PK\003\004", 4, "an Excel workbook or a zip archive", "Save the sheet as CSV, or unpack the archive."},
	{"\xD0\xCF\x11\xE0", 4, "an old Excel workbook", "Save the sheet as CSV."},
	{"\x1F\x8B", 2, "compressed by gzip", "Run gunzip on it first."},
	{"%PDF", 4, "a PDF document", "Export the report as CSV."},
	{"<!doctype", 9, "a web page", "Download the export itself; a login page may have been saved in its place."},
	{"<html", 5, "a web page", "Download the export itself; a login page may have been saved in its place."},
	{"<?xml", 5, "an XML document", "Export the report as CSV."}
};

/*
 * Refuse what is no text, by its name.
 */
static void
refuse_other_files(const unsigned char *bytes, Size length)
{
	while (length > 0 && (*bytes == ' ' || *bytes == '\n' || *bytes == '\r' || *bytes == '\t'))
	{
		bytes++;
		length--;
	}
	for (int i = 0; i < (int) lengthof(other_files); i++)
	{
		if (length >= (Size) other_files[i].length &&
			pg_strncasecmp((const char *) bytes, other_files[i].beginning, other_files[i].length) == 0)
			ereport(ERROR,
					(errcode(ERRCODE_BAD_COPY_FILE_FORMAT),
					 errmsg("the file is not a CSV file"),
					 errdetail("It is %s.", other_files[i].what),
					 errhint("%s", other_files[i].hint)));
	}
}

/*
 * The encoding that the user has named.
 */
static FileEncoding
named_encoding(const char *name, int *server_encoding)
{
	*server_encoding = pg_char_to_encoding(name);
	if (pg_strcasecmp(name, "utf-16le") == 0 || pg_strcasecmp(name, "utf16le") == 0 ||
		pg_strcasecmp(name, "utf-16") == 0 || pg_strcasecmp(name, "utf16") == 0)
		return FILE_UTF16_LITTLE;
	if (pg_strcasecmp(name, "utf-16be") == 0 || pg_strcasecmp(name, "utf16be") == 0)
		return FILE_UTF16_BIG;
	if (*server_encoding == PG_UTF8)
		return FILE_UTF8;
	if (*server_encoding == PG_WIN1252)
		return FILE_WINDOWS_1252;
	if (*server_encoding < 0 || *server_encoding == PG_SQL_ASCII)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("option \"encoding\" is not a known encoding: \"%s\"", name),
				 errhint("Leave it out, or give utf-8, utf-16, windows-1252 or another encoding that the server knows.")));
	return FILE_NAMED;
}

/*
 * Is a text valid UTF-8? A character that is cut off at the end doesn't count: files are cut.
 */
static bool
is_utf8(const unsigned char *bytes, Size length)
{
	Size		at = 0;

	while (at < length)
	{
		uint32		code;
		int			used;

		if (bytes[at] < 0x80)
		{
			at++;
			continue;
		}
		used = lead_roi_read_code(bytes + at, length - at, &code);
		if (code == REPLACEMENT_CHARACTER && used == 1)
			return at + lead_roi_utf8_length(bytes[at]) > length;
		at += used;
	}
	return true;
}

/*
 * The encoding of a file of which nobody says it: by its byte order mark, by zero bytes in every second
 * place, or by being valid UTF-8.
 */
static FileEncoding
recognize_encoding(const unsigned char *bytes, Size length)
{
	Size		sample = Min(length, SAMPLE_BYTES) & ~(Size) 1;
	Size		zeros[2] = {0, 0};

	if (length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0)
		return FILE_UTF8;
	if (length >= 2 && bytes[0] == 0xFF && bytes[1] == 0xFE)
		return FILE_UTF16_LITTLE;
	if (length >= 2 && bytes[0] == 0xFE && bytes[1] == 0xFF)
		return FILE_UTF16_BIG;
	for (Size at = 0; at < sample; at++)
		zeros[at & 1] += bytes[at] == 0;
	if (zeros[1] > sample / 4 && zeros[0] < zeros[1] / 4)
		return FILE_UTF16_LITTLE;
	if (zeros[0] > sample / 4 && zeros[1] < zeros[0] / 4)
		return FILE_UTF16_BIG;
	return is_utf8(bytes, length) ? FILE_UTF8 : FILE_WINDOWS_1252;
}

/*
 * Read a character of a file; returns how many bytes it took.
 */
static inline int
read_character(FileEncoding encoding, const unsigned char *bytes, Size left, uint32 *code)
{
	uint32		second;
	int			big = encoding == FILE_UTF16_BIG;

	if (encoding == FILE_UTF8)
		return lead_roi_read_code(bytes, left, code);
	if (encoding == FILE_WINDOWS_1252)
	{
		*code = *bytes >= 0x80 && *bytes < 0xA0 ? windows_1252[*bytes - 0x80] : *bytes;
		return 1;
	}

	*code = REPLACEMENT_CHARACTER;
	if (left < 2)
		return 1;
	*code = bytes[1 - big] << 8 | bytes[big];
	if (*code < 0xD800 || *code > 0xDFFF)
		return 2;
	second = left < 4 ? 0 : (uint32) (bytes[3 - big] << 8 | bytes[2 + big]);
	if (*code > 0xDBFF || second < 0xDC00 || second > 0xDFFF)
	{
		*code = REPLACEMENT_CHARACTER;
		return 2;
	}
	*code = 0x10000 + ((*code - 0xD800) << 10) + (second - 0xDC00);
	return 4;
}

/*
 * Append a character that isn't a plain one of ASCII: ends of lines become "\n", marks and zeros go.
 */
static inline void
write_character(StringInfo text, uint32 code, uint32 *before)
{
	if (code == '\n' && *before == '\r')
		 /* its line has ended */ ;
	else if (code == '\r' || code == '\n')
		appendStringInfoCharMacro(text, '\n');
	else if (code != 0 && code != 0xFEFF)
		lead_roi_write_code(text, code);
	*before = code;
}

/*
 * How many bytes from here on are characters of ASCII that stay as they are.
 */
static inline Size
plain_bytes(FileEncoding encoding, const unsigned char *bytes, Size left)
{
	Size		count = 0;

	if (encoding != FILE_UTF8 && encoding != FILE_WINDOWS_1252)
		return 0;
	while (count < left && bytes[count] < 0x80 && bytes[count] != '\0' && bytes[count] != '\r')
		count++;
	return count;
}

/*
 * Decode a file into UTF-8.
 */
static void
decode(FileEncoding encoding, const unsigned char *bytes, Size length, StringInfo text)
{
	uint32		before = 0;
	Size		at = 0;

	enlargeStringInfo(text, (int) (encoding == FILE_UTF8 || encoding == FILE_WINDOWS_1252 ? length : length / 2));
	while (at < length)
	{
		Size		end = Min(length, at + DECODED_AT_ONCE);

		CHECK_FOR_INTERRUPTS();
		while (at < end)
		{
			Size		plain = before == '\r' ? 0 : plain_bytes(encoding, bytes + at, end - at);
			uint32		code;

			if (plain > 0)
			{
				appendBinaryStringInfo(text, (const char *) bytes + at, (int) plain);
				at += plain;
				continue;
			}
			at += read_character(encoding, bytes + at, length - at, &code);
			write_character(text, code, &before);
		}
	}
}

/*
 * The byte of Windows-1252 or Latin-1 that a character is; -1 if it is none.
 */
static int
byte_of(uint32 code)
{
	if (code <= 0xFF)
		return (int) code;
	for (int i = 0; i < (int) lengthof(windows_1252); i++)
	{
		if (windows_1252[i] == code && code != REPLACEMENT_CHARACTER)
			return 0x80 + i;
	}
	return -1;
}

/*
 * A program that takes UTF-8 for Windows-1252 and writes it as UTF-8 encodes it twice, so that an accent is two signs. If all of a
 * text can be that, it is: what people write hardly ever is. Undo it; false if there is nothing to undo.
 */
static bool
undo_second_encoding(StringInfo text)
{
	StringInfoData bytes;
	int			at = 0;

	if (pg_is_ascii(text->data))
		return false;
	initStringInfo(&bytes);
	enlargeStringInfo(&bytes, text->len);
	while (at < text->len)
	{
		uint32		code;
		int			byte;

		CHECK_FOR_INTERRUPTS();
		at += lead_roi_read_code((const unsigned char *) text->data + at, text->len - at, &code);
		byte = byte_of(code);
		if (byte < 0)
			break;
		appendStringInfoCharMacro(&bytes, (char) byte);
	}
	if (at < text->len || !pg_verify_mbstr(PG_UTF8, bytes.data, bytes.len, true))
	{
		pfree(bytes.data);
		return false;
	}
	pfree(text->data);
	*text = bytes;
	return true;
}

/*
 * UTF-8 in the server's encoding. A character that it doesn't have is an error of the server.
 */
static void
convert_to_server(StringInfo text)
{
	unsigned char *converted;

	if (GetDatabaseEncoding() == PG_UTF8 || GetDatabaseEncoding() == PG_SQL_ASCII)
		return;
	converted = pg_do_encoding_conversion((unsigned char *) text->data, text->len, PG_UTF8, GetDatabaseEncoding());
	if (converted != (unsigned char *) text->data)
	{
		pfree(text->data);
		text->data = (char *) converted;
		text->len = (int) strlen(text->data);
	}
}

/*
 * The text of a file; "encoding" may be NULL, to be recognized.
 */
void
lead_roi_decode_file(const unsigned char *bytes, Size length, const char *encoding, FileText *text)
{
	static const char *const names[] = {"UTF-8", "UTF-16LE", "UTF-16BE", "Windows-1252"};
	StringInfoData decoded;
	int			server_encoding = PG_UTF8;
	FileEncoding from;

	refuse_other_files(bytes, length);
	if (length > MAX_FILE_BYTES)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("the file is too long to be read at once"),
				 errdetail("It has %zu MB, and at most %d are read.", length / 1024 / 1024, MAX_FILE_BYTES / 1024 / 1024),
				 errhint("Use script/import, which cuts long files, or export shorter periods.")));
	from = encoding == NULL ? recognize_encoding(bytes, length) : named_encoding(encoding, &server_encoding);
	initStringInfo(&decoded);
	if (from == FILE_NAMED && length > 0)
	{
		bytes = pg_do_encoding_conversion(unconstify(unsigned char *, bytes), (int) length, server_encoding, PG_UTF8);
		length = strlen((const char *) bytes);
		decode(FILE_UTF8, bytes, length, &decoded);
	}
	else
		decode(from, bytes, length, &decoded);
	text->encoding = from == FILE_NAMED ? pg_encoding_to_char(server_encoding) : names[from];
	if (encoding == NULL && from == FILE_UTF8 && undo_second_encoding(&decoded))
		text->encoding = "UTF-8, encoded twice";
	convert_to_server(&decoded);
	text->data = decoded.data;
	text->length = decoded.len;
}
