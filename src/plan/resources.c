/* SPDX-License-Identifier: GPL-2.0-or-later */
/* resources_plan(): the parts in their order, and what they share.
 *
 * Pure. A controller is in one hierarchy only: in one of v1 that names it, else in that of v2, if there is one and the
 * host says that it has the controller. */
#include "plan/resources.h"

#include <string.h>

#include "base/text.h"
#include "plan/builder.h"
#include "plan/resources-part.h"

/* At most so many writes of single values, besides those of lists. */
#define SINGLE_WRITES 32

static int (*const parts[])(struct resources *r, struct error *err) = {
	resources_memory,
	resources_cpu,
	resources_pids,
	resources_io,
	resources_hugepages,
	resources_rdma,
	resources_network,
	resources_unified,
};

static bool list_has(const char *list, char separator, const char *name)
{
	size_t length = strlen(name);

	for (; list; list = strchr(list, separator)) {
		list += *list == separator;
		if (!strncmp(list, name, length) &&
			(!list[length] || list[length] == separator))
			return true;
	}
	return false;
}

static int version_find(const struct host_cgroups *cgroups, const char *controller)
{
	const bool core = !strcmp(controller, "cgroup"); /* files that every v2 cgroup has */
	int version = 0;

	for (size_t i = 0; i < cgroups->count; i++) {
		const struct host_hierarchy *h = &cgroups->of[i];

		if (!h->v2 && list_has(h->controllers, ',', controller))
			return 1;
		if (h->v2 && (core || !h->available || list_has(h->available, ' ', controller)))
			version = 2;
	}
	return version;
}

int resources_version(struct resources *r, const char *controller, enum origin_place place,
	size_t index, struct error *err)
{
	int version = r->place->disabled ? 0 : version_find(r->place->cgroups, controller);

	if (version)
		return version;
	error_set(err, ERROR_UNSUPPORTED, 0,
		r->place->disabled
			? "a limit of %s needs a cgroup, and the cgroup manager is disabled"
			: "this host has no cgroup controller \"%s\" for a limit",
		controller);
	return error_at(err, origin_make(place, index));
}

struct cgroup_write *resources_add(struct resources *r, const struct resource_file *file,
	size_t index, const char *value, struct error *err)
{
	int version = resources_version(r, file->controller, file->place, index, err);
	const char *name = version == 2 ? file->v2 : file->v1;
	struct cgroup_write *write;

	if (version < 0)
		return NULL;
	if (!name) {
		error_set(err, ERROR_UNSUPPORTED, 0,
			"cgroup v%d, which has the controller \"%s\" of this host, knows no "
			"such limit",
			version, file->controller);
		error_at(err, origin_make(file->place, index));
		return NULL;
	}
	if (r->count == r->room || r->arena->full || !value) {
		builder_full(err);
		return NULL;
	}
	write = &r->writes[r->count++];
	write->origin = origin_make(file->place, index);
	write->controller = arena_string(r->arena, file->controller);
	write->file = arena_string(r->arena, name);
	write->value = value;
	return write;
}

const char *resources_number(struct resources *r, bool word, int64_t value)
{
	if (value < 0 && word)
		return arena_string(r->arena, "max");
	return builder_print(r->arena, "%ld", (long)(value < 0 ? -1 : value));
}

static size_t lines_count(const struct oci_map *map)
{
	size_t count = map->count;

	for (size_t i = 0; i < map->count; i++) {
		for (const char *c = map->items[i].value; *c; c++)
			count += *c == '\n';
	}
	return count;
}

static size_t room_for(const struct oci_resources *given)
{
	size_t room = SINGLE_WRITES + 2 * given->hugepage_limits.count + given->rdma.count +
		      lines_count(&given->unified);
	const struct oci_block_io *io = given->block_io;

	if (io)
		room += 2 * io->weight_device.count + io->throttle_read_bps_device.count +
			io->throttle_write_bps_device.count +
			io->throttle_read_iops_device.count +
			io->throttle_write_iops_device.count;
	if (given->network)
		room += given->network->priorities.count;
	return room;
}

int resources_try(const struct resources *r, struct error *err, int result)
{
	if (!result)
		return 0;
	if (!r->place->go_on || r->arena->full)
		return -1;
	return r->place->go_on(r->place->ctx, err);
}

int resources_plan(const struct resources_place *place, const struct oci_resources *given,
	struct plan_cgroup *cgroup, struct error *err)
{
	struct resources r = {
		.place = place, .given = given, .arena = place->arena, .room = room_for(given)};

	r.writes = arena_array(place->arena, struct cgroup_write, r.room);
	if (!r.writes)
		return builder_full(err);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (resources_try(&r, err, parts[i](&r, err)))
			return -1;
	}
	cgroup->writes = r.writes;
	cgroup->write_count = r.count;
	return place->arena->full ? builder_full(err) : 0;
}

bool resources_need_controllers(const struct oci_resources *given)
{
	return given && (given->memory || given->cpu || given->pids || given->block_io ||
				given->hugepage_limits.count || given->network ||
				given->rdma.count || given->unified.count);
}
