/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Waiting for what a cgroup of v2 tells in cgroup.events. */
#ifndef CGROUP_AWAIT_H
#define CGROUP_AWAIT_H

#include "cgroup/set.h"

/* Waits until the file has that line, "populated 0" or "frozen 1", and takes the time that went by from *left_ns. 0 if
 * the line was there, 1 if it came, -ETIMEDOUT if not in that time, or -errno. */
int cgroup_await(struct cgroup_directory *directory, const char *line, long *left_ns);

#endif
