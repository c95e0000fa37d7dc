/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Paths below the container's root.
 *
 * Runs in: init, before the switch of the root.
 * Never:   lets a name leave the root, or follows a link when it makes something.
 * Trusts:  openat2's RESOLVE_IN_ROOT (5.6), and single components without '/' below a descriptor.
 * Calls:   openat2, openat, mkdirat, readlinkat, symlinkat, unlinkat, statx. */
#include "init/root.h"

#include <errno.h>

#include "base/text.h"
#include "init/descriptors.h"
#include "sys/file.h"

/* openat2 answers EAGAIN when a rename anywhere makes ".." doubtful; a hostile one could go on for ever. */
#define OPEN_TRIES 256
#define LINKS_MAX  40

struct walk {
	int root_fd;
	int fd; /* where we stand; root_fd at the root */
	unsigned links;
	enum root_kind kind;
	char done[PATH_MAX]; /* components that lead to `fd`, none of them a link */
	const char *next;    /* what is still to be walked, in `rest` */
	char rest[PATH_MAX];
	char link[PATH_MAX];
};

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

static void walk_stand(struct walk *walk, int fd)
{
	if (walk->fd != walk->root_fd)
		descriptor_drop(walk->fd);
	walk->fd = fd;
}

/* Takes the first component off what is left. */
static int component_take(struct walk *walk, char name[NAME_MAX + 1])
{
	size_t length = 0;
	struct text text;

	while (*walk->next == '/')
		walk->next++;
	while (walk->next[length] && walk->next[length] != '/')
		length++;
	if (length > NAME_MAX)
		return -ENAMETOOLONG;
	text_start(&text, name, NAME_MAX + 1);
	text_bytes(&text, walk->next, length);
	for (walk->next += length; *walk->next == '/';)
		walk->next++;
	return 0;
}

static int walk_up(struct walk *walk)
{
	size_t end = 0, length = 0;
	int fd;

	for (; walk->done[length]; length++) {
		if (walk->done[length] == '/')
			end = length;
	}
	walk->done[end] = '\0';
	fd = *walk->done ? root_open_plain(walk->root_fd, walk->done, O_PATH | O_DIRECTORY)
			 : walk->root_fd;
	if (fd < 0)
		return fd;
	walk_stand(walk, fd);
	return 0;
}

static int walk_link(struct walk *walk, int fd)
{
	struct text text;
	ssize_t length = sys_readlinkat(fd, "", walk->link, sizeof(walk->link) - 1);

	if (length < 0)
		return (int)length;
	if (++walk->links > LINKS_MAX)
		return -ELOOP;
	walk->link[length] = '\0';
	if (walk->link[0] == '/') {
		walk->done[0] = '\0';
		walk_stand(walk, walk->root_fd);
	}
	text_start(&text, walk->link, sizeof(walk->link));
	text.length = (size_t)length;
	text_char(&text, '/');
	text_string(&text, walk->next);
	if (!text_ok(&text))
		return -ENAMETOOLONG;
	text_start(&text, walk->rest, sizeof(walk->rest));
	text_string(&text, walk->link);
	walk->next = walk->rest;
	return 0;
}

/* Opens the component, made if it is missing; a link is opened itself. */
static int component_open(const struct walk *walk, const char *name)
{
	enum root_kind kind = *walk->next ? ROOT_DIRECTORY : walk->kind;
	int fd = sys_openat(walk->fd, name, O_PATH | O_NOFOLLOW, 0);
	int r;

	if (fd != -ENOENT)
		return fd;
	if (kind == ROOT_FILE)
		return sys_openat(
			walk->fd, name, O_RDONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0644);
	r = sys_mkdirat(walk->fd, name, 0755);
	if (r && r != -EEXIST)
		return r;
	return sys_openat(walk->fd, name, O_PATH | O_NOFOLLOW | O_DIRECTORY, 0);
}

static int walk_component(struct walk *walk, const char *name)
{
	struct text text = {.data = walk->done, .size = sizeof(walk->done)};
	struct statx stat;
	int fd = component_open(walk, name);
	int r;

	if (fd < 0)
		return fd;
	r = sys_statx(fd, "", AT_EMPTY_PATH, STATX_TYPE, &stat);
	if (!r && (stat.stx_mode & S_IFMT) == S_IFLNK) {
		r = walk_link(walk, fd);
		descriptor_drop(fd);
		return r;
	}
	if (!r && *walk->next && (stat.stx_mode & S_IFMT) != S_IFDIR)
		r = -ENOTDIR;
	while (walk->done[text.length])
		text.length++;
	if (text.length)
		text_char(&text, '/');
	text_string(&text, name);
	if (!r && !text_ok(&text))
		r = -ENAMETOOLONG;
	if (r) {
		descriptor_drop(fd);
		return r;
	}
	walk_stand(walk, fd);
	return 0;
}

static int walk_all(struct walk *walk)
{
	char name[NAME_MAX + 1];
	int r = 0;

	while (!r && *walk->next) {
		r = component_take(walk, name);
		if (r || text_equal(name, "") || text_equal(name, "."))
			continue;
		r = text_equal(name, "..") ? walk_up(walk) : walk_component(walk, name);
	}
	return r;
}

int root_make(int root_fd, const char *rel, enum root_kind kind)
{
	struct walk walk;
	struct text text;
	int r;

	walk.root_fd = walk.fd = root_fd;
	walk.links = 0;
	walk.kind = kind;
	walk.done[0] = '\0';
	walk.next = walk.rest;
	text_start(&text, walk.rest, sizeof(walk.rest));
	text_string(&text, rel);
	r = text_ok(&text) ? walk_all(&walk) : -ENAMETOOLONG;
	if (r) {
		walk_stand(&walk, root_fd);
		return r;
	}
	return walk.fd == root_fd ? root_open(root_fd, "", O_PATH) : walk.fd;
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

int root_symlink(int root_fd, const char *rel, const char *value)
{
	const char *name;
	int dir_fd = root_parent(root_fd, rel, &name);
	int r;

	if (dir_fd < 0)
		return dir_fd;
	r = sys_symlinkat(value, dir_fd, name);
	if (r == -EEXIST && link_says(dir_fd, name, value)) {
		r = 0;
	} else if (r == -EEXIST) {
		r = sys_unlinkat(dir_fd, name, 0);
		if (!r)
			r = sys_symlinkat(value, dir_fd, name);
	}
	descriptor_drop(dir_fd);
	return r;
}
