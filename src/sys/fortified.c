/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a library calls that was compiled for the GNU C library, where the program has another one.
 *
 * Runs in: the runtime, if it is linked with musl.
 * Relies on: the libraries are compiled with _FORTIFY_SOURCE: the GNU C library's checking functions have the arguments of the
 *          plain ones, and the size of what is written to. They are told here, since no header declares them. */
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__attribute__((format(printf, 5, 6))) int __snprintf_chk(
	char *to, size_t size, int level, size_t room, const char *format, ...);
__attribute__((format(printf, 4, 5))) int __sprintf_chk(
	char *to, int level, size_t room, const char *format, ...);
__attribute__((format(printf, 3, 4))) int __fprintf_chk(
	FILE *file, int level, const char *format, ...);
void *__memcpy_chk(void *to, const void *from, size_t size, size_t room);

int __snprintf_chk(char *to, size_t size, int level, size_t room, const char *format, ...)
{
	va_list list;
	int r;

	(void)level;
	if (room < size)
		abort();
	va_start(list, format);
	r = vsnprintf(to, size, format, list);
	va_end(list);
	return r;
}

int __sprintf_chk(char *to, int level, size_t room, const char *format, ...)
{
	va_list list;
	int r;

	(void)level;
	va_start(list, format);
	r = vsnprintf(to, room, format, list);
	va_end(list);
	if (r >= 0 && (size_t)r >= room)
		abort();
	return r;
}

int __fprintf_chk(FILE *file, int level, const char *format, ...)
{
	va_list list;
	int r;

	(void)level;
	va_start(list, format);
	r = vfprintf(file, format, list);
	va_end(list);
	return r;
}

void *__memcpy_chk(void *to, const void *from, size_t size, size_t room)
{
	if (room < size)
		abort();
	return memcpy(to, from, size);
}
