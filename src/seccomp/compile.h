/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a profile to a filter. */
#ifndef SECCOMP_COMPILE_H
#define SECCOMP_COMPILE_H

#include "base/arena.h"
#include "base/error.h"
#include "plan/plan.h"
#include "seccomp/filter.h"

/* In memory of the arena. */
int compile_profile(const struct plan_seccomp *seccomp, struct arena *arena,
	struct filter *ret_filter, struct error *err);

#endif
