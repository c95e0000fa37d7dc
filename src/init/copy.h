/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A tmpfs that begins with a copy of the directory that it covers. */
#ifndef INIT_COPY_H
#define INIT_COPY_H

#include <stdbool.h>

#include "base/error.h"

/* Copies what the directory `covered` holds into `tmpfs`, both O_PATH; what is mounted below it is left
 * out. 0 or -errno; *err then says more, or is empty. */
int copy_up(int covered, int tmpfs, bool with_owner, struct error *err);

#endif
