/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The init program, embedded in this binary, as an executable descriptor that nobody can write. */
#ifndef LAUNCH_IMAGE_H
#define LAUNCH_IMAGE_H

#include "base/error.h"

/* A sealed memfd with init's image; where the kernel refuses to make one executable (vm.memfd_noexec=2), a
 * read-only descriptor of a file in a tmpfs that is mounted nowhere. */
int image_open(int *ret_fd, struct error *err);

/* The second way alone: for when executing the memfd was refused (SELinux, IMA). */
int image_open_file(int *ret_fd, struct error *err);

#endif
