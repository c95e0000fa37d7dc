/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An existing container: its state directory, its record, its cgroups, its process. */
#ifndef LIFECYCLE_CONTAINER_H
#define LIFECYCLE_CONTAINER_H

#include <stdint.h>

#include "base/arena.h"
#include "cgroup/set.h"
#include "plan/request.h"
#include "state/directory.h"
#include "state/record.h"
#include "state/status.h"

struct container {
	struct arena arena;
	struct state_dir dir;
	struct state state;
	struct cgroup_set cgroups;
	enum status status;
};

/* Opens, locks and reads, and finds out the status. On failure nothing is left open;
 * err->errnum is ENOENT if there is no such container. */
int container_open(struct container *container, const char *root, const char *id,
	enum state_lock lock, struct error *err);

/* For delete, which copes with a record that is missing (err->errnum ENODATA) or damaged (EUCLEAN): what
 * was opened stays open after a failure, but for ENOENT. */
int container_open_for_delete(
	struct container *container, const struct request *request, struct error *err);

void container_close(struct container *container);

/* The same in memory of the caller's, for who opens many: container->arena tells how much of it is used now, after an error
 * too. It is left behind when the container is closed by container_leave(). */
int container_open_in(struct container *container, const struct arena *arena, const char *root,
	const char *id, enum state_lock lock, struct error *err);
void container_leave(struct container *container);

/* Kills a hook that runs and the container's process, frozen or not, and waits for their end up to `milliseconds`. Success
 * if nothing runs. Others without a pid namespace of their own end with container_remove(). */
int container_kill(struct container *container, int milliseconds, struct error *err);

/* Ends the cgroups with what is left in them, then removes the state directory. */
int container_remove(struct container *container, struct error *err);

#endif
