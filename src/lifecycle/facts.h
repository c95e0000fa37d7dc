/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The facts about this host that a configuration needs. */
#ifndef LIFECYCLE_FACTS_H
#define LIFECYCLE_FACTS_H

#include "base/arena.h"
#include "base/error.h"
#include "host/host.h"
#include "libocispec/config.h"

/* What every container needs to know, and what only this one does. */
int facts_ask(const struct oci_spec *spec, struct host *ret_host, struct arena *arena,
	struct error *err);

#endif
