/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The process of one hook: text on its standard input, a limit in time, and the end of what it said. */
#ifndef INIT_HOOK_PROCESS_H
#define INIT_HOOK_PROCESS_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/text.h"
#include "plan/plan.h"

#define HOOK_TAIL 4096

struct hook_run {
	const struct hook_op *op;
	const char *input;
	size_t input_length;
	int cwd_fd;    /* -1: the caller's working directory */
	int stdout_fd; /* 3 or more, as stderr_fd */
	int stderr_fd; /* -1: captured */
	uint32_t umask;
	/* Told of the process before it executes anything; NULL for nobody. An error ends the process. */
	int (*started)(void *ctx, int pid, struct error *err);
	/* What the process does to itself last, before execve; NULL for nothing. 0 or -errno. */
	int (*confine)(void *ctx);
	void *ctx;
	/* The last bytes of standard error: the oldest is at tail[said % HOOK_TAIL] if there are more. */
	size_t said;
	char tail[HOOK_TAIL];
};

/* Runs the program as a child of the caller, with the caller's rights and in its namespaces, and waits for its end, but not
 * for that of processes that it leaves behind. The child dies with the caller. SIGPIPE must be ignored. An error names hook
 * and place. */
int hook_run(struct hook_run *run, struct error *err);

/* Appends the end of what the hook said, as much as there is room for, in one line. */
void hook_said(const struct hook_run *run, struct text *text);

#endif
