/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Masked and read-only paths.
 *
 * Runs in: init, before the switch of the root, while nothing of the container runs.
 * Never:   uses a file of the container as a mask: a file is covered by the host's /dev/null, which is checked
 *          to be that device, a directory by a file system of our own that can hold nothing.
 * Trusts:  root_open().
 * Calls:   openat2, openat, statx, open_tree (5.2), mount_setattr (5.12), move_mount, fsopen, fsconfig, fsmount.
 * Spec:    config-linux.md "masked paths", "readonly paths". */
#include "init/steps.h"

#include "init/attach.h"
#include "init/descriptors.h"
#include "init/root.h"
#include "init/tree.h"
#include "sys/file.h"
#include "sys/mount.h"

/* What lies on masked paths; -1 until it is needed. */
struct masks {
	int null_fd; /* on files: the host's /dev/null */
	int empty_fd; /* on directories: one file system for all, the first gets it, the others clones of it */
	bool empty_is_attached;
};

/* What does not exist needs no mask. */
static bool is_missing(int r)
{
	return r == -ENOENT || r == -ENOTDIR;
}

static int null_open(void)
{
	int fd = sys_openat(AT_FDCWD, "/dev/null", O_PATH | O_NOFOLLOW, 0);

	return fd < 0 || descriptor_is_device(fd, 1, 3) ? fd : -ENODEV;
}

/* Its one inode is the directory that is seen. */
static int empty_make(void)
{
	int fs_fd = sys_fsopen("tmpfs", 0);
	int r = fs_fd < 0 ? fs_fd
			  : sys_fsconfig(fs_fd, FSCONFIG_SET_STRING, "nr_inodes", "1", 0);

	if (!r)
		r = sys_fsconfig(fs_fd, FSCONFIG_CMD_CREATE, NULL, NULL, 0);
	if (!r)
		r = sys_fsmount(fs_fd, 0, MOUNT_ATTR_RDONLY);
	descriptor_drop(fs_fd);
	return r;
}

static int file_mask(struct masks *masks, int target)
{
	if (masks->null_fd < 0)
		masks->null_fd = null_open();
	return masks->null_fd < 0 ? masks->null_fd : tree_attach_clone(masks->null_fd, target);
}

static int directory_mask(struct masks *masks, int target)
{
	int r;

	if (masks->empty_is_attached)
		return tree_attach_clone(masks->empty_fd, target);
	masks->empty_fd = empty_make();
	r = masks->empty_fd < 0 ? masks->empty_fd : tree_attach(masks->empty_fd, target);
	masks->empty_is_attached = !r;
	return r;
}

static int path_failed(const struct path_op *op, const char *what, int r, struct error *err)
{
	return error_system_at(err, op->origin, r, "cannot %s \"/%s\"", what, op->target);
}

static int path_open(const struct init *init, const struct path_op *op)
{
	return root_open(op->place == PLACE_ROOT ? init->root_fd : init->place_fds[op->place],
		op->rel, O_PATH);
}

static int path_mask(const struct init *init, struct masks *masks, const struct path_op *op,
	struct error *err)
{
	int target = path_open(init, op);
	int r = target < 0 ? target : descriptor_type(target);

	if (is_missing(r))
		return 0;
	if (r >= 0)
		r = r == S_IFDIR ? directory_mask(masks, target) : file_mask(masks, target);
	if (r)
		return path_failed(op, "mask", r, err);
	descriptor_drop(target);
	return 0;
}

int paths_mask(void *ctx, struct error *err)
{
	struct init *init = ctx;
	const struct plan_paths *paths = &init->plan->paths;
	struct masks masks = {.null_fd = -1, .empty_fd = -1};

	for (size_t i = 0; i < paths->masked_count; i++) {
		if (path_mask(init, &masks, &paths->masked[i], err))
			return -1;
	}
	return 0;
}

static int path_make_read_only(
	const struct init *init, const struct path_op *op, struct error *err)
{
	int target = path_open(init, op);
	int tree = target < 0 ? target
			      : sys_open_tree(target, "",
					AT_EMPTY_PATH | AT_RECURSIVE | OPEN_TREE_CLONE);
	int r = tree < 0 ? tree : tree_change(tree, MOUNT_ATTR_RDONLY, 0, 0);

	if (is_missing(r))
		return 0;
	if (!r)
		r = tree_attach(tree, target);
	if (r)
		return path_failed(op, "make read-only", r, err);
	descriptor_drop(tree);
	descriptor_drop(target);
	return 0;
}

int paths_make_read_only(void *ctx, struct error *err)
{
	struct init *init = ctx;
	const struct plan_paths *paths = &init->plan->paths;

	for (size_t i = 0; i < paths->read_only_count; i++) {
		if (path_make_read_only(init, &paths->read_only[i], err))
			return -1;
	}
	return 0;
}
