/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Making a container's cgroups, and the way into them. */
#ifndef CGROUP_CREATE_H
#define CGROUP_CREATE_H

#include "cgroup/set.h"

/* Makes the set's record durable again, after it has changed. Called before directories above
 * the container's own are made, and when all is made and ours. */
struct cgroup_recorder {
	int (*record)(void *ctx, const struct cgroup_set *set, struct error *err);
	void *ctx;
};

/* Makes the directories, which the caller has recorded before. An existing one is taken if it
 * is empty and not frozen; otherwise the errors are "container's cgroup is not empty: N
 * process(es) found" and "container's cgroup unexpectedly frozen". On v1 cpuset has its CPUs
 * and memory nodes when this returns. After an error cgroup_remove() takes back what was
 * made. */
int cgroup_create(
	struct cgroup_set *set, const struct cgroup_recorder *recorder, struct error *err);

/* Opens what a new process needs to be born in, or to enter, the cgroups without a grace
 * period of the kernel:
 * - *ret_into_fd: the v2 directory for CLONE_INTO_CGROUP (O_PATH), -1 if there is none;
 * - ret_fds: for each v1 hierarchy the file into which the process itself writes "0". All are
 *   the caller's to close. */
int cgroup_attach_open(struct cgroup_set *set, size_t max, int *ret_fds, size_t *ret_count,
	int *ret_into_fd, struct error *err);

/* Where CLONE_INTO_CGROUP is refused: the v2 file into which the process itself writes "0". A
 * descriptor, or -1 and an error. Costs a grace period of the kernel. */
int cgroup_procs_open(struct cgroup_set *set, struct error *err);

#endif
