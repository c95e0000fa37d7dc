/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Enters and makes the namespaces that the clone has not made.
 *
 * Runs in: init, in its final cgroup, with the runtime's rights until a user namespace is entered.
 * Never:   enters a pid namespace itself: only the child of the final clone is in it.
 * Trusts:  the descriptors that the runtime has opened; setns checks their kind.
 * Calls:   setns, unshare, setgroups, setresgid, setresuid, prctl.
 * Spec:    config-linux.md "namespaces", user_namespaces(7). */
#include "init/steps.h"

#include "init/talk.h"
#include "sys/process.h"

/* Joins `*kinds`, a bit for each; with `later` those that need other rights stay in it. */
static int kinds_join(struct init *init, unsigned *kinds, bool later, struct error *err)
{
	for (int kind = 0; kind < NAMESPACE_COUNT; kind++) {
		const struct namespace_op *op = &init->plan->namespaces.of[kind];
		int r = *kinds >> kind & 1
				? sys_setns(init->handoff->namespace_fds[kind], (int)op->flag)
				: 0;

		if (r && !(later && r == -EPERM))
			return error_system_at(err, op->origin, r,
				"cannot join the %s namespace \"%s\"", op->name, op->path);
		*kinds &= ~(unsigned)(!r << kind);
	}
	return 0;
}

/* Root of the user namespace, when its maps are as the plan has them: what is made from now on belongs to it. */
static int become_root(struct init *init, struct error *err)
{
	const struct plan_ids *ids = &init->plan->ids;
	int r;

	if (talk_say(init, SYNC_MAPS_WANTED, 0, -1, err) ||
		talk_wait(init, SYNC_MAPS_WRITTEN, err))
		return -1;
	r = init->plan->process.keep_groups ? 0 : sys_setgroups(0, NULL);
	/* setgroups is "denied" in a namespace that an unprivileged user has made. */
	if (!r || r == -EPERM)
		r = sys_setresgid(ids->maker_gid, ids->maker_gid, ids->maker_gid);
	if (!r)
		r = sys_setresuid(ids->maker_uid, ids->maker_uid, ids->maker_uid);
	if (r)
		return error_system_at(
			err, init->plan->namespaces.of[NAMESPACE_USER].origin, r, ROOT_NEEDED);
	return protect_again(err);
}

/* The maps are written by the runtime, which may have to pass the checks of /proc for that. */
static int user_namespace_make(struct init *init, struct error *err)
{
	int r = sys_unshare(CLONE_NEWUSER);

	if (!r)
		r = sys_prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
	if (r)
		return error_system(err, r, "cannot make a user namespace");
	return become_root(init, err);
}

int namespaces_join_pid(void *ctx, struct error *err)
{
	struct init *init = ctx;
	unsigned kinds = init->plan->namespaces.join_pid_late ? 1U << NAMESPACE_PID : 0;

	return kinds_join(init, &kinds, false, err);
}

/* Namespaces need not belong to the user namespace that is joined with them: who comes with more rights than it gives
 * joins them before, the others after it. */
static int joined_enter(struct init *init, struct error *err)
{
	const struct plan_namespaces *namespaces = &init->plan->namespaces;
	unsigned user = 0, kinds = 0;

	for (int kind = 0; kind < NAMESPACE_COUNT; kind++)
		if (namespaces->of[kind].how == NAMESPACE_JOIN)
			*(kind == NAMESPACE_USER ? &user : &kinds) |= 1U << kind;
	kinds &= ~(unsigned)(namespaces->join_pid_late << NAMESPACE_PID);
	if (user && !init->plan->child.joins_user &&
		(kinds_join(init, &kinds, true, err) ||
			kinds_join(init, &(unsigned){user}, false, err)))
		return -1;
	return (user && become_root(init, err)) || kinds_join(init, &kinds, false, err) ? -1
											: 0;
}

int namespaces_enter(void *ctx, struct error *err)
{
	struct init *init = ctx;
	const struct plan_namespaces *namespaces = &init->plan->namespaces;
	uint64_t flags = namespaces->unshare_flags;
	int r;

	if (joined_enter(init, err))
		return -1;
	if (flags & CLONE_NEWUSER) {
		if (user_namespace_make(init, err))
			return error_at(err, namespaces->of[NAMESPACE_USER].origin);
		flags &= ~(uint64_t)CLONE_NEWUSER;
	}
	r = flags ? sys_unshare((int)flags) : 0;
	if (r)
		return error_system(err, r, "cannot make new namespaces");
	return talk_say(init, SYNC_NAMESPACES, 0, -1, err)
		       ? -1
		       : talk_wait(init, SYNC_PARENT_READY, err);
}

int namespaces_follow(void *ctx, struct error *err)
{
	struct init *init = ctx;
	const struct plan_namespaces *namespaces = &init->plan->namespaces;
	int flags = (int)namespaces->target_flags;
	int r = flags ? sys_setns(init->handoff->target_fd, flags) : 0;

	if (r)
		return error_system(err, r, "cannot join the container's namespaces");
	return flags & CLONE_NEWUSER ? become_root(init, err) : 0;
}
