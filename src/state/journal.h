/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The journal's text: lines of "CHECKSUM KEY VALUE". Pure.
 *
 * A line that ends in a newline and does not fit its checksum is damage; a last line without a
 * newline was torn by the writer's death and never happened. Control characters and '%' are
 * written as %XX, in keys also spaces. */
#ifndef STATE_JOURNAL_H
#define STATE_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

struct journal {
	char *data; /* read so far: keys and values are decoded in place */
	size_t length;
	size_t offset; /* of the next line */
};

enum journal_result {
	JOURNAL_LINE,
	JOURNAL_END,
	JOURNAL_TORN,	 /* the rest is an incomplete line */
	JOURNAL_DAMAGED, /* this line; the next call looks at the one after it */
};

/* Appends a line to the text. A line never has more bytes than JOURNAL_LINE_SIZE. `name` may
 * be NULL; with it the key is "KEY:NAME". */
#define JOURNAL_LINE_SIZE(key, name, value) (12 + (key) + 3 * ((name) + (value)))
void journal_print(struct text *text, const char *key, const char *name, const char *value);

/* The next line; *ret_key and *ret_value lie in journal->data. */
enum journal_result journal_next(
	struct journal *journal, const char **ret_key, const char **ret_value);

#endif
