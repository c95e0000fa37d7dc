/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The set of a container's cgroups: from the plan, to text, from text.
 *
 * Runs in: the runtime. Changes nothing on the host.
 * Spec:    config-linux.md "cgroups path" */
#include "cgroup/set.h"

#include <string.h>

#include "base/number.h"
#include "cgroup/file.h"
#include "plan/origin.h"
#include "plan/unit.h"
#include "sys/file.h"

#define UNIFIED	    "unified"
#define SYSTEM_UNIT "system"
#define USER_UNIT   "user"

/* The first words of a record. */
static const char *const managers[] = {
	[CGROUP_MANAGER_CGROUPFS] = "cgroupfs",
	[CGROUP_MANAGER_SYSTEMD] = "systemd",
	[CGROUP_MANAGER_DISABLED] = "disabled",
};
#define MANAGER_COUNT (sizeof(managers) / sizeof(managers[0]))

size_t cgroup_parent_length(const char *path, size_t length)
{
	while (length && path[length - 1] != '/')
		length--;
	return length ? length - 1 : 0;
}

static bool component_ok(const char *name, size_t length)
{
	if (!length || memchr(name, '\n', length))
		return false;
	return name[0] != '.' || (length != 1 && (length != 2 || name[1] != '.'));
}

/* A cgroup below its mount: "/a/b", with neither empty components nor such that lead
 * elsewhere. */
static bool path_ok(const char *path)
{
	do {
		const char *end;

		if (*path++ != '/')
			return false;
		end = strchrnul(path, '/');
		if (!component_ok(path, (size_t)(end - path)))
			return false;
		path = end;
	} while (*path);
	return true;
}

static const char *path_join(const struct host_hierarchy *hierarchy,
	const struct plan_cgroup *plan, struct arena *arena)
{
	const char *own = plan->below_own && strcmp(hierarchy->own, "/") ? hierarchy->own : "";
	const size_t size = strlen(hierarchy->mount) + strlen(own) + strlen(plan->path) + 1;
	char *path = arena_alloc(arena, size, 1);

	if (path)
		text_print(path, size, "%s%s%s", hierarchy->mount, own, plan->path);
	return path;
}

static int directory_locate(const struct host_hierarchy *hierarchy,
	const struct plan_cgroup *plan, struct arena *arena, struct cgroup_directory *directory,
	struct error *err)
{
	*directory = (struct cgroup_directory){
		.v2 = hierarchy->v2,
		.controllers = hierarchy->v2 ? UNIFIED : hierarchy->controllers,
		.path = path_join(hierarchy, plan, arena),
		.mount_length = strlen(hierarchy->mount),
		.mount_fd = -1,
	};
	if (!directory->path)
		return error_set(err, ERROR_INTERNAL, ENOMEM, "cannot name the cgroups");
	if (!path_ok(directory->path + directory->mount_length)) {
		error_set(err, ERROR_CONFIG, 0, "\"%s\" is not a path of a cgroup",
			directory->path + directory->mount_length);
		return error_at(err, origin_make(ORIGIN_CGROUPS_PATH, 0));
	}
	directory->length = strlen(directory->path);
	directory->kept_length = cgroup_parent_length(directory->path, directory->length);
	return 0;
}

int cgroup_locate(const struct plan_cgroup *plan, const struct host_cgroups *host,
	struct arena *arena, struct cgroup_set *ret_set, struct error *err)
{
	ret_set->manager = plan->manager;
	ret_set->ours = false;
	ret_set->optional = plan->optional;
	ret_set->count = 0;
	ret_set->unit = plan->unit ? plan->unit->name : NULL;
	ret_set->unit_user = plan->unit && plan->unit->user;
	ret_set->held = 0;
	ret_set->unit_token = "";
	if (plan->manager == CGROUP_MANAGER_DISABLED)
		return 0;
	if (!host->count)
		return error_set(err, ERROR_UNSUPPORTED, 0, "no cgroup file system is mounted");
	for (size_t i = 0; i < host->count; i++) {
		if (directory_locate(&host->of[i], plan, arena, &ret_set->of[i], err))
			return -1;
		ret_set->count++;
	}
	return 0;
}

void cgroup_record_print(const struct cgroup_set *set, struct text *text)
{
	text_format(text, "%s %s\n", managers[set->manager], set->ours ? "ours" : "planned");
	if (set->unit)
		text_format(text, "%s %s %s\n", set->unit_user ? USER_UNIT : SYSTEM_UNIT,
			set->unit, set->unit_token);
	for (size_t i = 0; i < set->count; i++) {
		const struct cgroup_directory *d = &set->of[i];

		text_format(text, "%s %zu %zu %s\n", d->controllers, d->mount_length,
			d->kept_length, d->path);
	}
}

/* Cuts the text at `separator` and moves on behind it; NULL if there is none. */
static char *word_cut(char **rest, char separator)
{
	char *word = *rest;
	char *end = strchr(word, separator);

	if (!end)
		return NULL;
	*end = '\0';
	*rest = end + 1;
	return word;
}

static bool length_parse(char **rest, uint64_t max, size_t *ret_length)
{
	const char *word = word_cut(rest, ' ');
	uint64_t value;

	if (!word || number_u64(word, max, &value))
		return false;
	*ret_length = (size_t)value;
	return true;
}

static bool head_parse(char **rest, struct cgroup_set *set)
{
	const char *manager = word_cut(rest, ' ');
	const char *life = word_cut(rest, '\n');
	size_t i = 0;

	if (!manager || !life || (strcmp(life, "ours") && strcmp(life, "planned")))
		return false;
	while (i < MANAGER_COUNT && strcmp(manager, managers[i]))
		i++;
	set->manager = (enum cgroup_manager)i;
	set->ours = !strcmp(life, "ours");
	set->optional = false;
	return i < MANAGER_COUNT;
}

static bool unit_parse(char **rest, struct cgroup_set *set)
{
	const char *whose;

	set->unit = NULL;
	set->unit_user = false;
	if (set->manager != CGROUP_MANAGER_SYSTEMD)
		return true;
	whose = word_cut(rest, ' ');
	set->unit = whose ? word_cut(rest, ' ') : NULL;
	set->unit_token = set->unit ? word_cut(rest, '\n') : NULL;
	if (!set->unit_token || !set->unit[0] || strchr(set->unit, '\n'))
		return false;
	set->unit_user = !strcmp(whose, USER_UNIT);
	return set->unit_user || !strcmp(whose, SYSTEM_UNIT);
}

static bool directory_parse(char *line, struct cgroup_directory *d)
{
	*d = (struct cgroup_directory){.controllers = word_cut(&line, ' '), .mount_fd = -1};
	if (!d->controllers || !d->controllers[0] ||
		!length_parse(&line, CGROUP_VALUE_SIZE, &d->mount_length) ||
		!length_parse(&line, CGROUP_VALUE_SIZE, &d->kept_length))
		return false;
	d->v2 = !strcmp(d->controllers, UNIFIED);
	d->path = line;
	d->length = strlen(line);
	return d->mount_length && d->mount_length <= d->kept_length &&
	       d->kept_length < d->length && line[0] == '/' && line[d->kept_length] == '/' &&
	       path_ok(line + d->mount_length);
}

static bool record_parse(char *rest, struct cgroup_set *set)
{
	set->count = 0;
	if (!head_parse(&rest, set) || !unit_parse(&rest, set))
		return false;
	while (*rest) {
		char *line = word_cut(&rest, '\n');

		if (!line || set->count == HOST_HIERARCHIES ||
			!directory_parse(line, &set->of[set->count]))
			return false;
		set->count++;
	}
	return true;
}

int cgroup_record_parse(
	const char *record, struct arena *arena, struct cgroup_set *ret_set, struct error *err)
{
	char *copy = arena_string(arena, record);

	if (!copy)
		return error_set(err, ERROR_INTERNAL, ENOMEM, "cannot read the cgroup record");
	if (!record_parse(copy, ret_set))
		return error_set(err, ERROR_STATE, EUCLEAN, "the cgroup record is damaged");
	return 0;
}

struct cgroup_directory *cgroup_directory_of(struct cgroup_set *set, const char *controller)
{
	for (size_t i = 0; i < set->count; i++) {
		if (!set->of[i].v2 && cgroup_has_word(set->of[i].controllers, ',', controller))
			return &set->of[i];
	}
	return cgroup_unified(set);
}

struct cgroup_directory *cgroup_unified(struct cgroup_set *set)
{
	for (size_t i = 0; i < set->count; i++) {
		if (set->of[i].v2)
			return &set->of[i];
	}
	return NULL;
}

void cgroup_mount_lend(struct cgroup_mount *mount, struct cgroup_set *set)
{
	for (size_t i = 0; mount->fd >= 0 && i < set->count; i++) {
		struct cgroup_directory *d = &set->of[i];

		if (d->v2 != mount->v2 || d->mount_length != strlen(mount->path) ||
			memcmp(d->path, mount->path, d->mount_length))
			continue;
		d->mount_fd = mount->fd;
		mount->fd = -1;
	}
}

void cgroup_mount_keep(struct cgroup_mount *mount, struct cgroup_set *set)
{
	for (size_t i = 0; mount->fd < 0 && i < set->count; i++) {
		struct cgroup_directory *d = &set->of[i];

		if (d->mount_fd < 0 || d->mount_length >= sizeof(mount->path))
			continue;
		*mount = (struct cgroup_mount){.fd = d->mount_fd, .v2 = d->v2};
		memcpy(mount->path, d->path, d->mount_length);
		d->mount_fd = -1;
	}
}

void cgroup_set_close(struct cgroup_set *set)
{
	for (size_t i = 0; i < set->count; i++) {
		if (set->of[i].mount_fd >= 0)
			sys_close(set->of[i].mount_fd);
		set->of[i].mount_fd = -1;
	}
}
