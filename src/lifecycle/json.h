/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Recorded annotations as JSON. */
#ifndef LIFECYCLE_JSON_H
#define LIFECYCLE_JSON_H

#include "base/arena.h"
#include "state/record.h"

/* An object in `arena`; NULL when the arena is full. */
const char *json_annotations(const struct state *state, struct arena *arena);

#endif
