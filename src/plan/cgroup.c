/* SPDX-License-Identifier: GPL-2.0-or-later */
/* linux.cgroupsPath -> the container's cgroup. What is written into it is in resources.c.
 *
 * Pure. Whether a cgroup of that path exists, and whose it is, is for cgroup/ to find out.
 *
 * Spec: config-linux.md "control groups"; cgroups(7) */
#include <string.h>

#include "base/text.h"
#include "plan/builder.h"
#include "plan/resources.h"

#define COMPONENT_MAX 255

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

/* --rootless=true is for callers who know that they have less rights than they seem to have. */
static bool none_will_do(const struct builder *b)
{
	switch (b->request->rootless) {
	case ROOTLESS_TRUE:
		return true;
	case ROOTLESS_FALSE:
		return false;
	case ROOTLESS_AUTO:
		break;
	}
	return rootless(b);
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
	cgroup->optional = cgroup->path_is_own && none_will_do(b);
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

static int manager_plan(struct builder *b, struct error *err)
{
	const char *path = b->on_linux->cgroups_path;

	b->plan->cgroup.manager = b->request->cgroup_manager;
	switch (b->request->cgroup_manager) {
	case CGROUP_MANAGER_SYSTEMD:
	case CGROUP_MANAGER_CGROUPFS:
		if (b->host->cgroups.layout != CGROUP_NONE)
			break;
		if (!none_will_do(b) || (path && path[0]))
			return error_set(err, ERROR_UNSUPPORTED, 0,
				"this host has no cgroup file system mounted");
		b->plan->cgroup.manager = CGROUP_MANAGER_DISABLED;
		break;
	case CGROUP_MANAGER_DISABLED:
		break;
	}
	return 0;
}

static bool is_writable_cgroup(const struct oci_mount *mount)
{
	bool writable = true;

	if (!text_equal(mount->source, "cgroup") ||
		!text_equal(mount->destination, "/sys/fs/cgroup"))
		return false;
	for (size_t i = 0; i < mount->options.count; i++) {
		const char *option = mount->options.items[i];

		if (text_equal(option, "ro") || text_equal(option, "rro"))
			writable = false;
		else if (text_equal(option, "rw") || text_equal(option, "rrw"))
			writable = true;
	}
	return writable;
}

/* Only with cgroup v2, where it is safe, and with a cgroup namespace of its own and a mount that can be written to may the
 * user of the container divide its cgroup. */
static void owner_plan(struct builder *b)
{
	const struct oci_spec *spec = b->spec;
	const uint32_t uid = b->process->user ? b->process->user->uid : 0;

	if (b->host->cgroups.layout != CGROUP_V2 ||
		namespace_how(b, NAMESPACE_CGROUP) != NAMESPACE_NEW)
		return;
	for (size_t i = 0; i < spec->mounts.count; i++) {
		if (is_writable_cgroup(&spec->mounts.items[i]))
			ids_uid_on_host(b, uid, &b->plan->cgroup.owner);
	}
}

static void warn(void *ctx, const char *text)
{
	builder_warn(ctx, "%s", text);
}

static int go_on(void *ctx, struct error *err)
{
	return builder_try(ctx, err, -1);
}

int cgroup_plan(struct builder *b, struct error *err)
{
	static const struct oci_resources none;
	const struct oci_resources *r = b->on_linux->resources;
	struct plan_cgroup *cgroup = &b->plan->cgroup;
	const struct resources_place place = {.cgroups = &b->host->cgroups,
		.disabled = b->request->cgroup_manager == CGROUP_MANAGER_DISABLED,
		.arena = b->arena,
		.warn = warn,
		.go_on = go_on,
		.ctx = b};

	if (builder_try(b, err, manager_plan(b, err)))
		return -1;
	if (!r)
		r = &none;
	if (cgroup->manager == CGROUP_MANAGER_SYSTEMD && builder_try(b, err, unit_plan(b, err)))
		return -1;
	if (cgroup->manager == CGROUP_MANAGER_CGROUPFS &&
		builder_try(b, err, path_plan(b, err)))
		return -1;
	if (resources_plan(&place, r, cgroup, err))
		return -1;
	if (cgroup->manager != CGROUP_MANAGER_DISABLED)
		owner_plan(b);
	if (cgroup->manager == CGROUP_MANAGER_DISABLED) {
		if (r->devices.count)
			builder_warn(b, "the rules of linux.resources.devices have no effect: "
					"the cgroup manager is disabled");
		return 0;
	}
	/* The kernel lets only root of the first user namespace set them. */
	if (rootless(b)) {
		if (resources_devices_deny_one(&r->devices))
			builder_warn(b,
				"what linux.resources.devices denies the container is not kept "
				"from it: only root can set such rules");
	} else if (resources_devices_plan(b->arena, &r->devices, cgroup, err)) {
		return -1;
	}
	return cgroup->unit ? unit_properties_plan(b, err) : 0;
}
