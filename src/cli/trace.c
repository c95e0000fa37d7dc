/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --trace. The format is Chrome's "Trace Event Format", which ui.perfetto.dev opens. */
#include "cli/trace.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "base/json.h"
#include "sys/file.h"

#define SPAN_SIZE 512

/* The memory is shared with processes that somebody inside may have taken over: it is asked once, and copied. */
static uint32_t span_count(const struct trace *trace)
{
	uint32_t count = __atomic_load_n(&trace->count, __ATOMIC_RELAXED);

	return count < TRACE_SPANS ? count : TRACE_SPANS;
}

static struct trace_span span_copy(const struct trace *trace, uint32_t index)
{
	struct trace_span span = trace->spans[index];

	span.who[sizeof(span.who) - 1] = '\0';
	span.name[sizeof(span.name) - 1] = '\0';
	return span;
}

/* Steps nest, so the span that ends is the last one that is open. */
static void observe(void *ctx, const char *who, const char *name, int done)
{
	struct trace *trace = ctx;
	uint32_t last = span_count(trace);

	if (!done) {
		trace_begin(trace, who, name);
		return;
	}
	while (last-- > 0) {
		const struct trace_span span = span_copy(trace, last);

		if (!span.end && text_equal(span.who, who) && text_equal(span.name, name)) {
			trace_end(trace, last);
			return;
		}
	}
}

int trace_open(struct caller *caller, struct error *err)
{
	int r, fd = sys_memfd_create("tare:[trace]", MFD_CLOEXEC);
	struct trace *trace;

	if (fd < 0)
		return error_system(err, fd, "cannot make a memory file for the trace");
	r = sys_ftruncate(fd, sizeof(*trace));
	trace = r ? NULL
		  : sys_mmap(NULL, sizeof(*trace), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (r || sys_is_error(trace)) {
		sys_close(fd);
		return error_system(
			err, r ? r : (int)(long)trace, "cannot map the memory of the trace");
	}
	caller->trace = trace;
	caller->trace_fd = fd;
	caller->observer = (struct step_observer){observe, trace};
	return 0;
}

/* One track for each name in `who`; times in microseconds since the first span. */
static void span_print(struct text *text, const struct trace_span *span, uint64_t start)
{
	uint64_t end = span->end ? span->end : span->begin;

	text_string(text, "{\"ph\":\"X\",\"cat\":\"step\",\"name\":");
	json_string(text, span->name);
	text_format(text,
		",\"pid\":1,\"tid\":%d,\"ts\":%lu.%lu,\"dur\":%lu.%lu,\"args\":{\"process\":",
		text_starts(span->who, "init") ? 2 : 1,
		(unsigned long)(span->begin - start) / 1000,
		(unsigned long)(span->begin - start) / 100 % 10,
		(unsigned long)(end - span->begin) / 1000,
		(unsigned long)(end - span->begin) / 100 % 10);
	json_string(text, span->who);
	text_format(
		text, ",\"pid\":%d,\"finished\":%s}}", span->pid, span->end ? "true" : "false");
}

static void trace_print(struct text *text, const struct trace *trace)
{
	const uint32_t count = span_count(trace);
	const uint64_t start = trace->spans[0].begin;

	text_string(text, "{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n"
			  "{\"ph\":\"M\",\"pid\":1,\"tid\":1,\"name\":\"thread_name\","
			  "\"args\":{\"name\":\"runtime\"}},\n"
			  "{\"ph\":\"M\",\"pid\":1,\"tid\":2,\"name\":\"thread_name\","
			  "\"args\":{\"name\":\"init\"}}");
	for (uint32_t i = 0; i < count; i++) {
		const struct trace_span span = span_copy(trace, i);

		text_string(text, ",\n");
		span_print(text, &span, start);
	}
	text_string(text, "\n]}\n");
}

static int text_save(const struct text *text, const char *path)
{
	int fd = sys_openat(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	size_t done = 0;

	if (fd < 0)
		return fd;
	while (done < text->length) {
		ssize_t n = sys_write(fd, text->data + done, text->length - done);

		if (n < 0) {
			sys_close(fd);
			return (int)n;
		}
		done += (size_t)n;
	}
	sys_close(fd);
	return 0;
}

int trace_write(struct caller *caller, const char *path, struct error *err)
{
	size_t size = (TRACE_SPANS + 2) * SPAN_SIZE;
	char *data = malloc(size);
	struct text text;
	int r = -ENOMEM;

	if (data) {
		text_start(&text, data, size);
		trace_print(&text, caller->trace);
		r = text_save(&text, path);
	}
	free(data);
	sys_munmap(caller->trace, sizeof(*caller->trace));
	sys_close(caller->trace_fd);
	return r ? error_system(err, r, "cannot write the trace \"%s\"", path) : 0;
}
