/* SPDX-License-Identifier: GPL-2.0-or-later */
/* process.rlimits -> limits by number. */
#ifndef PLAN_RLIMITS_H
#define PLAN_RLIMITS_H

#include "plan/builder.h"

int rlimits_plan(struct builder *b, struct error *err);

/* "RLIMIT_..." of a number, or NULL. */
const char *rlimit_name(uint32_t resource);

#endif
