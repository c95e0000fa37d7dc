/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Id maps that can be compared. */
#ifndef PLAN_IDS_H
#define PLAN_IDS_H

#include "plan/plan.h"

/* As many as the kernel takes. KERNEL < 4.15: five. */
#define ID_RANGES 340

/* Sorts and joins ranges, so that maps that say the same are the same; how many are left. */
size_t ids_normalise(struct id_range *ranges, size_t count);

#endif
