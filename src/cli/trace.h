/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --trace: the spans of every process as Chrome/Perfetto JSON. */
#ifndef CLI_TRACE_H
#define CLI_TRACE_H

#include "base/error.h"
#include "lifecycle/lifecycle.h"

/* Memory that init shares; fills caller->trace, trace_fd and the observer. */
int trace_open(struct caller *caller, struct error *err);

/* Writes what was recorded to `path` and gives the memory back. */
int trace_write(struct caller *caller, const char *path, struct error *err);

#endif
