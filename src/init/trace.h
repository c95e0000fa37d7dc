/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Spans of the steps of every process, in memory that the runtime and init share under --trace.
 *
 * Times are CLOCK_REALTIME nanoseconds, which no time namespace shifts. */
#ifndef INIT_TRACE_H
#define INIT_TRACE_H

#include <stdint.h>

#define TRACE_SPANS 512

struct trace_span {
	char who[16];
	char name[32];
	int32_t pid; /* as its own pid namespace numbers it; `who` tells processes apart */
	uint64_t begin, end;
};

struct trace {
	uint32_t
		count; /* taken by atomic increment; may pass TRACE_SPANS, what is over is dropped */
	struct trace_span spans[TRACE_SPANS];
};

/* Opens and ends a span; `trace` may be NULL. begin returns an index for end. */
uint32_t trace_begin(struct trace *trace, const char *who, const char *name);
void trace_end(struct trace *trace, uint32_t span);

#endif
