/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Mounts, executed inside the new mount namespace. */
#ifndef INIT_MOUNTS_H
#define INIT_MOUNTS_H

#include "init/init.h"

/* All mounts in their order, writable where something is still to be made in them. */
int mounts_apply(struct init *init, struct error *err);

/* Makes read-only what had to wait. */
int mounts_protect(struct init *init, struct error *err);

#endif
