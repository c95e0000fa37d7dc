/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Removing a container's cgroups. */
#ifndef CGROUP_REMOVE_H
#define CGROUP_REMOVE_H

#include "cgroup/set.h"

/* Removes the directories, what is below them, and the empty ones above them that we made.
 * Waits up to `milliseconds` for dying processes to leave. A missing directory is success. Of
 * a set that is only planned empty directories are removed, and others left to their owner. */
int cgroup_remove(struct cgroup_set *set, unsigned milliseconds, struct error *err);

#endif
