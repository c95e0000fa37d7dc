/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hooks on the host: prestart, createRuntime, poststart, poststop; and what the hooks inside need of the host. */
#ifndef HOOKS_RUN_H
#define HOOKS_RUN_H

#include "hooks/state.h"
#include "plan/plan.h"

struct hooks {
	struct hook_subject subject;
	/* Told of each process before it executes anything; an error ends it. NULL for nobody. */
	int (*started)(void *ctx, int pid, struct error *err);
	void *ctx;
	void (*warn)(const char *text); /* may be NULL */
};

/* Runs a list in its order up to the first that fails. */
int hooks_run(const struct hooks *hooks, const struct hook_list *list, enum oci_status status,
	int pid, struct error *err);

/* Runs all of a list for a container that is no more. A failure is a warning. */
void hooks_run_stopped(const struct hooks *hooks, const struct hook_list *list);

/* Gives init what its hooks need: descriptors for their output, and the container's state. */
int hooks_hand_over(const struct hooks *hooks, const struct plan_hooks *plan,
	struct handoff *handoff, struct arena *arena, struct error *err);

#endif
