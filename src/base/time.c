/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Points in time as text. Pure: the C library's functions would read the zone files for a text in UTC.
 *
 * Formula: days of the proleptic Gregorian calendar, counted from 0000-03-01 so that the leap day
 * is the last of its year. */
#include "base/time.h"

#define DAYS_TO_1970	  719468
#define DAYS_IN_400_YEARS 146097

static void text_two(struct text *text, int64_t value, char before)
{
	text_char(text, before);
	text_char(text, (char)('0' + value / 10));
	text_char(text, (char)('0' + value % 10));
}

static void time_print_until_seconds(struct text *text, int64_t seconds)
{
	int64_t days = seconds / 86400 + DAYS_TO_1970, rest = seconds % 86400;
	int64_t era = days / DAYS_IN_400_YEARS, day = days % DAYS_IN_400_YEARS;
	int64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
	int64_t month;

	day -= 365 * year + year / 4 - year / 100;
	month = (5 * day + 2) / 153; /* from March on */
	day -= (153 * month + 2) / 5;
	month = month < 10 ? month + 3 : month - 9;
	text_i64(text, era * 400 + year + (month <= 2));
	text_two(text, month, '-');
	text_two(text, day + 1, '-');
	text_two(text, rest / 3600, 'T');
	text_two(text, rest / 60 % 60, ':');
	text_two(text, rest % 60, ':');
}

void time_print(struct text *text, int64_t seconds)
{
	time_print_until_seconds(text, seconds);
	text_char(text, 'Z');
}

void time_print_nanoseconds(struct text *text, int64_t seconds, long nanoseconds)
{
	time_print_until_seconds(text, seconds);
	text_char(text, '.');
	for (long digit = 100000000; digit; digit /= 10)
		text_char(text, (char)('0' + nanoseconds / digit % 10));
	text_char(text, 'Z');
}
