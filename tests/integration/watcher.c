/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A hostile process in a pid namespace that others join: takes hold of everything that appears there and reports what it
 * could make use of.
 *
 *   watcher NAME=VALUE...
 *
 *   mode=trace      attach to each process, stop it at every system call until it has executed, and look each time
 *   mode=look       attach to nothing; look all the time
 *   mode=lie        take the sockets of each process, and send what nobody expects
 *   mode=seize      attach to each process, and never wait for it
 *   keep=1          of lie: what no plan expects, and stay attached
 *   hidden=1        init is not to be reachable at all, only the program that it becomes
 *   report=FILE     where to tell; a line "ready" first
 *   caps=HEX        capabilities that a process may have, in any of its sets
 *   uid=N           the user it must be
 *   program=DEV:INO the runtime's program, which nothing may run or map
 *   word=TEXT       what stands in the runtime's environment alone
 *   path=FILE       what only the host's root has
 *   mnt=LINK        the host's mount namespace, as /proc/PID/ns/mnt has it
 *
 * Lines of the report: "seen N looks M" after each process, and "bad: ..." for each finding, once.
 *
 * Runs in: a container with CAP_SYS_PTRACE and its own procfs. Kills nothing. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define AHEAD	 64	   /* pids that are tried before they exist */
#define STOPS	 2000	   /* of one process */
#define FDS	 64	   /* descriptors that are tried */
#define CHUNK	 65536	   /* of memory that is read at once */
#define MEMORY	 (1 << 20) /* of one mapping that is read */
#define FINDINGS 64

static struct {
	const char *mode, *report, *word, *path, *mnt;
	uint64_t caps, uid, device, inode;
	bool hidden, keep;
} want;

static struct {
	FILE *file;
	char findings[FINDINGS][160];
	size_t count;
	unsigned seen, looks;
} report;

__attribute__((format(printf, 1, 2))) static void bad(const char *format, ...)
{
	char text[160];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	for (size_t i = 0; i < report.count; i++)
		if (!strcmp(report.findings[i], text))
			return;
	if (report.count == FINDINGS)
		return;
	memcpy(report.findings[report.count++], text, sizeof(text));
	fprintf(report.file, "bad: %s\n", text);
}

static const char *proc(int pid, const char *name)
{
	static char path[512];

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	return path;
}

static void look_status(int pid)
{
	FILE *file = fopen(proc(pid, "status"), "re");
	char line[256];

	while (file && fgets(line, sizeof(line), file)) {
		char *value = strchr(line, ':');
		uint64_t number;

		if (!value)
			continue;
		*value++ = '\0';
		if (!strncmp(line, "Cap", 3)) {
			number = strtoull(value, NULL, 16);
			if (number & ~want.caps)
				bad("%s has %" PRIx64 " more", line, number & ~want.caps);
		} else if (!strcmp(line, "Uid") || !strcmp(line, "Gid")) {
			for (int i = 0; i < 4; i++) {
				number = strtoull(value, &value, 10);
				if (number != want.uid)
					bad("%s is %" PRIu64, line, number);
			}
		}
	}
	if (file)
		fclose(file);
}

static void look_links(int pid)
{
	char link[256] = "";
	struct stat st;
	int fd;

	if (!stat(proc(pid, "exe"), &st) && st.st_ino == want.inode && st.st_dev == want.device)
		bad("the runtime's program runs");
	if (want.hidden && readlink(proc(pid, "exe"), link, sizeof(link) - 1) > 0 &&
		strstr(link, "memfd:"))
		bad("init is reachable");
	fd = open(proc(pid, "exe"), O_WRONLY | O_CLOEXEC);
	if (fd >= 0) {
		bad("its program can be written to");
		close(fd);
	}
	if (readlink(proc(pid, "ns/mnt"), link, sizeof(link) - 1) > 0 &&
		!strcmp(link, want.mnt))
		bad("it is in the host's mount namespace");
	snprintf(link, sizeof(link), "root%s", want.path);
	if (!stat(proc(pid, link), &st))
		bad("the host's root is reachable by its root");
	if (!stat(proc(pid, "cwd/.."), &st)) {
		snprintf(link, sizeof(link), "cwd/../../../../../../../../../..%s", want.path);
		if (!stat(proc(pid, link), &st))
			bad("the host's root is reachable by its working directory");
	}
}

static void look_socket(int fd)
{
	struct sockaddr_un name = {0};
	socklen_t size = sizeof(name);

	if (!getpeername(fd, (struct sockaddr *)&name, &size) && size > sizeof(sa_family_t))
		bad("it is connected with \"%s\"", name.sun_path);
}

static void look_descriptor(int number, int fd)
{
	struct stat st;

	if (fstat(fd, &st))
		return;
	if (S_ISDIR(st.st_mode))
		bad("it has a directory open");
	else if (S_ISSOCK(st.st_mode))
		look_socket(fd);
	else if (number > 2 && S_ISREG(st.st_mode))
		bad("it has a file open");
	else if (number > 2 && S_ISCHR(st.st_mode) && st.st_rdev != makedev(1, 3))
		bad("it has device %u:%u open", major(st.st_rdev), minor(st.st_rdev));
}

static void look_descriptors(int pid)
{
	int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);

	for (int number = 0; pidfd >= 0 && number < FDS; number++) {
		int fd = (int)syscall(SYS_pidfd_getfd, pidfd, number, 0);

		if (fd < 0)
			continue;
		look_descriptor(number, fd);
		close(fd);
	}
	if (pidfd >= 0)
		close(pidfd);
}

static bool memory_has_word(int pid, int mem_fd, uint64_t from, uint64_t to)
{
	static char bytes[CHUNK];

	for (uint64_t at = from; at < to && at < from + MEMORY; at += CHUNK) {
		size_t size = to - at < CHUNK ? to - at : CHUNK;
		struct iovec here = {bytes, size}, there = {(void *)at, size};
		ssize_t n = process_vm_readv(pid, &here, 1, &there, 1, 0);

		if (n < 0)
			n = pread(mem_fd, bytes, size, (off_t)at);
		if (n > 0 && memmem(bytes, (size_t)n, want.word, strlen(want.word)))
			return true;
	}
	return false;
}

static void look_memory(int pid)
{
	int mem_fd = open(proc(pid, "mem"), O_RDONLY | O_CLOEXEC);
	FILE *file = fopen(proc(pid, "maps"), "re");
	char line[1024];

	while (file && fgets(line, sizeof(line), file)) {
		uint64_t from, to, inode;
		unsigned high, low;

		if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %*s %*s %x:%x %" SCNu64, &from, &to,
			    &high, &low, &inode) != 5)
			continue;
		if (inode == want.inode && makedev(high, low) == want.device)
			bad("the runtime's program is mapped");
		if (memory_has_word(pid, mem_fd, from, to))
			bad("its memory has the runtime's environment");
	}
	if (file)
		fclose(file);
	if (mem_fd >= 0)
		close(mem_fd);
}

static void look_environment(int pid)
{
	char bytes[CHUNK];
	int fd = open(proc(pid, "environ"), O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, bytes, sizeof(bytes));

	if (n > 0 && memmem(bytes, (size_t)n, want.word, strlen(want.word)))
		bad("its environment is the runtime's");
	if (fd >= 0)
		close(fd);
}

static void look(int pid)
{
	report.looks++;
	look_status(pid);
	look_links(pid);
	look_descriptors(pid);
	look_environment(pid);
	look_memory(pid);
}

static void tell_seen(void)
{
	report.seen++;
	fprintf(report.file, "seen %u looks %u\n", report.seen, report.looks);
}

/* False if there is no such process, or it cannot be attached to. */
static bool trace(int pid)
{
	int status, signal_number;

	if (ptrace(PTRACE_SEIZE, pid, 0, PTRACE_O_TRACEEXEC | PTRACE_O_TRACESYSGOOD))
		return false;
	ptrace(PTRACE_INTERRUPT, pid, 0, 0);
	for (int i = 0; i < STOPS; i++) {
		if (waitpid(pid, &status, __WALL) != pid || !WIFSTOPPED(status))
			break;
		look(pid);
		signal_number = WSTOPSIG(status);
		if (status >> 16 == PTRACE_EVENT_EXEC) {
			ptrace(PTRACE_DETACH, pid, 0, 0);
			break;
		}
		if (status >> 16 || signal_number == (SIGTRAP | 0x80))
			signal_number = 0;
		ptrace(PTRACE_SYSCALL, pid, 0, signal_number);
	}
	tell_seen();
	return true;
}

/* Pids are given one after the other: who tries the next ones is there first. */
static void take_all(bool (*take)(int pid))
{
	int last = getpid();

	for (;;) {
		for (int pid = last + 1; pid <= last + AHEAD; pid++) {
			if (!take(pid))
				continue;
			last = pid;
			break;
		}
	}
}

/* Types are the numbers of enum sync_type in src/init/sync.h. */
static const struct lie {
	uint32_t type;
	int32_t value;
	size_t size;
	int count;
} lies[] = {
	{8, 1, 8, 1},
	{8, -1, 8, 1},
	{8, 0, 8, 1},
	{15, 0, 520, 1},
	{15, 0, 8, 1},
	{0xffffffff, 0, 8, 1},
	{9, 0, 1, 1},
	{9, 0, 8, 100},
	{12, 0, 8, 1},
	{10, 0, 8, 1},
	{7, 0, 8, 1},
	{13, 1, 8, 1},
	{0, 0, 0, 1},
	{9, 0, 520, 1},
};

static const struct lie nonsense = {0xffffffff, 0, 8, 1};

static bool lie_send(int fd, const struct lie *lie)
{
	struct {
		uint32_t type;
		int32_t value;
		char error[512];
	} packet = {.type = lie->type, .value = lie->value};

	for (size_t i = 0; i < sizeof(packet.error); i++)
		packet.error[i] = "\033[2J\007\r\n\377"[i % 8];
	for (int i = 0; i < lie->count; i++)
		if (send(fd, &packet, lie->size, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
			return false;
	return true;
}

static bool lie(int pid)
{
	int pidfd, status;
	bool heard = false;

	if (ptrace(PTRACE_SEIZE, pid, 0, 0))
		return false;
	ptrace(PTRACE_INTERRUPT, pid, 0, 0);
	if (waitpid(pid, &status, __WALL) == pid && WIFSTOPPED(status)) {
		pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
		for (int number = 3; number < FDS; number++) {
			int fd = (int)syscall(SYS_pidfd_getfd, pidfd, number, 0);

			if (fd < 0)
				continue;
			heard |= lie_send(fd,
				want.keep
					? &nonsense
					: &lies[report.seen % (sizeof(lies) / sizeof(*lies))]);
			close(fd);
		}
		close(pidfd);
		/* Who is held before it ends, which a program is that nobody talks with, holds the runtime too. */
		if (!want.keep || !heard)
			ptrace(PTRACE_DETACH, pid, 0, 0);
	}
	if (!want.keep || heard)
		tell_seen();
	return true;
}

static bool seize(int pid)
{
	if (ptrace(PTRACE_SEIZE, pid, 0, 0))
		return false;
	tell_seen();
	return true;
}

static void look_at_all(void)
{
	int last = getpid();

	for (;;) {
		for (int pid = getpid() + 1; pid <= last + AHEAD; pid++) {
			if (kill(pid, 0) && errno == ESRCH)
				continue;
			look(pid);
			if (pid > last) {
				last = pid;
				tell_seen();
			}
		}
	}
}

static void option_take(const char *word)
{
	const char *value = strchr(word, '=');
	char *end;

	if (!value++)
		return;
	switch (word[0] == 'm' ? word[1] : word[0]) {
	case 'o':
		want.mode = value;
		break;
	case 'r':
		want.report = value;
		break;
	case 'c':
		want.caps = strtoull(value, NULL, 16);
		break;
	case 'u':
		want.uid = strtoull(value, NULL, 10);
		break;
	case 'h':
		want.hidden = true;
		break;
	case 'k':
		want.keep = true;
		break;
	case 'w':
		want.word = value;
		break;
	case 'n':
		want.mnt = value;
		break;
	case 'p':
		if (value[0] == '/') {
			want.path = value;
		} else {
			want.device = strtoull(value, &end, 10);
			want.inode = strtoull(end + 1, NULL, 10);
		}
		break;
	}
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		option_take(argv[i]);
	report.file = fopen(want.report ? want.report : "/dev/stdout", "ae");
	if (!report.file || !want.mode || !want.word || !want.path || !want.mnt || !want.inode)
		return 2;
	setvbuf(report.file, NULL, _IOLBF, 0);
	fprintf(report.file, "ready\n");
	if (!strcmp(want.mode, "trace"))
		take_all(trace);
	if (!strcmp(want.mode, "lie"))
		take_all(lie);
	if (!strcmp(want.mode, "seize"))
		take_all(seize);
	look_at_all();
}
