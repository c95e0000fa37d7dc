/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tests of plan/ share: invented hosts, and the plan of a config as text. */
#ifndef TESTS_PLAN_HELP_H
#define TESTS_PLAN_HELP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <linux/audit.h>

#include "libocispec/decode.h"
#include "plan/build.h"
#include "plan/origin.h"
#include "plan/print.h"

#define PLAN_TEST_MEMORY ((size_t)8 << 20)
#define PLAN_TEST_TEXT	 ((size_t)1 << 20)

static const struct host host_v2 = {
	.last_capability = 40,
	.audit_arch = AUDIT_ARCH_X86_64,
	.apparmor = true,
	.cgroups = {.layout = CGROUP_V2,
		.count = 1,
		.of = {{true, "/sys/fs/cgroup", "", "/user.slice/session.scope",
			"cpuset cpu io memory hugetlb pids rdma misc"}}},
};

static const struct host host_v1 = {
	.last_capability = 40,
	.audit_arch = AUDIT_ARCH_X86_64,
	.apparmor = true,
	.cgroups = {.layout = CGROUP_V1,
		.count = 5,
		.of = {{false, "/sys/fs/cgroup/cpu,cpuacct", "cpu,cpuacct", "/", NULL},
			{false, "/sys/fs/cgroup/memory", "memory", "/engine/one", NULL},
			{false, "/sys/fs/cgroup/devices", "devices", "/", NULL},
			{false, "/sys/fs/cgroup/pids", "pids", "/", NULL},
			{false, "/sys/fs/cgroup/systemd", "name=systemd", "/user.slice",
				NULL}}},
};

static const struct host host_hybrid = {
	.last_capability = 40,
	.audit_arch = AUDIT_ARCH_X86_64,
	.apparmor = true,
	.cgroups = {.layout = CGROUP_HYBRID,
		.count = 3,
		.of = {{false, "/sys/fs/cgroup/memory", "memory", "/engine/one", NULL},
			{false, "/sys/fs/cgroup/devices", "devices", "/", NULL},
			{true, "/sys/fs/cgroup/unified", "", "/engine",
				"hugetlb pids cpuset"}}},
};

static const struct request request_run = {
	.id = "web", .bundle = "/bundle", .state_root = "/run/tare", .start_at_once = true};

struct planned {
	struct oci_arena spec_arena;
	const struct oci_spec *spec;
	char *memory; /* the plan's arena */
	struct arena arena;
	const struct plan *plan; /* NULL: it failed, with the error below */
	struct error err;
	char place[256]; /* where the error says it is */
	char *text;	 /* the printed plan */
	size_t length;
};

static inline int planned_write(void *context, const char *bytes, size_t length)
{
	struct planned *p = context;

	if (length >= PLAN_TEST_TEXT - p->length)
		return -1;
	memcpy(p->text + p->length, bytes, length);
	p->length += length;
	p->text[p->length] = '\0';
	return 0;
}

static inline void planned_free(struct planned *p)
{
	oci_arena_free(&p->spec_arena);
	free(p->memory);
	free(p->text);
	*p = (struct planned){0};
}

/* A config that does not decode is a mistake in the test. */
static inline void planned_decode(struct planned *p, const char *json, size_t length)
{
	struct oci_error err = {0};

	*p = (struct planned){0};
	if (oci_spec_decode(json, length, &p->spec_arena, &p->spec, &err))
		fail_msg("the config does not decode: %s %s\n%.400s", err.pointer, err.text,
			json);
}

static inline void planned_build(
	struct planned *p, const struct host *host, const struct request *request)
{
	struct text place;

	p->memory = calloc(1, PLAN_TEST_MEMORY);
	p->text = calloc(1, PLAN_TEST_TEXT);
	assert_non_null(p->memory);
	assert_non_null(p->text);
	arena_start(&p->arena, p->memory, PLAN_TEST_MEMORY);
	if (!plan_build(p->spec, host, request, &p->arena, &p->plan, &p->err)) {
		assert_int_equal(plan_print(p->plan, planned_write, p), 0);
		return;
	}
	p->plan = NULL;
	text_start(&place, p->place, sizeof(p->place));
	if (p->err.pointer[0])
		text_string(&place, p->err.pointer);
	else
		origin_print(p->err.origin, &place);
}

/* One case: a piece of config.json with ' for ", and a line of the plan that it leads to. An expectation that
 * begins with '!' is part of an error's text, and `place` then the pointer that it
 * names; one that begins with '-' must not be in the plan. */
struct plan_row {
	const char *json;
	const char *expect;
	const char *place;
};

static inline void plan_row_check(const char *json, const struct plan_row *row,
	const struct host *host, const struct request *request)
{
	struct planned p;

	planned_decode(&p, json, strlen(json));
	planned_build(&p, host, request);
	if (row->expect[0] == '!') {
		if (p.plan)
			fail_msg("%s\nis accepted:\n%s", json, p.text);
		if (!strstr(p.err.text, row->expect + 1))
			fail_msg("%s\nis refused with\n%s\nand not with\n%s", json, p.err.text,
				row->expect + 1);
		if (row->place)
			assert_string_equal(p.place, row->place);
	} else if (!p.plan) {
		fail_msg("%s\nis refused: %s", json, p.err.text);
	} else if (row->expect[0] == '-') {
		if (strstr(p.text, row->expect + 1))
			fail_msg("%s\nleads to\n%s\nand should not:\n%s", json, row->expect + 1,
				p.text);
	} else if (!strstr(p.text, row->expect)) {
		fail_msg("%s\ndoes not lead to\n%s\nbut to\n%s", json, row->expect, p.text);
	}
	planned_free(&p);
}

/* Checks the rows, each put in the place of the one % in `config`. */
static inline void plan_rows_check(const char *config, const struct plan_row *rows,
	size_t count, const struct host *host, const struct request *request)
{
	const char *hole = strchr(config, '%');

	assert_non_null(hole);
	for (size_t i = 0; i < count; i++) {
		size_t size = strlen(config) + strlen(rows[i].json) + 1;
		char *json = malloc(size);

		assert_non_null(json);
		snprintf(json, size, "%.*s%s%s", (int)(hole - config), config, rows[i].json,
			hole + 1);
		for (char *c = json; *c; c++)
			*c = *c == '\'' ? '"' : *c;
		plan_row_check(json, &rows[i], host, request);
		free(json);
	}
}

#define PLAN_ROWS(config, rows, host, request)                                                 \
	plan_rows_check(config, rows, sizeof(rows) / sizeof((rows)[0]), host, request)

#endif
