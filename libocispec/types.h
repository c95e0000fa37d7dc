/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The values of which the documents of the specification are made.
 *
 * A decoded document lives in one arena and is never changed. Absent is always different from
 * empty: an object or a string is NULL when absent, a list or map has `present`, an optional
 * scalar has `present`. A plain scalar is either demanded by the specification or means zero
 * when absent. Closed enumerations are C enums in which 0 is absent.
 *
 * Every list has the layout of struct oci_strings, since the decoder fills them through it. */
#ifndef LIBOCISPEC_TYPES_H
#define LIBOCISPEC_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct oci_opt_bool {
	bool present;
	bool value;
};

struct oci_opt_u16 {
	bool present;
	uint16_t value;
};

struct oci_opt_u32 {
	bool present;
	uint32_t value;
};

struct oci_opt_i32 {
	bool present;
	int32_t value;
};

struct oci_opt_u64 {
	bool present;
	uint64_t value;
};

struct oci_opt_i64 {
	bool present;
	int64_t value;
};

struct oci_strings {
	size_t count;
	const char **items;
	bool present;
};

struct oci_u32_list {
	size_t count;
	uint32_t *items;
	bool present;
};

struct oci_pair {
	const char *key;
	const char *value;
};

/* In the order of the document; keys are unique and not empty. */
struct oci_map {
	size_t count;
	struct oci_pair *items;
	bool present;
};

/* What is wrong with a text, and where. Line and column count from 1 and name the first character
 * of the offending value (0: the place is not known); `pointer` is a JSON pointer (RFC 6901),
 * empty for the whole document, and shortened in the middle if it does not fit. `text` is one
 * line without the place and without a final stop. */
struct oci_error {
	unsigned line;
	unsigned column;
	char pointer[160];
	char text[256];
};

#endif
