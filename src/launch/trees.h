/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The trees of mounts that init attaches. */
#ifndef LAUNCH_TREES_H
#define LAUNCH_TREES_H

#include "launch/launch.h"

/* Makes room for the trees in the handoff, and reads the links that are copied: before memory_finish(). */
int trees_prepare(struct handoff *handoff, const struct plan *plan, struct arena *arena,
	struct error *err);

/* Opens the trees of all bind mounts and devices and of the root into the handoff, the former with their ids
 * mapped, their attributes and their propagation. */
int trees_open(struct handoff *handoff, const struct plan *plan, struct error *err);

#endif
