/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Trees of mounts find their place, by descriptor. Each returns 0 or -errno. */
#ifndef INIT_ATTACH_H
#define INIT_ATTACH_H

/* Attaches a detached tree to what `target` shows, or on top of what is mounted there. */
int tree_attach(int fd, int target);

/* Attaches a clone of the mount or file that `source` shows. */
int tree_attach_clone(int source, int target);

#endif
