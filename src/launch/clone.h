/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The clone itself, and what its child does before it becomes init. */
#ifndef LAUNCH_CLONE_H
#define LAUNCH_CLONE_H

#include "launch/launch.h"

/* Clones; the child enters its cgroups, waits for id maps where there are any, and executes init. Sets launch->pid and
 * launch->pidfd. What fails in the child arrives as SYNC_ERROR. */
int clone_init(struct launch *launch, struct error *err);

#endif
