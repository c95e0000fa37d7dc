/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bounded text with a sticky error: the only way in which the project builds strings.
 *
 * The buffer always ends in NUL. What does not fit is cut, and text_ok() is false from then
 * on; whoever builds a path or the content of a kernel file must ask. Needs no libc. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
	char *data;
	size_t size;   /* of the buffer, the final NUL included */
	size_t length; /* of the text, without the NUL */
	bool cut;      /* something did not fit */
};

/* Starts an empty text in `data`; `size` must be at least 1. */
void text_start(struct text *text, char *data, size_t size);

void text_char(struct text *text, char c);
void text_bytes(struct text *text, const char *bytes, size_t length);
void text_string(struct text *text, const char *string);
void text_u64(struct text *text, uint64_t value);
void text_i64(struct text *text, int64_t value);

/* A subset of printf: %s %c %d %u %o %x with the lengths none, l, ll and z, %%, and %.*s. NULL for %s
 * prints "(none)". Another conversion is a programming error: it cuts the text. */
__attribute__((format(printf, 2, 3))) void text_format(
	struct text *text, const char *format, ...);
__attribute__((format(printf, 2, 0))) void text_vformat(
	struct text *text, const char *format, va_list args);

static inline bool text_ok(const struct text *text)
{
	return !text->cut;
}

/* Formats into a buffer; true if everything fitted. */
__attribute__((format(printf, 3, 4))) bool text_print(
	char *data, size_t size, const char *format, ...);

/* Comparisons that accept NULL as a string that equals only NULL. */
bool text_equal(const char *a, const char *b);
bool text_starts(const char *string, const char *prefix);

#endif
