/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a service manager says to the runtime in its environment. */
#ifndef CLI_LISTEN_H
#define CLI_LISTEN_H

#include "base/error.h"
#include "plan/request.h"

/* Takes LISTEN_FDS and LISTEN_FDNAMES over into the request if they are for this process: the descriptors stand before
 * those of --preserve-fds, and are counted among them. */
int listen_take(struct request *request, struct error *err);

/* NOTIFY_SOCKET: where the manager wants to hear that the container is ready. */
int listen_notify_take(struct request *request, struct error *err);

#endif
