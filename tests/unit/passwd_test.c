/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The home directory from a passwd file, which is hostile. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/passwd.h"

struct row {
	const char *passwd;
	uint32_t uid;
	const char *home; /* NULL: none is found */
};

static const struct row rows[] = {
	{"root:x:0:0:root:/root:/bin/sh\n", 0, "/root"},
	{"root:x:0:0:root:/root:/bin/sh", 0, "/root"},
	{"root:x:0:0:root:/root", 0, "/root"},
	{"a:x:1:1::/a:\nb:x:2:2::/b:\n", 2, "/b"},
	{"a:x:2:1::/first:\nb:x:2:2::/second:\n", 2, "/first"},
	{"a:x:12:1::/no:\nb:x:1:2::/yes:\n", 1, "/yes"},
	{"a:x:4294967294:1::/a:\n", 4294967294, "/a"},
	{"a:x:0::0:/a:/b\n", 0, "/a"},
	{"", 0, NULL},
	{"\n\n::::::\n", 0, NULL},
	{"root:x:0:0:root\n", 0, NULL},
	{"root:x::0:root:/root:\n", 0, NULL},
	{"root:x:0x:0:root:/root:\n", 0, NULL},
	{"root:x:x0:0:root:/root:\n", 0, NULL},
	{"root:x:-0:0:root:/root:\n", 0, NULL},
	{"root:x: 0:0:root:/root:\n", 0, NULL},
	{"root:x:0:0:root::\n", 0, NULL},
	{"root:x:0:0:root:root:\n", 0, NULL},
	{"a:x:4294967296:1::/wrapped:\n", 0, NULL},
	{"a:x:18446744073709551616:1::/wrapped:\n", 0, NULL},
	{"a:x:0:1::/this/home/is/longer/than/the/buffer:\nb:x:0:1::/b:\n", 0, "/b"},
};

/* `piece` bytes at a time. */
static void check(const struct row *row, size_t piece)
{
	struct passwd_search search;
	char home[24];
	size_t length = strlen(row->passwd);

	passwd_start(&search, row->uid, home, sizeof(home));
	for (size_t at = 0; at < length; at += piece)
		passwd_feed(
			&search, row->passwd + at, piece < length - at ? piece : length - at);
	passwd_feed(&search, "", 0);
	assert_int_equal(search.found, row->home != NULL);
	if (row->home)
		assert_string_equal(home, row->home);
}

static void the_first_whole_line_of_the_user_counts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		check(&rows[i], 4096);
}

static void pieces_may_end_anywhere(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		for (size_t piece = 1; piece < 12; piece++)
			check(&rows[i], piece);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_whole_line_of_the_user_counts),
		cmocka_unit_test(pieces_may_end_anywhere),
	};

	return cmocka_run_group_tests_name("passwd", tests, NULL, NULL);
}
