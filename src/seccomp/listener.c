/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hands the notifications of a filter to whoever handles them.
 *
 * Runs in: the runtime, while init waits behind its filter.
 * Relies on: pidfd_getfd (Linux 5.6), for which the runtime must be allowed to trace init.
 * Spec:    config-linux.md "The Container Process State": one connection, the descriptor with the first
 *          byte, and the end. Callers match on the text. */
#include "seccomp/listener.h"

#include <errno.h>
#include <sys/un.h>

#include "base/text.h"
#include "plan/origin.h"
#include "sys/file.h"
#include "sys/process.h"
#include "sys/socket.h"

/* With descriptor `fd`, if it is one. */
static ssize_t send_once(int socket_fd, int fd, const char *text, size_t length)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} control = {.header = {.cmsg_level = SOL_SOCKET,
			     .cmsg_type = SCM_RIGHTS,
			     .cmsg_len = CMSG_LEN(sizeof(int))}};
	struct iovec vector = {.iov_base = (void *)text, .iov_len = length};
	struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};
	ssize_t n;

	if (fd >= 0) {
		*(int *)(void *)CMSG_DATA(&control.header) = fd;
		message.msg_control = &control;
		message.msg_controllen = sizeof(control.room);
	}
	do
		n = sys_sendmsg(socket_fd, &message, MSG_NOSIGNAL);
	while (n == -EINTR);
	return n;
}

static int send_all(int socket_fd, int fd, const char *text, size_t length)
{
	ssize_t n = send_once(socket_fd, fd, text, length);

	while (n >= 0 && (size_t)n < length) {
		text += n;
		length -= (size_t)n;
		n = send_once(socket_fd, -1, text, length);
	}
	return n < 0 ? (int)n : 0;
}

static int connect_to(const char *path, int *ret_fd)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int r, fd;

	if (!text_print(address.sun_path, sizeof(address.sun_path), "%s", path))
		return -ENAMETOOLONG;
	fd = sys_socket(AF_UNIX, SOCK_STREAM, 0);
	if (fd < 0)
		return fd;
	r = sys_connect(fd, &address, sizeof(address));
	if (r)
		sys_close(fd);
	else
		*ret_fd = fd;
	return r;
}

int listener_pass(
	int pidfd, int fd, const char *path, const char *text, size_t length, struct error *err)
{
	int socket_fd = -1, listener_fd, r;

	listener_fd = sys_pidfd_getfd(pidfd, fd);
	if (listener_fd < 0)
		return error_system(err, listener_fd, "cannot take the listener of the filter");
	r = connect_to(path, &socket_fd);
	if (r) {
		error_system(err, r, "failed to connect with seccomp agent \"%s\"", path);
	} else {
		r = send_all(socket_fd, listener_fd, text, length);
		sys_close(socket_fd);
		if (r)
			error_system(err, r, "cannot send to the seccomp agent \"%s\"", path);
	}
	sys_close(listener_fd);
	return r ? error_at(err, origin_make(ORIGIN_SECCOMP_LISTENER, 0)) : 0;
}
