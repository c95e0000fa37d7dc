/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Annotations that engines set to ask for what config.json has no member for.
 *
 * Pure. Others are the caller's own affair: they are kept in the state and have no effect.
 *
 * Spec: config.md "annotations" */
#include "base/text.h"
#include "plan/builder.h"

const char *builder_annotation(const struct builder *b, const char *name)
{
	const struct oci_map *given = &b->spec->annotations;

	for (size_t i = 0; i < given->count; i++) {
		if (text_equal(given->items[i].key, name))
			return given->items[i].value;
	}
	return NULL;
}

/* For files of which a group of the caller is the owner, and which no group inside stands for. */
static int keep_groups_plan(struct builder *b, struct error *err)
{
	const char *value = builder_annotation(b, "run.oci.keep_original_groups");

	if (!value || text_equal(value, "0"))
		return 0;
	if (!text_equal(value, "1"))
		return builder_refuse(err, origin_make(ORIGIN_KEEP_GROUPS, 0),
			"\"%s\" says neither that the caller's groups are kept nor that they "
			"are "
			"not; accepted: 1, 0",
			value);
	if (b->plan->process.group_count)
		builder_warn(b, "the additionalGids are not set, as the annotation "
				"run.oci.keep_original_groups keeps the caller's");
	b->plan->process.keep_groups = true;
	b->plan->process.group_count = 0;
	return 0;
}

static int pidfd_plan(struct builder *b, struct error *err)
{
	const char *value = builder_annotation(b, "run.oci.pidfd_receiver");
	const char *const given[PLAN_PIDFD_SOCKETS] = {b->request->pidfd_socket, value};

	if (value && !value[0])
		return builder_refuse(err, origin_make(ORIGIN_PIDFD_RECEIVER, 0),
			"the path of the socket that receives the pidfd is empty");
	for (size_t i = 0; i < PLAN_PIDFD_SOCKETS; i++)
		b->plan->pidfd_sockets[i] = arena_string(b->arena, given[i]);
	return 0;
}

int annotations_plan(struct builder *b, struct error *err)
{
	return keep_groups_plan(b, err) ? -1 : pidfd_plan(b, err);
}
