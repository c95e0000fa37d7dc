/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check: everything that is wrong with a bundle, at once.
 *
 * Three readers look at it: the decoder, again and again until nothing is left that it
 * complains of (damage.c); the plan, which goes on after a problem when it is asked to; and the
 * questions to this host that create would ask when it is too late (check-host.c).
 *
 * Runs in: the runtime. Changes nothing. */
#include "lifecycle/check.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cgroup/resctrl.h"
#include "cgroup/systemd.h"
#include "host/probe.h"
#include "lifecycle/scratch.h"
#include "net/set.h"
#include "plan/build.h"
#include "plan/origin.h"
#include "plan/unit.h"

/* More are not looked for: nobody reads them. */
#define PROBLEMS_MAX 500

#define NAMESPACE_TYPES (OCI_NAMESPACE_TIME + 1) /* one behind the last */

/* Is one of the places inside the other, or the same? */
static bool places_overlap(const char *a, const char *b)
{
	size_t i = 0;

	while (a[i] && a[i] == b[i])
		i++;
	return (!a[i] && (!b[i] || b[i] == '/')) || (!b[i] && a[i] == '/');
}

/* Could the decoder not read something there? */
static bool is_damaged(const struct check *check, const char *pointer)
{
	for (size_t i = 0; i < check->unreadable; i++) {
		const struct error *err = &check->problems[i].err;

		/* Where a member is missing the others can be looked at. */
		if (check->problems[i].warning || !err->pointer[0])
			continue;
		if (strstr(err->text, "\" is missing") ? text_equal(err->pointer, pointer)
						       : places_overlap(err->pointer, pointer))
			return true;
	}
	return false;
}

static bool is_refused(const struct check *check, const char *pointer)
{
	for (size_t i = 0; i < check->refused; i++) {
		if (!check->problems[i].warning &&
			text_equal(check->problems[i].err.pointer, pointer))
			return true;
	}
	return false;
}

static bool is_known(const struct check *check, const struct error *err)
{
	for (size_t i = 0; i < check->count; i++) {
		const struct error *known = &check->problems[i].err;

		if (known->line == err->line && known->column == err->column &&
			text_equal(known->pointer, err->pointer) &&
			text_equal(known->text, err->text))
			return true;
	}
	return false;
}

static void problem_keep(
	struct check *check, bool warning, const struct error *err, const char *hint)
{
	struct problem *problem = &check->problems[check->count];

	if (check->count == PROBLEMS_MAX || is_known(check, err))
		return;
	problem->warning = warning;
	problem->err = *err;
	problem->err.step[0] = '\0';
	problem->hint = arena_string(&check->arena, hint);
	if (++check->count == PROBLEMS_MAX) {
		error_set(&problem->err, ERROR_CONFIG, 0, "there are more problems than these");
		problem->hint = NULL;
	}
}

/* Line and column of what the pointer names, or of the nearest thing around it that is there. */
static void place_find(const struct check *check, struct error *err)
{
	char pointer[ERROR_POINTER_SIZE];
	char *slash;

	text_print(pointer, sizeof(pointer), "%s", err->pointer);
	while (oci_locate(check->damage.text, check->damage.length, pointer, &err->line,
		       &err->column) &&
		(slash = strrchr(pointer, '/')))
		*slash = '\0';
	damage_position(&check->damage, &err->line, &err->column);
}

void check_add(struct check *check, bool warning, const struct error *problem, const char *hint)
{
	struct error err = *problem;
	struct text text;

	if (err.origin && !err.pointer[0]) {
		text_start(&text, err.pointer, sizeof(err.pointer));
		origin_print(err.origin, &text);
	}
	if (err.pointer[0] && !err.line) {
		place_find(check, &err);
		damage_pointer(&check->damage, err.pointer);
		if (is_damaged(check, err.pointer) || is_refused(check, err.pointer))
			return;
	}
	problem_keep(check, warning, &err, hint);
}

/* --- the decoder ------------------------------------------------------------------------------ */

static void unreadable_add(
	struct check *check, bool warning, const struct oci_error *where, int r)
{
	struct error err;

	config_decode_error(where, r, &err);
	damage_position(&check->damage, &err.line, &err.column);
	damage_pointer(&check->damage, err.pointer);
	problem_keep(
		check, warning, &err, warning ? "correct or remove it: it is ignored" : NULL);
}

/* Is a member missing only because its value was taken out? */
static bool is_own_doing(const struct check *check, const struct oci_error *where)
{
	const char *end = strstr(where->text, "\" is missing");
	char pointer[ERROR_POINTER_SIZE];

	if (!end || where->text[0] != '"' ||
		!text_print(pointer, sizeof(pointer), "%s", where->pointer))
		return false;
	damage_pointer(&check->damage, pointer);
	for (size_t i = 0; i < check->count; i++) {
		const char *taken = check->problems[i].err.pointer;
		const char *name = strrchr(taken, '/');

		if (!check->problems[i].warning && name &&
			(size_t)(name - taken) == strlen(pointer) &&
			!strncmp(taken, pointer, strlen(pointer)) &&
			strlen(name + 1) == (size_t)(end - where->text - 1) &&
			!strncmp(name + 1, where->text + 1, strlen(name + 1)))
			return true;
	}
	return false;
}

static void unknown_key(void *ctx, const struct oci_error *place)
{
	unreadable_add(ctx, true, place, -EINVAL);
}

/* Decodes until there is nothing to complain of. */
static void decode(struct check *check)
{
	struct damage *damage = &check->damage;
	struct oci_error where;
	int r;

	for (;;) {
		r = oci_unknown_keys(damage->text, damage->length, OCI_DOCUMENT_SPEC,
			unknown_key, check, &where);
		if (!r)
			break;
		if (!is_own_doing(check, &where))
			unreadable_add(check, false, &where, r);
		if (r != -EINVAL || !damage_take(damage, &where))
			break;
	}
	check->unreadable = check->count;
	if (!r && check->count < PROBLEMS_MAX)
		oci_spec_decode(damage->text, damage->length, &check->config.arena,
			&check->spec, &where);
}

/* --- the plan --------------------------------------------------------------------------------- */

static bool has_namespace(const struct oci_namespace_list *list, enum oci_namespace_type type)
{
	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i].type == type)
			return true;
	}
	return false;
}

/* What a misspelt entry was to be is not known: nothing is wrong then for want of a namespace. */
static void namespaces_assume(struct check *check, struct oci_linux *on_linux)
{
	const struct oci_namespace_list *given = &on_linux->namespaces;
	bool maps = on_linux->uid_mappings.count || on_linux->gid_mappings.count;
	struct oci_namespace_list list = {.present = true};

	list.items = arena_array(
		&check->arena, struct oci_namespace, given->count + NAMESPACE_TYPES);
	if (!list.items)
		return;
	for (; list.count < given->count; list.count++)
		list.items[list.count] = given->items[list.count];
	for (int type = OCI_NAMESPACE_MOUNT; type < NAMESPACE_TYPES; type++) {
		if (has_namespace(given, (enum oci_namespace_type)type) ||
			(type == OCI_NAMESPACE_USER && !maps))
			continue;
		list.items[list.count++].type = (enum oci_namespace_type)type;
	}
	on_linux->namespaces = list;
}

/* The same for ids: each may be mapped. */
static void mappings_assume(struct check *check, struct oci_id_mapping_list *list)
{
	struct oci_id_mapping *all = arena_new(&check->arena, struct oci_id_mapping);

	if (!all)
		return;
	all->size = UINT32_MAX;
	*list = (struct oci_id_mapping_list){.count = 1, .items = all, .present = true};
}

/* What others lean on and cannot be read is taken to be what they need. */
static void spec_assume(struct check *check)
{
	bool namespaces = is_damaged(check, "/linux/namespaces");
	bool uids = is_damaged(check, "/linux/uidMappings");
	bool gids = is_damaged(check, "/linux/gidMappings");
	struct oci_spec *spec = arena_new(&check->arena, struct oci_spec);
	struct oci_linux *on_linux = arena_new(&check->arena, struct oci_linux);

	if ((!namespaces && !uids && !gids) || !spec || !on_linux)
		return;
	*spec = *check->spec;
	if (spec->on_linux)
		*on_linux = *spec->on_linux;
	if (uids)
		mappings_assume(check, &on_linux->uid_mappings);
	if (gids)
		mappings_assume(check, &on_linux->gid_mappings);
	if (namespaces)
		namespaces_assume(check, on_linux);
	spec->on_linux = on_linux;
	check->spec = spec;
}

static void refusal_add(void *ctx, const struct error *err)
{
	check_add(ctx, false, err, NULL);
}

/* What create asks the host about a plan before it begins. */
static void host_ask(struct check *check)
{
	struct resctrl resctrl;
	struct net_set net;
	struct error err;

	set_start(&net);
	if (set_read(check->plan, &check->arena, &net, &err))
		check_add(check, false, &err, NULL);
	set_close(&net);
	if (resctrl_find(&resctrl, check->plan->resctrl, &err))
		check_add(check, false, &err, NULL);
	if (check->plan->cgroup.unit && systemd_probe(check->plan->cgroup.unit->user, &err))
		check_add(check, false, &err, "leave out --systemd-cgroup");
}

static void plan(struct check *check)
{
	struct error err;

	spec_assume(check);
	if (host_probe(&check->host, &check->arena, &err)) {
		check_add(check, false, &err, NULL);
		return;
	}
	host_probe_modules(&check->host);
	host_probe_controllers(&check->host, &check->arena);
	if (host_probe_resctrl(&check->host, &check->arena, &err))
		check_add(check, false, &err, NULL);
	if (plan_check(check->spec, &check->host, check->request, &check->plan_arena,
		    refusal_add, check, &check->plan, &err)) {
		check_add(check, false, &err, NULL);
		return;
	}
	host_ask(check);
	for (size_t i = 0; i < check->plan->warning_count; i++) {
		error_set(&err, ERROR_CONFIG, 0, "%s", check->plan->warnings[i]);
		check_add(check, true, &err, NULL);
	}
}

/* --- all of it -------------------------------------------------------------------------------- */

static int problem_order(const void *left, const void *right)
{
	const struct problem *a = left, *b = right;

	if (a->err.line != b->err.line)
		return a->err.line < b->err.line ? -1 : 1;
	if (a->err.column != b->err.column)
		return a->err.column < b->err.column ? -1 : 1;
	return strcmp(a->err.text, b->err.text);
}

static void look(struct check *check)
{
	struct error err;

	if (config_load(&check->config, check->request->bundle, &err)) {
		problem_keep(check, false, &err, NULL);
		return;
	}
	if (damage_start(&check->damage, check->config.text, check->config.length)) {
		error_set(&err, ERROR_SYSTEM, ENOMEM, "cannot look at config.json");
		problem_keep(check, false, &err, NULL);
		return;
	}
	decode(check);
	if (!check->spec)
		return;
	plan(check);
	check->refused = check->count;
	check_host(check);
}

static int problems_tell(struct check *check, problem_fn *tell, void *ctx, bool *ret_sound)
{
	int r = 0;

	qsort(check->problems, check->count, sizeof(check->problems[0]), problem_order);
	*ret_sound = true;
	for (size_t i = 0; i < check->count && !r; i++) {
		*ret_sound = *ret_sound && check->problems[i].warning;
		r = tell(ctx, &check->problems[i]);
	}
	return r;
}

int lifecycle_check(const struct request *request, problem_fn *tell, void *ctx, bool *ret_sound,
	struct error *err)
{
	struct check check = {.request = request};
	int r;

	if (scratch_open(&check.arena, err))
		return -1;
	r = scratch_open(&check.plan_arena, err);
	check.problems = arena_array(&check.arena, struct problem, PROBLEMS_MAX);
	if (!r) {
		look(&check);
		r = problems_tell(&check, tell, ctx, ret_sound);
		if (r)
			error_system(err, r, "cannot write the problems");
	}
	damage_free(&check.damage);
	config_free(&check.config);
	scratch_close(&check.plan_arena);
	scratch_close(&check.arena);
	return r ? -1 : 0;
}
