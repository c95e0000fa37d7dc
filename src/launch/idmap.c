/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The id maps of a new user namespace.
 *
 * Runs in: the runtime, with CAP_SETUID and CAP_SETGID over the host's ids.
 * Relies on: user_namespaces(7): one write per file, at most a page. */
#include "launch/idmap.h"

#include <string.h>

#include "base/text.h"
#include "plan/origin.h"
#include "sys/file.h"

static int map_write(int pid, const char *file, const char *map)
{
	char path[64];
	ssize_t n;
	int fd;

	text_print(path, sizeof(path), "/proc/%d/%s", pid, file);
	fd = sys_openat(AT_FDCWD, path, O_WRONLY, 0);
	if (fd < 0)
		return fd;
	n = sys_write(fd, map, strlen(map));
	sys_close(fd);
	return n < 0 ? (int)n : 0;
}

int idmap_write(int pid, const struct plan_ids *ids, struct error *err)
{
	int r = map_write(pid, "gid_map", ids->gid_map);

	if (r) {
		error_system(err, r, "cannot write the group id mappings");
		return error_at(err, origin_make(ORIGIN_GID_MAPPINGS, 0));
	}
	r = map_write(pid, "uid_map", ids->uid_map);
	if (r) {
		error_system(err, r, "cannot write the user id mappings");
		return error_at(err, origin_make(ORIGIN_UID_MAPPINGS, 0));
	}
	return 0;
}
