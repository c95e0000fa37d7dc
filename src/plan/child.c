/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a caller without root's rights needs a user namespace for, and what is left to the clone's child.
 *
 * Pure. The rights are facts of the host (host/rights.h). With a new user namespace the child has all rights in it; over
 * namespaces of others it has none then, and the runtime neither.
 *
 * Spec: user_namespaces(7); namespaces(7) */
#include <linux/sched.h>

#include "plan/builder.h"
#include "plan/namespace-kinds.h"

static int user_namespace_need(struct builder *b, struct error *err)
{
	if (namespace_how(b, NAMESPACE_USER) != NAMESPACE_HOST)
		return 0;
	error_set(err, ERROR_CONFIG, 0,
		"user %u may make containers in a user namespace only, and linux.namespaces "
		"has "
		"none",
		b->host->euid);
	return error_pointer(err, "/linux/namespaces");
}

/* What is joined belongs to somebody: to join it takes rights over its owner, which the new one is not. */
static int joins_check(struct builder *b, struct error *err)
{
	for (int kind = 0; kind < NAMESPACE_COUNT; kind++) {
		const struct namespace_op *op = &b->plan->namespaces.of[kind];

		if (op->how == NAMESPACE_JOIN)
			return builder_refuse(err, op->origin,
				"user %u can join the %s namespace \"%s\" only together with "
				"the user namespace that owns it, given by its path too",
				b->host->euid, namespace_facts[kind].name, op->path);
	}
	return 0;
}

static int mount_join_check(struct builder *b, struct error *err)
{
	const struct namespace_op *op = &b->plan->namespaces.of[NAMESPACE_MOUNT];

	if (op->how != NAMESPACE_JOIN)
		return 0;
	return builder_refuse(err, op->origin,
		"the mount namespace \"%s\" cannot be joined: the root is to come from the "
		"caller's own, over which user %u has no rights",
		op->path, b->host->euid);
}

static int rights_check(struct builder *b, struct error *err)
{
	if (b->host->no_admin && user_namespace_need(b, err))
		return -1;
	if (b->host->no_admin && namespace_how(b, NAMESPACE_USER) == NAMESPACE_NEW &&
		joins_check(b, err))
		return -1;
	return b->host->foreign_mounts ? mount_join_check(b, err) : 0;
}

int child_plan(struct builder *b, struct error *err)
{
	struct plan_namespaces *namespaces = &b->plan->namespaces;
	struct plan_child *child = &b->plan->child;

	if (rights_check(b, err))
		return -1;
	child->sets_limits = rootless(b);
	child->opens_trees =
		b->host->foreign_mounts && namespace_how(b, NAMESPACE_MOUNT) == NAMESPACE_NEW;
	/* The runtime could make one, but not return from it to that of the machine. */
	child->unshares_time = namespaces->new_time && rootless(b);
	child->joins_user = namespace_how(b, NAMESPACE_USER) == NAMESPACE_JOIN &&
			    (child->opens_trees || child->unshares_time);
	/* It is there already when init unshares the others. */
	if (child->joins_user && child->opens_trees)
		namespaces->unshare_flags &= ~(uint64_t)CLONE_NEWNS;
	return 0;
}
