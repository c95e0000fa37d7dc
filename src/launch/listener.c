/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hands the notifications of a filter to whoever handles them.
 *
 * Runs in: the runtime, while init waits behind its filter.
 * Relies on: pidfd_getfd (Linux 5.6), for which the runtime must be allowed to trace init.
 * Spec:    config-linux.md "The Container Process State". Callers match on the text. */
#include "launch/listener.h"

#include "console/send.h"
#include "plan/origin.h"
#include "sys/file.h"
#include "sys/process.h"

int listener_pass(int pidfd, int fd, const char *path, const char *state, struct error *err)
{
	struct error why;
	int r, listener_fd = sys_pidfd_getfd(pidfd, fd);

	if (listener_fd < 0)
		return error_system(err, listener_fd, "cannot take the listener of the filter");
	r = send_descriptor(path, listener_fd, state, "the listener to", &why);
	sys_close(listener_fd);
	return r ? error_system_at(err, origin_make(ORIGIN_SECCOMP_LISTENER, 0), why.errnum,
			   "failed to connect with seccomp agent \"%s\"", path)
		 : 0;
}
