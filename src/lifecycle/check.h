/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of check share: a bundle that is looked at, and the problems found so far. */
#ifndef LIFECYCLE_CHECK_H
#define LIFECYCLE_CHECK_H

#include "base/arena.h"
#include "host/host.h"
#include "lifecycle/config.h"
#include "lifecycle/damage.h"
#include "lifecycle/lifecycle.h"
#include "plan/plan.h"

struct check {
	const struct request *request;
	struct arena arena; /* of everything but the plan */
	struct arena plan_arena;
	struct config config;
	struct damage damage;
	struct host host;
	const struct oci_spec *spec; /* what can be read; NULL if nothing can */
	const struct plan *plan;     /* not whole if there are errors; NULL if there is none */

	struct problem *problems;
	size_t count;
	size_t unreadable; /* so many of the first are what the decoder complains of */
	size_t refused;	   /* and so many the plan as well, once it has ended */
};

/* Adds a problem. Its place comes from the error's pointer or origin; where a reader before this one has
 * complained already it is left out. `hint` is what to do, NULL if the text says it. */
void check_add(
	struct check *check, bool warning, const struct error *problem, const char *hint);

/* What this host cannot do or does not have, of what the config asks for. */
void check_host(struct check *check);

#endif
