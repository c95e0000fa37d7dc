/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The mount type "cgroup", which is not one file system but a view that depends on the host. */
#ifndef PLAN_CGROUP_MOUNT_H
#define PLAN_CGROUP_MOUNT_H

#include "plan/builder.h"
#include "plan/mount-options.h"

/* How many operations a mount of that type may become besides its first. */
size_t cgroup_mount_room(const struct host_cgroups *cgroups);

/* Turns `op`, whose target and origin are set, into the mount of the container's cgroup, and adds the operations
 * that follow it. `unified` is the type "cgroup2". */
int cgroup_mount_plan(struct builder *b, bool unified, const struct mount_options *o,
	struct mount_op *op, struct error *err);

#endif
