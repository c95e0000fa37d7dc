/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asks the kernel whether it takes a filter that somebody else has compiled, without ever loading it.
 *
 * Runs in: the runtime, and a child that shares its memory and makes three system calls.
 * Relies on: seccomp(2) reads and checks the program before it makes the descriptor of a listener: with no room for one
 *          the call fails with EMFILE exactly when the program is right. */
#include "seccomp/foreign.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/resource.h>

#include "plan/origin.h"
#include "sys/process.h"

#define CHILD_STACK 8192

struct question {
	const struct filter *filter;
	int answer;
};

__attribute__((no_sanitize("address", "undefined"))) static int child_ask(void *arg)
{
	struct question *question = arg;
	const struct rlimit64 none = {0, 0};
	struct sock_fprog program = {
		.len = (unsigned short)question->filter->count,
		.filter = (struct sock_filter *)question->filter->code,
	};
	int r = sys_prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);

	if (!r)
		r = sys_prlimit(0, RLIMIT_NOFILE, &none, NULL);
	if (!r)
		r = sys_seccomp(
			SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
	question->answer = r;
	return 0;
}

int foreign_check(const struct filter *filter, struct error *err)
{
	_Alignas(16) char stack[CHILD_STACK];
	struct question question = {.filter = filter, .answer = -EIO};
	struct clone_args args = {
		.flags = CLONE_VM | CLONE_VFORK | CLONE_CLEAR_SIGHAND,
		.exit_signal = SIGCHLD,
		.stack = (uint64_t)(uintptr_t)stack,
		.stack_size = sizeof(stack),
	};
	const origin_t origin = origin_make(ORIGIN_SECCOMP_DATA, 0);
	int pid = sys_clone(&args, child_ask, &question);

	if (pid < 0)
		return error_system_at(
			err, origin, pid, "cannot ask the kernel about the seccomp program");
	while (sys_wait4(pid, NULL, 0) == -EINTR)
		;
	if (question.answer == -EMFILE)
		return 0;
	if (question.answer != -EINVAL)
		return error_system_at(err, origin, question.answer,
			"cannot ask the kernel about the seccomp program");
	error_set(err, ERROR_CONFIG, 0,
		"the kernel does not take the seccomp program: it is not a filter of system "
		"calls");
	return error_at(err, origin);
}
