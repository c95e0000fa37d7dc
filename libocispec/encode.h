/* SPDX-License-Identifier: GPL-2.0-or-later */
/* C structs -> JSON text, by the tables of the decoder.
 *
 * What is absent is not written, nor are plain scalars that are zero and not required (uid and gid
 * of a user are written always). Members come in the order of the tables, which is that of the
 * engines. Characters above 0x7f are written as they are; a byte that is not UTF-8 (a path may hold
 * one) becomes U+FFFD, since the text would not be JSON otherwise.
 *
 * The functions return 0, or the first non-zero value that `write` returned. */
#ifndef LIBOCISPEC_ENCODE_H
#define LIBOCISPEC_ENCODE_H

#include <stddef.h>

#include "libocispec/config.h"
#include "libocispec/features.h"
#include "libocispec/state.h"

/* Where the text goes. `write` is called with pieces of the text in order; it returns 0, or a
 * negative errno, after which it is not called again. `indent` is NULL for one line without
 * blanks, or what to write per level ("\t", "  "). No newline is written at the end. */
struct oci_writer {
	int (*write)(void *context, const char *bytes, size_t length);
	void *context;
	const char *indent;
};

int oci_spec_encode(const struct oci_spec *spec, const struct oci_writer *writer);
int oci_process_encode(const struct oci_process *process, const struct oci_writer *writer);
int oci_resources_encode(
	const struct oci_resources *resources, const struct oci_writer *writer);
int oci_state_encode(const struct oci_state *state, const struct oci_writer *writer);
int oci_features_encode(const struct oci_features *features, const struct oci_writer *writer);

/* A `write` that collects the text in memory: `struct oci_buffer buffer = {0};` as the context.
 * `bytes` has a NUL behind `length`, and is NULL while nothing was written. */
struct oci_buffer {
	char *bytes;
	size_t length;
	size_t size;
};

int oci_buffer_write(void *context, const char *bytes, size_t length);
void oci_buffer_free(struct oci_buffer *buffer);

#endif
