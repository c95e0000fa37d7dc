/* SPDX-License-Identifier: GPL-2.0-or-later */
/* System calls on mounts. Freestanding: runs in the runtime and in init. */
#include "sys/mount.h"

int sys_mount(const char *source, const char *target, const char *type, unsigned long flags,
	const char *data)
{
	return (int)SYS(__NR_mount, source, target, type, flags, data, 0);
}

int sys_umount(const char *target, int flags)
{
	return (int)SYS(__NR_umount2, target, flags, 0, 0, 0, 0);
}

int sys_pivot_root(const char *new_root, const char *put_old)
{
	return (int)SYS(__NR_pivot_root, new_root, put_old, 0, 0, 0, 0);
}

int sys_chroot(const char *path)
{
	return (int)SYS(__NR_chroot, path, 0, 0, 0, 0, 0);
}

int sys_open_tree(int dir_fd, const char *path, unsigned flags)
{
	return (int)SYS(__NR_open_tree, dir_fd, path, flags | OPEN_TREE_CLOEXEC, 0, 0, 0);
}

int sys_move_mount(
	int from_fd, const char *from_path, int to_fd, const char *to_path, unsigned flags)
{
	return (int)SYS(__NR_move_mount, from_fd, from_path, to_fd, to_path, flags, 0);
}

int sys_mount_setattr(
	int dir_fd, const char *path, unsigned flags, const struct mount_attr *attr)
{
	return (int)SYS(__NR_mount_setattr, dir_fd, path, flags, attr, sizeof(*attr), 0);
}

int sys_fsopen(const char *type, unsigned flags)
{
	return (int)SYS(__NR_fsopen, type, flags | FSOPEN_CLOEXEC, 0, 0, 0, 0);
}

int sys_fsconfig(int fd, unsigned command, const char *key, const void *value, int aux)
{
	return (int)SYS(__NR_fsconfig, fd, command, key, value, aux, 0);
}

int sys_fsmount(int fd, unsigned flags, unsigned attributes)
{
	return (int)SYS(__NR_fsmount, fd, flags | FSMOUNT_CLOEXEC, attributes, 0, 0, 0);
}

int sys_fstatfs(int fd, struct statfs *ret_statfs)
{
	return (int)SYS(__NR_fstatfs, fd, ret_statfs, 0, 0, 0, 0);
}
