/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Processes of a container that SIGKILL does not end. */
#ifndef CGROUP_SURVIVORS_H
#define CGROUP_SURVIVORS_H

#include "cgroup/set.h"

/* After an error, because something has not ended or a cgroup cannot be removed: if processes are there, *err names them, with
 * what they wait in. */
void cgroup_survivors_tell(struct cgroup_set *set, struct error *err);

#endif
