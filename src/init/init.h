/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What init knows while it works: the plan, the descriptors that it holds, where it stands in the talk. */
#ifndef INIT_INIT_H
#define INIT_INIT_H

#include <linux/limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "init/handoff.h"
#include "init/sync.h"
#include "init/trace.h"
#include "plan/plan.h"

/* How many mounts may wait to be made read-only at the end; each holds a descriptor. */
#define INIT_LATE_MOUNTS 64

#define INIT_HOME_SIZE 1024

struct init {
	const struct handoff *handoff;
	const struct plan *plan;
	struct trace *trace; /* NULL without --trace */
	uint32_t span;
	enum sync_type said; /* the last message of the talk, either way */
	int process_pid; /* of the process, as the runtime sees it; only after a final clone ... */
	int *final_pid; /* ... for which the kernel writes it here, in memory of both */
	int (*final_run)(struct init *init); /* what the process then does */
	bool released;	       /* the socket is closed, errors go to the result fifo */
	bool in_cwd;	       /* the working directory is entered already */
	int root_fd;	       /* the container's root, which is "/" in the end */
	int terminal_fd;       /* the container's side of its terminal; -1 */
	int listener_fd;       /* of a filter that is loaded early; -1 */
	int place_fds[PLACES]; /* what is mounted on each place; -1 */
	size_t late_count;
	int late_fds[INIT_LATE_MOUNTS];
	char home[INIT_HOME_SIZE]; /* "HOME=..." */
	char program[PATH_MAX];
};

/* What the entry calls. argv[1] is the number of the plan's memfd. Ends in execve of the container's
 * program or in exit. */
_Noreturn void init_main(int argc, const char *const *argv);

#endif
