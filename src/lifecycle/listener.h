/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a seccomp agent is told of a container. */
#ifndef LIFECYCLE_LISTENER_H
#define LIFECYCLE_LISTENER_H

#include "base/arena.h"
#include "base/error.h"
#include "libocispec/state.h"

/* The container process state of process `pid` as JSON, in memory of the arena. `metadata` may be NULL. */
int listener_state(const struct oci_state *state, const char *metadata, int pid,
	struct arena *arena, const char **ret_state, struct error *err);

#endif
