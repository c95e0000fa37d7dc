/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The init program as an executable descriptor.
 *
 * Runs in: the runtime.
 * Relies on: sealed memfds (Linux 3.17); MFD_EXEC (6.3), which older kernels refuse with EINVAL; fsmount (5.2). */
#include "launch/image.h"

#include "sys/file.h"
#include "sys/mount.h"

extern const char init_image_start[], init_image_end[];

static int image_write(int fd)
{
	size_t size = (size_t)(init_image_end - init_image_start);

	for (size_t done = 0; done < size;) {
		ssize_t n = sys_write(fd, init_image_start + done, size - done);

		if (n < 0)
			return (int)n;
		done += (size_t)n;
	}
	return 0;
}

static int image_memfd(int *ret_fd)
{
	const char *name = "tare:[init]";
	int fd = sys_memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_EXEC);
	int r;

	if (fd == -EINVAL) /* KERNEL < 6.3: every memfd may be executed */
		fd = sys_memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (fd < 0)
		return fd;
	r = image_write(fd);
	if (!r)
		r = sys_fcntl(fd, F_ADD_SEALS,
			F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE);
	if (r) {
		sys_close(fd);
		return r;
	}
	*ret_fd = fd;
	return 0;
}

/* A tmpfs that is mounted nowhere; it dies with its last descriptor. */
static int tmpfs_detached(void)
{
	int mount_fd, fs_fd = sys_fsopen("tmpfs", 0);
	int r;

	if (fs_fd < 0)
		return fs_fd;
	r = sys_fsconfig(fs_fd, FSCONFIG_CMD_CREATE, NULL, NULL, 0);
	mount_fd = r ? r : sys_fsmount(fs_fd, 0, 0);
	sys_close(fs_fd);
	return mount_fd;
}

/* Executing a file that is open for writing fails, so it is opened a second time. */
static int image_file(int mount_fd, int *ret_fd)
{
	int fd = sys_openat(mount_fd, "tare:[init]", O_CREAT | O_EXCL | O_WRONLY, 0500);
	int r;

	if (fd < 0)
		return fd;
	r = image_write(fd);
	sys_close(fd);
	if (r)
		return r;
	fd = sys_openat(mount_fd, "tare:[init]", O_RDONLY, 0);
	if (fd < 0)
		return fd;
	*ret_fd = fd;
	return sys_mount_setattr(mount_fd, "", AT_EMPTY_PATH,
		&(struct mount_attr){.attr_set = MOUNT_ATTR_RDONLY});
}

int image_open_file(int *ret_fd, struct error *err)
{
	int mount_fd = tmpfs_detached();
	int r;

	if (mount_fd < 0)
		return error_system(
			err, mount_fd, "cannot make a file system for the init program");
	r = image_file(mount_fd, ret_fd);
	sys_close(mount_fd);
	return r ? error_system(err, r, "cannot write the init program") : 0;
}

int image_open(int *ret_fd, struct error *err)
{
	int r = image_memfd(ret_fd);

	if (r == -EACCES || r == -EPERM)
		return image_open_file(ret_fd, err);
	return r ? error_system(err, r, "cannot make a memory file for the init program") : 0;
}
