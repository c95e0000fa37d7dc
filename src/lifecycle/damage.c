/* SPDX-License-Identifier: GPL-2.0-or-later */
/* config.json without what cannot be read in it.
 *
 * The decoder stops at the first error, as everybody wants who is to run a container. To find the next one the
 * offending value is blanked out and the text decoded again: no other reader of config.json is needed,
 * and no half-read spec ever exists.
 *
 * Runs in: the runtime, in check. Pure but for memory. Relies on: the text is JSON up to the place of the
 * error, which the decoder has found. */
#include "lifecycle/damage.h"

#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "base/text.h"

/* What is put in for a member that is demanded and missing, where its object has much else to look at. */
static const struct {
	const char *name;
	const char *value;
} demanded[] = {
	{"ociVersion", "\"1.3.0\""},
	{"cwd", "\"/\""},
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Line and column count from 1, columns in characters. */
static size_t offset_of(const struct damage *damage, unsigned line, unsigned column)
{
	size_t at = 0;

	for (; at < damage->length && line > 1; at++)
		line -= damage->text[at] == '\n';
	while (at < damage->length && column > 1) {
		at++;
		while (at < damage->length && ((unsigned char)damage->text[at] & 0xc0) == 0x80)
			at++;
		column--;
	}
	return at;
}

static size_t blanks_skip(const struct damage *damage, size_t at)
{
	while (at < damage->length && is_blank(damage->text[at]))
		at++;
	return at;
}

/* Behind the string that begins at `at`. */
static size_t string_end(const struct damage *damage, size_t at)
{
	for (at++; at < damage->length && damage->text[at] != '"'; at++)
		at += damage->text[at] == '\\';
	return at < damage->length ? at + 1 : damage->length;
}

/* Behind the value that begins at `at`. */
static size_t value_end(const struct damage *damage, size_t at)
{
	size_t depth = 0;

	if (damage->text[at] == '"')
		return string_end(damage, at);
	while (at < damage->length && damage->text[at]) {
		char c = damage->text[at];

		if (c == '"') {
			at = string_end(damage, at);
			continue;
		}
		if (c == '{' || c == '[')
			depth++;
		else if (!depth && (is_blank(c) || strchr(",}]", c)))
			return at;
		else if ((c == '}' || c == ']') && !--depth)
			return at + 1;
		at++;
	}
	return damage->length;
}

/* The character before `at` that is no blank; its place, or SIZE_MAX. */
static size_t before(const struct damage *damage, size_t at)
{
	while (at-- > 0) {
		if (!is_blank(damage->text[at]))
			return at;
	}
	return SIZE_MAX;
}

/* Where the string begins whose final quote is at `end`. */
static size_t string_start(const struct damage *damage, size_t end)
{
	while (end-- > 0) {
		size_t slashes = 0;

		if (damage->text[end] != '"')
			continue;
		while (slashes < end && damage->text[end - 1 - slashes] == '\\')
			slashes++;
		if (slashes % 2 == 0)
			return end;
	}
	return 0;
}

static void blank_out(struct damage *damage, size_t from, size_t to)
{
	for (; from < to; from++) {
		if (damage->text[from] != '\n')
			damage->text[from] = ' ';
	}
}

/* Blanks out what stands between two offsets, and the comma that goes with it. */
static void part_take(struct damage *damage, size_t from, size_t to)
{
	size_t next = blanks_skip(damage, to), previous = before(damage, from);

	blank_out(damage, from, to);
	if (next < damage->length && damage->text[next] == ',')
		damage->text[next] = ' ';
	else if (previous != SIZE_MAX && damage->text[previous] == ',')
		damage->text[previous] = ' ';
}

/* Remembers that the item that `pointer` names is gone. */
static bool item_forget(struct damage *damage, const char *pointer)
{
	struct damage_item *item = &damage->items[damage->item_count];
	const char *slash = strrchr(pointer, '/');
	uint64_t index;

	if (!slash || number_u64(slash + 1, UINT32_MAX, &index) ||
		!text_print(item->list, sizeof(item->list), "%.*s", (int)(slash - pointer),
			pointer))
		return false;
	item->index = (size_t)index;
	damage->item_count++;
	return true;
}

/* Takes out the member or item whose value, or whose key, begins at `at`. */
static bool value_take(struct damage *damage, size_t at, const char *pointer)
{
	size_t end, colon, previous;

	if (at >= damage->length)
		return false;
	end = value_end(damage, at);
	colon = blanks_skip(damage, end);
	if (damage->text[at] == '"' && colon < damage->length && damage->text[colon] == ':') {
		part_take(damage, at, value_end(damage, blanks_skip(damage, colon + 1)));
		return true;
	}
	previous = before(damage, at);
	if (previous == SIZE_MAX)
		return false;
	if (damage->text[previous] == ':') {
		size_t quote = before(damage, previous);

		if (quote == SIZE_MAX || damage->text[quote] != '"')
			return false;
		part_take(damage, string_start(damage, quote), end);
		return true;
	}
	if (!item_forget(damage, pointer))
		return false;
	part_take(damage, at, end);
	return true;
}

/* Puts a member into the object that begins at `at`. */
static bool member_put(struct damage *damage, size_t at, const char *name, const char *value)
{
	size_t rest = blanks_skip(damage, at + 1), length;
	char member[64];

	if (damage->insert_count == DAMAGE_INSERTS || damage->text[at] != '{' ||
		!text_print(member, sizeof(member), "\"%s\":%s%s", name, value,
			damage->text[rest] == '}' ? "" : ","))
		return false;
	length = strlen(member);
	if (damage->length + length >= damage->room)
		return false;
	memmove(damage->text + at + 1 + length, damage->text + at + 1, damage->length - at);
	memcpy(damage->text + at + 1, member, length);
	damage->length += length;
	damage->inserts[damage->insert_count++] = (struct damage_insert){at + 1, length};
	return true;
}

/* "\"cwd\" is missing": is it one that can be put in? */
static bool missing_put(struct damage *damage, size_t at, const char *text)
{
	for (size_t i = 0; i < sizeof(demanded) / sizeof(demanded[0]); i++) {
		char missing[64];

		text_print(missing, sizeof(missing), "\"%s\" is missing", demanded[i].name);
		if (text_equal(text, missing))
			return member_put(damage, at, demanded[i].name, demanded[i].value);
	}
	return false;
}

bool damage_take(struct damage *damage, const struct oci_error *where)
{
	size_t at = offset_of(damage, where->line, where->column);

	if (damage->taken++ == DAMAGE_MAX || !where->line || at >= damage->length ||
		text_starts(where->text, "not JSON: ") ||
		text_starts(where->text, "nested deeper"))
		return false;
	if (text_starts(where->text, "the text is not UTF-8")) {
		damage->text[at] = '?';
		return true;
	}
	return missing_put(damage, at, where->text) || value_take(damage, at, where->pointer);
}

void damage_position(const struct damage *damage, unsigned *line, unsigned *column)
{
	size_t at = offset_of(damage, *line, *column);

	for (size_t i = damage->insert_count; i-- > 0;) {
		const struct damage_insert *insert = &damage->inserts[i];

		if (at >= insert->offset + insert->length)
			at -= insert->length;
		else if (at >= insert->offset)
			at = insert->offset;
	}
	*line = *column = 1;
	for (size_t i = 0; i < at; i++) {
		if (damage->original[i] == '\n') {
			++*line;
			*column = 1;
		} else if (((unsigned char)damage->original[i] & 0xc0) != 0x80) {
			++*column;
		}
	}
}

/* Undoes what an item that is gone has done to the pointers behind it. */
static void index_restore(const struct damage_item *item, char *pointer)
{
	size_t length = strlen(item->list), digits;
	char rest[ERROR_POINTER_SIZE], number[24];
	uint64_t index;

	if (strncmp(pointer, item->list, length) != 0 || pointer[length] != '/')
		return;
	digits = strcspn(pointer + length + 1, "/");
	if (!text_print(number, sizeof(number), "%.*s", (int)digits, pointer + length + 1) ||
		number_u64(number, UINT32_MAX - 1, &index) || index < item->index)
		return;
	text_print(rest, sizeof(rest), "%s", pointer + length + 1 + digits);
	text_print(pointer, ERROR_POINTER_SIZE, "%s/%lu%s", item->list,
		(unsigned long)index + 1, rest);
}

void damage_pointer(const struct damage *damage, char *pointer)
{
	for (size_t i = damage->item_count; i-- > 0;)
		index_restore(&damage->items[i], pointer);
}

int damage_start(struct damage *damage, const char *original, size_t length)
{
	*damage = (struct damage){
		.original = original, .length = length, .room = length + DAMAGE_INSERTS * 64};
	damage->text = calloc(1, damage->room);
	if (!damage->text)
		return -1;
	memcpy(damage->text, original, length);
	return 0;
}

void damage_free(struct damage *damage)
{
	free(damage->text);
	*damage = (struct damage){0};
}
