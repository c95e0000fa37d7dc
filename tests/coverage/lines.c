/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs a command and notes which addresses of one program are executed in it
 * and in all that it starts.
 *
 *   lines --program MARK --addresses FILE --out FILE -- COMMAND [ARGUMENT...]
 *
 * The program is known by a part of the name that /proc/PID/exe has: what has
 * no C library can write no counters. It is linked to fixed addresses; FILE has
 * some of them, in hexadecimal and in their order. Each gets a breakpoint,
 * which is taken away when it is hit; the other file has a byte for each, 1 if
 * any run has hit it. Exits as the command does.
 *
 * Runs in: the host, as root, on x86-64.
 * Relies on: ptrace(2); /proc/PID/mem can be written where the memory itself
 * cannot. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#define ADDRESSES  32768
#define BREAKPOINT 0xcc
#define TRACE_OPTIONS                                                                          \
	(PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC)

static struct {
	const char *program;
	size_t count;
	uint64_t address[ADDRESSES];
	uint8_t byte[ADDRESSES]; /* what is there without a breakpoint */
	uint8_t *hit;		 /* in the file */
	bool known;		 /* the bytes */
} table;

static void die(const char *what)
{
	fprintf(stderr, "lines: %s: %s\n", what, strerror(errno));
	exit(125);
}

static int compare(const void *a, const void *b)
{
	const uint64_t *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

static void addresses_read(const char *path)
{
	FILE *file = fopen(path, "re");
	unsigned long address;

	if (!file)
		die(path);
	while (table.count < ADDRESSES && fscanf(file, "%lx", &address) == 1)
		table.address[table.count++] = address;
	fclose(file);
	qsort(table.address, table.count, sizeof(table.address[0]), compare);
}

static int memory_open(pid_t pid)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/mem", pid);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		die(path);
	return fd;
}

static bool is_ours(pid_t pid)
{
	char path[64], target[256];
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/exe", pid);
	n = readlink(path, target, sizeof(target) - 1);
	target[n > 0 ? n : 0] = '\0';
	return strstr(target, table.program) != NULL;
}

/* After an exec of the program: in fresh memory. What was hit in an earlier one
 * need not be hit again. */
static void breakpoints_set(pid_t pid)
{
	const uint8_t breakpoint = BREAKPOINT;
	int fd = memory_open(pid);

	for (size_t i = 0; i < table.count; i++) {
		off_t at = (off_t)table.address[i];

		if (!table.known && pread(fd, &table.byte[i], 1, at) != 1)
			die("read");
		if (!table.hit[i] && pwrite(fd, &breakpoint, 1, at) != 1)
			die("write");
	}
	table.known = true;
	close(fd);
}

/* False if the trap was none of ours. */
static bool breakpoint_hit(pid_t pid)
{
	struct user_regs_struct registers;
	const uint64_t *found;
	uint64_t at;
	size_t i;
	int fd;

	if (ptrace(PTRACE_GETREGS, pid, 0, &registers) < 0)
		return false;
	at = registers.rip - 1;
	found = bsearch(&at, table.address, table.count, sizeof(table.address[0]), compare);
	if (!found || !is_ours(pid))
		return false;
	i = (size_t)(found - table.address);
	table.hit[i] = 1;
	fd = memory_open(pid);
	if (pwrite(fd, &table.byte[i], 1, (off_t)at) != 1)
		die("restore");
	close(fd);
	registers.rip = at;
	return ptrace(PTRACE_SETREGS, pid, 0, &registers) >= 0;
}

static void on_stop(pid_t pid, int status)
{
	int signal = WSTOPSIG(status), event = status >> 16;

	if (event == PTRACE_EVENT_EXEC && is_ours(pid))
		breakpoints_set(pid);
	if (event == PTRACE_EVENT_STOP && signal != SIGTRAP) {
		ptrace(PTRACE_LISTEN, pid, 0, 0);
		return;
	}
	if (event || (signal == SIGTRAP && breakpoint_hit(pid)))
		signal = 0;
	ptrace(PTRACE_CONT, pid, 0, signal);
}

static pid_t command_start(char **argv)
{
	int gate[2];
	char c;
	pid_t pid;

	if (pipe(gate) < 0)
		die("pipe");
	pid = fork();
	if (pid < 0)
		die("fork");
	if (pid == 0) {
		close(gate[1]);
		(void)!read(gate[0], &c, 1);
		close(gate[0]);
		execvp(argv[0], argv);
		_exit(127);
	}
	if (ptrace(PTRACE_SEIZE, pid, 0, TRACE_OPTIONS) < 0)
		die("ptrace");
	close(gate[0]);
	close(gate[1]);
	return pid;
}

/* Whatever ends us, what has been hit is in the file. */
static void hits_map(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);

	if (fd < 0 || ftruncate(fd, (off_t)table.count) < 0)
		die(path);
	table.hit = mmap(NULL, table.count, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (table.hit == MAP_FAILED)
		die(path);
	close(fd);
}

/* Tells the status of the command, and goes on as long as there is somebody. */
static void trace(pid_t command, int tell_fd)
{
	for (;;) {
		int status, result;
		pid_t pid = waitpid(-1, &status, __WALL);

		if (pid < 0 && errno == EINTR)
			continue;
		if (pid < 0)
			return;
		if (WIFSTOPPED(status)) {
			on_stop(pid, status);
			continue;
		}
		if (pid != command)
			continue;
		result = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
		(void)!write(tell_fd, &result, sizeof(result));
	}
}

/* The tracer outlives the command if a container does; it holds nothing of the
 * caller's open. */
static void tracer_main(char **argv, int tell_fd)
{
	pid_t command = command_start(argv);
	int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (int fd = 0; fd < 3; fd++)
		dup2(null_fd, fd);
	trace(command, tell_fd);
	_exit(0);
}

int main(int argc, char **argv)
{
	int tell[2], result = 125;
	pid_t tracer;

	if (argc < 9 || strcmp(argv[1], "--program") || strcmp(argv[3], "--addresses") ||
		strcmp(argv[5], "--out") || strcmp(argv[7], "--")) {
		fprintf(stderr, "usage: lines --program MARK --addresses FILE --out FILE -- "
				"COMMAND [ARGUMENT...]\n");
		return 125;
	}
	table.program = argv[2];
	addresses_read(argv[4]);
	hits_map(argv[6]);
	if (pipe2(tell, O_CLOEXEC) < 0)
		die("pipe");
	tracer = fork();
	if (tracer < 0)
		die("fork");
	if (tracer == 0) {
		close(tell[0]);
		tracer_main(argv + 8, tell[1]);
	}
	close(tell[1]);
	(void)!read(tell[0], &result, sizeof(result));
	return result;
}
