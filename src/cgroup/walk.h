/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Visits a cgroup and all cgroups below it. */
#ifndef CGROUP_WALK_H
#define CGROUP_WALK_H

#include "cgroup/set.h"

/* Either may be NULL. A result other than 0 ends the walk with it. */
struct cgroup_visitor {
	/* Before those below: `dir_fd` is the cgroup itself. */
	int (*enter)(void *ctx, int dir_fd);
	/* After those below: the cgroup is `name` in `parent_fd`. Not for the top. */
	int (*leave)(void *ctx, int parent_fd, const char *name);
	void *ctx;
};

/* 0, the visitor's result, -ELOOP if the cgroups are nested too deep, or another -errno. A
 * cgroup that vanishes is passed over; the top one missing is -ENOENT. */
int cgroup_walk(struct cgroup_directory *directory, const struct cgroup_visitor *visitor);

#endif
