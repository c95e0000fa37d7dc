/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Strict numbers. Freestanding: runs in the runtime and in init, calls nothing. */
#include "base/number.h"

#include <errno.h>

static int number_parse(const char *text, unsigned base, uint64_t max, uint64_t *ret)
{
	uint64_t value = 0;

	if (!text || !*text)
		return -EINVAL;
	for (; *text; text++) {
		unsigned digit = (unsigned)(*text - '0');

		if (*text < '0' || digit >= base)
			return -EINVAL;
		if (__builtin_mul_overflow(value, base, &value) ||
			__builtin_add_overflow(value, digit, &value) || value > max)
			return -ERANGE;
	}
	*ret = value;
	return 0;
}

int number_u64(const char *text, uint64_t max, uint64_t *ret)
{
	return number_parse(text, 10, max, ret);
}

int number_i64(const char *text, int64_t *ret)
{
	uint64_t value;
	int negative = text && text[0] == '-';
	int r = number_parse(
		text + negative, 10, (uint64_t)INT64_MAX + (unsigned)negative, &value);

	if (r)
		return r;
	*ret = (int64_t)(negative ? 0 - value : value);
	return 0;
}

int number_octal(const char *text, uint64_t max, uint64_t *ret)
{
	return number_parse(text, 8, max, ret);
}

int number_id(const char *text, uint32_t *ret)
{
	uint64_t value;
	int r = number_parse(text, 10, UINT32_MAX - 1, &value);

	if (!r)
		*ret = (uint32_t)value;
	return r;
}

/* Shell's way. */
void number_sort(uint32_t *numbers, size_t count)
{
	for (size_t gap = count / 2; gap; gap /= 2) {
		for (size_t i = gap; i < count; i++) {
			const uint32_t number = numbers[i];
			size_t at = i;

			for (; at >= gap && numbers[at - gap] > number; at -= gap)
				numbers[at] = numbers[at - gap];
			numbers[at] = number;
		}
	}
}
