/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ids that trees of mounts show. */
#ifndef LAUNCH_MAP_H
#define LAUNCH_MAP_H

#include "base/error.h"
#include "plan/plan.h"

/* User namespaces that hold a map each. */
struct maps {
	const struct mount_map *items;
	size_t count;
	int32_t *fds;  /* -1 until one is needed */
	int joined_fd; /* borrowed */
};

/* Makes nothing yet. `joined_fd` is the user namespace that the container joins, -1 without; `fds` has room for one
 * per map. */
void maps_start(struct maps *maps, const struct plan *plan, int joined_fd, int32_t *fds);

/* Maps the ids of a detached tree as the operation says. */
int map_apply(struct maps *maps, const struct mount_op *op, int tree, struct error *err);

/* The maps of the trees stay. */
void maps_close(struct maps *maps);

#endif
