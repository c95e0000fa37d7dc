/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The text of an annotation org.systemd.property.NAME -> a value with a type.
 *
 * Pure. The text is a part of GVariant's: strings in either quotes, true and false, integers, arrays of each of
 * them, all with or without a type in front, and strings of bytes. No property of systemd that can be set has a number with a
 * fraction.
 *
 * Spec: GVariant Text Format (GLib) */
#include <string.h>

#include "base/number.h"
#include "base/text.h"
#include "plan/builder.h"
#include "plan/unit.h"

#define NUMBER_SIZE 32

/* `most` is of both signs if `negative`, and then one more below 0. */
static const struct type {
	const char *word;
	uint64_t most;
	enum unit_type type;
	char letter;
	bool negative;
} types[] = {
	{"boolean", 1, UNIT_BOOL, 'b', false},
	{"byte", UINT8_MAX, UNIT_BYTE, 'y', false},
	{"int16", INT16_MAX, UNIT_INT16, 'n', true},
	{"uint16", UINT16_MAX, UNIT_UINT16, 'q', false},
	{"int32", INT32_MAX, UNIT_INT32, 'i', true},
	{"uint32", UINT32_MAX, UNIT_UINT32, 'u', false},
	{"int64", INT64_MAX, UNIT_INT64, 'x', true},
	{"uint64", UINT64_MAX, UNIT_UINT64, 't', false},
	{"string", 0, UNIT_STRING, 's', false},
	{"objectpath", 0, UNIT_OBJECT, 'o', false},
};
#define TYPE_COUNT (sizeof(types) / sizeof(types[0]))

struct reader {
	const char *at;
	struct arena *arena;
};

static void blanks_skip(struct reader *reader)
{
	reader->at += strspn(reader->at, " \t\n");
}

static bool take(struct reader *reader, char c)
{
	if (*reader->at != c)
		return false;
	reader->at++;
	return true;
}

/* The type that `type` names; what is UNIT_TYPE_COUNT is not known yet. */
static const struct type *type_of(enum unit_type type)
{
	size_t i = 0;

	while (i < TYPE_COUNT && types[i].type != type)
		i++;
	return i < TYPE_COUNT ? &types[i] : NULL;
}

/* "@t " or "@at ": false if it is no such type. */
static bool signature_take(struct reader *reader, enum unit_type *ret_type, bool *ret_array)
{
	size_t i = 0;

	if (!take(reader, '@'))
		return true;
	*ret_array = take(reader, 'a');
	while (i < TYPE_COUNT && types[i].letter != *reader->at)
		i++;
	if (i == TYPE_COUNT || reader->at[1] != ' ')
		return false;
	*ret_type = types[i].type;
	reader->at++;
	blanks_skip(reader);
	return true;
}

/* "uint64 ". */
static void word_take(struct reader *reader, enum unit_type *type)
{
	size_t length = strcspn(reader->at, " ");

	for (size_t i = 0; reader->at[length] && i < TYPE_COUNT; i++) {
		if (strlen(types[i].word) == length &&
			!memcmp(types[i].word, reader->at, length)) {
			*type = types[i].type;
			reader->at += length;
			blanks_skip(reader);
			return;
		}
	}
}

/* A quoted string; NULL if there is none. */
static const char *string_take(struct reader *reader)
{
	const char quote = *reader->at;
	const char *from = reader->at + 1;
	char *copy, *out;

	if (quote != '\'' && quote != '"')
		return NULL;
	copy = out = arena_string(reader->arena, from);
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
	reader->at = from + 1;
	return copy;
}

/* "0x..." in `text` is a number too. */
static bool magnitude_parse(const char *text, uint64_t most, uint64_t *ret)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	const char *digit = NULL;
	uint64_t value = 0;

	if (!text_starts(text, "0x"))
		return !number_u64(text, most, ret);
	for (text += 2; *text && (digit = strchr(digits, *text)); text++) {
		if (value > UINT64_MAX >> 4)
			return false;
		value = value << 4 | (uint64_t)((digit - digits) & 15);
	}
	*ret = value;
	return digit && value <= most;
}

static bool number_take(struct reader *reader, const struct type *type, uint64_t *ret)
{
	char word[NUMBER_SIZE];
	size_t length = strcspn(reader->at, " \t\n,]");
	bool negative = *reader->at == '-';

	if (!text_print(word, sizeof(word), "%.*s", (int)length - negative,
		    reader->at + negative) ||
		(negative && !type->negative) ||
		!magnitude_parse(word, type->most + negative, ret))
		return false;
	if (negative)
		*ret = -*ret;
	reader->at += length;
	return true;
}

static bool boolean_take(struct reader *reader, uint64_t *ret)
{
	const char *const word = text_starts(reader->at, "true") ? "true" : "false";

	if (!text_starts(reader->at, word))
		return false;
	*ret = word[0] == 't';
	reader->at += strlen(word);
	return true;
}

/* What a value without a type in front is. */
static enum unit_type type_guess(const char *at)
{
	if (*at == '\'' || *at == '"')
		return UNIT_STRING;
	return *at == 't' || *at == 'f' ? UNIT_BOOL : UNIT_INT32;
}

/* One value; *type is its type, and UNIT_TYPE_COUNT if nothing has said it yet. */
static bool scalar_take(struct reader *reader, enum unit_type *type, uint64_t *ret_number,
	const char **ret_string)
{
	enum unit_type said = *type;

	word_take(reader, &said);
	if (*type == UNIT_TYPE_COUNT)
		*type = said == UNIT_TYPE_COUNT ? type_guess(reader->at) : said;
	else if (said != *type)
		return false;
	*ret_string = NULL;
	*ret_number = 0;
	if (*type == UNIT_BOOL)
		return boolean_take(reader, ret_number);
	if (*type < UNIT_STRING)
		return number_take(reader, type_of(*type), ret_number);
	*ret_string = string_take(reader);
	return *ret_string;
}

static bool array_take(struct reader *reader, struct unit_property *property)
{
	const size_t room = strlen(reader->at) / 2 + 1;
	const char **strings = arena_array(reader->arena, const char *, room);
	uint64_t *numbers = arena_array(reader->arena, uint64_t, room);

	property->type = UNIT_ARRAY;
	property->strings = strings;
	property->numbers = numbers;
	if (!strings || !numbers || !take(reader, '['))
		return false;
	blanks_skip(reader);
	while (!take(reader, ']')) {
		if (property->count && !take(reader, ','))
			return false;
		blanks_skip(reader);
		if (!scalar_take(reader, &property->element, &numbers[property->count],
			    &strings[property->count]))
			return false;
		property->count++;
		blanks_skip(reader);
	}
	return property->element != UNIT_TYPE_COUNT;
}

/* b'text' is its bytes and a 0. */
static bool bytes_take(struct reader *reader, struct unit_property *property)
{
	const char *text;

	reader->at++;
	text = string_take(reader);
	if (!text)
		return false;
	property->type = UNIT_BYTES;
	property->bytes = (const uint8_t *)text;
	property->count = strlen(text) + 1;
	return true;
}

static bool value_take(struct reader *reader, struct unit_property *property)
{
	bool array = false;

	property->element = UNIT_TYPE_COUNT;
	if (!signature_take(reader, &property->element, &array))
		return false;
	if (array || *reader->at == '[')
		return (array || property->element == UNIT_TYPE_COUNT) &&
		       array_take(reader, property);
	if (reader->at[0] == 'b' && (reader->at[1] == '\'' || reader->at[1] == '"'))
		return bytes_take(reader, property);
	if (!scalar_take(reader, &property->element, &property->number, &property->string))
		return false;
	property->type = property->element;
	return true;
}

int unit_value_parse(const char *text, struct arena *arena, struct unit_property *property,
	struct error *err)
{
	struct reader reader = {text, arena};

	blanks_skip(&reader);
	if (value_take(&reader, property)) {
		blanks_skip(&reader);
		if (!*reader.at)
			return 0;
	}
	return error_set(err, ERROR_CONFIG, 0,
		"\"%s\" is not a value for a property of systemd, such as 'text', true, 5, "
		"uint64 5 or ['a', 'b']",
		text);
}
