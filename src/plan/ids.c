/* SPDX-License-Identifier: GPL-2.0-or-later */
/* linux.uidMappings and gidMappings -> the content of uid_map and gid_map, or, with the path of a user
 * namespace, what its maps must be.
 *
 * Pure. Overlapping ranges are left to the kernel, which refuses them.
 *
 * Spec: config-linux.md "user namespace mappings"; user_namespaces(7) */
#include "plan/ids.h"

#include "base/text.h"
#include "plan/builder.h"

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
	return namespace_how(b, NAMESPACE_USER) == NAMESPACE_HOST || !list->count ||
	       id_on_host(list, id) >= 0;
}

bool ids_uid_mapped(const struct builder *b, uint32_t uid)
{
	return mapped(b, &b->on_linux->uid_mappings, uid);
}

bool ids_gid_mapped(const struct builder *b, uint32_t gid)
{
	return mapped(b, &b->on_linux->gid_mappings, gid);
}

bool ids_uid_on_host(const struct builder *b, uint32_t uid, uint32_t *ret_uid)
{
	int64_t id = namespace_how(b, NAMESPACE_USER) == NAMESPACE_HOST
			     ? (int64_t)uid
			     : id_on_host(&b->on_linux->uid_mappings, uid);

	if (id < 0)
		return false;
	*ret_uid = (uint32_t)id;
	return true;
}

/* The last id of a range must be below 4294967295, which no range may hold. */
static bool range_fits(uint32_t first, uint32_t size)
{
	return (uint64_t)first + size <= UINT32_MAX;
}

static int root_find(const struct oci_id_mapping_list *list, origin_t origin,
	uint32_t *ret_root, struct error *err)
{
	int64_t root = id_on_host(list, 0);

	if (root < 0)
		return builder_refuse(err, origin,
			"the id 0 is not mapped: the container would have no root");
	*ret_root = (uint32_t)root;
	return 0;
}

static int ranges_check(
	const struct oci_id_mapping_list *list, origin_t origin, struct error *err)
{
	if (list->count > ID_RANGES)
		return builder_refuse(err, origin,
			"%zu mappings are given, the kernel takes %u", list->count, ID_RANGES);
	for (size_t i = 0; i < list->count; i++) {
		const struct oci_id_mapping *row = &list->items[i];

		if (!row->size || !range_fits(row->container_id, row->size) ||
			!range_fits(row->host_id, row->size))
			return builder_refuse(err, origin,
				"the mapping of %u ids from %u to %u holds none or more than "
				"there are",
				row->size, row->container_id, row->host_id);
	}
	return 0;
}

int ids_map_print(struct builder *b, const struct oci_id_mapping_list *list, origin_t origin,
	const char **ret_map, struct error *err)
{
	struct text text;
	char *map;

	if (ranges_check(list, origin, err))
		return -1;
	map = arena_alloc(b->arena, list->count, LINE_SIZE);
	if (!map)
		return builder_full(err);
	text_start(&text, map, list->count * LINE_SIZE);
	for (size_t i = 0; i < list->count; i++)
		text_format(&text, "%u %u %u\n", list->items[i].container_id,
			list->items[i].host_id, list->items[i].size);
	*ret_map = map;
	return 0;
}

/* `b` goes on where `a` ends. */
static bool range_continues(const struct id_range *a, const struct id_range *b)
{
	return a->inside + a->size == b->inside && a->outside + a->size == b->outside;
}

size_t ids_normalise(struct id_range *ranges, size_t count)
{
	size_t kept = 0;

	for (size_t i = 1; i < count; i++) {
		struct id_range range = ranges[i];
		size_t at = i;

		for (; at && ranges[at - 1].inside > range.inside; at--)
			ranges[at] = ranges[at - 1];
		ranges[at] = range;
	}
	for (size_t i = 1; i < count; i++) {
		if (range_continues(&ranges[kept], &ranges[i]))
			ranges[kept].size += ranges[i].size;
		else
			ranges[++kept] = ranges[i];
	}
	return count ? kept + 1 : 0;
}

static int map_expect(struct builder *b, const struct oci_id_mapping_list *list,
	struct id_map *ret_map, struct error *err)
{
	struct id_range *ranges = arena_array(b->arena, struct id_range, list->count);

	if (!ranges)
		return builder_full(err);
	for (size_t i = 0; i < list->count; i++)
		ranges[i] = (struct id_range){list->items[i].container_id,
			list->items[i].host_id, list->items[i].size};
	ret_map->count = ids_normalise(ranges, list->count);
	ret_map->ranges = ranges;
	return 0;
}

/* What user_namespaces(7) allows without rights: one range, which is the caller's own id. */
static bool map_is_own(const struct oci_id_mapping_list *list, uint32_t own)
{
	return list->count == 1 && list->items[0].size == 1 && list->items[0].host_id == own;
}

static void writers_plan(struct builder *b)
{
	struct plan_ids *ids = &b->plan->ids;

	if (!b->host->no_ids || namespace_how(b, NAMESPACE_USER) != NAMESPACE_NEW)
		return;
	ids->uid_helper = !map_is_own(&b->on_linux->uid_mappings, b->host->euid);
	ids->gid_helper = !map_is_own(&b->on_linux->gid_mappings, b->host->egid);
	ids->deny_setgroups = !ids->gid_helper;
}

static int map_plan(struct builder *b, const struct oci_id_mapping_list *list, origin_t origin,
	const char **ret_map, struct id_map *ret_joined, uint32_t *ret_root, struct error *err)
{
	switch (namespace_how(b, NAMESPACE_USER)) {
	case NAMESPACE_HOST:
		break;
	case NAMESPACE_NEW:
		return root_find(list, origin, ret_root, err)
			       ? -1
			       : ids_map_print(b, list, origin, ret_map, err);
	case NAMESPACE_JOIN:
		if (!list->count)
			break;
		b->plan->ids.compare = true;
		return root_find(list, origin, ret_root, err) || ranges_check(list, origin, err)
			       ? -1
			       : map_expect(b, list, ret_joined, err);
	}
	return 0;
}

int ids_plan(struct builder *b, struct error *err)
{
	struct plan_ids *ids = &b->plan->ids;

	writers_plan(b);
	if (builder_try(b, err,
		    map_plan(b, &b->on_linux->uid_mappings, origin_make(ORIGIN_UID_MAPPINGS, 0),
			    &ids->uid_map, &ids->joined_uids, &ids->root_uid, err)))
		return -1;
	return map_plan(b, &b->on_linux->gid_mappings, origin_make(ORIGIN_GID_MAPPINGS, 0),
		&ids->gid_map, &ids->joined_gids, &ids->root_gid, err);
}
