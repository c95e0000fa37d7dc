/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the caller may not do here, by fact and not by user id. */
#ifndef HOST_RIGHTS_H
#define HOST_RIGHTS_H

#include "base/error.h"
#include "host/host.h"

/* Are we in another user namespace than the first one? */
int host_user_namespace_probe(bool *ret_inside, struct error *err);

/* Fills the members of *host from in_user_namespace to setgroups_denied. One system call more than the above for root of the
 * machine. */
int host_rights_probe(struct host *host, struct error *err);

#endif
