/* SPDX-License-Identifier: GPL-2.0-or-later */
/* spec + host + request -> plan: the whole decision, without a single question to the kernel. */
#ifndef PLAN_BUILD_H
#define PLAN_BUILD_H

#include "base/arena.h"
#include "base/error.h"
#include "host/host.h"
#include "libocispec/config.h"
#include "plan/plan.h"
#include "plan/request.h"

/* Builds the plan at the start of `arena`'s free memory: when the arena is empty, *ret_plan is
 * its first byte. Everything the plan points to lies in the arena, but for the names and
 * conditions of seccomp rules, which stay those of the spec and are for the runtime alone: it makes
 * the program of them. Neither the host nor the request are referred to.
 *
 * Errors: ERROR_CONFIG with the origin of the member that is wrong, ERROR_USAGE for requests that
 * contradict themselves or the config, ERROR_UNSUPPORTED for what this host or this version
 * cannot do, always without a side effect. */
int plan_build(const struct oci_spec *spec, const struct host *host,
	const struct request *request, struct arena *arena, const struct plan **ret_plan,
	struct error *err);

/* The same, and goes on after a problem: `report` is told of every one, in the order of the plan. *ret_plan is not
 * whole then and must not be carried out; its warnings are. -1 only where there is no going on. */
int plan_check(const struct oci_spec *spec, const struct host *host,
	const struct request *request, struct arena *arena,
	void (*report)(void *ctx, const struct error *err), void *ctx,
	const struct plan **ret_plan, struct error *err);

#endif
