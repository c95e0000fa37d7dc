/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check: what the decoder complains of is taken out without moving anything, and the plan tells of all problems. */
#include "plan_help.h"

#include "libocispec_help.h"
#include "lifecycle/check-files.h"
#include "lifecycle/damage.h"

#define PLACES 16

/* Takes out of the text (with ' for ") what cannot be read, and writes down where that was. */
struct reading {
	char *original;
	struct damage damage;
	char places[PLACES][192];
	size_t count;
	bool whole; /* the end was reached */
};

static void place_add(struct reading *r, const struct oci_error *where)
{
	char pointer[ERROR_POINTER_SIZE];
	unsigned line = where->line, column = where->column;

	assert_true(r->count < PLACES);
	snprintf(pointer, sizeof(pointer), "%.120s", where->pointer);
	damage_position(&r->damage, &line, &column);
	damage_pointer(&r->damage, pointer);
	snprintf(
		r->places[r->count++], sizeof(r->places[0]), "%u:%u %s", line, column, pointer);
}

static void reading_start(struct reading *r, const char *text)
{
	struct oci_error where;
	struct oci_arena arena = {0};
	const struct oci_spec *spec;

	*r = (struct reading){.original = strdup(text)};
	assert_non_null(r->original);
	for (char *c = r->original; *c; c++)
		*c = *c == '\'' ? '"' : *c;
	assert_int_equal(damage_start(&r->damage, r->original, strlen(r->original)), 0);
	while (oci_spec_decode(r->damage.text, r->damage.length, &arena, &spec, &where)) {
		place_add(r, &where);
		if (!damage_take(&r->damage, &where)) {
			oci_arena_free(&arena);
			return;
		}
	}
	r->whole = true;
	oci_arena_free(&arena);
}

static void reading_end(struct reading *r)
{
	damage_free(&r->damage);
	free(r->original);
}

struct row {
	const char *text;
	bool whole;
	const char *places[6];
};

static const struct row rows[] = {
	{"{'ociVersion':'1.0.0'}", true, {NULL}},
	/* members: first, last, only; with and without blanks */
	{"{'ociVersion':'1.0.0','hostname':1}", true, {"1:34 /hostname"}},
	{"{'hostname' : 1 , 'ociVersion':'1.0.0'}", true, {"1:15 /hostname"}},
	{"{'ociVersion':'1.0.0','root':{'path':'r','readonly':'x'}}", true,
		{"1:53 /root/readonly"}},
	/* strings with brackets, commas and quotes in them */
	{"{'ociVersion':'1.0.0','hostname':{'a':'}],\\'{','b':[[]]},'domainname':2}", true,
		{"1:34 /hostname", "1:71 /domainname"}},
	/* items: what is behind keeps its index */
	{"{'ociVersion':'1.0.0','process':{'cwd':'/','env':[1,'A=b',2,'C=d',3]}}", true,
		{"1:51 /process/env/0", "1:59 /process/env/2", "1:67 /process/env/4"}},
	{"{'ociVersion':'1.0.0','mounts':[7,{'destination':1},{'destination':'/a','type':2}]}",
		true,
		{"1:33 /mounts/0", "1:50 /mounts/1/destination", "1:35 /mounts/1",
			"1:80 /mounts/2/type"}},
	/* a member that is demanded: put in, or its object is gone */
	{"{'process':{'args':[1]}}", true, {"1:21 /process/args/0", "1:12 /process", "1:1 "}},
	{"{'ociVersion':'1.0.0','root':{},'hostname':1}", true,
		{"1:30 /root", "1:44 /hostname"}},
	/* a second key of the same name */
	{"{'ociVersion':'1.0.0','hostname':'a','hostname':'b','domainname':1}", true,
		{"1:38 /hostname", "1:66 /domainname"}},
	/* columns count characters, lines stay */
	{"{'ociVersion':'1.0.0',\n'hostname':{'\xc3\xa4':1},'domainname':1,\n\t'root':3}", true,
		{"2:12 /hostname", "2:33 /domainname", "3:9 /root"}},
	{"{'ociVersion':'1.0.0','hostname':'\xff','domainname':1}", true,
		{"1:35 /hostname", "1:51 /domainname"}},
	/* what cannot be read any further */
	{"{'ociVersion':'1.0.0','hostname':1,}", false, {"1:34 /hostname", "1:36 "}},
	{"{'ociVersion':'1.0.0','hostname'", false, {"1:33 /hostname"}},
	{"[]", false, {"1:1 "}},
	{"", false, {"1:1 "}},
};

static void all_that_cannot_be_read_is_found_in_its_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct reading r;
		size_t count = 0;

		reading_start(&r, rows[i].text);
		for (; count < 6 && rows[i].places[count]; count++) {
			bool found = false;

			for (size_t j = 0; j < r.count; j++)
				found = found || !strcmp(r.places[j], rows[i].places[count]);
			if (!found)
				fail_msg("%s: not at %s but at %s; %s; %s", rows[i].text,
					rows[i].places[count], r.places[0], r.places[1],
					r.places[2]);
		}
		if (r.count != count || r.whole != rows[i].whole)
			fail_msg("%s: %zu places, %s", rows[i].text, r.count,
				r.whole ? "read to the end" : "not read to the end");
		reading_end(&r);
	}
}

/* Every beginning of a text, and every text with one byte changed: no crash, and an end. */
static void any_text_comes_to_an_end(void **state)
{
	static const char text[] =
		"{'ociVersion':'1.0.0','mounts':[{'destination':'/a','options':[1,'ro']},2],"
		"'hooks':{'prestart':[{'path':3}]}}";
	static const char bytes[] = "{}[]:,'x1 \\\xff";

	(void)state;
	for (size_t i = 0; i < sizeof(text); i++) {
		for (size_t j = 0; j < sizeof(bytes); j++) {
			char copy[sizeof(text)];
			struct reading r;

			memcpy(copy, text, sizeof(text));
			copy[i] = bytes[j]; /* the last one is a NUL: the beginning alone */
			copy[sizeof(text) - 1] = '\0';
			reading_start(&r, copy);
			reading_end(&r);
		}
	}
}

static void key_keep(void *ctx, const struct oci_error *place)
{
	snprintf(ctx, 256, "%s: %s", place->pointer, place->text);
}

static void an_unknown_key_is_told_what_it_may_be(void **state)
{
	static const char near[] = "{\"ociVersion\":\"1.0.0\",\"hostnam\":1}";
	static const char far[] = "{\"ociVersion\":\"1.0.0\",\"quite different\":1}";
	struct oci_error err;
	char text[256];

	(void)state;
	assert_int_equal(oci_unknown_keys(near, sizeof(near) - 1, OCI_DOCUMENT_SPEC, key_keep,
				 text, &err),
		0);
	assert_string_equal(text,
		"/hostnam: \"hostnam\" is not a member that the specification knows "
		"(did you mean hostname?)");
	assert_int_equal(
		oci_unknown_keys(far, sizeof(far) - 1, OCI_DOCUMENT_SPEC, key_keep, text, &err),
		0);
	assert_string_equal(text,
		"/quite different: \"quite different\" is not a member that the specification "
		"knows");
}

struct told {
	size_t count;
	char places[32][128];
};

static void told_add(void *ctx, const struct error *err)
{
	struct told *told = ctx;
	struct text place;

	assert_true(told->count < 32);
	text_start(&place, told->places[told->count++], sizeof(told->places[0]));
	if (err->pointer[0])
		text_string(&place, err->pointer);
	else
		origin_print(err->origin, &place);
	assert_true(err->text[0]);
}

static void the_plan_tells_of_every_problem(void **state)
{
	static const char json[] =
		"{\"ociVersion\":\"1.0.0\",\"hostname\":\"h\",\"domainname\":\"d\","
		"\"process\":{\"cwd\":\"x\",\"env\":[\"A\",\"B=1\",\"=c\"],\"oomScoreAdj\":"
		"2000,"
		"\"user\":{\"umask\":1000},\"rlimits\":["
		"{\"type\":\"RLIMIT_NOPE\",\"hard\":1,\"soft\":1},"
		"{\"type\":\"RLIMIT_CPU\",\"hard\":1,\"soft\":2}],"
		"\"scheduler\":{\"policy\":\"SCHED_OTHER\",\"nice\":99},"
		"\"ioPriority\":{\"class\":\"IOPRIO_CLASS_BE\",\"priority\":9}},"
		"\"mounts\":[{\"destination\":\"/a\"},{\"destination\":\"/"
		"b\",\"type\":\"tmpfs\"},"
		"{\"destination\":\"\"}],"
		"\"hooks\":{\"prestart\":[{\"path\":\"a\"},{\"path\":\"b\"}],"
		"\"poststop\":[{\"path\":\"c\"}]},"
		"\"linux\":{\"timeOffsets\":{\"boottime\":{\"secs\":1}},\"sysctl\":{\"kernel."
		"x\":\"1\"},"
		"\"maskedPaths\":[\"rel\"],\"readonlyPaths\":[\"too\"],"
		"\"devices\":[{\"path\":\"/dev/x\",\"type\":\"c\"}],"
		"\"seccomp\":{\"defaultAction\":\"SCMP_ACT_NOTIFY\"},"
		"\"personality\":{}}}";
	static const char *const expected[] = {"/root", "/hostname", "/domainname",
		"/process/args", "/process/env/0", "/process/env/2", "/process/cwd",
		"/process/oomScoreAdj", "/process/user", "/process/rlimits/0",
		"/process/rlimits/1", "/process/scheduler/nice", "/process/ioPriority",
		"/mounts/0", "/mounts/2/destination", "/hooks/prestart/0/path",
		"/hooks/prestart/1/path", "/hooks/poststop/0/path", "/linux/timeOffsets",
		"/linux/sysctl", "/linux/maskedPaths/0", "/linux/readonlyPaths/0",
		"/linux/seccomp/defaultAction", "/linux/personality"};
	struct told told = {0};
	struct planned p;
	const struct plan *plan;

	(void)state;
	planned_decode(&p, json, sizeof(json) - 1);
	p.memory = calloc(1, PLAN_TEST_MEMORY);
	assert_non_null(p.memory);
	arena_start(&p.arena, p.memory, PLAN_TEST_MEMORY);
	assert_int_equal(plan_check(p.spec, &host_v2, &request_run, &p.arena, told_add, &told,
				 &plan, &p.err),
		0);
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		bool found = false;

		for (size_t j = 0; j < told.count; j++)
			found = found || !strcmp(told.places[j], expected[i]);
		if (!found)
			fail_msg("nothing is told of %s", expected[i]);
	}
	planned_free(&p);
}

static void ids_are_ours_if_the_map_has_all_of_them(void **state)
{
	static const char all[] = "         0          0 4294967295\n";
	static const char parts[] = "1000 0 10\n0 100 1000\n";

	(void)state;
	assert_true(check_ids_are_ours(all, 0, 4294967295U));
	assert_true(check_ids_are_ours(all, 100000, 65536));
	assert_true(check_ids_are_ours(parts, 0, 1010));
	assert_true(check_ids_are_ours(parts, 1009, 1));
	assert_false(check_ids_are_ours(parts, 1010, 1));
	assert_false(check_ids_are_ours(parts, 0, 1011));
	assert_false(check_ids_are_ours("", 0, 1));
	assert_true(check_ids_are_ours("", 0, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_that_cannot_be_read_is_found_in_its_place),
		cmocka_unit_test(any_text_comes_to_an_end),
		cmocka_unit_test(an_unknown_key_is_told_what_it_may_be),
		cmocka_unit_test(the_plan_tells_of_every_problem),
		cmocka_unit_test(ids_are_ours_if_the_map_has_all_of_them),
	};

	return cmocka_run_group_tests_name("check", tests, NULL, NULL);
}
