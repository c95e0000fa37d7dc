/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Changing limits, all of them or none.
 *
 * Runs in: the runtime, while the container may run. */
#include "cgroup/update.h"

#include <errno.h>
#include <string.h>

#include "cgroup/devices.h"
#include "cgroup/file.h"
#include "cgroup/write.h"
#include "sys/file.h"

/* Room for a line of each processor or disk of a large machine. What is not touched costs nothing. */
#define CONTENT_MAX ((size_t)256 << 10)

int cgroup_facts(struct cgroup_set *set, struct arena *arena, struct host_cgroups *ret_cgroups,
	struct error *err)
{
	char list[CGROUP_VALUE_SIZE];

	*ret_cgroups = (struct host_cgroups){.count = set->count};
	for (size_t i = 0; i < set->count; i++) {
		struct cgroup_directory *d = &set->of[i];
		struct host_hierarchy *h = &ret_cgroups->of[i];

		h->v2 = d->v2;
		h->controllers = d->v2 ? "" : d->controllers;
		h->mount = arena_bytes(arena, d->path, d->mount_length);
		h->own = "/";
		if (!d->v2 || cgroup_file_read(d, d->mount_length, "cgroup.controllers", list,
				      sizeof(list)))
			continue;
		h->available = arena_string(arena, list);
	}
	return arena->full ? error_set(err, ERROR_SYSTEM, ENOMEM,
				     "cannot remember the cgroup hierarchies")
			   : 0;
}

const char *cgroup_value(
	struct cgroup_set *set, const char *controller, const char *file, struct arena *arena)
{
	struct cgroup_directory *d = cgroup_directory_of(set, controller);
	int fd = d ? cgroup_file_open(d, d->length, file, O_RDONLY) : -ENOENT;
	size_t size = 0;
	ssize_t n = 1;
	char *text;

	if (fd < 0)
		return NULL;
	text = arena_alloc(arena, CONTENT_MAX, 1);
	while (text && n > 0 && size < CONTENT_MAX - 1) {
		n = sys_read(fd, text + size, CONTENT_MAX - 1 - size);
		size += n > 0 ? (size_t)n : 0;
	}
	sys_close(fd);
	if (!text || n)
		return NULL;
	if (size && text[size - 1] == '\n')
		text[size - 1] = '\0';
	return text;
}

int cgroup_update(struct cgroup_set *set, const struct plan_cgroup *plan,
	const struct cgroup_partner *partner, struct arena *arena, struct error *err)
{
	struct cgroup_undo undo;
	struct error second;
	size_t length;

	if (cgroup_undo_start(&undo, arena, plan->write_count, err))
		return -1;
	if (!cgroup_write_all(set, plan->writes, plan->write_count, &undo, err) &&
		(!partner || !partner->run(partner->ctx, plan, err)) &&
		(!plan->has_device_rules || !cgroup_devices_change(set, plan, err)))
		return 0;
	if (!cgroup_undo_run(set, &undo, &second))
		return -1;
	length = strlen(err->text);
	text_print(err->text + length, sizeof(err->text) - length,
		"; and what was changed before could not be taken back: %s", second.text);
	return -1;
}
