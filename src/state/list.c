/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ids under a state root.
 *
 * Runs in: the runtime. Opens no container. */
#include "state/list.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "state/directory.h"
#include "sys/file.h"

#define BUFFER_SIZE 32768
#define FIRST_ROOM  64

struct list {
	struct arena *arena;
	const char **ids;
	size_t count;
	size_t room;
};

static int list_add(struct list *list, const char *name)
{
	if (list->count == list->room) {
		const size_t room = list->room ? 2 * list->room : FIRST_ROOM;
		const char **ids = arena_array(list->arena, const char *, room);

		if (!ids)
			return -ENOMEM;
		if (list->count)
			memcpy(ids, list->ids, list->count * sizeof(*ids));
		list->ids = ids;
		list->room = room;
	}
	list->ids[list->count] = arena_string(list->arena, name);
	return list->ids[list->count++] ? 0 : -ENOMEM;
}

/* Other things may lie in a root: what could not be an id is not a container. */
static int list_entry(struct list *list, const struct sys_entry *entry)
{
	struct error ignored;

	if ((entry->type != DT_DIR && entry->type != DT_UNKNOWN) || entry->name[0] == '.' ||
		state_id_check(entry->name, &ignored))
		return 0;
	return list_add(list, entry->name);
}

static int list_directory(struct list *list, int fd, char *buffer)
{
	long n;

	while ((n = sys_getdents(fd, buffer, BUFFER_SIZE)) > 0) {
		for (long at = 0; at < n;) {
			const struct sys_entry *entry = (const struct sys_entry *)(buffer + at);
			int r = list_entry(list, entry);

			if (r)
				return r;
			at += entry->size;
		}
	}
	return (int)n;
}

static int id_compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int state_list(const char *root, struct arena *arena, const char ***ret_ids, size_t *ret_count,
	struct error *err)
{
	struct list list = {.arena = arena};
	char *buffer = arena_alloc(arena, BUFFER_SIZE, 1);
	int fd = sys_openat(AT_FDCWD, root, O_RDONLY | O_DIRECTORY, 0);
	int r = fd;

	if (fd >= 0) {
		r = buffer ? list_directory(&list, fd, buffer) : -ENOMEM;
		sys_close(fd);
	}
	if (r)
		return error_system(err, r, "cannot read state root \"%s\"", root);
	if (list.count)
		qsort(list.ids, list.count, sizeof(*list.ids), id_compare);
	*ret_ids = list.ids;
	*ret_count = list.count;
	return 0;
}
