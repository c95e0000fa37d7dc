/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hooks: programs of the caller that run at points of the life cycle. */
#ifndef PLAN_HOOKS_H
#define PLAN_HOOKS_H

#include "base/arena.h"
#include "base/error.h"
#include "libocispec/config.h"
#include "plan/plan.h"

/* The name that config.json has for the kind: "createRuntime". */
const char *hook_kind_name(enum hook_kind kind);

/* One list of config.json, decided. All that *ret_list points to lies in `arena`. `default_env` is for hooks without
 * env, NULL for an empty one. The place of an error is its pointer. */
int hooks_decide(const struct oci_hooks *hooks, enum hook_kind kind, const char **default_env,
	struct arena *arena, struct hook_list *ret_list, struct error *err);

#endif
