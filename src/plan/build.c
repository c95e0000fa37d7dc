/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plan_build(): the sub-plans in their order, and what they share.
 *
 * Pure: a function of its arguments. Runs in the runtime before anything exists that would have
 * to be undone. */
#include "plan/build.h"

#include <stdarg.h>

#include "base/text.h"
#include "plan/builder.h"

struct part {
	const char *name;
	int (*run)(struct builder *b, struct error *err);
};

static const struct part create_parts[] = {
	{"namespaces", namespaces_plan},
	{"child", child_plan},
	{"ids", ids_plan},
	{"cgroup", cgroup_plan}, /* the mounts show the container's cgroup */
	{"root", root_plan},
	{"mounts", mounts_plan},
	{"devices", devices_plan}, /* their trees come after those of the mounts */
	{"paths", paths_plan},
	{"resctrl", resctrl_plan},
	{"network", network_plan},
	{"kernel", kernel_plan},
	{"process", process_plan},
	{"labels", labels_plan},
	{"annotations", annotations_plan},
	{"seccomp", seccomp_plan},
	{"hooks", hooks_plan},
	{0},
};

/* What is the process's own is decided by the same functions, so that the two can never diverge. */
static const struct part exec_parts[] = {
	{"namespaces", exec_namespaces_plan},
	{"root", root_plan}, /* only for a container in the host's mount namespace */
	{"resctrl", resctrl_plan},
	{"process", process_plan},
	{"ids", exec_ids_plan},
	{"labels", labels_plan},
	{"annotations", annotations_plan},
	{"seccomp", seccomp_plan},
	{0},
};

static const struct oci_linux no_linux;
static const struct oci_process no_process = {.cwd = "/"};

int builder_full(struct error *err)
{
	return error_set(err, ERROR_CONFIG, 0,
		"the configuration is too large: its plan needs "
		"more than %lu MiB",
		PLAN_SIZE >> 20);
}

int builder_try(struct builder *b, struct error *err, int result)
{
	if (!result)
		return 0;
	if (!b->report || b->arena->full)
		return -1;
	b->report(b->report_ctx, err);
	return 0;
}

__attribute__((format(printf, 2, 0))) static const char *print_at_end(
	struct arena *arena, const char *format, va_list args)
{
	size_t room = arena->size - arena->used;
	struct text text;

	if (room < 8) {
		arena->full = true;
		return NULL;
	}
	text_start(&text, arena->base + arena->used, room);
	text_vformat(&text, format, args);
	if (text_ok(&text))
		return arena_alloc(arena, text.length + 1, 1);
	arena->full = true;
	return NULL;
}

const char *builder_print(struct arena *arena, const char *format, ...)
{
	const char *string;
	va_list args;

	va_start(args, format);
	string = print_at_end(arena, format, args);
	va_end(args);
	return string;
}

void builder_warn(struct builder *b, const char *format, ...)
{
	const char *line;
	va_list args;

	if (b->warning_count > BUILDER_WARNINGS)
		return;
	va_start(args, format);
	line = print_at_end(b->arena, format, args);
	va_end(args);
	for (size_t i = 0; i < b->warning_count && i < BUILDER_WARNINGS; i++) {
		if (text_equal(line, b->warnings[i]))
			return;
	}
	if (b->warning_count++ < BUILDER_WARNINGS)
		b->warnings[b->warning_count - 1] = line;
}

static int warnings_finish(struct builder *b, struct error *err)
{
	const char **lines;

	if (!b->warning_count)
		return 0;
	if (b->warning_count > BUILDER_WARNINGS) {
		b->warning_count = BUILDER_WARNINGS;
		b->warnings[BUILDER_WARNINGS - 1] =
			arena_string(b->arena, "more warnings are left out");
	}
	lines = arena_array(b->arena, const char *, b->warning_count);
	if (!lines)
		return builder_full(err);
	for (size_t i = 0; i < b->warning_count; i++)
		lines[i] = b->warnings[i];
	b->plan->warnings = lines;
	b->plan->warning_count = b->warning_count;
	return 0;
}

static int parts_run(struct builder *b, struct error *err)
{
	const struct part *part = b->plan->exec ? exec_parts : create_parts;

	for (; part->name; part++) {
		if (builder_try(b, err, part->run(b, err))) {
			error_step(err, "plan", part->name);
			return -1;
		}
	}
	if (warnings_finish(b, err))
		return -1;
	return b->arena->full ? builder_full(err) : 0;
}

int plan_check(const struct oci_spec *spec, const struct host *host,
	const struct request *request, struct arena *arena,
	void (*report)(void *ctx, const struct error *err), void *ctx,
	const struct plan **ret_plan, struct error *err)
{
	struct builder b = {
		.spec = spec,
		.on_linux = spec->on_linux ? spec->on_linux : &no_linux,
		.process = spec->process ? spec->process : &no_process,
		.host = host,
		.request = request,
		.arena = arena,
		.plan = arena_new(arena, struct plan),
		.report = report,
		.report_ctx = ctx,
	};

	if (!b.plan)
		return builder_full(err);
	b.plan->id = arena_string(arena, request->id);
	b.plan->start = request->start_at_once ? START_AT_ONCE : START_BY_FIFO;
	b.plan->exec = request->target != NULL;
	if (parts_run(&b, err))
		return -1;
	*ret_plan = b.plan;
	return 0;
}

int plan_build(const struct oci_spec *spec, const struct host *host,
	const struct request *request, struct arena *arena, const struct plan **ret_plan,
	struct error *err)
{
	return plan_check(spec, host, request, arena, NULL, NULL, ret_plan, err);
}
