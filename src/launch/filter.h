/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The seccomp filter that init loads. */
#ifndef LAUNCH_FILTER_H
#define LAUNCH_FILTER_H

#include "launch/memory.h"
#include "seccomp/cache.h"

/* Puts the filter of the plan's profile into the memory that init gets, and decides when init loads it. Nothing
 * without a profile. Before memory_finish(). 1 if the rules are absent and are needed. */
int filter_make(struct memory *memory, const struct plan *plan, const struct cache_rules *rules,
	const char *state_root, struct arena *scratch, struct error *err);

#endif
