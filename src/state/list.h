/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which containers there are. */
#ifndef STATE_LIST_H
#define STATE_LIST_H

#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"

/* The ids under a root, sorted, in `arena`. A missing root is -1 with ENOENT. */
int state_list(const char *root, struct arena *arena, const char ***ret_ids, size_t *ret_count,
	struct error *err);

#endif
