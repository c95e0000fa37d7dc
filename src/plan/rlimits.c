/* SPDX-License-Identifier: GPL-2.0-or-later */
/* process.rlimits -> limits by number. Pure.
 *
 * Spec: config.md "rlimits"; getrlimit(2) */
#include "plan/rlimits.h"

#include <linux/resource.h>

#include "plan/names.h"

struct limit {
	const char *name;
	uint32_t resource;
};

/* Sorted by name. */
static const struct limit limits[] = {
	{"RLIMIT_AS", RLIMIT_AS},
	{"RLIMIT_CORE", RLIMIT_CORE},
	{"RLIMIT_CPU", RLIMIT_CPU},
	{"RLIMIT_DATA", RLIMIT_DATA},
	{"RLIMIT_FSIZE", RLIMIT_FSIZE},
	{"RLIMIT_LOCKS", RLIMIT_LOCKS},
	{"RLIMIT_MEMLOCK", RLIMIT_MEMLOCK},
	{"RLIMIT_MSGQUEUE", RLIMIT_MSGQUEUE},
	{"RLIMIT_NICE", RLIMIT_NICE},
	{"RLIMIT_NOFILE", RLIMIT_NOFILE},
	{"RLIMIT_NPROC", RLIMIT_NPROC},
	{"RLIMIT_RSS", RLIMIT_RSS},
	{"RLIMIT_RTPRIO", RLIMIT_RTPRIO},
	{"RLIMIT_RTTIME", RLIMIT_RTTIME},
	{"RLIMIT_SIGPENDING", RLIMIT_SIGPENDING},
	{"RLIMIT_STACK", RLIMIT_STACK},
};

#define LIMIT_COUNT (sizeof(limits) / sizeof(limits[0]))

static const struct name_table table = {limits, LIMIT_COUNT, sizeof(limits[0])};

const char *rlimit_name(uint32_t resource)
{
	for (size_t i = 0; i < LIMIT_COUNT; i++) {
		if (limits[i].resource == resource)
			return limits[i].name;
	}
	return NULL;
}

static int unknown_refuse(const char *name, struct error *err)
{
	const char *nearest = name_nearest(&table, name);

	if (nearest)
		return error_set(err, ERROR_CONFIG, 0,
			"\"%s\" is not a resource limit (did you mean %s?)", name, nearest);
	return error_set(err, ERROR_CONFIG, 0,
		"\"%s\" is not a resource limit: getrlimit(2) has the list", name);
}

static int rlimit_plan(
	const struct oci_rlimit *given, uint64_t *seen, struct rlimit_op *op, struct error *err)
{
	const struct limit *limit = name_find(&table, given->type);

	if (!limit)
		return unknown_refuse(given->type, err);
	if (*seen & 1ULL << limit->resource)
		return error_set(err, ERROR_CONFIG, 0, "%s is given twice", given->type);
	if (given->soft > given->hard)
		return error_set(err, ERROR_CONFIG, 0,
			"the soft limit %lu of %s is above its hard limit %lu",
			(unsigned long)given->soft, given->type, (unsigned long)given->hard);
	*seen |= 1ULL << limit->resource;
	op->resource = limit->resource;
	op->soft = given->soft;
	op->hard = given->hard;
	return 0;
}

int rlimits_plan(struct builder *b, struct error *err)
{
	const struct oci_rlimit_list *given = &b->process->rlimits;
	struct rlimit_op *items = arena_array(b->arena, struct rlimit_op, given->count);
	uint64_t seen = 0;

	if (!items)
		return builder_full(err);
	for (size_t i = 0; i < given->count; i++) {
		items[i].origin = origin_make(ORIGIN_PROCESS_RLIMIT, i);
		items[i].name = arena_string(b->arena, given->items[i].type);
		if (!items[i].name)
			return builder_full(err);
		if (!rlimit_plan(&given->items[i], &seen, &items[i], err))
			continue;
		if (builder_try(b, err, error_at(err, items[i].origin)))
			return -1;
	}
	b->plan->process.rlimits = given->count ? items : NULL;
	b->plan->process.rlimit_count = given->count;
	return 0;
}
