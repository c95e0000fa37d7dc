/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a user was granted, for error messages. Pure.
 *
 * Facts: subuid(5): lines of name or uid, first id, count; passwd(5). */
#include "launch/subid.h"

#include <string.h>

#include "base/number.h"

#define FIELDS	   3
#define NUMBER_MAX 20

struct field {
	const char *start;
	size_t length;
};

/* The first fields of a line; returns the next line, or NULL at the end. */
static const char *line_next(const char *text, struct field fields[FIELDS])
{
	size_t length = strcspn(text, "\n");
	const char *at = text, *end = text + length;

	if (!*text)
		return NULL;
	for (size_t i = 0; i < FIELDS; i++) {
		const char *colon = memchr(at, ':', (size_t)(end - at));

		fields[i].start = at;
		fields[i].length = (size_t)((colon ? colon : end) - at);
		at = colon ? colon + 1 : end;
	}
	return end + (*end == '\n');
}

static bool field_number(const struct field *field, uint64_t *ret)
{
	char digits[NUMBER_MAX + 1];

	if (field->length > NUMBER_MAX)
		return false;
	memcpy(digits, field->start, field->length);
	digits[field->length] = '\0';
	return !number_u64(digits, UINT32_MAX, ret);
}

size_t subid_user(const char *passwd, uint32_t uid, const char **ret_name)
{
	struct field fields[FIELDS];
	uint64_t number;

	while ((passwd = line_next(passwd, fields))) {
		if (!field_number(&fields[2], &number) || number != uid)
			continue;
		*ret_name = fields[0].start;
		return fields[0].length;
	}
	return 0;
}

bool subid_print(
	const char *subid, const char *name, size_t length, uint32_t uid, struct text *text)
{
	struct field fields[FIELDS];
	bool any = false;

	while ((subid = line_next(subid, fields))) {
		uint64_t owner, first, count;
		bool named = length && fields[0].length == length &&
			     !memcmp(fields[0].start, name, length);

		if (!named && (!field_number(&fields[0], &owner) || owner != uid))
			continue;
		if (!field_number(&fields[1], &first) || !field_number(&fields[2], &count) ||
			!count)
			continue;
		text_format(text, "%s%lu-%lu", any ? ", " : "", (unsigned long)first,
			(unsigned long)(first + count - 1));
		any = true;
	}
	return any;
}
