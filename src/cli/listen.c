/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The environment of a service.
 *
 * Runs in: the runtime, before anything else is opened.
 * Trusts:  the environment as far as the kernel says that the descriptors are there.
 * Spec:    sd_listen_fds(3): LISTEN_PID says whom the variables are for; sd_notify(3). */
#include "cli/listen.h"

#include <limits.h>
#include <stdlib.h>

#include "base/number.h"
#include "sys/process.h"

#define DESCRIPTORS_MAX 65536

int listen_take(struct request *request, struct error *err)
{
	const char *fds = getenv("LISTEN_FDS"), *pid = getenv("LISTEN_PID");
	uint64_t count, whose;

	if (!fds || !pid)
		return 0;
	if (number_u64(pid, INT_MAX, &whose))
		return error_set(
			err, ERROR_USAGE, 0, "LISTEN_PID=\"%s\" is not a process id", pid);
	if (whose != (uint64_t)sys_getpid())
		return 0;
	if (number_u64(fds, DESCRIPTORS_MAX, &count))
		return error_set(err, ERROR_USAGE, 0,
			"LISTEN_FDS=\"%s\" is not a number of descriptors", fds);
	/* More than any process can hold is refused where they are counted. */
	if (request->preserve_fds <= DESCRIPTORS_MAX)
		request->preserve_fds += (uint32_t)count;
	request->listen_fds = (uint32_t)count;
	request->listen_names = getenv("LISTEN_FDNAMES");
	return 0;
}

int listen_notify_take(struct request *request, struct error *err)
{
	const char *address = getenv("NOTIFY_SOCKET");

	if (!address || !address[0])
		return 0;
	if (address[0] != '/' && address[0] != '@')
		return error_set(err, ERROR_USAGE, 0,
			"NOTIFY_SOCKET=\"%s\" is neither an absolute path nor an abstract "
			"address that begins with \"@\"",
			address);
	request->notify_socket = address;
	return 0;
}
