/* SPDX-License-Identifier: GPL-2.0-or-later */
/* linux.intelRdt: where resctrl is, what is planned, and what is done in a directory that plays the file system:
 * host/resctrl.c, plan/resctrl.c, cgroup/resctrl.c. The latter is part of this program with mkdir and rmdir
 * replaced: a new group has files, as the kernel gives it, and goes with them. */
#include "plan_help.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/resctrl.h"
#include "sys/file.h"

static const char *const group_files[] = {"schemata", "tasks"};

static int fake_mkdirat(int dir_fd, const char *path, unsigned mode)
{
	char file[4096];

	if (mkdirat(dir_fd, path, mode))
		return -errno;
	for (size_t i = 0; i < 2; i++) {
		snprintf(file, sizeof(file), "%s/%s", path, group_files[i]);
		close(open(file, O_CREAT | O_WRONLY, 0600));
	}
	snprintf(file, sizeof(file), "%s/mon_groups", path);
	mkdir(file, 0700);
	return 0;
}

static int fake_unlinkat(int dir_fd, const char *path, int flags)
{
	char file[4096];

	for (size_t i = 0; i < 2; i++) {
		snprintf(file, sizeof(file), "%s/%s", path, group_files[i]);
		unlink(file);
	}
	snprintf(file, sizeof(file), "%s/mon_groups", path);
	rmdir(file);
	return unlinkat(dir_fd, path, flags) ? -errno : 0;
}

#define sys_mkdirat  fake_mkdirat
#define sys_unlinkat fake_unlinkat
#include "cgroup/resctrl.c"

static void the_last_mount_of_resctrl_is_the_one(void **state)
{
	static const struct {
		const char *mountinfo, *expect;
	} rows[] = {
		{"", NULL},
		{"1 2 0:3 / /sys/fs/cgroup rw - cgroup2 none rw\n", NULL},
		{"1 2 0:3 / /sys/fs/resctrl rw - resctrl resctrl rw\n", "/sys/fs/resctrl"},
		{"1 2 0:3 / /a\\040b rw shared:1 - resctrl none rw", "/a b"},
		{"1 2 0:3 /g /x rw - resctrl none rw\n", NULL},
		{"1 2 0:3 / /x rw - resctrl none rw\nnonsense\n1 2 0:3 / /y rw - resctrl none "
		 "rw\n",
			"/y"},
		{"1 2 0:3 / /resctrl rw - tmpfs resctrl rw\n", NULL},
	};
	static char memory[4096];
	struct arena arena;

	(void)state;
	arena_start(&arena, memory, sizeof(memory));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *got = host_resctrl_parse(rows[i].mountinfo, &arena);

		if (!text_equal(got, rows[i].expect))
			fail_msg("%s: %s", rows[i].mountinfo, got ? got : "none");
	}
}

static struct host host_with_resctrl(const char *mount)
{
	struct host host = host_v2;

	host.resctrl = mount;
	return host;
}

#define CONFIG "{'ociVersion':'1.2.0','root':{'path':'r'},'linux':{'intelRdt':{%}}}"

static void a_group_is_decided_or_refused(void **state)
{
	const struct host host = host_with_resctrl("/R");
	static const struct plan_row rows[] = {
		{"'closID':'c'", "  resctrl group \"/R/c\" must exist  <- /linux/intelRdt\n",
			NULL},
		{"", "  resctrl group \"/R/web\" must be new  <- /linux/intelRdt\n", NULL},
		{"'closID':'','schemata':['MB:0=1']", "group \"/R/web\" must be new", NULL},
		{"'closID':'/'", "  resctrl group \"/R\" must exist", NULL},
		{"'closID':'c','l3CacheSchema':'L3:0=f'",
			"  resctrl group \"/R/c\"  <- /linux/intelRdt\n  resctrl caches "
			"\"L3:0=f\\n\"",
			NULL},
		{"'closID':'c','memBwSchema':'MB:0=50'", "  resctrl caches \"MB:0=50\\n\"",
			NULL},
		{"'l3CacheSchema':'L3:0=f\\nMB:0=9\\nL2:0=1','memBwSchema':'MB:0=50'",
			"  resctrl caches \"L3:0=f\\nL2:0=1\\nMB:0=50\\n\"", NULL},
		{"'l3CacheSchema':'L3:0=f\\nMB:0=9\\n'",
			"  resctrl caches \"L3:0=f\\nMB:0=9\\n\"", NULL},
		{"'schemata':['L3:0=f','MB:0=1;1=2\\n']",
			"  resctrl schemata \"L3:0=f\\nMB:0=1;1=2\\n\"  <- "
			"/linux/intelRdt/schemata",
			NULL},
		{"'closID':'c','schemata':[]", "must exist", NULL},
		{"'closID':'c','enableMonitoring':true",
			"  resctrl monitor \"/R/c/mon_groups/web\"", NULL},
		{"'closID':'c','enableMonitoring':false", "-monitor", NULL},
		{"'closID':'c','enableCMT':true,'enableMBM':true", "group \"/R/c\"", NULL},
		{"'closID':'a/b'", "!\"a/b\" is not a name that a resctrl group can have",
			"/linux/intelRdt/closID"},
		{"'closID':'..'", "!is not a name", "/linux/intelRdt/closID"},
		{"'closID':'info'", "!is not a name", NULL},
		{"'closID':'mon_groups'", "!is not a name", NULL},
		{"'closID':'//'", "!is not a name", NULL},
	};
	/* A process that is added goes where the container is. */
	static const struct request_target target = {.pid = 1};
	static const struct request request_add = {
		.id = "web", .bundle = "/b", .state_root = "/run/tare", .target = &target};
	static const struct plan_row added[] = {
		{"'closID':'c'", "  resctrl group \"/R/c\"", NULL},
		{"", "  resctrl group \"/R/web\"", NULL},
	};
	static const struct plan_row none[] = {
		{"'closID':'c'", "!this host has no resctrl file system mounted",
			"/linux/intelRdt"},
	};

	(void)state;
	PLAN_ROWS(CONFIG, rows, &host, &request_run);
	PLAN_ROWS(CONFIG, added, &host, &request_add);
	PLAN_ROWS(CONFIG, none, &host_v2, &request_run);
}

static void schemata_match_by_what_they_mean(void **state)
{
	static const char have[] = "    MB:0=100;1= 90\n    L3:0=007ff;1=01f\n";
	static const struct {
		const char *wanted;
		bool match;
	} rows[] = {
		{"L3:0=7ff\n", true},
		{"L3:0=7FF;1=1f\nMB:1=90\n", true},
		{"MB:0=100\nL3:1=1f\n", true},
		{"L3:00=7ff\n", true},
		{"L3:\n", true},
		{"L3:0=7fe\n", false},
		{"L3:2=7ff\n", false},
		{"L2:0=7ff\n", false},
		{"L3\n", false},
		{"MB:0=100;1=91\n", false},
		{"L3:0=7ff;1=1f\nMB:0=10\n", false},
		{"L3:0=\n", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (resctrl_schemata_match(rows[i].wanted, have) != rows[i].match)
			fail_msg("%s", rows[i].wanted);
	}
}

struct tree {
	char mount[64];
	char group[128];
	char monitor[192];
	struct plan_resctrl plan;
	struct resctrl resctrl;
	char record[512];
	struct error err;
};

static void tree_start(struct tree *tree, const char *group)
{
	*tree = (struct tree){.mount = "/tmp/tare-resctrl.XXXXXX"};
	assert_non_null(mkdtemp(tree->mount));
	snprintf(tree->group, sizeof(tree->group), "%s/%s", tree->mount, group);
	snprintf(tree->monitor, sizeof(tree->monitor), "%s/mon_groups/web", tree->group);
	tree->plan = (struct plan_resctrl){
		.mount = tree->mount, .group = tree->group, .may_exist = true};
}

static int tree_create(struct tree *tree)
{
	struct text text;

	if (resctrl_find(&tree->resctrl, &tree->plan, &tree->err))
		return -1;
	text_start(&text, tree->record, sizeof(tree->record));
	resctrl_record_print(&tree->resctrl, &text);
	return resctrl_create(&tree->resctrl, &tree->err);
}

static void tree_end(struct tree *tree)
{
	assert_int_equal(rmdir(tree->mount), 0);
}

static void content_check(const char *directory, const char *name, const char *expect)
{
	char content[512];

	assert_int_equal(file_read(directory, name, content, sizeof(content)), 0);
	assert_string_equal(content, expect);
}

static void a_new_group_is_made_filled_and_removed(void **state)
{
	struct tree tree;

	(void)state;
	tree_start(&tree, "c");
	tree.plan.caches = "L3:0=f\n";
	tree.plan.monitor = tree.monitor;
	assert_int_equal(tree_create(&tree), 0);
	content_check(tree.group, "schemata", "L3:0=f\n");
	assert_int_equal(resctrl_assign(&tree.resctrl, 4711, &tree.err), 0);
	content_check(tree.group, "tasks", "4711");
	content_check(tree.monitor, "tasks", "4711");
	assert_int_equal(resctrl_remove(tree.record, &tree.err), 0);
	/* Twice, as after a delete that was killed in between. */
	assert_int_equal(resctrl_remove(tree.record, &tree.err), 0);
	tree_end(&tree);
}

static void a_group_of_others_is_used_and_stays(void **state)
{
	struct tree tree;

	(void)state;
	tree_start(&tree, "c");
	assert_int_equal(fake_mkdirat(AT_FDCWD, tree.group, 0700), 0);
	assert_int_equal(file_write(tree.group, "schemata", "    L3:0=00f\n"), 0);
	tree.plan.caches = "L3:0=f\n";
	assert_int_equal(tree_create(&tree), 0);
	content_check(tree.group, "schemata", "    L3:0=00f\n");
	assert_string_equal(tree.record, "");
	assert_int_equal(resctrl_remove(tree.record, &tree.err), 0);
	assert_int_equal(access(tree.group, F_OK), 0);
	/* Only its monitor is ours. */
	tree.plan.caches = NULL;
	tree.plan.must_exist = true;
	tree.plan.monitor = tree.monitor;
	assert_int_equal(tree_create(&tree), 0);
	assert_int_equal(resctrl_remove(tree.record, &tree.err), 0);
	assert_int_not_equal(access(tree.monitor, F_OK), 0);
	assert_int_equal(access(tree.group, F_OK), 0);
	assert_int_equal(fake_unlinkat(AT_FDCWD, tree.group, AT_REMOVEDIR), 0);
	tree_end(&tree);
}

static void a_group_that_is_not_as_it_must_be_is_refused(void **state)
{
	struct tree tree;

	(void)state;
	tree_start(&tree, "c");
	tree.plan.must_exist = true;
	assert_int_equal(tree_create(&tree), -1);
	assert_non_null(strstr(tree.err.text, "there is no resctrl group"));
	assert_int_equal(tree.err.origin >> 24, ORIGIN_RDT_CLOS);
	tree.plan.must_exist = false;
	assert_int_equal(fake_mkdirat(AT_FDCWD, tree.group, 0700), 0);
	assert_int_equal(file_write(tree.group, "schemata", "    L3:0=00f\n"), 0);
	tree.plan.caches = "L3:0=e\n";
	assert_int_equal(tree_create(&tree), -1);
	assert_non_null(strstr(tree.err.text, "its schemata are not those"));
	tree.plan.caches = NULL;
	tree.plan.may_exist = false;
	assert_int_equal(tree_create(&tree), -1);
	assert_non_null(strstr(tree.err.text, "is there already"));
	assert_int_equal(fake_unlinkat(AT_FDCWD, tree.group, AT_REMOVEDIR), 0);
	tree_end(&tree);
}

/* What the kernel has against the schemata is part of the error. */
static void the_kernel_s_own_words_are_told(void **state)
{
	struct tree tree;
	char path[256];

	(void)state;
	tree_start(&tree, "c");
	snprintf(path, sizeof(path), "%s/info", tree.mount);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(path, sizeof(path), "%s/info/last_cmd_status", tree.mount);
	close(open(path, O_CREAT | O_WRONLY, 0600));
	assert_int_equal(
		file_write(tree.mount, "info/last_cmd_status", "Mask out of range\nmore\n"), 0);
	assert_int_equal(mkdir(tree.group, 0700), 0);
	tree.plan.schemata = "L3:0=0\n";
	assert_int_equal(tree_create(&tree), -1);
	assert_non_null(strstr(tree.err.text, ": Mask out of range"));
	assert_null(strstr(tree.err.text, "more"));
	assert_int_equal(tree.err.origin >> 24, ORIGIN_RDT_SCHEMATA);
	unlink(path);
	snprintf(path, sizeof(path), "%s/info", tree.mount);
	rmdir(path);
	rmdir(tree.group);
	tree_end(&tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_last_mount_of_resctrl_is_the_one),
		cmocka_unit_test(a_group_is_decided_or_refused),
		cmocka_unit_test(schemata_match_by_what_they_mean),
		cmocka_unit_test(a_new_group_is_made_filled_and_removed),
		cmocka_unit_test(a_group_of_others_is_used_and_stays),
		cmocka_unit_test(a_group_that_is_not_as_it_must_be_is_refused),
		cmocka_unit_test(the_kernel_s_own_words_are_told),
	};

	return cmocka_run_group_tests_name("resctrl", tests, NULL, NULL);
}
