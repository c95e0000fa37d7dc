/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Processes of a container that the kernel has killed because its memory limit was reached. */
#ifndef CGROUP_OOM_H
#define CGROUP_OOM_H

#include "cgroup/set.h"

struct cgroup_oom {
	uint64_t kills; /* since the cgroup was made */
	uint64_t limit; /* bytes; UINT64_MAX: none; only if there were kills, */
	uint64_t peak;	/* the same; 0: the kernel does not tell */
	bool stuck; /* it is out of memory, and nothing is killed: v1 with disableOOMKiller */
	bool early; /* the watch tells of a kill before it is counted: v1 */
};

/* False if it cannot be told. */
bool cgroup_oom_read(struct cgroup_set *set, struct cgroup_oom *ret_oom);

/* After a failure, which is in *err: if such a kill explains it, *err says so, with limit and peak. The failure of a hook in the
 * container stays the hook's. */
void cgroup_oom_explain(struct cgroup_set *set, struct error *err);

/* The same where init was refused memory: nobody else is there to be killed for it. */
void cgroup_oom_explain_start(struct cgroup_set *set, struct error *err);

/* A descriptor that becomes readable when there may be a new kill; cgroup_oom_read() tells. On v1 an eventfd, on v2 an
 * inotify instance. */
int cgroup_oom_watch(struct cgroup_set *set, struct error *err);

#endif
