/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Handing a v2 cgroup over to the user of the container. */
#ifndef CGROUP_OWNER_H
#define CGROUP_OWNER_H

#include "cgroup/set.h"

/* Makes the user the owner of the directory and of the files in it that the kernel names for that: those by which cgroups
 * below it are made and filled, not those that limit it. */
int cgroup_hand_over(struct cgroup_set *set, uint32_t uid, struct error *err);

#endif
