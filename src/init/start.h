/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the finished set-up to the container's program. */
#ifndef INIT_START_H
#define INIT_START_H

#include "init/init.h"

/* Says CREATED and waits until the runtime lets go. */
int start_release(struct init *init, struct error *err);

/* START_BY_FIFO: waits for the byte of `start`. Does not return if `start` will never come. */
int start_wait(struct init *init, struct error *err);

/* Says EXECING and becomes the program. Returns only with an error. */
int start_execute(struct init *init, struct error *err);

#endif
