/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What check prints: problems as people read errors, or as one JSON object. */
#ifndef CLI_PROBLEMS_H
#define CLI_PROBLEMS_H

#include <stdbool.h>
#include <stddef.h>

#include "lifecycle/lifecycle.h"

struct problems {
	bool json;
	size_t count;
};

/* A problem_fn; `ctx` is a struct problems. */
int problems_add(void *ctx, const struct problem *problem);

/* The end of the output, after the last one. 0 or a negative errno. */
int problems_end(struct problems *problems);

#endif
