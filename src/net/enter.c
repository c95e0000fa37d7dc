/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A socket in another network namespace, without going there: a child goes, and opens it in the table of descriptors
 * that it shares with us.
 *
 * Runs in: the runtime, and a child that shares its memory and descriptors and makes two system calls. Nobody can reach
 *          it: it stays in the host's pid, user and mount namespaces.
 * Relies on: setns(2) with a pidfd (5.8). */
#include "net/enter.h"

#include <errno.h>
#include <signal.h>

#include "sys/process.h"

#define CHILD_STACK 8192

struct errand {
	int namespace_fd;
	int answer;
	struct netlink *netlink;
};

__attribute__((no_sanitize("address", "undefined"))) static int child_go(void *arg)
{
	struct errand *errand = arg;

	errand->answer = sys_setns(errand->namespace_fd, CLONE_NEWNET);
	if (!errand->answer)
		errand->answer = netlink_open(errand->netlink);
	return 0;
}

int enter_open(int namespace_fd, struct netlink *ret_netlink)
{
	_Alignas(16) char stack[CHILD_STACK];
	struct errand errand = {
		.namespace_fd = namespace_fd, .answer = -EIO, .netlink = ret_netlink};
	struct clone_args args = {
		.flags = CLONE_VM | CLONE_VFORK | CLONE_FILES | CLONE_CLEAR_SIGHAND,
		.exit_signal = SIGCHLD,
		.stack = (uint64_t)(uintptr_t)stack,
		.stack_size = sizeof(stack),
	};
	int pid;

	ret_netlink->fd = -1;
	pid = sys_clone(&args, child_go, &errand);
	if (pid < 0)
		return pid;
	while (sys_wait4(pid, NULL, 0) == -EINTR)
		;
	return errand.answer;
}
