/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The id maps of a new user namespace, written by the runtime. */
#ifndef LAUNCH_IDMAP_H
#define LAUNCH_IDMAP_H

#include "base/error.h"
#include "plan/plan.h"

/* Writes uid_map and gid_map of process `pid` as one write each, as the kernel demands. */
int idmap_write(int pid, const struct plan_ids *ids, struct error *err);

#endif
