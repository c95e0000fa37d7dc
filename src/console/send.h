/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Descriptors for the caller, over a Unix socket that it listens on. */
#ifndef CONSOLE_SEND_H
#define CONSOLE_SEND_H

#include "base/error.h"

/* Connects, and sends one message with `fd` and the text `payload`, as receivers expect it. `what` says in an error what
 * is sent where: "the terminal to the console socket". */
int send_descriptor(const char *socket_path, int fd, const char *payload, const char *what,
	struct error *err);

#endif
