/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A bump allocator over one buffer. Pure. */
#include "base/arena.h"

#include <stdint.h>
#include <string.h>

void arena_start(struct arena *arena, void *base, size_t size)
{
	*arena = (struct arena){.base = base, .size = size};
}

void *arena_alloc(struct arena *arena, size_t count, size_t size)
{
	size_t bytes, end;
	void *start = arena->base + arena->used;

	if (__builtin_mul_overflow(count, size, &bytes) ||
		__builtin_add_overflow(bytes, arena->used, &end) || end > SIZE_MAX - 7 ||
		((end + 7) & ~(size_t)7) > arena->size) {
		arena->full = true;
		return NULL;
	}
	arena->used = (end + 7) & ~(size_t)7;
	return start;
}

char *arena_bytes(struct arena *arena, const char *bytes, size_t length)
{
	char *copy = arena_alloc(arena, length + 1, 1);

	if (copy)
		memcpy(copy, bytes, length);
	return copy;
}

char *arena_string(struct arena *arena, const char *string)
{
	return string ? arena_bytes(arena, string, strlen(string)) : NULL;
}
