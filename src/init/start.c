/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the finished set-up to the container's program.
 *
 * Runs in: the process that becomes the container's program, with its rights and no others.
 * Never:   holds more of ours than the socket, and after RELEASED than the two fifos.
 * Trusts:  the start fifo lies in the runtime's state directory, where only root can open it.
 * Calls:   sendmsg, recvmsg, prctl, close, rt_sigaction, ppoll, read, umask, write, execve, exit_group.
 * Spec:    runtime.md "create", "start". */
#include "init/steps.h"

#include <poll.h>
#include <signal.h>

#include "init/talk.h"
#include "plan/origin.h"
#include "sys/file.h"
#include "sys/process.h"

int start_release(void *ctx, struct error *err)
{
	struct init *init = ctx;
	int r;

	if (talk_say(init, SYNC_PROCESS, init->process_pid, -1, err) ||
		talk_say(init, SYNC_CREATED, 0, -1, err) || talk_wait(init, SYNC_RELEASE, err))
		return -1;
	r = sys_prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0);
	if (r)
		return error_system(err, r, "cannot outlive the runtime");
	if (talk_say(init, SYNC_RELEASED, 0, -1, err))
		return -1;
	if (init->plan->start == START_BY_FIFO) {
		sys_close(init->handoff->sync_fd);
		init->released = true;
	}
	return 0;
}

static void signalled(int signal)
{
	sys_exit(128 + signal);
}

/* The first process of a pid namespace is spared every signal that it does not handle; one that only waits
 * is to end by those that end programs. execve takes the handlers back. */
static int signals_take(void)
{
	static const int ending[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};
	int r = 0;

	for (size_t i = 0; !r && i < sizeof(ending) / sizeof(ending[0]); i++)
		r = sys_signal(ending[i], signalled);
	return r;
}

int start_wait(void *ctx, struct error *err)
{
	struct init *init = ctx;
	struct pollfd wait = {.fd = init->handoff->start_fd, .events = POLLIN};
	char byte;
	ssize_t r;

	if (init->plan->start != START_BY_FIFO)
		return 0;
	r = signals_take();
	if (!r) {
		do
			r = sys_poll(&wait, 1, -1);
		while (r == -EINTR);
	}
	if (r >= 0)
		r = sys_read(wait.fd, &byte, 1);
	if (r < 0)
		return error_system(err, (int)r, "cannot wait for the start");
	/* Whoever was about to start the container has gone. */
	if (r == 0)
		sys_exit(1);
	return 0;
}

static int say_execing(struct init *init, struct error *err)
{
	const struct sync_header header = {.type = SYNC_EXECING};
	ssize_t r;

	if (init->plan->start != START_BY_FIFO)
		return talk_say(init, SYNC_EXECING, 0, -1, err);
	r = sys_write(init->handoff->result_fd, &header, sizeof(header));
	return r == sizeof(header)
		       ? 0
		       : error_system(err, r < 0 ? (int)r : EIO, "cannot answer the start");
}

int start_execute(void *ctx, struct error *err)
{
	struct init *init = ctx;
	const struct plan_process *process = &init->plan->process;
	int r;

	if (!process->argv) {
		error_set(
			err, ERROR_CONFIG, 0, "cannot start: the configuration has no process");
		return error_at(err, origin_make(ORIGIN_PROCESS, 0));
	}
	sys_umask(process->umask);
	if (say_execing(init, err))
		return -1;
	trace_end(init->trace, init->span);
	init->trace = NULL;
	if (seccomp_load_late(init, err))
		return -1;
	r = sys_execve(
		init->program, (char *const *)process->argv, (char *const *)process->envp);
	error_set(err, ERROR_CONFIG, r, "cannot execute \"%s\": exec %s", process->argv[0],
		init->program);
	return error_at(err, origin_make(ORIGIN_PROCESS_ARGS, 0));
}
