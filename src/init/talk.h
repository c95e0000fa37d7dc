/* SPDX-License-Identifier: GPL-2.0-or-later */
/* init's side of the talk with the runtime: walks the table of sync.h. */
#ifndef INIT_TALK_H
#define INIT_TALK_H

#include "init/init.h"

/* Sends `type`, with one descriptor if fd >= 0. A message that the plan does not need is not
 * sent and is no error; one that is out of order is. */
int talk_say(struct init *init, enum sync_type type, int32_t value, int fd, struct error *err);

/* Waits for `type`, if the plan needs it. Anything else, the end of the stream included, is an error. */
int talk_wait(struct init *init, enum sync_type type, struct error *err);

/* Whether an error can still be told, and how: over the socket, or the result fifo once released. */
void talk_fail(const struct init *init, const struct error *err);

#endif
