/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The journal's text: lines of "CHECKSUM KEY VALUE". Pure.
 *
 * A line that ends in a newline and does not fit its checksum is damage; a last line without
 * a newline was torn by the writer's death and never happened. The checksum covers the line's
 * number, so that lost lines are noticed. Control characters and '%' are written as %XX, in
 * keys also spaces. */
#ifndef STATE_JOURNAL_H
#define STATE_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

struct journal {
	char *data;	 /* read so far: keys and values are decoded in place */
	size_t length;	 /* of the data */
	size_t offset;	 /* of the next line */
	uint32_t number; /* of the next line */
};

enum journal_result {
	JOURNAL_LINE,
	JOURNAL_END,
	JOURNAL_TORN, /* the rest is an incomplete line */
	JOURNAL_DAMAGED,
};

/* Appends line `number` to the text. */
void journal_print(struct text *text, uint32_t number, const char *key, const char *value);

/* The next line; *ret_key and *ret_value lie in journal->data, which must have room for one
 * byte after its length. */
enum journal_result journal_next(
	struct journal *journal, const char **ret_key, const char **ret_value);

/* After damage: the next line that fits its checksum, whatever its number; false at the end. */
bool journal_salvage(struct journal *journal, const char **ret_key, const char **ret_value);

#endif
