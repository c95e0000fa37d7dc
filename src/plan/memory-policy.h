/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How the printed plan shows what memory_policy_plan() decides. */
#ifndef PLAN_MEMORY_POLICY_H
#define PLAN_MEMORY_POLICY_H

#include "plan/plan.h"
#include "plan/printer.h"

/* One line; nothing for NULL. */
void memory_policy_print(struct printer *p, const struct memory_policy *policy);

#endif
