/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The mount of a root in the host's mount namespace, from its record to its end.
 *
 * Runs in: the runtime, in the mount namespace that the container is in.
 * Never:   unmounts what it has not recorded.
 * Relies on: a detached tree has its mount's id (statx(2), STATX_MNT_ID) already, and keeps it when it is attached;
 *          /proc/self/mountinfo begins each line with it. */
#include "lifecycle/root-mount.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "state/record.h"
#include "sys/file.h"
#include "sys/mount.h"

#define ID_SIZE 24
#define PIECE	16384

static int id_read(int fd, char ret_id[ID_SIZE])
{
	struct statx stat;
	int r = sys_statx(fd, "", AT_EMPTY_PATH, STATX_MNT_ID, &stat);

	if (r)
		return r;
	text_print(ret_id, ID_SIZE, "%llu", (unsigned long long)stat.stx_mnt_id);
	return stat.stx_mask & STATX_MNT_ID ? 0 : -EOPNOTSUPP;
}

int root_mount_record(
	const struct plan *plan, int tree, struct state_dir *dir, struct error *err)
{
	char id[ID_SIZE];
	const struct state_record record = {.key = STATE_MOUNTS, .value = id};
	int r;

	if (plan->root.switch_by != ROOT_BIND)
		return 0;
	r = id_read(tree, id);
	if (r)
		return error_system(err, r, "cannot find out the id of the root's mount");
	return state_append(dir, &record, 1, err);
}

/* Goes through a piece of the text. `*at` is how much of "ID " the line has begun with; past that, and after a
 * difference, it is SIZE_MAX until the next line. */
static bool piece_has_line(const char *piece, size_t length, const char *id, size_t *at)
{
	for (size_t i = 0; i < length; i++) {
		if (piece[i] == '\n')
			*at = 0;
		else if (*at == SIZE_MAX)
			continue;
		else if (!id[*at] && piece[i] == ' ')
			return true;
		else
			*at = piece[i] == id[*at] ? *at + 1 : SIZE_MAX;
	}
	return false;
}

/* 1, 0 or -errno. */
static int mounted_somewhere(const char *id)
{
	char piece[PIECE];
	size_t at = 0;
	ssize_t n;
	int fd = sys_openat(AT_FDCWD, "/proc/self/mountinfo", O_RDONLY, 0);

	if (fd < 0)
		return fd;
	do
		n = sys_read(fd, piece, sizeof(piece));
	while (n > 0 && !piece_has_line(piece, (size_t)n, id, &at));
	sys_close(fd);
	return n > 0 ? 1 : (int)n;
}

/* What `path` leads to if it is the mount: an O_PATH descriptor, -ENOENT if it is another, or -errno. */
static int mount_find(const char *path, const char *wanted)
{
	char id[ID_SIZE];
	int r, fd = sys_openat(AT_FDCWD, path, O_PATH | O_DIRECTORY, 0);

	if (fd < 0)
		return fd == -ENOTDIR ? -ENOENT : fd;
	r = id_read(fd, id);
	if (!r && strcmp(id, wanted))
		r = -ENOENT;
	if (!r)
		return fd;
	sys_close(fd);
	return r;
}

/* By the descriptor that has been looked at: the path may lead elsewhere by now. */
static int mount_detach(int fd)
{
	char path[32];
	int r;

	text_print(path, sizeof(path), "/proc/self/fd/%d", fd);
	r = sys_umount(path, UMOUNT_DETACH);
	sys_close(fd);
	return r;
}

int root_mount_remove(const char *record, const char *path, struct error *err)
{
	int r;

	if (!record || !path)
		return 0;
	r = mount_find(path, record);
	if (r >= 0)
		r = mount_detach(r);
	else if (r == -ENOENT)
		r = mounted_somewhere(record);
	if (r > 0)
		return error_set(err, ERROR_STATE, EBUSY,
			"another mount lies over the container's root \"%s\": unmount it first",
			path);
	return r ? error_system(err, r, "cannot unmount the container's root \"%s\"", path) : 0;
}

int root_mount_end(
	const struct plan *plan, struct state_dir *dir, struct arena *arena, struct error *err)
{
	struct state state;

	if (plan->root.switch_by != ROOT_BIND)
		return 0;
	if (state_read(dir, arena, &state, err))
		return -1;
	return root_mount_remove(state.value[STATE_MOUNTS], plan->root.path, err);
}
