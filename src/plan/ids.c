/* SPDX-License-Identifier: GPL-2.0-or-later */
/* linux.uidMappings and gidMappings -> the content of uid_map and gid_map.
 *
 * Pure. Overlapping ranges are left to the kernel, which refuses them.
 *
 * Spec: config-linux.md "user namespace mappings"; user_namespaces(7) */
#include "base/text.h"
#include "plan/builder.h"

/* KERNEL < 4.15: five lines; since then this many. */
#define MAP_LINES 340
#define LINE_SIZE 34 /* three numbers of ten digits, blanks, newline, and the NUL */

/* -1 if no range has the id. */
static int64_t id_on_host(const struct oci_id_mapping_list *list, uint32_t id)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct oci_id_mapping *map = &list->items[i];

		if (id >= map->container_id && id - map->container_id < map->size)
			return (int64_t)map->host_id + (id - map->container_id);
	}
	return -1;
}

static bool mapped(const struct builder *b, const struct oci_id_mapping_list *list, uint32_t id)
{
	return namespace_how(b, NAMESPACE_USER) != NAMESPACE_NEW || id_on_host(list, id) >= 0;
}

bool ids_uid_mapped(const struct builder *b, uint32_t uid)
{
	return mapped(b, &b->on_linux->uid_mappings, uid);
}

bool ids_gid_mapped(const struct builder *b, uint32_t gid)
{
	return mapped(b, &b->on_linux->gid_mappings, gid);
}

/* The last id of a range must be below 4294967295, which no range may hold. */
static bool range_fits(uint32_t first, uint32_t size)
{
	return (uint64_t)first + size <= UINT32_MAX;
}

static int map_plan(struct builder *b, const struct oci_id_mapping_list *list, origin_t origin,
	const char **ret_map, uint32_t *ret_root, struct error *err)
{
	struct text text;
	char *map;
	int64_t root = id_on_host(list, 0);

	if (list->count > MAP_LINES)
		return builder_refuse(err, origin,
			"%zu mappings are given, the kernel takes %u", list->count, MAP_LINES);
	if (root < 0)
		return builder_refuse(err, origin,
			"the id 0 is not mapped: the container would have no root");
	map = arena_alloc(b->arena, list->count, LINE_SIZE);
	if (!map)
		return builder_full(err);
	text_start(&text, map, list->count * LINE_SIZE);
	for (size_t i = 0; i < list->count; i++) {
		const struct oci_id_mapping *row = &list->items[i];

		if (!row->size || !range_fits(row->container_id, row->size) ||
			!range_fits(row->host_id, row->size))
			return builder_refuse(err, origin,
				"the mapping of %u ids from %u to %u holds none or more than "
				"there are",
				row->size, row->container_id, row->host_id);
		text_format(&text, "%u %u %u\n", row->container_id, row->host_id, row->size);
	}
	*ret_map = map;
	*ret_root = (uint32_t)root;
	return 0;
}

int ids_plan(struct builder *b, struct error *err)
{
	struct plan_ids *ids = &b->plan->ids;

	if (namespace_how(b, NAMESPACE_USER) != NAMESPACE_NEW)
		return 0;
	if (map_plan(b, &b->on_linux->uid_mappings, origin_make(ORIGIN_UID_MAPPINGS, 0),
		    &ids->uid_map, &ids->root_uid, err))
		return -1;
	return map_plan(b, &b->on_linux->gid_mappings, origin_make(ORIGIN_GID_MAPPINGS, 0),
		&ids->gid_map, &ids->root_gid, err);
}
