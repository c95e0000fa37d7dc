/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Controllers of cgroup v2: a cgroup has those which all cgroups above it pass on. */
#ifndef CGROUP_CONTROLLERS_H
#define CGROUP_CONTROLLERS_H

#include "cgroup/set.h"

/* Tries to give the v2 cgroup the controllers of the plan's values, and those that callers
 * read statistics of. What cannot be had is not an error: writing a value that needs it will
 * be. */
void controllers_enable(
	struct cgroup_directory *directory, const struct cgroup_write *writes, size_t count);

/* A v2 cgroup that passes controllers on to those below it takes no process: takes them back. 0, or -errno. */
int controllers_take_back(struct cgroup_directory *directory);

/* A v2 cgroup that passes controllers on to those below it takes no process: takes them back. 0, or -errno. */
int controllers_take_back(struct cgroup_directory *directory);

#endif
