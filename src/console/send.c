/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Descriptors for the caller.
 *
 * Runs in: the runtime.
 * Trusts:  the caller's path; what is sent gives its receiver power over the container.
 * Relies on: unix(7), SCM_RIGHTS. */
#include "console/send.h"

#include <string.h>
#include <sys/un.h>

#include "base/text.h"
#include "sys/file.h"
#include "sys/socket.h"

static int message_send(int socket_fd, int fd, const char *payload)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} control = {0};
	struct iovec vector = {
		.iov_base = (void *)(uintptr_t)payload, .iov_len = strlen(payload)};
	struct msghdr message = {.msg_iov = &vector,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control.room)};
	ssize_t n;

	control.header.cmsg_level = SOL_SOCKET;
	control.header.cmsg_type = SCM_RIGHTS;
	control.header.cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(&control.header), &fd, sizeof(int));
	do
		n = sys_sendmsg(socket_fd, &message, MSG_NOSIGNAL);
	while (n == -EINTR);
	return n < 0 ? (int)n : 0;
}

int send_descriptor(const char *socket_path, int fd, const char *payload, const char *what,
	struct error *err)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int socket_fd, r;

	if (!text_print(address.sun_path, sizeof(address.sun_path), "%s", socket_path))
		return error_set(err, ERROR_USAGE, ENAMETOOLONG, "cannot send %s \"%s\"", what,
			socket_path);
	socket_fd = sys_socket(AF_UNIX, SOCK_STREAM, 0);
	if (socket_fd < 0)
		return error_system(err, socket_fd, "cannot make a socket");
	r = sys_connect(socket_fd, &address, sizeof(address));
	if (!r)
		r = message_send(socket_fd, fd, payload);
	sys_close(socket_fd);
	return r ? error_system(err, r, "cannot send %s \"%s\"", what, socket_path) : 0;
}
