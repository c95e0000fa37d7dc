/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What init does first.
 *
 * Runs in: init, as the runtime's user.
 * Trusts:  the runtime: signal handlers are cleared by the clone, and 0-2 were open when it started.
 * Calls:   prctl, rt_sigaction, rt_sigprocmask, umask, ppoll.
 *
 * A process that is not dumpable leaves no core either, so that RLIMIT_CORE is left to the runtime,
 * which sets the limits of the config by pid while init waits. */
#include "init/steps.h"

#include <poll.h>
#include <signal.h>

#include "sys/file.h"
#include "sys/process.h"

/* What the runtime or its caller may have ignored: the clone resets handlers, not that. */
static const int ignorable[] = {SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM, SIGUSR1, SIGUSR2,
	SIGCHLD, SIGTSTP, SIGTTIN, SIGTTOU, SIGXFSZ};

int protect_again(struct error *err)
{
	int r = sys_prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);

	if (!r)
		r = sys_prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	return r ? error_system(err, r, "cannot tie init to the runtime") : 0;
}

/* A closed one would become the number of something that the set-up opens. */
static int stdio_check(struct error *err)
{
	struct pollfd stdio[3] = {{.fd = 0}, {.fd = 1}, {.fd = 2}};
	int r = sys_poll(stdio, 3, 0);

	if (r < 0)
		return error_system(err, r, "cannot look at the standard descriptors");
	for (int i = 0; i < 3; i++) {
		if (stdio[i].revents & POLLNVAL)
			return error_set(err, ERROR_INTERNAL, EBADF,
				"standard descriptor %d is closed", i);
	}
	return 0;
}

int protect_start(void *ctx, struct error *err)
{
	uint64_t none = 0;
	int r;

	(void)ctx;
	if (protect_again(err) || stdio_check(err))
		return -1;
	r = sys_prctl(PR_SET_NAME, (unsigned long)"tare:[init]", 0, 0, 0);
	for (size_t i = 0; !r && i < sizeof(ignorable) / sizeof(ignorable[0]); i++)
		r = sys_signal(ignorable[i], NULL);
	if (!r)
		r = sys_sigprocmask(SIG_SETMASK, &none, NULL);
	if (r)
		return error_system(err, r, "cannot set the signals or the name of init");
	sys_umask(0);
	return 0;
}
