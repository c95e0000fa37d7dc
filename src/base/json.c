/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A JSON string in bounded text. Pure. Spec: RFC 8259 section 7, RFC 3629 section 4. */
#include "base/json.h"

#include <stdint.h>

/* The length of the valid UTF-8 sequence at `s`, 0 if there is none. */
static size_t utf8_length(const unsigned char *s)
{
	size_t length = s[0] < 0x80		      ? 1
			: s[0] >= 0xc2 && s[0] < 0xe0 ? 2
			: s[0] >= 0xe0 && s[0] < 0xf0 ? 3
			: s[0] >= 0xf0 && s[0] < 0xf5 ? 4
						      : 0;

	for (size_t i = 1; i < length; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	}
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
		(s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	return length;
}

static void json_control(struct text *text, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";

	switch (c) {
	case '"':
	case '\\':
		text_char(text, '\\');
		text_char(text, (char)c);
		break;
	case '\n':
		text_string(text, "\\n");
		break;
	case '\t':
		text_string(text, "\\t");
		break;
	default:
		text_string(text, "\\u00");
		text_char(text, hex[c >> 4]);
		text_char(text, hex[c & 15]);
	}
}

void json_string(struct text *text, const char *string)
{
	const unsigned char *s = (const unsigned char *)(string ? string : "");

	text_char(text, '"');
	while (*s) {
		size_t length = utf8_length(s);

		if (*s < 0x20 || *s == '"' || *s == '\\' || *s == 0x7f)
			json_control(text, *s);
		else if (length)
			text_bytes(text, (const char *)s, length);
		else
			text_string(text, "\xef\xbf\xbd");
		s += length ? length : 1;
	}
	text_char(text, '"');
}
