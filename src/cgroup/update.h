/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Other limits and device rules for a container that exists. */
#ifndef CGROUP_UPDATE_H
#define CGROUP_UPDATE_H

#include "cgroup/set.h"

/* The hierarchies of the set, as resources_plan() wants to know them. */
int cgroup_facts(struct cgroup_set *set, struct arena *arena, struct host_cgroups *ret_cgroups,
	struct error *err);

/* A file of the container's cgroup in the hierarchy of the controller, as a string in the arena; NULL if it has none. */
const char *cgroup_value(
	struct cgroup_set *set, const char *controller, const char *file, struct arena *arena);

/* What else must succeed, or the values are taken back. */
struct cgroup_partner {
	int (*run)(void *ctx, const struct plan_cgroup *plan, struct error *err);
	void *ctx;
};

/* Writes the plan's values, asks the partner if there is one, then changes the device rules if there are any. When one is refused,
 * the values that were written are taken back, and the error is that of the refused one. */
int cgroup_update(struct cgroup_set *set, const struct plan_cgroup *plan,
	const struct cgroup_partner *partner, struct arena *arena, struct error *err);

#endif
