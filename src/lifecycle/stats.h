/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a container uses of the host, as JSON. */
#ifndef LIFECYCLE_STATS_H
#define LIFECYCLE_STATS_H

#include "cgroup/set.h"

/* Appends the object that the reference runtime calls the data of a stats event. What the kernel does not tell is left
 * out, or 0 where its readers expect it. */
void stats_print(struct cgroup_set *set, struct arena *arena, struct text *text);

#endif
