/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints what is done to the container's file systems. Included by print.c alone. */
#ifndef PLAN_PRINT_MOUNTS_H
#define PLAN_PRINT_MOUNTS_H

#include "plan/plan.h"
#include "plan/printer.h"

void print_trees(struct printer *p, const struct plan *plan);
void print_root(struct printer *p, const struct plan_root *root);
void print_mounts(struct printer *p, const struct plan_mounts *mounts);
void print_devices(struct printer *p, const struct plan_devices *devices);
void print_root_switch(struct printer *p, const struct plan *plan);
void print_paths(struct printer *p, const struct plan_paths *paths);

#endif
