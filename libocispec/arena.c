/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Arenas of decoded documents: a list of malloc'ed chunks, of which only the newest is filled. What is lent is in no list.
 *
 * A chunk is far larger than a usual object, so that a configuration needs two or three calls of
 * malloc; strings are packed without alignment. */
#include "libocispec/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_SIZE ((size_t)32 * 1024)

struct oci_chunk {
	struct oci_chunk *older;
	alignas(max_align_t) char bytes[];
};

static int chunk_add(struct oci_arena *arena, size_t size)
{
	struct oci_chunk *chunk;

	if (size < CHUNK_SIZE)
		size = CHUNK_SIZE;
	if (size > SIZE_MAX - sizeof(*chunk))
		return -1;
	chunk = malloc(sizeof(*chunk) + size);
	if (!chunk)
		return -1;
	chunk->older = arena->chunks;
	arena->chunks = chunk;
	arena->next = chunk->bytes;
	arena->left = size;
	return 0;
}

static char *bytes_take(struct oci_arena *arena, size_t size, size_t padding)
{
	char *bytes;

	if (arena->left < padding || arena->left - padding < size || !arena->next) {
		if (chunk_add(arena, size))
			return NULL;
		padding = 0;
	}
	bytes = arena->next + padding;
	arena->next = bytes + size;
	arena->left -= padding + size;
	return bytes;
}

void oci_arena_lend(struct oci_arena *arena, void *memory, size_t size)
{
	arena->next = memory;
	arena->left = size;
}

void *oci_arena_take(struct oci_arena *arena, size_t size)
{
	size_t padding = -(uintptr_t)arena->next % alignof(max_align_t);
	char *bytes = bytes_take(arena, size, padding);

	if (bytes)
		memset(bytes, 0, size);
	return bytes;
}

const char *oci_arena_copy(struct oci_arena *arena, const char *bytes, size_t length)
{
	char *copy;

	if (length == SIZE_MAX)
		return NULL;
	copy = bytes_take(arena, length + 1, 0);
	if (!copy)
		return NULL;
	memcpy(copy, bytes, length);
	copy[length] = '\0';
	return copy;
}

void oci_arena_free(struct oci_arena *arena)
{
	while (arena->chunks) {
		struct oci_chunk *older = arena->chunks->older;

		free(arena->chunks);
		arena->chunks = older;
	}
	arena->next = NULL;
	arena->left = 0;
}
