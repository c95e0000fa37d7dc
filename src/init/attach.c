/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Trees of mounts find their place.
 *
 * Runs in: init. Nothing here takes a path.
 * Calls:   move_mount, open_tree (5.2). */
#include "init/attach.h"

#include "init/descriptors.h"
#include "sys/mount.h"

int tree_attach(int fd, int target)
{
	return sys_move_mount(
		fd, "", target, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
}

int tree_attach_clone(int source, int target)
{
	int tree = sys_open_tree(source, "", AT_EMPTY_PATH | OPEN_TREE_CLONE);
	int r = tree < 0 ? tree : tree_attach(tree, target);

	descriptor_drop(tree);
	return r;
}
