/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines of the printed plan: strings of any length, bits by name, and the origin. Pure. */
#include "plan/printer.h"

#include <stdarg.h>
#include <string.h>

#include "plan/origin.h"

static void printer_flush(struct printer *p)
{
	if (!p->result && p->line.length)
		p->result = p->write(p->context, p->line.data, p->line.length);
	text_start(&p->line, p->buffer, sizeof(p->buffer));
}

void printer_add(struct printer *p, const char *format, ...)
{
	va_list args;

	/* Formats hold numbers and words of ours: they always fit half of the buffer. */
	if (p->line.length > sizeof(p->buffer) / 2)
		printer_flush(p);
	va_start(args, format);
	text_vformat(&p->line, format, args);
	va_end(args);
}

void printer_string(struct printer *p, const char *label, const char *string)
{
	if (!string)
		return;
	printer_add(p, " %s\"", label);
	for (; *string; string++) {
		if (*string == '"' || *string == '\\')
			printer_add(p, "\\%c", *string);
		else if (*string == '\n')
			printer_add(p, "\\n");
		else if ((unsigned char)*string < ' ' || *string == 0x7f)
			printer_add(p, "\\%o", (unsigned char)*string);
		else
			printer_add(p, "%c", *string);
	}
	printer_add(p, "\"");
}

void printer_bits(
	struct printer *p, const char *label, const struct bit_name *names, uint64_t bits)
{
	const char *separator = "";

	if (!bits)
		return;
	printer_add(p, " %s=", label);
	for (; names->name && bits; names++) {
		if ((bits & names->bits) != names->bits)
			continue;
		printer_add(p, "%s%s", separator, names->name);
		separator = ",";
		bits &= ~names->bits;
	}
	if (bits)
		printer_add(p, "%s0x%lx", separator, (unsigned long)bits);
}

void printer_flag(struct printer *p, const char *word, bool given)
{
	if (given)
		printer_add(p, " %s", word);
}

void printer_end(struct printer *p, origin_t origin)
{
	if (origin) {
		printer_add(p, "  <- ");
		origin_print(origin, &p->line);
	}
	printer_add(p, "\n");
	printer_flush(p);
}
