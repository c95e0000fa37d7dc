/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A process that does nothing, for a scope: systemd starts none without a process in it, and removes it when the last one
 * has gone. */
#ifndef CGROUP_HOLDER_H
#define CGROUP_HOLDER_H

#include "base/error.h"

/* Its pid. It dies with the caller. With a `cgroup_fd` that is not -1 it is born there. */
int holder_start(int cgroup_fd, struct error *err);

/* Ends it; 0 is none. */
void holder_end(int pid);

#endif
