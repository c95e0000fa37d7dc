/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Durations of the command line. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli/duration.h"

static const struct {
	const char *text;
	int result;
	uint64_t milliseconds;
} rows[] = {
	{"5s", 0, 5000},
	{"300ms", 0, 300},
	{"1m30s", 0, 90000},
	{"1.5h", 0, 5400000},
	{".5s", 0, 500},
	{"5.s", 0, 5000},
	{"+2s", 0, 2000},
	{"0", 0, 0},
	{"0s", 0, 0},
	{"1ns", 0, 1},
	{"1500us", 0, 2},
	{"1h1m1s1ms", 0, 3661001},
	{"8760h", 0, 31536000000},
	{"8761h", -EINVAL, 0},
	{"99999999999999999999s", -EINVAL, 0},
	{"", -EINVAL, 0},
	{"+", -EINVAL, 0},
	{"5", -EINVAL, 0},
	{"s", -EINVAL, 0},
	{".s", -EINVAL, 0},
	{"-5s", -EINVAL, 0},
	{"5 s", -EINVAL, 0},
	{"5x", -EINVAL, 0},
	{"5sm", -EINVAL, 0},
	{"5s5", -EINVAL, 0},
	{"0x5s", -EINVAL, 0},
};

static void durations_are_those_of_go(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t milliseconds = 0;
		int r = duration_parse(rows[i].text, &milliseconds);

		if (r != rows[i].result || milliseconds != rows[i].milliseconds)
			fail_msg("\"%s\" is %d, %llu", rows[i].text, r,
				(unsigned long long)milliseconds);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(durations_are_those_of_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
