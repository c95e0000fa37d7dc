/* SPDX-License-Identifier: GPL-2.0-or-later */
/* System calls on mounts. Each returns a value >= 0 or -errno. */
#ifndef SYS_MOUNT_H
#define SYS_MOUNT_H

#include "sys/kernel.h"

struct statfs;

int sys_mount(const char *source, const char *target, const char *type, unsigned long flags,
	const char *data);
int sys_umount(const char *target, int flags);
int sys_pivot_root(const char *new_root, const char *put_old);
int sys_chroot(const char *path);
int sys_open_tree(int dir_fd, const char *path, unsigned flags);
int sys_move_mount(
	int from_fd, const char *from_path, int to_fd, const char *to_path, unsigned flags);
int sys_mount_setattr(
	int dir_fd, const char *path, unsigned flags, const struct mount_attr *attr);
int sys_fsopen(const char *type, unsigned flags);
int sys_fsconfig(int fd, unsigned command, const char *key, const void *value, int aux);
int sys_fsmount(int fd, unsigned flags, unsigned attributes);
/* The file system's magic number (linux/magic.h) and mount flags (ST_*); either may be NULL. */
int sys_fstatfs(int fd, struct statfs *ret_statfs);

#endif
