/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The trees of mounts that init attaches: sources of bind mounts, devices, the root.
 *
 * Runs in: the runtime, in the host's mount namespace, so that sources which the container's
 *          user may not reach can be mounted, and a tree with locked children can be cloned. Where it lacks the rights
 *          (plan.child) the clone's child, still as the caller's user, in the new mount namespace.
 * Never:   resolves a path below the container's root.
 * Relies on: open_tree (Linux 5.2), mount_setattr (5.12), which changes all of a tree or nothing: what it
 *          accepts need not be read back. */
#include "launch/trees.h"

#include <errno.h>
#include <linux/limits.h>
#include <sys/statfs.h>

#include "base/text.h"
#include "init/tree.h"
#include "launch/map.h"
#include "plan/origin.h"
#include "sys/file.h"
#include "sys/mount.h"

struct trees {
	const struct plan *plan;
	int32_t *fds;
	const char *const *links;
	struct maps maps;
};

static int tree_open(const char *path, unsigned flags, int32_t *ret_fd)
{
	int fd = sys_open_tree(AT_FDCWD, path, OPEN_TREE_CLONE | flags);

	*ret_fd = fd < 0 ? -1 : fd;
	return fd < 0 ? fd : 0;
}

/* A tree of the host is still of the host's peer groups: what is mounted on it inside would show
 * outside. Unless the whole root is to share, it begins as what the root is. */
static int tree_separate(const struct plan_root *root, const struct mount_op *op, int tree)
{
	if (root->propagation & MS_SHARED ||
		(op->propagation[0] & MS_REC && !(op->propagation[0] & MS_SHARED)))
		return 0;
	return tree_propagate(
		tree, MS_REC | (root->propagation & MS_SLAVE ? MS_SLAVE : MS_PRIVATE));
}

/* All attributes are there before it is attached: never is it visible with less. */
static int tree_prepare(const struct plan *plan, const struct mount_op *op, int tree)
{
	int r = tree_separate(&plan->root, op, tree);

	return r ? r : tree_dress(tree, op);
}

/* What is to be the container's /proc or /sys must be the root of a procfs or a sysfs, whatever is found
 * on the host under their names. */
static int kernel_tree_check(const struct mount_op *op, int tree)
{
	struct statfs facts;
	struct statx stat;
	int r = sys_fstatfs(tree, &facts);

	if (!r)
		r = sys_statx(tree, "", AT_EMPTY_PATH, STATX_INO, &stat);
	if (r)
		return r;
	if (facts.f_type != (text_equal(op->target, "proc") ? PROC_SUPER_MAGIC : SYSFS_MAGIC))
		return -EMEDIUMTYPE;
	return stat.stx_ino == 1 ? 0 : -EMEDIUMTYPE;
}

static int source_failed(const struct mount_op *op, const char *verb, int r, struct error *err)
{
	const char *path = op->kind == MOUNT_BIND ? op->source : op->fallback_source;

	error_system(err, r, "cannot %s the mount source \"%s\"", verb, path);
	return error_at(err, op->origin);
}

/* A link that is copied has no tree: init makes it again. */
static int link_copy(
	const struct mount_op *op, const char **links, struct arena *arena, struct error *err)
{
	char link[PATH_MAX];
	ssize_t length;

	if (op->kind != MOUNT_BIND || !(op->extras & MOUNT_COPY_LINK))
		return 0;
	length = sys_readlinkat(AT_FDCWD, op->source, link, sizeof(link) - 1);
	if (length < 0)
		return length == -EINVAL ? 0 : source_failed(op, "open", (int)length, err);
	links[op->tree] = arena_bytes(arena, link, (size_t)length);
	return links[op->tree] ? 0 : source_failed(op, "open", -ENOMEM, err);
}

static int bind_tree_open(const struct mount_op *op, unsigned flags, int32_t *ret_fd)
{
	int r = tree_open(op->source, flags, ret_fd);

	return r == -ENOENT && op->else_source ? tree_open(op->else_source, flags, ret_fd) : r;
}

/* In a mount namespace that a user namespace has made it is all or nothing. */
static int bind_failed(
	const struct trees *trees, const struct mount_op *op, int r, struct error *err)
{
	if (r != -EINVAL || !trees->plan->child.opens_trees || op->recursive)
		return source_failed(op, "open", r, err);
	return error_system_at(err, op->origin, r,
		"cannot open the mount source \"%s\": without root's rights it comes only with "
		"the "
		"mounts below it (option rbind)",
		op->source);
}

static int bind_open(struct trees *trees, const struct mount_op *op, struct error *err)
{
	int32_t *fd = &trees->fds[op->tree];
	unsigned flags = (op->recursive ? AT_RECURSIVE : 0) |
			 (op->extras & MOUNT_SOURCE_NO_FOLLOW ? AT_SYMLINK_NOFOLLOW : 0);
	int r;

	if (trees->links[op->tree])
		return 0;
	r = bind_tree_open(op, flags, fd);
	if (r)
		return bind_failed(trees, op, r, err);
	r = op->directory_only ? kernel_tree_check(op, *fd) : 0;
	if (r)
		return source_failed(op, "make a kernel file system of", r, err);
	if (op->map != MOUNT_MAP_NONE && map_apply(&trees->maps, op, *fd, err))
		return error_at(err, op->origin);
	r = tree_prepare(trees->plan, op, *fd);
	return r ? source_failed(op, "set the attributes of", r, err) : 0;
}

static int fallback_open(struct trees *trees, const struct mount_op *op, struct error *err)
{
	int32_t *fd = &trees->fds[op->fallback_tree];
	int r = tree_open(op->fallback_source, AT_RECURSIVE, fd);

	if (r)
		return source_failed(op, "open", r, err);
	r = tree_prepare(trees->plan, op, *fd);
	return r ? source_failed(op, "set the attributes of", r, err) : 0;
}

static int mount_source_open(struct trees *trees, const struct mount_op *op, struct error *err)
{
	if (op->kind == MOUNT_BIND)
		return bind_open(trees, op, err);
	return op->fallback_errno ? fallback_open(trees, op, err) : 0;
}

static int device_source_open(
	struct trees *trees, const struct device_op *op, struct error *err)
{
	int r;

	if (op->kind != DEVICE_BIND)
		return 0;
	r = tree_open(op->host_path, 0, &trees->fds[op->tree]);
	if (!r)
		return 0;
	error_system(err, r, "cannot open the device \"%s\"", op->host_path);
	return error_at(err, op->origin);
}

/* The root is a directory, as the specification demands; a file would be mounted as well. */
static int root_open_tree(struct handoff *handoff, const struct plan *plan, struct error *err)
{
	origin_t origin = origin_make(ORIGIN_ROOT_PATH, 0);
	int r, fd;

	/* It is the root of the mount namespace that init joins. */
	if (plan->exec && plan->namespaces.of[NAMESPACE_MOUNT].how != NAMESPACE_HOST) {
		handoff->root_dir = AT_FDCWD;
		return 0;
	}
	fd = sys_openat(AT_FDCWD, plan->root.path, O_PATH | O_DIRECTORY, 0);
	if (fd < 0) {
		error_system(
			err, fd, "cannot open the root file system \"%s\"", plan->root.path);
		return error_at(err, origin);
	}
	if (plan->root.switch_by == ROOT_CHROOT || plan->exec) {
		handoff->root_dir = fd;
		return 0;
	}
	r = sys_open_tree(fd, "", OPEN_TREE_CLONE | AT_RECURSIVE | AT_EMPTY_PATH);
	if (r >= 0 && plan->root.switch_by == ROOT_BIND)
		handoff->root_dir = fd;
	else
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

static int sources_open(struct trees *trees, struct error *err)
{
	const struct plan *plan = trees->plan;

	for (size_t i = 0; i < plan->mounts.count; i++) {
		if (mount_source_open(trees, &plan->mounts.items[i], err))
			return -1;
	}
	for (size_t i = 0; i < plan->devices.count; i++) {
		if (device_source_open(trees, &plan->devices.items[i], err))
			return -1;
	}
	return 0;
}

int trees_prepare(struct handoff *handoff, const struct plan *plan, struct arena *arena,
	struct error *err)
{
	size_t count = trees_needed(plan);
	int32_t *fds = arena_array(arena, int32_t, count + plan->mounts.map_count);
	const char **links = arena_array(arena, const char *, count);

	if (!fds || !links)
		return error_set(err, ERROR_CONFIG, 0, "config.json has too many mounts");
	for (size_t i = 0; i < count; i++)
		fds[i] = -1;
	handoff->trees = fds;
	handoff->links = links;
	handoff->tree_count = (uint32_t)count;
	for (size_t i = 0; i < plan->mounts.count; i++) {
		if (link_copy(&plan->mounts.items[i], links, arena, err))
			return -1;
	}
	return 0;
}

int trees_open(struct handoff *handoff, const struct plan *plan, struct error *err)
{
	struct trees trees = {.plan = plan, .fds = handoff->trees, .links = handoff->links};
	int r;

	/* Behind the trees there is room for them. */
	maps_start(&trees.maps, plan, handoff->namespace_fds[NAMESPACE_USER],
		trees.fds + handoff->tree_count);
	r = root_open_tree(handoff, plan, err) || sources_open(&trees, err);
	maps_close(&trees.maps);
	return r ? -1 : 0;
}
