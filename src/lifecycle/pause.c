/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pause and resume: the freezer of the container's cgroup.
 *
 * Runs in: the runtime. Nothing is recorded: what the freezer says is the state.
 * Callers: "container not running" and "container not paused" are the errors they know. */
#include "lifecycle/lifecycle.h"

#include "cgroup/freezer.h"
#include "lifecycle/container.h"
#include "state/process.h"

#define FREEZE_MILLISECONDS 10000
#define LOOK_MILLISECONDS   100

static int freezable_check(struct container *container, struct error *err)
{
	if (container->status != STATUS_RUNNING && container->status != STATUS_CREATED)
		return error_set(err, ERROR_STATE, 0, "container not running: it is %s",
			status_name(container->status));
	if (!container->cgroups.count)
		return error_set(err, ERROR_UNSUPPORTED, 0,
			"the container has no cgroup, and so nothing that can be paused");
	return 0;
}

/* 1 when everything has stopped, 0 when the time is up, or -1. Whoever kills on v1 thaws what cannot end otherwise, perhaps
 * before we have seen that it was frozen. */
static int freeze(struct container *container, struct error *err)
{
	bool frozen = false;

	for (int waited = 0; waited < FREEZE_MILLISECONDS; waited += LOOK_MILLISECONDS) {
		if (cgroup_freeze(&container->cgroups, LOOK_MILLISECONDS, &frozen, err))
			return -1;
		if (frozen)
			return 1;
		if (!process_alive(&container->state.init))
			return error_set(err, ERROR_STATE, 0,
				"container not running: it has just ended");
	}
	return 0;
}

/* Some process may refuse to be stopped, for as long as it waits for a disk: then everything goes on as before. */
static int pause_opened(struct container *container, struct error *err)
{
	struct error ignored;
	int r;

	if (freezable_check(container, err))
		return -1;
	r = freeze(container, err);
	if (r > 0)
		return 0;
	cgroup_thaw(&container->cgroups, &ignored);
	return r ? r
		 : error_set(err, ERROR_STATE, 0,
			   "the container's processes have not stopped within %d seconds",
			   FREEZE_MILLISECONDS / 1000);
}

static int resume_opened(struct container *container, struct error *err)
{
	if (container->status != STATUS_PAUSED)
		return error_set(err, ERROR_STATE, 0, "container not paused: it is %s",
			status_name(container->status));
	return cgroup_thaw(&container->cgroups, err);
}

static int opened(const struct request *request,
	int (*run)(struct container *container, struct error *err), struct error *err)
{
	struct container container;
	int r;

	if (state_id_check(request->id, err) ||
		container_open(&container, request->state_root, request->id, STATE_LOCKED, err))
		return -1;
	r = run(&container, err);
	container_close(&container);
	return r;
}

int lifecycle_pause(const struct request *request, struct error *err)
{
	return opened(request, pause_opened, err);
}

int lifecycle_resume(const struct request *request, struct error *err)
{
	return opened(request, resume_opened, err);
}
