/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the caller is told besides the answer: errors, warnings, debug lines.
 *
 * The settings here are the only mutable state of the program that outlives a call. */
#ifndef CLI_LOG_H
#define CLI_LOG_H

#include <stdbool.h>

#include "base/error.h"
#include "base/text.h"

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_DEBUG };

/* `path` is appended to and never cut; NULL logs to standard error. "journald:ID" and "syslog:ID" log there, "file:PATH" is
 * a path whatever it begins with. Values of `format`, which is for files: "text", "json". */
int log_open(const char *path, const char *format, enum log_level level, struct error *err);

/* The one line that an error leaves in the log, and the text for a person on standard error.
 * `operation` and `id` may be NULL. */
void log_error(const char *operation, const char *id, const struct error *err);

void log_warning(const char *text);

/* From now on a JSON log in a file of its own gets nothing but errors: podman reads that of a command which makes a
 * process as one object, and so gets its error only if nothing stands beside it. */
void log_errors_alone(void);

void log_debug(const char *text);
bool log_debug_wanted(void);

/* "create web: cannot mount: no such file or directory": the operation and the id may be NULL. */
void log_message(
	struct text *text, const char *operation, const char *id, const struct error *err);

#endif
