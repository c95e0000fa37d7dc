/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An existing container, from its record alone: no config.json, no host facts.
 *
 * Runs in: the runtime. */
#include "lifecycle/container.h"

#include <signal.h>
#include <string.h>

#include "cgroup/freezer.h"
#include "cgroup/kill.h"
#include "cgroup/resctrl.h"
#include "cgroup/survivors.h"
#include "lifecycle/cgroups.h"
#include "lifecycle/root-mount.h"
#include "lifecycle/scratch.h"
#include "state/process.h"
#include "sys/file.h"
#include "sys/process.h"

/* How long a process that is not frozen may take to end before the freezer is asked. */
#define FROZEN_MILLISECONDS 50

static int cgroups_read(struct container *container, struct error *err)
{
	const char *record = container->state.value[STATE_CGROUP];

	if (!record)
		return 0;
	if (cgroup_record_parse(record, &container->arena, &container->cgroups, err))
		return -1;
	/* What is there since the machine was started anew is somebody else's. */
	container->cgroups.ours &= !container->state.stale;
	return 0;
}

/* state_status() knows of no freezer. */
static int paused_check(struct container *container, struct error *err)
{
	int frozen;

	if (container->status != STATUS_RUNNING && container->status != STATUS_CREATED)
		return 0;
	frozen = cgroup_frozen(&container->cgroups, err);
	if (frozen > 0)
		container->status = STATUS_PAUSED;
	return frozen < 0 ? -1 : 0;
}

static int record_read(struct container *container, struct error *err)
{
	return state_read(&container->dir, &container->arena, &container->state, err) ||
			       cgroups_read(container, err) ||
			       state_status(&container->dir, &container->state,
				       &container->status, err)
		       ? -1
		       : 0;
}

static int container_read(struct container *container, struct error *err)
{
	return record_read(container, err) ? -1 : paused_check(container, err);
}

int container_open(struct container *container, const char *root, const char *id,
	enum state_lock lock, struct error *err)
{
	*container = (struct container){.dir = {.dir_fd = -1, .journal_fd = -1}};
	if (scratch_open(&container->arena, err))
		return -1;
	if (!state_open(root, id, lock, &container->dir, err) &&
		!container_read(container, err))
		return 0;
	container_close(container);
	return -1;
}

int container_series_open(struct container_series *series, struct error *err)
{
	*series = (struct container_series){.freezer.fd = -1};
	return scratch_open(&series->arena, err);
}

int container_series_next(struct container_series *series, struct container *container,
	const char *root, const char *id, struct error *err)
{
	*container = (struct container){
		.arena = series->arena, .dir = {.dir_fd = -1, .journal_fd = -1}};
	if (state_open(root, id, STATE_UNLOCKED, &container->dir, err))
		return -1;
	memcpy(container->dir.boot_id, series->boot_id, sizeof(series->boot_id));
	if (record_read(container, err))
		return -1;
	cgroup_mount_lend(&series->freezer, &container->cgroups);
	return paused_check(container, err);
}

void container_series_leave(struct container_series *series, struct container *container)
{
	memcpy(series->boot_id, container->dir.boot_id, sizeof(series->boot_id));
	cgroup_mount_keep(&series->freezer, &container->cgroups);
	cgroup_set_close(&container->cgroups);
	state_close(&container->dir);
	/* The next one wants it as new; new memory would cost a fault for every page. */
	memset(series->arena.base, 0, container->arena.used);
}

void container_series_close(struct container_series *series)
{
	if (series->freezer.fd >= 0)
		sys_close(series->freezer.fd);
	scratch_close(&series->arena);
}

static int container_salvage(struct container *container, struct error *err)
{
	if (state_salvage(&container->dir, &container->arena, &container->state, err) ||
		cgroups_read(container, err))
		return -1;
	return state_status(&container->dir, &container->state, &container->status, err);
}

int container_open_for_delete(
	struct container *container, const struct request *request, struct error *err)
{
	*container = (struct container){.dir = {.dir_fd = -1, .journal_fd = -1}};
	if (scratch_open(&container->arena, err))
		return -1;
	if (state_open(request->state_root, request->id,
		    request->force ? STATE_LOCK_WAIT : STATE_LOCKED, &container->dir, err)) {
		scratch_close(&container->arena);
		return -1;
	}
	if (!container_read(container, err))
		return 0;
	if (err->errnum == EUCLEAN && request->force)
		return container_salvage(container, err);
	return -1;
}

void container_close(struct container *container)
{
	cgroup_set_close(&container->cgroups);
	state_close(&container->dir);
	scratch_close(&container->arena);
}

/* Whoever is frozen, by `pause` or by the container itself, dies only when the cgroups are told. */
static int end_await(
	struct container *container, int pidfd, int milliseconds, struct error *err)
{
	int r = process_end_wait(
		pidfd, container->status == STATUS_PAUSED ? 0 : FROZEN_MILLISECONDS);

	if (!r && cgroup_kill(&container->cgroups, err))
		return -1;
	if (!r)
		r = process_end_wait(pidfd, milliseconds);
	if (r > 0)
		return 0;
	error_set(err, ERROR_STATE, r < 0 ? r : ETIMEDOUT,
		"process %d of the container does not end after SIGKILL",
		container->state.init.pid);
	cgroup_survivors_tell(&container->cgroups, err);
	return -1;
}

/* A process that is gone already is what was wanted. */
static int process_kill(const struct state_process *process, int *ret_pidfd, struct error *err)
{
	int r, pidfd = process->pid > 0 ? process_open(process) : -ESRCH;

	*ret_pidfd = -1;
	if (pidfd == -ESRCH)
		return 0;
	if (pidfd < 0)
		return error_system(err, pidfd, "cannot open process %d", process->pid);
	*ret_pidfd = pidfd;
	r = sys_pidfd_send_signal(pidfd, SIGKILL);
	if (r && r != -ESRCH)
		return error_system(err, r, "cannot kill process %d", process->pid);
	return 0;
}

/* Of a runtime that was killed, or that waits for it. What the hook has started goes with it. */
static int hook_kill(struct container *container, int milliseconds, struct error *err)
{
	const struct state_process *hook = &container->state.hook;
	int r, pidfd;

	r = process_kill(hook, &pidfd, err);
	if (pidfd < 0)
		return r;
	if (!r) {
		sys_kill(-hook->pid, SIGKILL);
		if (process_end_wait(pidfd, milliseconds) <= 0)
			r = error_set(err, ERROR_STATE, ETIMEDOUT,
				"the hook of process %d does not end after SIGKILL", hook->pid);
	}
	sys_close(pidfd);
	return r;
}

int container_kill(struct container *container, int milliseconds, struct error *err)
{
	int r, pidfd = -1;

	if (container->state.stale)
		return 0;
	if (hook_kill(container, milliseconds, err))
		return -1;
	r = process_kill(&container->state.init, &pidfd, err);
	if (!r && pidfd >= 0)
		r = end_await(container, pidfd, milliseconds, err);
	if (pidfd >= 0)
		sys_close(pidfd);
	return r;
}

int container_remove(struct container *container, struct error *err)
{
	const char *resctrl = container->state.value[STATE_RESCTRL];

	if (cgroups_end(&container->cgroups, err))
		return -1;
	if (resctrl && !container->state.stale && resctrl_remove(resctrl, err))
		return -1;
	if (!container->state.stale && root_mount_remove(container->state.value[STATE_MOUNTS],
					       container->state.value[STATE_ROOT], err))
		return -1;
	return state_remove(&container->dir, err);
}
