/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables of steps: do them in order; when one fails, undo those before it, last first.
 *
 * A step's name is the trace line, the timing span, the error context and the crash point of the
 * fault tests. A table ends with a step without a name. */
#ifndef BASE_STEP_H
#define BASE_STEP_H

#include "base/error.h"

struct step {
	const char *name;
	int (*run)(void *ctx, struct error *err);
	void (*undo)(void *ctx); /* NULL: nothing to undo. Must cope with a half-done run. */
};

/* Told of each step's begin (done == 0) and end (done == 1), for --trace and for --debug. May be NULL. */
struct step_observer {
	void (*tell)(void *ctx, const char *who, const char *name, int done);
	void *ctx;
};

/* Runs the table on `ctx`. `who` names the process in errors and traces ("create", "init").
 * On failure the failing step is undone too, then those before it, last first, and -1 returned. */
int step_run(const char *who, const struct step *table, void *ctx,
	const struct step_observer *observer, struct error *err);

/* Undoes a whole table after all of it succeeded, last first. */
void step_undo(const struct step *table, void *ctx);

#endif
