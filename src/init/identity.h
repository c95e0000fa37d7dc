/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Becomes who the process is: ids, groups, capabilities, no_new_privs. */
#ifndef INIT_IDENTITY_H
#define INIT_IDENTITY_H

#include "init/init.h"

/* Drops all privilege that the process is not to have, and reads back that it is gone. */
int identity_take(struct init *init, struct error *err);

#endif
