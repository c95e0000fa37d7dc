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

/* What a command that looks at many containers, one after the other, need not find out for each. */
struct container_series {
	struct arena arena; /* for the one that is open */
	char boot_id[STATE_BOOT_ID_SIZE];
	struct cgroup_mount freezer;
};

int container_series_open(struct container_series *series, struct error *err);

/* The next one, without a lock: as container_open(). It is closed by container_series_leave(), after a failure too. */
int container_series_next(struct container_series *series, struct container *container,
	const char *root, const char *id, struct error *err);
void container_series_leave(struct container_series *series, struct container *container);
void container_series_close(struct container_series *series);

/* Kills a hook that runs and the container's process, frozen or not, and waits for their end up to `milliseconds`. Success
 * if nothing runs. Others without a pid namespace of their own end with container_remove(). */
int container_kill(struct container *container, int milliseconds, struct error *err);

/* Ends the cgroups with what is left in them, then removes the state directory. */
int container_remove(struct container *container, struct error *err);

#endif
