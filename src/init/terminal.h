/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The container's terminal: a pair from the container's own devpts. */
#ifndef INIT_TERMINAL_H
#define INIT_TERMINAL_H

#include "init/init.h"

/* Makes the pair, binds the container's side on dev/console, sends the other one to the runtime. Keeps
 * init->terminal_fd. */
int terminal_open(struct init *init, struct error *err);

/* Puts the container's side on 0-2; without a terminal gives 0-2 to the process's user. */
int terminal_connect(struct init *init, struct error *err);

/* Leads a new session, to which the terminal belongs. */
int terminal_start_session(struct init *init, struct error *err);

#endif
