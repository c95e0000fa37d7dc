/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The seccomp profile: actions, instruction sets, flags and rules, decided and checked.
 *
 * Names of system calls are left alone: only the library knows their numbers, and an unknown one
 * is of a newer kernel than ours and never an error. Pure.
 *
 * Spec: config-linux.md "seccomp" */
#include "plan/seccomp.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <string.h>

#include "base/text.h"
#include "plan/builder.h"
#include "plan/seccomp-data.h"

#define ARGUMENTS     6
#define ERRNO_MAX     4095 /* MAX_ERRNO of the kernel, which cuts what is above it */
#define SOCKET_PATH   108  /* sockaddr_un */
#define RECEIVER_NAME "run.oci.seccomp.receiver"

struct action {
	const char *name;
	uint32_t value;
	uint32_t errno_max; /* 0: it returns nothing */
	bool allows;	    /* calls of unknown newer kernels too */
};

static const struct action actions[] = {
	[OCI_SECCOMP_KILL] = {"SCMP_ACT_KILL", SECCOMP_RET_KILL_THREAD, 0, false},
	[OCI_SECCOMP_KILL_PROCESS] = {"SCMP_ACT_KILL_PROCESS", SECCOMP_RET_KILL_PROCESS, 0,
		false},
	[OCI_SECCOMP_KILL_THREAD] = {"SCMP_ACT_KILL_THREAD", SECCOMP_RET_KILL_THREAD, 0, false},
	[OCI_SECCOMP_TRAP] = {"SCMP_ACT_TRAP", SECCOMP_RET_TRAP, 0, false},
	[OCI_SECCOMP_ERRNO] = {"SCMP_ACT_ERRNO", SECCOMP_RET_ERRNO, ERRNO_MAX, false},
	[OCI_SECCOMP_TRACE] = {"SCMP_ACT_TRACE", SECCOMP_RET_TRACE, SECCOMP_RET_DATA, true},
	[OCI_SECCOMP_ALLOW] = {"SCMP_ACT_ALLOW", SECCOMP_RET_ALLOW, 0, true},
	[OCI_SECCOMP_LOG] = {"SCMP_ACT_LOG", SECCOMP_RET_LOG, 0, true},
	[OCI_SECCOMP_NOTIFY] = {"SCMP_ACT_NOTIFY", SECCOMP_RET_USER_NOTIF, 0, false},
};

/* Which kernel runs processes of which kind. */
static const struct {
	const char *name;
	enum oci_seccomp_arch arch;
	uint32_t kernel; /* AUDIT_ARCH_* of its own system calls */
} abis[SECCOMP_ABI_COUNT] = {
	[SECCOMP_ABI_X86_64] = {"X86_64", OCI_SECCOMP_ARCH_X86_64, AUDIT_ARCH_X86_64},
	[SECCOMP_ABI_X86] = {"X86", OCI_SECCOMP_ARCH_X86, AUDIT_ARCH_X86_64},
	[SECCOMP_ABI_X32] = {"X32", OCI_SECCOMP_ARCH_X32, AUDIT_ARCH_X86_64},
	[SECCOMP_ABI_AARCH64] = {"AARCH64", OCI_SECCOMP_ARCH_AARCH64, AUDIT_ARCH_AARCH64},
	[SECCOMP_ABI_ARM] = {"ARM", OCI_SECCOMP_ARCH_ARM, AUDIT_ARCH_AARCH64},
};

/* TSYNC is for processes of several threads: init has one. */
static const uint32_t flag_values[] = {
	[OCI_SECCOMP_FLAG_TSYNC] = 0,
	[OCI_SECCOMP_FLAG_LOG] = SECCOMP_FILTER_FLAG_LOG,
	[OCI_SECCOMP_FLAG_SPEC_ALLOW] = SECCOMP_FILTER_FLAG_SPEC_ALLOW,
	[OCI_SECCOMP_FLAG_WAIT_KILLABLE_RECV] = SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV,
};

static const enum seccomp_abi own_abis[] = {SECCOMP_ABI_X86_64, SECCOMP_ABI_AARCH64};

const char *seccomp_abi_name(enum seccomp_abi abi)
{
	return abis[abi].name;
}

enum oci_seccomp_arch seccomp_abi_arch(enum seccomp_abi abi)
{
	return abis[abi].arch;
}

uint32_t seccomp_flag_value(enum oci_seccomp_flag flag)
{
	return flag_values[flag];
}

/* `errno_ret` is for the actions that return one; without it they return EPERM. */
static int action_plan(enum oci_seccomp_action given, const struct oci_opt_u32 *errno_ret,
	origin_t errno_origin, uint32_t *ret_action, struct error *err)
{
	const struct action *action = &actions[given];
	uint32_t data = action->errno_max ? EPERM : 0;

	if (errno_ret->present && !action->errno_max)
		return builder_refuse(
			err, errno_origin, "%s does not return an errno", action->name);
	if (errno_ret->present)
		data = errno_ret->value;
	if (data > action->errno_max)
		return builder_refuse(err, errno_origin, "%s can return at most %u, not %u",
			action->name, action->errno_max, data);
	*ret_action = action->value | data;
	return 0;
}

/* The kernel's own is always among them. One that this kernel does not run has no effect. */
static uint32_t abis_plan(struct builder *b, const struct oci_seccomp *given)
{
	uint32_t set = 0;

	for (size_t i = 0; i < sizeof(own_abis) / sizeof(own_abis[0]); i++) {
		if (abis[own_abis[i]].kernel == b->host->audit_arch)
			set |= 1U << own_abis[i];
	}
	for (size_t i = 0; i < given->architectures.count; i++) {
		bool known = false;

		for (unsigned abi = 0; abi < SECCOMP_ABI_COUNT; abi++) {
			if (abis[abi].arch != given->architectures.items[i] ||
				abis[abi].kernel != b->host->audit_arch)
				continue;
			set |= 1U << abi;
			known = true;
		}
		if (!known)
			builder_warn(b,
				"/linux/seccomp/architectures/%zu is not one of this "
				"machine's: "
				"it has no effect",
				i);
	}
	return set;
}

static uint32_t flags_plan(const struct oci_seccomp *given)
{
	uint32_t flags = 0;

	/* Without a list the callers count on what costs least; an empty one means none. */
	if (!given->flags.present)
		return SECCOMP_FILTER_FLAG_SPEC_ALLOW;
	for (size_t i = 0; i < given->flags.count; i++)
		flags |= flag_values[given->flags.items[i]];
	return flags;
}

/* Two conditions on one argument are alternatives; all callers count on it. */
static int conditions_plan(const struct oci_seccomp_arg_list *conditions, origin_t origin,
	bool *ret_any, struct error *err)
{
	unsigned seen[ARGUMENTS] = {0};

	*ret_any = false;
	for (size_t i = 0; i < conditions->count; i++) {
		if (conditions->items[i].index >= ARGUMENTS)
			return builder_refuse(err, origin,
				"a system call has no argument with index %u: the last one has "
				"5",
				conditions->items[i].index);
		if (seen[conditions->items[i].index]++)
			*ret_any = true;
	}
	return 0;
}

/* Whoever handles the notifications gets the descriptor for it by a message that init must be
 * able to write. */
static int notify_check(const struct oci_syscall *given, origin_t origin, struct error *err)
{
	for (size_t i = 0; i < given->names.count; i++) {
		if (!strcmp(given->names.items[i], "write"))
			return builder_refuse(err, origin,
				"SCMP_ACT_NOTIFY cannot be used for the write syscall");
	}
	return 0;
}

static int rule_plan(
	const struct oci_syscall *given, size_t i, struct seccomp_rule *rule, struct error *err)
{
	rule->names = &given->names;
	rule->conditions = &given->args;
	if (action_plan(given->action, &given->errno_ret, origin_make(ORIGIN_SECCOMP_ERRNO, i),
		    &rule->action, err) ||
		conditions_plan(
			&given->args, origin_make(ORIGIN_SECCOMP_ARGS, i), &rule->any, err))
		return -1;
	if (given->action != OCI_SECCOMP_NOTIFY)
		return 0;
	return notify_check(given, origin_make(ORIGIN_SECCOMP_NAMES, i), err);
}

static int rules_plan(struct builder *b, const struct oci_seccomp *given,
	struct plan_seccomp *seccomp, bool *ret_notify, struct error *err)
{
	struct seccomp_rule *rules =
		arena_array(b->arena, struct seccomp_rule, given->syscalls.count);

	if (!rules)
		return builder_full(err);
	for (size_t i = 0; i < given->syscalls.count; i++) {
		if (builder_try(
			    b, err, rule_plan(&given->syscalls.items[i], i, &rules[i], err)))
			return -1;
		*ret_notify |= given->syscalls.items[i].action == OCI_SECCOMP_NOTIFY;
	}
	seccomp->rules = rules;
	seccomp->rule_count = given->syscalls.count;
	return 0;
}

static int listener_plan(struct builder *b, const struct oci_seccomp *given, bool notify,
	struct plan_seccomp *seccomp, struct error *err)
{
	const origin_t origin = origin_make(ORIGIN_SECCOMP_LISTENER, 0);
	const char *path = given->listener_path ? given->listener_path
						: builder_annotation(b, RECEIVER_NAME);

	if (!notify && seccomp->flags & SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV)
		return builder_refuse(err, origin_make(ORIGIN_SECCOMP_FLAGS, 0),
			"SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV needs a rule with "
			"SCMP_ACT_NOTIFY");
	if (!notify)
		return 0;
	if (!path || !path[0])
		return builder_refuse(err, origin_make(ORIGIN_SECCOMP, 0),
			"SCMP_ACT_NOTIFY needs \"listenerPath\"");
	if (strlen(path) >= SOCKET_PATH)
		return builder_refuse(err, origin,
			"the path of a socket is at most %d bytes long", SOCKET_PATH - 1);
	seccomp->listener_path = arena_string(b->arena, path);
	seccomp->listener_metadata = arena_string(b->arena, given->listener_metadata);
	return 0;
}

/* A program that was built against a newer kernel tries the newest calls first, and goes on only after ENOSYS. */
static bool newer_enosys(const struct oci_seccomp *given, uint32_t default_action)
{
	return !actions[given->default_action].allows &&
	       default_action != (SECCOMP_RET_ERRNO | ENOSYS);
}

static int default_plan(
	const struct oci_seccomp *given, uint32_t *ret_action, struct error *err)
{
	if (given->default_action == OCI_SECCOMP_NOTIFY)
		return builder_refuse(err, origin_make(ORIGIN_SECCOMP_DEFAULT, 0),
			"SCMP_ACT_NOTIFY cannot be used as default action");
	return action_plan(given->default_action, &given->default_errno_ret,
		origin_make(ORIGIN_SECCOMP_DEFAULT_ERRNO, 0), ret_action, err);
}

static int profile_plan(struct builder *b, const struct oci_seccomp *given,
	struct plan_seccomp *seccomp, bool *ret_notify, struct error *err)
{
	if (builder_try(b, err, default_plan(given, &seccomp->default_action, err)))
		return -1;
	seccomp->newer_enosys = newer_enosys(given, seccomp->default_action);
	if (builder_annotation_flag(b, "run.oci.seccomp_fail_unknown_syscall",
		    ORIGIN_SECCOMP_STRICT, &seccomp->strict, err))
		return -1;
	return rules_plan(b, given, seccomp, ret_notify, err);
}

int seccomp_plan(struct builder *b, struct error *err)
{
	static const struct oci_seccomp nothing;
	const struct oci_seccomp *given =
		b->on_linux->seccomp ? b->on_linux->seccomp : &nothing;
	const char *data = builder_annotation(b, SECCOMP_DATA_NAME);
	struct plan_seccomp *seccomp;
	bool notify = false;

	if (!b->on_linux->seccomp && !data)
		return 0;
	seccomp = arena_new(b->arena, struct plan_seccomp);
	if (!seccomp)
		return builder_full(err);
	seccomp->abis = abis_plan(b, given);
	if (!seccomp->abis)
		return error_set(err, ERROR_UNSUPPORTED, 0,
			"there are no seccomp filters for this kind of machine");
	seccomp->flags = flags_plan(given);
	if (builder_try(b, err,
		    data ? seccomp_data_plan(b, data, seccomp, &notify, err)
			 : profile_plan(b, given, seccomp, &notify, err)))
		return -1;
	if (listener_plan(b, given, notify, seccomp, err))
		return -1;
	b->plan->seccomp = seccomp;
	return 0;
}
