/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Says, as one JSON object, what a process finds itself to be.
 *
 * The integration tests put this static program into a container as its payload and compare what
 * it prints with what config.json asked for. It asks the kernel directly (capget, prctl, getrlimit)
 * wherever it can, so that most of the answers do not depend on /proc being right.
 *
 * Runs in: a container, or on the host for comparison.
 * Never:   changes anything but its own process; decides nothing. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#define ARRAY_SIZE(x) (sizeof(x) / sizeof((x)[0]))

extern char **environ;

static const char *const cap_names[] = {"CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH",
	"CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_SETGID", "CAP_SETUID", "CAP_SETPCAP",
	"CAP_LINUX_IMMUTABLE", "CAP_NET_BIND_SERVICE", "CAP_NET_BROADCAST", "CAP_NET_ADMIN",
	"CAP_NET_RAW", "CAP_IPC_LOCK", "CAP_IPC_OWNER", "CAP_SYS_MODULE", "CAP_SYS_RAWIO",
	"CAP_SYS_CHROOT", "CAP_SYS_PTRACE", "CAP_SYS_PACCT", "CAP_SYS_ADMIN", "CAP_SYS_BOOT",
	"CAP_SYS_NICE", "CAP_SYS_RESOURCE", "CAP_SYS_TIME", "CAP_SYS_TTY_CONFIG", "CAP_MKNOD",
	"CAP_LEASE", "CAP_AUDIT_WRITE", "CAP_AUDIT_CONTROL", "CAP_SETFCAP", "CAP_MAC_OVERRIDE",
	"CAP_MAC_ADMIN", "CAP_SYSLOG", "CAP_WAKE_ALARM", "CAP_BLOCK_SUSPEND", "CAP_AUDIT_READ",
	"CAP_PERFMON", "CAP_BPF", "CAP_CHECKPOINT_RESTORE"};

static const struct {
	int resource;
	const char *name;
} limits[] = {
	{RLIMIT_AS, "RLIMIT_AS"},
	{RLIMIT_CORE, "RLIMIT_CORE"},
	{RLIMIT_CPU, "RLIMIT_CPU"},
	{RLIMIT_DATA, "RLIMIT_DATA"},
	{RLIMIT_FSIZE, "RLIMIT_FSIZE"},
	{RLIMIT_LOCKS, "RLIMIT_LOCKS"},
	{RLIMIT_MEMLOCK, "RLIMIT_MEMLOCK"},
	{RLIMIT_MSGQUEUE, "RLIMIT_MSGQUEUE"},
	{RLIMIT_NICE, "RLIMIT_NICE"},
	{RLIMIT_NOFILE, "RLIMIT_NOFILE"},
	{RLIMIT_NPROC, "RLIMIT_NPROC"},
	{RLIMIT_RSS, "RLIMIT_RSS"},
	{RLIMIT_RTPRIO, "RLIMIT_RTPRIO"},
	{RLIMIT_RTTIME, "RLIMIT_RTTIME"},
	{RLIMIT_SIGPENDING, "RLIMIT_SIGPENDING"},
	{RLIMIT_STACK, "RLIMIT_STACK"},
};

static const char *const namespaces[] = {
	"cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts"};

static const struct {
	int number;
	const char *name;
} signals[] = {
	{SIGHUP, "HUP"},
	{SIGINT, "INT"},
	{SIGQUIT, "QUIT"},
	{SIGUSR1, "USR1"},
	{SIGUSR2, "USR2"},
	{SIGALRM, "ALRM"},
	{SIGTERM, "TERM"},
	{SIGCONT, "CONT"},
	{SIGTSTP, "TSTP"},
	{SIGWINCH, "WINCH"},
	{SIGIO, "IO"},
};

static void put_string(const char *s)
{
	putchar('"');
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c == '"' || c == '\\')
			printf("\\%c", c);
		else if (c < 0x20 || c >= 0x7f)
			printf("\\u%04x", c);
		else
			putchar(c);
	}
	putchar('"');
}

static void put_key(const char *key)
{
	printf(",\n ");
	put_string(key);
	printf(": ");
}

static void put_text(const char *key, const char *value)
{
	put_key(key);
	put_string(value);
}

static void put_long(const char *key, long value)
{
	put_key(key);
	printf("%ld", value);
}

static void put_list(const char *key, char *const *list)
{
	put_key(key);
	putchar('[');
	for (size_t i = 0; list[i]; i++) {
		if (i > 0)
			printf(", ");
		put_string(list[i]);
	}
	putchar(']');
}

/* Reads the first line of a small file, without its newline; "" if there is none. */
static void read_line(const char *path, char *buf, size_t size)
{
	FILE *f = fopen(path, "re");

	buf[0] = '\0';
	if (f == NULL)
		return;
	if (fgets(buf, (int)size, f) == NULL)
		buf[0] = '\0';
	buf[strcspn(buf, "\n")] = '\0';
	fclose(f);
}

static void put_ids(void)
{
	uid_t r, e, s;
	gid_t rg, eg, sg;
	gid_t groups[1024];
	int n;

	getresuid(&r, &e, &s);
	getresgid(&rg, &eg, &sg);
	put_key("uid");
	printf("[%u, %u, %u]", r, e, s);
	put_key("gid");
	printf("[%u, %u, %u]", rg, eg, sg);
	n = getgroups(ARRAY_SIZE(groups), groups);
	put_key("groups");
	putchar('[');
	for (int i = 0; i < n; i++)
		printf("%s%u", i > 0 ? ", " : "", groups[i]);
	putchar(']');
}

static void put_cap_set(const char *key, uint64_t set, bool last)
{
	bool first = true;

	printf("\"%s\": [", key);
	for (size_t i = 0; i < ARRAY_SIZE(cap_names); i++) {
		if ((set & (1ULL << i)) == 0)
			continue;
		printf("%s\"%s\"", first ? "" : ", ", cap_names[i]);
		first = false;
	}
	printf("]%s", last ? "" : ", ");
}

static void put_caps(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2] = {{0}};
	uint64_t bounding = 0, ambient = 0;

	syscall(SYS_capget, &header, data);
	for (unsigned int i = 0; i < 64; i++) {
		if (prctl(PR_CAPBSET_READ, i, 0, 0, 0) == 1)
			bounding |= 1ULL << i;
		if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, i, 0, 0) == 1)
			ambient |= 1ULL << i;
	}
	put_key("capabilities");
	putchar('{');
	put_cap_set("bounding", bounding, false);
	put_cap_set("effective", (uint64_t)data[1].effective << 32 | data[0].effective, false);
	put_cap_set("permitted", (uint64_t)data[1].permitted << 32 | data[0].permitted, false);
	put_cap_set("inheritable", (uint64_t)data[1].inheritable << 32 | data[0].inheritable,
		false);
	put_cap_set("ambient", ambient, true);
	putchar('}');
}

static void put_process(void)
{
	char line[256];
	int death = 0;

	put_long("ppid", getppid());
	put_long("pgid", getpgrp());
	put_long("sid", getsid(0));
	put_ids();
	put_caps();
	put_key("noNewPrivileges");
	printf("%s", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? "true" : "false");
	put_long("seccomp", prctl(PR_GET_SECCOMP, 0, 0, 0, 0));
	put_long("securebits", prctl(PR_GET_SECUREBITS, 0, 0, 0, 0));
	put_long("dumpable", prctl(PR_GET_DUMPABLE, 0, 0, 0, 0));
	prctl(PR_GET_PDEATHSIG, &death, 0, 0, 0);
	put_long("deathSignal", death);
	put_long("personality", personality(0xffffffff));
	put_long("nice", getpriority(PRIO_PROCESS, 0));
	put_long("scheduler", sched_getscheduler(0));
	read_line("/proc/self/oom_score_adj", line, sizeof(line));
	put_text("oomScoreAdj", line);
	read_line("/proc/self/attr/current", line, sizeof(line));
	put_text("label", line);
}

/* As the kernel lays it out for sched_getattr; the C library has no name for it. */
struct schedule {
	uint32_t size, policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime, deadline, period;
};

static void put_scheduling(void)
{
	struct schedule schedule = {.size = sizeof(schedule)};
	unsigned long nodes[16] = {0};
	int mode = -1;
	bool first = true;

	syscall(SYS_sched_getattr, 0, &schedule, sizeof(schedule), 0);
	put_key("schedule");
	printf("{\"policy\": %u, \"flags\": %llu, \"nice\": %d, \"priority\": %u, \"runtime\": "
	       "%llu, "
	       "\"deadline\": %llu, \"period\": %llu}",
		schedule.policy, (unsigned long long)schedule.flags, schedule.nice,
		schedule.priority, (unsigned long long)schedule.runtime,
		(unsigned long long)schedule.deadline, (unsigned long long)schedule.period);
	put_long("ioPriority", syscall(SYS_ioprio_get, 1, 0));
	syscall(SYS_get_mempolicy, &mode, nodes, sizeof(nodes) * 8, NULL, 0);
	put_key("memoryPolicy");
	printf("{\"mode\": %d, \"nodes\": [", mode);
	for (unsigned node = 0; node < sizeof(nodes) * 8; node++) {
		if (!(nodes[node / 64] >> node % 64 & 1))
			continue;
		printf("%s%u", first ? "" : ", ", node);
		first = false;
	}
	printf("]}");
}

/* The state of the signals that a process inherits through execve. */
static void put_signals(void)
{
	sigset_t blocked;
	struct sigaction action;
	bool first = true;

	sigprocmask(SIG_BLOCK, NULL, &blocked);
	put_key("signalsBlocked");
	putchar('[');
	for (int i = 1; i < 65; i++) {
		if (sigismember(&blocked, i) != 1)
			continue;
		printf("%s%d", first ? "" : ", ", i);
		first = false;
	}
	putchar(']');
	first = true;
	put_key("signalsIgnored");
	putchar('[');
	for (int i = 1; i < 65; i++) {
		if (sigaction(i, NULL, &action) < 0 || action.sa_handler != SIG_IGN)
			continue;
		printf("%s%d", first ? "" : ", ", i);
		first = false;
	}
	putchar(']');
}

static const char *file_kind(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFREG:
		return "file";
	case S_IFDIR:
		return "directory";
	case S_IFCHR:
		return "char";
	case S_IFBLK:
		return "block";
	case S_IFIFO:
		return "fifo";
	case S_IFSOCK:
		return "socket";
	default:
		return "other";
	}
}

static void put_fds(void)
{
	struct rlimit limit = {.rlim_cur = 1024};
	bool first = true;

	getrlimit(RLIMIT_NOFILE, &limit);
	if (limit.rlim_cur > 65536)
		limit.rlim_cur = 65536;
	put_key("fds");
	putchar('[');
	for (int fd = 0; fd < (int)limit.rlim_cur; fd++) {
		char path[64], target[4096];
		struct stat st;
		ssize_t n;

		if (fstat(fd, &st) < 0)
			continue;
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		n = readlink(path, target, sizeof(target) - 1);
		target[n < 0 ? 0 : n] = '\0';
		printf("%s{\"fd\": %d, \"kind\": \"%s\", \"target\": ", first ? "" : ", ", fd,
			file_kind(st.st_mode));
		put_string(target);
		putchar('}');
		first = false;
	}
	putchar(']');
}

static void put_limit(const char *key, rlim_t value, const char *after)
{
	if (value == RLIM_INFINITY)
		printf("\"%s\": \"unlimited\"%s", key, after);
	else
		printf("\"%s\": %llu%s", key, (unsigned long long)value, after);
}

static void put_limits(void)
{
	put_key("rlimits");
	putchar('{');
	for (size_t i = 0; i < ARRAY_SIZE(limits); i++) {
		struct rlimit value = {0};

		getrlimit(limits[i].resource, &value);
		printf("%s\"%s\": {", i > 0 ? ", " : "", limits[i].name);
		put_limit("soft", value.rlim_cur, ", ");
		put_limit("hard", value.rlim_max, "}");
	}
	putchar('}');
}

static void put_namespaces(void)
{
	put_key("namespaces");
	putchar('{');
	for (size_t i = 0; i < ARRAY_SIZE(namespaces); i++) {
		char path[64], target[64];
		ssize_t n;

		snprintf(path, sizeof(path), "/proc/self/ns/%s", namespaces[i]);
		n = readlink(path, target, sizeof(target) - 1);
		target[n < 0 ? 0 : n] = '\0';
		printf("%s\"%s\": ", i > 0 ? ", " : "", namespaces[i]);
		put_string(target);
	}
	putchar('}');
}

/* One line of mountinfo: "36 35 98:0 /root /point options [optional...] - type source super". */
static void put_mount(char *line, bool first)
{
	static const char *const keys[] = {
		"id", "parent", "device", "root", "point", "options"};
	char *rest = strstr(line, " - ");
	char *save = NULL, *word;

	if (rest == NULL)
		return;
	*rest = '\0';
	rest += 3;
	printf("%s{", first ? "" : ",\n  ");
	word = strtok_r(line, " ", &save);
	for (size_t i = 0; word && i < ARRAY_SIZE(keys); i++) {
		printf("\"%s\": ", keys[i]);
		put_string(word);
		printf(", ");
		word = strtok_r(NULL, " ", &save);
	}
	printf("\"optional\": ");
	put_string(word ? word : "");
	word = strtok_r(rest, " ", &save);
	printf(", \"type\": ");
	put_string(word ? word : "");
	word = strtok_r(NULL, " ", &save);
	printf(", \"source\": ");
	put_string(word ? word : "");
	word = strtok_r(NULL, " \n", &save);
	printf(", \"super\": ");
	put_string(word ? word : "");
	putchar('}');
}

static void put_mounts(void)
{
	FILE *f = fopen("/proc/self/mountinfo", "re");
	char *line = NULL;
	size_t size = 0;
	bool first = true;

	put_key("mounts");
	putchar('[');
	while (f && getline(&line, &size, f) > 0) {
		put_mount(line, first);
		first = false;
	}
	putchar(']');
	free(line);
	if (f)
		fclose(f);
}

static void put_host(void)
{
	struct utsname uts;
	char line[4096];

	uname(&uts);
	put_text("machine", uts.machine);
	put_text("hostname", uts.nodename);
	put_text("domainname", uts.domainname);
	put_text("cwd", getcwd(line, sizeof(line)) ? line : "");
	put_key("umask");
	printf("%u", umask(0));
}

static int report(char *const *argv)
{
	printf("{\"pid\": %d", getpid());
	put_list("args", argv);
	put_list("env", environ);
	put_process();
	put_scheduling();
	put_signals();
	put_fds();
	put_limits();
	put_host();
	put_namespaces();
	put_mounts();
	printf("\n}\n");
	return fflush(stdout) == 0 ? 0 : 1;
}

/* Prints the name of each signal it gets; SIGTERM is the last one. */
static int watch_signals(void)
{
	sigset_t set;
	int got = 0;

	sigemptyset(&set);
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		sigaddset(&set, signals[i].number);
	sigprocmask(SIG_BLOCK, &set, NULL);
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("ready\n");
	while (got != SIGTERM) {
		sigwait(&set, &got);
		for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
			if (signals[i].number == got)
				printf("%s\n", signals[i].name);
	}
	return 7;
}

/* Touches so many MiB, then says so. */
static int eat_memory(const char *mib)
{
	size_t size = strtoul(mib, NULL, 10) << 20;
	char *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		return 1;
	memset(p, 1, size);
	printf("ate %s MiB\n", mib);
	return 0;
}

/* Starts as many children as it may, at most the given number, and prints how many there were. */
static int fork_children(const char *most)
{
	long n = strtol(most, NULL, 10), made = 0;

	while (made < n) {
		pid_t pid = fork();

		if (pid < 0)
			break;
		if (pid == 0) {
			pause();
			_exit(0);
		}
		made++;
	}
	printf("%ld\n", made);
	fflush(stdout);
	kill(0, SIGKILL);
	return 0;
}

/* Opens a file for reading and writing and prints the name of the error, or "ok". */
static int try_open(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	printf("%s\n", fd >= 0 ? "ok" : strerrorname_np(errno));
	return fd >= 0 ? 0 : 1;
}

static int try_mknod(const char *path)
{
	int r = mknod(path, S_IFCHR | 0600, (1 << 8) | 3);

	printf("%s\n", r == 0 ? "ok" : strerrorname_np(errno));
	return r == 0 ? 0 : 1;
}

/* Sends each of the messages to NOTIFY_SOCKET, one after another, and stays. */
static int notify(char *const *messages)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	const char *path = getenv("NOTIFY_SOCKET");
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

	if (!path || strlen(path) >= sizeof(to.sun_path))
		return 3;
	memcpy(to.sun_path, path, strlen(path) + 1);
	for (; *messages; messages++) {
		usleep(100000);
		if (sendto(fd, *messages, strlen(*messages), 0, (struct sockaddr *)&to,
			    sizeof(to)) < 0)
			return 4;
	}
	sleep(600);
	return 0;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	const char *value = argc > 2 ? argv[2] : "";

	if (strcmp(what, "exit") == 0)
		return (int)strtol(value, NULL, 10);
	if (strcmp(what, "raise") == 0)
		return raise((int)strtol(value, NULL, 10));
	if (strcmp(what, "crash") == 0)
		*(volatile int *)8 = 1;
	if (strcmp(what, "signals") == 0)
		return watch_signals();
	if (strcmp(what, "notify") == 0)
		return notify(argv + 2);
	if (strcmp(what, "eat") == 0)
		return eat_memory(value);
	if (strcmp(what, "fork") == 0)
		return fork_children(value);
	if (strcmp(what, "open") == 0)
		return try_open(value);
	if (strcmp(what, "mknod") == 0)
		return try_mknod(value);
	return report(argv);
}
