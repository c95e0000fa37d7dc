/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Descriptors that init inherits: namespaces to join; and the end of all of them in the runtime.
 *
 * Runs in: the runtime.
 * Relies on: NS_GET_NSTYPE (Linux 4.11). */
#include "launch/open.h"

#include <linux/nsfs.h>

#include "plan/origin.h"
#include "sys/file.h"

static const struct {
	int type;
	const char *name;
} kinds[NAMESPACE_COUNT] = {
	[NAMESPACE_USER] = {CLONE_NEWUSER, "user"},
	[NAMESPACE_CGROUP] = {CLONE_NEWCGROUP, "cgroup"},
	[NAMESPACE_IPC] = {CLONE_NEWIPC, "ipc"},
	[NAMESPACE_MOUNT] = {CLONE_NEWNS, "mount"},
	[NAMESPACE_NETWORK] = {CLONE_NEWNET, "network"},
	[NAMESPACE_PID] = {CLONE_NEWPID, "pid"},
	[NAMESPACE_TIME] = {CLONE_NEWTIME, "time"},
	[NAMESPACE_UTS] = {CLONE_NEWUTS, "uts"},
};

/* Whether the mount namespace is the one that the runtime itself is in. */
static bool mounts_are_ours(int fd)
{
	struct statx ours, other;

	return !sys_statx(AT_FDCWD, "/proc/self/ns/mnt", 0, STATX_INO, &ours) &&
	       !sys_statx(fd, "", AT_EMPTY_PATH, STATX_INO, &other) &&
	       ours.stx_ino == other.stx_ino && ours.stx_dev_major == other.stx_dev_major &&
	       ours.stx_dev_minor == other.stx_dev_minor;
}

static int namespace_open(const struct namespace_op *op, enum namespace_kind kind,
	int32_t *ret_fd, struct error *err)
{
	int type, fd = sys_openat(AT_FDCWD, op->path, O_RDONLY, 0);

	if (fd < 0) {
		error_system(err, fd, "cannot open the %s namespace \"%s\"", kinds[kind].name,
			op->path);
		return error_at(err, op->origin);
	}
	*ret_fd = fd;
	type = sys_ioctl(fd, NS_GET_NSTYPE, NULL);
	if (type == kinds[kind].type && kind == NAMESPACE_MOUNT && mounts_are_ours(fd)) {
		error_set(err, ERROR_CONFIG, 0,
			"the mount namespace \"%s\" is the runtime's own: entering the root "
			"would "
			"change it for everybody in it",
			op->path);
		return error_at(err, op->origin);
	}
	if (type == kinds[kind].type)
		return 0;
	error_set(err, ERROR_CONFIG, 0, "\"%s\" is not a %s namespace", op->path,
		kinds[kind].name);
	return error_at(err, op->origin);
}

int open_namespaces(struct handoff *handoff, const struct plan *plan, struct error *err)
{
	for (int kind = 0; kind < NAMESPACE_COUNT; kind++) {
		const struct namespace_op *op = &plan->namespaces.of[kind];

		if (op->how == NAMESPACE_JOIN && namespace_open(op, (enum namespace_kind)kind,
							 &handoff->namespace_fds[kind], err))
			return -1;
	}
	return 0;
}

static void close_one(int32_t fd)
{
	if (fd >= 0)
		sys_close(fd);
}

void open_close(const struct handoff *handoff)
{
	for (uint32_t i = 0; i < handoff->tree_count; i++)
		close_one(handoff->trees[i]);
	for (size_t i = 0; i < NAMESPACE_COUNT; i++)
		close_one(handoff->namespace_fds[i]);
	close_one(handoff->root_tree);
	close_one(handoff->root_dir);
	close_one(handoff->hook_stdout);
	close_one(handoff->hook_stderr);
}
