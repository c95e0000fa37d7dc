/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The step runner. Freestanding: runs in the runtime and in init. */
#include "base/step.h"

#include <stddef.h>

static void undo_before(const struct step *table, size_t end, void *ctx)
{
	while (end-- > 0) {
		if (table[end].undo)
			table[end].undo(ctx);
	}
}

static void tell(
	const struct step_observer *observer, const char *who, const char *name, int done)
{
	if (observer && observer->tell)
		observer->tell(observer->ctx, who, name, done);
}

int step_run(const char *who, const struct step *table, void *ctx,
	const struct step_observer *observer, struct error *err)
{
	for (size_t i = 0; table[i].name; i++) {
		tell(observer, who, table[i].name, 0);
		if (table[i].run(ctx, err)) {
			error_step(err, who, table[i].name);
			undo_before(table, i + 1, ctx);
			return -1;
		}
		tell(observer, who, table[i].name, 1);
	}
	return 0;
}

void step_undo(const struct step *table, void *ctx)
{
	size_t count = 0;

	while (table[count].name)
		count++;
	undo_before(table, count, ctx);
}
