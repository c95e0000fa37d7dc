/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What init does first, so that nothing outside or inside can use it. */
#ifndef INIT_PROTECT_H
#define INIT_PROTECT_H

#include "init/init.h"

/* A known state: not dumpable, dies with the runtime, no signal blocked, umask 0, 0-2 open. */
int protect_start(struct init *init, struct error *err);

/* Not dumpable, and dies with the runtime: the kernel forgets both when ids change. */
int protect_again(struct error *err);

#endif
