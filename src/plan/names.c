/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names in tables and sets. Pure. */
#include "plan/names.h"

#include <string.h>

/* Names longer than this have no nearest one: they are no misspelling of ours. */
#define NEAREST_LENGTH 40

struct name_slot {
	const char *name; /* NULL: free */
	uint32_t length;
	uint32_t number;
};

static const char *row_name(const struct name_table *table, size_t i)
{
	return *(const char *const *)((const char *)table->rows + i * table->row_size);
}

const void *name_find(const struct name_table *table, const char *name)
{
	size_t low = 0, high = table->count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = strcmp(name, row_name(table, middle));

		if (order == 0)
			return (const char *)table->rows + middle * table->row_size;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

static unsigned least(unsigned a, unsigned b, unsigned c)
{
	unsigned ab = a < b ? a : b;

	return ab < c ? ab : c;
}

static int upper(int c)
{
	return c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c;
}

/* How many letters must be added, dropped or changed; case does not count. */
static unsigned distance(const char *a, const char *b, size_t b_length)
{
	unsigned row[NEAREST_LENGTH + 1];

	for (size_t j = 0; j <= b_length; j++)
		row[j] = (unsigned)j;
	for (size_t i = 0; a[i]; i++) {
		unsigned corner = row[0];

		row[0]++;
		for (size_t j = 0; j < b_length; j++) {
			unsigned change = corner + (upper(a[i]) != upper(b[j]));

			corner = row[j + 1];
			row[j + 1] = least(change, row[j] + 1, row[j + 1] + 1);
		}
	}
	return row[b_length];
}

const char *name_nearest(const struct name_table *table, const char *name)
{
	size_t length = strlen(name);
	unsigned best = 4; /* at most three letters */
	const char *nearest = NULL;

	if (length > NEAREST_LENGTH)
		return NULL;
	for (size_t i = 0; i < table->count; i++) {
		unsigned far = distance(row_name(table, i), name, length);

		if (far < best && far * 2 < length) {
			best = far;
			nearest = row_name(table, i);
		}
	}
	return nearest;
}

bool name_set_start(struct name_set *set, struct arena *arena, size_t count)
{
	size_t size = 8;

	while (size < count * 2)
		size *= 2;
	set->slots = arena_array(arena, struct name_slot, size);
	set->mask = size - 1;
	return set->slots != NULL;
}

bool name_set_add(struct name_set *set, const char *name, size_t length, uint32_t number,
	uint32_t *ret_first)
{
	uint64_t hash = 0xcbf29ce484222325;
	struct name_slot *slot;
	size_t at;

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)name[i]) * 0x100000001b3;
	for (at = (hash ^ hash >> 32) & set->mask;; at = (at + 1) & set->mask) {
		slot = &set->slots[at];
		if (!slot->name)
			break;
		if (slot->length == length && !memcmp(slot->name, name, length)) {
			if (ret_first)
				*ret_first = slot->number;
			return false;
		}
	}
	*slot = (struct name_slot){name, (uint32_t)length, number};
	return true;
}
