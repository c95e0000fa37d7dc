/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one mount of a container without a mount namespace: of its root, on itself, with all other mounts in it. */
#ifndef LIFECYCLE_ROOT_MOUNT_H
#define LIFECYCLE_ROOT_MOUNT_H

#include "base/arena.h"
#include "base/error.h"
#include "plan/plan.h"
#include "state/directory.h"

/* Records `tree`, which is not attached yet, if `plan` has such a mount. */
int root_mount_record(
	const struct plan *plan, int tree, struct state_dir *dir, struct error *err);

/* The same as root_mount_remove() for who has made it. */
int root_mount_end(
	const struct plan *plan, struct state_dir *dir, struct arena *arena, struct error *err);

/* Unmounts what was recorded from `path`, the root's; success if it is no longer there. `record` may be NULL. EBUSY
 * if another mount lies over it. */
int root_mount_remove(const char *record, const char *path, struct error *err);

#endif
