/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What /etc/subuid gives to a user: launch/subid.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "launch/subid.h"

static void the_user_of_an_id_is_found(void **state)
{
	static const char passwd[] = "root:x:0:0::/:/bin/sh\nshort\nbad:x:1y:0::/:\n"
				     "one:x:1:7::/:\nlast:x:4294967294:";
	const char *name = NULL;

	(void)state;
	assert_int_equal(subid_user(passwd, 1, &name), 3);
	assert_memory_equal(name, "one", 3);
	assert_int_equal(subid_user(passwd, 4294967294, &name), 4);
	assert_int_equal(subid_user(passwd, 7, &name), 0);
	assert_int_equal(subid_user("", 0, &name), 0);
}

static void ranges_are_those_of_the_name_and_of_the_number(void **state)
{
	static const struct {
		const char *subid, *name, *expect;
	} rows[] = {
		{"one:100000:65536\n", "one", "100000-165535"},
		{"one:100000:65536\none:5:1\n", "one", "100000-165535, 5-5"},
		{"1000:7:3", "one", "7-9"},
		{"1000:7:3", "", "7-9"},
		{":7:3\nonesie:1:1\non:1:1\n1001:1:1\n", "one", ""},
		{"one:x:3\none:3\none:3:0\none:3:99999999999999999999999\n", "one", ""},
		{"", "one", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char buffer[64];
		struct text text;

		text_start(&text, buffer, sizeof(buffer));
		assert_int_equal(subid_print(rows[i].subid, rows[i].name, strlen(rows[i].name),
					 1000, &text),
			rows[i].expect[0] != '\0');
		assert_string_equal(buffer, rows[i].expect);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_user_of_an_id_is_found),
		cmocka_unit_test(ranges_are_those_of_the_name_and_of_the_number),
	};

	return cmocka_run_group_tests_name("launch: subordinate ids", tests, NULL, NULL);
}
