/* SPDX-License-Identifier: GPL-2.0-or-later */
/* linux.cgroupsPath and linux.resources -> the container's cgroup, what is written into it, and the
 * rules for devices.
 *
 * Pure. Whether a cgroup of that path exists, and whose it is, is for cgroup/ to find out.
 *
 * Spec: config-linux.md "control groups"; cgroups(7) */
#include <string.h>

#include "base/text.h"
#include "plan/builder.h"

#define COMPONENT_MAX 255

struct limit_file {
	const char *controller;
	const char *v1, *v2;
};

static const struct limit_file memory_limit = {"memory", "memory.limit_in_bytes", "memory.max"};
static const struct limit_file pids_limit = {"pids", "pids.max", "pids.max"};

#define LIMIT_COUNT 2

/* What every container may use, behind the rules of the config: the devices in /dev that everybody expects, terminals,
 * and tun. Nodes of all devices may be made; to open one is another matter. */
static const struct device_rule default_rules[] = {
	{true, 'c', -1, -1, false, false, true, 0}, {true, 'b', -1, -1, false, false, true, 0},
	{true, 'c', 1, 3, true, true, true, 0},	   /* null */
	{true, 'c', 1, 8, true, true, true, 0},	   /* random */
	{true, 'c', 1, 7, true, true, true, 0},	   /* full */
	{true, 'c', 5, 0, true, true, true, 0},	   /* tty */
	{true, 'c', 1, 5, true, true, true, 0},	   /* zero */
	{true, 'c', 1, 9, true, true, true, 0},	   /* urandom */
	{true, 'c', 136, -1, true, true, true, 0}, /* pts */
	{true, 'c', 5, 2, true, true, true, 0},	   /* ptmx */
	{true, 'c', 10, 200, true, true, true, 0}, /* tun */
};

#define DEFAULT_RULE_COUNT (sizeof(default_rules) / sizeof(default_rules[0]))

static const struct device_rule deny_all = {false, 'a', -1, -1, true, true, true, 0};

/* Copies `path` with single slashes and without a final one. Components that mean something else
 * to a person than to the kernel are refused. */
static int components_copy(const char *path, char *out, struct error *err)
{
	while (*path) {
		size_t part = strcspn(path, "/");

		if (part > COMPONENT_MAX || memchr(path, '\n', part) ||
			(part && part <= 2 && !strncmp(path, "..", part)))
			return error_set(err, ERROR_CONFIG, 0,
				"\"%.*s\" cannot be part of a cgroup's path",
				part > 64 ? 64 : (int)part, path);
		if (part) {
			*out++ = '/';
			memcpy(out, path, part);
			out += part;
		}
		path += part;
		path += *path == '/';
	}
	*out = '\0';
	return 0;
}

/* The directory above the runtime's own cgroup on v2: a cgroup with processes cannot have
 * children with controllers. Its length in `own`. */
static size_t parent_length(const char *own)
{
	const char *slash = strrchr(own, '/');

	return slash ? (size_t)(slash - own) : 0;
}

static const char *unified_own(const struct builder *b)
{
	for (size_t i = 0; i < b->host->cgroups.count; i++) {
		if (b->host->cgroups.of[i].v2)
			return b->host->cgroups.of[i].own;
	}
	return "/";
}

static int path_plan(struct builder *b, struct error *err)
{
	struct plan_cgroup *cgroup = &b->plan->cgroup;
	const char *given = b->on_linux->cgroups_path;
	const char *own = "";
	int own_length = 0;
	char *path;

	cgroup->path_is_own = !given || !given[0];
	if (cgroup->path_is_own)
		given = b->request->id;
	if (given[0] != '/' && b->host->cgroups.layout == CGROUP_V2) {
		own = unified_own(b);
		own_length = (int)parent_length(own);
	} else if (given[0] != '/') {
		cgroup->below_own = true;
	}
	path = arena_alloc(b->arena, strlen(given) + (size_t)own_length + 2, 1);
	if (!path)
		return builder_full(err);
	memcpy(path, own, (size_t)own_length);
	if (components_copy(given, path + own_length, err))
		return error_at(err, origin_make(ORIGIN_CGROUPS_PATH, 0));
	if (!path[own_length])
		return builder_refuse(err, origin_make(ORIGIN_CGROUPS_PATH, 0),
			"the cgroupsPath \"%s\" is the root of the hierarchy, which is no "
			"container's",
			given);
	cgroup->path = path;
	return 0;
}

static bool list_has(const char *list, const char *name)
{
	size_t length = strlen(name);

	for (; list; list = strchr(list, ',')) {
		list += *list == ',';
		if (!strncmp(list, name, length) && (!list[length] || list[length] == ','))
			return true;
	}
	return false;
}

/* The file for a limit on this host, or NULL. A controller is in one hierarchy only; on hybrid hosts those
 * that no v1 hierarchy has can only be in the v2 one. */
static const char *limit_file_name(const struct builder *b, const struct limit_file *limit)
{
	const char *file = NULL;

	for (size_t i = 0; i < b->host->cgroups.count; i++) {
		const struct host_hierarchy *h = &b->host->cgroups.of[i];

		if (!h->v2 && list_has(h->controllers, limit->controller))
			return limit->v1;
		if (h->v2)
			file = limit->v2;
	}
	return file;
}

static int limit_plan(struct builder *b, const struct limit_file *limit, int64_t value,
	enum origin_place place, struct error *err)
{
	struct plan_cgroup *cgroup = &b->plan->cgroup;
	struct cgroup_write *write =
		(struct cgroup_write *)&cgroup->writes[cgroup->write_count];
	const char *file = limit_file_name(b, limit);
	origin_t origin = origin_make(place, 0);

	if (value < -1)
		return builder_refuse(err, origin,
			"the limit %ld is not -1, which means none, or more", (long)value);
	if (!file || cgroup->manager == CGROUP_MANAGER_DISABLED) {
		error_set(err, ERROR_UNSUPPORTED, 0,
			cgroup->manager == CGROUP_MANAGER_DISABLED
				? "a limit of %s needs a cgroup, and the cgroup manager is "
				  "disabled"
				: "this host has no cgroup controller \"%s\" for a limit",
			limit->controller);
		return error_at(err, origin);
	}
	write->origin = origin;
	write->controller = arena_string(b->arena, limit->controller);
	write->file = arena_string(b->arena, file);
	/* Only memory on v1 knows no "max". */
	if (value >= 0)
		write->value = builder_print(b->arena, "%ld", (long)value);
	else
		write->value = arena_string(
			b->arena, text_equal(file, memory_limit.v1) ? "-1" : "max");
	cgroup->write_count++;
	return b->arena->full ? builder_full(err) : 0;
}

/* 0 is how engines write "no limit" for memory. For processes it is a limit; the kernel
 * could not start the first one under it, so that it is 1. */
static int limits_plan(struct builder *b, const struct oci_resources *r, struct error *err)
{
	struct cgroup_write *writes = arena_array(b->arena, struct cgroup_write, LIMIT_COUNT);

	if (!writes)
		return builder_full(err);
	b->plan->cgroup.writes = writes;
	if (r->memory && r->memory->limit.value &&
		limit_plan(b, &memory_limit, r->memory->limit.value, ORIGIN_MEMORY_LIMIT, err))
		return -1;
	if (r->pids && limit_plan(b, &pids_limit, r->pids->limit ? r->pids->limit : 1,
			       ORIGIN_PIDS_LIMIT, err))
		return -1;
	return 0;
}

static int access_parse(const char *access, struct device_rule *rule, struct error *err)
{
	if (!access || !access[0])
		access = "rwm";
	for (; *access; access++) {
		switch (*access) {
		case 'r':
			rule->read = true;
			break;
		case 'w':
			rule->write = true;
			break;
		case 'm':
			rule->mknod = true;
			break;
		default:
			return error_set(err, ERROR_CONFIG, 0,
				"'%c' is not an access to a device: r, w and m are", *access);
		}
	}
	return 0;
}

static int number_parse(
	const struct oci_opt_i64 *given, const char *name, int64_t *ret, struct error *err)
{
	*ret = given->present ? given->value : -1;
	if (*ret < -1 || *ret > UINT32_MAX)
		return error_set(err, ERROR_CONFIG, 0,
			"the %s number %ld is not that of a device, nor -1 for all", name,
			(long)*ret);
	return 0;
}

static int rule_plan(
	const struct oci_device_rule *given, struct device_rule *rule, struct error *err)
{
	static const char types[] = {
		[OCI_DEVICE_RULE_ABSENT] = 'a',
		[OCI_DEVICE_RULE_ALL] = 'a',
		[OCI_DEVICE_RULE_CHAR] = 'c',
		[OCI_DEVICE_RULE_BLOCK] = 'b',
	};

	rule->allow = given->allow;
	rule->type = types[given->type];
	if (access_parse(given->access, rule, err) ||
		number_parse(&given->major, "major", &rule->major, err) ||
		number_parse(&given->minor, "minor", &rule->minor, err))
		return -1;
	return 0;
}

static bool rule_is_total(const struct device_rule *rule)
{
	return rule->type == 'a' && rule->major < 0 && rule->minor < 0 && rule->read &&
	       rule->write && rule->mknod;
}

/* The rules begin with one about all devices, so that what is not named is denied and the result does
 * not depend on the rules of the cgroup above. */
static int device_rules_plan(
	struct builder *b, const struct oci_device_rule_list *given, struct error *err)
{
	struct device_rule *rules = arena_array(
		b->arena, struct device_rule, 1 + given->count + DEFAULT_RULE_COUNT);
	size_t count = 1;

	if (!rules)
		return builder_full(err);
	rules[0] = deny_all;
	for (size_t i = 0; i < given->count; i++) {
		struct device_rule *rule = &rules[count++];

		rule->origin = origin_make(ORIGIN_DEVICE_RULE, i);
		if (rule_plan(&given->items[i], rule, err))
			return error_at(err, rule->origin);
	}
	memcpy(rules + count, default_rules, sizeof(default_rules));
	count += DEFAULT_RULE_COUNT;
	if (given->count && rule_is_total(&rules[1])) {
		rules++;
		count--;
	}
	b->plan->cgroup.has_device_rules = true;
	b->plan->cgroup.device_rules = rules;
	b->plan->cgroup.device_rule_count = count;
	return 0;
}

static int manager_check(const struct builder *b, struct error *err)
{
	switch (b->request->cgroup_manager) {
	case CGROUP_MANAGER_SYSTEMD:
		return error_set(err, ERROR_UNSUPPORTED, 0,
			"the cgroup manager \"systemd\" is not supported yet: cgroupfs and "
			"disabled are");
	case CGROUP_MANAGER_CGROUPFS:
		if (b->host->cgroups.layout == CGROUP_NONE)
			return error_set(err, ERROR_UNSUPPORTED, 0,
				"this host has no cgroup file system mounted");
		break;
	case CGROUP_MANAGER_DISABLED:
		break;
	}
	return 0;
}

int cgroup_plan(struct builder *b, struct error *err)
{
	static const struct oci_resources none;
	const struct oci_resources *r = b->on_linux->resources;
	struct plan_cgroup *cgroup = &b->plan->cgroup;

	cgroup->manager = b->request->cgroup_manager;
	if (manager_check(b, err))
		return -1;
	if (!r)
		r = &none;
	if (cgroup->manager != CGROUP_MANAGER_DISABLED && path_plan(b, err))
		return -1;
	if (limits_plan(b, r, err))
		return -1;
	if (cgroup->manager == CGROUP_MANAGER_DISABLED) {
		if (r->devices.count)
			builder_warn(b, "the rules of linux.resources.devices have no effect: "
					"the cgroup manager is disabled");
		return 0;
	}
	/* The kernel lets no user namespace but the first one set them. */
	if (b->host->in_user_namespace)
		return 0;
	return device_rules_plan(b, &r->devices, err);
}
