/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The memory that the runtime and init share.
 *
 * Runs in: the runtime.
 * Relies on: MAP_FIXED_NOREPLACE (Linux 4.17), which fails instead of replacing a mapping; F_SEAL_FUTURE_WRITE
 *            (5.1), which leaves the mapping that is there. */
#include "launch/memory.h"

#include <sys/mman.h>

#include "sys/file.h"

int memory_open(struct memory *memory, struct error *err)
{
	void *address = (void *)PLAN_ADDRESS;
	void *got;
	int r;

	*memory = (struct memory){
		.fd = sys_memfd_create("tare:[plan]", MFD_CLOEXEC | MFD_ALLOW_SEALING)};
	if (memory->fd < 0)
		return error_system(err, memory->fd, "cannot make a memory file for the plan");
	r = sys_ftruncate(memory->fd, PLAN_SIZE);
	if (r) {
		memory_close(memory);
		return error_system(err, r, "cannot size the memory file for the plan");
	}
	got = sys_mmap(address, PLAN_SIZE, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_FIXED_NOREPLACE, memory->fd, 0);
	if (got != address) {
		memory_close(memory);
		return error_system(err, sys_is_error(got) ? (int)(long)got : -EEXIST,
			"cannot map the plan at address 0x%lx", PLAN_ADDRESS);
	}
	memory->handoff = got;
	arena_start(&memory->arena, got, PLAN_SIZE);
	arena_new(&memory->arena, struct handoff);
	return 0;
}

int memory_finish(struct memory *memory, const struct plan *plan, struct error *err)
{
	size_t size = (memory->arena.used + 4095) & ~(size_t)4095;
	int r;

	if (memory->arena.full)
		return error_set(err, ERROR_CONFIG, 0,
			"config.json needs a plan of more than %lu MiB", PLAN_SIZE >> 20);
	r = sys_ftruncate(memory->fd, (off_t)size);
	/* We follow the plan's pointers, and a process that may trace init can come by its mappings. */
	if (!r)
		r = sys_fcntl(memory->fd, F_ADD_SEALS,
			F_SEAL_FUTURE_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL);
	if (r)
		return error_system(err, r, "cannot size the memory file for the plan");
	memory->handoff->magic = HANDOFF_MAGIC;
	memory->handoff->size = size;
	memory->handoff->plan = plan;
	return 0;
}

void memory_close(struct memory *memory)
{
	if (memory->handoff)
		sys_munmap(memory->handoff, PLAN_SIZE);
	if (memory->fd >= 0)
		sys_close(memory->fd);
	*memory = (struct memory){.fd = -1};
}
