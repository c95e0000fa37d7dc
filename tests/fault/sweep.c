/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs a command and kills a part of it at a chosen system call, or has that call fail.
 *
 *   sweep [options] -- COMMAND [ARGUMENT...]
 *
 *   --count            only count the system calls of the command and all its descendants
 *   --at N             strike at the Nth of them
 *   --on exit          strike when the call has been done, not before (entry)
 *   --kill WHO         runtime (the command itself), init (its youngest descendant, or the process
 *                      that --pid-file names), tree (all of these)
 *   --errno N          strikes by not doing the call and saying that it failed so
 *   --except NAMES     calls of processes of these names, separated by commas, do not count: programs of the container
 *   --pid-file FILE    where the pid of a container's init stands that is no child of the command
 *   --before SCRIPT    run by sh first, not traced
 *   --after SCRIPT     run by sh at the end, not traced: what must clean up; END is what is printed as end
 *   --limit SECONDS    for each of the three (default 10)
 *
 * Prints one line of NAME=VALUE words:
 *
 *   calls=N reached=0|1 call=NUMBER who=runtime|child name=COMM end=exit:N|signal:N|timeout
 *   before=N after=N left=N
 *
 * left is the number of processes that were still there after the clean-up: this program is the
 * subreaper of all that it starts, so nothing can get away from it. They are named on stderr and
 * killed.
 *
 * Runs in: the host, as root. Kills: its own descendants only.
 * Relies on: PTRACE_SEIZE, PTRACE_GET_SYSCALL_INFO (Linux 5.3), PTRACE_SET_SYSCALL_INFO (6.16), a tracer's end detaching and
 * resuming all that it traced (ptrace(2)). */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <linux/ptrace.h>
#include <time.h>
#include <unistd.h>

#include "children.h"

#define SET_SYSCALL_INFO 0x4212 /* newer than the headers of many machines */
#define TRACED_MAX	 4096
#define ARRAY_SIZE(x)	 (sizeof(x) / sizeof((x)[0]))
#define TRACE_OPTIONS                                                                          \
	(PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK |                    \
		PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC)

enum target { TARGET_RUNTIME, TARGET_INIT, TARGET_TREE };

struct options {
	bool count_only;
	bool on_exit;
	long at;
	long errnum;
	enum target target;
	long limit;
	const char *pid_file;
	const char *except;
	const char *before;
	const char *after;
	char **argv;
};

/* What the tracer, a process of its own, has to say. */
struct result {
	long calls;
	long call;
	bool reached;
	bool struck_runtime;
	bool timeout;
	char name[32];
	int status;
};

struct traced {
	pid_t tid;
	bool process;
	bool excepted;
};

struct tracer {
	const struct options *opt;
	struct result *result;
	pid_t runtime;
	pid_t failing; /* is in the call that is to fail */
	bool struck;
	bool over;
	size_t n;
	struct traced traced[TRACED_MAX];
};

/* Reads "Name:\t<number>" of /proc/PID/status; -1 if it is not there. */
static long status_number(pid_t pid, const char *name)
{
	char path[64], line[256];
	size_t len = strlen(name);
	long value = -1;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	f = fopen(path, "re");
	if (f == NULL)
		return -1;
	while (fgets(line, sizeof(line), f)) {
		if (strncmp(line, name, len) == 0 && line[len] == ':') {
			value = strtol(line + len + 1, NULL, 10);
			break;
		}
	}
	fclose(f);
	return value;
}

/* What the kernel calls the program of the process, without blanks. */
static void name_read(pid_t pid, char *name, size_t size)
{
	char path[64];
	size_t length;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/comm", pid);
	name[0] = '\0';
	f = fopen(path, "re");
	if (f == NULL)
		return;
	length = fread(name, 1, size - 1, f);
	fclose(f);
	name[length] = '\0';
	for (char *c = name; *c; c++)
		if (*c <= ' ')
			*c = c[1] ? '_' : '\0';
}

/* A process that a new one is made of has its name. */
static bool is_excepted(const struct tracer *t, pid_t pid)
{
	const char *list = t->opt->except ? t->opt->except : "";
	char name[32];

	name_read(pid, name, sizeof(name));
	while (*list) {
		size_t length = strcspn(list, ",");

		if (length && strlen(name) == length && strncmp(list, name, length) == 0)
			return true;
		list += length + (list[length] == ',');
	}
	return false;
}

static struct traced *traced_find(struct tracer *t, pid_t tid)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->traced[i].tid == tid)
			return &t->traced[i];
	return NULL;
}

static void tracer_add(struct tracer *t, pid_t tid)
{
	if (traced_find(t, tid) || t->n == TRACED_MAX)
		return;
	t->traced[t->n].tid = tid;
	t->traced[t->n].process = status_number(tid, "Tgid") == tid;
	t->traced[t->n].excepted = is_excepted(t, tid);
	t->n++;
}

static void tracer_remove(struct tracer *t, pid_t tid)
{
	for (size_t i = 0; i < t->n; i++) {
		if (t->traced[i].tid != tid)
			continue;
		memmove(&t->traced[i], &t->traced[i + 1],
			(t->n - i - 1) * sizeof(t->traced[0]));
		t->n--;
		return;
	}
}

/* The init that a former command has made: our sibling below the subreaper, so that its pid cannot
 * have been taken by a stranger. */
static pid_t init_of_file(const char *path)
{
	FILE *f = fopen(path, "re");
	long pid = 0;

	if (f == NULL)
		return 0;
	if (fscanf(f, "%ld", &pid) != 1)
		pid = 0;
	fclose(f);
	if (pid <= 1 || status_number((pid_t)pid, "PPid") != getppid())
		return 0;
	return (pid_t)pid;
}

static pid_t youngest_process(const struct tracer *t)
{
	for (size_t i = t->n; i > 0; i--)
		if (t->traced[i - 1].process && t->traced[i - 1].tid != t->runtime)
			return t->traced[i - 1].tid;
	return 0;
}

/* Kills what is to be killed. False if there is no such process at this point. */
static bool tracer_strike(struct tracer *t)
{
	pid_t pid;

	switch (t->opt->target) {
	case TARGET_RUNTIME:
		kill(t->runtime, SIGKILL);
		return true;
	case TARGET_TREE:
		pid = t->opt->pid_file ? init_of_file(t->opt->pid_file) : 0;
		for (size_t i = 0; i < t->n; i++)
			kill(t->traced[i].tid, SIGKILL);
		if (pid > 0)
			kill(pid, SIGKILL);
		return true;
	case TARGET_INIT:
		pid = t->opt->pid_file ? init_of_file(t->opt->pid_file) : youngest_process(t);
		if (pid <= 0)
			return false;
		kill(pid, SIGKILL);
		return true;
	}
	return false;
}

/* These end something in any case, whatever they return, or cannot fail. */
static bool can_fail(long call)
{
	static const long never[] = {SYS_exit, SYS_exit_group, SYS_rt_sigreturn, SYS_close,
		SYS_munmap, SYS_getpid, SYS_getppid, SYS_gettid, SYS_getuid, SYS_geteuid,
		SYS_getgid, SYS_getegid, SYS_umask};

	for (size_t i = 0; i < ARRAY_SIZE(never); i++)
		if (never[i] == call)
			return false;
	return true;
}

/* At its entry the call is made none, at its exit it gets its result. */
static void on_failing(struct tracer *t, pid_t tid, struct __ptrace_syscall_info *info)
{
	if (info->op == PTRACE_SYSCALL_INFO_ENTRY) {
		t->result->call = (long)info->entry.nr;
		t->struck = !can_fail(t->result->call);
		info->entry.nr = (uint64_t)-1;
		if (!t->struck && ptrace(SET_SYSCALL_INFO, tid, sizeof(*info), info) < 0)
			die("PTRACE_SET_SYSCALL_INFO");
		t->failing = tid;
		return;
	}
	info->exit.rval = -t->opt->errnum;
	info->exit.is_error = 1;
	if (ptrace(SET_SYSCALL_INFO, tid, sizeof(*info), info) < 0)
		die("PTRACE_SET_SYSCALL_INFO");
	t->struck = true;
	t->result->reached = true;
	t->result->struck_runtime = tid == t->runtime;
	name_read(tid, t->result->name, sizeof(t->result->name));
}

static void on_syscall(struct tracer *t, pid_t tid)
{
	struct __ptrace_syscall_info info = {0};
	const struct traced *traced = traced_find(t, tid);

	if (traced && traced->excepted)
		return;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, tid, sizeof(info), &info) <= 0)
		return;
	if (t->opt->errnum && !t->struck) {
		t->result->calls += info.op == PTRACE_SYSCALL_INFO_ENTRY;
		if (t->failing ? tid == t->failing : t->result->calls == t->opt->at)
			on_failing(t, tid, &info);
		return;
	}
	if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
		t->result->calls++;
		if (t->struck || t->opt->count_only || t->result->calls < t->opt->at)
			return;
		if (t->result->calls == t->opt->at)
			t->result->call = (long)info.entry.nr;
		if (t->opt->on_exit && t->result->calls == t->opt->at)
			return;
	} else if (!t->opt->on_exit || t->struck || t->opt->count_only ||
		   t->result->calls < t->opt->at) {
		return;
	}
	t->struck = true;
	t->result->struck_runtime = tid == t->runtime;
	t->result->reached = tracer_strike(t);
}

static void on_stop(struct tracer *t, pid_t tid, int status)
{
	int signal = WSTOPSIG(status), event = status >> 16;
	bool group_stop = event == PTRACE_EVENT_STOP && signal != SIGTRAP;
	int how = t->struck ? PTRACE_CONT : PTRACE_SYSCALL;

	tracer_add(t, tid);
	if (event == PTRACE_EVENT_EXEC)
		traced_find(t, tid)->excepted = is_excepted(t, tid);
	if (signal == (SIGTRAP | 0x80)) {
		on_syscall(t, tid);
		how = t->struck ? PTRACE_CONT : PTRACE_SYSCALL;
		signal = 0;
	} else if (event != 0) {
		signal = 0;
	}
	if (group_stop)
		ptrace(PTRACE_LISTEN, tid, 0, 0);
	else
		ptrace(how, tid, 0, signal);
}

static void on_end(struct tracer *t, pid_t tid, int status)
{
	tracer_remove(t, tid);
	if (tid != t->runtime)
		return;
	t->result->status = status;
	t->over = true;
}

/* Only here so that SIGALRM interrupts waitpid. */
static void on_alarm(int signal)
{
	(void)signal;
}

static void tracer_loop(struct tracer *t)
{
	while (!t->over) {
		int status;
		pid_t tid = waitpid(-1, &status, __WALL);

		if (tid < 0 && errno == EINTR) {
			t->result->timeout = true;
			for (size_t i = 0; i < t->n; i++)
				kill(t->traced[i].tid, SIGKILL);
			return;
		}
		if (tid < 0)
			return;
		if (WIFSTOPPED(status))
			on_stop(t, tid, status);
		else
			on_end(t, tid, status);
	}
}

static pid_t command_start(const struct options *opt)
{
	int gate[2];
	char c;
	pid_t pid;

	if (pipe2(gate, O_CLOEXEC) < 0)
		die("pipe");
	pid = fork();
	if (pid < 0)
		die("fork");
	if (pid == 0) {
		close(gate[1]);
		(void)!read(gate[0], &c, 1);
		execvp(opt->argv[0], opt->argv);
		_exit(127);
	}
	if (ptrace(PTRACE_SEIZE, pid, 0, TRACE_OPTIONS) < 0)
		die("ptrace");
	if (ptrace(PTRACE_INTERRUPT, pid, 0, 0) < 0)
		die("ptrace");
	close(gate[0]);
	close(gate[1]);
	return pid;
}

/* The tracer's whole life. When it ends, all that it still traces goes on untraced. */
static void tracer_main(const struct options *opt, struct result *result)
{
	static const struct sigaction action = {.sa_handler = on_alarm};
	struct tracer *t = calloc(1, sizeof(*t));

	if (t == NULL)
		die("calloc");
	t->opt = opt;
	t->result = result;
	t->runtime = command_start(opt);
	tracer_add(t, t->runtime);
	sigaction(SIGALRM, &action, NULL);
	alarm((unsigned int)opt->limit);
	tracer_loop(t);
	free(t);
}

/* As END to the script that follows, too. */
static void end_name(const struct result *r, char *text, size_t size)
{
	if (r->timeout)
		snprintf(text, size, "timeout");
	else if (WIFSIGNALED(r->status))
		snprintf(text, size, "signal:%d", WTERMSIG(r->status));
	else
		snprintf(text, size, "exit:%d", WEXITSTATUS(r->status));
}

static void result_print(
	const struct result *r, const char *end, int before, int after, int left)
{
	printf("calls=%ld reached=%d call=%ld who=%s name=%s ", r->calls, r->reached, r->call,
		r->struck_runtime ? "runtime" : "child", r->name);
	printf("end=%s before=%d after=%d left=%d\n", end, before, after, left);
}

static void usage(void)
{
	fprintf(stderr, "usage: sweep [--count] [--at N] [--on entry|exit] "
			"[--kill runtime|init|tree | --errno N] [--pid-file FILE]\n"
			"             [--except NAMES]\n"
			"             [--before SCRIPT] [--after SCRIPT] [--limit SECONDS] "
			"-- COMMAND [ARGUMENT...]\n");
	exit(2);
}

static enum target target_parse(const char *word)
{
	static const char *const words[] = {"runtime", "init", "tree"};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (strcmp(word, words[i]) == 0)
			return (enum target)i;
	usage();
	return TARGET_RUNTIME;
}

static void option_parse(struct options *opt, const char *name, const char *value)
{
	if (value == NULL)
		usage();
	if (strcmp(name, "--at") == 0)
		opt->at = strtol(value, NULL, 10);
	else if (strcmp(name, "--on") == 0)
		opt->on_exit = strcmp(value, "exit") == 0;
	else if (strcmp(name, "--errno") == 0)
		opt->errnum = strtol(value, NULL, 10);
	else if (strcmp(name, "--kill") == 0)
		opt->target = target_parse(value);
	else if (strcmp(name, "--pid-file") == 0)
		opt->pid_file = value;
	else if (strcmp(name, "--except") == 0)
		opt->except = value;
	else if (strcmp(name, "--before") == 0)
		opt->before = value;
	else if (strcmp(name, "--after") == 0)
		opt->after = value;
	else if (strcmp(name, "--limit") == 0)
		opt->limit = strtol(value, NULL, 10);
	else
		usage();
}

static void options_parse(struct options *opt, char **argv)
{
	size_t i = 1;

	while (argv[i] && strcmp(argv[i], "--") != 0) {
		if (strcmp(argv[i], "--count") == 0) {
			opt->count_only = true;
			i++;
			continue;
		}
		option_parse(opt, argv[i], argv[i + 1]);
		i += 2;
	}
	if (argv[i] == NULL || argv[i + 1] == NULL)
		usage();
	opt->argv = argv + i + 1;
}

int main(int argc, char **argv)
{
	struct options opt = {.limit = 10, .at = 1};
	struct result *result;
	int before, after, left;
	char end[32];
	pid_t tracer;

	(void)argc;
	options_parse(&opt, argv);
	result = mmap(NULL, sizeof(*result), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		-1, 0);
	if (result == MAP_FAILED)
		die("mmap");
	if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0)
		die("prctl");
	before = script_run(opt.before, opt.limit);
	tracer = fork();
	if (tracer < 0)
		die("fork");
	if (tracer == 0) {
		tracer_main(&opt, result);
		_exit(0);
	}
	child_wait(tracer, (opt.limit + 5) * 1000);
	end_name(result, end, sizeof(end));
	setenv("END", end, 1);
	after = script_run(opt.after, opt.limit);
	left = left_count();
	result_print(result, end, before, after, left);
	return 0;
}
