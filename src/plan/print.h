/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plan as text: what `tare plan` shows, and what the golden tests compare. */
#ifndef PLAN_PRINT_H
#define PLAN_PRINT_H

#include <stddef.h>

#include "plan/plan.h"

/* Prints every decision of the plan, in the order of execution, one per line, with the place in config.json
 * that it comes from. `write` is called with pieces of the text in order; it returns 0, or a negative errno, which ends
 * the printing and is returned. */
int plan_print(const struct plan *plan,
	int (*write)(void *context, const char *bytes, size_t length), void *context);

#endif
