/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the caller gets of a new process before its program starts. */
#ifndef LIFECYCLE_HANDOVER_H
#define LIFECYCLE_HANDOVER_H

#include "base/error.h"
#include "launch/launch.h"

/* The terminal, if there is one: to the socket, or without one made ready for the foreground. */
int handover_terminal(
	const struct launch *launch, const char *console_socket, struct error *err);

/* A pidfd to all that the plan names; `payload` tells receivers which kind of process it is. */
int handover_pidfd(const struct launch *launch, const char *payload, struct error *err);

#endif
