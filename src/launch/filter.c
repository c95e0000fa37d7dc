/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The seccomp filter that init loads, and when.
 *
 * Runs in: the runtime, before the clone. */
#include "launch/filter.h"

#include <signal.h>

#include "seccomp/prepare.h"
#include "sys/process.h"

/* What init calls behind a filter that it has loaded as the last thing with privilege: the rest of main.c's
 * tables. A call that is missing here makes init load a strict profile early, and die of it. */
static const struct prepare_call calls[] = {
	/* Only a builder, which then makes the process. */
	{"clone", true, CLONE_PARENT | CLONE_PARENT_SETTID | SIGCHLD},
	/* The process. */
	{"capset", false, 0},
	{"clock_gettime", false, 0},
	{"close", false, 0},
	{"execve", false, 0},
	{"exit_group", false, 0},
	{"ioctl", false, 0},
	{"ppoll", false, 0},
	{"prctl", true, PR_SET_DUMPABLE},
	{"prctl", true, PR_SET_PDEATHSIG},
	{"read", false, 0},
	{"recvmsg", false, 0},
	{"sendmsg", false, 0},
	{"setsid", false, 0},
	{"umask", false, 0},
	{"write", false, 0},
	/* Only with startContainer hooks: hook-process.c. */
	{"clone", true, CLONE_PIDFD | SIGCHLD},
	{"close_range", false, 0},
	{"dup3", false, 0},
	{"fcntl", false, 0},
	{"getpid", false, 0},
	{"kill", false, 0},
	{"pipe2", false, 0},
	{"rt_sigaction", false, 0},
	{"rt_sigprocmask", false, 0},
	{"setpgid", false, 0},
	{"socketpair", false, 0},
	{"wait4", false, 0},
};

#define CALLS	      (sizeof(calls) / sizeof(calls[0]))
#define BUILDER_CALLS 1
#define HOOK_CALLS    12

int filter_make(struct memory *memory, const struct plan *plan, const struct cache_rules *rules,
	const char *state_root, struct arena *scratch, struct error *err)
{
	const size_t skipped =
		plan->namespaces.of[NAMESPACE_PID].how == NAMESPACE_JOIN ? 0 : BUILDER_CALLS;
	const size_t unused = plan->hooks.of[HOOK_START_CONTAINER].count ? 0 : HOOK_CALLS;
	/* Where others could use the privilege that loading takes, nobody waits for the start, and no hook for an answer. */
	const bool kept = !skipped && unused && plan->start == START_AT_ONCE;
	struct filter filter;
	bool passes;
	int r;

	if (!plan->seccomp)
		return 0;
	r = prepare_filter(plan->seccomp, rules, state_root, calls + skipped,
		CALLS - skipped - unused, &memory->arena, scratch, &filter, &passes, err);
	if (r)
		return r;
	memory->handoff->filter = filter.code;
	memory->handoff->filter_count = (uint16_t)filter.count;
	/* Nobody has the listener before the start. With no_new_privs the filter needs no privilege and can be the last
	 * thing; but in a pid namespace with others in it the process has it before it is seen. */
	memory->handoff->filter_early = passes && (!plan->seccomp->listener_path || kept) &&
					(!plan->process.no_new_privileges || !skipped);
	return 0;
}
