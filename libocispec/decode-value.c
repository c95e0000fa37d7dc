/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Scalars: does the value fit what the member wants, and if so, store it. */
#include "libocispec/decoder.h"

#include <string.h>

#include "libocispec/text.h"

/* A value that the tables do not describe is skipped. */
static bool is_ignored(const struct oci_decoder *d)
{
	return !oci_decoder_member(d);
}

/* Whether the member wants a scalar of this kind here. */
static bool is_wanted(const struct oci_decoder *d, enum oci_kind kind)
{
	const struct oci_member *member = oci_decoder_member(d);

	if (member->kind != kind)
		return false;
	return oci_decoder_in_items(d) || member->shape <= OCI_SHAPE_OPTIONAL;
}

/* Stores the low bytes of a value. Each size has a copy of its own, which the compiler turns into
 * one instruction: this is the most frequent thing that a decoder does. */
static void put(char *slot, size_t size, uint64_t value)
{
	uint32_t value32 = (uint32_t)value;
	uint16_t value16 = (uint16_t)value;
	uint8_t value8 = (uint8_t)value;

	if (size == sizeof(value))
		memcpy(slot, &value, sizeof(value));
	else if (size == sizeof(value32))
		memcpy(slot, &value32, sizeof(value32));
	else if (size == sizeof(value16))
		memcpy(slot, &value16, sizeof(value16));
	else
		memcpy(slot, &value8, sizeof(value8));
}

/* `value` is a boolean, an integer, the value of an enumeration or the address of a string. */
static int store(struct oci_decoder *d, uint64_t value)
{
	const struct oci_member *member = oci_decoder_member(d);
	char *slot = oci_decoder_slot(d);

	if (!slot)
		return 0;
	if (!oci_decoder_in_items(d) && member->shape == OCI_SHAPE_OPTIONAL) {
		*(bool *)slot = true;
		slot += oci_kind_optional_offset(member->kind);
	}
	put(slot, oci_kind_size(member->kind), value);
	return 1;
}

int oci_decode_bool(struct oci_decoder *d, bool value)
{
	if (is_ignored(d))
		return 1;
	if (!is_wanted(d, OCI_KIND_BOOL))
		return oci_fail_type(d, "a boolean");
	return store(d, value);
}

static bool is_integer_kind(enum oci_kind kind)
{
	return kind >= OCI_KIND_U16 && kind <= OCI_KIND_I64;
}

static bool in_range(struct oci_range range, bool negative, uint64_t magnitude)
{
	if (!negative || !magnitude)
		return magnitude <= range.max &&
		       (range.min <= 0 || magnitude >= (uint64_t)range.min);
	return range.min < 0 && magnitude <= -(uint64_t)range.min;
}

int oci_decode_integer(struct oci_decoder *d, const char *token, size_t length)
{
	bool negative = false, huge = false;
	uint64_t magnitude = 0;
	struct oci_range range;
	bool integer;

	if (is_ignored(d))
		return 1;
	integer = oci_text_integer(token, length, &negative, &magnitude, &huge);
	if (!is_integer_kind(oci_decoder_member(d)->kind) ||
		!is_wanted(d, oci_decoder_member(d)->kind))
		return oci_fail_type(d, integer ? "an integer" : "a number");
	if (!integer)
		return oci_fail(d, "expected an integer, found %.*s",
			length < 40 ? (int)length : 40, token);
	range = oci_member_range(oci_decoder_member(d));
	if (huge || !in_range(range, negative, magnitude))
		return oci_fail_range(d, token, length, range);
	return store(d, negative ? -magnitude : magnitude);
}

bool oci_decoder_escapes_check(struct oci_decoder *d, const char *bytes)
{
	uintptr_t at = (uintptr_t)bytes, first = (uintptr_t)d->text;
	const char *found;
	size_t here;

	/* yajl hands out a piece of the text itself when a string has no escapes. */
	if (at >= first && at < first + d->length)
		return true;
	here = oci_decoder_here(d);
	found = oci_text_escapes(
		d->text + here + 1, yajl_get_bytes_consumed(d->yajl) - here - 2);
	if (found)
		oci_fail_at(d, here, "%s cannot be in a string", found);
	return !found;
}

/* The rules for strings. Each gets a string that ends in a NUL. */

static bool is_number_part(const char **text)
{
	const char *at = *text;

	while (*at >= '0' && *at <= '9')
		at++;
	if (at == *text || (**text == '0' && at != *text + 1))
		return false;
	*text = at;
	return true;
}

/* A semantic version (semver.org 2.0) of major 0, which drafts and old examples have, or 1. */
static bool is_version(const char *text)
{
	if ((text[0] != '0' && text[0] != '1') || text[1] != '.')
		return false;
	text += 2;
	if (!is_number_part(&text) || *text++ != '.' || !is_number_part(&text))
		return false;
	if (!*text)
		return true;
	if ((*text != '-' && *text != '+') || !text[1])
		return false;
	return !text[strspn(text,
		"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		".+-")];
}

static bool is_rlimit(const char *text)
{
	static const char prefix[] = "RLIMIT_";

	if (strncmp(text, prefix, sizeof(prefix) - 1) || !text[sizeof(prefix) - 1])
		return false;
	text += sizeof(prefix) - 1;
	return !text[strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")];
}

static bool is_cpu_list(const char *text)
{
	return !text[strspn(text, "0123456789, -")];
}

static bool is_page_size(const char *text)
{
	size_t digits = strspn(text, "0123456789");

	return digits && text[0] != '0' && text[digits] && strchr("KMG", text[digits]) &&
	       !strcmp(text + digits + 1, "B");
}

static bool is_mb_schema(const char *text)
{
	return !strncmp(text, "MB:", 3) && !strchr(text, '\n');
}

static const struct {
	bool (*holds)(const char *text);
	const char *what;
} string_rules[] = {
	[OCI_RULE_VERSION] = {is_version,
		"a version of the specification; accepted: such as 1.3.0"},
	[OCI_RULE_RLIMIT] = {is_rlimit, "a resource limit; accepted: RLIMIT_ and a name in "
					"capitals"},
	[OCI_RULE_CPU_LIST] = {is_cpu_list, "a list of processors; accepted: such as 0-3,7"},
	[OCI_RULE_PAGE_SIZE] = {is_page_size, "a page size; accepted: such as 64KB, 2MB, 1GB"},
	[OCI_RULE_MB_SCHEMA] = {is_mb_schema, "a memory bandwidth schema; accepted: one line "
					      "that begins with MB:"},
	[OCI_RULE_NOT_EMPTY] = {NULL, NULL},
};

static int decode_text(struct oci_decoder *d, const char *bytes, size_t length)
{
	const char *text = oci_arena_copy(d->arena, bytes, length);
	unsigned rule = oci_decoder_member(d)->rule;

	if (!text)
		return oci_fail_memory(d);
	if (string_rules[rule].holds && !string_rules[rule].holds(text))
		return oci_fail_rule(d, text, length, string_rules[rule].what);
	return store(d, (uintptr_t)text);
}

int oci_decode_string(struct oci_decoder *d, const char *bytes, size_t length)
{
	const struct oci_member *member = oci_decoder_member(d);
	unsigned value;

	if (!oci_decoder_escapes_check(d, bytes))
		return 0;
	if (is_ignored(d))
		return 1;
	if (is_wanted(d, OCI_KIND_STRING))
		return decode_text(d, bytes, length);
	if (!is_wanted(d, OCI_KIND_ENUM))
		return oci_fail_type(d, "a string");
	value = oci_enum_value(member->type, bytes, length);
	if (!value)
		return oci_fail_enum(d, member->type, bytes, length);
	return store(d, value);
}
