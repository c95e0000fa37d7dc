/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Trees of mounts by descriptor.
 *
 * Runs in: init. Nothing here takes a path.
 * Calls:   mount_setattr (5.12), move_mount, open_tree (5.2). */
#include "init/tree.h"

#include "init/descriptors.h"
#include "sys/mount.h"

int tree_change(int fd, uint64_t set, uint64_t clear, unsigned flags)
{
	struct mount_attr attr = {.attr_set = set, .attr_clr = clear};

	return set || clear ? sys_mount_setattr(fd, "", AT_EMPTY_PATH | flags, &attr) : 0;
}

int tree_propagate(int fd, unsigned long propagation)
{
	struct mount_attr attr = {.propagation = propagation & ~(unsigned long)MS_REC};
	unsigned flags = propagation & MS_REC ? AT_RECURSIVE : 0;

	return sys_mount_setattr(fd, "", AT_EMPTY_PATH | flags, &attr);
}

int tree_attach(int fd, int target)
{
	return sys_move_mount(
		fd, "", target, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
}

int tree_attach_clone(int source, int target)
{
	int tree = sys_open_tree(source, "", AT_EMPTY_PATH | OPEN_TREE_CLONE);
	int r = tree < 0 ? tree : tree_attach(tree, target);

	if (tree >= 0)
		descriptor_drop(tree);
	return r;
}
