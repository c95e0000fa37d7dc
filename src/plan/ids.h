/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Id maps that can be compared. */
#ifndef PLAN_IDS_H
#define PLAN_IDS_H

#include "libocispec/config.h"
#include "plan/plan.h"

struct builder;

/* As many as the kernel takes. KERNEL < 4.15: five. */
#define ID_RANGES 340

/* Checks the ranges of a map that is to be made, and prints them into the arena as the kernel reads them. */
int ids_map_print(struct builder *b, const struct oci_id_mapping_list *list, origin_t origin,
	const char **ret_map, struct error *err);

/* Sorts and joins ranges, so that maps that say the same are the same; how many are left. */
size_t ids_normalise(struct id_range *ranges, size_t count);

#endif
