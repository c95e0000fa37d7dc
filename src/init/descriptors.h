/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which descriptors live how long. */
#ifndef INIT_DESCRIPTORS_H
#define INIT_DESCRIPTORS_H

#include <stdbool.h>
#include <stdint.h>

/* Gives up a descriptor, if it is one. descriptors_close() closes all in one call before anything of the container
 * runs; only where many are open already is this one closed at once. */
void descriptor_drop(int fd);

/* The type of the file (S_IFDIR ...), or -errno. */
int descriptor_type(int fd);

/* Whether it is the character device with these numbers. */
bool descriptor_is_device(int fd, uint32_t major, uint32_t minor);

#endif
