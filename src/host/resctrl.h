/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where this host's resctrl file system is. Pure. */
#ifndef HOST_RESCTRL_H
#define HOST_RESCTRL_H

#include "base/arena.h"

/* Its mount point, from the content of /proc/self/mountinfo, copied into `arena`; NULL if it is mounted nowhere. */
const char *host_resctrl_parse(const char *mountinfo, struct arena *arena);

#endif
