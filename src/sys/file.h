/* SPDX-License-Identifier: GPL-2.0-or-later */
/* System calls on files and descriptors. Each returns a value >= 0 or -errno.
 *
 * Every descriptor is made close-on-exec; whoever wants it inherited says so with
 * sys_fcntl(). Calls that a signal may interrupt are repeated here and nowhere else. */
#ifndef SYS_FILE_H
#define SYS_FILE_H

#include <sys/types.h>

struct pollfd;
struct iovec;

#include "sys/kernel.h"

int sys_openat(int dir_fd, const char *path, int flags, unsigned mode);
int sys_openat2(int dir_fd, const char *path, const struct open_how *how);
/* Closes once and never retries: after an error the descriptor is gone all the same. */
int sys_close(int fd);
int sys_close_range(unsigned first, unsigned last, unsigned flags);
ssize_t sys_read(int fd, void *buffer, size_t size);
ssize_t sys_write(int fd, const void *buffer, size_t size);
ssize_t sys_sendfile(int to_fd, int from_fd, size_t size);
ssize_t sys_pread(int fd, void *buffer, size_t size, off_t offset);
long sys_lseek(int fd, off_t offset, int whence);
int sys_statx(int dir_fd, const char *path, int flags, unsigned mask, struct statx *ret_stat);
int sys_faccessat(int dir_fd, const char *path, int mode);
/* With flags: AT_EACCESS, AT_EMPTY_PATH (5.8). */
int sys_faccessat2(int dir_fd, const char *path, int mode, int flags);
int sys_mkdirat(int dir_fd, const char *path, unsigned mode);
int sys_mknodat(int dir_fd, const char *path, unsigned mode, unsigned dev);
/* As mknod wants it: 12 bits of major, 20 of minor. */
static inline unsigned sys_device(unsigned major, unsigned minor)
{
	return (minor & 0xff) | (major & 0xfff) << 8 | (minor & 0xfff00) << 12;
}
int sys_linkat(
	int old_dir_fd, const char *old_path, int new_dir_fd, const char *new_path, int flags);
int sys_symlinkat(const char *target, int dir_fd, const char *path);
ssize_t sys_readlinkat(int dir_fd, const char *path, char *buffer, size_t size);
int sys_unlinkat(int dir_fd, const char *path, int flags);
int sys_renameat(int old_dir_fd, const char *old_path, int new_dir_fd, const char *new_path);
int sys_fchmod(int fd, unsigned mode);
int sys_fchmodat(int dir_fd, const char *path, unsigned mode);
int sys_fchown(int fd, uid_t uid, gid_t gid);
int sys_fchownat(int dir_fd, const char *path, uid_t uid, gid_t gid, int flags);
int sys_ftruncate(int fd, off_t length);
int sys_fsync(int fd);
struct sys_entry { /* struct linux_dirent64 of the kernel */
	uint64_t inode;
	int64_t offset;
	uint16_t size; /* of the whole entry */
	uint8_t type;
	char name[];
};
long sys_getdents(int fd, void *buffer, size_t size);
int sys_flock(int fd, int operation);
int sys_fcntl(int fd, int command, long arg);
int sys_dup3(int old_fd, int new_fd, int flags);
int sys_pipe2(int fds[2], int flags);
int sys_memfd_create(const char *name, unsigned flags);
int sys_eventfd(void);
int sys_inotify_init(void);
int sys_inotify_add_watch(int fd, const char *path, uint32_t events);
/* `milliseconds` < 0 waits for ever. -EINTR is passed on: the caller may be waiting for a signal. */
int sys_poll(struct pollfd *fds, unsigned count, int milliseconds);
int sys_ioctl(int fd, unsigned long request, void *arg);
int sys_chdir(const char *path);
int sys_fchdir(int fd);
int sys_getcwd(char *buffer, size_t size);
unsigned sys_umask(unsigned mask);
/* The address, or a negative errno as a number; see sys_is_error(). */
void *sys_mmap(void *address, size_t length, int protection, int flags, int fd, off_t offset);
static inline int sys_is_error(const void *address)
{
	return (unsigned long)address >= (unsigned long)-4095;
}
int sys_munmap(void *address, size_t length);
int sys_mprotect(void *address, size_t length, int protection);
ssize_t sys_flistxattr(int fd, char *names, size_t size);
int sys_fsetxattr(int fd, const char *name, const void *value, size_t size);
ssize_t sys_getxattr(int fd, const char *name, void *value, size_t size);

#endif
