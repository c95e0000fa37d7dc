/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Freezing and thawing a container's processes. */
#ifndef CGROUP_FREEZER_H
#define CGROUP_FREEZER_H

#include "cgroup/set.h"

/* 1 frozen, 0 not frozen or gone, -1 error. */
int cgroup_frozen(struct cgroup_set *set, struct error *err);

/* Would a process that enters this directory stop? As cgroup_frozen(), and also for what
 * cgroups above have ordered. */
int cgroup_frozen_now(struct cgroup_directory *directory, struct error *err);

/* Stops everything and waits until all of it has stopped, at most `milliseconds`; then 0 is
 * returned all the same, with *ret_frozen false. Whoever calls it must call cgroup_thaw(),
 * after an error too. */
int cgroup_freeze(
	struct cgroup_set *set, unsigned milliseconds, bool *ret_frozen, struct error *err);

/* Lets everything run again, also what the container itself has frozen on v1: there SIGKILL
 * has no effect on a frozen process. Harmless if nothing is frozen or there. */
int cgroup_thaw(struct cgroup_set *set, struct error *err);

#endif
