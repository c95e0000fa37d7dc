/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The journal's lines: whatever is written is read back, whatever is damaged is noticed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "state/journal.h"
#include "state/process.h"

static struct journal journal_of(char *data)
{
	return (struct journal){.data = data, .length = strlen(data)};
}

static void a_line_has_a_known_form(void **state)
{
	char data[256];
	struct text text;

	(void)state;
	text_start(&text, data, sizeof(data));
	journal_print(&text, "bundle", NULL, "/b 1%\n");
	journal_print(&text, "annotation", "a b:c", "");
	assert_string_equal(strchr(data, ' '), " bundle /b 1%25%0a\n"
					       "a013fc35 annotation:a%20b:c \n");
}

static void what_is_written_is_read(void **state)
{
	static const char *const values[] = {"", " ", "%", "%41", "a\tb\r\nc", "\x7f\x01",
		"\xc3\xa4\xff", "key value", " leading and trailing "};
	char data[4096];
	struct journal journal;
	const char *key, *value;
	struct text text;

	(void)state;
	text_start(&text, data, sizeof(data));
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		journal_print(&text, "annotation", values[i], values[i]);
	assert_true(text_ok(&text));
	journal = journal_of(data);
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		assert_int_equal(journal_next(&journal, &key, &value), JOURNAL_LINE);
		assert_memory_equal(key, "annotation:", 11);
		assert_string_equal(key + 11, values[i]);
		assert_string_equal(value, values[i]);
	}
	assert_int_equal(journal_next(&journal, &key, &value), JOURNAL_END);
}

static void no_line_is_longer_than_promised(void **state)
{
	char data[1024], bytes[100];
	struct text text;

	(void)state;
	memset(bytes, '\n', sizeof(bytes) - 1);
	bytes[sizeof(bytes) - 1] = '\0';
	text_start(&text, data, sizeof(data));
	journal_print(&text, "key", bytes, bytes);
	assert_true(text_ok(&text));
	assert_in_range(text.length, 1, JOURNAL_LINE_SIZE(3, 99, 99));
}

static void every_damaged_byte_is_noticed(void **state)
{
	char good[256], data[256];
	const char *key, *value;
	struct text text;

	(void)state;
	text_start(&text, good, sizeof(good));
	journal_print(&text, "init", NULL, "4711 12345678");
	for (size_t i = 0; i + 1 < text.length; i++) {
		for (int byte = 0; byte < 256; byte++) {
			struct journal journal = {.data = data, .length = text.length};

			if (byte == good[i] || (char)byte == good[i])
				continue;
			memcpy(data, good, sizeof(data));
			data[i] = (char)byte;
			assert_int_equal(journal_next(&journal, &key, &value), JOURNAL_DAMAGED);
		}
	}
}

static void a_torn_line_never_happened(void **state)
{
	char good[256], data[256];
	const char *key, *value;
	struct text text;
	size_t first;

	(void)state;
	text_start(&text, good, sizeof(good));
	journal_print(&text, "bundle", NULL, "/b");
	first = text.length;
	journal_print(&text, "init", NULL, "4711 1");
	for (size_t length = first; length < text.length; length++) {
		struct journal journal = {.data = data, .length = length};

		memcpy(data, good, sizeof(data));
		assert_int_equal(journal_next(&journal, &key, &value), JOURNAL_LINE);
		assert_int_equal(journal_next(&journal, &key, &value),
			length == first ? JOURNAL_END : JOURNAL_TORN);
		assert_int_equal(journal.offset, first);
	}
}

static void lines_behind_damage_are_found(void **state)
{
	char data[256];
	struct journal journal;
	const char *key, *value;
	struct text text;

	(void)state;
	text_start(&text, data, sizeof(data));
	journal_print(&text, "bundle", NULL, "/b");
	text_string(&text, "rubbish\n\n");
	journal_print(&text, "init", NULL, "4711 1");
	journal = journal_of(data);
	assert_int_equal(journal_next(&journal, &key, &value), JOURNAL_LINE);
	assert_int_equal(journal_next(&journal, &key, &value), JOURNAL_DAMAGED);
	assert_int_equal(journal_next(&journal, &key, &value), JOURNAL_DAMAGED);
	assert_int_equal(journal_next(&journal, &key, &value), JOURNAL_LINE);
	assert_string_equal(value, "4711 1");
}

static void processes_are_two_numbers(void **state)
{
	const struct state_process process = {.pid = 4711, .start_time = UINT64_MAX};
	static const char *const bad[] = {"", "1", "1 ", " 1", "-1 1", "1 x", "1 1 1",
		"2147483648 1", "99999999999999999999 1", "1 18446744073709551616"};
	struct state_process back = {.pid = 1};
	char text[STATE_PROCESS_TEXT];

	(void)state;
	process_print(&process, text);
	assert_int_equal(process_parse(text, &back), 0);
	assert_int_equal(back.pid, 4711);
	assert_int_equal(back.start_time, UINT64_MAX);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_not_equal(process_parse(bad[i], &back), 0);
	assert_int_equal(back.pid, 4711);
}

static void the_start_time_is_field_22(void **state)
{
	static const char good[] =
		"12 (a) R 1) (b) S 1 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 "
		"987654 1 2 3\n";
	static const char *const bad[] = {"", "12", "12 (a)", "12 (a) ", "12 (a) S 1 2",
		"12 (a) S 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 x 3",
		"12 (a) S 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1  3"};
	uint64_t start_time = 0;
	char letter = 0;

	(void)state;
	assert_int_equal(process_stat_parse(good, &start_time, &letter), 0);
	assert_int_equal(start_time, 987654);
	assert_int_equal(letter, 'S');
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_not_equal(process_stat_parse(bad[i], &start_time, &letter), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_has_a_known_form),
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(no_line_is_longer_than_promised),
		cmocka_unit_test(every_damaged_byte_is_noticed),
		cmocka_unit_test(a_torn_line_never_happened),
		cmocka_unit_test(lines_behind_damage_are_found),
		cmocka_unit_test(processes_are_two_numbers),
		cmocka_unit_test(the_start_time_is_field_22),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
