/* SPDX-License-Identifier: GPL-2.0-or-later */
/* System calls on files and descriptors. Freestanding: runs in the runtime and in init. */
#include "sys/file.h"

#include <time.h>

/* What a signal may interrupt before anything was done is repeated. */
#define RETRY(call)                                                                            \
	({                                                                                     \
		long result_;                                                                  \
		do                                                                             \
			result_ = (call);                                                      \
		while (result_ == -EINTR);                                                     \
		result_;                                                                       \
	})

int sys_openat(int dir_fd, const char *path, int flags, unsigned mode)
{
	return (int)RETRY(SYS(__NR_openat, dir_fd, path, flags | O_CLOEXEC, mode, 0, 0));
}

int sys_openat2(int dir_fd, const char *path, const struct open_how *how)
{
	return (int)RETRY(SYS(__NR_openat2, dir_fd, path, how, sizeof(*how), 0, 0));
}

int sys_close(int fd)
{
	return (int)SYS(__NR_close, fd, 0, 0, 0, 0, 0);
}

int sys_close_range(unsigned first, unsigned last, unsigned flags)
{
	return (int)SYS(__NR_close_range, first, last, flags, 0, 0, 0);
}

ssize_t sys_read(int fd, void *buffer, size_t size)
{
	return (ssize_t)RETRY(SYS(__NR_read, fd, buffer, size, 0, 0, 0));
}

ssize_t sys_write(int fd, const void *buffer, size_t size)
{
	return (ssize_t)RETRY(SYS(__NR_write, fd, buffer, size, 0, 0, 0));
}

ssize_t sys_sendfile(int to_fd, int from_fd, size_t size)
{
	return (ssize_t)SYS(__NR_sendfile, to_fd, from_fd, NULL, size, 0, 0);
}

ssize_t sys_pread(int fd, void *buffer, size_t size, off_t offset)
{
	return (ssize_t)RETRY(SYS(__NR_pread64, fd, buffer, size, offset, 0, 0));
}

long sys_lseek(int fd, off_t offset, int whence)
{
	return SYS(__NR_lseek, fd, offset, whence, 0, 0, 0);
}

int sys_statx(int dir_fd, const char *path, int flags, unsigned mask, struct statx *ret_stat)
{
	return (int)SYS(__NR_statx, dir_fd, path, flags, mask, ret_stat, 0);
}

int sys_faccessat(int dir_fd, const char *path, int mode)
{
	return (int)SYS(__NR_faccessat, dir_fd, path, mode, 0, 0, 0);
}

int sys_faccessat2(int dir_fd, const char *path, int mode, int flags)
{
	return (int)SYS(__NR_faccessat2, dir_fd, path, mode, flags, 0, 0);
}

int sys_mkdirat(int dir_fd, const char *path, unsigned mode)
{
	return (int)SYS(__NR_mkdirat, dir_fd, path, mode, 0, 0, 0);
}

int sys_mknodat(int dir_fd, const char *path, unsigned mode, unsigned dev)
{
	return (int)SYS(__NR_mknodat, dir_fd, path, mode, dev, 0, 0);
}

int sys_linkat(
	int old_dir_fd, const char *old_path, int new_dir_fd, const char *new_path, int flags)
{
	return (int)SYS(__NR_linkat, old_dir_fd, old_path, new_dir_fd, new_path, flags, 0);
}

int sys_symlinkat(const char *target, int dir_fd, const char *path)
{
	return (int)SYS(__NR_symlinkat, target, dir_fd, path, 0, 0, 0);
}

ssize_t sys_readlinkat(int dir_fd, const char *path, char *buffer, size_t size)
{
	return (ssize_t)SYS(__NR_readlinkat, dir_fd, path, buffer, size, 0, 0);
}

int sys_unlinkat(int dir_fd, const char *path, int flags)
{
	return (int)SYS(__NR_unlinkat, dir_fd, path, flags, 0, 0, 0);
}

int sys_renameat(int old_dir_fd, const char *old_path, int new_dir_fd, const char *new_path)
{
	return (int)SYS(__NR_renameat2, old_dir_fd, old_path, new_dir_fd, new_path, 0, 0);
}

int sys_fchmod(int fd, unsigned mode)
{
	return (int)SYS(__NR_fchmod, fd, mode, 0, 0, 0, 0);
}

int sys_fchmodat(int dir_fd, const char *path, unsigned mode)
{
	return (int)SYS(__NR_fchmodat, dir_fd, path, mode, 0, 0, 0);
}

int sys_fchown(int fd, uid_t uid, gid_t gid)
{
	return (int)SYS(__NR_fchown, fd, uid, gid, 0, 0, 0);
}

int sys_fchownat(int dir_fd, const char *path, uid_t uid, gid_t gid, int flags)
{
	return (int)SYS(__NR_fchownat, dir_fd, path, uid, gid, flags, 0);
}

int sys_ftruncate(int fd, off_t length)
{
	return (int)RETRY(SYS(__NR_ftruncate, fd, length, 0, 0, 0, 0));
}

int sys_fsync(int fd)
{
	return (int)RETRY(SYS(__NR_fsync, fd, 0, 0, 0, 0, 0));
}

long sys_getdents(int fd, void *buffer, size_t size)
{
	return SYS(__NR_getdents64, fd, buffer, size, 0, 0, 0);
}

int sys_flock(int fd, int operation)
{
	return (int)RETRY(SYS(__NR_flock, fd, operation, 0, 0, 0, 0));
}

int sys_fcntl(int fd, int command, long arg)
{
	return (int)SYS(__NR_fcntl, fd, command, arg, 0, 0, 0);
}

int sys_dup3(int old_fd, int new_fd, int flags)
{
	return (int)SYS(__NR_dup3, old_fd, new_fd, flags, 0, 0, 0);
}

int sys_pipe2(int fds[2], int flags)
{
	return (int)SYS(__NR_pipe2, fds, flags | O_CLOEXEC, 0, 0, 0, 0);
}

int sys_memfd_create(const char *name, unsigned flags)
{
	return (int)SYS(__NR_memfd_create, name, flags, 0, 0, 0, 0);
}

int sys_eventfd(void)
{
	return (int)SYS(__NR_eventfd2, 0, O_CLOEXEC | O_NONBLOCK, 0, 0, 0, 0);
}

int sys_inotify_init(void)
{
	return (int)SYS(__NR_inotify_init1, O_CLOEXEC | O_NONBLOCK, 0, 0, 0, 0, 0);
}

int sys_inotify_add_watch(int fd, const char *path, uint32_t events)
{
	return (int)SYS(__NR_inotify_add_watch, fd, path, events, 0, 0, 0);
}

int sys_poll(struct pollfd *fds, unsigned count, int milliseconds)
{
	struct timespec limit = {.tv_sec = milliseconds / 1000,
		.tv_nsec = (long)(milliseconds % 1000) * 1000000};

	return (int)SYS(__NR_ppoll, fds, count, milliseconds < 0 ? NULL : &limit, NULL, 0, 0);
}

int sys_ioctl(int fd, unsigned long request, void *arg)
{
	return (int)SYS(__NR_ioctl, fd, request, arg, 0, 0, 0);
}

int sys_chdir(const char *path)
{
	return (int)SYS(__NR_chdir, path, 0, 0, 0, 0, 0);
}

int sys_fchdir(int fd)
{
	return (int)SYS(__NR_fchdir, fd, 0, 0, 0, 0, 0);
}

int sys_getcwd(char *buffer, size_t size)
{
	return (int)SYS(__NR_getcwd, buffer, size, 0, 0, 0, 0);
}

unsigned sys_umask(unsigned mask)
{
	return (unsigned)SYS(__NR_umask, mask, 0, 0, 0, 0, 0);
}

void *sys_mmap(void *address, size_t length, int protection, int flags, int fd, off_t offset)
{
	return (void *)SYS(__NR_mmap, address, length, protection, flags, fd, offset);
}

int sys_munmap(void *address, size_t length)
{
	return (int)SYS(__NR_munmap, address, length, 0, 0, 0, 0);
}

int sys_mprotect(void *address, size_t length, int protection)
{
	return (int)SYS(__NR_mprotect, address, length, protection, 0, 0, 0);
}

ssize_t sys_flistxattr(int fd, char *names, size_t size)
{
	return (ssize_t)SYS(__NR_flistxattr, fd, names, size, 0, 0, 0);
}

int sys_fsetxattr(int fd, const char *name, const void *value, size_t size)
{
	return (int)SYS(__NR_fsetxattr, fd, name, value, size, 0, 0);
}

ssize_t sys_getxattr(int fd, const char *name, void *value, size_t size)
{
	return (ssize_t)SYS(__NR_fgetxattr, fd, name, value, size, 0, 0);
}
