/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where this host's cgroup hierarchies are, and where the runtime sits in them. Plain data. */
#ifndef HOST_CGROUP_H
#define HOST_CGROUP_H

#include <stdbool.h>
#include <stddef.h>

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
};

struct host_cgroups {
	enum cgroup_layout layout;
	size_t count;
	struct host_hierarchy of[HOST_HIERARCHIES];
};

#endif
