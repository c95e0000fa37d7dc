/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The container's root: brought into the mount namespace, and entered. */
#ifndef INIT_PIVOT_H
#define INIT_PIVOT_H

#include "init/init.h"

/* Attaches the tree of the root, so that mounts can be made in it; sets init->root_fd. */
int pivot_attach(struct init *init, struct error *err);

/* Makes it read-only, if the plan says so. */
int pivot_protect(struct init *init, struct error *err);

/* Makes it "/" and leaves the old root. */
int pivot_enter(struct init *init, struct error *err);

#endif
