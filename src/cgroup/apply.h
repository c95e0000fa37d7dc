/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Limits and device rules of a container, written into its cgroups. */
#ifndef CGROUP_APPLY_H
#define CGROUP_APPLY_H

#include "cgroup/set.h"

/* Writes the plan's values in their order, then the device rules: to devices.allow and
 * devices.deny on v1, as a program on v2. Every error carries the place in config.json. Comes
 * before a process is in the cgroups. */
int cgroup_apply(struct cgroup_set *set, const struct plan_cgroup *plan, struct error *err);

#endif
