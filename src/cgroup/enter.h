/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cgroups below the container's own, for a process that is added to it. They change the set that they are given, which
 * then names where the process goes and not what is the container's. */
#ifndef CGROUP_ENTER_H
#define CGROUP_ENTER_H

#include "cgroup/set.h"

/* "PATH" is for all hierarchies, "CONTROLLER[,CONTROLLER]:PATH" for those of v1. Nothing is made: whether they are
 * there is found when they are opened. Errors: "bad sub cgroup path", "unknown controller". */
int cgroup_descend(struct cgroup_set *set, const char *const *given, size_t count,
	struct arena *arena, struct error *err);

/* The v2 directory becomes that of process `pid`, which must be the container's or lie beneath it: a container
 * that has given its controllers to cgroups of its own has no place for processes itself. */
int cgroup_follow(struct cgroup_set *set, int pid, struct arena *arena, struct error *err);

#endif
