/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Detached instances of procfs.
 *
 * Runs in: init, before the switch of the root.
 * Never:   shows the processes of the host: whoever mounts a procfs by mount(2) gets that of its own pid namespace,
 *          and init, as builder, is in the runtime's.
 * Trusts:  the option pidns (6.17) with a descriptor of the namespace.
 * Calls:   fsopen, fsconfig, fsmount (5.2), and on older kernels clone, capset, wait4.
 *
 * KERNEL < 6.17: only a process in the namespace can do it. A child does, with no more than CAP_SYS_ADMIN and for no
 * more than that; a process of the namespace with CAP_SYS_PTRACE over us could use this moment. */
#include "init/procfs.h"

#include <errno.h>
#include <signal.h>

#include "base/text.h"
#include "init/descriptors.h"
#include "sys/mount.h"
#include "sys/process.h"

#define OPTION_SIZE 256

/* One option: "flag" or "key=value". */
static int option_set(int fs_fd, const char *option, size_t length)
{
	char key[OPTION_SIZE], value[OPTION_SIZE];
	size_t end = 0;

	while (end < length && option[end] != '=')
		end++;
	if (!text_print(key, sizeof(key), "%.*s", (int)end, option) ||
		!text_print(value, sizeof(value), "%.*s",
			(int)(end < length ? length - end - 1 : 0), option + end + 1))
		return -ENAMETOOLONG;
	return end < length ? sys_fsconfig(fs_fd, FSCONFIG_SET_STRING, key, value, 0)
			    : sys_fsconfig(fs_fd, FSCONFIG_SET_FLAG, key, NULL, 0);
}

static int options_set(int fs_fd, const char *data)
{
	int r = 0;

	while (data && *data && !r) {
		size_t length = 0;

		while (data[length] && data[length] != ',')
			length++;
		if (length)
			r = option_set(fs_fd, data, length);
		data += length + (data[length] == ',');
	}
	return r;
}

/* What mount(2) calls MS_* is here an attribute of the mount. */
static unsigned attributes_of(unsigned long flags)
{
	static const struct {
		unsigned long flag;
		unsigned attribute;
	} table[] = {
		{MS_RDONLY, MOUNT_ATTR_RDONLY},
		{MS_NOSUID, MOUNT_ATTR_NOSUID},
		{MS_NODEV, MOUNT_ATTR_NODEV},
		{MS_NOEXEC, MOUNT_ATTR_NOEXEC},
		{MS_NOATIME, MOUNT_ATTR_NOATIME},
		{MS_STRICTATIME, MOUNT_ATTR_STRICTATIME},
		{MS_NODIRATIME, MOUNT_ATTR_NODIRATIME},
		{MS_NOSYMFOLLOW, MOUNT_ATTR_NOSYMFOLLOW},
	};
	unsigned attributes = 0;

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
		attributes |= flags & table[i].flag ? table[i].attribute : 0;
	return attributes;
}

/* pid_namespace -1: the caller's own. */
static int procfs_make(int pid_namespace, const char *data, unsigned long flags)
{
	int fs_fd = sys_fsopen("proc", 0);
	int r = fs_fd < 0 ? fs_fd : 0;

	if (!r && pid_namespace >= 0)
		r = sys_fsconfig(fs_fd, FSCONFIG_SET_FD, "pidns", NULL, pid_namespace);
	if (!r)
		r = options_set(fs_fd, data);
	if (!r)
		r = sys_fsconfig(fs_fd, FSCONFIG_SET_STRING, "source", "proc", 0);
	if (!r)
		r = sys_fsconfig(fs_fd, FSCONFIG_CMD_CREATE, NULL, NULL, 0);
	if (!r)
		r = sys_fsmount(fs_fd, 0, attributes_of(flags));
	if (fs_fd >= 0)
		descriptor_drop(fs_fd);
	return r;
}

int procfs_open(void)
{
	return procfs_make(-1, NULL, 0);
}

/* The exit status tells the descriptor, which lies in the table that both share, or an errno. */
static int helper_run(void *arg)
{
	const struct mount_op *op = arg;
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2] = {0};
	int r;

	data[0].effective = data[0].permitted = 1U << CAP_SYS_ADMIN;
	r = sys_capset(&header, data);
	if (!r)
		r = procfs_make(-1, op->data, op->flags);
	return r < 0 ? 128 | (-r & 127) : r < 128 ? r : 128 | EMFILE;
}

static int helper_ask(const struct mount_op *op)
{
	int status = 0;
	int pid =
		sys_clone_plain(CLONE_FILES | SIGCHLD, NULL, helper_run, (void *)(uintptr_t)op);
	int r = pid;

	while (pid > 0 && (r = sys_wait4(pid, &status, 0)) == -EINTR)
		;
	if (r < 0)
		return r;
	if (status & 0x7f)
		return -ECHILD;
	status = status >> 8 & 0xff;
	return status & 128 ? -(status & 127) : status;
}

int procfs_open_joined(const struct init *init, const struct mount_op *op)
{
	int fd = procfs_make(init->handoff->namespace_fds[NAMESPACE_PID], op->data, op->flags);

	return fd == -EINVAL ? helper_ask(op) : fd;
}
