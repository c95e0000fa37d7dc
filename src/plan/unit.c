/* SPDX-License-Identifier: GPL-2.0-or-later */
/* linux.cgroupsPath, with systemd as the manager -> a unit, and the cgroup that it will have.
 *
 * Pure. The runtime alone reads what is made here.
 *
 * Spec: systemd.unit(5), systemd.slice(5); "slice:prefix:name" as runc has it */
#include "plan/unit.h"

#include <string.h>

#include "base/number.h"
#include "base/text.h"
#include "plan/builder.h"

#define UNIT_NAME_MAX 255
#define SUBGROUP      "container"
#define PROPERTY      "org.systemd.property."

/* What is set for every unit, besides the resources. */
#define FIXED_MAX 10

struct parts {
	char *slice, *prefix, *name;
};

static int path_refuse(const struct builder *b, const char *what, struct error *err)
{
	return builder_refuse(err, origin_make(ORIGIN_CGROUPS_PATH, 0),
		"expected cgroupsPath to be of format \"slice:prefix:name\" for systemd "
		"cgroups, "
		"got \"%s\" instead: %s",
		b->on_linux->cgroups_path, what);
}

static bool ends_in(const char *name, const char *suffix)
{
	size_t length = strlen(name), end = strlen(suffix);

	return length > end && text_equal(name + length - end, suffix);
}

static bool name_ok(const char *name)
{
	size_t length = strlen(name);

	return length && length <= UNIT_NAME_MAX &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:-_."
			    "\\@") == length;
}

/* A dash in a slice's name stands for a step down the tree. */
static bool slice_ok(const char *name)
{
	return name_ok(name) && ends_in(name, ".slice") &&
	       (text_equal(name, "-.slice") ||
		       (name[0] != '-' && !strstr(name, "--") && !ends_in(name, "-.slice")));
}

/* "a-b.slice" -> "/a.slice/a-b.slice". */
static const char *slice_path(struct arena *arena, const char *slice)
{
	const char *path = "", *dash = slice;

	if (text_equal(slice, "-.slice"))
		return path;
	while ((dash = strchr(dash, '-'))) {
		path = builder_print(arena, "%s/%.*s.slice", path, (int)(dash - slice), slice);
		dash++;
	}
	return builder_print(arena, "%s/%s", path, slice);
}

/* An id may have a '+', which the name of a unit may not. */
static char *name_escape(struct arena *arena, const char *id)
{
	char *name = arena_alloc(arena, 4 * strlen(id) + 1, 1);
	struct text text;

	if (!name)
		return NULL;
	text_start(&text, name, 4 * strlen(id) + 1);
	for (; *id; id++) {
		if (*id == '+')
			text_string(&text, "\\x2b");
		else
			text_char(&text, *id);
	}
	return name;
}

static bool parts_split(char *path, struct parts *parts)
{
	parts->slice = path;
	parts->prefix = strchr(path, ':');
	parts->name = parts->prefix ? strchr(parts->prefix + 1, ':') : NULL;
	if (!parts->name || strchr(parts->name + 1, ':'))
		return false;
	*parts->prefix++ = '\0';
	*parts->name++ = '\0';
	return true;
}

static int name_given(struct builder *b, struct plan_unit *unit, struct error *err)
{
	struct parts parts;
	char *path = arena_string(b->arena, b->on_linux->cgroups_path);

	if (!path)
		return builder_full(err);
	if (!parts_split(path, &parts))
		return path_refuse(b, "it has not three parts", err);
	if (parts.slice[0])
		unit->slice = parts.slice;
	unit->is_slice = ends_in(parts.name, ".slice");
	if (unit->is_slice)
		unit->name = parts.name;
	else
		unit->name = builder_print(b->arena, "%s%s%s.scope", parts.prefix,
			parts.prefix[0] ? "-" : "", parts.name);
	if (!unit->name)
		return builder_full(err);
	if (!slice_ok(unit->slice))
		return path_refuse(b, "the first part is not the name of a slice", err);
	if (!parts.name[0] || (unit->is_slice ? !slice_ok(unit->name) : !name_ok(unit->name)))
		return path_refuse(b, "that makes no name of a unit", err);
	return 0;
}

static int name_plan(struct builder *b, struct plan_unit *unit, struct error *err)
{
	const char *given = b->on_linux->cgroups_path;

	unit->slice = unit->user ? "user.slice" : "system.slice";
	if (given && given[0])
		return name_given(b, unit, err);
	unit->name =
		builder_print(b->arena, "tare-%s.scope", name_escape(b->arena, b->request->id));
	if (!unit->name)
		return builder_full(err);
	return name_ok(unit->name) ? 0
				   : error_set(err, ERROR_USAGE, 0,
					     "the id is too long for the name of a unit");
}

static int component_plan(struct builder *b, const char *annotation, const char *missing,
	enum origin_place place, const char **ret_name, struct error *err)
{
	const char *name = builder_annotation(b, annotation);

	*ret_name = name ? name : missing;
	if (!name || !name[0] ||
		(!strchr(name, '/') && !strchr(name, '\n') && strlen(name) <= UNIT_NAME_MAX &&
			!text_equal(name, ".") && !text_equal(name, "..")))
		return 0;
	return builder_refuse(
		err, origin_make(place, 0), "\"%s\" cannot be the name of a cgroup", name);
}

/* The container is not in the unit's own cgroup but below it: what it changes there, or systemd in it, does
 * not meet the systemd outside. Slices and v1 have no such place. */
static int path_plan(struct builder *b, struct plan_unit *unit, struct error *err)
{
	const bool divided = !unit->is_slice && b->host->cgroups.layout == CGROUP_V2;
	const char *subgroup, *payload, *above;

	if (component_plan(b, "run.oci.systemd.subgroup", divided ? SUBGROUP : "",
		    ORIGIN_SUBGROUP, &subgroup, err) ||
		component_plan(b, "run.oci.delegate-cgroup", "", ORIGIN_DELEGATE_CGROUP,
			&payload, err))
		return -1;
	if (payload[0] && !subgroup[0])
		return builder_refuse(err, origin_make(ORIGIN_DELEGATE_CGROUP, 0),
			"\"%s\" would be below run.oci.systemd.subgroup, which is empty",
			payload);
	if ((subgroup[0] || payload[0]) && !divided)
		return builder_refuse(err, origin_make(ORIGIN_SUBGROUP, 0),
			"only a scope on a host with cgroup v2 alone is divided");
	unit->below = builder_print(b->arena, "%s%s%s%s", subgroup[0] ? "/" : "", subgroup,
		payload[0] ? "/" : "", payload);
	above = slice_path(b->arena, unit->is_slice ? unit->name : unit->slice);
	b->plan->cgroup.path = builder_print(b->arena, "%s%s%s%s", above,
		unit->is_slice ? "" : "/", unit->is_slice ? "" : unit->name, unit->below);
	return b->plan->cgroup.path ? 0 : builder_full(err);
}

static bool property_name_ok(const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

	return strlen(name) >= 3 && strspn(name, letters) == strlen(name);
}

/* Times are in seconds where people write them, and in microseconds on the bus. */
static int seconds_convert(struct builder *b, struct unit_property *property, struct error *err)
{
	const char *name = property->name;

	if (!ends_in(name, "Sec") || ends_in(name, "USec"))
		return 0;
	if (property->type == UNIT_BOOL || property->type >= UNIT_STRING ||
		(property->type != UNIT_UINT64 && (int64_t)property->number < 0) ||
		property->number > UINT64_MAX / 1000000)
		return builder_refuse(err, origin_make(ORIGIN_UNIT_PROPERTY, 0),
			"\"%s\" takes a number of seconds", name);
	property->type = UNIT_UINT64;
	property->number *= 1000000;
	property->name = builder_print(b->arena, "%.*sUSec", (int)strlen(name) - 3, name);
	return property->name ? 0 : builder_full(err);
}

/* By them the unit is found and known for ours. */
static bool property_is_ours(const char *name)
{
	static const char *const names[] = {"Description", "PIDs", "Slice"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (text_equal(name, names[i]))
			return true;
	}
	return false;
}

static int annotation_plan(struct builder *b, const char *name, const char *value,
	struct unit_property *property, struct error *err)
{
	*property = (struct unit_property){
		.name = name, .origin = origin_make(ORIGIN_UNIT_PROPERTY, 0)};
	if (!property_name_ok(name))
		return builder_refuse(
			err, property->origin, "\"%s\" is not a property of systemd", name);
	if (property_is_ours(name))
		return builder_refuse(err, property->origin,
			"the property \"%s\" of the unit is set by the runtime", name);
	if (unit_value_parse(value, b->arena, property, err))
		return error_at(err, property->origin);
	return seconds_convert(b, property, err);
}

/* The slice that a scope is in, or that a slice is to start with. */
static struct unit_property slice_plan(struct builder *b, const struct plan_unit *unit)
{
	const char **wants;

	if (!unit->is_slice)
		return (struct unit_property){
			.name = "Slice", .type = UNIT_STRING, .string = unit->slice};
	wants = arena_array(b->arena, const char *, 1);
	if (wants)
		wants[0] = unit->slice;
	return (struct unit_property){.name = "Wants",
		.type = UNIT_ARRAY,
		.element = UNIT_STRING,
		.count = 1,
		.strings = wants};
}

static struct unit_property boolean_plan(const char *name, bool value, bool may_miss)
{
	return (struct unit_property){
		.name = name, .type = UNIT_BOOL, .number = value, .may_miss = may_miss};
}

static size_t fixed_plan(
	struct builder *b, const struct plan_unit *unit, struct unit_property *properties)
{
	static const char *const accounting[] = {
		"MemoryAccounting", "CPUAccounting", "IOAccounting", "TasksAccounting"};
	size_t count = 0;

	properties[count++] = slice_plan(b, unit);
	properties[count++] = boolean_plan("DefaultDependencies", false, false);
	/* A unit that has failed goes too: nobody but us would ever reset it. */
	properties[count++] = (struct unit_property){.name = "CollectMode",
		.type = UNIT_STRING,
		.string = "inactive-or-failed",
		.may_miss = true};
	if (!unit->is_slice)
		properties[count++] = boolean_plan("Delegate", true, false);
	for (size_t i = 0; i < sizeof(accounting) / sizeof(accounting[0]); i++)
		properties[count++] = boolean_plan(accounting[i], true, true);
	return count;
}

int unit_plan(struct builder *b, struct error *err)
{
	struct plan_unit *unit = arena_new(b->arena, struct plan_unit);

	if (!unit)
		return builder_full(err);
	if (b->host->cgroups.layout == CGROUP_NONE)
		return error_set(err, ERROR_UNSUPPORTED, 0,
			"this host has no cgroup file system mounted");
	unit->user = b->host->euid != 0 || b->host->in_user_namespace;
	b->plan->cgroup.unit = unit;
	b->plan->cgroup.path_is_own =
		!b->on_linux->cgroups_path || !b->on_linux->cgroups_path[0];
	b->plan->cgroup.below_own = unit->user;
	if (name_plan(b, unit, err) || path_plan(b, unit, err))
		return -1;
	return 0;
}

int unit_properties_plan(struct builder *b, struct error *err)
{
	struct plan_cgroup *cgroup = &b->plan->cgroup;
	struct plan_unit *unit = (struct plan_unit *)cgroup->unit;
	const struct oci_map *given = &b->spec->annotations;
	struct unit_property *properties = arena_array(
		b->arena, struct unit_property, FIXED_MAX + UNIT_RESOURCES + 2 + given->count);
	size_t count;

	if (!properties)
		return builder_full(err);
	count = fixed_plan(b, unit, properties);
	count += unit_resources(
		cgroup->writes, cgroup->write_count, b->arena, properties + count);
	if (!unit->user) {
		unit_devices(cgroup, b->arena, properties + count);
		count += 2;
	}
	for (size_t i = 0; i < given->count; i++) {
		const char *key = given->items[i].key;

		if (!text_starts(key, PROPERTY))
			continue;
		if (annotation_plan(b, key + strlen(PROPERTY), given->items[i].value,
			    &properties[count++], err))
			return -1;
	}
	unit->properties = properties;
	unit->property_count = count;
	return b->arena->full ? builder_full(err) : 0;
}
