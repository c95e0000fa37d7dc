/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of a journal. Pure.
 *
 * The checksum is 32 bits of FNV-1a over what stands between it and the newline: it finds
 * accidents. Whoever can write into the state directory does not need to forge it. */
#include "state/journal.h"

#include <string.h>

#define CHECKSUM_DIGITS 8

static const char digits[] = "0123456789abcdef";

static uint32_t checksum(const char *bytes, size_t length)
{
	uint32_t sum = 2166136261u;

	for (size_t i = 0; i < length; i++)
		sum = (sum ^ (unsigned char)bytes[i]) * 16777619u;
	return sum;
}

static void escape(struct text *text, const char *string, char first)
{
	for (; *string; string++) {
		const unsigned char c = (unsigned char)*string;

		if (c >= (unsigned char)first && c != 0x7f && c != '%') {
			text_char(text, *string);
			continue;
		}
		text_char(text, '%');
		text_char(text, digits[c >> 4]);
		text_char(text, digits[c & 0xf]);
	}
}

void journal_print(struct text *text, const char *key, const char *name, const char *value)
{
	const size_t start = text->length;
	uint32_t sum;

	text_string(text, "00000000 ");
	text_string(text, key);
	if (name) {
		text_char(text, ':');
		escape(text, name, '!');
	}
	text_char(text, ' ');
	escape(text, value, ' ');
	if (text_ok(text)) {
		sum = checksum(text->data + start + CHECKSUM_DIGITS + 1,
			text->length - start - CHECKSUM_DIGITS - 1);
		for (int i = CHECKSUM_DIGITS; i-- > 0; sum >>= 4)
			text->data[start + (size_t)i] = digits[sum & 0xf];
	}
	text_char(text, '\n');
}

static int digit_value(char c)
{
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* Decodes in place; false for an escape that is none. */
static bool unescape(char *string)
{
	char *out = string;

	while (*string) {
		int high, low;

		if (*string != '%') {
			*out++ = *string++;
			continue;
		}
		high = digit_value(string[1]);
		low = high < 0 ? -1 : digit_value(string[2]);
		if (low < 0)
			return false;
		*out++ = (char)(high << 4 | low);
		string += 3;
	}
	*out = '\0';
	return true;
}

static bool line_fits(const char *line, size_t length)
{
	uint32_t sum;

	if (length <= CHECKSUM_DIGITS || line[CHECKSUM_DIGITS] != ' ' ||
		memchr(line, '\0', length))
		return false;
	sum = checksum(line + CHECKSUM_DIGITS + 1, length - CHECKSUM_DIGITS - 1);
	for (int i = CHECKSUM_DIGITS; i-- > 0; sum >>= 4) {
		if (line[i] != digits[sum & 0xf])
			return false;
	}
	return true;
}

static bool line_split(char *line, const char **ret_key, const char **ret_value)
{
	char *key = line + CHECKSUM_DIGITS + 1;
	char *space = strchr(key, ' ');

	if (!space)
		return false;
	*space = '\0';
	if (!unescape(key) || !unescape(space + 1))
		return false;
	*ret_key = key;
	*ret_value = space + 1;
	return true;
}

enum journal_result journal_next(
	struct journal *journal, const char **ret_key, const char **ret_value)
{
	char *line = journal->data + journal->offset;
	const size_t left = journal->length - journal->offset;
	char *end = left ? memchr(line, '\n', left) : NULL;

	if (!left)
		return JOURNAL_END;
	if (!end)
		return JOURNAL_TORN;
	journal->offset += (size_t)(end - line) + 1;
	*end = '\0';
	if (!line_fits(line, (size_t)(end - line)) || !line_split(line, ret_key, ret_value))
		return JOURNAL_DAMAGED;
	return JOURNAL_LINE;
}
