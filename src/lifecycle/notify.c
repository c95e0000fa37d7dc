/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Readiness of the container's program, passed on to the service manager.
 *
 * Runs in: the runtime of start and of run --detach, without a lock on the container.
 * Never:   passes on anything that the container says but that it is ready: a pid of its own choice would be obeyed.
 * Relies on: sd_notify(3), sd_notify_barrier(3): the manager closes the descriptor when it has read what came
 *          before it. */
#include "lifecycle/notify.h"

#include <poll.h>
#include <string.h>
#include <sys/un.h>

#include "base/text.h"
#include "sys/file.h"
#include "sys/process.h"
#include "sys/socket.h"

#define BARRIER_MILLISECONDS 30000
#define MESSAGE_MAX	     4096

/* '@' stands for the NUL of an abstract address. */
static int manager_connect(const char *address, int *ret_fd)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	size_t length = strlen(address);
	int fd, r;

	if (length >= sizeof(to.sun_path) || (address[0] != '/' && address[0] != '@'))
		return -EINVAL;
	memcpy(to.sun_path, address, length);
	if (address[0] == '@')
		to.sun_path[0] = '\0';
	fd = sys_socket(AF_UNIX, SOCK_DGRAM, 0);
	if (fd < 0)
		return fd;
	r = sys_connect(fd, &to, offsetof(struct sockaddr_un, sun_path) + length);
	if (r)
		sys_close(fd);
	else
		*ret_fd = fd;
	return r;
}

static int manager_send(int fd, const char *text, int passed_fd)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} control = {.header = {.cmsg_level = SOL_SOCKET,
			     .cmsg_type = SCM_RIGHTS,
			     .cmsg_len = CMSG_LEN(sizeof(int))}};
	struct iovec vector = {.iov_base = (void *)(uintptr_t)text, .iov_len = strlen(text)};
	struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};
	ssize_t n;

	if (passed_fd >= 0) {
		memcpy(CMSG_DATA(&control.header), &passed_fd, sizeof(int));
		message.msg_control = &control;
		message.msg_controllen = sizeof(control.room);
	}
	do
		n = sys_sendmsg(fd, &message, MSG_NOSIGNAL);
	while (n == -EINTR);
	return n < 0 ? (int)n : 0;
}

/* Until the manager knows the pid it would take our exit for that of the service. */
static int barrier_await(int fd)
{
	struct pollfd end = {.events = POLLHUP};
	int pipe[2];
	int r = sys_pipe2(pipe, 0);

	if (r)
		return r;
	r = manager_send(fd, "BARRIER=1", pipe[1]);
	sys_close(pipe[1]);
	end.fd = pipe[0];
	while (!r) {
		int n = sys_poll(&end, 1, BARRIER_MILLISECONDS);

		/* Managers without the barrier leave it unanswered. */
		if (n != -EINTR)
			break;
	}
	sys_close(pipe[0]);
	return r;
}

static int readiness_send(const char *address, int pid)
{
	char text[64];
	int fd, r = manager_connect(address, &fd);

	if (r)
		return r;
	text_print(text, sizeof(text), "READY=1\nMAINPID=%d", pid);
	r = manager_send(fd, text, -1);
	if (!r)
		r = barrier_await(fd);
	sys_close(fd);
	return r;
}

static bool says_ready(const char *message)
{
	for (const char *line = message; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (text_starts(line, "READY=1") && (!line[7] || line[7] == '\n'))
			return true;
	}
	return false;
}

/* 1 when the program is ready, 0 when init has ended before it was, or -errno. */
static int readiness_await(int listen_fd, int pidfd)
{
	struct pollfd fds[2] = {
		{.fd = listen_fd, .events = POLLIN}, {.fd = pidfd, .events = POLLIN}};
	char message[MESSAGE_MAX + 1];

	for (;;) {
		ssize_t n = sys_poll(fds, 2, -1);

		if (n < 0 && n != -EINTR)
			return (int)n;
		if (n > 0 && fds[0].revents) {
			n = sys_read(listen_fd, message, MESSAGE_MAX);
			if (n < 0)
				return (int)n;
			message[n] = '\0';
			if (says_ready(message))
				return 1;
		} else if (n > 0 && fds[1].revents) {
			return 0;
		}
	}
}

int notify_wait(int listen_fd, int pidfd, int pid, const char *address, struct error *err)
{
	int r;

	if (listen_fd < 0)
		return 0;
	r = readiness_await(listen_fd, pidfd);
	if (r < 0)
		return error_system(err, r, "cannot wait until the container is ready");
	r = r ? readiness_send(address, pid) : 0;
	return r ? error_system(err, r,
			   "cannot tell NOTIFY_SOCKET \"%s\" that the container is ready",
			   address)
		 : 0;
}
