/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Detached instances of procfs. */
#ifndef INIT_PROCFS_H
#define INIT_PROCFS_H

#include "init/init.h"

/* One of the caller's own pid namespace; a descriptor of the mount, or -errno. */
int procfs_open(void);

/* One of the joined pid namespace, which init itself is not in, with the options and flags of `op`. */
int procfs_open_joined(const struct init *init, const struct mount_op *op);

#endif
