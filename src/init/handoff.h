/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What launch hands to init: the first bytes of the memory at PLAN_ADDRESS.
 *
 * launch fills it after the plan is built and before the clone; init only reads. Descriptors are the
 * numbers that init inherits; -1 is none. */
#ifndef INIT_HANDOFF_H
#define INIT_HANDOFF_H

#include "plan/plan.h"

#define HANDOFF_MAGIC 0x6572617470616e31UL

struct sock_filter;
struct trace;

/* What the hooks of init read: the state of the container, where blanks from `pid_at` on await its pid. */
#define HANDOFF_PID_ROOM 10
struct handoff_state {
	char *json;
	uint32_t length;
	uint32_t pid_at;
};

struct handoff {
	uint64_t magic;
	uint64_t size; /* bytes of the memfd that init must map */
	const struct plan *plan;
	int32_t sync_fd; /* SOCK_SEQPACKET; see sync.h */
	int32_t start_fd; /* START_BY_FIFO: read end; one byte starts, a hang-up without a byte ends init */
	int32_t result_fd; /* START_BY_FIFO: opened for reading and writing, close-on-exec */
	int32_t root_tree; /* the container's root, a detached recursive clone of plan->root.path */
	int32_t root_dir; /* in the host's mount namespace: an O_PATH descriptor of the directory; AT_FDCWD:
			   * the working directory, which the mount namespace gives whoever joins it */
	int32_t namespace_fds[NAMESPACE_COUNT]; /* NAMESPACE_JOIN; not of exec: */
	int32_t target_fd;			/* a pidfd of the container's init */
	uint32_t tree_count;
	int32_t *trees; /* of mounts and devices, ready to be attached */
	const char *const
		*links; /* beside a tree that is -1: the link that is copied instead */
	const struct sock_filter *filter; /* of plan->seccomp; NULL without */
	uint16_t filter_count;		  /* its instructions */
	bool filter_early; /* it needs privilege, and all that init does behind it passes */
	/* For hooks of init, all absent without any. */
	int32_t hook_stdout;
	int32_t hook_stderr;			/* -1: captured */
	struct handoff_state creating, created; /* for createContainer, for startContainer */
	int32_t trace_fd; /* a memfd with struct trace, mapped shared; -1 without --trace */
};

#endif
