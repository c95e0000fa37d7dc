/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names of capabilities, and process.capabilities -> five sets of bits. */
#ifndef PLAN_CAPABILITIES_H
#define PLAN_CAPABILITIES_H

#include <stdint.h>

#include "plan/builder.h"

/* Fills the plan's sets from process.capabilities. What the config or the kernel does not know is
 * left out with a warning, as the specification says; nothing is ever added. */
int capabilities_plan(struct builder *b, struct error *err);

/* The number of "CAP_...", or -1. */
int capability_number(const char *name);

/* The name of capability `number`, or NULL. */
const char *capability_name(uint32_t number);

#endif
