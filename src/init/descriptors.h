/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which descriptors live how long. */
#ifndef INIT_DESCRIPTORS_H
#define INIT_DESCRIPTORS_H

/* Gives up a descriptor. descriptors_close() closes all in one call before anything of the container
 * runs; only where many are open already is this one closed at once. */
void descriptor_drop(int fd);

#endif
