/* SPDX-License-Identifier: GPL-2.0-or-later */
/* CPUs and memory nodes of a new cpuset of v1, which is born without any and takes no process
 * before it has both. */
#ifndef CGROUP_CPUSET_H
#define CGROUP_CPUSET_H

#include "cgroup/set.h"

/* Gives the cpuset those of its parent, and first of all the parents that have none. 0 or
 * -errno. */
int cpuset_inherit(struct cgroup_directory *directory);

#endif
