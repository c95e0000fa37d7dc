/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A service manager that wants to know when the container's program is ready: sd_notify(3). */
#ifndef LIFECYCLE_NOTIFY_H
#define LIFECYCLE_NOTIFY_H

#include "base/error.h"

/* Waits on the socket that the container sends to until it says READY=1, passes that on to the service
 * manager's socket `address` with the pid of the container's init, and waits until it has been read. Returns
 * as well when init ends. Nothing without a socket (-1). */
int notify_wait(int listen_fd, int pidfd, int pid, const char *address, struct error *err);

#endif
