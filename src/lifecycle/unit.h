/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The unit of systemd of a container that is being created. */
#ifndef LIFECYCLE_UNIT_H
#define LIFECYCLE_UNIT_H

#include "lifecycle/create.h"

/* Finds where the cgroup of the user's systemd is; comes before the cgroups are located. */
int unit_locate(struct create *create, struct error *err);

/* Gives the unit its description, which is recorded with its name before it is started. */
int unit_name(struct create *create, struct error *err);

/* Starts the unit; what holds it until init is in its cgroup is in create->holder. */
int unit_start(struct create *create, struct error *err);

/* Frees the unit's own cgroup of the holder, when the container's cgroup below it is made. */
int unit_settle(struct create *create, struct error *err);

/* launch_clone() for a process that goes into the set's cgroup: if the caller may not put it there himself, his systemd does. */
int unit_clone(struct cgroup_set *set, struct launch *launch, struct error *err);

/* Ends what holds the unit. */
void unit_release(struct create *create);

#endif
