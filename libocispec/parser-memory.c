/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Blocks of an arena that know their size, since yajl asks for larger ones in place of them.
 *
 * Relies on: yajl owning nothing but memory, so that a jump out of it loses nothing. */
#include "libocispec/parser-memory.h"

#include <stdalign.h>
#include <stdint.h>
#include <string.h>

struct block {
	size_t size;
	alignas(max_align_t) char bytes[];
};

static void *block_take(struct oci_parser_memory *memory, size_t size)
{
	struct block *block = NULL;

	if (size <= SIZE_MAX / 2)
		block = oci_arena_take(memory->arena, sizeof(*block) + size);
	if (!block)
		longjmp(memory->none, 1);
	block->size = size;
	return block->bytes;
}

static void *on_take(void *context, size_t size)
{
	return block_take(context, size);
}

/* What is left behind is at most as much as is in use: who grows once grows again. */
static void *on_resize(void *context, void *bytes, size_t size)
{
	const struct block *old;
	void *larger;

	if (!bytes)
		return block_take(context, size);
	old = (const struct block *)(const void *)((char *)bytes -
						   offsetof(struct block, bytes));
	if (size <= old->size)
		return bytes;
	larger = block_take(context, size / 2 < old->size ? old->size * 2 : size);
	memcpy(larger, bytes, old->size);
	return larger;
}

static void on_free(void *context, void *bytes)
{
	(void)context;
	(void)bytes;
}

yajl_alloc_funcs *oci_parser_memory(struct oci_parser_memory *memory, struct oci_arena *arena)
{
	memory->arena = arena;
	memory->functions = (yajl_alloc_funcs){
		.malloc = on_take, .realloc = on_resize, .free = on_free, .ctx = memory};
	return &memory->functions;
}
