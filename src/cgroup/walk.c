/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The walk over sub-cgroups, which the container may have made, and may be making now.
 *
 * Runs in: the runtime. A walk has one descriptor and one small frame for each level and so an
 *          end; pruning, which must succeed whatever the container did, has two descriptors.
 * Relies on: a cgroup never moves to another parent, so that ".." leads back. */
#include "cgroup/walk.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>

#include "cgroup/file.h"
#include "sys/file.h"

#define DEPTH_MAX 200
#define NAME_SIZE 256

static int walk(int dir_fd, const struct cgroup_visitor *visitor, unsigned depth);

static bool is_child(const struct sys_entry *entry)
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
	return r;
}

static int walk_children(int dir_fd, const struct cgroup_visitor *visitor, unsigned depth)
{
	_Alignas(struct sys_entry) char buffer[1024];
	long n, r = 0;

	while ((n = sys_getdents(dir_fd, buffer, sizeof(buffer))) > 0) {
		for (long at = 0; at < n && !r;) {
			const struct sys_entry *entry = (const struct sys_entry *)(buffer + at);

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
	int r = visitor->enter(visitor->ctx, dir_fd);

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

/* The name of some cgroup in this one: 1, 0 if there is none, or -errno. */
static int child_find(int dir_fd, char ret_name[NAME_SIZE])
{
	_Alignas(struct sys_entry) char buffer[1024];
	long n = sys_lseek(dir_fd, 0, SEEK_SET);

	if (n < 0)
		return (int)n;
	while ((n = sys_getdents(dir_fd, buffer, sizeof(buffer))) > 0) {
		for (long at = 0; at < n;) {
			const struct sys_entry *entry = (const struct sys_entry *)(buffer + at);

			at += entry->size;
			if (is_child(entry) &&
				text_print(ret_name, NAME_SIZE, "%s", entry->name))
				return 1;
		}
	}
	return n == -ENOENT ? 0 : (int)n;
}

/* Replaces *dir_fd by another directory. */
static int go(int *dir_fd, int to_fd)
{
	if (to_fd < 0)
		return to_fd;
	sys_close(*dir_fd);
	*dir_fd = to_fd;
	return 0;
}

/* From a cgroup without any below it: up, and removes it or another empty one there. */
static int go_up(int *dir_fd)
{
	char name[NAME_SIZE];
	int r = go(dir_fd, sys_openat(*dir_fd, "..", O_RDONLY | O_DIRECTORY, 0));

	if (r)
		return r;
	r = child_find(*dir_fd, name);
	if (r > 0)
		r = sys_unlinkat(*dir_fd, name, AT_REMOVEDIR);
	return r == -ENOENT ? 0 : r;
}

static int prune(int *dir_fd)
{
	char name[NAME_SIZE];
	size_t depth = 0;

	for (;;) {
		int r = child_find(*dir_fd, name);

		if (r < 0 || (!r && !depth))
			return r;
		if (r) {
			r = go(dir_fd,
				cgroup_below_open(*dir_fd, name, O_RDONLY | O_DIRECTORY));
			depth += !r;
			if (r && r != -ENOENT)
				return r;
			continue;
		}
		depth--;
		r = go_up(dir_fd);
		if (r)
			return r;
	}
}

int cgroup_prune(struct cgroup_directory *directory)
{
	int fd = cgroup_file_open(directory, directory->length, "", O_RDONLY | O_DIRECTORY);
	int r;

	if (fd < 0)
		return fd;
	r = prune(&fd);
	sys_close(fd);
	return r;
}
