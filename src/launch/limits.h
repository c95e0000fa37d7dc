/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the runtime sets on the finished process, by pid. */
#ifndef LAUNCH_LIMITS_H
#define LAUNCH_LIMITS_H

#include "launch/launch.h"

/* What the initial user namespace guards and init cannot do: resource limits, OOM score adjustment, scheduler,
 * I/O priority. Between CREATED and RELEASE. */
int launch_limits(const struct launch *launch, struct error *err);

/* OOM score adjustment, I/O priority and scheduler of the caller itself: for the clone's child. */
int limits_own(const struct plan_process *process, struct error *err);

#endif
