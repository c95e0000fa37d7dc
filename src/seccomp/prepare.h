/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The filter of a container, from the cache or compiled. */
#ifndef SECCOMP_PREPARE_H
#define SECCOMP_PREPARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "plan/plan.h"
#include "seccomp/filter.h"

/* Does this kernel take the flag (SECCOMP_FILTER_FLAG_*)? 0 asks whether it has filters at all. */
bool prepare_flag_supported(uint32_t flag);

/* A call that is to pass the filter: with every argument, or with this first one. */
struct prepare_call {
	const char *name;
	bool known;
	uint64_t first_argument;
};

struct cache_rules;

/* Asks whether the kernel takes the profile's flags, and makes the filter. It lies in memory of `keep`;
 * `scratch` is used in between. *ret_passes: do all of the calls pass? 1 if `rules` are absent and the filter is not
 * in the cache. */
int prepare_filter(const struct plan_seccomp *seccomp, const struct cache_rules *rules,
	const char *root, const struct prepare_call *calls, size_t call_count,
	struct arena *keep, struct arena *scratch, struct filter *ret_filter, bool *ret_passes,
	struct error *err);

#endif
