/* SPDX-License-Identifier: GPL-2.0-or-later */
/* linux.maskedPaths and readonlyPaths -> paths below the root, each once. Pure.
 *
 * Spec: config-linux.md "masked paths", "readonly paths" */
#include <string.h>

#include "base/text.h"
#include "plan/builder.h"
#include "plan/names.h"
#include "plan/path.h"

static void place_find(const struct builder *b, struct path_op *op)
{
	static const char *const names[PLACES] = {[PLACE_PROC] = "proc", [PLACE_SYS] = "sys"};
	const struct plan_mounts *mounts = &b->plan->mounts;

	op->rel = op->target;
	for (size_t i = 0; i < mounts->count && op->place == PLACE_ROOT; i++) {
		enum plan_place place = mounts->items[i].place;
		const char *rel =
			place == PLACE_ROOT ? NULL : path_below(op->target, names[place]);

		if (!rel)
			continue;
		op->place = place;
		op->rel = rel;
	}
}

static int path_plan(struct builder *b, const char *given, struct path_op *op,
	enum origin_place place, size_t i, struct error *err)
{
	op->origin = origin_make(place, i);
	if (given[0] != '/')
		return builder_refuse(
			err, op->origin, "the path \"%s\" is not absolute", given);
	op->target = path_clean(b->arena, given);
	if (!op->target)
		return builder_full(err);
	if (text_equal(op->target, ".") && place == ORIGIN_MASKED_PATH)
		return builder_refuse(
			err, op->origin, "\"/\" cannot be masked: nothing would be left");
	place_find(b, op);
	return 0;
}

static int list_plan(struct builder *b, const struct oci_strings *given,
	enum origin_place place, const struct path_op **ret_items, size_t *ret_count,
	struct error *err)
{
	struct path_op *items = arena_array(b->arena, struct path_op, given->count);
	struct name_set seen;
	size_t count = 0;

	if (!items || !name_set_start(&seen, b->arena, given->count))
		return builder_full(err);
	for (size_t i = 0; i < given->count; i++) {
		struct path_op *op = &items[count];
		int failed = path_plan(b, given->items[i], op, place, i, err);

		if (builder_try(b, err, failed))
			return -1;
		count +=
			!failed && name_set_add(&seen, op->target, strlen(op->target), 0, NULL);
	}
	*ret_items = count ? items : NULL;
	*ret_count = count;
	return 0;
}

int paths_plan(struct builder *b, struct error *err)
{
	struct plan_paths *paths = &b->plan->paths;

	if (b->on_linux->masked_paths.count &&
		list_plan(b, &b->on_linux->masked_paths, ORIGIN_MASKED_PATH, &paths->masked,
			&paths->masked_count, err))
		return -1;
	if (b->on_linux->readonly_paths.count &&
		list_plan(b, &b->on_linux->readonly_paths, ORIGIN_READONLY_PATH,
			&paths->read_only, &paths->read_only_count, err))
		return -1;
	return 0;
}
