/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which descriptors live how long. */
#ifndef INIT_DESCRIPTORS_H
#define INIT_DESCRIPTORS_H

#include "init/init.h"

/* Gives up a descriptor. descriptors_close() closes all in one call before anything of the container
 * runs; only where many are open already is this one closed at once. */
void descriptor_drop(int fd);

/* Closes everything but 0-2, the preserved ones and those that are needed until execve, and sees
 * that of these only 0-2 and the preserved ones survive it. */
int descriptors_close(struct init *init, struct error *err);

#endif
