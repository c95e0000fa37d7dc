/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Masked and read-only paths. */
#ifndef INIT_PATHS_H
#define INIT_PATHS_H

#include "init/init.h"

int paths_make_read_only(struct init *init, struct error *err);
int paths_mask(struct init *init, struct error *err);

#endif
