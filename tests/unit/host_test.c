/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parsers of /proc/self/mountinfo and /proc/self/cgroup, and one look at the host that runs the test:
 * host/mountinfo.c, cgroup.c, probe.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/text.h"
#include "host/mountinfo.h"
#include "host/probe.h"

#define ROOT_MOUNT "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n"
#define V2_MOUNT                                                                               \
	"31 23 0:28 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n"
#define TMPFS "31 23 0:28 / /sys/fs/cgroup ro - tmpfs tmpfs ro,mode=755\n"
#define V1(id, name, options)                                                                  \
	id " 31 0:29 / /sys/fs/cgroup/" name                                                   \
	   " rw,nosuid shared:10 master:2 - cgroup cgroup " options "\n"

static const char *const layouts[] = {
	[CGROUP_NONE] = "none",
	[CGROUP_V1] = "v1",
	[CGROUP_HYBRID] = "hybrid",
	[CGROUP_V2] = "v2",
};

struct cgroup_row {
	const char *mountinfo, *own;
	const char *expect; /* layout, then each hierarchy as mount|controllers|own */
};

static const struct cgroup_row cgroup_rows[] = {
	{ROOT_MOUNT V2_MOUNT, "0::/user.slice/a.scope\n",
		"v2 /sys/fs/cgroup||/user.slice/a.scope"},
	{ROOT_MOUNT V2_MOUNT, "0::/\n", "v2 /sys/fs/cgroup||/"},
	/* A file without a final newline. */
	{ROOT_MOUNT V2_MOUNT, "0::/x", "v2 /sys/fs/cgroup||/x"},
	{ROOT_MOUNT TMPFS V1("32", "cpu,cpuacct", "rw,cpu,cpuacct") V1("33", "memory",
		 "rw,memory") V1("34", "systemd", "rw,xattr,release_agent=/lib/x,name=systemd"),
		"3:cpu,cpuacct:/\n2:memory:/engine/one\n1:name=systemd:/user.slice\n",
		"v1 /sys/fs/cgroup/cpu,cpuacct|cpu,cpuacct|/ "
		"/sys/fs/cgroup/memory|memory|/engine/one "
		"/sys/fs/cgroup/systemd|name=systemd|/user.slice"},
	/* The controllers may stand in another order in the two files. */
	{TMPFS V1("32", "cpu", "rw,cpuacct,cpu"), "3:cpu,cpuacct:/\n",
		"v1 /sys/fs/cgroup/cpu|cpu,cpuacct|/"},
	{TMPFS V1("33", "memory",
		 "rw,memory") "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n",
		"2:memory:/a\n0::/b\n",
		"hybrid /sys/fs/cgroup/memory|memory|/a /sys/fs/cgroup/unified||/b"},
	/* A v2 hierarchy that is mounted nowhere does not make a hybrid host. */
	{TMPFS V1("33", "memory", "rw,memory"), "2:memory:/a\n0::/b\n",
		"v1 /sys/fs/cgroup/memory|memory|/a"},
	{ROOT_MOUNT, "2:memory:/a\n0::/b\n", "none"},
	{"", "", "none"},
	/* "cpu" is not "cpuset", nor the name of a mount option that holds it. */
	{TMPFS V1("33", "cpuset", "rw,cpuset,noprefix"), "2:cpu:/\n1:cpuset:/s\n",
		"v1 /sys/fs/cgroup/cpuset|cpuset|/s"},
	/* In a container without a cgroup namespace the mount shows a part of the hierarchy. */
	{"33 31 0:29 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n",
		"2:memory:/docker/abc\n", "v1 /sys/fs/cgroup/memory|memory|/"},
	{"33 31 0:29 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n",
		"2:memory:/docker/abc/d\n", "v1 /sys/fs/cgroup/memory|memory|/d"},
	{"33 31 0:29 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n",
		"2:memory:/docker/abcd\n", "v1 /sys/fs/cgroup/memory|memory|/"},
	{"33 31 0:29 /.. /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n", "2:memory:/x\n",
		"v1 /sys/fs/cgroup/memory|memory|/"},
	/* Escapes; the usual place wins over another, the later mount over the one that it covers. */
	{"33 31 0:29 / /mnt/a\\040b\\134c rw - cgroup cgroup rw,memory\n", "2:memory:/\n",
		"v1 /mnt/a b\\c|memory|/"},
	{"33 31 0:29 / /mnt/first rw - cgroup2 none rw\n34 31 0:29 / /mnt/second rw - cgroup2 "
	 "none rw\n",
		"0::/\n", "v2 /mnt/first||/"},
	{"33 31 0:29 / /mnt/first rw - cgroup2 none rw\n" V2_MOUNT, "0::/\n",
		"v2 /sys/fs/cgroup||/"},
	{V2_MOUNT "33 31 0:29 / /mnt/later rw - cgroup2 none rw\n", "0::/\n",
		"v2 /sys/fs/cgroup||/"},
	{V2_MOUNT "33 31 0:29 /part /sys/fs/cgroup rw - cgroup2 none rw\n", "0::/part/a\n",
		"v2 /sys/fs/cgroup||/a"},
	/* A path may hold colons. */
	{V2_MOUNT, "0::/a:b:c\n", "v2 /sys/fs/cgroup||/a:b:c"},
	/* Lines that are not in the format are skipped, wherever they are cut. */
	{"garbage\n\n33 31 0:29 / /x rw\n33 31 0:29 / /x rw -\n33 31 0:29 / /x rw "
	 "shared:1\n" V2_MOUNT,
		"x\n\n0:\n0:::\n:\n0::relative\n0::/ok\n", "v2 /sys/fs/cgroup||/ok"},
	{"33 31 0:29 / /x rw - cgroup2", "0::/\n", "v2 /x||/"},
};

static void cgroup_print(const struct host_cgroups *cgroups, struct text *text)
{
	text_string(text, layouts[cgroups->layout]);
	for (size_t i = 0; i < cgroups->count; i++) {
		const struct host_hierarchy *h = &cgroups->of[i];

		assert_int_equal(h->v2, h->controllers[0] == '\0');
		text_format(text, " %s|%s|%s", h->mount, h->controllers, h->own);
	}
}

static void the_layout_comes_from_two_files_of_proc(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cgroup_rows) / sizeof(cgroup_rows[0]); i++) {
		static char memory[8192];
		char buffer[1024];
		struct host_cgroups cgroups;
		struct arena arena;
		struct text text;

		memset(memory, 0, sizeof(memory));
		arena_start(&arena, memory, sizeof(memory));
		text_start(&text, buffer, sizeof(buffer));
		assert_int_equal(host_cgroups_parse(cgroup_rows[i].mountinfo,
					 cgroup_rows[i].own, &arena, &cgroups),
			0);
		cgroup_print(&cgroups, &text);
		assert_string_equal(buffer, cgroup_rows[i].expect);
	}
}

static void an_arena_that_is_full_is_an_error(void **state)
{
	const struct cgroup_row *row = &cgroup_rows[3];
	char *memory = calloc(1, 256);
	struct host_cgroups cgroups;
	struct arena arena;
	int last = -1;

	(void)state;
	assert_non_null(memory);
	for (size_t size = 0; size <= 256; size += 8) {
		memset(memory, 0, 256);
		arena_start(&arena, memory, size);
		last = host_cgroups_parse(row->mountinfo, row->own, &arena, &cgroups);
		assert_int_equal(last != 0, arena.full);
	}
	assert_int_equal(last, 0);
	free(memory);
}

static void more_hierarchies_than_there_can_be_do_no_harm(void **state)
{
	static char mountinfo[32768], own[8192], memory[32768];
	struct host_cgroups cgroups;
	struct arena arena;
	size_t m = 0, o = 0;

	(void)state;
	for (int i = 0; i < 100; i++) {
		m += (size_t)snprintf(mountinfo + m, sizeof(mountinfo) - m,
			"%d 1 0:1 / /c/%d rw - cgroup cgroup rw,c%d\n", i, i, i);
		o += (size_t)snprintf(own + o, sizeof(own) - o, "%d:c%d:/\n", i, i);
	}
	arena_start(&arena, memory, sizeof(memory));
	assert_int_equal(host_cgroups_parse(mountinfo, own, &arena, &cgroups), 0);
	assert_int_equal(cgroups.count, HOST_HIERARCHIES);
	assert_int_equal(cgroups.layout, CGROUP_V1);
}

static void the_own_cgroup_on_v2_is_behind_two_colons(void **state)
{
	static const char *const rows[][2] = {
		{"0::/a/b\n", "/a/b"},
		{"3:cpu:/x\n0::/a\n", "/a"},
		{"3:cpu:/x\n", "/"},
		{"", "/"},
	};
	char memory[64] = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct arena arena;

		memset(memory, 0, sizeof(memory));
		arena_start(&arena, memory, sizeof(memory));
		assert_string_equal(host_cgroup_own(rows[i][0], &arena), rows[i][1]);
	}
}

static void octal_escapes_are_undone(void **state)
{
	static const char *const rows[][2] = {
		{"plain", "plain"},
		{"a\\040b", "a b"},
		{"\\011\\012\\134", "\t\n\\"},
		{"\\04", "\\04"},
		{"\\08x", "\\08x"},
		{"\\400", "\\400"},
		{"\\377", "\377"},
		{"\\", "\\"},
		{"", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct span span = {rows[i][0], strlen(rows[i][0])};
		char out[16];

		span_unescape(&span, out);
		assert_string_equal(out, rows[i][1]);
	}
}

static void this_host_is_told_as_it_is(void **state)
{
	char *memory = calloc(1, 1 << 20), expected[16] = "", buffer[1024];
	FILE *file = fopen("/proc/sys/kernel/cap_last_cap", "r");
	struct arena arena;
	struct error err = {0};
	struct text text;
	struct host host;

	(void)state;
	assert_non_null(memory);
	arena_start(&arena, memory, 1 << 20);
	if (host_probe(&host, &arena, &err))
		fail_msg("%s", err.text);
	assert_int_equal(host.euid, geteuid());
	assert_int_equal(host.egid, getegid());
	if (file) {
		assert_non_null(fgets(expected, sizeof(expected), file));
		assert_int_equal(host.last_capability, atol(expected));
		fclose(file);
	}
	text_start(&text, buffer, sizeof(buffer));
	cgroup_print(&host.cgroups, &text);
	for (size_t i = 0; i < host.cgroups.count; i++)
		assert_int_equal(host.cgroups.of[i].own[0], '/');
	free(memory);
}

static void too_little_memory_for_the_facts_is_an_error(void **state)
{
	_Alignas(8) char memory[16] = {0};
	struct arena arena;
	struct error err = {0};
	struct host host;

	(void)state;
	arena_start(&arena, memory, sizeof(memory));
	assert_int_equal(host_probe(&host, &arena, &err), -1);
	assert_int_not_equal(err.class, ERROR_NONE);
	assert_true(err.text[0] != '\0');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_layout_comes_from_two_files_of_proc),
		cmocka_unit_test(an_arena_that_is_full_is_an_error),
		cmocka_unit_test(more_hierarchies_than_there_can_be_do_no_harm),
		cmocka_unit_test(the_own_cgroup_on_v2_is_behind_two_colons),
		cmocka_unit_test(octal_escapes_are_undone),
		cmocka_unit_test(this_host_is_told_as_it_is),
		cmocka_unit_test(too_little_memory_for_the_facts_is_an_error),
	};

	return cmocka_run_group_tests_name("host", tests, NULL, NULL);
}
