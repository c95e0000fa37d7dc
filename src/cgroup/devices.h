/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The device rules of a cgroup, as lines of v1 or as a program of v2. */
#ifndef CGROUP_DEVICES_H
#define CGROUP_DEVICES_H

#include "cgroup/set.h"

/* For a new cgroup. Errors carry the place in config.json. */
int cgroup_devices_apply(
	struct cgroup_set *set, const struct plan_cgroup *plan, struct error *err);

/* For one with processes: what both the old rules and the new ones allow is allowed all the time. */
int cgroup_devices_change(
	struct cgroup_set *set, const struct plan_cgroup *plan, struct error *err);

#endif
