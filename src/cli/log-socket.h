/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Log lines for the daemons that collect them. */
#ifndef CLI_LOG_SOCKET_H
#define CLI_LOG_SOCKET_H

#include "base/error.h"

enum log_daemon { LOG_TO_JOURNALD, LOG_TO_SYSLOG };

/* The socket on which the daemon listens, or -1. */
int log_socket_open(enum log_daemon daemon, struct error *err);

/* One entry. `priority` is one of syslog(3); `id` is what the caller knows the entries by and may be "". A message that
 * does not get through is lost: nothing fails for want of a log. */
void log_socket_send(
	int fd, enum log_daemon daemon, const char *id, int priority, const char *message);

#endif
