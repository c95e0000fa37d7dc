/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a profile says of every number of a system call.
 *
 * The rules for one call:
 * - A rule that says what the default says is none.
 * - A rule without conditions decides; the first one does, and those with conditions count for nothing.
 * - Of several rules whose conditions hold, the one with the most restrictive action decides, in the
 *   kernel's own order. The order in the profile has no meaning.
 * - What cannot be seen cannot be allowed: conditions on the arguments of a call that is made through
 *   socketcall or ipc cannot be looked at. A rule that is milder than the default takes them as
 *   broken, any other as kept. */
#ifndef SECCOMP_TABLE_H
#define SECCOMP_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "plan/plan.h"
#include "plan/seccomp.h"

/* Decides if all its conditions hold. */
struct alternative {
	uint32_t action;
	size_t count;
	const struct oci_seccomp_arg *conditions;
};

/* All numbers from `first` up to the next span's. The first alternative that holds decides, and `action`
 * if none does. */
struct span {
	uint32_t first;
	uint32_t action;
	bool narrow; /* only the low 32 bits of arguments are compared */
	size_t count;
	const struct alternative *alternatives;
};

/* The first span begins with 0. */
struct table {
	uint32_t audit; /* AUDIT_ARCH_* */
	size_t count;
	struct span *spans;
};

/* For one AUDIT_ARCH_*, in memory of the arena. False when that is full. */
bool table_make(const struct plan_seccomp *seccomp, uint32_t audit, struct arena *arena,
	struct table *ret_table);

#endif
