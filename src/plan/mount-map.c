/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ids that a bind mount shows: its uidMappings and gidMappings, or the options idmap and ridmap.
 *
 * A map is made of the mount's own mappings, of those behind "idmap=", or of the container's. The runtime
 * makes a user namespace for each different map before the container's exists; the mappings of
 * a user namespace that is joined are taken from there, also where the mount repeats them, as engines do.
 *
 * Pure.
 *
 * Spec: config.md "mounts" (uidMappings, gidMappings, idmap, ridmap); mount_setattr(2) "ID-mapped mounts" */
#include <string.h>

#include "base/text.h"
#include "plan/builder.h"
#include "plan/ids.h"
#include "plan/mount-options.h"

struct mappings {
	struct oci_id_mapping_list uids, gids;
};

static bool number_take(const char **at, uint32_t *ret)
{
	const char *start = *at;
	uint64_t number = 0;

	for (; **at >= '0' && **at <= '9' && number <= UINT32_MAX; (*at)++)
		number = number * 10 + (uint64_t)(**at - '0');
	*ret = (uint32_t)number;
	return *at > start && number <= UINT32_MAX;
}

/* "0-100000-65536": ids on the file system, ids that they become, how many. */
static bool triplet_take(const char **at, struct oci_id_mapping *ret)
{
	if (!number_take(at, &ret->container_id) || *(*at)++ != '-')
		return false;
	if (!number_take(at, &ret->host_id) || *(*at)++ != '-')
		return false;
	return number_take(at, &ret->size);
}

/* With '@' the second number is one of the container: makes it one of the host. */
static int relative_resolve(const struct oci_id_mapping_list *container,
	struct oci_id_mapping *map, struct error *err)
{
	for (size_t i = 0; i < container->count; i++) {
		const struct oci_id_mapping *row = &container->items[i];
		uint32_t offset = map->host_id - row->container_id;

		if (map->host_id < row->container_id || offset >= row->size)
			continue;
		if (map->size > row->size - offset)
			break;
		map->host_id = row->host_id + offset;
		return 0;
	}
	return error_set(err, ERROR_CONFIG, 0,
		"the %u ids from %u on are not in one range of the container's own mappings",
		map->size, map->host_id);
}

static int list_bad(const char *list, struct error *err)
{
	return error_set(err, ERROR_CONFIG, 0,
		"\"%s\" is not a list of mappings such as "
		"uids=0-100000-65536;gids=0-100000-65536",
		list);
}

/* One list of triplets, up to the ';' or the end. */
static int triplets_parse(struct builder *b, const char *list, const char **at,
	const struct oci_id_mapping_list *container, struct oci_id_mapping_list *ret_list,
	struct error *err)
{
	struct oci_id_mapping *items = arena_array(b->arena, struct oci_id_mapping, ID_RANGES);
	size_t count = 0;

	if (!items)
		return builder_full(err);
	do {
		bool relative = **at == '@';

		*at += relative;
		if (count == ID_RANGES || !triplet_take(at, &items[count]))
			return list_bad(list, err);
		if (relative && relative_resolve(container, &items[count], err))
			return -1;
		count++;
	} while (**at == '#' && (*at)++);
	ret_list->items = items;
	ret_list->count = count;
	return 0;
}

static int value_parse(
	struct builder *b, const char *value, struct mappings *ret, struct error *err)
{
	const char *at = value;

	do {
		bool uids = text_starts(at, "uids=");
		struct oci_id_mapping_list *list = uids ? &ret->uids : &ret->gids;

		if ((!uids && !text_starts(at, "gids=")) || list->count)
			return list_bad(value, err);
		at += strlen("uids=");
		if (triplets_parse(b, value, &at,
			    uids ? &b->on_linux->uid_mappings : &b->on_linux->gid_mappings,
			    list, err))
			return -1;
	} while (*at == ';' && at++);
	return *at || !ret->uids.count || !ret->gids.count ? list_bad(value, err) : 0;
}

static bool list_equal(const struct oci_id_mapping_list *a, const struct oci_id_mapping_list *b)
{
	return a->count == b->count &&
	       !memcmp(a->items, b->items, a->count * sizeof(a->items[0]));
}

/* One user namespace serves all mounts with the same map. */
static int map_add(struct builder *b, const char *uid_map, const char *gid_map,
	struct mount_op *op, struct error *err)
{
	struct plan_mounts *mounts = &b->plan->mounts;

	if (!b->maps)
		b->maps = arena_array(b->arena, struct mount_map, b->spec->mounts.count);
	if (!b->maps)
		return builder_full(err);
	mounts->maps = b->maps;
	for (op->map = 1; op->map <= mounts->map_count; op->map++) {
		const struct mount_map *map = &b->maps[op->map - 1];

		if (text_equal(map->uid_map, uid_map) && text_equal(map->gid_map, gid_map))
			return 0;
	}
	b->maps[mounts->map_count++] = (struct mount_map){uid_map, gid_map};
	return 0;
}

static int own_plan(struct builder *b, const struct mappings *own, bool by_option,
	struct mount_op *op, struct error *err)
{
	const struct mappings container = {
		b->on_linux->uid_mappings, b->on_linux->gid_mappings};
	size_t i = op->origin & 0xffffff;
	const char *uid_map, *gid_map;

	/* That those of the config are those of the namespace is checked when it is joined. */
	if (namespace_how(b, NAMESPACE_USER) == NAMESPACE_JOIN &&
		list_equal(&own->uids, &container.uids) &&
		list_equal(&own->gids, &container.gids)) {
		op->map = MOUNT_MAP_JOINED;
		return 0;
	}
	if (ids_map_print(b, &own->uids,
		    origin_make(
			    by_option ? ORIGIN_MOUNT_OPTIONS : ORIGIN_MOUNT_UID_MAPPINGS, i),
		    &uid_map, err) ||
		ids_map_print(b, &own->gids,
			origin_make(
				by_option ? ORIGIN_MOUNT_OPTIONS : ORIGIN_MOUNT_GID_MAPPINGS,
				i),
			&gid_map, err))
		return -1;
	return map_add(b, uid_map, gid_map, op, err);
}

static int container_plan(struct builder *b, struct mount_op *op, struct error *err)
{
	switch (namespace_how(b, NAMESPACE_USER)) {
	case NAMESPACE_NEW:
		return map_add(b, b->plan->ids.uid_map, b->plan->ids.gid_map, op, err);
	case NAMESPACE_JOIN:
		op->map = MOUNT_MAP_JOINED;
		return 0;
	case NAMESPACE_HOST:
		break;
	}
	return builder_refuse(err, origin_make(ORIGIN_MOUNT_OPTIONS, op->origin & 0xffffff),
		"the ids cannot be mapped: neither the mount nor the container has mappings");
}

int mount_map_plan(struct builder *b, const struct oci_mount *given,
	const struct mount_options *o, struct mount_op *op, struct error *err)
{
	struct mappings own = {given->uid_mappings, given->gid_mappings};
	bool has_own = own.uids.count || own.gids.count;
	size_t i = op->origin & 0xffffff;

	if (!has_own && !o->map)
		return 0;
	if (op->kind != MOUNT_BIND)
		return builder_refuse(err, op->origin,
			"only a bind mount can have its ids mapped, and \"%s\" is none",
			given->type ? given->type : "remount");
	op->map_recursive = o->map_recursive;
	if (has_own && !own.uids.count)
		return builder_refuse(err, origin_make(ORIGIN_MOUNT_GID_MAPPINGS, i),
			"gidMappings of a mount need uidMappings beside them");
	if (has_own && !own.gids.count)
		return builder_refuse(err, origin_make(ORIGIN_MOUNT_UID_MAPPINGS, i),
			"uidMappings of a mount need gidMappings beside them");
	if (has_own && o->map_value)
		return builder_refuse(err, origin_make(ORIGIN_MOUNT_OPTIONS, i),
			"the mount has mappings, and others in its options");
	if (o->map_value && value_parse(b, o->map_value, &own, err))
		return error_at(err, origin_make(ORIGIN_MOUNT_OPTIONS, i));
	return has_own || o->map_value ? own_plan(b, &own, !has_own, op, err)
				       : container_plan(b, op, err);
}
