/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The search through PATH. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "init/program.c"

static void expect(const char *path, const char *all)
{
	char one[64], got[256];
	struct text text, sum;

	text_start(&text, one, sizeof(one));
	text_start(&sum, got, sizeof(got));
	while (program_candidate(&path, "sh", &text))
		text_format(&sum, "%s%s ", one, text_ok(&text) ? "" : "(cut)");
	assert_string_equal(got, all);
}

static void each_directory_of_path_is_tried_in_order(void **state)
{
	(void)state;
	expect(NULL, "");
	expect("/bin", "/bin/sh ");
	expect("/usr/bin:/bin", "/usr/bin/sh /bin/sh ");
	expect("rel:/b/", "rel/sh /b//sh ");
}

static void an_empty_directory_is_the_working_directory(void **state)
{
	(void)state;
	expect("", "./sh ");
	expect(":/bin", "./sh /bin/sh ");
	expect("/bin:", "/bin/sh ./sh ");
	expect("/a::/b", "/a/sh ./sh /b/sh ");
}

static void what_does_not_fit_is_told_and_the_next_one_is_tried(void **state)
{
	(void)state;
	expect("/0123456789012345678901234567890123456789012345678901234567890:/b",
		"/0123456789012345678901234567890123456789012345678901234567890/(cut) /b/sh ");
}

static int find(const char *name, const char *path, struct init *init, struct error *err)
{
	const char *argv[] = {name, NULL};
	struct plan plan = {.process = {.argv = argv, .path_variable = path}};

	init->plan = &plan;
	error_clear(err);
	return program_find(init, err);
}

static void errors_say_what_callers_look_for(void **state)
{
	static struct init init;
	struct error err;

	(void)state;
	assert_int_equal(find("sh", "/nonexistent:/bin", &init, &err), 0);
	assert_string_equal(init.program, "/bin/sh");
	assert_int_equal(find("/bin/sh", NULL, &init, &err), 0);
	assert_string_equal(init.program, "/bin/sh");
	assert_int_equal(find("no-such-program", "/bin:/usr/bin", &init, &err), -1);
	assert_non_null(strstr(err.text, "executable file not found in $PATH"));
	assert_int_equal(find("sh", NULL, &init, &err), -1);
	assert_non_null(strstr(err.text, "executable file not found in $PATH"));
	assert_int_equal(find("", "/bin", &init, &err), -1);
	assert_int_equal(find("/nonexistent/sh", NULL, &init, &err), -1);
	assert_int_equal(err.errnum, ENOENT);
	assert_int_equal(find("/tmp", NULL, &init, &err), -1);
	assert_int_equal(err.errnum, EISDIR);
	assert_int_equal(find("/etc/passwd", NULL, &init, &err), -1);
	assert_int_equal(err.errnum, EACCES);
	assert_int_equal(find("/etc/passwd/x", NULL, &init, &err), -1);
	assert_int_equal(err.errnum, ENOTDIR);
	assert_int_equal(err.origin, origin_make(ORIGIN_PROCESS_ARGS, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_directory_of_path_is_tried_in_order),
		cmocka_unit_test(an_empty_directory_is_the_working_directory),
		cmocka_unit_test(what_does_not_fit_is_told_and_the_next_one_is_tried),
		cmocka_unit_test(errors_say_what_callers_look_for),
	};

	return cmocka_run_group_tests_name("init program", tests, NULL, NULL);
}
