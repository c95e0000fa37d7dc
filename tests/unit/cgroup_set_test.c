/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The set of cgroups: from plan and host to directories, to the record and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cgroup/file.h"
#include "cgroup/set.h"

static char memory[1 << 20];

/* Never emptied: what earlier calls gave out stays valid. */
static struct arena fresh_arena(void)
{
	static size_t used;
	struct arena arena;

	assert_in_range(used, 0, sizeof(memory) - 8192);
	arena_start(&arena, memory + used, 8192);
	used += 8192;
	return arena;
}

static const struct host_cgroups hybrid = {
	.layout = CGROUP_HYBRID,
	.count = 4,
	.of = {{false, "/sys/fs/cgroup/cpu,cpuacct", "cpu,cpuacct", "/", NULL},
		{false, "/sys/fs/cgroup/memory", "memory", "/user/me", NULL},
		{false, "/sys/fs/cgroup/systemd", "name=systemd", "/", NULL},
		{true, "/sys/fs/cgroup/unified", "", "/user", NULL}},
};

static int locate(const char *path, bool below_own, struct cgroup_set *set, struct error *err)
{
	struct arena arena = fresh_arena();
	const struct plan_cgroup plan = {
		.manager = CGROUP_MANAGER_CGROUPFS, .path = path, .below_own = below_own};

	return cgroup_locate(&plan, &hybrid, &arena, set, err);
}

static void directories_lie_below_the_mounts(void **state)
{
	struct cgroup_set set;
	struct error err;

	(void)state;
	assert_int_equal(locate("/pods/web", false, &set, &err), 0);
	assert_int_equal(set.count, 4);
	assert_false(set.ours);
	assert_string_equal(set.of[0].path, "/sys/fs/cgroup/cpu,cpuacct/pods/web");
	assert_int_equal(set.of[0].mount_length, strlen("/sys/fs/cgroup/cpu,cpuacct"));
	assert_int_equal(set.of[0].kept_length, strlen("/sys/fs/cgroup/cpu,cpuacct/pods"));
	assert_string_equal(set.of[3].path, "/sys/fs/cgroup/unified/pods/web");
	assert_true(set.of[3].v2);
	assert_int_equal(set.of[3].mount_fd, -1);
}

static void directories_lie_below_our_own_cgroups(void **state)
{
	struct cgroup_set set;
	struct error err;

	(void)state;
	assert_int_equal(locate("/web", true, &set, &err), 0);
	assert_string_equal(set.of[0].path, "/sys/fs/cgroup/cpu,cpuacct/web");
	assert_string_equal(set.of[1].path, "/sys/fs/cgroup/memory/user/me/web");
	assert_string_equal(set.of[3].path, "/sys/fs/cgroup/unified/user/web");
}

static void paths_that_lead_elsewhere_are_refused(void **state)
{
	static const char *const paths[] = {
		"/..", "/a/../b", "/.", "/a/./b", "/", "", "web", "/a//b", "/a/", "/a\nb"};
	struct cgroup_set set;

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		struct error err = {0};

		assert_int_equal(locate(paths[i], false, &set, &err), -1);
		assert_int_equal(err.class, ERROR_CONFIG);
	}
	/* These only look like it. */
	assert_int_equal(locate("/...", false, &set, NULL), 0);
	assert_int_equal(locate("/.a/..b", false, &set, NULL), 0);
}

static void a_disabled_manager_has_no_directories(void **state)
{
	const struct plan_cgroup plan = {.manager = CGROUP_MANAGER_DISABLED};
	struct arena arena = fresh_arena();
	struct cgroup_set set;
	char record[64];
	struct text text;

	(void)state;
	assert_int_equal(cgroup_locate(&plan, &hybrid, &arena, &set, NULL), 0);
	assert_int_equal(set.count, 0);
	assert_null(cgroup_unified(&set));
	text_start(&text, record, sizeof(record));
	cgroup_record_print(&set, &text);
	assert_string_equal(record, "disabled planned\n");
	assert_int_equal(cgroup_record_parse(record, &arena, &set, NULL), 0);
	assert_int_equal(set.manager, CGROUP_MANAGER_DISABLED);
}

static void controllers_are_found_where_they_are(void **state)
{
	struct cgroup_set set;

	(void)state;
	locate("/web", false, &set, NULL);
	assert_ptr_equal(cgroup_directory_of(&set, "cpuacct"), &set.of[0]);
	assert_ptr_equal(cgroup_directory_of(&set, "memory"), &set.of[1]);
	assert_ptr_equal(cgroup_directory_of(&set, "name=systemd"), &set.of[2]);
	/* No v1 hierarchy has them. */
	assert_ptr_equal(cgroup_directory_of(&set, "pids"), &set.of[3]);
	assert_ptr_equal(cgroup_directory_of(&set, "mem"), &set.of[3]);
	set.count = 3;
	assert_null(cgroup_directory_of(&set, "pids"));
}

static void the_record_brings_the_set_back(void **state)
{
	struct arena arena = fresh_arena();
	struct cgroup_set set, back;
	char record[1024];
	struct text text;

	(void)state;
	locate("/pods/a b/web", false, &set, NULL);
	set.ours = true;
	set.of[1].kept_length = set.of[1].mount_length;
	text_start(&text, record, sizeof(record));
	cgroup_record_print(&set, &text);
	assert_true(text_ok(&text));
	assert_int_equal(cgroup_record_parse(record, &arena, &back, NULL), 0);
	assert_true(back.ours);
	assert_int_equal(back.count, set.count);
	for (size_t i = 0; i < set.count; i++) {
		assert_string_equal(back.of[i].path, set.of[i].path);
		assert_string_equal(back.of[i].controllers, set.of[i].controllers);
		assert_int_equal(back.of[i].v2, set.of[i].v2);
		assert_int_equal(back.of[i].length, set.of[i].length);
		assert_int_equal(back.of[i].mount_length, set.of[i].mount_length);
		assert_int_equal(back.of[i].kept_length, set.of[i].kept_length);
		assert_int_equal(back.of[i].mount_fd, -1);
	}
}

static void damaged_records_are_refused(void **state)
{
	static const char *const records[] = {"", "cgroupfs", "cgroupfs ours", "other ours\n",
		"cgroupfs mine\n", "cgroupfs ours\nmemory 4 4 /sys/web", /* no newline */
		"cgroupfs ours\nmemory 4 4\n", "cgroupfs ours\nmemory 4 /sys/web\n",
		"cgroupfs ours\nmemory 0 4 /sys/web\n", "cgroupfs ours\nmemory 4 3 /sys/web\n",
		"cgroupfs ours\nmemory 4 8 /sys/web\n", "cgroupfs ours\nmemory 4 5 /sys/web\n",
		"cgroupfs ours\nmemory 6 4 /sys/a/web\n",
		"cgroupfs ours\nmemory 4 4 /sys/../web\n",
		"cgroupfs ours\nmemory 4 4 sys//web\n", "cgroupfs ours\n 4 4 /sys/web\n"};
	struct arena arena = fresh_arena();
	struct cgroup_set set;

	(void)state;
	assert_int_equal(
		cgroup_record_parse("cgroupfs ours\nmemory 4 4 /sys/web\n", &arena, &set, NULL),
		0);
	for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++) {
		struct error err = {0};

		assert_int_equal(cgroup_record_parse(records[i], &arena, &set, &err), -1);
		assert_int_equal(err.class, ERROR_STATE);
	}
}

static void parents_and_words(void **state)
{
	(void)state;
	assert_int_equal(cgroup_parent_length("/a/bc/d", 7), 5);
	assert_int_equal(cgroup_parent_length("/a/bc/d", 5), 2);
	assert_int_equal(cgroup_parent_length("/a", 2), 0);
	assert_true(cgroup_has_word("populated 1\nfrozen 1", '\n', "frozen 1"));
	assert_false(cgroup_has_word("populated 1\nfrozen 10", '\n', "frozen 1"));
	assert_true(cgroup_has_word("cpu", ',', "cpu"));
	assert_false(cgroup_has_word("cpuset,cpuacct", ',', "cpu"));
	assert_false(cgroup_has_word("", ',', "cpu"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(directories_lie_below_the_mounts),
		cmocka_unit_test(directories_lie_below_our_own_cgroups),
		cmocka_unit_test(paths_that_lead_elsewhere_are_refused),
		cmocka_unit_test(a_disabled_manager_has_no_directories),
		cmocka_unit_test(controllers_are_found_where_they_are),
		cmocka_unit_test(the_record_brings_the_set_back),
		cmocka_unit_test(damaged_records_are_refused),
		cmocka_unit_test(parents_and_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
