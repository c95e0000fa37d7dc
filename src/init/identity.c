/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Becomes who the process is.
 *
 * Runs in: init, inside; what comes after it in the table runs as the process's user.
 * Never:   leaves a step unchecked: each is read back, as a container with more rights than it asked for
 *          looks like any other.
 * Trusts:  the plan's sets are masks of capabilities that this kernel knows.
 * Calls:   prctl, setgroups, setresgid, setresuid, capset, getresuid, getresgid, capget, personality,
 *          prlimit64, set_mempolicy, getgroups.
 * Spec:    config.md "process" (user, capabilities, noNewPrivileges), capabilities(7). */
#include "init/steps.h"

#include <linux/securebits.h>
#include <string.h>
#include <sys/resource.h>

#include "base/number.h"
#include "plan/origin.h"
#include "sys/process.h"

static int identity_failed(int r, const char *what, enum origin_place place, struct error *err)
{
	return error_system_at(err, origin_make(place, 0), r, "cannot %s", what);
}

/* The kernel, or what stands between it and us, has said yes and has not done it. */
static int mismatch(const char *what, struct error *err)
{
	error_set(err, ERROR_INTERNAL, 0, "the process has other %s than it is to have", what);
	return error_at(err, origin_make(ORIGIN_PROCESS, 0));
}

static int capability_failed(int r, const char *what, unsigned number, struct error *err)
{
	return error_system_at(err, origin_make(ORIGIN_PROCESS_CAPABILITIES, 0), r,
		"cannot %s capability number %u", what, number);
}

static int bounding_take(const struct plan_process *process, struct error *err)
{
	for (unsigned number = 0; number <= process->last_capability; number++) {
		int r;

		if (process->capabilities.bounding >> number & 1)
			continue;
		r = sys_prctl(PR_CAPBSET_DROP, number, 0, 0, 0);
		/* Without CAP_SETPCAP it is no loss if it was not there. */
		if (sys_prctl(PR_CAPBSET_READ, number, 0, 0, 0) == 0)
			continue;
		return r ? capability_failed(r, "drop from the bounding set", number, err)
			 : mismatch("bounding capabilities", err);
	}
	return 0;
}

static bool groups_stay(const struct plan_process *process, bool joined)
{
	return process->keep_groups || (joined && !process->group_count);
}

/* What is kept over the change of user ends with execve. */
static int securebits(const struct plan_process *process)
{
	return process->uid ? SECBIT_KEEP_CAPS : 0;
}

static int ids_take(const struct plan_process *process, bool joined, struct error *err)
{
	int r = process->keep_groups ? 0 : sys_setgroups(process->group_count, process->groups);

	/* Whether setgroups is denied in a user namespace of others no plan knows; no group is asked for then. */
	if (r && !(r == -EPERM && groups_stay(process, joined)))
		return identity_failed(
			r, "set the additional groups", ORIGIN_PROCESS_GROUPS, err);
	/* The caller's are not for the container. Without CAP_SETPCAP there must be none. */
	r = sys_prctl(PR_SET_SECUREBITS, (unsigned long)securebits(process), 0, 0, 0);
	if (r && process->uid && sys_prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0))
		return identity_failed(r, "keep capabilities over the change of user",
			ORIGIN_PROCESS_UID, err);
	r = sys_setresgid(process->gid, process->gid, process->gid);
	if (r)
		return identity_failed(r, "set the group" ID_NEEDED, ORIGIN_PROCESS_GID, err);
	r = sys_setresuid(process->uid, process->uid, process->uid);
	if (r)
		return identity_failed(r, "set the user" ID_NEEDED, ORIGIN_PROCESS_UID, err);
	return 0;
}

static int capabilities_get(struct __user_cap_data_struct ret_held[2])
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};

	return sys_capget(&header, ret_held);
}

static void capabilities_fill(
	const struct capability_sets *wanted, struct __user_cap_data_struct ret_data[2])
{
	for (int i = 0; i < 2; i++) {
		ret_data[i].effective = (uint32_t)(wanted->effective >> 32 * i);
		ret_data[i].permitted = (uint32_t)(wanted->permitted >> 32 * i);
		ret_data[i].inheritable = (uint32_t)(wanted->inheritable >> 32 * i);
	}
}

/* An error names the first one that the runtime itself lacks, if that is the cause. */
static int capabilities_take(const struct capability_sets *wanted, struct error *err)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2], held[2] = {0};
	uint64_t missing;
	int r;

	capabilities_fill(wanted, data);
	r = sys_capset(&header, data);
	if (!r)
		return 0;
	capabilities_get(held);
	missing = wanted->permitted & ~(held[0].permitted | (uint64_t)held[1].permitted << 32);
	if (missing)
		return capability_failed(r, "give", (unsigned)__builtin_ctzll(missing), err);
	return identity_failed(r, "set the capabilities", ORIGIN_PROCESS_CAPABILITIES, err);
}

/* The kernel keeps ambient within permitted and inheritable; what lies outside cannot be given, and
 * is nothing that the process would have more. */
static int ambient_take(const struct capability_sets *wanted, struct error *err)
{
	uint64_t possible = wanted->ambient & wanted->permitted & wanted->inheritable;
	int r;

	if (!wanted->inheritable)
		return 0;
	r = sys_prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	if (r)
		return identity_failed(
			r, "clear the ambient set", ORIGIN_PROCESS_CAPABILITIES, err);
	for (; possible; possible &= possible - 1) {
		unsigned number = (unsigned)__builtin_ctzll(possible);

		r = sys_prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, number, 0, 0);
		if (r)
			return capability_failed(r, "raise ambient", number, err);
	}
	return 0;
}

static bool ids_are(const struct plan_process *process)
{
	uid_t uid[3];
	gid_t gid[3];
	bool same = !sys_getresuid(&uid[0], &uid[1], &uid[2]) &&
		    !sys_getresgid(&gid[0], &gid[1], &gid[2]);

	for (int i = 0; i < 3 && same; i++)
		same = uid[i] == process->uid && gid[i] == process->gid;
	return same;
}

/* The kernel holds them in the order of what they are on the host. */
static bool groups_are(const struct plan_process *process)
{
	const size_t count = process->group_count;

	if (sys_getgroups((int)count, process->groups_held) != (int)count)
		return false;
	number_sort(process->groups_held, count);
	return !count || !memcmp(process->groups_held, process->groups, count * sizeof(gid_t));
}

static bool capabilities_are(const struct capability_sets *wanted)
{
	struct __user_cap_data_struct data[2], held[2];

	capabilities_fill(wanted, data);
	return !capabilities_get(held) && !memcmp(data, held, sizeof(data));
}

static bool ambient_are(const struct capability_sets *wanted)
{
	uint64_t possible = wanted->permitted & wanted->inheritable;

	for (; possible; possible &= possible - 1) {
		unsigned number = (unsigned)__builtin_ctzll(possible);
		int r = sys_prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, number, 0, 0);

		if (r != (int)(wanted->ambient >> number & 1))
			return false;
	}
	return true;
}

/* What the process is to have, and until the filter is loaded what loading it needs. */
static struct capability_sets capabilities_for_now(const struct init *init)
{
	struct capability_sets sets = init->plan->process.capabilities;

	if (seccomp_needs_admin(init)) {
		sets.effective |= 1ULL << CAP_SYS_ADMIN;
		sets.permitted |= 1ULL << CAP_SYS_ADMIN;
	}
	return sets;
}

int identity_settle(const struct init *init, struct error *err)
{
	return capabilities_take(&init->plan->process.capabilities, err);
}

/* Read back, as a container with more rights than it is to have looks like any other. */
static int identity_check(const struct plan_process *process, bool joined,
	const struct capability_sets *capabilities, struct error *err)
{
	const char *what = NULL;

	if (!ids_are(process))
		what = "ids";
	else if (!groups_stay(process, joined) && !groups_are(process))
		what = "groups";
	else if (!capabilities_are(capabilities) || !ambient_are(&process->capabilities))
		what = "capabilities";
	else if (sys_prctl(PR_GET_SECUREBITS, 0, 0, 0, 0) != securebits(process))
		what = "securebits";
	else if (process->no_new_privileges && sys_prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
		what = "no_new_privs";
	return what ? mismatch(what, err) : 0;
}

/* A runtime without CAP_SYS_RESOURCE may not touch the limits of a process of another user: here they are set
 * while the user is still the same. In a user namespace only the runtime can, by pid. */
int identity_limit(void *ctx, struct error *err)
{
	struct init *init = ctx;
	const struct plan_process *process = &init->plan->process;

	if (init->plan->namespaces.of[NAMESPACE_USER].how != NAMESPACE_HOST)
		return 0;
	for (size_t i = 0; i < process->rlimit_count; i++) {
		const struct rlimit_op *op = &process->rlimits[i];
		struct rlimit64 limit = {.rlim_cur = op->soft, .rlim_max = op->hard};
		int r = sys_prlimit(0, (int)op->resource, &limit, NULL);

		if (r)
			return error_system_at(err, op->origin, r,
				"cannot set %s to soft %lu, hard %lu", op->name,
				(unsigned long)op->soft, (unsigned long)op->hard);
	}
	return 0;
}

/* Both stay over execve, and neither needs privilege. */
static int domain_take(const struct plan_process *process, struct error *err)
{
	const struct memory_policy *policy = process->memory_policy;
	int r = sys_personality(process->personality);

	if (r < 0)
		return identity_failed(r, "set the personality", ORIGIN_PERSONALITY, err);
	r = policy ? sys_set_mempolicy((int)policy->mode, policy->nodes, MEMORY_NODES + 1) : 0;
	return r ? identity_failed(r, "set the memory policy", ORIGIN_MEMORY_POLICY, err) : 0;
}

int identity_take(void *ctx, struct error *err)
{
	struct init *init = ctx;
	const struct plan_process *process = &init->plan->process;
	const struct capability_sets capabilities = capabilities_for_now(init);
	bool joined = init->plan->namespaces.of[NAMESPACE_USER].how == NAMESPACE_JOIN;
	int r;

	if (domain_take(process, err) || bounding_take(process, err) ||
		ids_take(process, joined, err) || capabilities_take(&capabilities, err) ||
		ambient_take(&process->capabilities, err))
		return -1;
	if ((process->uid || process->gid) && protect_again(err))
		return -1;
	r = process->no_new_privileges ? sys_prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) : 0;
	if (r)
		return identity_failed(r, "set no_new_privs", ORIGIN_PROCESS_NO_NEW_PRIVS, err);
	return identity_check(process, joined, &capabilities, err);
}
