/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A config.json out of which what cannot be read is taken piece by piece, so that all that is wrong can be found.
 *
 * The text that is left has the same length: what is taken out becomes blanks. So a place in it is a place in
 * the file, but for few bytes that are put in, and for indices behind items that are gone: both are
 * undone by the functions that tell places. */
#ifndef LIFECYCLE_DAMAGE_H
#define LIFECYCLE_DAMAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "libocispec/types.h"

#define DAMAGE_MAX     128 /* values */
#define DAMAGE_INSERTS 8

/* An item that is gone: "/mounts" and 5, as they were called before it went. */
struct damage_item {
	char list[ERROR_POINTER_SIZE];
	size_t index;
};

struct damage_insert {
	size_t offset, length;
};

struct damage {
	const char *original;
	char *text; /* what is left, `length` bytes and a NUL */
	size_t length, room;
	size_t taken; /* values */
	size_t item_count, insert_count;
	struct damage_item items[DAMAGE_MAX];
	struct damage_insert inserts[DAMAGE_INSERTS];
};

/* -1 when there is no memory. `original` is not copied. */
int damage_start(struct damage *damage, const char *original, size_t length);
void damage_free(struct damage *damage);

/* Takes out what the decoder complains of; a member of which the specification demands that it is there is
 * put in where that helps. False if the text cannot be read any further. */
bool damage_take(struct damage *damage, const struct oci_error *where);

/* From a place in the text that is left to the one in the file. */
void damage_position(const struct damage *damage, unsigned *line, unsigned *column);

/* The same for a JSON pointer, in a buffer of ERROR_POINTER_SIZE. */
void damage_pointer(const struct damage *damage, char *pointer);

#endif
