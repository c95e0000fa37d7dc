/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Durations. Pure. */
#include "cli/duration.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

/* A year is the longest that anybody waits for; it keeps the sums in range. */
#define NANOSECONDS_MAX (86400ULL * 1000000000ULL * 365)

static const struct {
	const char *name;
	uint64_t nanoseconds;
} units[] = {
	{"ns", 1},
	{"us", 1000},
	{"ms", 1000000},
	{"s", 1000000000},
	{"m", 60000000000},
	{"h", 3600000000000},
};

static uint64_t unit_find(const char *text, size_t length)
{
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strlen(units[i].name) == length && !memcmp(units[i].name, text, length))
			return units[i].nanoseconds;
	}
	return 0;
}

/* One number with its unit; what follows it, or NULL. */
static const char *part_parse(const char *text, uint64_t *sum)
{
	uint64_t whole = 0, fraction = 0, scale = 1, unit;
	size_t digits = strspn(text, "0123456789"), decimals = 0, length;

	for (size_t i = 0; i < digits; i++) {
		whole = whole * 10 + (uint64_t)(text[i] - '0');
		if (whole > NANOSECONDS_MAX)
			return NULL;
	}
	text += digits;
	if (*text == '.') {
		decimals = strspn(++text, "0123456789");
		for (size_t i = 0; i < decimals && i < 6; i++, scale *= 10)
			fraction = fraction * 10 + (uint64_t)(text[i] - '0');
		text += decimals;
	}
	length = strspn(text, "nsumh");
	unit = unit_find(text, length);
	if (!digits + !decimals == 2 || !unit || whole > NANOSECONDS_MAX / unit)
		return NULL;
	*sum += whole * unit + fraction * unit / scale;
	return *sum > NANOSECONDS_MAX ? NULL : text + length;
}

int duration_parse(const char *text, uint64_t *ret_milliseconds)
{
	uint64_t sum = 0;

	text += *text == '+';
	if (!strcmp(text, "0")) {
		*ret_milliseconds = 0;
		return 0;
	}
	if (!*text)
		return -EINVAL;
	while (text && *text)
		text = part_parse(text, &sum);
	if (!text)
		return -EINVAL;
	*ret_milliseconds = (sum + 999999) / 1000000;
	return 0;
}
