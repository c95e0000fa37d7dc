/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The values that everything stands on: base/text.c, number.c, arena.c, error.c, step.c, errno.c. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/errno.h"
#include "base/error.h"
#include "base/number.h"
#include "base/step.h"
#include "base/text.h"

static void text_that_does_not_fit_is_cut_and_says_so(void **state)
{
	char buffer[8];
	struct text text;

	(void)state;
	text_start(&text, buffer, sizeof(buffer));
	text_string(&text, "1234567");
	assert_true(text_ok(&text));
	assert_string_equal(buffer, "1234567");
	text_string(&text, "");
	assert_true(text_ok(&text));
	text_char(&text, '8');
	assert_false(text_ok(&text));
	assert_string_equal(buffer, "1234567");
	text_start(&text, buffer, 1);
	text_string(&text, "a");
	assert_false(text_ok(&text));
	assert_string_equal(buffer, "");
	assert_false(text_print(buffer, 4, "%s", "abcd"));
	assert_string_equal(buffer, "abc");
}

static void text_formats_as_printf_does(void **state)
{
	char ours[256], theirs[256];
	const char *volatile none = NULL;

	(void)state;
#define SAME(...)                                                                              \
	do {                                                                                   \
		assert_true(text_print(ours, sizeof(ours), __VA_ARGS__));                      \
		snprintf(theirs, sizeof(theirs), __VA_ARGS__);                                 \
		assert_string_equal(ours, theirs);                                             \
	} while (0)
	SAME("no conversion, 100%%");
	SAME("%s|%c|%s", "a", 'b', "");
	SAME("%d %d %d", 0, INT32_MAX, INT32_MIN);
	SAME("%u %o %x", UINT32_MAX, 0755U, 0xdeadbeefU);
	SAME("%ld %ld", INT64_MIN, INT64_MAX);
	SAME("%lu %lo %lx", UINT64_MAX, UINT64_MAX, UINT64_MAX);
	SAME("%llu %lld", 18446744073709551615ULL, -1LL);
	SAME("%zu %zx", (size_t)17, (size_t)255);
	SAME("%.*s|%.*s|%.*s", 2, "abc", 5, "ab", 0, "x");
#undef SAME
	assert_true(text_print(ours, sizeof(ours), "%s", none));
	assert_string_equal(ours, "(none)");
}

static void text_compares_with_null_as_a_value(void **state)
{
	(void)state;
	assert_true(text_equal("a", "a"));
	assert_true(text_equal(NULL, NULL));
	assert_false(text_equal(NULL, ""));
	assert_false(text_equal("", NULL));
	assert_false(text_equal("a", "ab"));
	assert_false(text_equal("ab", "a"));
	assert_true(text_starts("abc", "ab"));
	assert_true(text_starts("abc", ""));
	assert_false(text_starts("a", "ab"));
	assert_false(text_starts(NULL, ""));
}

static void a_number_is_exactly_one_number_in_range(void **state)
{
	static const struct {
		const char *text;
		uint64_t max;
		int result;
		uint64_t value;
	} rows[] = {
		{"0", 9, 0, 0},
		{"9", 9, 0, 9},
		{"10", 9, -ERANGE, 0},
		{"0010", 10, 0, 10},
		{"18446744073709551615", UINT64_MAX, 0, UINT64_MAX},
		{"18446744073709551616", UINT64_MAX, -ERANGE, 0},
		{"99999999999999999999999", UINT64_MAX, -ERANGE, 0},
		{"", 9, -EINVAL, 0},
		{" 1", 9, -EINVAL, 0},
		{"1 ", 9, -EINVAL, 0},
		{"+1", 9, -EINVAL, 0},
		{"-1", 9, -EINVAL, 0},
		{"1x", 9, -EINVAL, 0},
		{"0x1", 9, -EINVAL, 0},
		{"1\n", 9, -EINVAL, 0},
		{NULL, 9, -EINVAL, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t value = 42;

		assert_int_equal(number_u64(rows[i].text, rows[i].max, &value), rows[i].result);
		assert_int_equal(value, rows[i].result ? 42 : rows[i].value);
	}
}

static void signed_and_octal_numbers_are_as_strict(void **state)
{
	static const struct {
		const char *text;
		int result;
		int64_t value;
	} rows[] = {
		{"-1", 0, -1},
		{"-0", 0, 0},
		{"9223372036854775807", 0, INT64_MAX},
		{"-9223372036854775808", 0, INT64_MIN},
		{"9223372036854775808", -ERANGE, 0},
		{"-9223372036854775809", -ERANGE, 0},
		{"-", -EINVAL, 0},
		{"--1", -EINVAL, 0},
		{"", -EINVAL, 0},
		{NULL, -EINVAL, 0},
	};
	uint64_t octal = 1;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t value = 42;

		assert_int_equal(number_i64(rows[i].text, &value), rows[i].result);
		assert_int_equal(value, rows[i].result ? 42 : rows[i].value);
	}
	assert_int_equal(number_octal("0755", 07777, &octal), 0);
	assert_int_equal(octal, 0755);
	assert_int_equal(number_octal("8", 07777, &octal), -EINVAL);
	assert_int_equal(number_octal("10000", 07777, &octal), -ERANGE);
	assert_int_equal(octal, 0755);
}

static void an_id_is_never_the_one_that_means_no_change(void **state)
{
	uint32_t id = 7;

	(void)state;
	assert_int_equal(number_id("4294967294", &id), 0);
	assert_int_equal(id, 4294967294U);
	assert_int_equal(number_id("4294967295", &id), -ERANGE);
	assert_int_equal(number_id("4294967296", &id), -ERANGE);
	assert_int_equal(number_id("-1", &id), -EINVAL);
	assert_int_equal(number_id("root", &id), -EINVAL);
	assert_int_equal(id, 4294967294U);
}

static void an_arena_gives_aligned_zeros_until_it_is_full(void **state)
{
	_Alignas(8) char memory[64] = {0};
	struct arena arena;
	char *first, *second;

	(void)state;
	arena_start(&arena, memory, sizeof(memory));
	first = arena_bytes(&arena, "abcdef", 3);
	assert_string_equal(first, "abc");
	second = arena_new(&arena, char);
	assert_ptr_equal(second, memory + 8);
	assert_int_equal(*second, 0);
	assert_null(arena_string(&arena, NULL));
	assert_false(arena.full);
	assert_non_null(arena_array(&arena, uint64_t, 6));
	assert_int_equal(arena.used, 64);
	assert_non_null(arena_alloc(&arena, 0, 8));
	assert_null(arena_alloc(&arena, 1, 1));
	assert_true(arena.full);
}

static void an_arena_refuses_sizes_that_overflow(void **state)
{
	char memory[64] = {0};
	struct arena arena;

	(void)state;
	arena_start(&arena, memory, sizeof(memory));
	assert_null(arena_alloc(&arena, SIZE_MAX, 2));
	assert_null(arena_alloc(&arena, SIZE_MAX / 2 + 2, 2)); /* the product would be 2 */
	assert_null(arena_alloc(&arena, SIZE_MAX - 3, 1));
	assert_null(arena_alloc(&arena, 65, 1));
	assert_non_null(arena_alloc(&arena, 64, 1));
	assert_true(arena.full); /* sticky */
}

static void an_error_names_its_class_place_and_step_once(void **state)
{
	struct error err;
	char long_text[1024];

	(void)state;
	assert_int_equal(
		error_set(&err, ERROR_CONFIG, -EPERM, "cannot %s \"%s\"", "do", "it"), -1);
	assert_int_equal(err.class, ERROR_CONFIG);
	assert_int_equal(err.errnum, EPERM);
	assert_string_equal(err.text, "cannot do \"it\"");
	assert_string_equal(err.step, "");
	error_at(&err, 5);
	error_at(&err, 6);
	assert_int_equal(err.origin, 5);
	error_step(&err, "init", "mounts");
	error_step(&err, "create", "launch");
	assert_string_equal(err.step, "init \"mounts\"");
	error_pointer(&err, "/a");
	error_pointer(&err, "/b");
	assert_string_equal(err.pointer, "/a");
	assert_int_equal(error_system(&err, -ENOENT, "cannot open \"x\""), -1);
	assert_int_equal(err.class, ERROR_SYSTEM);
	assert_int_equal(err.errnum, ENOENT);
	assert_int_equal(err.origin, 0); /* nothing of the last one */
	memset(long_text, 'x', sizeof(long_text) - 1);
	long_text[sizeof(long_text) - 1] = '\0';
	error_set(&err, ERROR_STATE, 0, "%s", long_text);
	assert_int_equal(strlen(err.text), ERROR_TEXT_SIZE - 1);
	error_clear(&err);
	assert_int_equal(err.class, ERROR_NONE);
}

/* What the steps below did, a letter each: lower case run, upper case undone. */
struct steps_log {
	char text[32];
	size_t length;
	char fail; /* the step that fails */
};

static int log_run(void *ctx, char name, struct error *err)
{
	struct steps_log *log = ctx;

	log->text[log->length++] = name;
	return log->fail == name ? error_set(err, ERROR_SYSTEM, EIO, "step %c", name) : 0;
}

static void log_undo(void *ctx, char name)
{
	struct steps_log *log = ctx;

	log->text[log->length++] = name;
}

#define STEP(name, upper)                                                                      \
	static int name##_run(void *ctx, struct error *err)                                    \
	{                                                                                      \
		return log_run(ctx, #name[0], err);                                            \
	}                                                                                      \
	static void name##_undo(void *ctx)                                                     \
	{                                                                                      \
		log_undo(ctx, upper);                                                          \
	}

STEP(a, 'A')
STEP(b, 'B')
STEP(c, 'C')

static const struct step steps[] = {
	{"one", a_run, a_undo},
	{"two", b_run, NULL},
	{"three", c_run, c_undo},
	{NULL, NULL, NULL},
};

static void steps_are_undone_last_first(void **state)
{
	static const struct {
		char fail;
		const char *log;
		const char *step;
	} rows[] = {
		{0, "abc", NULL},
		{'a', "aA", "create \"one\""},
		{'b', "abA", "create \"two\""},
		{'c', "abcCA", "create \"three\""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct steps_log log = {.fail = rows[i].fail};
		struct error err = {0};

		assert_int_equal(
			step_run("create", steps, &log, NULL, &err), rows[i].step ? -1 : 0);
		assert_string_equal(log.text, rows[i].log);
		assert_string_equal(err.step, rows[i].step ? rows[i].step : "");
	}
	struct steps_log log = {0};

	step_undo(steps, &log);
	assert_string_equal(log.text, "CA");
	(void)b_undo;
}

static void observe(void *ctx, const char *who, const char *name, int done)
{
	struct text *text = ctx;

	text_format(text, "%s.%s%d ", who, name, done);
}

static void an_observer_is_told_of_begin_and_end(void **state)
{
	char buffer[128];
	struct text text;
	struct steps_log log = {.fail = 'b'};
	struct step_observer observer = {observe, &text};
	struct error err;

	(void)state;
	text_start(&text, buffer, sizeof(buffer));
	step_run("x", steps, &log, &observer, &err);
	assert_string_equal(buffer, "x.one0 x.one1 x.two0 ");
}

static void numbers_are_sorted(void **state)
{
	uint32_t numbers[1000], seed = 1;

	(void)state;
	number_sort(NULL, 0);
	for (size_t count = 1; count <= 1000; count++) {
		uint64_t sum = 0;

		for (size_t i = 0; i < count; i++) {
			seed = seed * 1664525 + 1013904223;
			/* Some of them more than once, the greatest there is among them. */
			numbers[i] = i % 3 ? seed : i % 2 ? seed % 7 : UINT32_MAX;
			sum += numbers[i];
		}
		number_sort(numbers, count);
		for (size_t i = 0; i < count; i++) {
			assert_true(!i || numbers[i - 1] <= numbers[i]);
			sum -= numbers[i];
		}
		assert_int_equal(sum, 0);
	}
}

/* Words begin in lower case, unless they begin with a name. */
static void errors_have_the_names_and_words_of_the_c_library(void **state)
{
	(void)state;
	assert_null(errno_name(-EPERM));
	assert_null(errno_words(-EPERM));
	assert_null(errno_name(0));
	assert_null(errno_words(0));
	for (int number = 1; number < 4096; number++) {
		const char *name = strerrorname_np(number), *words = strerrordesc_np(number);

		if (!name) {
			assert_null(errno_name(number));
			assert_null(errno_words(number));
			continue;
		}
		assert_non_null(errno_name(number));
		assert_string_equal(errno_name(number), name);
		assert_int_equal(errno_words(number)[0] | 0x20, words[0] | 0x20);
		assert_string_equal(errno_words(number) + 1, words + 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_that_does_not_fit_is_cut_and_says_so),
		cmocka_unit_test(text_formats_as_printf_does),
		cmocka_unit_test(text_compares_with_null_as_a_value),
		cmocka_unit_test(a_number_is_exactly_one_number_in_range),
		cmocka_unit_test(signed_and_octal_numbers_are_as_strict),
		cmocka_unit_test(numbers_are_sorted),
		cmocka_unit_test(an_id_is_never_the_one_that_means_no_change),
		cmocka_unit_test(an_arena_gives_aligned_zeros_until_it_is_full),
		cmocka_unit_test(an_arena_refuses_sizes_that_overflow),
		cmocka_unit_test(an_error_names_its_class_place_and_step_once),
		cmocka_unit_test(steps_are_undone_last_first),
		cmocka_unit_test(an_observer_is_told_of_begin_and_end),
		cmocka_unit_test(errors_have_the_names_and_words_of_the_c_library),
	};

	return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
