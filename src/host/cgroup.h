/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where this host's cgroup hierarchies are, and where the runtime sits in them. Plain data. */
#ifndef HOST_CGROUP_H
#define HOST_CGROUP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

enum cgroup_layout {
	CGROUP_NONE,   /* nothing mounted */
	CGROUP_V1,     /* every hierarchy is v1 */
	CGROUP_HYBRID, /* v1 controllers, and a v2 tree beside them */
	CGROUP_V2,     /* one v2 tree at /sys/fs/cgroup */
};

#define HOST_HIERARCHIES 24

struct host_hierarchy {
	bool v2;
	const char *mount;	 /* "/sys/fs/cgroup/memory" */
	const char *controllers; /* v1: "cpu,cpuacct" or "name=systemd"; v2: "" */
	const char *own;	 /* the runtime's own cgroup in it: "/user.slice" */
	const char *available;	 /* v2: "cpu io memory"; NULL: not asked, see probe.h */
};

struct host_cgroups {
	enum cgroup_layout layout;
	size_t count;
	struct host_hierarchy of[HOST_HIERARCHIES];
};

/* The layout, from the contents of /proc/self/mountinfo and /proc/self/cgroup. Hierarchies come in the order of the latter;
 * those that are mounted nowhere are left out. Strings are copied into `arena`. A line that is not
 * in the kernel's format is skipped. -1 when the arena is full. */
int host_cgroups_parse(const char *mountinfo, const char *own, struct arena *arena,
	struct host_cgroups *ret_cgroups);

/* The runtime's own cgroup on a host with v2 alone, from the content of /proc/self/cgroup: what follows "0::",
 * or "/". NULL when the arena is full. */
const char *host_cgroup_own(const char *own, struct arena *arena);

#endif
