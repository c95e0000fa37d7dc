/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Attributes of trees of mounts, by descriptor.
 *
 * Runs in: the runtime and init. Nothing here takes a path.
 * Calls:   mount_setattr (5.12). */
#include "init/tree.h"

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

int tree_dress(int fd, const struct mount_op *op)
{
	int r = tree_change(fd, op->recursive_set, op->recursive_clear, AT_RECURSIVE);

	if (!r)
		r = tree_change(fd, op->attr_set, op->attr_clear, 0);
	for (int i = 0; i < MOUNT_PROPAGATIONS && op->propagation[i] && !r; i++)
		r = tree_propagate(fd, op->propagation[i]);
	return r;
}
