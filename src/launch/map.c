/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ids that trees of mounts show.
 *
 * The kernel takes a map in the form of a user namespace. One is made for each different map, with a child in it
 * for as long as the map is written; what then holds the namespace is a descriptor, and in the end the
 * mount. The container's own user namespace is not needed, since its maps are known: nothing here
 * depends on the clone of init.
 *
 * Runs in: the runtime, in the host's namespaces, and a child that only waits.
 * Relies on: mount_setattr with MOUNT_ATTR_IDMAP (Linux 5.12) on a tree that was never attached;
 *          user_namespaces(7). */
#include "launch/map.h"

#include <signal.h>

#include "base/text.h"
#include "launch/idmap.h"
#include "sys/file.h"
#include "sys/mount.h"
#include "sys/process.h"

/* The runtime's end of the pipe closes when it is done, or dead. */
static int child_wait(void *arg)
{
	const int *pipe = arg;
	char byte;

	sys_close(pipe[1]);
	sys_read(pipe[0], &byte, 1);
	return 0;
}

static int child_clone(int pipe[2])
{
	struct clone_args args = {
		.flags = CLONE_NEWUSER | CLONE_CLEAR_SIGHAND, .exit_signal = SIGCHLD};

	return sys_clone(&args, child_wait, pipe);
}

static int namespace_open(int pid)
{
	char path[64];

	text_print(path, sizeof(path), "/proc/%d/ns/user", pid);
	return sys_openat(AT_FDCWD, path, O_RDONLY, 0);
}

/* A user namespace with the map, or -errno. */
static int namespace_make(const struct mount_map *map)
{
	int pipe[2], status, pid, r = sys_pipe2(pipe, 0);

	if (r)
		return r;
	pid = r = child_clone(pipe);
	sys_close(pipe[0]);
	if (pid > 0)
		r = idmap_file_write(pid, "gid_map", map->gid_map);
	if (!r)
		r = idmap_file_write(pid, "uid_map", map->uid_map);
	if (!r)
		r = namespace_open(pid);
	sys_close(pipe[1]);
	while (pid > 0 && sys_wait4(pid, &status, 0) == -EINTR)
		;
	return r;
}

void maps_start(struct maps *maps, const struct plan *plan, int joined_fd, int32_t *fds)
{
	*maps = (struct maps){.items = plan->mounts.maps, .fds = fds, .joined_fd = joined_fd};
	for (maps->count = 0; maps->count < plan->mounts.map_count; maps->count++)
		maps->fds[maps->count] = -1;
}

static int map_open(struct maps *maps, const struct mount_op *op, struct error *err)
{
	int32_t *fd;
	int r;

	if (op->map == MOUNT_MAP_JOINED)
		return maps->joined_fd;
	fd = &maps->fds[op->map - 1];
	if (*fd >= 0)
		return *fd;
	r = namespace_make(&maps->items[op->map - 1]);
	if (r < 0)
		return error_system(err, r,
			"cannot make a user namespace with the mappings of the mount on "
			"\"/%s\"",
			op->target);
	return *fd = r;
}

int map_apply(struct maps *maps, const struct mount_op *op, int tree, struct error *err)
{
	int fd = map_open(maps, op, err);
	struct mount_attr attr = {.attr_set = MOUNT_ATTR_IDMAP, .userns_fd = (uint64_t)fd};
	int r;

	if (fd < 0)
		return -1;
	r = sys_mount_setattr(
		tree, "", AT_EMPTY_PATH | (op->map_recursive ? AT_RECURSIVE : 0), &attr);
	return r ? error_system(
			   err, r, "cannot map the ids of the mount source \"%s\"", op->source)
		 : 0;
}

void maps_close(struct maps *maps)
{
	for (size_t i = 0; i < maps->count; i++) {
		if (maps->fds[i] >= 0)
			sys_close(maps->fds[i]);
	}
	maps->count = 0;
}
