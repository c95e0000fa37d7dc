/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The mount type "cgroup" -> plain operations.
 *
 * v2: the one hierarchy. With a cgroup namespace a new mount of it shows the container's cgroup as
 * its root. Without one it shows the whole tree, as the host has it: that is a clone of
 * the host's mount, because mounting cgroup2 from the initial cgroup namespace waits for an
 * RCU grace period, and would change the host's options: they are those of the one superblock that there is. What
 * engines repeat of them is taken; from a cgroup namespace the kernel does nothing with them, and a clone has them.
 *
 * v1 and hybrid: a tmpfs with one directory per v1 hierarchy: a new mount of the hierarchy with a
 * cgroup namespace, else a bind of the container's own cgroup; and links for the controllers that
 * share a hierarchy.
 *
 * Pure.
 *
 * Spec: config-linux.md "default filesystems", cgroups(7) */
#include "plan/cgroup-mount.h"

#include <linux/mount.h>
#include <string.h>

#include "base/text.h"

static const struct host_hierarchy *unified_find(const struct host_cgroups *cgroups)
{
	for (size_t i = 0; i < cgroups->count; i++) {
		if (cgroups->of[i].v2)
			return &cgroups->of[i];
	}
	return NULL;
}

static size_t controller_count(const char *controllers)
{
	size_t count = 1;

	for (; *controllers; controllers++)
		count += *controllers == ',';
	return count;
}

size_t cgroup_mount_room(const struct host_cgroups *cgroups)
{
	size_t room = 0;

	for (size_t i = 0; i < cgroups->count; i++)
		room += 1 + controller_count(cgroups->of[i].controllers);
	return room;
}

static int bind_fill(struct builder *b, struct mount_op *op, const char *source,
	const struct mount_options *o, struct error *err)
{
	op->kind = MOUNT_BIND;
	op->source = source;
	op->tree = (uint32_t)b->plan->mounts.tree_count++;
	op->attr_set = o->set;
	op->attr_clear = o->clear;
	op->recursive_set = o->recursive_set;
	op->recursive_clear = o->recursive_clear;
	/* What was delegated to the caller belongs to root of the container: it must not reach beyond its own cgroup,
	 * where only a cgroup namespace keeps it. */
	if (rootless(b))
		op->attr_set |= MOUNT_ATTR_RDONLY;
	return source ? 0 : builder_full(err);
}

static int new_fill(struct builder *b, struct mount_op *op, const char *type, const char *data,
	const struct mount_options *o, struct error *err)
{
	op->kind = MOUNT_NEW;
	op->type = arena_string(b->arena, type);
	op->source = op->type;
	op->data = data;
	op->flags = o->superblock | mount_options_flags(o->set | o->recursive_set);
	return op->type ? 0 : builder_full(err);
}

static bool is_of_host(const struct builder *b)
{
	enum namespace_how how = namespace_how(b, NAMESPACE_CGROUP);

	return how == NAMESPACE_HOST ||
	       (how == NAMESPACE_JOIN && b->host->joins_own_cgroup_namespace);
}

/* A new mount, whose root is that of the cgroup namespace, is for whoever has all rights over that: over one that is
 * joined a user namespace that is new has none. There the host's mount is bound. */
static bool is_bound(const struct builder *b)
{
	return is_of_host(b) || (namespace_how(b, NAMESPACE_CGROUP) == NAMESPACE_JOIN &&
					namespace_how(b, NAMESPACE_USER) == NAMESPACE_NEW);
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Where the container will be in the hierarchy, as a path of the host. */
static const char *own_directory(
	const struct builder *b, const struct host_hierarchy *h, const char *path)
{
	bool below_own = b->plan->cgroup.below_own || !path;
	const char *own = below_own && !text_equal(h->own, "/") ? h->own : "";

	return builder_print(b->arena, "%s%s%s", h->mount, own, path ? path : "");
}

/* What cgroup v2 has of them, by /sys/kernel/cgroup/features. */
static bool are_unified_options(const char *data)
{
	static const char *const names[] = {"nsdelegate", "favordynmods", "memory_localevents",
		"memory_recursiveprot", "memory_hugetlb_accounting", "pids_localevents"};

	while (*data) {
		size_t i = 0, length = strcspn(data, ",");

		while (i < sizeof(names) / sizeof(*names) &&
			(strlen(names[i]) != length || memcmp(names[i], data, length) != 0))
			i++;
		if (i == sizeof(names) / sizeof(*names))
			return false;
		data += length;
		data += *data == ',';
	}
	return true;
}

static int unified_plan(struct builder *b, const struct mount_options *o, struct mount_op *op,
	struct error *err)
{
	const struct host_hierarchy *unified = unified_find(&b->host->cgroups);

	if (!is_bound(b))
		return new_fill(b, op, "cgroup2", o->data, o, err);
	if (!unified) {
		error_set(err, ERROR_UNSUPPORTED, 0,
			"cannot mount \"cgroup2\" on \"/%s\": this host has no cgroup v2",
			op->target);
		return error_at(err, op->origin);
	}
	if (!is_of_host(b))
		return bind_fill(
			b, op, own_directory(b, unified, b->plan->cgroup.path), o, err);
	if (bind_fill(b, op, arena_string(b->arena, unified->mount), o, err))
		return -1;
	/* In a user namespace its root may own cgroups of the host: those of a caller without root. */
	if (namespace_how(b, NAMESPACE_USER) != NAMESPACE_HOST) {
		op->attr_set |= MOUNT_ATTR_RDONLY;
		op->attr_clear &= ~(uint64_t)MOUNT_ATTR_RDONLY;
	}
	return 0;
}

static int hierarchy_plan(struct builder *b, const struct host_hierarchy *h,
	const struct mount_options *o, const struct mount_op *top, struct error *err)
{
	struct mount_op *op = mounts_add(b);

	if (!op)
		return builder_full(err);
	op->origin = top->origin;
	op->target = builder_print(b->arena, "%s/%s", top->target, base_name(h->mount));
	if (!op->target)
		return builder_full(err);
	if (is_bound(b)) {
		/* Where the container gets none of its own it stays in the caller's. */
		if (b->plan->cgroup.optional)
			op->else_source = own_directory(b, h, NULL);
		return bind_fill(b, op, own_directory(b, h, b->plan->cgroup.path), o, err);
	}
	return new_fill(b, op, "cgroup", arena_string(b->arena, h->controllers), o, err);
}

/* "cpu" and "cpuacct" beside "cpu,cpuacct". */
static int links_plan(struct builder *b, const struct host_hierarchy *h,
	const struct mount_op *top, struct error *err)
{
	const char *directory = base_name(h->mount);
	const char *name = h->controllers;

	while (*name) {
		int length = (int)strcspn(name, ",");
		struct mount_op *op;

		if (strncmp(name, directory, (size_t)length) != 0 || directory[length]) {
			op = mounts_add(b);
			if (!op)
				return builder_full(err);
			op->kind = MOUNT_LINK;
			op->origin = top->origin;
			op->source = arena_string(b->arena, directory);
			op->target =
				builder_print(b->arena, "%s/%.*s", top->target, length, name);
		}
		name += length;
		name += *name == ',';
	}
	return 0;
}

static int layout_plan(struct builder *b, const struct mount_options *o, struct mount_op *op,
	struct error *err)
{
	const struct host_cgroups *cgroups = &b->host->cgroups;

	if (new_fill(b, op, "tmpfs", arena_string(b->arena, "mode=755"), o, err))
		return -1;
	op->flags |= MS_NOSUID | MS_NODEV | MS_NOEXEC;
	op->read_only_late = op->flags & MS_RDONLY;
	op->flags &= ~(unsigned long)MS_RDONLY;
	for (size_t i = 0; i < cgroups->count; i++) {
		const struct host_hierarchy *h = &cgroups->of[i];

		if (h->v2)
			continue;
		if (hierarchy_plan(b, h, o, op, err))
			return -1;
		if (!text_starts(h->controllers, "name=") && links_plan(b, h, op, err))
			return -1;
	}
	return 0;
}

int cgroup_mount_plan(struct builder *b, bool unified, const struct mount_options *o,
	struct mount_op *op, struct error *err)
{
	enum cgroup_layout layout = b->host->cgroups.layout;

	unified = unified || layout == CGROUP_V2;
	if (o->data && !(unified && are_unified_options(o->data)))
		return builder_refuse(err, op->origin,
			"a cgroup mount takes no options of a file system, such as \"%s\"",
			o->data);
	if (unified)
		return unified_plan(b, o, op, err);
	if (layout != CGROUP_NONE)
		return layout_plan(b, o, op, err);
	error_set(err, ERROR_UNSUPPORTED, 0,
		"cannot mount \"cgroup\" on \"/%s\": this host has no cgroup file system "
		"mounted",
		op->target);
	return error_at(err, op->origin);
}
