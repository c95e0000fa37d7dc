/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists of processors, as process.execCPUAffinity has them. Pure. */
#ifndef PLAN_AFFINITY_H
#define PLAN_AFFINITY_H

#include <stdbool.h>
#include <stdint.h>

/* More than any kernel is built for. */
#define AFFINITY_CPUS 8192

/* As sched_setaffinity(2) takes it. */
struct affinity {
	uint32_t count; /* bits that are set */
	uint64_t bits[AFFINITY_CPUS / 64];
};

/* "0-3,7", with blanks around the parts; false if it is something else, or names no processor. */
bool affinity_parse(const char *list, struct affinity *ret);

#endif
