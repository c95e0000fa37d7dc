/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's share of one container, and nothing else.
 *
 *   floor ROOTFS PAYLOAD
 *
 * Does what the default configuration (`spec`) demands of the kernel on a host with cgroup v1, in
 * the cheapest order that is known: cgroups in every hierarchy with the device rules, clone with
 * the namespaces, the mounts, devices, pivot_root, masked and read-only paths, hostname, loopback,
 * limits, capabilities, no_new_privs, execve, wait, removal of the cgroups. It reads no
 * configuration, checks nothing that does not concern itself, keeps no state and can clean up
 * nothing: it is not a runtime, but no runtime can be faster.
 *
 * Runs in: the host, as root, in a mount namespace of the benchmark's.
 * Relies on: the hierarchies of cgroup v1 at /sys/fs/cgroup/NAME; it takes those that are there. */
#include <asm/unistd.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/mount.h>
#include <linux/prctl.h>
#include <linux/sched.h>
#include <net/if.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "bare.h"

#define ARRAY_SIZE(x) (sizeof(x) / sizeof((x)[0]))
#define PATH_SIZE     512
#define MNT_DETACH    2
#define LAST_CAP      40
/* CAP_KILL, CAP_NET_BIND_SERVICE, CAP_AUDIT_WRITE */
#define CAPS (1ULL << 5 | 1ULL << 10 | 1ULL << 29)

static const char *const hierarchies[] = {
	"cpu", "cpuacct", "cpuset", "memory", "devices", "freezer", "blkio", "pids", "systemd"};

static const char *const device_rules[] = {"c *:* m", "b *:* m", "c 1:3 rwm", "c 1:8 rwm",
	"c 1:7 rwm", "c 5:0 rwm", "c 1:5 rwm", "c 1:9 rwm", "c 136:* rwm", "c 5:2 rwm",
	"c 10:200 rwm"};

static const struct {
	const char *target;
	const char *type;
	unsigned long flags;
	const char *data;
} mounts[] = {
	{"proc", "proc", 0, 0},
	{"dev", "tmpfs", MS_NOSUID | MS_STRICTATIME, "mode=755,size=65536k"},
	{"dev/pts", "devpts", MS_NOSUID | MS_NOEXEC,
		"newinstance,ptmxmode=0666,mode=0620,gid=5"},
	{"dev/shm", "tmpfs", MS_NOSUID | MS_NOEXEC | MS_NODEV, "mode=1777,size=65536k"},
	{"dev/mqueue", "mqueue", MS_NOSUID | MS_NOEXEC | MS_NODEV, 0},
	{"sys", "sysfs", MS_NOSUID | MS_NOEXEC | MS_NODEV | MS_RDONLY, 0},
	{"sys/fs/cgroup", "tmpfs", MS_NOSUID | MS_NOEXEC | MS_NODEV, "mode=755"},
};

static const struct {
	const char *name;
	unsigned int major;
	unsigned int minor;
} devices[] = {
	{"dev/null", 1, 3},
	{"dev/zero", 1, 5},
	{"dev/full", 1, 7},
	{"dev/random", 1, 8},
	{"dev/urandom", 1, 9},
	{"dev/tty", 5, 0},
};

static const struct {
	const char *target;
	const char *name;
} links[] = {
	{"pts/ptmx", "dev/ptmx"},
	{"/proc/self/fd", "dev/fd"},
	{"/proc/self/fd/0", "dev/stdin"},
	{"/proc/self/fd/1", "dev/stdout"},
	{"/proc/self/fd/2", "dev/stderr"},
	{"/proc/kcore", "dev/core"},
};

static const char *const masked[] = {"/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys",
	"/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug",
	"/sys/firmware", "/proc/scsi"};

static const char *const read_only[] = {
	"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"};

struct group {
	char path[ARRAY_SIZE(hierarchies)][PATH_SIZE];
	bool there[ARRAY_SIZE(hierarchies)];
};

static void fail(const char *what)
{
	size_t len = 0;

	while (what[len])
		len++;
	CALL(write, 2, "floor: cannot ", 14, 0, 0);
	CALL(write, 2, what, len, 0, 0);
	CALL(write, 2, "\n", 1, 0, 0);
	CALL(exit_group, 1, 0, 0, 0, 0);
}

static void must(long result, const char *what)
{
	if (result < 0)
		fail(what);
}

static size_t put(char *buf, size_t at, const char *text)
{
	while (*text && at < PATH_SIZE - 1)
		buf[at++] = *text++;
	buf[at] = '\0';
	return at;
}

static size_t put_number(char *buf, size_t at, long value)
{
	char digits[24];
	size_t n = 0;

	do {
		digits[n++] = (char)('0' + value % 10);
		value /= 10;
	} while (value > 0);
	while (n > 0 && at < PATH_SIZE - 1)
		buf[at++] = digits[--n];
	buf[at] = '\0';
	return at;
}

static long file_write(const char *dir, const char *name, const char *text)
{
	char path[PATH_SIZE];
	size_t len = 0;
	long fd, n;

	put(path, put(path, put(path, 0, dir), "/"), name);
	fd = CALL(openat, AT_FDCWD, path, O_WRONLY, 0, 0);
	if (fd < 0)
		return fd;
	while (text[len])
		len++;
	n = CALL(write, fd, text, len, 0, 0);
	CALL(close, fd, 0, 0, 0, 0);
	return n;
}

/* cpuset takes no task before it has cpus and mems; what the parent has will do. */
static void cpuset_fill(const char *path)
{
	static const char *const files[] = {"cpuset.cpus", "cpuset.mems"};

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		char parent[PATH_SIZE], value[PATH_SIZE];
		long fd, n;

		put(parent, put(parent, 0, "/sys/fs/cgroup/cpuset/"), files[i]);
		fd = CALL(openat, AT_FDCWD, parent, O_RDONLY, 0, 0);
		must(fd, "open the cpuset");
		n = CALL(read, fd, value, sizeof(value) - 1, 0, 0);
		CALL(close, fd, 0, 0, 0, 0);
		value[n > 0 ? n : 0] = '\0';
		must(file_write(path, files[i], value), "fill the cpuset");
	}
}

static void group_make(struct group *g)
{
	long pid = CALL(getpid, 0, 0, 0, 0, 0);

	for (size_t i = 0; i < ARRAY_SIZE(hierarchies); i++) {
		size_t at = put(g->path[i], 0, "/sys/fs/cgroup/");

		at = put(g->path[i], at, hierarchies[i]);
		at = put(g->path[i], at, "/floor-");
		put_number(g->path[i], at, pid);
		g->there[i] = CALL(mkdirat, AT_FDCWD, g->path[i], 0755, 0, 0) == 0;
	}
	if (g->there[2])
		cpuset_fill(g->path[2]);
	if (!g->there[4])
		return;
	must(file_write(g->path[4], "devices.deny", "a"), "deny devices");
	for (size_t i = 0; i < ARRAY_SIZE(device_rules); i++)
		must(file_write(g->path[4], "devices.allow", device_rules[i]),
			"allow a device");
}

static void group_remove(const struct group *g)
{
	for (size_t i = 0; i < ARRAY_SIZE(hierarchies); i++) {
		if (!g->there[i])
			continue;
		for (int tries = 0; tries < 1000; tries++)
			if (CALL(unlinkat, AT_FDCWD, g->path[i], AT_REMOVEDIR, 0, 0) == 0)
				break;
	}
}

static void bind_mount(const char *source, const char *target, unsigned long flags)
{
	must(CALL(mount, source, target, 0, MS_BIND | MS_REC, 0), "bind");
	if (flags)
		must(CALL(mount, 0, target, 0, MS_BIND | MS_REMOUNT | flags, 0), "remount");
}

static void mounts_make(const struct group *g)
{
	const unsigned long flags = MS_NOSUID | MS_NOEXEC | MS_NODEV | MS_RDONLY;

	for (size_t i = 0; i < ARRAY_SIZE(mounts); i++) {
		if (i >= 2 && i <= 4)
			CALL(mkdirat, AT_FDCWD, mounts[i].target, 0755, 0, 0);
		must(CALL(mount, mounts[i].type, mounts[i].target, mounts[i].type,
			     mounts[i].flags, mounts[i].data),
			mounts[i].target);
	}
	for (size_t i = 0; i < ARRAY_SIZE(hierarchies); i++) {
		char target[PATH_SIZE];

		if (!g->there[i])
			continue;
		put(target, put(target, 0, "sys/fs/cgroup/"), hierarchies[i]);
		must(CALL(mkdirat, AT_FDCWD, target, 0755, 0, 0), target);
		bind_mount(g->path[i], target, flags);
	}
	must(CALL(mount, 0, "sys/fs/cgroup", 0, MS_REMOUNT | MS_BIND | flags, 0), "remount");
}

static void devices_make(void)
{
	CALL(umask, 0, 0, 0, 0, 0);
	for (size_t i = 0; i < ARRAY_SIZE(devices); i++)
		must(CALL(mknodat, AT_FDCWD, devices[i].name, S_IFCHR | 0666,
			     devices[i].major << 8 | devices[i].minor, 0),
			devices[i].name);
	for (size_t i = 0; i < ARRAY_SIZE(links); i++)
		must(CALL(symlinkat, links[i].target, AT_FDCWD, links[i].name, 0, 0), "link");
	CALL(umask, 022, 0, 0, 0, 0);
}

static void paths_cover(void)
{
	struct statx st;

	for (size_t i = 0; i < ARRAY_SIZE(masked); i++) {
		if (CALL(statx, AT_FDCWD, masked[i], 0, STATX_TYPE, &st) < 0)
			continue;
		if (S_ISDIR(st.stx_mode))
			must(CALL(mount, "tmpfs", masked[i], "tmpfs", MS_RDONLY, "nr_inodes=1"),
				masked[i]);
		else
			bind_mount("/dev/null", masked[i], 0);
	}
	for (size_t i = 0; i < ARRAY_SIZE(read_only); i++)
		if (CALL(statx, AT_FDCWD, read_only[i], 0, STATX_TYPE, &st) == 0)
			bind_mount(read_only[i], read_only[i],
				MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC);
}

static void loopback_up(void)
{
	struct ifreq req = {.ifr_name = "lo"};
	long fd = CALL(socket, AF_INET, SOCK_DGRAM, 0, 0, 0);

	must(fd, "make a socket");
	req.ifr_flags = IFF_UP | IFF_RUNNING;
	must(CALL(ioctl, fd, SIOCSIFFLAGS, &req, 0, 0), "set loopback up");
	CALL(close, fd, 0, 0, 0, 0);
}

static void privileges_drop(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2] = {{0}};
	struct rlimit64 limit = {.rlim_cur = 1024, .rlim_max = 1024};

	for (long i = 0; i <= LAST_CAP; i++)
		if ((CAPS & (1ULL << i)) == 0)
			CALL(prctl, PR_CAPBSET_DROP, i, 0, 0, 0);
	must(CALL(prlimit64, 0, RLIMIT_NOFILE, &limit, 0, 0), "set a limit");
	must(CALL(setgroups, 0, 0, 0, 0, 0), "set the groups");
	must(CALL(setresgid, 0, 0, 0, 0, 0), "set the group");
	must(CALL(setresuid, 0, 0, 0, 0, 0), "set the user");
	data[0].effective = data[0].permitted = (uint32_t)CAPS;
	must(CALL(capset, &header, data, 0, 0, 0), "set capabilities");
	must(CALL(prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "set no_new_privs");
	must(CALL(close_range, 3, ~0U, 0, 0, 0), "close files");
}

static void container_main(const struct group *g, const char *root, char **payload)
{
	char *const env[] = {"PATH=/bin", 0};

	for (size_t i = 0; i < ARRAY_SIZE(hierarchies); i++)
		if (g->there[i])
			must(file_write(g->path[i], "tasks", "0"), "enter the cgroup");
	CALL(setsid, 0, 0, 0, 0, 0);
	must(CALL(mount, 0, "/", 0, MS_REC | MS_SLAVE, 0), "change propagation");
	must(CALL(mount, root, root, 0, MS_BIND | MS_REC, 0), "bind the root");
	must(CALL(chdir, root, 0, 0, 0, 0), "enter the root");
	mounts_make(g);
	devices_make();
	must(CALL(pivot_root, ".", ".", 0, 0, 0), "pivot");
	must(CALL(umount2, ".", MNT_DETACH, 0, 0, 0), "detach the old root");
	must(CALL(chdir, "/", 0, 0, 0, 0), "enter the new root");
	CALL(sethostname, "floor", 5, 0, 0, 0);
	loopback_up();
	paths_cover();
	must(CALL(mount, 0, "/", 0, MS_REMOUNT | MS_BIND | MS_RDONLY, 0),
		"make the root read-only");
	privileges_drop();
	CALL(execve, payload[0], payload, env, 0, 0);
	fail("start the payload");
}

int bare_main(long *stack)
{
	char **argv = (char **)(stack + 1);
	static struct group g;
	struct clone_args args = {.exit_signal = SIGCHLD};
	int status = 1;
	long pid;

	if (stack[0] < 3)
		fail("run: floor ROOTFS PAYLOAD");
	group_make(&g);
	args.flags = CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNS;
	pid = CALL(clone3, &args, sizeof(args), 0, 0, 0);
	if (pid == 0)
		container_main(&g, argv[1], argv + 2);
	must(pid, "clone");
	CALL(wait4, pid, &status, 0, 0, 0);
	group_remove(&g);
	return status == 0 ? 0 : 1;
}
