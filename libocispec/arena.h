/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory that is taken piece by piece and returned all at once: a decoded document lives in it. */
#ifndef LIBOCISPEC_ARENA_H
#define LIBOCISPEC_ARENA_H

#include <stddef.h>

struct oci_chunk;

/* `struct oci_arena arena = {0};` is an empty arena, which holds no memory yet. It may hold any
 * number of documents. */
struct oci_arena {
	struct oci_chunk *chunks;
	char *next;
	size_t left;
};

/* Lends an empty arena memory to begin with, which lives until the arena is freed and is not freed with it. */
void oci_arena_lend(struct oci_arena *arena, void *memory, size_t size);

/* `size` bytes of zeros, aligned for every scalar; NULL when there is no memory. Size 0 gives a
 * pointer that must not be followed. */
void *oci_arena_take(struct oci_arena *arena, size_t size);

/* A copy of `length` bytes with a NUL behind them; NULL when there is no memory. */
const char *oci_arena_copy(struct oci_arena *arena, const char *bytes, size_t length);

/* Gives all of it back; the arena is empty again. */
void oci_arena_free(struct oci_arena *arena);

#endif
