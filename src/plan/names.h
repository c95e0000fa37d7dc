/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names: found in sorted tables, remembered in sets, and the nearest one to a misspelt one. */
#ifndef PLAN_NAMES_H
#define PLAN_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/* A table of rows of any type whose first member is the name, sorted by name. */
struct name_table {
	const void *rows;
	size_t count;
	size_t row_size;
};

#define NAME_TABLE(rows_)                                                                      \
	((struct name_table){.rows = (rows_),                                                  \
		.count = sizeof(rows_) / sizeof((rows_)[0]),                                   \
		.row_size = sizeof((rows_)[0])})

/* The row of that name, or NULL. */
const void *name_find(const struct name_table *table, const char *name);

/* The name in the table that was probably meant, or NULL if none is near. */
const char *name_nearest(const struct name_table *table, const char *name);

/* Which names were seen, and the number that each was first added with. The names themselves are
 * not copied. */
struct name_set {
	struct name_slot *slots;
	size_t mask;
};

/* A set that takes `count` names; false when the arena is full. */
bool name_set_start(struct name_set *set, struct arena *arena, size_t count);

/* True if the name is new; else *ret_first, unless NULL, is the number it was added with. */
bool name_set_add(struct name_set *set, const char *name, size_t length, uint32_t number,
	uint32_t *ret_first);

#endif
