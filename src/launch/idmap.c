/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The id maps of a user namespace.
 *
 * Runs in: the runtime, with CAP_SETUID and CAP_SETGID over the host's ids; without them the kernel takes a map
 *          of the caller's own id alone, and for all others newuidmap and newgidmap are asked.
 * Relies on: user_namespaces(7): one write per file, at most a page; whoever reads a map reads it as seen from
 *          its own user namespace. */
#include "launch/idmap.h"

#include <string.h>

#include "base/text.h"
#include "launch/idmap-helper.h"
#include "plan/ids.h"
#include "plan/origin.h"
#include "sys/file.h"
#include "sys/process.h"

int idmap_file_write(int pid, const char *file, const char *map)
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

static int map_set(int pid, const char *file, const char *map, const char *what,
	enum origin_place place, struct error *err)
{
	int r = idmap_file_write(pid, file, map);

	return r ? error_system_at(err, origin_make(place, 0), r,
			   "cannot write the %s id mappings", what)
		 : 0;
}

static int gid_map_set(int pid, const struct plan_ids *ids, struct error *err)
{
	int r = ids->deny_setgroups ? idmap_file_write(pid, "setgroups", "deny") : 0;

	if (r)
		return error_system_at(err, origin_make(ORIGIN_GID_MAPPINGS, 0), r,
			"cannot deny setgroups(2) in the user namespace");
	return map_set(pid, "gid_map", ids->gid_map, "group", ORIGIN_GID_MAPPINGS, err);
}

int idmap_write(int pid, const struct plan_ids *ids, const char *search_path, struct error *err)
{
	const struct idmap_helper groups = {.program = "newgidmap",
		.grants = "/etc/subgid",
		.what = "group",
		.id = sys_getegid(),
		.map = ids->gid_map,
		.origin = origin_make(ORIGIN_GID_MAPPINGS, 0)};
	const struct idmap_helper users = {.program = "newuidmap",
		.grants = "/etc/subuid",
		.what = "user",
		.id = sys_geteuid(),
		.map = ids->uid_map,
		.origin = origin_make(ORIGIN_UID_MAPPINGS, 0)};

	if (ids->gid_helper ? idmap_helper_run(&groups, pid, search_path, err)
			    : gid_map_set(pid, ids, err))
		return -1;
	return ids->uid_helper ? idmap_helper_run(&users, pid, search_path, err)
			       : map_set(pid, "uid_map", ids->uid_map, "user",
					 ORIGIN_UID_MAPPINGS, err);
}

#define RANGES_TEXT 100
#define TEXT_MAX    (ID_RANGES * 34) /* three numbers in columns of ten, blanks and a newline */

static int map_read(int pid, const char *file, char text[TEXT_MAX + 1])
{
	char path[64];
	size_t length = 0;
	ssize_t n;
	int fd;

	text_print(path, sizeof(path), "/proc/%d/%s", pid, file);
	fd = sys_openat(AT_FDCWD, path, O_RDONLY, 0);
	if (fd < 0)
		return fd;
	do {
		n = sys_read(fd, text + length, TEXT_MAX - length);
		length += n > 0 ? (size_t)n : 0;
	} while (n > 0 && length < TEXT_MAX);
	sys_close(fd);
	text[length] = '\0';
	return n < 0 ? (int)n : 0;
}

/* The next number, with the white space around it; false at the end. */
static bool number_next(const char **at, uint32_t *ret)
{
	uint32_t number = 0;

	*at += strspn(*at, " \n");
	if (!**at)
		return false;
	while (**at >= '0' && **at <= '9')
		number = number * 10 + (uint32_t)(*(*at)++ - '0');
	*ret = number;
	return **at == ' ' || **at == '\n';
}

static size_t map_parse(const char *text, struct id_range ranges[ID_RANGES])
{
	size_t count = 0;

	while (count < ID_RANGES && number_next(&text, &ranges[count].inside) &&
		number_next(&text, &ranges[count].outside) &&
		number_next(&text, &ranges[count].size))
		count++;
	return ids_normalise(ranges, count);
}

/* As many as a message can hold. */
static void ranges_print(const struct id_range *ranges, size_t count, char *buffer, size_t size)
{
	struct text text;

	text_start(&text, buffer, size);
	for (size_t i = 0; i < count && text_ok(&text); i++)
		text_format(&text, "%s %u %u %u", i ? "," : "", ranges[i].inside,
			ranges[i].outside, ranges[i].size);
	if (!count)
		text_string(&text, " not written yet");
}

static int map_compare(int pid, const char *file, const struct id_map *wanted, origin_t origin,
	const char *path, struct error *err)
{
	struct id_range ranges[ID_RANGES];
	char text[TEXT_MAX + 1];
	size_t count;
	int r;

	if (!wanted->count)
		return 0;
	r = map_read(pid, file, text);
	if (r)
		return error_system_at(
			err, origin, r, "cannot read the %s of \"%s\"", file, path);
	count = map_parse(text, ranges);
	if (count == wanted->count &&
		!memcmp(ranges, wanted->ranges, count * sizeof(ranges[0])))
		return 0;
	ranges_print(ranges, count, text, RANGES_TEXT);
	error_set(err, ERROR_CONFIG, 0,
		"the mappings are not those of the user namespace \"%s\", which are%s", path,
		text);
	return error_at(err, origin);
}

int idmap_compare(int pid, const struct plan *plan, struct error *err)
{
	const char *path = plan->namespaces.of[NAMESPACE_USER].path;

	if (map_compare(pid, "uid_map", &plan->ids.joined_uids,
		    origin_make(ORIGIN_UID_MAPPINGS, 0), path, err))
		return -1;
	return map_compare(pid, "gid_map", &plan->ids.joined_gids,
		origin_make(ORIGIN_GID_MAPPINGS, 0), path, err);
}
