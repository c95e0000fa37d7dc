/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Trees of mounts, detached or attached, by descriptor. Each returns 0 or -errno. */
#ifndef INIT_TREE_H
#define INIT_TREE_H

#include <stdint.h>

/* Sets and clears MOUNT_ATTR_*; `flags` is AT_RECURSIVE or 0. Nothing to do is no call. */
int tree_change(int fd, uint64_t set, uint64_t clear, unsigned flags);

/* MS_SHARED, MS_PRIVATE, MS_SLAVE or MS_UNBINDABLE, with or without MS_REC. */
int tree_propagate(int fd, unsigned long propagation);

/* Attaches a detached tree to what `target` shows, or on top of what is mounted there. */
int tree_attach(int fd, int target);

/* Attaches a clone of the mount or file that `source` shows. */
int tree_attach_clone(int source, int target);

#endif
