/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Documents that must be refused, each with the place and the words. The rows are in
 * libocispec_bad.rows; here are those that a row cannot hold. */
#include "libocispec_help.h"

#include <errno.h>

struct row {
	char document[16];
	char said[1024]; /* LINE:COLUMN POINTER: TEXT */
	char *text;
	size_t length;
};

/* The bytes that a row's second line stands for, in memory of exactly their size. */
static char *unquote(const char *line, size_t *ret_length)
{
	char *text = malloc(strlen(line) + 1), *exact;
	size_t length = 0;

	assert_non_null(text);
	while (*line) {
		unsigned byte;

		if (!strncmp(line, "<>", 2)) {
			line += 2;
		} else if (sscanf(line, "<%2X>", &byte) == 1) {
			text[length++] = (char)byte;
			line += 4;
		} else {
			text[length++] = *line++;
		}
	}
	exact = realloc(text, length ? length : 1);
	assert_non_null(exact);
	*ret_length = length;
	return exact;
}

static int row_read(FILE *file, struct row *row)
{
	char line[2048];

	do {
		if (!fgets(line, sizeof(line), file))
			return 0;
	} while (line[0] == '#' || line[0] == '\n');
	line[strcspn(line, "\n")] = '\0';
	assert_int_equal(sscanf(line, "%15s %1023[^\n]", row->document, row->said), 2);
	assert_non_null(fgets(line, sizeof(line), file));
	assert_int_equal(line[0], '\t');
	line[strcspn(line, "\n")] = '\0';
	row->text = unquote(line + 1, &row->length);
	return 1;
}

static void row_check(const struct row *row)
{
	const void *untouched = row, *document = untouched;
	struct oci_arena arena = {0};
	struct oci_error err = {0};
	char said[1024];
	int status = document_named(row->document)
			     ->decode(row->text, row->length, &arena, &document, &err);

	oci_arena_free(&arena);
	snprintf(said, sizeof(said), "%u:%u %s: %s", err.line, err.column,
		err.pointer[0] ? err.pointer : "-", err.text);
	assert_int_equal(status, -EINVAL);
	assert_string_equal(said, row->said);
}

static void every_row_is_refused_with_its_place_and_words(void **state)
{
	char path[4096];
	FILE *file = fopen(source_path(path, "tests/unit/libocispec_bad.rows"), "r");
	unsigned count = 0;
	struct row row;

	(void)state;
	assert_non_null(file);
	while (row_read(file, &row)) {
		row_check(&row);
		free(row.text);
		count++;
	}
	fclose(file);
	assert_true(count >= 150);
}

/* Cutting a good document anywhere must give an error, and never a read behind the cut. */
static void every_beginning_of_a_document_is_refused(void **state)
{
	static const char whole[] =
		"{\"ociVersion\":\"1.3.0\",\"process\":{\"cwd\":\"/\",\"args\":[\"a\\n\","
		"\"\xc3\xa4\"],\"user\":{\"uid\":10},\"noNewPrivileges\":true},\"mounts\":"
		"null}";

	(void)state;
	for (size_t length = 0; length < sizeof(whole) - 1; length++) {
		const struct oci_spec *spec = NULL;
		char *text = malloc(length ? length : 1);
		struct oci_arena arena = {0};
		struct oci_error err;

		assert_non_null(text);
		memcpy(text, whole, length);
		assert_int_equal(oci_spec_decode(text, length, &arena, &spec, &err), -EINVAL);
		assert_null(spec);
		assert_int_equal(err.line, 1);
		assert_in_range(err.column, 1, length + 1);
		oci_arena_free(&arena);
		free(text);
	}
}

static int decode_nested(unsigned levels, struct oci_error *err)
{
	static const char head[] = "{\"ociVersion\":\"1.3.0\",\"org.example\":";
	const struct oci_spec *spec = NULL;
	struct oci_arena arena = {0};
	char text[1024];
	size_t length = sizeof(head) - 1;
	int status;

	memcpy(text, head, length);
	memset(text + length, '[', levels);
	memset(text + length + levels, ']', levels);
	length += 2 * (size_t)levels;
	text[length++] = '}';
	status = oci_spec_decode(text, length, &arena, &spec, err);
	oci_arena_free(&arena);
	return status;
}

static void sixty_four_levels_are_the_limit(void **state)
{
	struct oci_error err = {0};

	(void)state;
	assert_int_equal(decode_nested(63, &err), 0);
	assert_int_equal(decode_nested(64, &err), -EINVAL);
	assert_string_equal(err.text, "nested deeper than 64 levels");
	/* The document itself is the first level and 36 characters stand before the arrays. */
	assert_int_equal(err.column, 36 + 64);
	assert_int_equal(strncmp(err.pointer, "/org.example/0/0/0", 18), 0);
	assert_int_equal(decode_nested(400, &err), -EINVAL);
}

static void sixty_four_mebibytes_are_the_limit(void **state)
{
	const size_t limit = (size_t)64 << 20;
	const struct oci_process *process = NULL;
	struct oci_arena arena = {0};
	struct oci_error err = {0};
	char *text = malloc(limit + 1);

	(void)state;
	assert_non_null(text);
	memset(text, ' ', limit + 1);
	memcpy(text, "{\"cwd\":\"/\"}", 11);
	assert_int_equal(oci_process_decode(text, limit, &arena, &process, &err), 0);
	assert_string_equal(process->cwd, "/");
	process = NULL;
	assert_int_equal(oci_process_decode(text, limit + 1, &arena, &process, &err), -EFBIG);
	assert_string_equal(err.text, "the text is larger than 64 MiB");
	assert_int_equal(err.line, 0);
	assert_null(process);
	oci_arena_free(&arena);
	free(text);
}

/* A cut in the middle of a character would make a log line invalid. */
static void a_shortened_pointer_has_no_half_characters(void **state)
{
	char text[1024] = "{\"ociVersion\":\"1.3.0\",\"annotations\":{\"";
	const struct oci_spec *spec = NULL;
	struct oci_arena arena = {0};
	struct oci_error err;

	(void)state;
	for (unsigned i = 0; i < 100; i++)
		memcpy(text + strlen(text), "\xc3\xa4", 3);
	memcpy(text + strlen(text), "\":1}}", 6);
	assert_int_equal(oci_spec_decode(text, strlen(text), &arena, &spec, &err), -EINVAL);
	assert_int_equal(strlen(err.pointer), sizeof(err.pointer) - 1);
	assert_non_null(strstr(err.pointer, "?...?"));
	for (const char *c = err.pointer; *c; c++)
		assert_true((unsigned char)*c < 0x80);
	oci_arena_free(&arena);
}

/* Finding duplicates in a map must not take the square of its size. */
static void a_duplicate_among_many_keys_is_found(void **state)
{
	const unsigned count = 50000;
	char *text = malloc(count * 20 + 100), *end = text;
	const struct oci_spec *spec = NULL;
	struct oci_arena arena = {0};
	struct oci_error err;

	(void)state;
	assert_non_null(text);
	end += snprintf(end, 64, "{\"ociVersion\":\"1.3.0\",\"annotations\":{");
	for (unsigned i = 0; i < count; i++)
		end += snprintf(end, 64, "\"key%u\":\"\",", i);
	end += snprintf(end, 64, "\"key7\":\"\"}}");
	assert_int_equal(
		oci_spec_decode(text, (size_t)(end - text), &arena, &spec, &err), -EINVAL);
	assert_string_equal(err.pointer, "/annotations/key7");
	memcpy(end - 11, "\"keyX\"", 6);
	assert_int_equal(oci_spec_decode(text, (size_t)(end - text), &arena, &spec, &err), 0);
	assert_int_equal(spec->annotations.count, count + 1);
	oci_arena_free(&arena);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_is_refused_with_its_place_and_words),
		cmocka_unit_test(every_beginning_of_a_document_is_refused),
		cmocka_unit_test(sixty_four_levels_are_the_limit),
		cmocka_unit_test(sixty_four_mebibytes_are_the_limit),
		cmocka_unit_test(a_shortened_pointer_has_no_half_characters),
		cmocka_unit_test(a_duplicate_among_many_keys_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
