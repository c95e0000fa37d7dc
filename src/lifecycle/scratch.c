/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one arena of a command. */
#include "lifecycle/scratch.h"

#include <sys/mman.h>

#include "sys/file.h"

#define SCRATCH_SIZE (256UL << 20)

int scratch_open(struct arena *ret_arena, struct error *err)
{
	void *base = sys_mmap(NULL, SCRATCH_SIZE, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (sys_is_error(base))
		return error_system(err, (int)(long)base, "cannot reserve memory");
	arena_start(ret_arena, base, SCRATCH_SIZE);
	return 0;
}

void scratch_close(struct arena *arena)
{
	if (arena->base)
		sys_munmap(arena->base, arena->size);
	*arena = (struct arena){0};
}
