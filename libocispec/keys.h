/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A set of keys per JSON object, for objects whose keys no table knows; internal to the library. */
#ifndef LIBOCISPEC_KEYS_H
#define LIBOCISPEC_KEYS_H

#include <stddef.h>
#include <stdint.h>

#include "libocispec/arena.h"

struct oci_key;

struct oci_key_set {
	struct oci_key *slots;
	size_t size;
	size_t count;
};

/* 1 if the key is new in the object that has this serial number, 0 if it was there, or -ENOMEM.
 * The set lies in the arena, and keeps `key` itself, not a copy. */
int oci_key_add(struct oci_key_set *set, struct oci_arena *arena, uint64_t serial,
	const char *key, size_t length);

#endif
