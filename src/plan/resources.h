/* SPDX-License-Identifier: GPL-2.0-or-later */
/* linux.resources -> what is to be written into the container's cgroup. Pure.
 *
 * The decision is the same for every cgroup manager, and for create and update: a list of files, values and how
 * they depend on each other (struct cgroup_write), and the rules for devices. Where a value has two forms it is decided here
 * which one it is; whether this kernel has the file, cgroup/ finds out.
 *
 * Spec: config-linux.md "control groups" */
#ifndef PLAN_RESOURCES_H
#define PLAN_RESOURCES_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"
#include "host/cgroup.h"
#include "libocispec/config.h"
#include "plan/plan.h"

/* Where the values are to go. */
struct resources_place {
	const struct host_cgroups *cgroups; /* which hierarchies, with which controllers */
	bool disabled;			    /* there is no cgroup: each limit is refused */
	struct arena *arena;		    /* for everything that the result points to */
	/* Told what is tolerated but has no effect. */
	void (*warn)(void *ctx, const char *text);
	/* Told of a refusal: 0 to go on with the next limit. NULL: the first one is the last. */
	int (*go_on)(void *ctx, struct error *err);
	void *ctx;
};

/* Fills `writes` and `write_count` of *cgroup. Every error has the place in config.json. */
int resources_plan(const struct resources_place *place, const struct oci_resources *given,
	struct plan_cgroup *cgroup, struct error *err);

/* Fills the rules for devices: those given, between a denial of everything and what every container may use. */
int resources_devices_plan(struct arena *arena, const struct oci_device_rule_list *given,
	struct plan_cgroup *cgroup, struct error *err);

/* Is one device denied, and not just everything that is not allowed? The latter is what engines write, and in a user namespace
 * so without rules: there are no devices but those of linux.devices and the defaults. */
bool resources_devices_deny_one(const struct oci_device_rule_list *given);

/* Do any of the resources need a controller of v2? Only then it is asked which ones there are. */
bool resources_need_controllers(const struct oci_resources *given);

#endif
