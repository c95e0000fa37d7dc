/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The process with which systemd starts a scope.
 *
 * Runs in: the runtime, and in a child of it that only waits.
 * Why:     with it in the scope before there is an init, init is born in its own cgroup below the scope, with its limits
 *          written, as without systemd. To have systemd move init costs a grace period of the kernel while init
 *          waits, and another one for the way from the scope into the cgroup below.
 * Relies on: a process that has ended is none that systemd would start a scope with. */
#include "cgroup/holder.h"

#include <errno.h>
#include <signal.h>

#include "sys/file.h"
#include "sys/process.h"

__attribute__((no_sanitize("address", "undefined"))) static int holder_main(void *arg)
{
	const int parent = *(const int *)arg;

	sys_prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	sys_close_range(0, ~0U, 0);
	while (sys_getppid() == parent)
		sys_poll(NULL, 0, -1);
	return 0;
}

int holder_start(int cgroup_fd, struct error *err)
{
	struct clone_args args = {.flags = CLONE_CLEAR_SIGHAND, .exit_signal = SIGCHLD};
	int parent = sys_getpid(), pid;

	if (cgroup_fd >= 0) {
		args.flags |= CLONE_INTO_CGROUP;
		args.cgroup = (uint64_t)cgroup_fd;
	}
	pid = sys_clone(&args, holder_main, &parent);
	if (pid < 0)
		return error_system(err, pid, "cannot make a process for the unit of systemd");
	return pid;
}

void holder_end(int pid)
{
	int status;

	if (pid <= 0 || sys_kill(pid, SIGKILL))
		return;
	while (sys_wait4(pid, &status, 0) == -EINTR)
		;
}
