/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What plan/ is made of (origin.c, path.c, names.c) and what holds for every plan: it lies in its arena, and
 * an arena that is too small is an error. */
#include "plan_help.h"

#include "plan/names.h"
#include "plan/path.h"

static void an_origin_is_a_json_pointer(void **state)
{
	const struct {
		origin_t origin;
		const char *pointer;
	} rows[] = {
		{0, ""},
		{origin_make(ORIGIN_ROOT_PATH, 0), "/root/path"},
		{origin_make(ORIGIN_MOUNT, 0), "/mounts/0"},
		{origin_make(ORIGIN_MOUNT_OPTIONS, 613), "/mounts/613/options"},
		{origin_make(ORIGIN_PROCESS_ENV, 0xffffff), "/process/env/16777215"},
		{origin_make(ORIGIN_DEVICE_RULE, 3), "/linux/resources/devices/3"},
		{0xff000001, ""},
	};
	char buffer[64];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct text text;

		text_start(&text, buffer, sizeof(buffer));
		origin_print(rows[i].origin, &text);
		assert_string_equal(buffer, rows[i].pointer);
	}
	/* Each place has its pointer, and no two the same. */
	for (unsigned a = ORIGIN_NONE + 1; a < ORIGIN_COUNT; a++) {
		char other[64];

		for (unsigned b = a; b < ORIGIN_COUNT; b++) {
			struct text text;

			text_start(&text, b == a ? buffer : other, sizeof(buffer));
			origin_print(origin_make(b, 1), &text);
			assert_true(text.length > 1);
			assert_true(b == a || strcmp(buffer, other) != 0);
		}
	}
}

static void a_path_is_cleaned_as_a_chroot_sees_it(void **state)
{
	static const char *const rows[][2] = {
		{"/", "."},
		{"", "."},
		{"//", "."},
		{"/.", "."},
		{"/..", "."},
		{"/../..", "."},
		{"/proc", "proc"},
		{"proc", "proc"},
		{"/dev//pts/", "dev/pts"},
		{"/a/./b/../c", "a/c"},
		{"/a/../../b", "b"},
		{"/a/..", "."},
		{"/...", "..."},
		{"/..a/b..", "..a/b.."},
		{"/a/b/../..", "."},
		{"/./a", "a"},
	};
	char memory[1024] = {0};
	struct arena arena;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		arena_start(&arena, memory, sizeof(memory));
		assert_string_equal(path_clean(&arena, rows[i][0]), rows[i][1]);
	}
	arena_start(&arena, memory, 8);
	assert_null(path_clean(&arena, "/longer/than/that"));
}

static void a_path_is_below_another_by_whole_components(void **state)
{
	char memory[64] = {0};
	struct arena arena;

	(void)state;
	assert_string_equal(path_below("proc", "proc"), "");
	assert_string_equal(path_below("proc/self/attr", "proc"), "self/attr");
	assert_null(path_below("process", "proc"));
	assert_null(path_below("pro", "proc"));
	assert_null(path_below("sys/proc", "proc"));
	arena_start(&arena, memory, sizeof(memory));
	assert_string_equal(path_absolute(&arena, "/b", "a/c"), "/b/a/c");
	assert_string_equal(path_absolute(&arena, "/b", "/a"), "/a");
}

static void names_are_found_and_guessed(void **state)
{
	static const struct {
		const char *name;
		int number;
	} rows[] = {{"alpha", 1}, {"beta", 2}, {"delta", 3}, {"gamma", 4}};
	const struct name_table table = NAME_TABLE(rows);

	(void)state;
	for (size_t i = 0; i < 4; i++)
		assert_ptr_equal(name_find(&table, rows[i].name), &rows[i]);
	assert_null(name_find(&table, ""));
	assert_null(name_find(&table, "alph"));
	assert_null(name_find(&table, "zeta"));
	assert_string_equal(name_nearest(&table, "alhpa"), "alpha");
	assert_string_equal(name_nearest(&table, "GAMMA"), "gamma");
	assert_string_equal(name_nearest(&table, "betas"), "beta");
	assert_null(name_nearest(&table, "x"));
	assert_null(name_nearest(&table, "something else"));
	assert_null(name_nearest(
		&table, "a name that is much too long to be a misspelling of another"));
}

static void a_set_knows_what_it_has_seen(void **state)
{
	static char memory[1 << 17], names[1000][8];
	struct arena arena;
	struct name_set set;
	uint32_t first = 7;

	(void)state;
	memset(memory, 0, sizeof(memory));
	arena_start(&arena, memory, sizeof(memory));
	assert_true(name_set_start(&set, &arena, 1000));
	for (unsigned i = 0; i < 1000; i++) {
		snprintf(names[i], sizeof(names[i]), "n%u", i);
		assert_true(name_set_add(&set, names[i], strlen(names[i]), i, &first));
		assert_int_equal(first, 7);
	}
	assert_false(name_set_add(&set, "n999x", 4, 5, &first));
	assert_int_equal(first, 999);
	assert_false(name_set_add(&set, "n0", 2, 5, NULL));
	arena_start(&arena, memory, 64);
	assert_false(name_set_start(&set, &arena, 1000));
	assert_true(arena.full);
}

static const char full_config[] =
	"{\"ociVersion\":\"1.2.0\",\"root\":{\"path\":\"r\",\"readonly\":true},\"hostname\":"
	"\"h\",\"domainname\":\"d\","
	"\"process\":{\"cwd\":\"/\",\"args\":[\"a\",\"b\"],\"env\":[\"PATH=/"
	"bin\",\"X=1\"],\"user\":{\"uid\":1,\"gid\":2,"
	"\"additionalGids\":[3,4]},\"rlimits\":[{\"type\":\"RLIMIT_AS\",\"soft\":1,\"hard\":2}]"
	","
	"\"capabilities\":{\"bounding\":[\"CAP_NONSENSE\"]}},"
	"\"mounts\":[{\"destination\":\"/proc\",\"type\":\"proc\"},{\"destination\":\"/"
	"t\",\"type\":\"tmpfs\",\"options\":"
	"[\"size=1\"]},{\"destination\":\"/"
	"b\",\"type\":\"bind\",\"source\":\"x\"},{\"destination\":\"/c\",\"type\":"
	"\"cgroup\"},{\"destination\":\"/sys\",\"type\":\"sysfs\"}],"
	"\"linux\":{\"namespaces\":[{\"type\":\"mount\"},{\"type\":\"uts\"},{\"type\":\"ipc\"},"
	"{\"type\":\"user\",\"path\":"
	"\"/u\"},{\"type\":\"network\",\"path\":\"/"
	"n\"}],\"sysctl\":{\"kernel.sem\":\"1\"},\"maskedPaths\":[\"/m\"],"
	"\"readonlyPaths\":[\"/ro\"],\"devices\":[{\"type\":\"p\",\"path\":\"/dev/"
	"f\"}],\"resources\":{\"memory\":{"
	"\"limit\":5},\"pids\":{\"limit\":7},\"devices\":[{\"allow\":false}]}}}";

static void inside(const struct planned *p, const void *pointer)
{
	const char *byte = pointer;

	if (byte && (byte < p->memory || byte >= p->memory + p->arena.used))
		fail_msg("\"%.40s\" is not in the arena", byte);
}

static void inside_mounts(const struct planned *p)
{
	const struct plan *plan = p->plan;

	inside(p, plan->mounts.items);
	for (size_t i = 0; i < plan->mounts.count; i++) {
		inside(p, plan->mounts.items[i].target);
		inside(p, plan->mounts.items[i].source);
		inside(p, plan->mounts.items[i].type);
		inside(p, plan->mounts.items[i].data);
		inside(p, plan->mounts.items[i].fallback_source);
	}
	inside(p, plan->devices.items);
	for (size_t i = 0; i < plan->devices.count; i++) {
		inside(p, plan->devices.items[i].target);
		inside(p, plan->devices.items[i].host_path);
	}
	inside(p, plan->devices.links);
	for (size_t i = 0; i < plan->devices.link_count; i++) {
		inside(p, plan->devices.links[i].target);
		inside(p, plan->devices.links[i].value);
	}
	inside(p, plan->paths.masked);
	inside(p, plan->paths.read_only);
	inside(p, plan->paths.masked[0].target);
	inside(p, plan->paths.read_only[0].target);
}

static void inside_others(const struct planned *p)
{
	const struct plan *plan = p->plan;

	inside(p, plan);
	inside(p, plan->id);
	for (size_t i = 0; i < NAMESPACE_COUNT; i++)
		inside(p, plan->namespaces.of[i].path);
	inside(p, plan->ids.uid_map);
	inside(p, plan->root.path);
	inside(p, plan->kernel.hostname);
	inside(p, plan->kernel.domainname);
	inside(p, plan->kernel.sysctls);
	inside(p, plan->kernel.sysctls[0].rel);
	inside(p, plan->kernel.sysctls[0].value);
	inside(p, plan->process.groups);
	inside(p, plan->process.cwd);
	inside(p, plan->process.argv);
	inside(p, plan->process.argv[1]);
	inside(p, plan->process.envp);
	inside(p, plan->process.envp[1]);
	inside(p, plan->process.path_variable);
	inside(p, plan->process.session_keyring);
	inside(p, plan->process.rlimits);
	inside(p, plan->cgroup.path);
	inside(p, plan->cgroup.writes);
	for (size_t i = 0; i < plan->cgroup.write_count; i++) {
		inside(p, plan->cgroup.writes[i].controller);
		inside(p, plan->cgroup.writes[i].file);
		inside(p, plan->cgroup.writes[i].value);
	}
	inside(p, plan->cgroup.device_rules);
	inside(p, plan->warnings);
	inside(p, plan->warnings[0]);
}

static void all_of_a_plan_lies_in_its_arena(void **state)
{
	const struct host *hosts[] = {&host_v2, &host_v1, &host_hybrid};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct planned p;

		planned_decode(&p, full_config, sizeof(full_config) - 1);
		planned_build(&p, hosts[i], &request_run);
		if (!p.plan)
			fail_msg("%s", p.err.text);
		assert_ptr_equal(p.plan, p.memory);
		inside_mounts(&p);
		inside_others(&p);
		planned_free(&p);
	}
}

static void an_arena_that_is_too_small_is_an_error(void **state)
{
	struct planned p;
	size_t need;

	(void)state;
	planned_decode(&p, full_config, sizeof(full_config) - 1);
	planned_build(&p, &host_v1, &request_run);
	need = p.arena.used;
	for (size_t size = 0; size <= need + 64; size += 8) {
		/* Of exactly that size, so that a sanitizer sees what is behind it. */
		char *memory = calloc(1, size ? size : 1);
		const struct plan *plan = NULL;
		struct error err;
		struct arena arena;
		int r;

		arena_start(&arena, memory, size);
		r = plan_build(p.spec, &host_v1, &request_run, &arena, &plan, &err);
		assert_true(r == 0 ? plan != NULL
				   : plan == NULL && strstr(err.text, "is too large") != NULL);
		assert_true(size < need ? r != 0 : size < need + 64 || r == 0);
		free(memory);
	}
	planned_free(&p);
}

static void a_plan_is_the_same_each_time(void **state)
{
	struct planned a, b;

	(void)state;
	planned_decode(&a, full_config, sizeof(full_config) - 1);
	planned_decode(&b, full_config, sizeof(full_config) - 1);
	planned_build(&a, &host_v2, &request_run);
	planned_build(&b, &host_v2, &request_run);
	assert_string_equal(a.text, b.text);
	assert_int_equal(a.arena.used, b.arena.used);
	planned_free(&a);
	planned_free(&b);
}

static int write_refuse(void *context, const char *bytes, size_t length)
{
	int *calls = context;

	(void)bytes;
	(void)length;
	return ++*calls < 3 ? 0 : -28;
}

static void printing_ends_when_the_writer_fails(void **state)
{
	struct planned p;
	int calls = 0;

	(void)state;
	planned_decode(&p, full_config, sizeof(full_config) - 1);
	planned_build(&p, &host_v2, &request_run);
	assert_int_equal(plan_print(p.plan, write_refuse, &calls), -28);
	assert_int_equal(calls, 3);
	planned_free(&p);
}

static void strings_are_printed_so_that_a_line_is_a_line(void **state)
{
	static const struct plan_row rows[] = {
		{"'a\\nb','\\\\','\\u0001\\u007f'",
			"  arg \"a\\nb\"\n  arg \"\\\\\"\n  arg \"\\1\\177\"\n", NULL},
		{"'\\u00e4'", "  arg \"\xc3\xa4\"\n", NULL},
	};
	static char json[6000];
	struct plan_row row = {json, "x\"\n  execve\n", NULL};

	(void)state;
	PLAN_ROWS("{'ociVersion':'1.2.0','root':{'path':'r'},'process':{'cwd':'/','args':[%]}}",
		rows, &host_v2, &request_run);
	memset(json, 'x', 5000);
	json[0] = json[4999] = '\'';
	plan_rows_check(
		"{'ociVersion':'1.2.0','root':{'path':'r'},'process':{'cwd':'/','args':[%]}}",
		&row, 1, &host_v2, &request_run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_origin_is_a_json_pointer),
		cmocka_unit_test(a_path_is_cleaned_as_a_chroot_sees_it),
		cmocka_unit_test(a_path_is_below_another_by_whole_components),
		cmocka_unit_test(names_are_found_and_guessed),
		cmocka_unit_test(a_set_knows_what_it_has_seen),
		cmocka_unit_test(all_of_a_plan_lies_in_its_arena),
		cmocka_unit_test(an_arena_that_is_too_small_is_an_error),
		cmocka_unit_test(a_plan_is_the_same_each_time),
		cmocka_unit_test(printing_ends_when_the_writer_fails),
		cmocka_unit_test(strings_are_printed_so_that_a_line_is_a_line),
	};

	return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}
