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

struct maker {
	uint32_t inside, outside;
};

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

/* Whoever has neither newuidmap nor root may be himself inside, with no root. */
static int maker_find(const struct oci_id_mapping_list *list, origin_t origin, uint32_t own,
	struct maker *ret, struct error *err)
{
	int64_t root = id_on_host(list, 0);
	int64_t outside = root < 0 ? id_on_host(list, own) : root;

	if (outside < 0 && own)
		return builder_refuse(err, origin,
			"neither the id 0 nor the process's, %u, is mapped", (unsigned)own);
	if (outside < 0)
		return builder_refuse(err, origin,
			"the id 0 is not mapped: the container would have no root");
	*ret = (struct maker){.inside = root < 0 ? own : 0, .outside = (uint32_t)outside};
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
	uint32_t own, const char **ret_map, struct id_map *ret_joined, struct maker *ret_maker,
	struct error *err)
{
	switch (namespace_how(b, NAMESPACE_USER)) {
	case NAMESPACE_HOST:
		break;
	case NAMESPACE_NEW:
		return maker_find(list, origin, own, ret_maker, err)
			       ? -1
			       : ids_map_print(b, list, origin, ret_map, err);
	case NAMESPACE_JOIN:
		if (!list->count)
			break;
		b->plan->ids.compare = true;
		return maker_find(list, origin, own, ret_maker, err) ||
				       ranges_check(list, origin, err)
			       ? -1
			       : map_expect(b, list, ret_joined, err);
	}
	return 0;
}

static void makers_set(struct plan_ids *ids, const struct maker *uid, const struct maker *gid)
{
	ids->maker_uid = uid->inside;
	ids->maker_gid = gid->inside;
	ids->root_uid = uid->outside;
	ids->root_gid = gid->outside;
}

static struct oci_user user_of(const struct builder *b)
{
	const struct oci_user root = {0};

	return b->process->user ? *b->process->user : root;
}

int ids_plan(struct builder *b, struct error *err)
{
	const struct oci_user user = user_of(b);
	struct plan_ids *ids = &b->plan->ids;
	struct maker uid = {0}, gid = {0};
	int r;

	writers_plan(b);
	r = builder_try(b, err,
		map_plan(b, &b->on_linux->uid_mappings, origin_make(ORIGIN_UID_MAPPINGS, 0),
			user.uid, &ids->uid_map, &ids->joined_uids, &uid, err));
	if (r)
		return r;
	r = map_plan(b, &b->on_linux->gid_mappings, origin_make(ORIGIN_GID_MAPPINGS, 0),
		user.gid, &ids->gid_map, &ids->joined_gids, &gid, err);
	makers_set(ids, &uid, &gid);
	return r;
}

/* The maps are those that the container was made with, in a user namespace that the caller may be in. */
int exec_ids_plan(struct builder *b, struct error *err)
{
	const struct oci_id_mapping_list *uids = &b->on_linux->uid_mappings,
					 *gids = &b->on_linux->gid_mappings;
	const struct oci_user user = user_of(b);
	struct maker uid = {0}, gid = {0};

	if (namespace_how(b, NAMESPACE_USER) == NAMESPACE_HOST || !uids->count || !gids->count)
		return 0;
	if (maker_find(uids, origin_make(ORIGIN_UID_MAPPINGS, 0), user.uid, &uid, err) ||
		maker_find(gids, origin_make(ORIGIN_GID_MAPPINGS, 0), user.gid, &gid, err))
		return -1;
	makers_set(&b->plan->ids, &uid, &gid);
	return 0;
}
