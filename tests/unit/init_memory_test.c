/* SPDX-License-Identifier: GPL-2.0-or-later */
/* init's own memory functions, under other names beside those of the C library. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

void *own_memcpy(void *restrict to, const void *restrict from, size_t size);
void *own_memmove(void *to, const void *from, size_t size);
void *own_memset(void *to, int byte, size_t size);
int own_memcmp(const void *a, const void *b, size_t size);
size_t own_strlen(const char *string);

#define memcpy	own_memcpy
#define memmove own_memmove
#define memset	own_memset
#define memcmp	own_memcmp
#define strlen	own_strlen
#include "init/memory.c"
#undef memcpy
#undef memmove
#undef memset
#undef memcmp
#undef strlen

static void bytes_are_copied_and_set_and_no_more(void **state)
{
	char buffer[] = "0123456789";

	(void)state;
	assert_ptr_equal(own_memcpy(buffer + 2, "abc", 3), buffer + 2);
	assert_string_equal(buffer, "01abc56789");
	assert_ptr_equal(own_memset(buffer + 8, 0x178, 2), buffer + 8);
	assert_string_equal(buffer, "01abc567xx");
	own_memcpy(buffer, "zz", 0);
	own_memset(buffer, 'z', 0);
	assert_string_equal(buffer, "01abc567xx");
}

static void moving_works_where_both_overlap(void **state)
{
	char up[] = "0123456789", down[] = "0123456789", same[] = "0123456789";

	(void)state;
	own_memmove(up + 2, up, 6);
	assert_string_equal(up, "0101234589");
	own_memmove(down, down + 2, 6);
	assert_string_equal(down, "2345676789");
	own_memmove(same + 1, same + 1, 5);
	assert_string_equal(same, "0123456789");
}

static void comparing_takes_bytes_as_unsigned(void **state)
{
	(void)state;
	assert_int_equal(own_memcmp("abc", "abd", 2), 0);
	assert_true(own_memcmp("abc", "abd", 3) < 0);
	assert_true(own_memcmp("\xff", "\x01", 1) > 0);
	assert_int_equal(own_memcmp("a", "b", 0), 0);
	assert_int_equal(own_strlen(""), 0);
	assert_int_equal(own_strlen("abc"), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_are_copied_and_set_and_no_more),
		cmocka_unit_test(moving_works_where_both_overlap),
		cmocka_unit_test(comparing_takes_bytes_as_unsigned),
	};

	return cmocka_run_group_tests_name("init memory", tests, NULL, NULL);
}
