/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Attributes of trees of mounts, detached or attached, by descriptor. Each returns 0 or -errno. */
#ifndef INIT_TREE_H
#define INIT_TREE_H

#include <stdint.h>

#include "plan/plan.h"

/* Sets and clears MOUNT_ATTR_*; `flags` is AT_RECURSIVE or 0. Nothing to do is no call. */
int tree_change(int fd, uint64_t set, uint64_t clear, unsigned flags);

/* MS_SHARED, MS_PRIVATE, MS_SLAVE or MS_UNBINDABLE, with or without MS_REC. */
int tree_propagate(int fd, unsigned long propagation);

/* All attributes of a bind mount or a remount, then its propagation. */
int tree_dress(int fd, const struct mount_op *op);

#endif
