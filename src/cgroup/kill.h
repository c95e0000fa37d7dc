/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ending every process of a container. */
#ifndef CGROUP_KILL_H
#define CGROUP_KILL_H

#include "cgroup/freezer.h"
#include "cgroup/set.h"

/* SIGKILL for all of them, frozen or not; does not wait for their end. A set that is only
 * planned is left alone: whatever runs there is not ours. Never leaves anything frozen. */
int cgroup_kill(struct cgroup_set *set, struct error *err);

#endif
