/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libocispec where there is no memory: linked so that any call of malloc() or realloc() can fail. */
#include "libocispec_help.h"

#include <errno.h>
#include <limits.h>

void *__real_malloc(size_t size);
void *__real_realloc(void *bytes, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_realloc(void *bytes, size_t size);

static unsigned left = UINT_MAX; /* calls that succeed */

static bool fails(void)
{
	if (!left)
		return true;
	left -= left != UINT_MAX;
	return false;
}

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *__wrap_realloc(void *bytes, size_t size)
{
	return fails() ? NULL : __real_realloc(bytes, size);
}

/* Escapes and depth, for which the parser wants room, and enough of both that it wants more. */
static const char *document_large(void)
{
	static char text[400000];
	size_t at = (size_t)snprintf(
		text, sizeof(text), "{\"ociVersion\":\"1.3.0\",\"annotations\":{\"a\":\"");

	for (int i = 0; i < 50000; i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at, "\\n");
	at += (size_t)snprintf(text + at, sizeof(text) - at, "\"},\"mounts\":[");
	for (int i = 0; i < 2000; i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at,
			"{\"destination\":\"/%d\",\"options\":[\"bind\",\"\\u0041\"]},", i);
	snprintf(text + at - 1, sizeof(text) - at, "],\"x\":[[[[]]]]}");
	return text;
}

static void a_decoder_without_memory_says_so(void **state)
{
	const char *text = document_large();
	int status = -ENOMEM;
	unsigned calls;

	(void)state;
	for (calls = 0; status == -ENOMEM && calls < 100; calls++) {
		struct oci_arena arena = {0};
		const struct oci_spec *spec = NULL;
		struct oci_error err = {.text = ""};

		left = calls;
		status = oci_spec_decode(text, strlen(text), &arena, &spec, &err);
		left = UINT_MAX;
		if (status) {
			assert_string_equal(err.text, "there is no memory for it");
			assert_null(spec);
		} else {
			assert_int_equal(strlen(spec->annotations.items[0].value), 50000);
			assert_string_equal(spec->mounts.items[1999].options.items[1], "A");
		}
		oci_arena_free(&arena);
	}
	assert_int_equal(status, 0);
	assert_in_range(calls, 10, 99);
}

static void a_search_without_memory_says_so(void **state)
{
	const char *text = document_large();
	unsigned line, column, calls;
	int status = -ENOMEM;

	(void)state;
	for (calls = 0; status == -ENOMEM && calls < 100; calls++) {
		left = calls;
		status = oci_locate(text, strlen(text), "/mounts/3", &line, &column);
		left = UINT_MAX;
	}
	assert_int_equal(status, 0);
	assert_in_range(calls, 3, 99);
}

/* Each level is a byte of the parser's memory, of which it takes 128 at once. */
static void depth_costs_memory_in_proportion(void **state)
{
	enum { DEPTH = 1000000 };
	char *text = malloc(DEPTH + 1);
	unsigned line, column;

	(void)state;
	assert_non_null(text);
	memset(text, '[', DEPTH);
	text[DEPTH] = '\0';
	left = 30;
	assert_int_equal(oci_locate(text, DEPTH, "/0/1", &line, &column), -EINVAL);
	left = UINT_MAX;
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_decoder_without_memory_says_so),
		cmocka_unit_test(a_search_without_memory_says_so),
		cmocka_unit_test(depth_costs_memory_in_proportion),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
