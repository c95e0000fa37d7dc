/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The place in a state directory where a container's program says that it is ready: a directory, which the container
 * gets as a mount, and in it a socket while somebody listens. */
#ifndef STATE_NOTIFY_H
#define STATE_NOTIFY_H

#include "state/directory.h"

#define STATE_NOTIFY "notify"

/* Makes the directory; the container's users may enter it. */
int state_notify_make(const struct state_dir *dir, struct error *err);

/* Makes the socket, to which everybody may send. *ret_fd is -1 for a container without the directory. */
int state_notify_listen(const struct state_dir *dir, int *ret_fd, struct error *err);

/* Removes both: 0, also when there is nothing, or -errno. */
int state_notify_remove(int dir_fd);

#endif
