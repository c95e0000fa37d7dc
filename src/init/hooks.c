/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The hooks that run in the container's namespaces.
 *
 * Runs in: init. createContainer hooks are programs of the host with all rights of init; startContainer hooks are programs
 *          of the container with the rights of the process, which nothing of ours exceeds by then.
 * Never:   runs a createContainer hook where others could take it over: a pid namespace that has other processes is
 *          joined after it.
 * Trusts:  the texts that the runtime has prepared; only the pid is filled in, as this pid namespace has it.
 * Calls:   getpid, rt_sigaction; the rest in hook-process.c.
 * Spec:    runtime.md "lifecycle", config.md "POSIX-platform Hooks" */
#include "init/steps.h"

#include <signal.h>

#include "base/text.h"
#include "init/hook-process.h"
#include "sys/process.h"

#define HOST_UMASK 0022

/* Puts the number in place of the blanks and closes the gap; the new length of the text. */
static size_t pid_fill(const struct handoff_state *state)
{
	char digits[HANDOFF_PID_ROOM + 1];
	size_t to = state->pid_at;

	text_print(digits, sizeof(digits), "%d", sys_getpid());
	for (int i = 0; digits[i]; i++)
		state->json[to++] = digits[i];
	for (size_t from = state->pid_at + HANDOFF_PID_ROOM; from < state->length; from++)
		state->json[to++] = state->json[from];
	return to;
}

static int filter_confine(void *ctx)
{
	return seccomp_load_hook(ctx);
}

/* `run` has what the hooks of this kind have in common. */
static int kind_run(struct init *init, enum hook_kind kind, const struct handoff_state *state,
	struct hook_run *run, struct error *err)
{
	const struct hook_list *list = &init->plan->hooks.of[kind];
	int r = 0;

	if (!list->count)
		return 0;
	run->input = state->json;
	run->input_length = pid_fill(state);
	run->stdout_fd = init->handoff->hook_stdout;
	run->stderr_fd = init->handoff->hook_stderr;
	/* For a hook that does not read. The program must find it as it was. */
	sys_signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < list->count && !r; i++) {
		run->op = &list->items[i];
		r = hook_run(run, err);
	}
	sys_signal(SIGPIPE, NULL);
	return r;
}

int hooks_create_container(void *ctx, struct error *err)
{
	struct init *init = ctx;
	struct hook_run run = {.cwd_fd = init->root_fd, .umask = HOST_UMASK};

	return kind_run(init, HOOK_CREATE_CONTAINER, &init->handoff->creating, &run, err);
}

/* They are programs of the container, and get its filter too. */
int hooks_start_container(void *ctx, struct error *err)
{
	struct init *init = ctx;
	struct hook_run run = {.cwd_fd = -1,
		.umask = init->plan->process.umask,
		.confine = filter_confine,
		.ctx = init};

	return kind_run(init, HOOK_START_CONTAINER, &init->handoff->created, &run, err);
}
