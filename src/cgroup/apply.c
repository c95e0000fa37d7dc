/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Limits and device rules of a new cgroup.
 *
 * Runs in: the runtime, before a process is in the cgroups. */
#include "cgroup/apply.h"

#include "cgroup/devices.h"
#include "cgroup/owner.h"
#include "cgroup/write.h"

int cgroup_apply(struct cgroup_set *set, const struct plan_cgroup *plan, struct error *err)
{
	if (cgroup_write_all(set, plan->writes, plan->write_count, NULL, err))
		return -1;
	if (plan->owner && cgroup_hand_over(set, plan->owner, err))
		return -1;
	return plan->has_device_rules ? cgroup_devices_apply(set, plan, err) : 0;
}
