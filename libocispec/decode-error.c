/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is said about a document that is wrong, and where it is wrong.
 *
 * Nothing here runs unless a document is refused, or unknown keys are reported. */
#include "libocispec/decoder.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "libocispec/text.h"

#define QUOTED_MAX  40 /* bytes of the user's text that a message repeats */
#define CHOICES_MAX 8
#define NAME_LENGTH 48

/* A text in a fixed buffer; what does not fit is cut. */
struct cut {
	char *text;
	size_t size;
	size_t length;
};

__attribute__((format(printf, 2, 3))) static void cut_add(
	struct cut *cut, const char *format, ...)
{
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(cut->text + cut->length, cut->size - cut->length, format, args);
	va_end(args);
	if (length < 0)
		return;
	cut->length += (size_t)length;
	if (cut->length >= cut->size)
		cut->length = cut->size - 1;
}

/* A pointer that is written twice: once to learn its length, once into the error. Of one that is
 * too long the middle is left out, and then its bytes above 0x7f are replaced, because a character
 * might have been cut in two. */
struct pointer {
	char *text; /* NULL while only counting */
	size_t size;
	size_t total;
	size_t count;
};

static void pointer_byte(struct pointer *pointer, char byte)
{
	size_t half = (pointer->size - 4) / 2;
	size_t at = pointer->count++;

	if (!pointer->text)
		return;
	if (pointer->total < pointer->size) {
		pointer->text[at] = byte;
		return;
	}
	if ((unsigned char)byte > 0x7f)
		byte = '?';
	if (at < half)
		pointer->text[at] = byte;
	else if (pointer->total - at <= half)
		pointer->text[half + 3 + half - (pointer->total - at)] = byte;
}

static void pointer_key(struct pointer *pointer, const char *key, size_t length)
{
	pointer_byte(pointer, '/');
	for (size_t i = 0; i < length; i++) {
		if (key[i] == '~' || key[i] == '/')
			pointer_byte(pointer, '~');
		if (key[i] == '~')
			pointer_byte(pointer, '0');
		else if (key[i] == '/')
			pointer_byte(pointer, '1');
		else
			pointer_byte(pointer, key[i]);
	}
}

static void pointer_index(struct pointer *pointer, size_t index)
{
	char digits[24];
	int length = snprintf(digits, sizeof(digits), "%zu", index);

	pointer_key(pointer, digits, (size_t)length);
}

/* The way from the document to the value that is being handled. The frame around the document
 * adds nothing. */
static void pointer_walk(const struct oci_decoder *d, struct pointer *pointer)
{
	for (unsigned i = 1; i <= d->depth; i++) {
		const struct oci_frame *frame = &d->frames[i];

		if (frame->array)
			pointer_index(pointer, frame->count);
		else if (frame->key)
			pointer_key(pointer, frame->key, frame->key_length);
	}
}

static void place_set(const struct oci_decoder *d, size_t offset, struct oci_error *err)
{
	struct pointer pointer = {.size = sizeof(err->pointer)};

	*err = (struct oci_error){0};
	oci_text_position(d->text, offset, &err->line, &err->column);
	pointer_walk(d, &pointer);
	pointer.total = pointer.count;
	pointer.count = 0;
	pointer.text = err->pointer;
	if (pointer.total >= pointer.size)
		memset(err->pointer, '.', pointer.size - 1);
	pointer_walk(d, &pointer);
}

/* The user's own text in quotes: one line, cut at a character. */
static void quote(struct cut *cut, const char *text, size_t length)
{
	size_t shown = length;

	if (shown > QUOTED_MAX) {
		shown = QUOTED_MAX;
		while (shown && ((unsigned char)text[shown] & 0xc0) == 0x80)
			shown--;
	}
	cut_add(cut, "\"");
	for (size_t i = 0; i < shown; i++) {
		unsigned char c = (unsigned char)text[i];

		cut_add(cut, "%c", c < 0x20 || c == 0x7f ? '?' : c);
	}
	cut_add(cut, shown < length ? "...\"" : "\"");
}

size_t oci_decoder_here(const struct oci_decoder *d)
{
	return oci_text_token(d->text, d->length, d->previous);
}

int oci_fail_at(struct oci_decoder *d, size_t offset, const char *format, ...)
{
	va_list args;

	d->status = -EINVAL;
	place_set(d, offset, d->err);
	va_start(args, format);
	vsnprintf(d->err->text, sizeof(d->err->text), format, args);
	va_end(args);
	return 0;
}

int oci_fail(struct oci_decoder *d, const char *format, ...)
{
	va_list args;

	d->status = -EINVAL;
	place_set(d, oci_decoder_here(d), d->err);
	va_start(args, format);
	vsnprintf(d->err->text, sizeof(d->err->text), format, args);
	va_end(args);
	return 0;
}

int oci_fail_memory(struct oci_decoder *d)
{
	oci_fail(d, "there is no memory for it");
	d->status = -ENOMEM;
	return 0;
}

/* What a member wants, as one value, as an array and as an object with free keys. */
static const struct {
	const char *one;
	const char *list;
	const char *map;
} kind_words[] = {
	[OCI_KIND_BOOL] = {"a boolean", "an array of booleans", "an object of booleans"},
	[OCI_KIND_U16] = {"an integer", "an array of integers", "an object of integers"},
	[OCI_KIND_U32] = {"an integer", "an array of integers", "an object of integers"},
	[OCI_KIND_I32] = {"an integer", "an array of integers", "an object of integers"},
	[OCI_KIND_U64] = {"an integer", "an array of integers", "an object of integers"},
	[OCI_KIND_I64] = {"an integer", "an array of integers", "an object of integers"},
	[OCI_KIND_STRING] = {"a string", "an array of strings", "an object of strings"},
	[OCI_KIND_ENUM] = {"a string", "an array of strings", "an object of strings"},
	[OCI_KIND_OBJECT] = {"an object", "an array of objects", "an object of objects"},
	[OCI_KIND_IGNORED] = {"anything", "anything", "anything"},
};

int oci_fail_type(struct oci_decoder *d, const char *found)
{
	const struct oci_member *member = oci_decoder_member(d);
	const char *wanted = kind_words[member->kind].one;

	if (!oci_decoder_in_items(d) && member->shape == OCI_SHAPE_LIST)
		wanted = kind_words[member->kind].list;
	if (!oci_decoder_in_items(d) && member->shape == OCI_SHAPE_MAP)
		wanted = kind_words[member->kind].map;
	return oci_fail(d, "expected %s, found %s", wanted, found);
}

int oci_fail_range(
	struct oci_decoder *d, const char *token, size_t length, struct oci_range range)
{
	return oci_fail(d, "%.*s%s is out of range; accepted: %lld to %llu",
		length > QUOTED_MAX ? QUOTED_MAX : (int)length, token,
		length > QUOTED_MAX ? "..." : "", (long long)range.min,
		(unsigned long long)range.max);
}

int oci_fail_rule(struct oci_decoder *d, const char *text, size_t length, const char *what)
{
	char quoted[QUOTED_MAX + 8];
	struct cut cut = {quoted, sizeof(quoted), 0};

	quote(&cut, text, length);
	return oci_fail(d, "%s is not %s", quoted, what);
}

static unsigned char lower(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c + 'a' - 'A' : c);
}

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
	unsigned least = a < b ? a : b;

	return least < c ? least : c;
}

/* How many characters must be inserted, removed or replaced to make one name of the other
 * (Levenshtein), capitals being the same as small letters. */
static unsigned distance(const char *from, size_t from_length, const char *to)
{
	unsigned row[NAME_LENGTH + 1];
	size_t to_length = strlen(to);

	if (from_length > NAME_LENGTH || to_length > NAME_LENGTH)
		return NAME_LENGTH;
	for (unsigned i = 0; i <= to_length; i++)
		row[i] = i;
	for (size_t i = 0; i < from_length; i++) {
		unsigned diagonal = row[0];

		row[0] = (unsigned)i + 1;
		for (size_t j = 0; j < to_length; j++) {
			unsigned replaced = diagonal + (lower(from[i]) != lower(to[j]));

			diagonal = row[j + 1];
			row[j + 1] = min3(row[j] + 1, diagonal + 1, replaced);
		}
	}
	return row[to_length];
}

/* The name that was probably meant, from those that are shown to it one by one. */
struct nearest {
	const char *name;
	size_t length;
	unsigned least; /* nothing that is as far away as this is near */
	const char *best;
};

static struct nearest nearest_start(const char *name, size_t length)
{
	unsigned least = length < 6 ? (unsigned)length / 3 + 1 : 3;

	return (struct nearest){.name = name, .length = length, .least = least};
}

static void nearest_try(struct nearest *nearest, const char *known)
{
	unsigned away = distance(nearest->name, nearest->length, known);

	if (away >= nearest->least)
		return;
	nearest->best = known;
	nearest->least = away;
}

static const char *nearest_enum(enum oci_enum_id id, const char *name, size_t length)
{
	struct nearest nearest = nearest_start(name, length);

	for (unsigned value = 1; oci_enum_name(id, value); value++)
		nearest_try(&nearest, oci_enum_name(id, value));
	return nearest.best;
}

static const char *nearest_member(const struct oci_frame *frame)
{
	struct nearest nearest = nearest_start(frame->key, frame->key_length);

	for (unsigned i = 0; i < frame->table->count; i++)
		nearest_try(&nearest, frame->table->members[i].name);
	return nearest.best;
}

int oci_fail_enum(struct oci_decoder *d, enum oci_enum_id id, const char *name, size_t length)
{
	const char *meant = nearest_enum(id, name, length);
	char text[sizeof(d->err->text)];
	struct cut cut = {text, sizeof(text), 0};

	quote(&cut, name, length);
	cut_add(&cut, " is not %s", oci_enum_what(id));
	if (meant)
		cut_add(&cut, " (did you mean %s?)", meant);
	cut_add(&cut, "; accepted: ");
	for (unsigned value = 1; value <= CHOICES_MAX && oci_enum_name(id, value); value++)
		cut_add(&cut, "%s%s", value > 1 ? ", " : "", oci_enum_name(id, value));
	if (oci_enum_name(id, CHOICES_MAX + 1))
		cut_add(&cut, ", ...");
	return oci_fail(d, "%s", text);
}

/* yajl's messages look like "parse error: unallowed token at this point in JSON text\n". A comma or
 * colon too many is an error of the parser: it was passed over above as if it belonged there. What
 * is no token at all is an error of the lexer, and begins behind all of them. */
int oci_fail_syntax(struct oci_decoder *d)
{
	unsigned char *message = yajl_get_error(d->yajl, 0, NULL, 0);
	size_t end = yajl_get_bytes_consumed(d->yajl), here = oci_decoder_here(d);
	const char *text = "it is not JSON";

	if (message) {
		const char *colon = strstr((const char *)message, ": ");

		text = colon ? colon + 2 : (const char *)message;
		if (message[0] == 'p' && end && here > end - 1)
			here = end - 1;
	}
	oci_fail_at(d, here, "not JSON: %.*s", (int)strcspn(text, ".\n"), text);
	if (message)
		yajl_free_error(d->yajl, message);
	return 0;
}

void oci_report_key(struct oci_decoder *d)
{
	const struct oci_frame *frame = &d->frames[d->depth];
	const char *meant = nearest_member(frame);
	struct oci_error place;
	struct cut cut = {place.text, sizeof(place.text), 0};

	place_set(d, oci_decoder_here(d), &place);
	quote(&cut, frame->key, frame->key_length);
	cut_add(&cut, " is not a member that the specification knows");
	if (meant)
		cut_add(&cut, " (did you mean %s?)", meant);
	d->report(d->context, &place);
}
