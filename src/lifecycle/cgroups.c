/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The end of a container's cgroups.
 *
 * Runs in: the runtime.
 * Relies on: a cgroup that can be removed has no process. That is the rule when init has ended, and
 *          asking the freezer of cgroup v1 first would cost a dozen system calls. */
#include "lifecycle/cgroups.h"

#include "cgroup/kill.h"
#include "cgroup/remove.h"
#include "cgroup/survivors.h"
#include "cgroup/systemd.h"

#define REMOVE_MILLISECONDS 5000

int cgroups_end(struct cgroup_set *set, struct error *err)
{
	if (cgroup_remove(set, 0, err)) {
		if (cgroup_kill(set, err))
			return -1;
		if (cgroup_remove(set, REMOVE_MILLISECONDS, err)) {
			cgroup_survivors_tell(set, err);
			return -1;
		}
	}
	return set->unit ? systemd_stop(set, err) : 0;
}
