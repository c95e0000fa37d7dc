/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hands the notifications of a filter to whoever handles them. */
#ifndef LAUNCH_LISTENER_H
#define LAUNCH_LISTENER_H

#include "base/error.h"

/* Takes descriptor `fd` of the process and sends it to the socket `path` with `state`, the container process
 * state as JSON. */
int listener_pass(int pidfd, int fd, const char *path, const char *state, struct error *err);

#endif
