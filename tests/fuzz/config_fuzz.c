/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libFuzzer target for libocispec: any bytes are decoded as every kind of document.
 *
 * What is accepted is encoded, and that text must decode to the same text again. What is refused
 * must have a place inside the text and words. Inputs are copied into memory of exactly their
 * size, so that a read behind the end is seen. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "libocispec/decode.h"
#include "libocispec/encode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool condition)
{
	if (!condition)
		abort();
}

static void report(void *context, const struct oci_error *place)
{
	demand(place->line > 0 && place->column > 0);
	++*(unsigned *)context;
}

static void check_error(const char *text, size_t length, const struct oci_error *err)
{
	unsigned line, column;

	demand(memchr(err->text, '\0', sizeof(err->text)) != NULL);
	demand(memchr(err->pointer, '\0', sizeof(err->pointer)) != NULL);
	demand(err->text[0] && !strchr(err->text, '\n'));
	demand(err->line > 0 && err->line <= length + 1 && err->column > 0);
	oci_locate(text, length, err->pointer, &line, &column);
}

#define CHECK(name)                                                                            \
	static int name##_again(const char *text, size_t length, struct oci_buffer *buffer,    \
		const char *indent, struct oci_error *err)                                     \
	{                                                                                      \
		struct oci_writer writer = {oci_buffer_write, buffer, indent};                 \
		const struct oci_##name *document = NULL;                                      \
		struct oci_arena arena = {0};                                                  \
		int status = oci_##name##_decode(text, length, &arena, &document, err);        \
                                                                                               \
		demand(!status == !!document);                                                 \
		if (!status)                                                                   \
			demand(oci_##name##_encode(document, &writer) == 0);                   \
		oci_arena_free(&arena);                                                        \
		return status;                                                                 \
	}                                                                                      \
	static void name##_check(const char *text, size_t length)                              \
	{                                                                                      \
		struct oci_buffer first = {0}, tabs = {0}, last = {0};                         \
		struct oci_error err;                                                          \
                                                                                               \
		if (name##_again(text, length, &first, NULL, &err)) {                          \
			check_error(text, length, &err);                                       \
			return;                                                                \
		}                                                                              \
		demand(!name##_again(first.bytes, first.length, &tabs, "\t", &err));           \
		demand(!name##_again(tabs.bytes, tabs.length, &last, NULL, &err));             \
		demand(first.length == last.length);                                           \
		demand(!memcmp(first.bytes, last.bytes, first.length));                        \
		oci_buffer_free(&first);                                                       \
		oci_buffer_free(&tabs);                                                        \
		oci_buffer_free(&last);                                                        \
	}

CHECK(spec)
CHECK(process)
CHECK(resources)
CHECK(state)
CHECK(features)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size ? size : 1);
	struct oci_error err;
	unsigned unknown = 0;

	demand(text != NULL);
	if (size)
		memcpy(text, data, size);
	spec_check(text, size);
	process_check(text, size);
	resources_check(text, size);
	state_check(text, size);
	features_check(text, size);
	oci_unknown_keys(text, size, OCI_DOCUMENT_SPEC, report, &unknown, &err);
	free(text);
	return 0;
}
