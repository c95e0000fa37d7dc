/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the libFuzzer targets share: bytes taken off the input, in memory of exactly their size, so that a read
 * behind the end is seen. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define demand(condition)                                                                      \
	do {                                                                                   \
		if (!(condition)) {                                                            \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);        \
			abort();                                                               \
		}                                                                              \
	} while (0)

struct input {
	const uint8_t *data;
	size_t size;
};

static inline uint8_t input_byte(struct input *input)
{
	if (!input->size)
		return 0;
	input->size--;
	return *input->data++;
}

/* The bytes up to the next 0xff, as a string without NULs in it; the caller frees it. */
static inline char *input_string(struct input *input)
{
	const uint8_t *end = input->size ? memchr(input->data, 0xff, input->size) : NULL;
	size_t length = end ? (size_t)(end - input->data) : input->size;
	char *string = malloc(length + 1);

	demand(string != NULL);
	if (length)
		memcpy(string, input->data, length);
	string[length] = '\0';
	input->data += length + (end != NULL);
	input->size -= length + (end != NULL);
	return string;
}

#endif
