/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Strings as JSON, and points in time as text: base/json.c, time.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "base/json.h"
#include "base/text.h"
#include "base/time.h"

#define UNKNOWN "\xef\xbf\xbd"

static void strings_are_json_whatever_they_hold(void **state)
{
	static const struct {
		const char *string, *json;
	} rows[] = {
		{NULL, "\"\""},
		{"", "\"\""},
		{"a b/c", "\"a b/c\""},
		{"\"\\", "\"\\\"\\\\\""},
		{"\n\t\r\x01\x1f\x7f", "\"\\n\\t\\u000d\\u0001\\u001f\\u007f\""},
		{"\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80",
			"\"\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80\""},
		{"\xed\x9f\xbf \xf4\x8f\xbf\xbf", "\"\xed\x9f\xbf \xf4\x8f\xbf\xbf\""},
		/* A byte of its own, one too few, overlong forms, halves of pairs, beyond the last. */
		{"\x80"
		 "a",
			"\"" UNKNOWN "a\""},
		{"\xe2\x82", "\"" UNKNOWN UNKNOWN "\""},
		{"\xc0\xaf", "\"" UNKNOWN UNKNOWN "\""},
		{"\xe0\x80\xaf", "\"" UNKNOWN UNKNOWN UNKNOWN "\""},
		{"\xed\xa0\x80", "\"" UNKNOWN UNKNOWN UNKNOWN "\""},
		{"\xf0\x80\x80\x80", "\"" UNKNOWN UNKNOWN UNKNOWN UNKNOWN "\""},
		{"\xf4\x90\x80\x80", "\"" UNKNOWN UNKNOWN UNKNOWN UNKNOWN "\""},
		{"\xff\xfe", "\"" UNKNOWN UNKNOWN "\""},
		{"\xc3", "\"" UNKNOWN "\""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char buffer[128];
		struct text text;

		text_start(&text, buffer, sizeof(buffer));
		json_string(&text, rows[i].string);
		assert_true(text_ok(&text));
		assert_string_equal(buffer, rows[i].json);
	}
}

/* The C library knows the calendar too. */
static void times_are_those_of_the_calendar(void **state)
{
	static const int64_t rows[] = {0, 1, 59, 86399, 86400, 951782399, 951782400, 951868800,
		1709164800, 1709251199, 1709251200, 1735689599, 1735689600, 4107542399,
		4107542400, INT32_MAX, (int64_t)INT32_MAX + 1, 253402300799};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char buffer[64], wanted[64];
		const time_t at = rows[i];
		struct text text;
		struct tm tm;

		assert_non_null(gmtime_r(&at, &tm));
		assert_true(strftime(wanted, sizeof(wanted), "%Y-%m-%dT%H:%M:%SZ", &tm) > 0);
		text_start(&text, buffer, sizeof(buffer));
		time_print(&text, rows[i]);
		assert_string_equal(buffer, wanted);
	}
}

static void nanoseconds_have_nine_digits(void **state)
{
	char buffer[64];
	struct text text;

	(void)state;
	text_start(&text, buffer, sizeof(buffer));
	time_print_nanoseconds(&text, 1767322985, 42);
	assert_string_equal(buffer, "2026-01-02T03:03:05.000000042Z");
	text_start(&text, buffer, sizeof(buffer));
	time_print_nanoseconds(&text, 0, 999999999);
	assert_string_equal(buffer, "1970-01-01T00:00:00.999999999Z");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strings_are_json_whatever_they_hold),
		cmocka_unit_test(times_are_those_of_the_calendar),
		cmocka_unit_test(nanoseconds_have_nine_digits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
