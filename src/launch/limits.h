/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the runtime sets on the finished process, by pid. */
#ifndef LAUNCH_LIMITS_H
#define LAUNCH_LIMITS_H

#include "launch/launch.h"

/* What the initial user namespace guards and init cannot do: resource limits, OOM score adjustment, scheduler,
 * I/O priority. Between CREATED and RELEASE. */
int launch_limits(const struct launch *launch, struct error *err);

/* Whether launch_limits() has anything to do for the plan. */
bool launch_limits_needed(const struct plan *plan);

/* All the processors that its cpuset has. Who enters a cpuset keeps, since Linux 6.2, what sched_setaffinity(2) has limited
 * it to, and the process begins with what the caller is limited to. That this fails is no error: it has what it had.
 * `pid` 0 is the caller. */
void launch_processors_all(int pid);

/* OOM score adjustment, I/O priority and scheduler of the caller itself: for the clone's child. */
int limits_own(const struct plan_process *process, struct error *err);

#endif
