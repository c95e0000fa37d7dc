/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The unit of systemd of a container that is being created.
 *
 * Runs in: the runtime of create and run, with systemd as the manager of cgroups. */
#include "lifecycle/unit.h"

#include <errno.h>
#include <time.h>

#include "base/text.h"
#include "cgroup/file.h"
#include "cgroup/holder.h"
#include "cgroup/systemd.h"
#include "plan/unit.h"
#include "sys/file.h"
#include "sys/process.h"

#define UNIT_TOKEN_MAX 1200

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

/* In a scope nothing runs that its holder's end has not ended: a start that failed leaves no unit. */
int unit_start(struct create *create, struct error *err)
{
	const struct plan_unit *unit = create->plan->cgroup.unit;
	int r;

	if (!unit->is_slice) {
		create->holder = holder_start(-1, err);
		if (create->holder < 0)
			return -1;
	}
	create->cgroups.held = create->holder && !unit->divided;
	r = systemd_start(&create->cgroups, unit, create->holder, err);
	if (r && !unit->is_slice)
		create->cgroups.unit = NULL;
	return r;
}

/* A cgroup of v2 with a process in it passes no controllers on: another holder, born in the container's own cgroup,
 * takes over. */
int unit_settle(struct create *create, struct error *err)
{
	struct cgroup_directory *directory = cgroup_unified(&create->cgroups);
	int fd, holder;

	if (!create->holder || !directory || create->cgroups.count != 1 ||
		!create->plan->cgroup.unit->divided)
		return 0;
	fd = cgroup_file_open(directory, directory->length, "", O_PATH | O_DIRECTORY);
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

void unit_release(struct create *create)
{
	holder_end(create->holder);
	create->holder = 0;
}
