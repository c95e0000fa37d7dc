/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Masked and read-only paths.
 *
 * Runs in: init, before the switch of the root, while nothing of the container runs.
 * Never:   uses a file of the container as a mask: a file is covered by the host's /dev/null, which is checked
 *          to be that device, a directory by a file system of our own that can hold nothing.
 * Trusts:  root_open().
 * Calls:   openat2, statx, open_tree (5.2), mount_setattr (5.12), move_mount, fsopen, fsconfig, fsmount.
 * Spec:    config-linux.md "masked paths", "readonly paths". */
#include "init/steps.h"

#include <errno.h>

#include "init/descriptors.h"
#include "init/root.h"
#include "sys/file.h"
#include "sys/mount.h"

#define ATTACH (MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH)

struct masks {
	int null_fd;  /* the host's /dev/null; -1 until a file is masked */
	int empty_fd; /* an empty file system; -1 until a directory is masked */
	bool empty_is_attached;
};

/* What does not exist needs no mask. */
static bool is_missing(int r)
{
	return r == -ENOENT || r == -ENOTDIR;
}

static int clone_attach(int source, int target)
{
	int tree = sys_open_tree(source, "", AT_EMPTY_PATH | OPEN_TREE_CLONE);
	int r = tree < 0 ? tree : sys_move_mount(tree, "", target, "", ATTACH);

	if (tree >= 0)
		descriptor_drop(tree);
	return r;
}

static int null_open(void)
{
	struct statx stat;
	int fd = sys_openat(AT_FDCWD, "/dev/null", O_PATH | O_NOFOLLOW, 0);
	int r = fd < 0 ? fd : sys_statx(fd, "", AT_EMPTY_PATH, STATX_TYPE, &stat);

	if (r)
		return r;
	if ((stat.stx_mode & S_IFMT) != S_IFCHR || stat.stx_rdev_major != 1 ||
		stat.stx_rdev_minor != 3)
		return -ENODEV;
	return fd;
}

static int file_mask(struct masks *masks, int target, struct error *err)
{
	int r;

	if (masks->null_fd < 0)
		masks->null_fd = null_open();
	if (masks->null_fd < 0)
		return error_system(
			err, masks->null_fd, "cannot use the host's /dev/null as a mask");
	r = clone_attach(masks->null_fd, target);
	return r ? error_system(err, r, "cannot attach the mask") : 0;
}

static int empty_make(void)
{
	int fs_fd = sys_fsopen("tmpfs", 0);
	int r = fs_fd < 0 ? fs_fd
			  : sys_fsconfig(fs_fd, FSCONFIG_SET_STRING, "nr_blocks", "1", 0);

	if (!r)
		r = sys_fsconfig(fs_fd, FSCONFIG_SET_STRING, "nr_inodes", "1", 0);
	if (!r)
		r = sys_fsconfig(fs_fd, FSCONFIG_SET_FLAG, "ro", NULL, 0);
	if (!r)
		r = sys_fsconfig(fs_fd, FSCONFIG_CMD_CREATE, NULL, NULL, 0);
	if (!r)
		r = sys_fsmount(fs_fd, 0, MOUNT_ATTR_RDONLY);
	if (fs_fd >= 0)
		descriptor_drop(fs_fd);
	return r;
}

/* One file system for all: the first directory gets it, the others clones of it. */
static int directory_mask(struct masks *masks, int target, struct error *err)
{
	int r;

	if (masks->empty_fd < 0)
		masks->empty_fd = empty_make();
	if (masks->empty_fd < 0)
		return error_system(err, masks->empty_fd, "cannot make an empty file system");
	r = masks->empty_is_attached ? clone_attach(masks->empty_fd, target)
				     : sys_move_mount(masks->empty_fd, "", target, "", ATTACH);
	if (r)
		return error_system(err, r, "cannot attach the mask");
	masks->empty_is_attached = true;
	return 0;
}

static int path_failed(const struct path_op *op, const char *what, int r, struct error *err)
{
	return error_system_at(err, op->origin, r, "cannot %s \"/%s\"", what, op->target);
}

static int path_mask(const struct init *init, struct masks *masks, const struct path_op *op,
	struct error *err)
{
	struct statx stat;
	int target = root_open(init->root_fd, op->target, O_PATH);
	int r = target < 0 ? target : sys_statx(target, "", AT_EMPTY_PATH, STATX_TYPE, &stat);

	if (is_missing(r))
		return 0;
	if (r)
		return path_failed(op, "mask", r, err);
	r = (stat.stx_mode & S_IFMT) == S_IFDIR ? directory_mask(masks, target, err)
						: file_mask(masks, target, err);
	descriptor_drop(target);
	return r ? error_at(err, op->origin) : 0;
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
	struct mount_attr attr = {.attr_set = MOUNT_ATTR_RDONLY};
	int target = root_open(init->root_fd, op->target, O_PATH);
	int tree = target < 0 ? target
			      : sys_open_tree(target, "",
					AT_EMPTY_PATH | AT_RECURSIVE | OPEN_TREE_CLONE);
	int r = tree < 0 ? tree : sys_mount_setattr(tree, "", AT_EMPTY_PATH, &attr);

	if (is_missing(r))
		return 0;
	if (!r)
		r = sys_move_mount(tree, "", target, "", ATTACH);
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
