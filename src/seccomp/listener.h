/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hands the notifications of a filter to whoever handles them. */
#ifndef SECCOMP_LISTENER_H
#define SECCOMP_LISTENER_H

#include <stddef.h>

#include "base/error.h"

/* Takes descriptor `fd` of the process and sends it with `text`, the state of the container process, to
 * the socket `path`. */
int listener_pass(int pidfd, int fd, const char *path, const char *text, size_t length,
	struct error *err);

#endif
