/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The text of an annotation org.systemd.property.NAME -> a value with a type.
 *
 * Pure. The text is a part of GVariant's: strings in either quotes, true and false, integers with or
 * without a type in front, and arrays of strings.
 *
 * Spec: GVariant Text Format (GLib) */
#include <string.h>

#include "base/number.h"
#include "base/text.h"
#include "plan/builder.h"
#include "plan/unit.h"

static const struct {
	const char *prefix;
	enum unit_type type;
	bool is_signed;
	uint64_t max;
} numbers[] = {
	{"uint64 ", UNIT_UINT64, false, UINT64_MAX},
	{"int64 ", UNIT_INT64, true, INT64_MAX},
	{"uint32 ", UNIT_UINT32, false, UINT32_MAX},
	{"int32 ", UNIT_INT32, true, INT32_MAX},
	{"", UNIT_INT32, true, INT32_MAX},
};
#define NUMBER_COUNT (sizeof(numbers) / sizeof(numbers[0]))

static int value_error(const char *text, struct error *err)
{
	return error_set(err, ERROR_CONFIG, 0,
		"\"%s\" is not a value for a property of systemd, such as 'text', true, 5, "
		"uint64 5 or ['a', 'b']",
		text);
}

static const char *blanks_skip(const char *at)
{
	return at + strspn(at, " \t\n");
}

/* Reads a quoted string at *at and moves behind it; NULL if there is none. */
static const char *string_take(const char **at, struct arena *arena)
{
	const char quote = **at;
	const char *from = *at + 1;
	char *copy, *out;

	if (quote != '\'' && quote != '"')
		return NULL;
	copy = out = arena_string(arena, from);
	if (!copy)
		return NULL;
	for (; *from && *from != quote; from++) {
		if (*from == '\\' && from[1])
			from++;
		*out++ = *from;
	}
	if (*from != quote)
		return NULL;
	*out = '\0';
	*at = from + 1;
	return copy;
}

static bool strings_parse(const char *at, struct arena *arena, struct unit_property *property)
{
	const char **strings = arena_array(arena, const char *, strlen(at) / 2 + 1);

	property->type = UNIT_STRINGS;
	property->strings = strings;
	if (!strings)
		return false;
	at = blanks_skip(at + 1);
	while (*at != ']') {
		strings[property->count] = string_take(&at, arena);
		if (!strings[property->count++])
			return false;
		at = blanks_skip(at);
		if (*at == ',')
			at = blanks_skip(at + 1);
		else if (*at != ']')
			return false;
	}
	return !*blanks_skip(at + 1);
}

static bool number_parse(const char *text, struct unit_property *property)
{
	size_t i = 0;
	int64_t value;

	while (!text_starts(text, numbers[i].prefix))
		i++;
	property->type = numbers[i].type;
	text = blanks_skip(text + strlen(numbers[i].prefix));
	if (!numbers[i].is_signed)
		return !number_u64(text, numbers[i].max, &property->number);
	if (number_i64(text, &value) || value > (int64_t)numbers[i].max ||
		value < -(int64_t)numbers[i].max - 1)
		return false;
	property->number = (uint64_t)value;
	return true;
}

static bool value_parse(const char *text, struct arena *arena, struct unit_property *property)
{
	const char *at = text;

	switch (*text) {
	case '\'':
	case '"':
		property->type = UNIT_STRING;
		property->string = string_take(&at, arena);
		return property->string && !*blanks_skip(at);
	case '[':
		return strings_parse(text, arena, property);
	default:
		break;
	}
	property->number = text_equal(text, "true");
	property->type = UNIT_BOOL;
	if (property->number || text_equal(text, "false"))
		return true;
	return number_parse(text, property);
}

int unit_value_parse(const char *text, struct arena *arena, struct unit_property *property,
	struct error *err)
{
	const char *value = blanks_skip(text);

	return value_parse(value, arena, property) ? 0 : value_error(text, err);
}
