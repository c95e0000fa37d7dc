/* SPDX-License-Identifier: GPL-2.0-or-later */
/* linux.namespaces -> which are made, which are joined, and in what order.
 *
 * Pure. The order follows from who owns a namespace: the user namespace that a process is in when
 * it makes one. Rights over a namespace are rights in its owner (user_namespaces(7)).
 *
 * Spec: config-linux.md "namespaces" */
#include <linux/mount.h>
#include <linux/sched.h>
#include <string.h>

#include "base/text.h"
#include "plan/builder.h"
#include "plan/namespace-kinds.h"

/* Members of config.json that mount, or change a mount. */
#define MOUNTINGS 6

static int namespace_take(struct builder *b, size_t i, struct error *err)
{
	const struct oci_namespace *given = &b->on_linux->namespaces.items[i];
	enum namespace_kind kind = namespace_kind_of(given->type);
	struct namespace_op *op = &b->plan->namespaces.of[kind];

	if (op->how != NAMESPACE_HOST)
		return builder_refuse(err, origin_make(ORIGIN_NAMESPACE, i),
			"the %s namespace is given twice", namespace_facts[kind].name);
	op->origin = origin_make(ORIGIN_NAMESPACE, i);
	op->how = NAMESPACE_NEW;
	if (!given->path || !given->path[0])
		return 0;
	if (given->path[0] != '/')
		return builder_refuse(err, origin_make(ORIGIN_NAMESPACE_PATH, i),
			"the path \"%s\" of a namespace is not absolute", given->path);
	op->how = NAMESPACE_JOIN;
	op->path = arena_string(b->arena, given->path);
	op->name = arena_string(b->arena, namespace_facts[kind].name);
	op->flag = (uint32_t)namespace_facts[kind].flag;
	return op->path && op->name ? 0 : builder_full(err);
}

static int mappings_check(struct builder *b, struct error *err)
{
	const struct oci_linux *given = b->on_linux;
	const struct namespace_op *user = &b->plan->namespaces.of[NAMESPACE_USER];
	origin_t origin = origin_make(
		given->uid_mappings.count ? ORIGIN_UID_MAPPINGS : ORIGIN_GID_MAPPINGS, 0);
	bool any = given->uid_mappings.count || given->gid_mappings.count;

	switch (user->how) {
	case NAMESPACE_HOST:
		if (any)
			return builder_refuse(err, origin,
				"id mappings need a user namespace: linux.namespaces has none");
		break;
	case NAMESPACE_NEW:
		if (!given->uid_mappings.count || !given->gid_mappings.count)
			return builder_refuse(err, user->origin,
				"a new user namespace needs uidMappings and gidMappings");
		break;
	case NAMESPACE_JOIN: /* ids_plan(): they must be those that the namespace has */
		break;
	}
	return 0;
}

static int time_offset_print(const struct oci_time_offset *given, const char *clock,
	struct text *text, struct error *err)
{
	if (!given)
		return 0;
	if (given->nanosecs > 999999999)
		return builder_refuse(err, origin_make(ORIGIN_TIME_OFFSETS, 0),
			"the %u nanoseconds of the %s clock's offset are more than 999999999",
			given->nanosecs, clock);
	text_format(text, "%s %lld %u\n", clock, (long long)given->secs, given->nanosecs);
	return 0;
}

static int time_offsets_plan(struct builder *b, struct error *err)
{
	const struct oci_time_offsets *given = b->on_linux->time_offsets;
	char buffer[96]; /* two lines of a name and two numbers */
	struct text text;

	if (!given || (!given->boottime && !given->monotonic))
		return 0;
	switch (namespace_how(b, NAMESPACE_TIME)) {
	case NAMESPACE_HOST:
		return builder_refuse(err, origin_make(ORIGIN_TIME_OFFSETS, 0),
			"time offsets need a time namespace: linux.namespaces has none");
	case NAMESPACE_JOIN:
		return builder_refuse(err, origin_make(ORIGIN_TIME_OFFSETS, 0),
			"time offsets are for a new time namespace: those of \"%s\" cannot be "
			"changed",
			b->plan->namespaces.of[NAMESPACE_TIME].path);
	case NAMESPACE_NEW:
		break;
	}
	text_start(&text, buffer, sizeof(buffer));
	if (time_offset_print(given->monotonic, "monotonic", &text, err) ||
		time_offset_print(given->boottime, "boottime", &text, err))
		return -1;
	b->plan->namespaces.time_offsets = arena_string(b->arena, buffer);
	return text_ok(&text) && !b->arena->full ? 0 : builder_full(err);
}

struct mounting {
	bool given;
	enum origin_place place;
	const char *what;
};

static void mountings_list(const struct builder *b, struct mounting ret[MOUNTINGS])
{
	const struct mounting all[MOUNTINGS] = {
		{b->spec->mounts.count, ORIGIN_MOUNT, "mounts"},
		{b->on_linux->masked_paths.count, ORIGIN_MASKED_PATH, "maskedPaths"},
		{b->on_linux->readonly_paths.count, ORIGIN_READONLY_PATH, "readonlyPaths"},
		{b->on_linux->devices.count, ORIGIN_DEVICE, "devices"},
		{b->on_linux->rootfs_propagation, ORIGIN_ROOTFS_PROPAGATION,
			"rootfsPropagation"},
		{b->spec->root && b->spec->root->readonly, ORIGIN_ROOT_READONLY,
			"a read-only root"},
	};

	memcpy(ret, all, sizeof(all));
}

bool namespaces_mount_on_host(const struct builder *b)
{
	struct mounting all[MOUNTINGS];
	bool mounts = false;

	mountings_list(b, all);
	for (size_t i = 0; i < MOUNTINGS; i++)
		mounts |= all[i].given;
	return mounts && namespace_how(b, NAMESPACE_MOUNT) == NAMESPACE_HOST;
}

/* In the host's mount namespace only its own root mounts, and nothing may flow from the root to what it is bound on. */
static int mount_namespace_check(struct builder *b, struct error *err)
{
	const enum oci_rootfs_propagation propagation = b->on_linux->rootfs_propagation;
	const bool outward = root_propagation(propagation) & (MS_SHARED | MS_UNBINDABLE);
	struct mounting all[MOUNTINGS];

	if (!namespaces_mount_on_host(b) ||
		(namespace_how(b, NAMESPACE_USER) == NAMESPACE_HOST && !outward))
		return 0;
	mountings_list(b, all);
	for (size_t i = 0; i < MOUNTINGS; i++) {
		if (!all[i].given)
			continue;
		builder_refuse(err, origin_make(all[i].place, 0),
			"%s would change the host: linux.namespaces has no mount namespace",
			all[i].what);
		if (builder_try(b, err, -1))
			return -1;
	}
	return 0;
}

/* May the cgroup namespace be made by the clone? Its root is the cgroup that the process is in at that moment, so only
 * when the clone puts it there, or when it is never moved at all. */
static bool cgroup_at_clone(const struct builder *b)
{
	switch (b->request->cgroup_manager) {
	case CGROUP_MANAGER_CGROUPFS:
	case CGROUP_MANAGER_SYSTEMD:
		return b->host->cgroups.layout == CGROUP_V2;
	case CGROUP_MANAGER_DISABLED:
		return true;
	}
	return false;
}

static void order_decide(struct builder *b)
{
	struct plan_namespaces *n = &b->plan->namespaces;
	uint64_t fresh = 0;
	bool joins = false;

	for (int kind = 0; kind < NAMESPACE_COUNT; kind++) {
		const struct namespace_op *op = &n->of[kind];

		if (op->how == NAMESPACE_NEW)
			fresh |= namespace_facts[kind].flag;
		if (op->how == NAMESPACE_JOIN && kind != NAMESPACE_USER)
			joins = true;
	}
	n->new_time = fresh & CLONE_NEWTIME;
	fresh &= ~(uint64_t)CLONE_NEWTIME;
	n->join_early = n->of[NAMESPACE_USER].how == NAMESPACE_JOIN ||
			(n->of[NAMESPACE_USER].how == NAMESPACE_NEW && joins);
	if (n->join_early)
		n->unshare_flags = fresh;
	else if (cgroup_at_clone(b))
		n->clone_flags = fresh;
	else
		n->clone_flags = fresh & ~(uint64_t)CLONE_NEWCGROUP;
	/* The root of mqueue belongs to whoever makes the ipc namespace, and the clone's child is not
	 * yet root of the user namespace. */
	if (n->clone_flags & CLONE_NEWUSER)
		n->clone_flags &= ~(uint64_t)CLONE_NEWIPC;
	n->unshare_flags = fresh & ~n->clone_flags;
	n->final_clone =
		n->of[NAMESPACE_PID].how == NAMESPACE_JOIN || n->unshare_flags & CLONE_NEWPID;
	/* Rights over the pid namespace of others are gone in a new user namespace. */
	n->join_pid_late = n->of[NAMESPACE_PID].how == NAMESPACE_JOIN &&
			   n->of[NAMESPACE_USER].how != NAMESPACE_NEW;
	n->maps_after_unshare = n->unshare_flags & CLONE_NEWUSER;
}

int namespaces_plan(struct builder *b, struct error *err)
{
	for (size_t i = 0; i < b->on_linux->namespaces.count; i++) {
		if (builder_try(b, err, namespace_take(b, i, err)))
			return -1;
	}
	if (builder_try(b, err, mappings_check(b, err)) ||
		builder_try(b, err, time_offsets_plan(b, err)) || mount_namespace_check(b, err))
		return -1;
	order_decide(b);
	return 0;
}
