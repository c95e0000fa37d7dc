/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which process it was: the texts of /proc that tell. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "state/process.h"

static void offsets_of_a_time_namespace_are_read(void **state)
{
	static const struct {
		const char *text;
		int64_t ticks;
		int status;
	} rows[] = {
		{"monotonic           0         0\nboottime            0         0\n", 0, 0},
		{"monotonic           7         0\nboottime       100000         0\n", 10000000,
			0},
		{"monotonic 7 0\nboottime -5 500000000\n", -450, 0},
		{"boottime 1 9999999", 100, 0},
		{"monotonic 7 0\n", 0, -EINVAL},
		{"boottime", 0, -EINVAL},
		{"boottime 1", 0, -EINVAL},
		{"boottime x 0\n", 0, -EINVAL},
		{"boottime 9223372036854775807 0\n", 0, -EINVAL},
		{"boottime 92233720368547758070 0\n", 0, -EINVAL},
		{"", 0, -EINVAL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t ticks = 0;

		assert_int_equal(process_offset_parse(rows[i].text, &ticks), rows[i].status);
		assert_int_equal(ticks, rows[i].ticks);
	}
}

static void a_name_of_a_process_may_hold_anything(void **state)
{
	static const char good[] =
		"7 (a) R 1 (b)) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4711 20 21\n";
	static const char *const bad[] = {"", "7", "7 (a", "7 (a)", "7 (a) ", "7 (a) S 1 2 3",
		"7 (a) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 ",
		"7 (a) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 x 20",
		"7 (a) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 99999999999999999999 20"};
	uint64_t start_time = 0;
	char status = 0;

	(void)state;
	assert_int_equal(process_stat_parse(good, &start_time, &status), 0);
	assert_int_equal(start_time, 4711);
	assert_int_equal(status, 'S');
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(process_stat_parse(bad[i], &start_time, &status), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(offsets_of_a_time_namespace_are_read),
		cmocka_unit_test(a_name_of_a_process_may_hold_anything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
