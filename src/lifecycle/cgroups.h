/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The end of a container's cgroups. */
#ifndef LIFECYCLE_CGROUPS_H
#define LIFECYCLE_CGROUPS_H

#include "cgroup/set.h"

/* Removes the cgroups, and kills what is still in them where they cannot be removed. With systemd as
 * the manager its unit goes too. */
int cgroups_end(struct cgroup_set *set, struct error *err);

#endif
