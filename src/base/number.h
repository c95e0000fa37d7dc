/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Strict numbers: text that is not exactly one number in range is not a number.
 *
 * No leading or trailing white space, no sign for unsigned values, no empty text. Each returns 0, -EINVAL
 * (not a number) or -ERANGE, and leaves its output untouched on failure. Needs no libc. */
#ifndef BASE_NUMBER_H
#define BASE_NUMBER_H

#include <stddef.h>
#include <stdint.h>

int number_u64(const char *text, uint64_t max, uint64_t *ret);
int number_i64(const char *text, int64_t *ret);
int number_octal(const char *text, uint64_t max, uint64_t *ret);

/* A user or group id: 0 to 4294967294. 4294967295 is (uid_t)-1, which the kernel takes as "no
 * change" and which must never reach it as an id. */
int number_id(const char *text, uint32_t *ret);

/* From the least to the greatest. Quick where they are nearly in order. */
void number_sort(uint32_t *numbers, size_t count);

#endif
