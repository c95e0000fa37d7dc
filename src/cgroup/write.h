/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values of limits, written into a container's cgroups in the order and in the way that the plan says. */
#ifndef CGROUP_WRITE_H
#define CGROUP_WRITE_H

#include "cgroup/set.h"

/* The way back: for each value that was written, in reverse, what was there before. */
struct cgroup_undo {
	struct arena *arena;
	struct cgroup_write *items; /* the last `count` of `room` */
	size_t count, room;
};

/* Room for the undoing of `count` writes. */
int cgroup_undo_start(
	struct cgroup_undo *undo, struct arena *arena, size_t count, struct error *err);

/* Writes the values. On v2 the controllers that they need are enabled first. Every error carries the place in config.json; what
 * was written before it is in `undo`, which may be NULL. */
int cgroup_write_all(struct cgroup_set *set, const struct cgroup_write *writes, size_t count,
	struct cgroup_undo *undo, struct error *err);

/* Writes back what was there before. */
int cgroup_undo_run(struct cgroup_set *set, const struct cgroup_undo *undo, struct error *err);

#endif
