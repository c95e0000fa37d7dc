/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Descriptors that init inherits. */
#ifndef LAUNCH_OPEN_H
#define LAUNCH_OPEN_H

#include "launch/launch.h"

/* Opens the namespaces to join and checks that each is of its kind. */
int open_namespaces(struct handoff *handoff, const struct plan *plan, struct error *err);

/* Closes them and the trees as far as they are the runtime's, once. The handoff is left as it is: init may be reading the
 * same memory. */
void open_close(const struct handoff *handoff, const struct plan *plan);

#endif
