/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the program that the container is to run. */
#ifndef INIT_PROGRAM_H
#define INIT_PROGRAM_H

#include "base/text.h"
#include "init/init.h"

/* Composes the next place where PATH has `name`: takes a directory off *path, which may be NULL at the
 * start, and is set to NULL behind the last one. False when there is none left. An empty directory is the
 * working directory. What does not fit leaves `text` cut. */
bool program_candidate(const char **path, const char *name, struct text *text);

/* Sets init->program to what execve gets; an error is one that create reports, not start. */
int program_find(struct init *init, struct error *err);

#endif
