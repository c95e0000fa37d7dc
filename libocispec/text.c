/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Places, UTF-8, escapes and integers in JSON text.
 *
 * yajl's own UTF-8 check accepts overlong forms and surrogates, and yajl replaces half a surrogate
 * pair by a question mark: two texts that mean different things would become one. So both are
 * checked here. */
#include "libocispec/text.h"

#include <string.h>

/* The length of the sequence at `text`, 0 if it is not legal. The second byte decides about
 * overlong forms, surrogates and the upper end; the table is that of RFC 3629. */
static size_t sequence(const unsigned char *text, size_t length)
{
	unsigned char low = 0x80, high = 0xbf;
	size_t size;

	if (text[0] >= 0xc2 && text[0] <= 0xdf)
		size = 2;
	else if (text[0] >= 0xe0 && text[0] <= 0xef)
		size = 3;
	else if (text[0] >= 0xf0 && text[0] <= 0xf4)
		size = 4;
	else
		return 0;
	if (text[0] == 0xe0)
		low = 0xa0;
	if (text[0] == 0xed)
		high = 0x9f;
	if (text[0] == 0xf0)
		low = 0x90;
	if (text[0] == 0xf4)
		high = 0x8f;
	if (length < size || text[1] < low || text[1] > high)
		return 0;
	for (size_t i = 2; i < size; i++) {
		if (text[i] < 0x80 || text[i] > 0xbf)
			return 0;
	}
	return size;
}

size_t oci_text_utf8(const char *text, size_t length)
{
	const unsigned char *bytes = (const unsigned char *)text;
	size_t at = 0;

	while (at < length) {
		uint64_t word;
		size_t size;

		if (length - at >= sizeof(word)) {
			memcpy(&word, bytes + at, sizeof(word));
			if (!(word & UINT64_C(0x8080808080808080))) {
				at += sizeof(word);
				continue;
			}
		}
		size = bytes[at] < 0x80 ? 1 : sequence(bytes + at, length - at);
		if (!size)
			return at;
		at += size;
	}
	return length;
}

void oci_text_position(
	const char *text, size_t offset, unsigned *ret_line, unsigned *ret_column)
{
	unsigned line = 1, column = 1;

	for (size_t i = 0; i < offset; i++) {
		if (text[i] == '\n') {
			line++;
			column = 1;
		} else if (((unsigned char)text[i] & 0xc0) != 0x80) {
			column++;
		}
	}
	*ret_line = line;
	*ret_column = column;
}

size_t oci_text_token(const char *text, size_t length, size_t offset)
{
	while (offset < length && text[offset] && strchr(" \t\r\n,:", text[offset]))
		offset++;
	return offset;
}

static unsigned hex4(const char *digits)
{
	unsigned value = 0;

	for (size_t i = 0; i < 4; i++) {
		unsigned char c = (unsigned char)digits[i];

		value = value << 4 | (c <= '9' ? c - '0' + 0u : (c & 0x5fu) - 'A' + 10u);
	}
	return value;
}

const char *oci_text_escapes(const char *raw, size_t length)
{
	size_t at = 0;

	while (at < length) {
		unsigned unit;

		if (raw[at] != '\\') {
			at++;
			continue;
		}
		if (length - at < 6 || raw[at + 1] != 'u') {
			at += 2;
			continue;
		}
		unit = hex4(raw + at + 2);
		at += 6;
		if (!unit)
			return "a NUL character";
		if (unit < 0xd800 || unit > 0xdfff)
			continue;
		if (unit > 0xdbff || length - at < 6 || raw[at] != '\\' || raw[at + 1] != 'u')
			return "half of a surrogate pair";
		unit = hex4(raw + at + 2);
		if (unit < 0xdc00 || unit > 0xdfff)
			return "half of a surrogate pair";
		at += 6;
	}
	return NULL;
}

bool oci_text_integer(const char *token, size_t length, bool *ret_negative,
	uint64_t *ret_magnitude, bool *ret_huge)
{
	bool negative = length > 1 && token[0] == '-';
	uint64_t magnitude = 0;
	bool huge = false;

	if (length == negative)
		return false;
	for (size_t i = negative; i < length; i++) {
		if (token[i] < '0' || token[i] > '9')
			return false;
		huge |= __builtin_mul_overflow(magnitude, 10u, &magnitude);
		huge |= __builtin_add_overflow(
			magnitude, (uint64_t)(token[i] - '0'), &magnitude);
	}
	*ret_negative = negative;
	*ret_magnitude = magnitude;
	*ret_huge = huge;
	return true;
}
