/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The memory that the runtime and init share: one memfd at PLAN_ADDRESS, with the handoff in
 * front and the plan's arena behind it. */
#ifndef LAUNCH_MEMORY_H
#define LAUNCH_MEMORY_H

#include "base/arena.h"
#include "base/error.h"
#include "init/handoff.h"

struct memory {
	int fd; /* close-on-exec; -1 when closed */
	struct handoff *handoff;
	struct arena arena; /* for plan_build() and for the handoff's arrays */
};

/* Maps PLAN_SIZE bytes at PLAN_ADDRESS; only what is touched costs memory. */
int memory_open(struct memory *memory, struct error *err);

/* Cuts the memfd to what is used and fills handoff->magic, size and plan. The runtime may not
 * allocate from the arena any more. */
int memory_finish(struct memory *memory, const struct plan *plan, struct error *err);

void memory_close(struct memory *memory);

#endif
