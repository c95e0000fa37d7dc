/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The error value. Freestanding: runs in the runtime and in init. */
#include "base/error.h"

#include <stdarg.h>
#include <stddef.h>

#include "base/text.h"

__attribute__((format(printf, 4, 0))) static int error_fill(
	struct error *err, enum error_class class, int errnum, const char *format, va_list args)
{
	struct text text;

	error_clear(err);
	err->class = class;
	err->errnum = errnum < 0 ? -errnum : errnum;
	text_start(&text, err->text, sizeof(err->text));
	text_vformat(&text, format, args);
	return -1;
}

void error_clear(struct error *err)
{
	*err = (struct error){0};
}

int error_set(struct error *err, enum error_class class, int errnum, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	error_fill(err, class, errnum, format, args);
	va_end(args);
	return -1;
}

int error_system(struct error *err, int errnum, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	error_fill(err, ERROR_SYSTEM, errnum, format, args);
	va_end(args);
	return -1;
}

int error_system_at(struct error *err, origin_t origin, int errnum, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	error_fill(err, ERROR_SYSTEM, errnum, format, args);
	va_end(args);
	err->origin = origin;
	return -1;
}

void error_step(struct error *err, const char *who, const char *step)
{
	struct text text;

	if (err->step[0])
		return;
	text_start(&text, err->step, sizeof(err->step));
	text_format(&text, "%s \"%s\"", who, step);
}

int error_at(struct error *err, origin_t origin)
{
	if (!err->origin)
		err->origin = origin;
	return -1;
}

int error_pointer(struct error *err, const char *pointer)
{
	struct text text;

	if (!err->pointer[0]) {
		text_start(&text, err->pointer, sizeof(err->pointer));
		text_string(&text, pointer);
	}
	return -1;
}
