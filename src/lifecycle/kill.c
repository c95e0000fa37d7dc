/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kill: sends a signal to the container's init, or with --all to every process of it.
 *
 * Takes no lock, so that a container can be killed while another command waits on it.
 * Callers: the text "container not running" and "no such process" is how they tell a container
 * that has ended from a failure. */
#include "lifecycle/lifecycle.h"

#include <signal.h>

#include "cgroup/freezer.h"
#include "cgroup/kill.h"
#include "cgroup/processes.h"
#include "lifecycle/container.h"
#include "state/process.h"
#include "sys/file.h"
#include "sys/process.h"

static int one_signal(void *ctx, int pid)
{
	/* The pid may have ended since it was listed; another of its number is in another cgroup
	 * with overwhelming likelihood, as numbers are given round robin. */
	if (pid > 0) /* 0: a process that this pid namespace does not show */
		sys_kill(pid, *(const int *)ctx);
	return 0;
}

static int not_running(struct error *err)
{
	return error_set(err, ERROR_STATE, ESRCH, "container not running");
}

static int init_signal(struct container *container, int signal, struct error *err)
{
	int r, pidfd = process_open(&container->state.init);

	if (pidfd == -ESRCH)
		return not_running(err);
	if (pidfd < 0)
		return error_system(
			err, pidfd, "cannot open process %d", container->state.init.pid);
	r = sys_pidfd_send_signal(pidfd, signal);
	sys_close(pidfd);
	if (r == -ESRCH)
		return not_running(err);
	return r ? error_system(err, r, "cannot send signal %d", signal) : 0;
}

/* Without a pid namespace of its own the end of init does not end the others. */
static int kill_everything(struct container *container, struct error *err)
{
	return cgroup_kill(&container->cgroups, err);
}

/* Of a container without cgroups only init is known. With it all end who are in a pid namespace of its own. */
static int kill_known(
	struct container *container, const struct request *request, struct error *err)
{
	if (request->all && (request->signal != SIGKILL || container->state.value[STATE_PIDS]))
		return error_set(err, ERROR_UNSUPPORTED, 0,
			"cannot find all processes of the container: it has no cgroup");
	if (container->status == STATUS_STOPPED)
		return request->all ? 0 : not_running(err);
	return init_signal(container, request->signal, err);
}

static int kill_opened(
	struct container *container, const struct request *request, struct error *err)
{
	int signal = request->signal;

	if (!container->cgroups.count)
		return kill_known(container, request, err);
	if (signal == SIGKILL && (request->all || container->state.value[STATE_PIDS]))
		return kill_everything(container, err);
	if (request->all)
		return cgroup_each_process(&container->cgroups, one_signal, &signal, err);
	if (container->status == STATUS_STOPPED)
		return not_running(err);
	if (init_signal(container, signal, err))
		return -1;
	/* On cgroup v1 a frozen process dies only when it is thawed. */
	return container->status == STATUS_PAUSED && signal == SIGKILL
		       ? cgroup_thaw(&container->cgroups, err)
		       : 0;
}

int lifecycle_kill(
	const struct request *request, const struct caller *caller, struct error *err)
{
	struct container container;
	int r;

	(void)caller;
	if (state_id_check(request->id, err) || container_open(&container, request->state_root,
							request->id, STATE_UNLOCKED, err))
		return -1;
	r = kill_opened(&container, request, err);
	container_close(&container);
	return r;
}
