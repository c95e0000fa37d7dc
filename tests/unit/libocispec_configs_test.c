/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What engines hand to a runtime (tests/data/configs) and the examples of the specification: every
 * file is decoded, nothing of it is lost, and encoding it changes nothing.
 *
 * The examples of the specification are not part of the tree; they are looked for beside it. */
#include "libocispec_help.h"

#include <dirent.h>
#include <errno.h>
#include <time.h>

#include <yajl/yajl_tree.h>

static bool ends_in(const char *name, const char *end)
{
	size_t length = strlen(name), end_length = strlen(end);

	return length >= end_length && !strcmp(name + length - end_length, end);
}

/* Calls `check` for every JSON file of a folder and returns their number. */
static unsigned folder_check(const char *folder, void (*check)(const char *path))
{
	DIR *dir = opendir(folder);
	const struct dirent *entry;
	unsigned count = 0;

	if (!dir)
		return 0;
	while ((entry = readdir(dir))) {
		char path[8192];

		if (!ends_in(entry->d_name, ".json"))
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		check(path);
		count++;
	}
	closedir(dir);
	return count;
}

static unsigned tree_check(const char *top, void (*check)(const char *path))
{
	DIR *dir = opendir(top);
	const struct dirent *entry;
	unsigned count = 0;

	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		char path[8192];

		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", top, entry->d_name);
		count += folder_check(path, check);
	}
	closedir(dir);
	return count;
}

static const struct document *document_of(const char *path)
{
	if (ends_in(path, ".process.json"))
		return document_named("process");
	if (ends_in(path, ".resources.json"))
		return document_named("resources");
	if (strstr(path, "/state/"))
		return document_named("state");
	if (strstr(path, "/features/"))
		return document_named("features");
	return document_named("spec");
}

/* Decodes a text that must be good and gives it back encoded. */
static struct oci_buffer again(
	const char *path, const char *text, size_t length, const char *indent)
{
	const struct document *document = document_of(path);
	struct oci_buffer buffer = {0};
	struct oci_writer writer = {oci_buffer_write, &buffer, indent};
	struct oci_arena arena = {0};
	struct oci_error err;
	const void *decoded;

	if (document->decode(text, length, &arena, &decoded, &err))
		fail_msg("%s:%u:%u %s: %s", path, err.line, err.column, err.pointer, err.text);
	assert_int_equal(document->encode(decoded, &writer), 0);
	oci_arena_free(&arena);
	return buffer;
}

/* Plain members that are false or zero are the same as absent ones. */
static bool is_nothing(yajl_val value)
{
	return YAJL_IS_FALSE(value) ||
	       (YAJL_IS_NUMBER(value) && !strcmp(YAJL_GET_NUMBER(value), "0"));
}

static void assert_covered(const char *path, yajl_val all, yajl_val value);

static void assert_object_covered(const char *path, yajl_val all, yajl_val value)
{
	for (size_t i = 0; i < value->u.object.len; i++) {
		const char *key[] = {value->u.object.keys[i], NULL};
		yajl_val theirs = yajl_tree_get(all, key, yajl_t_any);

		if (!theirs && !is_nothing(value->u.object.values[i]))
			fail_msg("%s: \"%s\" is lost", path, key[0]);
		if (theirs)
			assert_covered(path, theirs, value->u.object.values[i]);
	}
}

/* Everything that is in `value` is in `all`. */
static void assert_covered(const char *path, yajl_val all, yajl_val value)
{
	assert_int_equal(all->type, value->type);
	if (YAJL_IS_STRING(value))
		assert_string_equal(YAJL_GET_STRING(all), YAJL_GET_STRING(value));
	if (YAJL_IS_NUMBER(value))
		assert_string_equal(YAJL_GET_NUMBER(all), YAJL_GET_NUMBER(value));
	if (YAJL_IS_OBJECT(value))
		assert_object_covered(path, all, value);
	if (!YAJL_IS_ARRAY(value))
		return;
	assert_int_equal(all->u.array.len, value->u.array.len);
	for (size_t i = 0; i < value->u.array.len; i++)
		assert_covered(path, all->u.array.values[i], value->u.array.values[i]);
}

static yajl_val tree_of(const char *text, size_t length)
{
	char *copy = malloc(length + 1);
	yajl_val tree;

	assert_non_null(copy);
	memcpy(copy, text, length);
	copy[length] = '\0';
	tree = yajl_tree_parse(copy, NULL, 0);
	free(copy);
	assert_non_null(tree);
	return tree;
}

static void round_trip_check(const char *path)
{
	size_t length;
	char *text = file_text(path, &length);
	struct oci_buffer first = again(path, text, length, NULL);
	struct oci_buffer tabs = again(path, first.bytes, first.length, "\t");
	struct oci_buffer last = again(path, tabs.bytes, tabs.length, NULL);
	yajl_val written = tree_of(text, length), encoded = tree_of(first.bytes, first.length);

	assert_string_equal(first.bytes, last.bytes);
	assert_covered(path, encoded, written);
	/* The other way too, for nothing may be made up; only uid, gid and rate are always written. */
	assert_covered(path, written, encoded);
	yajl_tree_free(written);
	yajl_tree_free(encoded);
	oci_buffer_free(&first);
	oci_buffer_free(&tabs);
	oci_buffer_free(&last);
	free(text);
}

static void every_recorded_file_survives_a_round_trip(void **state)
{
	char path[4096];

	(void)state;
	assert_int_equal(
		tree_check(source_path(path, "tests/data/configs"), round_trip_check), 198);
}

static void fail_unknown(void *context, const struct oci_error *place)
{
	fail_msg("%s:%u:%u: %s is unknown", (const char *)context, place->line, place->column,
		place->pointer);
}

static void unknown_check(const char *path)
{
	enum oci_document document = (enum oci_document)(document_of(path) - documents);
	struct oci_error err;
	size_t length;
	char *text = file_text(path, &length);

	assert_int_equal(
		oci_unknown_keys(text, length, document, fail_unknown, (void *)path, &err), 0);
	free(text);
}

static void no_recorded_file_has_unknown_keys(void **state)
{
	char path[4096];

	(void)state;
	assert_int_equal(
		tree_check(source_path(path, "tests/data/configs"), unknown_check), 198);
}

static void refused_check(const char *path)
{
	const struct document *document = document_of(path);
	struct oci_arena arena = {0};
	const void *decoded = NULL;
	struct oci_error err;
	size_t length;
	char *text = file_text(path, &length);
	int status = document->decode(text, length, &arena, &decoded, &err);

	oci_arena_free(&arena);
	free(text);
	/* This one is wrong below "freebsd", which is for another platform. */
	if (ends_in(path, "/freebsd-vnet-disable.json"))
		assert_int_equal(status, 0);
	else if (status != -EINVAL || !err.text[0])
		fail_msg("%s: was accepted", path);
}

static void accepted_check(const char *path)
{
	size_t length;
	char *text = file_text(path, &length);
	struct oci_buffer buffer = again(path, text, length, NULL);

	oci_buffer_free(&buffer);
	free(text);
}

static void the_examples_of_the_specification_are_told_apart(void **state)
{
	static const char *const kinds[] = {"config", "state", "features"};
	char top[4096], path[8192];
	unsigned good = 0, bad = 0;

	(void)state;
	source_path(top, "../shared/runtime-spec/schema/test");
	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s/%s/good", top, kinds[i]);
		good += folder_check(path, accepted_check);
		snprintf(path, sizeof(path), "%s/%s/bad", top, kinds[i]);
		bad += folder_check(path, refused_check);
	}
	if (!good && !bad) {
		print_message(
			"%s is not there: put the schema of the runtime specification there\n",
			top);
		skip();
	}
	assert_true(good >= 10);
	assert_true(bad >= 5);
}

static double microseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

/* Tells how long a configuration with a whole seccomp profile takes. The time is not judged: it is
 * that of this machine and this build. */
static void the_time_to_decode_is_told(void **state)
{
	char path[4096];
	size_t length;
	char *text = file_text(source_path(path, "tests/data/configs/containerd-1.6.20-ctr/"
						 "seccomp-unpriv.config.json"),
		&length);
	double best = 1e9;

	(void)state;
	for (unsigned i = 0; i < 200; i++) {
		const struct oci_spec *spec;
		struct oci_arena arena = {0};
		struct oci_error err;
		double start = microseconds(), took;

		assert_int_equal(oci_spec_decode(text, length, &arena, &spec, &err), 0);
		oci_arena_free(&arena);
		took = microseconds() - start;
		best = took < best ? took : best;
	}
	free(text);
	print_message("decoding %zu bytes takes %.0f us at best\n", length, best);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_recorded_file_survives_a_round_trip),
		cmocka_unit_test(no_recorded_file_has_unknown_keys),
		cmocka_unit_test(the_examples_of_the_specification_are_told_apart),
		cmocka_unit_test(the_time_to_decode_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
