/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one arena of a command: zeroed memory, of which only what is touched costs anything. */
#ifndef LIFECYCLE_SCRATCH_H
#define LIFECYCLE_SCRATCH_H

#include "base/arena.h"
#include "base/error.h"

int scratch_open(struct arena *ret_arena, struct error *err);
void scratch_close(struct arena *arena);

#endif
