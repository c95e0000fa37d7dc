/* SPDX-License-Identifier: GPL-2.0-or-later */
/* /proc/PID/mountinfo, as proc(5) describes it. Pure. */
#include "host/mountinfo.h"

#include <string.h>

/* The fields before the optional ones: id, parent, device, root, point, options. */
enum { FIELD_ROOT = 3, FIELD_POINT = 4, FIELDS_FIXED = 6 };

/* The next word of the line, empty at its end. */
static struct span word_next(const char **line)
{
	struct span word;

	*line += strspn(*line, " ");
	word.start = *line;
	word.length = strcspn(*line, " \n");
	*line += word.length;
	return word;
}

static bool line_parse(const char *line, struct mountinfo *mount)
{
	struct span word;

	for (int field = 0; field < FIELDS_FIXED; field++) {
		word = word_next(&line);
		if (!word.length)
			return false;
		if (field == FIELD_ROOT)
			mount->root = word;
		if (field == FIELD_POINT)
			mount->point = word;
	}
	do {
		word = word_next(&line);
		if (!word.length)
			return false;
	} while (!span_equal(&word, "-"));
	mount->type = word_next(&line);
	word_next(&line); /* the source, which may be empty and is not needed */
	mount->options = word_next(&line);
	return mount->type.length > 0;
}

const char *mountinfo_next(const char *text, struct mountinfo *ret_mount, bool *ret_valid)
{
	const char *end;

	if (!*text)
		return NULL;
	*ret_mount = (struct mountinfo){0};
	*ret_valid = line_parse(text, ret_mount);
	end = strchr(text, '\n');
	return end ? end + 1 : text + strlen(text);
}

bool span_equal(const struct span *span, const char *string)
{
	return strlen(string) == span->length && !strncmp(span->start, string, span->length);
}

static bool is_octal(const char *digits, size_t length)
{
	return length >= 4 && digits[0] == '\\' && digits[1] >= '0' && digits[1] <= '3' &&
	       digits[2] >= '0' && digits[2] <= '7' && digits[3] >= '0' && digits[3] <= '7';
}

void span_unescape(const struct span *span, char *out)
{
	for (size_t i = 0; i < span->length; i++) {
		const char *c = span->start + i;

		if (!is_octal(c, span->length - i)) {
			*out++ = *c;
			continue;
		}
		*out++ = (char)((c[1] - '0') << 6 | (c[2] - '0') << 3 | (c[3] - '0'));
		i += 3;
	}
	*out = '\0';
}

bool span_has_word(const struct span *list, const struct span *word)
{
	const char *end = list->start + list->length;
	const char *c = list->start;

	while (c < end) {
		const char *comma = memchr(c, ',', (size_t)(end - c));
		size_t length = (size_t)((comma ? comma : end) - c);

		if (length == word->length && !memcmp(c, word->start, length))
			return true;
		c += length + 1;
	}
	return false;
}
