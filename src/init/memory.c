/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The functions on memory that compilers call by themselves. init has no C library.
 *
 * Runs in: init. Calls nothing. */
#include <stddef.h>
#include <string.h>

void *memcpy(void *restrict to, const void *restrict from, size_t size)
{
	char *out = to;
	const char *in = from;

	while (size--)
		*out++ = *in++;
	return to;
}

void *memmove(void *to, const void *from, size_t size)
{
	char *out = to;
	const char *in = from;

	/* Not by memcpy, which a compiler may make faster where nothing overlaps. */
	for (size_t i = 0; i < size && out < in; i++)
		out[i] = in[i];
	while (size-- && out > in)
		out[size] = in[size];
	return to;
}

void *memset(void *to, int byte, size_t size)
{
	char *out = to;

	while (size--)
		*out++ = (char)byte;
	return to;
}

int memcmp(const void *a, const void *b, size_t size)
{
	const unsigned char *left = a, *right = b;

	for (; size--; left++, right++) {
		if (*left != *right)
			return *left - *right;
	}
	return 0;
}

size_t strlen(const char *string)
{
	size_t length = 0;

	while (string[length])
		length++;
	return length;
}
