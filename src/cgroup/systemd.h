/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The unit of systemd that a container's cgroup belongs to.
 *
 * Every call of systemd has a deadline, 30 seconds unless TARE_SYSTEMD_SECONDS says otherwise. */
#ifndef CGROUP_SYSTEMD_H
#define CGROUP_SYSTEMD_H

#include "cgroup/set.h"
#include "plan/unit.h"

/* Whether systemd answers: the user's, or the machine's. */
int systemd_probe(bool user, struct error *err);

/* Where a user's systemd has its own cgroup, in `arena`. */
int systemd_root(struct arena *arena, const char **ret_path, struct error *err);

/* Starts the set's unit, with process `pid` in it if it is a scope, and waits until systemd has done it. A unit of
 * that name that has failed makes room. */
int systemd_start(
	const struct cgroup_set *set, const struct plan_unit *unit, int pid, struct error *err);

/* The part of the set's path that is below the unit's cgroup, "/container"; "" if it is that. */
const char *systemd_below(struct cgroup_set *set);

/* Has systemd move a process into the cgroup `subgroup` ("/a/b") below that of the unit, which was delegated: for a caller who may
 * not go there himself. */
int systemd_attach(
	const struct cgroup_set *set, const char *subgroup, int pid, struct error *err);

/* Gives a running unit other properties, until it ends. */
int systemd_set(const struct cgroup_set *set, const struct unit_property *properties,
	size_t count, struct error *err);

/* Stops the unit and waits until it is gone; a scope that ends by itself, as it does without processes, costs no connection. A set that is not known to be ours names a unit that may be another's: it
 * is stopped only if systemd says that we have made it. No such unit is success, and no such systemd if the unit's cgroup is gone with it. */
int systemd_stop(struct cgroup_set *set, struct error *err);

#endif
