/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The walk over sub-cgroups, which the container may have made, and may be making now.
 *
 * Runs in: the runtime. One descriptor and one small frame for each level. */
#include "cgroup/walk.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>

#include "cgroup/file.h"
#include "sys/file.h"

#define DEPTH_MAX 200

struct entry { /* struct linux_dirent64 of the kernel */
	uint64_t inode;
	int64_t offset;
	uint16_t size;
	uint8_t type;
	char name[];
};

static int walk(int dir_fd, const struct cgroup_visitor *visitor, unsigned depth);

static bool is_child(const struct entry *entry)
{
	return entry->type == DT_DIR && strcmp(entry->name, ".") && strcmp(entry->name, "..");
}

static int walk_child(
	int dir_fd, const char *name, const struct cgroup_visitor *visitor, unsigned depth)
{
	int fd, r;

	if (depth == DEPTH_MAX)
		return -ELOOP;
	fd = cgroup_below_open(dir_fd, name, O_RDONLY | O_DIRECTORY);
	if (fd == -ENOENT)
		return 0;
	if (fd < 0)
		return fd;
	r = walk(fd, visitor, depth + 1);
	sys_close(fd);
	if (!r && visitor->leave)
		r = visitor->leave(visitor->ctx, dir_fd, name);
	return r;
}

static int walk_children(int dir_fd, const struct cgroup_visitor *visitor, unsigned depth)
{
	_Alignas(struct entry) char buffer[1024];
	long n, r = 0;

	while ((n = sys_getdents(dir_fd, buffer, sizeof(buffer))) > 0) {
		for (long at = 0; at < n && !r;) {
			const struct entry *entry = (const struct entry *)(buffer + at);

			at += entry->size;
			if (is_child(entry))
				r = walk_child(dir_fd, entry->name, visitor, depth);
		}
		if (r)
			return (int)r;
	}
	return n == -ENOENT ? 0 : (int)n;
}

static int walk(int dir_fd, const struct cgroup_visitor *visitor, unsigned depth)
{
	int r = visitor->enter ? visitor->enter(visitor->ctx, dir_fd) : 0;

	return r ? r : walk_children(dir_fd, visitor, depth);
}

int cgroup_walk(struct cgroup_directory *directory, const struct cgroup_visitor *visitor)
{
	int fd = cgroup_file_open(directory, directory->length, "", O_RDONLY | O_DIRECTORY);
	int r;

	if (fd < 0)
		return fd;
	r = walk(fd, visitor, 0);
	sys_close(fd);
	return r;
}
