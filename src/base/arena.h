/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A bump allocator over one buffer that the caller owns.
 *
 * Memory must arrive zeroed and is handed out zeroed, aligned to 8 bytes. Nothing is freed but
 * the buffer as a whole. When the buffer is used up every allocation returns NULL and `full` stays set,
 * so that a builder may check once at its end. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

struct arena {
	char *base;
	size_t size;
	size_t used;
	bool full;
};

void arena_start(struct arena *arena, void *base, size_t size);

/* `count` times `size` bytes, or NULL when the arena is full or the product overflows. */
void *arena_alloc(struct arena *arena, size_t count, size_t size);

/* Copies of a string; NULL for NULL. */
char *arena_string(struct arena *arena, const char *string);
char *arena_bytes(struct arena *arena, const char *bytes, size_t length);

#define arena_new(arena, type)		(type *)arena_alloc((arena), 1, sizeof(type))
#define arena_array(arena, type, count) (type *)arena_alloc((arena), (count), sizeof(type))

#endif
