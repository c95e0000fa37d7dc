/* SPDX-License-Identifier: GPL-2.0-or-later */
/* linux.intelRdt -> the resctrl group that the container is in, and what is written to it.
 *
 * Pure. What a schema says is left to the kernel, which knows its caches.
 *
 * Spec: config-linux.md "IntelRdt" */
#include <string.h>

#include "base/text.h"
#include "plan/builder.h"

/* Directories that the kernel has made in every group. */
static const char *const reserved[] = {".", "..", "info", "mon_data", "mon_groups"};

static bool name_ok(const char *name)
{
	for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++) {
		if (!strcmp(name, reserved[i]))
			return false;
	}
	return name[0] && !strpbrk(name, "/\n");
}

static const char *group_path(struct builder *b, const char *name)
{
	const char *mount = b->host->resctrl;

	if (!strcmp(name, "/")) /* the group of all that are in no other one */
		return arena_string(b->arena, mount);
	return builder_print(b->arena, "%s/%s", mount, name);
}

static int group_plan(struct builder *b, const struct oci_intel_rdt *given,
	struct plan_resctrl *resctrl, struct error *err)
{
	bool schema = given->l3_cache_schema || given->mem_bw_schema || given->schemata.count;
	bool named = given->clos_id && given->clos_id[0];
	const char *name = named ? given->clos_id : b->request->id;

	if (!name_ok(name) && !(named && !strcmp(name, "/")))
		return builder_refuse(err, origin_make(named ? ORIGIN_RDT_CLOS : ORIGIN_RDT, 0),
			"\"%s\" is not a name that a resctrl group can have", name);
	resctrl->must_exist = named && !schema;
	resctrl->may_exist = named;
	resctrl->mount = arena_string(b->arena, b->host->resctrl);
	resctrl->group = group_path(b, name);
	if (given->enable_monitoring && resctrl->group)
		resctrl->monitor = builder_print(
			b->arena, "%s/mon_groups/%s", resctrl->group, b->request->id);
	return b->arena->full ? builder_full(err) : 0;
}

/* The lines of `schema` that do not begin with `without`, each with its end. */
static void lines_add(struct text *text, const char *schema, const char *without)
{
	while (schema && *schema) {
		size_t length = strcspn(schema, "\n");

		if (length && !(without && text_starts(schema, without))) {
			text_bytes(text, schema, length);
			text_char(text, '\n');
		}
		schema += length + (schema[length] == '\n');
	}
}

static size_t room_for(const char *string)
{
	return string ? strlen(string) + 2 : 0;
}

static const char *text_finish(const struct text *text)
{
	return text->length ? text->data : NULL;
}

/* They are written in two goes: the kernel takes no resource twice in one. */
static int schemata_plan(struct builder *b, const struct oci_intel_rdt *given,
	struct plan_resctrl *resctrl, struct error *err)
{
	const char *l3 = given->l3_cache_schema, *mb = given->mem_bw_schema;
	size_t first_size = room_for(l3) + room_for(mb) + 1, last_size = 1;
	struct text first, last;
	char *buffer;

	for (size_t i = 0; i < given->schemata.count; i++)
		last_size += room_for(given->schemata.items[i]);
	buffer = arena_alloc(b->arena, first_size + last_size, 1);
	if (!buffer)
		return builder_full(err);
	text_start(&first, buffer, first_size);
	text_start(&last, buffer + first_size, last_size);
	lines_add(&first, l3, mb ? "MB:" : NULL);
	lines_add(&first, mb, NULL);
	for (size_t i = 0; i < given->schemata.count; i++)
		lines_add(&last, given->schemata.items[i], NULL);
	resctrl->caches = text_finish(&first);
	resctrl->schemata = text_finish(&last);
	return text_ok(&first) && text_ok(&last) ? 0 : builder_full(err);
}

int resctrl_plan(struct builder *b, struct error *err)
{
	const struct oci_intel_rdt *given = b->on_linux->intel_rdt;
	struct plan_resctrl *resctrl;

	if (!given)
		return 0;
	if (!b->host->resctrl) {
		error_set(err, ERROR_UNSUPPORTED, 0,
			"this host has no resctrl file system mounted");
		return error_at(err, origin_make(ORIGIN_RDT, 0));
	}
	resctrl = arena_new(b->arena, struct plan_resctrl);
	if (!resctrl)
		return builder_full(err);
	if (group_plan(b, given, resctrl, err) || schemata_plan(b, given, resctrl, err))
		return -1;
	b->plan->resctrl = resctrl;
	return 0;
}
