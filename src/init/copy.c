/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A tmpfs that begins with a copy of the directory that it covers.
 *
 * Runs in: init, before the switch of the root, in the container's cgroup, with its capabilities over files alone
 *          in effect: what it could be made to open by mistake, a device say, needs others.
 * Never:   follows a link, goes into what is mounted below, or reads what is neither a regular file nor
 *          a directory.
 * Trusts:  nothing that it reads: a name is one component, a type is asked of what is open, depth is bounded.
 * Calls:   openat2, openat, getdents64, statx, sendfile, mkdirat, mknodat, readlinkat, symlinkat, fchownat,
 *          fchmod, flistxattr, fgetxattr, fsetxattr, capget, capset, close. */
#include "init/copy.h"

#include <errno.h>
#include <linux/limits.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "sys/file.h"
#include "sys/process.h"

#define DEPTH_MAX 100

static const uint32_t file_capabilities =
	1U << CAP_CHOWN | 1U << CAP_DAC_OVERRIDE | 1U << CAP_DAC_READ_SEARCH |
	1U << CAP_FOWNER | 1U << CAP_FSETID | 1U << CAP_MKNOD | 1U << CAP_SETFCAP;

static int directory_copy(int from, int to, unsigned depth, struct error *err);

static int source_open(int dir_fd, const char *name)
{
	struct open_how how = {.flags = O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS};

	return sys_openat2(dir_fd, name, &how);
}

static int content_copy(int from, int to)
{
	ssize_t n;

	do
		n = sys_sendfile(to, from, 1UL << 30);
	while (n > 0);
	return (int)n;
}

/* Some belong to the file system they are on, or to a security module. */
static int unless_kept_back(ssize_t r)
{
	return r >= 0 || r == -EPERM || r == -EACCES || r == -EOPNOTSUPP ? 0 : (int)r;
}

__attribute__((noinline)) static int xattrs_copy(int from, int to)
{
	char names[2048], value[4096];
	ssize_t size = sys_flistxattr(from, names, sizeof(names));
	int r = unless_kept_back(size);

	for (const char *name = names; name - names < size && !r; name += strlen(name) + 1) {
		ssize_t length = sys_getxattr(from, name, value, sizeof(value));

		if (length >= 0)
			length = sys_fsetxattr(to, name, value, (size_t)length);
		r = unless_kept_back(length);
	}
	return r;
}

/* An owner that the user namespace does not map cannot be kept: its root owns the copy. */
static int owner_copy(int to, const char *name, const struct statx *stat)
{
	int r = sys_fchownat(
		to, name, stat->stx_uid, stat->stx_gid, AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH);

	return r == -EINVAL ? 0 : r;
}

/* Changing the owner takes bits of the mode and capabilities away: they come after it. */
static int attributes_copy(int from, int to, const struct statx *stat)
{
	int r = owner_copy(to, "", stat);

	if (!r)
		r = sys_fchmod(to, stat->stx_mode & 07777U);
	return r ? r : xattrs_copy(from, to);
}

/* A regular file or a directory. */
static int file_copy(int from, int to_dir, const char *name, unsigned depth, struct error *err)
{
	struct statx stat;
	int to, r = sys_statx(from, "", AT_EMPTY_PATH, STATX_BASIC_STATS, &stat);
	bool folder = S_ISDIR(stat.stx_mode);

	if (!r)
		r = folder		     ? sys_mkdirat(to_dir, name, 0755)
		    : S_ISREG(stat.stx_mode) ? 0
					     : -ESTALE;
	to = r ? r
	       : sys_openat(to_dir, name, folder ? O_DIRECTORY : O_WRONLY | O_CREAT | O_EXCL,
			 0644);
	if (to < 0)
		return to;
	r = folder ? directory_copy(from, to, depth + 1, err) : content_copy(from, to);
	if (!r)
		r = attributes_copy(from, to, &stat);
	sys_close(to);
	return r;
}

/* A link, a device, a fifo or a socket. */
__attribute__((noinline)) static int special_copy(
	int from_dir, int to_dir, const char *name, const struct statx *stat)
{
	char link[PATH_MAX] = {0};
	ssize_t r;

	if (S_ISLNK(stat->stx_mode))
		r = sys_readlinkat(from_dir, name, link, sizeof(link) - 1);
	else
		r = sys_mknodat(to_dir, name, stat->stx_mode,
			sys_device(stat->stx_rdev_major, stat->stx_rdev_minor));
	if (r > 0)
		r = sys_symlinkat(link, to_dir, name);
	return r ? (int)r : owner_copy(to_dir, name, stat);
}

static int entry_copy(
	int from_dir, int to_dir, const char *name, unsigned depth, struct error *err)
{
	struct statx stat;
	int from, r = sys_statx(from_dir, name, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, &stat);

	if (r || (!S_ISREG(stat.stx_mode) && !S_ISDIR(stat.stx_mode)))
		return r ? r : special_copy(from_dir, to_dir, name, &stat);
	from = source_open(from_dir, name);
	if (from < 0)
		return from == -EXDEV ? 0 : from; /* something is mounted on it */
	r = file_copy(from, to_dir, name, depth, err);
	sys_close(from);
	return r;
}

static int directory_copy(int from, int to, unsigned depth, struct error *err)
{
	_Alignas(struct sys_entry) char buffer[1024];
	const struct sys_entry *entry;
	long n = 0;
	int r = depth < DEPTH_MAX ? 0 : -ENAMETOOLONG;

	while (!r && (n = sys_getdents(from, buffer, sizeof(buffer))) > 0) {
		for (long at = 0; at < n && !r; at += entry->size) {
			entry = (const void *)(buffer + at);
			if (text_equal(entry->name, ".") || text_equal(entry->name, ".."))
				continue;
			r = entry_copy(from, to, entry->name, depth, err);
			if (r && err->class == ERROR_NONE)
				error_system(err, r, "cannot copy \"%s\" into the tmpfs",
					entry->name);
		}
	}
	return r ? r : (int)n;
}

static int capabilities_use(uint32_t low, uint32_t high)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2];
	int r = sys_capget(&header, data);

	data[0].effective = data[0].permitted & low;
	data[1].effective = data[1].permitted & high;
	return r ? r : sys_capset(&header, data);
}

int copy_up(int covered, int tmpfs, bool with_owner, struct error *err)
{
	struct statx stat;
	int from = source_open(covered, ".");
	int back, r = from < 0 ? from : capabilities_use(file_capabilities, 0);

	error_clear(err);
	if (!r)
		r = directory_copy(from, tmpfs, 0, err);
	if (!r)
		r = sys_statx(from, "", AT_EMPTY_PATH, STATX_BASIC_STATS, &stat);
	if (!r && with_owner)
		r = owner_copy(tmpfs, "", &stat);
	back = capabilities_use(~0U, ~0U);
	if (from >= 0)
		sys_close(from);
	return r ? r : back;
}
