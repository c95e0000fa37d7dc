/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For check-lint only, included before each file: what the analyser cannot know of functions in other
 * files, namely that they fill an error and always return -1. */
#ifndef CONTRIB_LINT_H
#define CONTRIB_LINT_H

#include "base/error.h"

#define error_set(...)	   ((error_set)(__VA_ARGS__), -1)
#define error_system(...)  ((error_system)(__VA_ARGS__), -1)
#define error_at(...)	   ((error_at)(__VA_ARGS__), -1)
#define error_pointer(...) ((error_pointer)(__VA_ARGS__), -1)

#endif
