/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The file that tells the caller the container's pid. */
#ifndef LIFECYCLE_PID_FILE_H
#define LIFECYCLE_PID_FILE_H

#include "base/error.h"

/* Writes the number and nothing else: callers parse the whole content. The file appears whole,
 * by rename; `path` is relative to the caller's working directory. */
int pid_file_write(const char *path, int pid, struct error *err);

void pid_file_remove(const char *path);

#endif
