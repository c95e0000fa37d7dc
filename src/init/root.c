/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Paths below the container's root.
 *
 * Runs in: init, before the switch of the root.
 * Never:   lets a name leave the root: the kernel resolves every path, and what is made is made by
 *          one component in a directory that is open.
 * Trusts:  openat2's RESOLVE_IN_ROOT (5.6), and single components without '/' below a descriptor.
 * Calls:   openat2, openat, mkdirat, readlinkat, symlinkat, unlinkat, statx. */
#include "init/root.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "init/descriptors.h"
#include "sys/file.h"

/* openat2 answers EAGAIN when a rename anywhere makes ".." doubtful; a hostile one could go on for ever. */
#define OPEN_TRIES 256
/* How often root_make() may make something or follow a link on one way. */
#define MAKE_TRIES 256

static int resolve(int dir_fd, const char *rel, int flags, uint64_t resolve_flags)
{
	struct open_how how = {
		.flags = (uint64_t)(flags | O_CLOEXEC),
		.resolve = resolve_flags | RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};
	int fd = -EAGAIN;

	for (int i = 0; i < OPEN_TRIES && fd == -EAGAIN; i++)
		fd = sys_openat2(dir_fd, *rel ? rel : ".", &how);
	return fd;
}

int root_open(int root_fd, const char *rel, int flags)
{
	return resolve(root_fd, rel, flags, 0);
}

int root_open_plain(int root_fd, const char *rel, int flags)
{
	return resolve(root_fd, rel, flags, RESOLVE_NO_SYMLINKS);
}

/* Opens the last directory of `path` that is there, and finds the component behind it. */
static int last_there(int root_fd, char *path, char **ret_name, char **ret_rest)
{
	char *name = path + strlen(path);
	int fd;

	do {
		char first;

		while (name > path && name[-1] == '/')
			name--;
		*ret_rest = name;
		while (name > path && name[-1] != '/')
			name--;
		first = *name;
		*name = '\0';
		fd = root_open(root_fd, path, O_PATH | O_DIRECTORY);
		*name = first;
	} while (fd == -ENOENT && name > path);
	*ret_name = name;
	return fd;
}

/* Puts what a link says in its place in `path`. */
static int link_replace(char *path, const char *name, const char *rest, const char *link)
{
	char whole[PATH_MAX];
	struct text text;

	text_start(&text, whole, sizeof(whole));
	if (*link != '/')
		text_bytes(&text, path, (size_t)(name - path));
	text_string(&text, link);
	text_string(&text, rest);
	return text_ok(&text) && text_print(path, PATH_MAX, "%s", whole) ? 0 : -ENAMETOOLONG;
}

static int file_make(int dir_fd, const char *name)
{
	return sys_openat(dir_fd, name, O_RDONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0644);
}

int root_file(int dir_fd, const char *name)
{
	int fd = sys_openat(dir_fd, name, O_PATH | O_NOFOLLOW, 0);

	return fd == -ENOENT ? file_make(dir_fd, name) : fd;
}

/* Makes the component `name`, or follows it if it is a link to something missing. */
static int component_make(
	int dir_fd, char *path, const char *name, const char *rest, enum root_kind kind)
{
	char one[NAME_MAX + 1], link[PATH_MAX];
	ssize_t length;
	int r;

	if (!text_print(one, sizeof(one), "%.*s", (int)(rest - name), name))
		return -ENAMETOOLONG;
	r = *rest || kind == ROOT_DIRECTORY ? sys_mkdirat(dir_fd, one, 0755)
					    : file_make(dir_fd, one);
	if (r > 0)
		descriptor_drop(r);
	if (r != -EEXIST)
		return r < 0 ? r : 0;
	length = sys_readlinkat(dir_fd, one, link, sizeof(link) - 1);
	if (length < 0)
		return 0;
	link[length] = '\0';
	return link_replace(path, name, rest, link);
}

int root_make(int root_fd, const char *rel, enum root_kind kind)
{
	char path[PATH_MAX], *name, *rest;
	int fd = -ENOENT, r = 0;

	if (!text_print(path, sizeof(path), "%s", rel))
		return -ENAMETOOLONG;
	for (int i = 0; i < MAKE_TRIES && fd == -ENOENT && !r; i++) {
		int dir_fd = last_there(root_fd, path, &name, &rest);

		r = dir_fd < 0 ? dir_fd : component_make(dir_fd, path, name, rest, kind);
		descriptor_drop(dir_fd);
		if (!r)
			fd = root_open(root_fd, path, O_PATH);
	}
	return r ? r : fd == -ENOENT ? -ELOOP : fd;
}

int root_parent(int root_fd, const char *rel, const char **ret_name)
{
	char parent[PATH_MAX];
	struct text text;
	size_t end = 0;
	int fd;

	for (size_t i = 0; rel[i]; i++) {
		if (rel[i] == '/')
			end = i;
	}
	*ret_name = rel + end + (end > 0);
	text_start(&text, parent, sizeof(parent));
	text_bytes(&text, rel, end);
	if (!text_ok(&text))
		return -ENAMETOOLONG;
	if (!**ret_name || text_equal(*ret_name, ".") || text_equal(*ret_name, ".."))
		return -EINVAL;
	fd = root_open(root_fd, parent, O_PATH | O_DIRECTORY);
	return fd == -ENOENT ? root_make(root_fd, parent, ROOT_DIRECTORY) : fd;
}

static bool link_says(int dir_fd, const char *name, const char *value)
{
	char found[PATH_MAX];
	ssize_t length = sys_readlinkat(dir_fd, name, found, sizeof(found) - 1);

	if (length < 0)
		return false;
	found[length] = '\0';
	return text_equal(found, value);
}

int root_symlink_at(int dir_fd, const char *name, const char *value)
{
	int r = sys_symlinkat(value, dir_fd, name);

	if (r != -EEXIST || link_says(dir_fd, name, value))
		return r == -EEXIST ? 0 : r;
	r = sys_unlinkat(dir_fd, name, 0);
	return r ? r : sys_symlinkat(value, dir_fd, name);
}

int root_symlink(int root_fd, const char *rel, const char *value)
{
	const char *name;
	int r, dir_fd = root_parent(root_fd, rel, &name);

	if (dir_fd < 0)
		return dir_fd;
	r = sys_symlinkat(value, dir_fd, name);
	if (r == -EEXIST && link_says(dir_fd, name, value))
		r = 0;
	descriptor_drop(dir_fd);
	return r;
}
