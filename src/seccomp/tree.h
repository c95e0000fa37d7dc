/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From tables of numbers to a filter. */
#ifndef SECCOMP_TREE_H
#define SECCOMP_TREE_H

#include "base/arena.h"
#include "base/error.h"
#include "seccomp/filter.h"
#include "seccomp/table.h"

/* A filter that says what the tables say, the first one's architecture asked for first, and kills
 * whoever is of none. At most SECCOMP_ABI_COUNT tables. In memory of the arena. */
int tree_compile(const struct table *tables, size_t count, struct arena *arena,
	struct filter *ret_filter, struct error *err);

#endif
