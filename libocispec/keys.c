/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One hash table with open addressing for all objects of a document, so that finding duplicates
 * costs the same for a map with a million keys as for one with three. */
#include "libocispec/keys.h"

#include <errno.h>
#include <string.h>

struct oci_key {
	const char *key; /* NULL in a free slot */
	size_t length;
	uint64_t serial;
	uint64_t hash;
};

/* FNV-1a, begun with the serial number. */
static uint64_t hash_key(uint64_t serial, const char *key, size_t length)
{
	uint64_t hash = UINT64_C(14695981039346656037) ^ serial * UINT64_C(0x9e3779b97f4a7c15);

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)key[i]) * UINT64_C(1099511628211);
	return hash ^ hash >> 32;
}

/* The slot that holds the key, or the free one where it belongs. The table is never full. */
static struct oci_key *find(const struct oci_key_set *set, const struct oci_key *wanted)
{
	size_t at = (size_t)wanted->hash & (set->size - 1);

	while (set->slots[at].key) {
		const struct oci_key *slot = &set->slots[at];

		if (slot->hash == wanted->hash && slot->serial == wanted->serial &&
			slot->length == wanted->length &&
			!memcmp(slot->key, wanted->key, wanted->length))
			break;
		at = (at + 1) & (set->size - 1);
	}
	return &set->slots[at];
}

static int grow(struct oci_key_set *set, struct oci_arena *arena)
{
	struct oci_key_set larger = {
		.size = set->size ? set->size * 2 : 64, .count = set->count};

	larger.slots = oci_arena_take(arena, larger.size * sizeof(*larger.slots));
	if (!larger.slots)
		return -ENOMEM;
	for (size_t i = 0; i < set->size; i++) {
		if (set->slots[i].key)
			*find(&larger, &set->slots[i]) = set->slots[i];
	}
	*set = larger;
	return 0;
}

int oci_key_add(struct oci_key_set *set, struct oci_arena *arena, uint64_t serial,
	const char *key, size_t length)
{
	struct oci_key wanted = {key, length, serial, hash_key(serial, key, length)};
	struct oci_key *slot;

	if (set->count >= set->size / 4 * 3) {
		int error = grow(set, arena);

		if (error)
			return error;
	}
	slot = find(set, &wanted);
	if (slot->key)
		return 0;
	*slot = wanted;
	set->count++;
	return 1;
}
