/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parent's half of making a process: descriptors, clone, id maps, the talk, undo.
 *
 * The order of calls is launch_open_*, launch_clone, launch_mount, launch_build, launch_limits
 * (limits.h), launch_release; launch_kill at any point ends what was started. Runs in the runtime. */
#ifndef LAUNCH_LAUNCH_H
#define LAUNCH_LAUNCH_H

#include <stdbool.h>

#include "base/error.h"
#include "init/sync.h"
#include "launch/memory.h"

#define LAUNCH_CGROUP_FDS 32

struct launch {
	const struct plan *plan;
	struct memory *memory;
	bool inherited; /* what the handoff names is open in the runtime too */
	int image_fd;
	int sync_fd;	  /* ours */
	int init_sync_fd; /* init's; closed here after the clone */
	int start_fd;	  /* fifos for START_BY_FIFO, as init gets them; -1 */
	int result_fd;
	int trace_fd;
	int target_fd; /* exec: a pidfd of the container's init; the caller's */
	/* Where the new process goes: it writes "0" into each of the files, and is born in
	 * cgroup_into_fd (a v2 directory, -1: none). */
	size_t cgroup_fd_count;
	int cgroup_fds[LAUNCH_CGROUP_FDS];
	int cgroup_into_fd;
	bool all_processors; /* exec: the process may run on whatever its cpuset has */
	bool released_early; /* RELEASE waits for init in the socket: nobody else waits for us */
	bool by_child; /* launch_clone() is called in a child of the runtime that shares all with it */
	const char *search_path; /* where newuidmap is looked for first; NULL: nowhere */
	/* The process: init, or with namespaces.final_clone the builder until SYNC_PROCESS. */
	int pid;
	int pidfd;
	int builder_pidfd;   /* of the builder, after SYNC_PROCESS, until it is reaped; -1 */
	int terminal_fd;     /* the master, from SYNC_TERMINAL; -1 */
	enum sync_type last; /* the message that was exchanged last */
	/* What the seccomp agent is told; before launch_release() if the plan has a listener. */
	const char *listener_state;
};

/* An empty launch: nothing open, nothing started. */
void launch_start(struct launch *launch, struct memory *memory);

/* Opens everything that init inherits: trees of bind mounts and of the root, namespaces to join. The
 * descriptors' numbers go into the handoff. */
int launch_open(struct launch *launch, const struct plan *plan, struct error *err);

/* Clones and starts init. On success pid and pidfd are set. */
int launch_clone(struct launch *launch, struct error *err);

/* Walks the talk up to SYNC_NAMESPACES; only for a plan with network devices. */
int launch_namespaces(struct launch *launch, struct error *err);

/* Walks the talk up to SYNC_ROOT_BUILT, when the hooks of the host are due; does nothing if the plan has none. */
int launch_mount(struct launch *launch, struct error *err);

/* Whether all that is to be done between PROCESS and RELEASE is for us to wait. */
bool launch_may_release(const struct launch *launch);

/* Walks the talk up to SYNC_PROCESS, from which on what is made is ours to end. */
int launch_process(struct launch *launch, struct error *err);

/* Says RELEASE while the process still prepares, so that it need not wait for us. Between launch_process() and
 * launch_build(). */
int launch_release_early(struct launch *launch, struct error *err);

/* Walks the talk up to SYNC_CREATED. An error of init's is passed on as it is. */
int launch_build(struct launch *launch, struct error *err);

/* Lets init live on; returns when it has confirmed, for START_AT_ONCE after execve. */
int launch_release(struct launch *launch, struct error *err);

/* Kills and reaps whatever runs. Harmless when nothing does. */
void launch_kill(struct launch *launch);

/* Closes all descriptors. */
void launch_close(struct launch *launch);

#endif
