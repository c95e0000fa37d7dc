/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Network devices that the container gets. */
#ifndef PLAN_NETWORK_H
#define PLAN_NETWORK_H

#include "base/error.h"
#include "plan/printer.h"

struct plan_network;

/* Says that an error is about this device of linux.netDevices; -1. */
int network_error_at(struct error *err, const char *name);

void network_print(struct printer *p, const struct plan_network *network);

#endif
