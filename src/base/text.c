/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bounded text. Freestanding: runs in the runtime and in init, calls nothing. */
#include "base/text.h"

struct conversion {
	unsigned longs; /* how many l; z counts as one */
	bool bounded;	/* ".*" was given */
	char type;
};

static size_t length_of(const char *string)
{
	size_t length = 0;

	while (string[length])
		length++;
	return length;
}

void text_start(struct text *text, char *data, size_t size)
{
	*text = (struct text){.data = data, .size = size};
	data[0] = '\0';
}

void text_char(struct text *text, char c)
{
	text_bytes(text, &c, 1);
}

void text_bytes(struct text *text, const char *bytes, size_t length)
{
	size_t room = text->size - 1 - text->length;

	if (length > room) {
		length = room;
		text->cut = true;
	}
	for (size_t i = 0; i < length; i++)
		text->data[text->length + i] = bytes[i];
	text->length += length;
	text->data[text->length] = '\0';
}

void text_string(struct text *text, const char *string)
{
	text_bytes(text, string, length_of(string));
}

static void text_number(struct text *text, uint64_t value, unsigned base)
{
	char digits[24];
	size_t start = sizeof(digits);

	do {
		digits[--start] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value);
	text_bytes(text, digits + start, sizeof(digits) - start);
}

void text_u64(struct text *text, uint64_t value)
{
	text_number(text, value, 10);
}

void text_i64(struct text *text, int64_t value)
{
	if (value < 0)
		text_char(text, '-');
	text_number(text, value < 0 ? 0 - (uint64_t)value : (uint64_t)value, 10);
}

/* Reads one conversion behind its '%'; returns the character after it. */
static const char *conversion_parse(const char *format, struct conversion *ret)
{
	*ret = (struct conversion){0};
	if (format[0] == '.' && format[1] == '*') {
		ret->bounded = true;
		format += 2;
	}
	while (*format == 'l' || *format == 'z') {
		ret->longs++;
		format++;
	}
	ret->type = *format;
	return *format ? format + 1 : format;
}

static void text_bounded(struct text *text, const char *string, int limit)
{
	size_t length = 0;

	while (length < (size_t)(limit < 0 ? 0 : limit) && string[length])
		length++;
	text_bytes(text, string, length);
}

void text_vformat(struct text *text, const char *format, va_list args)
{
	struct conversion conv;
	const char *string;
	int limit;

	while (*format) {
		if (*format != '%') {
			text_char(text, *format++);
			continue;
		}
		format = conversion_parse(format + 1, &conv);
		switch (conv.type) {
		case 's':
			limit = conv.bounded ? va_arg(args, int) : -1;
			string = va_arg(args, const char *);
			if (!string)
				text_string(text, "(none)");
			else if (conv.bounded)
				text_bounded(text, string, limit);
			else
				text_string(text, string);
			break;
		case 'c':
			text_char(text, (char)va_arg(args, int));
			break;
		case 'd':
			text_i64(text, conv.longs ? va_arg(args, long) : va_arg(args, int));
			break;
		case 'u':
		case 'o':
		case 'x':
			text_number(text,
				conv.longs ? va_arg(args, unsigned long)
					   : va_arg(args, unsigned),
				conv.type == 'u'   ? 10
				: conv.type == 'o' ? 8
						   : 16);
			break;
		case '%':
			text_char(text, '%');
			break;
		default:
			text->cut = true;
			return;
		}
	}
}

void text_format(struct text *text, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	text_vformat(text, format, args);
	va_end(args);
}

bool text_print(char *data, size_t size, const char *format, ...)
{
	struct text text;
	va_list args;

	text_start(&text, data, size);
	va_start(args, format);
	text_vformat(&text, format, args);
	va_end(args);
	return text_ok(&text);
}

bool text_equal(const char *a, const char *b)
{
	if (!a || !b)
		return a == b;
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

bool text_starts(const char *string, const char *prefix)
{
	if (!string)
		return false;
	while (*prefix && *string == *prefix) {
		string++;
		prefix++;
	}
	return *prefix == '\0';
}
