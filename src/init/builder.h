/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The final clone: the process that is seen in a pid namespace that has others. */
#ifndef INIT_BUILDER_H
#define INIT_BUILDER_H

#include "init/init.h"

/* Ends this process with a clone that runs run(init) as a child of the runtime, and tells the runtime its pid. Returns
 * only with an error. */
int builder_finish(struct init *init, int (*run)(struct init *init), struct error *err);

#endif
