/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Visits a cgroup and all cgroups below it. */
#ifndef CGROUP_WALK_H
#define CGROUP_WALK_H

#include "cgroup/set.h"

/* A result other than 0 ends the walk with it. */
struct cgroup_visitor {
	int (*enter)(void *ctx, int dir_fd);
	void *ctx;
};

/* Visits a cgroup before those below it. 0, the visitor's result, -ELOOP if the cgroups are
 * nested too deep, or another -errno. A cgroup that vanishes is passed over; the top one
 * missing is -ENOENT. */
int cgroup_walk(struct cgroup_directory *directory, const struct cgroup_visitor *visitor);

/* Removes the cgroups below this one, however deep they are nested. 0, -ENOENT if the top one
 * is missing, -EBUSY if processes keep one, or another -errno. */
int cgroup_prune(struct cgroup_directory *directory);

#endif
