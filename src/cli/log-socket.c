/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Log lines for journald and syslog.
 *
 * Never:   waits: a daemon that does not read loses the line, and the container goes on.
 * Relies on: systemd's "Native Journal Protocol": NAME=VALUE lines, and where a value has lines of its own NAME, its
 *          length in 64 bits, little end first, and the value; RFC 3164 for /dev/log. */
#include "cli/log-socket.h"

#include <string.h>
#include <sys/un.h>
#include <syslog.h>

#include "base/text.h"
#include "sys/file.h"
#include "sys/socket.h"

static const struct {
	const char *name, *path;
} daemons[] = {
	[LOG_TO_JOURNALD] = {"journald", "/run/systemd/journal/socket"},
	[LOG_TO_SYSLOG] = {"syslog", "/dev/log"},
};

int log_socket_open(enum log_daemon daemon, struct error *err)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	int r, fd = sys_socket(AF_UNIX, SOCK_DGRAM, 0);

	if (fd < 0)
		return error_system(err, fd, "cannot make a socket for the log");
	memcpy(to.sun_path, daemons[daemon].path, strlen(daemons[daemon].path));
	r = sys_connect(fd, &to, sizeof(to));
	if (!r)
		return fd;
	sys_close(fd);
	return error_system(err, r, "cannot reach %s at %s for the log", daemons[daemon].name,
		daemons[daemon].path);
}

static struct iovec piece(const char *text)
{
	return (struct iovec){.iov_base = (void *)(uintptr_t)text, .iov_len = strlen(text)};
}

static void send_pieces(int fd, struct iovec *pieces, size_t count)
{
	const struct msghdr message = {.msg_iov = pieces, .msg_iovlen = count};

	sys_sendmsg(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void journal_send(int fd, const char *id, int priority, const char *message)
{
	const uint64_t length = strlen(message);
	uint8_t size[8];
	char level[] = {(char)('0' + priority), '\0'};
	struct iovec pieces[] = {piece("SYSLOG_IDENTIFIER=tare\nPRIORITY="), piece(level),
		piece("\nID="), piece(id), piece("\nMESSAGE\n"),
		{.iov_base = size, .iov_len = sizeof(size)}, piece(message), piece("\n")};

	for (size_t i = 0; i < sizeof(size); i++)
		size[i] = (uint8_t)(length >> 8 * i);
	send_pieces(fd, pieces, sizeof(pieces) / sizeof(pieces[0]));
}

void log_socket_send(
	int fd, enum log_daemon daemon, const char *id, int priority, const char *message)
{
	char head[160];
	struct iovec pieces[2];

	if (daemon == LOG_TO_JOURNALD) {
		journal_send(fd, id, priority, message);
		return;
	}
	text_print(head, sizeof(head), "<%d>tare%s%.*s%s: ", LOG_USER | priority,
		*id ? "[" : "", 100, id, *id ? "]" : "");
	pieces[0] = piece(head);
	pieces[1] = piece(message);
	send_pieces(fd, pieces, 2);
}
