/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON text -> C structs, strictly: what is wrong is an error that names the place, never ignored.
 *
 * Errors: a syntax error, text behind the document, invalid UTF-8, a NUL in a string, a wrong
 * type, a number out of range, an unknown name of an enumeration, a key that occurs twice, a
 * missing required member, more than 64 levels, more than 64 MiB. null is the same as absent for
 * an object, list or map, and an error for a scalar and inside a list. Unknown keys are ignored,
 * as the specification demands; oci_unknown_keys() finds them.
 *
 * The functions are pure but for memory. They return 0, or a negative errno: -EINVAL when the text
 * is wrong, -EFBIG when it is too large, -ENOMEM. With an error *err is filled and *ret_... is not
 * touched; what was taken from the arena stays in it. The document does not refer to the text. */
#ifndef LIBOCISPEC_DECODE_H
#define LIBOCISPEC_DECODE_H

#include <stddef.h>

#include "libocispec/arena.h"
#include "libocispec/config.h"
#include "libocispec/features.h"
#include "libocispec/state.h"

/* config.json */
int oci_spec_decode(const char *text, size_t length, struct oci_arena *arena,
	const struct oci_spec **ret_spec, struct oci_error *err);

/* The file of `exec --process`: the object "process" of config.json. */
int oci_process_decode(const char *text, size_t length, struct oci_arena *arena,
	const struct oci_process **ret_process, struct oci_error *err);

/* The file of `update --resources`: the object "linux.resources" of config.json. */
int oci_resources_decode(const char *text, size_t length, struct oci_arena *arena,
	const struct oci_resources **ret_resources, struct oci_error *err);

int oci_state_decode(const char *text, size_t length, struct oci_arena *arena,
	const struct oci_state **ret_state, struct oci_error *err);

int oci_features_decode(const char *text, size_t length, struct oci_arena *arena,
	const struct oci_features **ret_features, struct oci_error *err);

enum oci_document {
	OCI_DOCUMENT_SPEC,
	OCI_DOCUMENT_PROCESS,
	OCI_DOCUMENT_RESOURCES,
	OCI_DOCUMENT_STATE,
	OCI_DOCUMENT_FEATURES,
};

/* Calls `report` for every key that the specification does not know, in the order of the text;
 * `place` has the key's line, column and pointer, names the member that was probably meant, and lives for the call only. What is below such a
 * key is not reported. Fails as a decoder does, after the reports for what came before. */
int oci_unknown_keys(const char *text, size_t length, enum oci_document document,
	void (*report)(void *context, const struct oci_error *place), void *context,
	struct oci_error *err);

/* Line and column, from 1, of the value that a JSON pointer names, for an error which is found
 * long after decoding. -ENOENT when there is none, -EINVAL when the text before it is no JSON. */
int oci_locate(const char *text, size_t length, const char *pointer, unsigned *ret_line,
	unsigned *ret_column);

#endif
