/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Spans in shared memory for --trace.
 *
 * Runs in: the runtime and init; several processes write at once, each its own spans.
 * Calls:   clock_gettime, getpid. */
#include "init/trace.h"

#include <stddef.h>
#include <time.h>

#include "base/text.h"
#include "sys/process.h"

static uint64_t now(void)
{
	struct timespec time = {0};

	sys_clock_gettime(CLOCK_REALTIME, &time);
	return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

uint32_t trace_begin(struct trace *trace, const char *who, const char *name)
{
	struct trace_span *span;
	uint32_t index;

	if (!trace)
		return TRACE_SPANS;
	index = __atomic_fetch_add(&trace->count, 1, __ATOMIC_RELAXED);
	if (index >= TRACE_SPANS)
		return TRACE_SPANS;
	span = &trace->spans[index];
	text_print(span->who, sizeof(span->who), "%s", who);
	text_print(span->name, sizeof(span->name), "%s", name);
	span->pid = sys_getpid();
	span->begin = now();
	return index;
}

void trace_end(struct trace *trace, uint32_t span)
{
	if (trace && span < TRACE_SPANS)
		trace->spans[span].end = now();
}
