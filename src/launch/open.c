/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Descriptors that init inherits: trees of mounts, and namespaces.
 *
 * Runs in: the runtime, in the host's mount namespace, so that sources which the container's
 *          user may not reach can be mounted, and a tree with locked children can be cloned.
 * Never:   resolves a path below the container's root.
 * Relies on: open_tree (Linux 5.2), NS_GET_NSTYPE (4.11). */
#include "launch/open.h"

#include <linux/nsfs.h>

#include "plan/origin.h"
#include "sys/file.h"
#include "sys/mount.h"

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

static int tree_open(const char *path, bool recursive, int32_t *ret_fd)
{
	int fd =
		sys_open_tree(AT_FDCWD, path, OPEN_TREE_CLONE | (recursive ? AT_RECURSIVE : 0));

	*ret_fd = fd < 0 ? -1 : fd;
	return fd < 0 ? fd : 0;
}

static int mount_source_open(const struct mount_op *op, int32_t *trees, struct error *err)
{
	const char *path = op->kind == MOUNT_BIND ? op->source : op->fallback_source;
	int r;

	if (op->kind == MOUNT_BIND)
		r = tree_open(path, op->recursive, &trees[op->tree]);
	else if (op->fallback_errno)
		r = tree_open(path, true, &trees[op->fallback_tree]);
	else
		return 0;
	if (!r)
		return 0;
	error_system(err, r, "cannot open the mount source \"%s\"", path);
	return error_at(err, op->origin);
}

static int device_source_open(const struct device_op *op, int32_t *trees, struct error *err)
{
	int r;

	if (op->kind != DEVICE_BIND)
		return 0;
	r = tree_open(op->host_path, false, &trees[op->tree]);
	if (!r)
		return 0;
	error_system(err, r, "cannot open the device \"%s\"", op->host_path);
	return error_at(err, op->origin);
}

/* The root is a directory, as the specification demands; a file would be mounted as well. */
static int root_open_tree(struct handoff *handoff, const struct plan *plan, struct error *err)
{
	origin_t origin = origin_make(ORIGIN_ROOT_PATH, 0);
	int r, fd = sys_openat(AT_FDCWD, plan->root.path, O_PATH | O_DIRECTORY, 0);

	if (fd < 0) {
		error_system(
			err, fd, "cannot open the root file system \"%s\"", plan->root.path);
		return error_at(err, origin);
	}
	if (plan->root.switch_by == ROOT_CHROOT) {
		handoff->root_dir = fd;
		return 0;
	}
	r = sys_open_tree(fd, "", OPEN_TREE_CLONE | AT_RECURSIVE | AT_EMPTY_PATH);
	sys_close(fd);
	if (r >= 0) {
		handoff->root_tree = r;
		return 0;
	}
	error_system(err, r, "cannot open the root file system \"%s\"", plan->root.path);
	return error_at(err, origin);
}

static size_t trees_needed(const struct plan *plan)
{
	size_t count = plan->mounts.tree_count;

	for (size_t i = 0; i < plan->devices.count; i++) {
		if (plan->devices.items[i].kind == DEVICE_BIND &&
			plan->devices.items[i].tree >= count)
			count = plan->devices.items[i].tree + 1;
	}
	return count;
}

int open_trees(struct handoff *handoff, const struct plan *plan, struct arena *arena,
	struct error *err)
{
	size_t count = trees_needed(plan);
	int32_t *trees = arena_array(arena, int32_t, count);

	if (!trees)
		return error_set(err, ERROR_CONFIG, 0, "config.json has too many mounts");
	for (size_t i = 0; i < count; i++)
		trees[i] = -1;
	handoff->trees = trees;
	handoff->tree_count = (uint32_t)count;
	if (root_open_tree(handoff, plan, err))
		return -1;
	for (size_t i = 0; i < plan->mounts.count; i++) {
		if (mount_source_open(&plan->mounts.items[i], trees, err))
			return -1;
	}
	for (size_t i = 0; i < plan->devices.count; i++) {
		if (device_source_open(&plan->devices.items[i], trees, err))
			return -1;
	}
	return 0;
}

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
