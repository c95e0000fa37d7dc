/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The process's working directory. */
#ifndef INIT_CWD_H
#define INIT_CWD_H

#include "init/init.h"

/* Makes it below the root if it is missing; before the root becomes read-only. */
int cwd_make(struct init *init, struct error *err);

/* Enters it as root, where that is permitted: a network file system may permit it only to the user. */
int cwd_try(struct init *init, struct error *err);

/* Enters it as the process's user if it is not entered yet, and sees that it lies inside. */
int cwd_enter(struct init *init, struct error *err);

#endif
