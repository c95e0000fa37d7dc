/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where in a container's cgroups a process more goes.
 *
 * Runs in: the runtime.
 * Never:   leaves the container's cgroup, whatever the caller or the container says.
 * Relies on: /proc/PID/cgroup names the v2 cgroup in a line "0::PATH", as seen from the root of the runtime's own
 *          cgroup namespace (cgroups(7)). */
#include "cgroup/enter.h"

#include <errno.h>
#include <string.h>

#include "cgroup/file.h"
#include "sys/file.h"

#define FILE_SIZE 8192

/* "a/b", without components that lead elsewhere. */
static bool below_ok(const char *path)
{
	while (*path) {
		size_t length = strcspn(path, "/");

		if (!length || memchr(path, '\n', length) || (length == 1 && path[0] == '.') ||
			(length == 2 && path[0] == '.' && path[1] == '.'))
			return false;
		path += length + (path[length] == '/');
	}
	return true;
}

static int full(struct error *err)
{
	return error_set(err, ERROR_INTERNAL, ENOMEM, "cannot name the cgroups");
}

/* The first `length` bytes of the directory's path, and behind them `below`. */
static int path_set(struct cgroup_directory *directory, size_t length, const char *below,
	struct arena *arena, struct error *err)
{
	const size_t size = length + strlen(below) + 2;
	char *path = arena_alloc(arena, size, 1);

	if (!path)
		return full(err);
	text_print(
		path, size, "%.*s%s%s", (int)length, directory->path, *below ? "/" : "", below);
	directory->path = path;
	directory->length = strlen(path);
	return 0;
}

struct descent {
	struct cgroup_set *set;
	size_t turn
		[HOST_HIERARCHIES]; /* which argument a hierarchy has gone by, from 1; 0: none */
	struct arena *arena;
};

static int directory_descend(struct descent *descent, size_t i, size_t turn, const char *below,
	const char *given, struct error *err)
{
	struct cgroup_directory *directory = &descent->set->of[i];

	if (descent->turn[i] == turn)
		return 0;
	if (descent->turn[i])
		return error_set(err, ERROR_USAGE, 0,
			"invalid --cgroup \"%s\": its hierarchy is given twice", given);
	descent->turn[i] = turn;
	return path_set(directory, directory->length, below, descent->arena, err);
}

static int controller_descend(struct descent *descent, const char *name, size_t turn,
	const char *below, const char *given, struct error *err)
{
	for (size_t i = 0; *name && i < descent->set->count; i++) {
		const struct cgroup_directory *directory = &descent->set->of[i];

		if (!directory->v2 && cgroup_has_word(directory->controllers, ',', name))
			return directory_descend(descent, i, turn, below, given, err);
	}
	return error_set(err, ERROR_USAGE, 0,
		"unknown controller \"%s\" in --cgroup \"%s\": the container has no v1 cgroup "
		"of it",
		name, given);
}

/* "CONTROLLER[,CONTROLLER]:PATH", of which the first `length` bytes are the controllers. */
static int controllers_descend(struct descent *descent, const char *given, size_t length,
	size_t turn, const char *below, struct error *err)
{
	for (size_t at = 0; at <= length;) {
		size_t end = at + strcspn(given + at, ",:");
		char name[64];

		if (!text_print(name, sizeof(name), "%.*s", (int)(end - at), given + at))
			name[0] = '\0';
		if (controller_descend(descent, name, turn, below, given, err))
			return -1;
		at = end + 1;
	}
	return 0;
}

static int one_descend(
	struct descent *descent, const char *given, size_t turn, struct error *err)
{
	const char *colon = strchr(given, ':');
	const char *below = colon ? colon + 1 : given;

	below += strspn(below, "/");
	if (!below_ok(below))
		return error_set(err, ERROR_USAGE, 0,
			"bad sub cgroup path: %s is not a sub cgroup path", given);
	if (colon)
		return controllers_descend(
			descent, given, (size_t)(colon - given), turn, below, err);
	for (size_t i = 0; i < descent->set->count; i++) {
		if (directory_descend(descent, i, turn, below, given, err))
			return -1;
	}
	return 0;
}

int cgroup_descend(struct cgroup_set *set, const char *const *given, size_t count,
	struct arena *arena, struct error *err)
{
	struct descent descent = {.set = set, .arena = arena};

	for (size_t i = 0; i < count; i++) {
		if (one_descend(&descent, given[i], i + 1, err))
			return -1;
	}
	return 0;
}

/* The v2 cgroup of a process, or -errno. */
static int process_cgroup_read(int pid, char buffer[FILE_SIZE], const char **ret_path)
{
	char path[32];
	ssize_t n;
	int fd;

	text_print(path, sizeof(path), "/proc/%d/cgroup", pid);
	fd = sys_openat(AT_FDCWD, path, O_RDONLY, 0);
	n = fd < 0 ? fd : sys_read(fd, buffer, FILE_SIZE - 1);
	if (fd >= 0)
		sys_close(fd);
	if (n < 0)
		return (int)n;
	buffer[n] = '\0';
	for (char *line = buffer; *line; line += strcspn(line, "\n") + 1) {
		if (strncmp(line, "0::/", 4))
			continue;
		line[strcspn(line, "\n")] = '\0';
		*ret_path = line + 3;
		return 0;
	}
	return -ENOENT;
}

int cgroup_follow(struct cgroup_set *set, int pid, struct arena *arena, struct error *err)
{
	struct cgroup_directory *directory = cgroup_unified(set);
	char buffer[FILE_SIZE];
	const char *now = NULL, *own;
	size_t length;
	int r = directory ? process_cgroup_read(pid, buffer, &now) : -ENOENT;

	if (r)
		return error_system(err, r, "cannot find the cgroup of the container's init");
	own = directory->path + directory->mount_length;
	length = directory->length - directory->mount_length;
	if (strncmp(now, own, length) || (now[length] && now[length] != '/') ||
		(now[length] && !below_ok(now + length + 1)))
		return error_set(err, ERROR_STATE, 0,
			"the container's init is in the cgroup \"%s\", which is not below its "
			"own \"%s\"",
			now, own);
	return path_set(
		directory, directory->length, now[length] ? now + length + 1 : "", arena, err);
}
