/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines that plan_print() is made of. Included by the printing part of plan/ alone. */
#ifndef PLAN_PRINTER_H
#define PLAN_PRINTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/text.h"

struct printer {
	int (*write)(void *context, const char *bytes, size_t length);
	void *context;
	int result; /* the first non-zero answer of write(); nothing is written after it */
	struct text line;
	char buffer[1024];
};

/* One row of a table of bits and their names; the table ends with a NULL name. */
struct bit_name {
	uint64_t bits;
	const char *name;
};

/* Appends to the line that has been begun. */
__attribute__((format(printf, 2, 3))) void printer_add(
	struct printer *p, const char *format, ...);

/* " label" and the string in double quotes, with whatever is not printable escaped. Nothing for NULL. */
void printer_string(struct printer *p, const char *label, const char *string);

/* " label=" and the names of all bits that are set, comma-separated, and the rest as a number. Nothing for 0. */
void printer_bits(
	struct printer *p, const char *label, const struct bit_name *names, uint64_t bits);

/* " word" if `given`. */
void printer_flag(struct printer *p, const char *word, bool given);

/* Ends the line with the place it comes from. */
void printer_end(struct printer *p, origin_t origin);

#endif
