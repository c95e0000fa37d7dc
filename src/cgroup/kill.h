/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every process of a container: listing, killing, whether they are frozen. */
#ifndef CGROUP_KILL_H
#define CGROUP_KILL_H

#include "cgroup/set.h"

/* Calls `tell` for each process in the container's cgroup and those below it. A process that
 * moves meanwhile may be told twice or missed. A cgroup that is gone has no processes. `tell`
 * returns 0 to go on. */
int cgroup_each_process(
	struct cgroup_set *set, int (*tell)(void *ctx, int pid), void *ctx, struct error *err);

/* SIGKILL for all of them, frozen or not; does not wait for their end. A set that is only
 * planned is left alone: whatever runs there is not ours. Never leaves anything frozen. */
int cgroup_kill(struct cgroup_set *set, struct error *err);

/* Lets everything run again, for a SIGKILL to work on v1. Harmless if nothing is frozen. */
int cgroup_thaw(struct cgroup_set *set, struct error *err);

/* 1 frozen, 0 not frozen or gone, -1 error. */
int cgroup_frozen(struct cgroup_set *set, struct error *err);

#endif
