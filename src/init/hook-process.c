/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The process of one hook.
 *
 * Runs in: the runtime for hooks of the host, init for those of the container; the child shares no memory with either.
 * Never:   waits for the end of its pipes: a process that the hook leaves behind may hold them for ever.
 * Trusts:  the program of a startContainer hook as little as the container: what it says is cut, and stripped of control
 *          characters.
 * Calls:   pipe2, socketpair, fcntl, clone, prctl, setpgid, rt_sigaction, rt_sigprocmask, umask, fchdir, dup3, close_range
 *          (CLOSE_RANGE_CLOEXEC 5.11), execve, ppoll, read, write, close, kill, wait4, clock_gettime.
 * Spec:    config.md "POSIX-platform Hooks" */
#include "init/hook-process.h"

#include <limits.h>
#include <poll.h>
#include <linux/close_range.h>
#include <signal.h>
#include <time.h>

#include "sys/file.h"
#include "sys/process.h"
#include "sys/socket.h"

#define LAST_SIGNAL 64

/* How much is taken from the pipe after the end: what it holds, not what somebody goes on writing. */
#define LAST_READS 64

struct process {
	struct hook_run *run;
	int pid, pidfd;
	int in[2];  /* our end is in[1] */
	int err[2]; /* err[0] */
	int talk[2]; /* talk[0]: from us one byte to begin, from the child the errno of a failed execve */
	size_t written;
	int64_t deadline; /* milliseconds; INT64_MAX: none */
};

static int64_t now(void)
{
	struct timespec time = {0};

	sys_clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static void fd_close(int *fd)
{
	if (*fd >= 0)
		sys_close(*fd);
	*fd = -1;
}

/* "error running createRuntime hook #0: " is what callers look for. */
static int hook_failed(
	const struct hook_run *run, int errnum, const char *what, struct error *err)
{
	error_system(err, errnum, "error running %s hook #%u: %s", run->op->kind,
		run->op->index, what);
	return error_at(err, run->op->origin);
}

/* What a program may find changed by its caller is put right; the mask is that of the process that waits for signals. */
static int child_prepare(const struct hook_run *run)
{
	uint64_t none = 0;

	for (int signal = 1; signal <= LAST_SIGNAL; signal++)
		sys_signal(signal, NULL);
	sys_umask(run->umask);
	/* A group of its own, to end what it has started along with it. */
	sys_setpgid(0, 0);
	return sys_sigprocmask(SIG_SETMASK, &none, NULL);
}

static int child_stdio(const struct process *process)
{
	const struct hook_run *run = process->run;
	int r = run->cwd_fd < 0 ? 0 : sys_fchdir(run->cwd_fd);

	if (r >= 0)
		r = sys_dup3(process->in[0], 0, 0);
	if (r >= 0)
		r = sys_dup3(run->stdout_fd, 1, 0);
	if (r >= 0)
		r = sys_dup3(run->stderr_fd < 0 ? process->err[1] : run->stderr_fd, 2, 0);
	return r < 0 ? r : sys_close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
}

static int child_run(void *arg)
{
	struct process *process = arg;
	const struct hook_op *op = process->run->op;
	char byte;
	int r;

	sys_prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	fd_close(&process->talk[0]);
	fd_close(&process->in[1]);
	/* The end instead of a byte: our parent has died, or does not want us. */
	if (sys_read(process->talk[1], &byte, 1) != 1)
		return 1;
	r = child_prepare(process->run);
	if (!r)
		r = child_stdio(process);
	if (!r && process->run->confine)
		r = process->run->confine(process->run->ctx);
	if (!r)
		r = sys_execve(op->path, (char *const *)op->argv, (char *const *)op->envp);
	sys_write(process->talk[1], &r, sizeof(r));
	return 127;
}

static int our_end(int fd)
{
	return sys_fcntl(fd, F_SETFL, O_NONBLOCK);
}

static int pipes_open(struct process *process)
{
	int r = sys_pipe2(process->in, 0);

	if (!r)
		r = our_end(process->in[1]);
	if (!r && process->run->stderr_fd < 0)
		r = sys_pipe2(process->err, 0);
	if (!r && process->err[0] >= 0)
		r = our_end(process->err[0]);
	return r ? r : sys_socketpair(AF_UNIX, SOCK_SEQPACKET, process->talk);
}

static int process_start(struct process *process, struct error *err)
{
	struct hook_run *run = process->run;
	int r = pipes_open(process);

	if (r)
		return hook_failed(run, r, "cannot make a pipe for it", err);
	process->pid =
		sys_clone_plain(CLONE_PIDFD | SIGCHLD, &process->pidfd, child_run, process);
	if (process->pid < 0)
		return hook_failed(run, process->pid, "cannot make its process", err);
	fd_close(&process->in[0]);
	fd_close(&process->err[1]);
	fd_close(&process->talk[1]);
	if (run->started && run->started(run->ctx, process->pid, err))
		return -1;
	if (run->op->timeout)
		process->deadline = now() + (int64_t)run->op->timeout * 1000;
	r = (int)sys_write(process->talk[0], "", 1);
	return r == 1 ? 0 : hook_failed(run, r, "cannot begin", err);
}

/* A hook need not read what it is given. */
static void input_write(struct process *process)
{
	const struct hook_run *run = process->run;
	ssize_t n = sys_write(process->in[1], run->input + process->written,
		run->input_length - process->written);

	if (n > 0)
		process->written += (size_t)n;
	if (process->written == run->input_length || (n < 0 && n != -EAGAIN))
		fd_close(&process->in[1]);
}

/* False when there is nothing to read now, or any more. */
static bool tail_read(struct process *process)
{
	struct hook_run *run = process->run;
	size_t at = run->said % HOOK_TAIL;
	ssize_t n = sys_read(process->err[0], run->tail + at, HOOK_TAIL - at);

	if (n > 0)
		run->said += (size_t)n;
	else if (n != -EAGAIN)
		fd_close(&process->err[0]);
	return n > 0;
}

static int milliseconds_left(const struct process *process)
{
	int64_t left;

	if (process->deadline == INT64_MAX)
		return -1;
	left = process->deadline - now();
	return left > INT_MAX ? INT_MAX : left > 0 ? (int)left : 0;
}

/* Serves the pipes until the process has ended; 1 if it has not when its time is up. */
static int process_serve(struct process *process)
{
	for (;;) {
		struct pollfd fds[3] = {{.fd = process->pidfd, .events = POLLIN},
			{.fd = process->in[1], .events = POLLOUT},
			{.fd = process->err[0], .events = POLLIN}};
		int left = milliseconds_left(process);
		int r = sys_poll(fds, 3, left);

		if (r < 0 && r != -EINTR)
			return r;
		if (r > 0 && fds[0].revents)
			return 0;
		if (left == 0)
			return 1;
		if (r > 0 && fds[1].revents)
			input_write(process);
		if (r > 0 && fds[2].revents)
			tail_read(process);
	}
}

/* Kills what is left of it if `kill`, and takes its status. */
static int process_reap(struct process *process, bool kill)
{
	int status = 0, r;

	if (kill) {
		sys_kill(-process->pid, SIGKILL);
		sys_kill(process->pid, SIGKILL);
	}
	do
		r = sys_wait4(process->pid, &status, 0);
	while (r == -EINTR);
	return r < 0 ? r : status;
}

static char said_at(const struct hook_run *run, size_t i)
{
	char c = run->tail[i % HOOK_TAIL];

	return ((unsigned char)c < ' ' && c != '\n') || c == 0x7f ? ' ' : c;
}

void hook_said(const struct hook_run *run, struct text *text)
{
	size_t oldest = run->said < HOOK_TAIL ? 0 : run->said - HOOK_TAIL;
	size_t room = text->size - 1 - text->length, end = run->said, begin;

	while (end > oldest && (said_at(run, end - 1) == '\n' || said_at(run, end - 1) == ' '))
		end--;
	for (begin = end; begin > oldest && room > 1; begin--)
		room -= said_at(run, begin - 1) == '\n' ? 2 : 1;
	for (size_t i = begin; i < end; i++) {
		if (said_at(run, i) == '\n')
			text_string(text, "; ");
		else
			text_char(text, said_at(run, i));
	}
}

static int hook_complain(const struct hook_run *run, int status, bool late, struct error *err)
{
	char buffer[ERROR_TEXT_SIZE - 48];
	struct text text;

	text_start(&text, buffer, sizeof(buffer));
	if (late)
		text_format(
			&text, "hook ran past specified timeout of %u.0s", run->op->timeout);
	else if (status & 0x7f)
		text_format(
			&text, "\"%s\" was killed by signal %d", run->op->path, status & 0x7f);
	else
		text_format(&text, "\"%s\" ended with exit status %d", run->op->path,
			status >> 8 & 0xff);
	if (run->said)
		text_string(&text, ": ");
	hook_said(run, &text);
	return hook_failed(run, 0, buffer, err);
}

static int hook_judge(
	const struct hook_run *run, int served, int status, int failure, struct error *err)
{
	if (served < 0 || status < 0)
		return hook_failed(
			run, served < 0 ? served : status, "cannot wait for its end", err);
	if (failure) {
		error_system(err, failure, "error running %s hook #%u: cannot execute \"%s\"",
			run->op->kind, run->op->index, run->op->path);
		return error_at(err, run->op->origin);
	}
	return served || status ? hook_complain(run, status, served, err) : 0;
}

static void process_close(struct process *process)
{
	int *const fds[] = {&process->pidfd, &process->in[0], &process->in[1], &process->err[0],
		&process->err[1], &process->talk[0], &process->talk[1]};

	for (size_t i = 0; i < sizeof(fds) / sizeof(*fds); i++)
		fd_close(fds[i]);
}

int hook_run(struct hook_run *run, struct error *err)
{
	struct process process = {.run = run,
		.pid = -1,
		.pidfd = -1,
		.in = {-1, -1},
		.err = {-1, -1},
		.talk = {-1, -1},
		.deadline = INT64_MAX};
	int r, served = 0, status = 0, failure = 0;

	run->said = 0;
	r = process_start(&process, err);
	if (!r)
		served = process_serve(&process);
	if (process.pid > 0)
		status = process_reap(&process, r || served);
	for (int i = 0; i < LAST_READS && process.err[0] >= 0 && tail_read(&process); i++)
		;
	if (!r && sys_read(process.talk[0], &failure, sizeof(failure)) != sizeof(failure))
		failure = 0;
	process_close(&process);
	return r ? r : hook_judge(run, served, status, failure, err);
}
