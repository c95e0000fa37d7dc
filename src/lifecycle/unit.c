/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The unit of systemd of a container that is being created.
 *
 * Runs in: the runtime of create and run, with systemd as the manager of cgroups. */
#include "lifecycle/unit.h"

#include <errno.h>
#include <signal.h>
#include <time.h>

#include "base/text.h"
#include "cgroup/file.h"
#include "cgroup/holder.h"
#include "cgroup/systemd.h"
#include "plan/unit.h"
#include "sys/file.h"
#include "sys/process.h"

#define UNIT_TOKEN_MAX 1200
#define ERRAND_STACK   131072

/* A user's systemd has its cgroup somewhere below that of another, and alone knows where. */
int unit_locate(struct create *create, struct error *err)
{
	const struct plan_unit *unit = create->plan->cgroup.unit;
	const char *root;

	if (!unit || !unit->user)
		return 0;
	if (systemd_root(&create->arena, &root, err))
		return -1;
	for (size_t i = 0; i < create->host.cgroups.count; i++)
		create->host.cgroups.of[i].own = root;
	return 0;
}

/* The unit's description says whose it is: no other container ever has the same. */
int unit_name(struct create *create, struct error *err)
{
	struct timespec now = {0};
	char *token;

	if (!create->cgroups.unit)
		return 0;
	sys_clock_gettime(CLOCK_REALTIME, &now);
	token = arena_alloc(&create->arena, UNIT_TOKEN_MAX, 1);
	if (!token || !text_print(token, UNIT_TOKEN_MAX, "tare container %s (%d, %ld.%ld)",
			      create->request->id, sys_getpid(), (long)now.tv_sec, now.tv_nsec))
		return error_set(err, ERROR_SYSTEM, ENOMEM, "cannot name the unit of systemd");
	create->cgroups.unit_token = token;
	return 0;
}

/* Whether the unit will be there is unknown when systemd has not answered in time. Nothing runs in a scope after its holder's
 * end, and systemd starts none without a process; a slice stays. */
int unit_start(struct create *create, struct error *err)
{
	const struct plan_unit *unit = create->plan->cgroup.unit;
	int r;

	if (!unit->is_slice) {
		create->holder = holder_start(-1, err);
		if (create->holder < 0)
			return -1;
	}
	create->cgroups.held = create->holder && !unit->below[0];
	r = systemd_start(&create->cgroups, unit, create->holder, err);
	if (r && (!unit->is_slice || err->errnum == ETIMEDOUT))
		create->cgroups.unit = NULL;
	create->left_behind = r && unit->is_slice && err->errnum == ETIMEDOUT;
	return r;
}

static int holder_exchange(
	struct create *create, struct cgroup_directory *directory, struct error *err)
{
	int fd = cgroup_file_open(directory, directory->length, "", O_PATH | O_DIRECTORY);
	int holder;

	if (fd < 0)
		return error_system(err, fd, "cannot open cgroup \"%s\"", directory->path);
	holder = holder_start(fd, err);
	sys_close(fd);
	if (holder < 0)
		return -1;
	holder_end(create->holder);
	create->holder = holder;
	return 0;
}

/* A cgroup of v2 with a process in it passes no controllers on: another holder, born in the container's own cgroup,
 * takes over. A user whose own cgroup is not below that of his systemd, as it is after a login, may not go there: for him
 * systemd does it, which asks the one of the system. */
int unit_settle(struct create *create, struct error *err)
{
	const struct plan_unit *unit = create->plan->cgroup.unit;
	struct cgroup_directory *directory = cgroup_unified(&create->cgroups);

	if (!create->holder || !directory || create->cgroups.count != 1 ||
		(!unit->below[0] && !unit->user) || !holder_exchange(create, directory, err))
		return 0;
	if (!unit->user || err->errnum != EACCES)
		return -1;
	create->launch.by_child = true;
	return unit->below[0]
		       ? systemd_attach(&create->cgroups, unit->below, create->holder, err)
		       : 0;
}

void unit_release(struct create *create)
{
	holder_end(create->holder);
	create->holder = 0;
}

struct errand {
	struct cgroup_set *set;
	struct launch *launch;
	struct error *err;
	int r;
};

/* Shares everything with the runtime, which waits for its end, but for the cgroup. */
static int errand_main(void *arg)
{
	struct errand *errand = arg;

	errand->r = systemd_attach(
		errand->set, systemd_below(errand->set), sys_getpid(), errand->err);
	if (!errand->r)
		errand->r = launch_clone(errand->launch, errand->err);
	return 0;
}

/* Whoever is in the container's cgroup may make processes in it: one that systemd has moved there clones the runtime's
 * child. */
static int clone_by_child(struct cgroup_set *set, struct launch *launch, struct error *err)
{
	_Alignas(16) char stack[ERRAND_STACK];
	struct errand errand = {set, launch, err, 0};
	struct clone_args args = {
		.flags = CLONE_VM | CLONE_VFORK | CLONE_FILES | CLONE_FS,
		.exit_signal = SIGCHLD,
		.stack = (uint64_t)(uintptr_t)stack,
		.stack_size = sizeof(stack),
	};
	int pid = sys_clone(&args, errand_main, &errand), status;

	if (pid < 0)
		return error_system(err, pid, "cannot make a process for the unit of systemd");
	while (sys_wait4(pid, &status, 0) == -EINTR)
		;
	return errand.r;
}

int unit_clone(struct cgroup_set *set, struct launch *launch, struct error *err)
{
	int r;

	if (!launch->by_child) {
		r = launch_clone(launch, err);
		if (!r || !set->unit || !set->unit_user || launch->cgroup_into_fd < 0 ||
			err->errnum != EACCES)
			return r;
		launch->by_child = true;
	}
	return clone_by_child(set, launch, err);
}
