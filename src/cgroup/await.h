/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Waiting for changes of a cgroup of v2 that somebody else makes. */
#ifndef CGROUP_AWAIT_H
#define CGROUP_AWAIT_H

#include "cgroup/set.h"

/* Waits until the file has that line, "populated 0" or "frozen 1", and takes the time that went by from *left_ns. 0 if
 * the line was there, 1 if it came, -ETIMEDOUT if not in that time, or -errno. */
int cgroup_await(struct cgroup_directory *directory, const char *line, long *left_ns);

/* Whether path[0..length) of the directory is gone, now or in that time. */
bool cgroup_await_gone(
	struct cgroup_directory *directory, size_t length, unsigned milliseconds);

#endif
