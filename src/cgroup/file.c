/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Access to cgroup files.
 *
 * Runs in: the runtime.
 * Never:   follows a symbolic link, leaves the mount or works on another file system than
 *          cgroup's.
 * Relies on: openat2 with RESOLVE_BENEATH and RESOLVE_NO_XDEV (5.6); one check of the mount's
 *          magic holds for all that is below it on the same mount. */
#include "cgroup/file.h"

#include <string.h>
#include <sys/statfs.h>

#include "sys/file.h"
#include "sys/mount.h"

bool cgroup_is_denied(int errnum)
{
	const int number = errnum < 0 ? -errnum : errnum;

	return number == EACCES || number == EPERM || number == EROFS;
}

int cgroup_below_open(int dir_fd, const char *name, int flags)
{
	const struct open_how how = {
		.flags = (uint64_t)(flags | O_CLOEXEC),
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV,
	};

	return sys_openat2(dir_fd, name, &how);
}

static int mount_check(const struct cgroup_directory *directory, int fd)
{
	const unsigned long magic = directory->v2 ? CGROUP2_SUPER_MAGIC : CGROUP_SUPER_MAGIC;
	struct statfs statfs;
	int r = sys_fstatfs(fd, &statfs);

	if (r)
		return r;
	return (unsigned long)statfs.f_type == magic ? 0 : -EMEDIUMTYPE;
}

int cgroup_mount_open(struct cgroup_directory *directory)
{
	char path[CGROUP_VALUE_SIZE];
	int fd, r;

	if (directory->mount_fd >= 0)
		return 0;
	if (!text_print(
		    path, sizeof(path), "%.*s", (int)directory->mount_length, directory->path))
		return -ENAMETOOLONG;
	fd = sys_openat(AT_FDCWD, path, O_PATH | O_DIRECTORY, 0);
	if (fd < 0)
		return fd;
	r = mount_check(directory, fd);
	if (r) {
		sys_close(fd);
		return r;
	}
	directory->mount_fd = fd;
	return 0;
}

/* Opens the mount too: whoever wants a path below it is about to use both. */
static int relative_path(struct cgroup_directory *directory, size_t length, const char *file,
	char path[CGROUP_VALUE_SIZE])
{
	const size_t skip = directory->mount_length;
	struct text text;
	int r = cgroup_mount_open(directory);

	if (r)
		return r;
	text_start(&text, path, CGROUP_VALUE_SIZE);
	if (length > skip)
		text_bytes(&text, directory->path + skip + 1, length - skip - 1);
	if (length > skip && file[0])
		text_char(&text, '/');
	text_string(&text, file);
	if (!text.length)
		text_char(&text, '.');
	return text_ok(&text) ? 0 : -ENAMETOOLONG;
}

int cgroup_file_open(
	struct cgroup_directory *directory, size_t length, const char *file, int flags)
{
	char path[CGROUP_VALUE_SIZE];
	int r = relative_path(directory, length, file, path);

	return r ? r : cgroup_below_open(directory->mount_fd, path, flags);
}

int cgroup_file_write(
	struct cgroup_directory *directory, size_t length, const char *file, const char *value)
{
	int fd = cgroup_file_open(directory, length, file, O_WRONLY);
	ssize_t n;

	if (fd < 0)
		return fd;
	n = sys_write(fd, value, strlen(value));
	sys_close(fd);
	return n < 0 ? (int)n : 0;
}

int cgroup_file_read(struct cgroup_directory *directory, size_t length, const char *file,
	char *ret_value, size_t size)
{
	int fd = cgroup_file_open(directory, length, file, O_RDONLY);
	ssize_t n;

	if (fd < 0)
		return fd;
	n = sys_read(fd, ret_value, size);
	sys_close(fd);
	if (n < 0)
		return (int)n;
	if ((size_t)n == size)
		return -E2BIG;
	if (n > 0 && ret_value[n - 1] == '\n')
		n--;
	ret_value[n] = '\0';
	return 0;
}

int cgroup_directory_make(struct cgroup_directory *directory, size_t length)
{
	char path[CGROUP_VALUE_SIZE];
	int r = relative_path(directory, length, "", path);

	return r ? r : sys_mkdirat(directory->mount_fd, path, 0755);
}

bool cgroup_has_word(const char *list, char separator, const char *word)
{
	const size_t length = strlen(word);

	while (*list) {
		const char *end = strchrnul(list, separator);

		if ((size_t)(end - list) == length && !memcmp(list, word, length))
			return true;
		list = *end ? end + 1 : end;
	}
	return false;
}
