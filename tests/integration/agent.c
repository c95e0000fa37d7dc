/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plays a seccomp agent: takes one container's listener from a socket and answers its notifications.
 *
 *   agent SOCKET STATE [ANSWER]
 *
 * What comes with the listener is written to the file STATE. ANSWER is "continue", or what every call is to
 * return: a number, negative for an errno; -1 is the default. Ends when the container does. */
#include <errno.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static int listen_at(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) || listen(fd, 1))
		die(path);
	fd = accept(fd, NULL, NULL);
	if (fd < 0)
		die("accept");
	return fd;
}

/* The first message has the descriptor; the text goes on to the end of the connection. */
static int listener_receive(int fd, const char *state_path)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(4 * sizeof(int))];
	} control;
	char text[65536];
	struct iovec vector = {.iov_base = text, .iov_len = sizeof(text)};
	struct msghdr message = {.msg_iov = &vector,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control)};
	ssize_t n = recvmsg(fd, &message, MSG_CMSG_CLOEXEC);
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);
	FILE *state = fopen(state_path, "w");
	int listener;

	if (n <= 0 || !state || !header || header->cmsg_type != SCM_RIGHTS ||
		header->cmsg_len != CMSG_LEN(sizeof(int)))
		die("the first message");
	memcpy(&listener, CMSG_DATA(header), sizeof(listener));
	do
		fwrite(text, 1, (size_t)n, state);
	while ((n = read(fd, text, sizeof(text))) > 0);
	fclose(state);
	return listener;
}

static void serve(int listener, const char *answer)
{
	struct seccomp_notif notification = {0};
	struct seccomp_notif_resp response = {0};
	long value = strtol(answer, NULL, 0);

	if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &notification))
		return;
	response.id = notification.id;
	if (!strcmp(answer, "continue"))
		response.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
	else if (value < 0)
		response.error = (int)value;
	else
		response.val = value;
	ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &response);
}

int main(int argc, char **argv)
{
	struct pollfd wait = {.events = POLLIN};

	if (argc < 3)
		return 2;
	wait.fd = listener_receive(listen_at(argv[1]), argv[2]);
	while (poll(&wait, 1, -1) >= 0 || errno == EINTR) {
		if (wait.revents & POLLIN)
			serve(wait.fd, argc > 3 ? argv[3] : "-1");
		else if (wait.revents & POLLHUP)
			return 0;
	}
	return 1;
}
