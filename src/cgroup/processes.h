/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which processes are in a container's cgroups. */
#ifndef CGROUP_PROCESSES_H
#define CGROUP_PROCESSES_H

#include "cgroup/set.h"

/* Calls `tell` for each process in the container's cgroup and those below it. A process that
 * moves meanwhile may be told twice or missed; one outside of our pid namespace is told as 0.
 * A cgroup that is gone has no processes. `tell` returns 0 to go on, and its other results end
 * the search with an error. */
int cgroup_each_process(
	struct cgroup_set *set, int (*tell)(void *ctx, int pid), void *ctx, struct error *err);

/* The same for one hierarchy. */
int cgroup_each_process_of(struct cgroup_directory *directory, int (*tell)(void *ctx, int pid),
	void *ctx, struct error *err);

#endif
