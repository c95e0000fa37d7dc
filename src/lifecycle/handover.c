/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the caller gets of a new process before its program starts. Runs in: the runtime. */
#include "lifecycle/handover.h"

#include "console/relay.h"
#include "console/send.h"

int handover_terminal(
	const struct launch *launch, const char *console_socket, struct error *err)
{
	if (launch->terminal_fd < 0)
		return 0;
	if (!console_socket) {
		relay_prepare(launch->terminal_fd);
		return 0;
	}
	/* The name says to the receiver what it gets; nobody opens it. */
	return send_descriptor(console_socket, launch->terminal_fd, "/dev/pts/ptmx",
		"the terminal to the console socket", err);
}

int handover_pidfd(const struct launch *launch, const char *payload, struct error *err)
{
	for (size_t i = 0; i < PLAN_PIDFD_SOCKETS; i++) {
		const char *path = launch->plan->pidfd_sockets[i];

		if (path && send_descriptor(path, launch->pidfd, payload,
				    "the pidfd to the socket", err))
			return -1;
	}
	return 0;
}
