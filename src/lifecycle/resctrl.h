/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The making of a container's resctrl group, with a record. */
#ifndef LIFECYCLE_RESCTRL_H
#define LIFECYCLE_RESCTRL_H

#include "base/arena.h"
#include "cgroup/resctrl.h"
#include "state/directory.h"

/* Records what is to be made and makes it; nothing without a plan. The record, set as soon as it is written, is in the arena. */
int resctrl_make(const struct resctrl *resctrl, struct state_dir *dir, struct arena *arena,
	const char **ret_record, struct error *err);

#endif
