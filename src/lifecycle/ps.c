/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ps: the processes of a container, by the pids that the caller's pid namespace has for them.
 *
 * Runs in: the runtime. Takes no lock, and sees also what the container has put into cgroups below its own. */
#include "lifecycle/lifecycle.h"

#include "cgroup/processes.h"
#include "lifecycle/container.h"

static int ps_opened(struct container *container, int (*tell)(void *ctx, int pid), void *ctx,
	struct error *err)
{
	if (!container->cgroups.count)
		return error_set(err, ERROR_UNSUPPORTED, 0,
			"the container has no cgroup that could tell its processes");
	if (container->state.stale || !container->cgroups.ours)
		return 0;
	return cgroup_each_process(&container->cgroups, tell, ctx, err);
}

int lifecycle_ps(const struct request *request, int (*tell)(void *ctx, int pid), void *ctx,
	struct error *err)
{
	struct container container;
	int r;

	if (state_id_check(request->id, err) || container_open(&container, request->state_root,
							request->id, STATE_UNLOCKED, err))
		return -1;
	r = ps_opened(&container, tell, ctx, err);
	container_close(&container);
	return r;
}
