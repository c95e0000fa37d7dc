/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Killing a container's processes.
 *
 * Runs in: the runtime.
 * Never:   kills in a cgroup that is not known to be ours; leaves one frozen.
 * Relies on: cgroup.kill (5.14) reaches all that is below, forks included; elsewhere nothing
 *          can fork out of the signal's way while it is frozen. */
#include "cgroup/kill.h"

#include <errno.h>
#include <signal.h>

#include "cgroup/file.h"
#include "cgroup/freezer.h"
#include "cgroup/processes.h"
#include "sys/process.h"

#define FREEZE_MS 200
/* Where something does not freeze it may fork faster than one pass; no pass waits. */
#define PASSES 32

static int kill_one(void *ctx, int pid)
{
	int *count = ctx;

	/* 0 is a process outside of our pid namespace, and to kill() our own group. */
	if (pid > 0 && !sys_kill(pid, SIGKILL))
		(*count)++;
	return 0;
}

static int kill_listed(struct cgroup_set *set, unsigned passes, struct error *err)
{
	for (unsigned i = 0; i < passes; i++) {
		int count = 0;

		if (cgroup_each_process(set, kill_one, &count, err))
			return -1;
		if (!count)
			break;
	}
	return 0;
}

static int kill_frozen(struct cgroup_set *set, struct error *err)
{
	struct error second;
	bool frozen = false;
	int r = cgroup_freeze(set, FREEZE_MS, &frozen, err);

	if (r && err->errnum == ENOENT)
		return 0;
	/* Not frozen is no reason to let it live. */
	r = kill_listed(set, frozen ? 1 : PASSES, err);
	return cgroup_thaw(set, r ? &second : err) || r ? -1 : 0;
}

/* 1 if the kernel did it for us, 0 if it cannot. */
static int kill_unified(struct cgroup_set *set, struct error *err)
{
	struct cgroup_directory *directory = cgroup_unified(set);
	int r;

	if (!directory)
		return 0;
	r = cgroup_file_write(directory, directory->length, "cgroup.kill", "1");
	/* KERNEL < 5.14: no such file; a threaded cgroup: EOPNOTSUPP */
	if (r == -ENOENT || r == -ENODEV || r == -EOPNOTSUPP)
		return 0;
	if (r)
		return error_system(err, r, "cannot kill cgroup \"%s\"", directory->path);
	return 1;
}

int cgroup_kill(struct cgroup_set *set, struct error *err)
{
	int done;

	if (!set->ours || !set->count)
		return 0;
	done = kill_unified(set, err);
	if (done < 0)
		return -1;
	if (!done)
		return kill_frozen(set, err);
	if (cgroup_directory_of(set, "freezer") == cgroup_unified(set))
		return 0;
	/* A hybrid host: what has left the v2 tree is still in the others, where it may be
	 * frozen. */
	return kill_listed(set, 1, err) || cgroup_thaw(set, err) ? -1 : 0;
}
