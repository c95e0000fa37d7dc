/* SPDX-License-Identifier: GPL-2.0-or-later */
/* delete: removes what a container has left on the host.
 *
 * Spec: runtime.md "delete". With --force it replays the record of a container in any state, also of one
 * whose runtime was killed half-way, and reports success only when nothing is left. */
#include "lifecycle/lifecycle.h"

#include <errno.h>

#include "lifecycle/container.h"
#include "lifecycle/hooking.h"
#include "lifecycle/network.h"

#define KILL_MILLISECONDS 10000

static int delete_allowed(
	const struct container *container, const struct request *request, struct error *err)
{
	switch (container->status) {
	case STATUS_STOPPED:
	case STATUS_CREATED:
		return 0;
	case STATUS_CREATING:
	case STATUS_RUNNING:
	case STATUS_PAUSED:
		if (request->force)
			return 0;
		break;
	case STATUS_COUNT:
		break;
	}
	return error_set(err, ERROR_STATE, 0,
		"cannot delete container %s that is not stopped: %s", request->id,
		status_name(container->status));
}

static int delete_opened(struct container *container, const struct request *request,
	const struct caller *caller, struct error *err)
{
	if (delete_allowed(container, request, err) ||
		container_kill(container, KILL_MILLISECONDS, err))
		return -1;
	/* Whoever holds the lock has just lost its init: let it fail and clean up, then go on. */
	if (!container->dir.locked && state_lock(&container->dir, STATE_LOCK_WAIT, err))
		return err->errnum == ENOENT ? 0 : -1;
	if (network_return(container, err) || container_remove(container, err))
		return -1;
	hooking_poststop(container, caller);
	return 0;
}

int lifecycle_delete(
	const struct request *request, const struct caller *caller, struct error *err)
{
	struct container container;
	int r = state_id_check(request->id, err);

	if (r)
		return -1;
	r = container_open_for_delete(&container, request, err);
	if (!r && container.state.damaged && caller->warn)
		caller->warn("the record of the container is damaged: only what it still "
			     "tells of is removed");
	if (!r)
		r = delete_opened(&container, request, caller, err);
	else if (err->errnum == ENOENT && container.dir.dir_fd < 0)
		return request->force ? 0 : -1;
	else if (err->errnum ==
		 ENODATA) /* killed before its first record: nothing else exists */
		r = state_remove_unused(&container.dir, err);
	container_close(&container);
	return r;
}
