/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The id maps of a user namespace: written by the runtime to a new one, compared with those of another. */
#ifndef LAUNCH_IDMAP_H
#define LAUNCH_IDMAP_H

#include "base/error.h"
#include "plan/plan.h"

/* Writes uid_map and gid_map of process `pid` as one write each, as the kernel demands. What only newuidmap and newgidmap may
 * write they do; they are looked for in `search_path` (NULL: none) and where they usually are. */
int idmap_write(
	int pid, const struct plan_ids *ids, const char *search_path, struct error *err);

/* Writes one of the files, uid_map or gid_map, of process `pid`; 0 or -errno. */
int idmap_file_write(int pid, const char *file, const char *map);

/* Are the maps of process `pid`, which has joined the plan's user namespace, as the plan wants them? */
int idmap_compare(int pid, const struct plan *plan, struct error *err);

#endif
