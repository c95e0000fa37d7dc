/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Puts the filter between the process and the kernel.
 *
 * Runs in: init, as the last thing before execve; without no_new_privs also earlier, see below.
 * Never:   makes another call behind the filter than those that are named here: the filter may forbid it.
 * Trusts:  the runtime, which has compiled the program, and asked the kernel for the flags.
 * Calls:   seccomp, capset, fcntl, write, read, exit_group.
 *
 * With no_new_privs nothing but execve follows, or write and exit_group when that fails. Without, the kernel
 * wants CAP_SYS_ADMIN. A process that waits for its start with more than it asked for could be a prey: so
 * where the profile lets pass all that init has still to do, the filter comes first, and
 * then capset. A profile that does not is loaded before execve too; the capability ends there, since what a
 * process has after execve does not depend on what it could do before.
 *
 * With a listener init waits until somebody has it: the first notification may be of execve. Loaded early, it is
 * kept until then; the profile asks nobody about what comes in between. */
#include "init/steps.h"

#include <linux/filter.h>
#include <linux/seccomp.h>

#include "plan/origin.h"
#include "sys/file.h"
#include "sys/process.h"

static int load_failed(int r, struct error *err)
{
	return error_system_at(
		err, origin_make(ORIGIN_SECCOMP, 0), r, "cannot load the seccomp filter");
}

/* 0, the descriptor of the listener, or -errno. */
static int filter_load(const struct init *init, unsigned flags)
{
	const struct sock_fprog program = {
		.len = init->handoff->filter_count,
		.filter = (struct sock_filter *)init->handoff->filter,
	};

	return sys_seccomp(SECCOMP_SET_MODE_FILTER, flags, (void *)&program);
}

static unsigned filter_flags(const struct plan_seccomp *seccomp)
{
	return seccomp->flags | (seccomp->listener_path ? SECCOMP_FILTER_FLAG_NEW_LISTENER : 0);
}

bool seccomp_needs_admin(const struct init *init)
{
	return init->handoff->filter && !init->plan->process.no_new_privileges;
}

int seccomp_load_early(void *ctx, struct error *err)
{
	struct init *init = ctx;
	int r;

	if (!init->handoff->filter || !init->handoff->filter_early)
		return 0;
	r = filter_load(init, filter_flags(init->plan->seccomp));
	if (r < 0)
		return load_failed(r, err);
	if (init->plan->seccomp->listener_path)
		init->listener_fd = r;
	return identity_settle(init, err);
}

/* In the child that becomes a hook. Nobody listens for it: calls that a rule notifies of fail with ENOSYS. */
int seccomp_load_hook(const struct init *init)
{
	const struct plan_seccomp *seccomp = init->plan->seccomp;

	if (!init->handoff->filter || init->handoff->filter_early)
		return 0;
	return filter_load(init, seccomp->flags & ~SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV);
}

/* The runtime, or `start`, takes the descriptor and answers; if it has gone nobody ever will. */
static void listener_await(const struct init *init, int listener_fd)
{
	const struct sync_header message = {.type = SYNC_LISTENER, .value = listener_fd};
	const int out = init->released ? init->handoff->result_fd : init->handoff->sync_fd;
	const int in = init->released ? init->handoff->start_fd : init->handoff->sync_fd;
	struct sync_header answer;

	if (sys_write(out, &message, sizeof(message)) != sizeof(message) ||
		sys_read(in, &answer, sizeof(answer)) <= 0)
		sys_exit(1);
}

int seccomp_load_late(struct init *init, struct error *err)
{
	int r;

	if (init->listener_fd >= 0)
		listener_await(init, init->listener_fd);
	if (!init->handoff->filter || init->handoff->filter_early)
		return 0;
	if (init->released && init->plan->seccomp->listener_path) {
		/* Reading is to wait for the answer. */
		r = sys_fcntl(init->handoff->start_fd, F_SETFL, 0);
		if (r < 0)
			return error_system(err, r, "cannot wait for the seccomp agent");
	}
	r = filter_load(init, filter_flags(init->plan->seccomp));
	if (r < 0)
		return load_failed(r, err);
	if (init->plan->seccomp->listener_path)
		listener_await(init, r);
	return 0;
}
