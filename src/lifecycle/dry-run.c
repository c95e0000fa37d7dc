/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plan: what create would do, as text. Changes nothing. */
#include "lifecycle/lifecycle.h"

#include <errno.h>

#include "lifecycle/create.h"
#include "plan/print.h"

int lifecycle_plan(const struct request *request, const struct caller *caller,
	int (*write)(void *ctx, const char *bytes, size_t length), void *ctx, struct error *err)
{
	struct create create;
	int r = create_start(&create, request, caller, err);

	if (!r)
		r = create_plan(&create, err);
	if (!r && plan_print(create.plan, write, ctx))
		r = error_set(err, ERROR_SYSTEM, EIO, "cannot write the plan");
	create_close(&create);
	return r;
}
