/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tests of libocispec share: the documents by name, and files of test data. */
#ifndef TESTS_LIBOCISPEC_HELP_H
#define TESTS_LIBOCISPEC_HELP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "libocispec/decode.h"
#include "libocispec/encode.h"

struct document {
	const char *name;
	int (*decode)(const char *text, size_t length, struct oci_arena *arena,
		const void **ret_document, struct oci_error *err);
	int (*encode)(const void *document, const struct oci_writer *writer);
};

#define DOCUMENT(name)                                                                         \
	static inline int name##_decode(const char *text, size_t length,                       \
		struct oci_arena *arena, const void **ret_document, struct oci_error *err)     \
	{                                                                                      \
		const struct oci_##name *document = NULL;                                      \
		int status = oci_##name##_decode(text, length, arena, &document, err);         \
                                                                                               \
		*ret_document = document;                                                      \
		return status;                                                                 \
	}                                                                                      \
	static inline int name##_encode(const void *document, const struct oci_writer *writer) \
	{                                                                                      \
		return oci_##name##_encode(document, writer);                                  \
	}

DOCUMENT(spec)
DOCUMENT(process)
DOCUMENT(resources)
DOCUMENT(state)
DOCUMENT(features)

static const struct document documents[] = {
	{"spec", spec_decode, spec_encode},
	{"process", process_decode, process_encode},
	{"resources", resources_decode, resources_encode},
	{"state", state_decode, state_encode},
	{"features", features_decode, features_encode},
};

static inline const struct document *document_named(const char *name)
{
	for (size_t i = 0; i < sizeof(documents) / sizeof(documents[0]); i++) {
		if (!strcmp(documents[i].name, name))
			return &documents[i];
	}
	fail_msg("there is no document \"%s\"", name);
	return NULL;
}

/* The path of a file of the source tree. */
static inline const char *source_path(char path[static 4096], const char *name)
{
	const char *top = getenv("top_srcdir");

	snprintf(path, 4096, "%s/%s", top ? top : ".", name);
	return path;
}

/* The whole of a file in memory of exactly its size, so that a sanitizer sees a read behind it. */
static inline char *file_text(const char *path, size_t *ret_length)
{
	FILE *file = fopen(path, "r");
	long size;
	char *text;

	if (!file)
		fail_msg("cannot open \"%s\"", path);
	assert_int_equal(fseek(file, 0, SEEK_END), 0);
	size = ftell(file);
	rewind(file);
	text = malloc(size > 0 ? (size_t)size : 1);
	assert_non_null(text);
	assert_int_equal(fread(text, 1, (size_t)size, file), size);
	fclose(file);
	*ret_length = (size_t)size;
	return text;
}

#endif
