/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The seccomp profile as lines of the printed plan. */
#ifndef PLAN_PRINT_SECCOMP_H
#define PLAN_PRINT_SECCOMP_H

#include "plan/plan.h"
#include "plan/printer.h"

/* Prints nothing for NULL. */
void print_seccomp(struct printer *p, const struct plan_seccomp *seccomp);

#endif
