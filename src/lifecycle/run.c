/* SPDX-License-Identifier: GPL-2.0-or-later */
/* run: create and start in one, and in the foreground wait, pass on and clean up.
 *
 * Runs in: the runtime. */
#include "lifecycle/lifecycle.h"

#include <signal.h>

#include "cgroup/oom.h"
#include "console/relay.h"
#include "lifecycle/create.h"
#include "lifecycle/notify.h"
#include "sys/file.h"
#include "sys/process.h"

/* Orphans of the container come to us instead of to the host's init. */
static int subreaper_set(const struct request *request, struct error *err)
{
	int r = request->no_subreaper ? 0 : sys_prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);

	return r ? error_system(err, r, "cannot become the reaper of orphans") : 0;
}

/* The exit status alone does not tell who sent the signal. */
static void out_of_memory_tell(struct create *create, int status)
{
	struct cgroup_oom oom;
	struct error err = {0};

	if (status != 128 + SIGKILL || !create->caller->warn ||
		!cgroup_oom_read(&create->cgroups, &oom) || !oom.kills)
		return;
	cgroup_oom_explain(&create->cgroups, &err);
	create->caller->warn(err.text);
}

static int wait_and_remove(
	struct create *create, int signal_fd, int *ret_status, struct error *err)
{
	struct launch *launch = &create->launch;
	struct error failed;
	int r;

	state_unlock(&create->dir);
	r = relay_run(signal_fd, launch->pidfd, launch->terminal_fd, ret_status, err);
	if (!r)
		out_of_memory_tell(create, *ret_status);
	if (create->request->keep)
		return r;
	if (state_lock(&create->dir, STATE_LOCKED, &failed)) {
		/* What failed before says more; or somebody else has deleted it. */
		if (r || failed.errnum == ENOENT)
			return r;
		return error_set(err, failed.class, failed.errnum,
			"the container has ended and is still there, for \"tare delete\" to "
			"remove: %s",
			failed.text);
	}
	return create_remove(create, err) ? -1 : r;
}

static int run_foreground(struct create *create, int *ret_status, struct error *err)
{
	uint64_t old_mask;
	int signal_fd, r;

	if (relay_signals(&signal_fd, &old_mask, err))
		return -1;
	r = subreaper_set(create->request, err);
	if (!r)
		r = create_run(create, err);
	if (!r)
		r = wait_and_remove(create, signal_fd, ret_status, err);
	sys_close(signal_fd);
	sys_sigprocmask(SIG_SETMASK, &old_mask, NULL);
	return r;
}

/* Returns when the program runs, and if a service manager asks, when it is ready. */
static int run_detached(struct create *create, struct error *err)
{
	if (create_run(create, err))
		return -1;
	state_unlock(&create->dir);
	return notify_wait(create->notify_fd, create->launch.pidfd, create->launch.pid,
		create->request->notify_socket, err);
}

int lifecycle_run(const struct request *request, const struct caller *caller, int *ret_status,
	struct error *err)
{
	struct create create;
	int r = create_start(&create, request, caller, err);

	*ret_status = 0;
	if (!r)
		r = request->detach ? run_detached(&create, err)
				    : run_foreground(&create, ret_status, err);
	create_close(&create);
	return r;
}
