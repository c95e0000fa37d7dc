/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names of what scheduling_plan() decides, for the printed plan. */
#ifndef PLAN_SCHEDULING_H
#define PLAN_SCHEDULING_H

#include <stdint.h>

#include "plan/printer.h"

/* "SCHED_FIFO" */
const char *scheduling_policy_name(uint32_t policy);

/* SCHED_FLAG_* without that prefix. */
extern const struct bit_name scheduling_flag_names[];

/* "IOPRIO_CLASS_BE" */
const char *scheduling_io_class_name(uint32_t class);

#endif
