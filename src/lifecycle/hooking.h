/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hooks in the life cycle of one container: when its lock is given up, and what is recorded of them. */
#ifndef LIFECYCLE_HOOKING_H
#define LIFECYCLE_HOOKING_H

#include "hooks/run.h"
#include "lifecycle/container.h"
#include "lifecycle/lifecycle.h"
#include "plan/plan.h"
#include "state/directory.h"

/* Hooks as create knows them, from config.json. */
void hooking_start(struct hooks *hooks, struct state_dir *dir, const struct request *request,
	const struct oci_spec *spec, const struct plan *plan, const struct caller *caller);

/* The record of those that come after create, in `arena`; *ret is NULL if there are none. */
int hooking_record(
	const struct oci_spec *spec, struct arena *arena, const char **ret, struct error *err);

/* Runs a list without the lock that hooks->ctx, the state directory, holds; while a hook runs it is recorded. Afterwards it is
 * locked again, or closed with ENOENT if the container was deleted meanwhile: whatever has its names then is another's. */
int hooking_run(const struct hooks *hooks, const struct hook_list *list, enum oci_status status,
	int pid, struct error *err);

/* poststart of an existing container. */
int hooking_poststart(
	struct container *container, const struct caller *caller, struct error *err);

/* poststop of a container whose directory is removed. Its failures are warnings. */
void hooking_poststop(struct container *container, const struct caller *caller);

#endif
