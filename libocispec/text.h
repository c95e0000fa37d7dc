/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the decoder has to know about the text beyond the tokens; internal to the library. */
#ifndef LIBOCISPEC_TEXT_H
#define LIBOCISPEC_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where the first sequence begins that is not UTF-8 (RFC 3629: no overlong forms, no surrogates,
 * nothing above U+10FFFF); `length` if there is none. */
size_t oci_text_utf8(const char *text, size_t length);

/* Line and column of an offset, both from 1. A column is a character, not a byte. */
void oci_text_position(
	const char *text, size_t offset, unsigned *ret_line, unsigned *ret_column);

/* Where the token begins that follows `offset`, the end of the token before: blanks, commas and
 * colons, which the JSON parser swallows silently, are passed over. */
size_t oci_text_token(const char *text, size_t length, size_t offset);

/* Finds what JSON can write and a C string in UTF-8 cannot hold: \u0000, and half of a surrogate
 * pair. `raw` is a string's text between its quotes and known to be legal JSON. NULL if all is
 * well, otherwise what was found. */
const char *oci_text_escapes(const char *raw, size_t length);

/* A JSON integer: an optional '-' and digits. The value is the sign and the magnitude. False if it
 * is no integer (1.5, 1e3); *ret_huge if the magnitude does not fit. */
bool oci_text_integer(const char *token, size_t length, bool *ret_negative,
	uint64_t *ret_magnitude, bool *ret_huge);

#endif
