/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The encoder: walks a struct by its table and writes JSON.
 *
 * It writes the text itself, not through yajl_gen, which spreads an empty array over three lines
 * in its indented form and wants one call per token; the layout is the one that engines write.
 * Pieces gather in a small buffer, and the first failure of the caller's write ends the output. */
#include "libocispec/encode.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "libocispec/tables.h"
#include "libocispec/text.h"

struct encoder {
	const struct oci_writer *writer;
	int status;
	unsigned depth;
	size_t used;
	char bytes[1024];
};

static void flush(struct encoder *e)
{
	if (e->used && !e->status)
		e->status = e->writer->write(e->writer->context, e->bytes, e->used);
	e->used = 0;
}

static void put(struct encoder *e, const char *bytes, size_t length)
{
	while (length) {
		size_t room = sizeof(e->bytes) - e->used;
		size_t part = length < room ? length : room;

		memcpy(e->bytes + e->used, bytes, part);
		e->used += part;
		bytes += part;
		length -= part;
		if (e->used == sizeof(e->bytes))
			flush(e);
	}
}

static void put_text(struct encoder *e, const char *text)
{
	put(e, text, strlen(text));
}

static void put_newline(struct encoder *e)
{
	if (!e->writer->indent)
		return;
	put_text(e, "\n");
	for (unsigned i = 0; i < e->depth; i++)
		put_text(e, e->writer->indent);
}

static void put_open(struct encoder *e, const char *bracket)
{
	put_text(e, bracket);
	e->depth++;
}

/* Before every member or item. */
static void put_next(struct encoder *e, bool *first)
{
	if (!*first)
		put_text(e, ",");
	*first = false;
	put_newline(e);
}

static void put_close(struct encoder *e, bool empty, const char *bracket)
{
	e->depth--;
	if (!empty)
		put_newline(e);
	put_text(e, bracket);
}

static void put_escape(struct encoder *e, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";
	static const char plain[] = "\"\\\n\r\t\b\f";
	static const char letters[] = "\"\\nrtbf";
	const char *found = strchr(plain, c);

	if (c && found) {
		char escape[2] = {'\\', letters[found - plain]};

		put(e, escape, sizeof(escape));
	} else {
		char escape[6] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};

		put(e, escape, sizeof(escape));
	}
}

/* A stretch of UTF-8. */
static void put_escaped(struct encoder *e, const char *text, size_t length)
{
	size_t done = 0;

	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
		put(e, text + done, i - done);
		put_escape(e, c);
		done = i + 1;
	}
	put(e, text + done, length - done);
}

static void put_string(struct encoder *e, const char *text)
{
	size_t length = strlen(text);

	put_text(e, "\"");
	while (length) {
		size_t valid = oci_text_utf8(text, length);

		put_escaped(e, text, valid);
		if (valid == length)
			break;
		put_text(e, "\xef\xbf\xbd");
		text += valid + 1;
		length -= valid + 1;
	}
	put_text(e, "\"");
}

static void put_magnitude(struct encoder *e, uint64_t value)
{
	char digits[20];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + value % 10);
		value /= 10;
	} while (value);
	put(e, digits + at, sizeof(digits) - at);
}

static void put_signed(struct encoder *e, int64_t value)
{
	if (value < 0)
		put_text(e, "-");
	put_magnitude(e, value < 0 ? -(uint64_t)value : (uint64_t)value);
}

static void put_key(struct encoder *e, const char *key)
{
	put_string(e, key);
	put_text(e, e->writer->indent ? ": " : ":");
}

static void put_object(struct encoder *e, const struct oci_table *table, const char *object);

/* The scalar, string or object at `value`; objects are the struct itself. */
static void put_value(struct encoder *e, const struct oci_member *member, const char *value)
{
	union {
		bool boolean;
		uint16_t u16;
		uint32_t u32;
		int32_t i32;
		uint64_t u64;
		int64_t i64;
		const char *string;
		unsigned name;
	} v = {0};

	memcpy(&v, value, oci_kind_size(member->kind));
	switch ((enum oci_kind)member->kind) {
	case OCI_KIND_BOOL:
		put_text(e, v.boolean ? "true" : "false");
		break;
	case OCI_KIND_U16:
		put_magnitude(e, v.u16);
		break;
	case OCI_KIND_U32:
		put_magnitude(e, v.u32);
		break;
	case OCI_KIND_I32:
		put_signed(e, v.i32);
		break;
	case OCI_KIND_U64:
		put_magnitude(e, v.u64);
		break;
	case OCI_KIND_I64:
		put_signed(e, v.i64);
		break;
	case OCI_KIND_STRING:
		put_string(e, v.string);
		break;
	case OCI_KIND_ENUM:
		put_string(e, oci_enum_name(member->type, v.name));
		break;
	case OCI_KIND_OBJECT:
		put_object(e, &oci_tables[member->type], value);
		break;
	case OCI_KIND_IGNORED:
		break;
	}
}

static void put_list(struct encoder *e, const struct oci_member *member, const char *field)
{
	const struct oci_strings *list = (const void *)field;
	const char *items = (const char *)list->items;
	size_t size = oci_kind_size(member->kind);
	bool first = true;

	if (member->kind == OCI_KIND_OBJECT)
		size = oci_tables[member->type].size;
	put_open(e, "[");
	for (size_t i = 0; i < list->count; i++) {
		put_next(e, &first);
		put_value(e, member, items + i * size);
	}
	put_close(e, first, "]");
}

static void put_map(struct encoder *e, const struct oci_member *member, const char *field)
{
	bool objects = member->kind == OCI_KIND_OBJECT;
	size_t size = objects ? oci_tables[member->type].size : sizeof(struct oci_pair);
	const struct oci_strings *map = (const void *)field;
	const char *items = (const char *)map->items;
	bool first = true;

	put_open(e, "{");
	for (size_t i = 0; i < map->count; i++) {
		const char *item = items + i * size;
		const char *key;

		memcpy(&key, item, sizeof(key));
		put_next(e, &first);
		put_key(e, key);
		put_value(e, member, objects ? item : item + offsetof(struct oci_pair, value));
	}
	put_close(e, first, "}");
}

/* Whether a field that holds one plain value is to be written. An enumeration of 0 has no name and
 * a string of NULL no text, whatever the flags are. */
static bool is_set(const struct oci_member *member, const char *field)
{
	static const char zeros[sizeof(uint64_t)];

	if (member->kind == OCI_KIND_OBJECT || member->kind == OCI_KIND_STRING)
		return *(const char *const *)(const void *)field != NULL;
	if (member->kind != OCI_KIND_ENUM && member->flags)
		return true;
	return memcmp(field, zeros, oci_kind_size(member->kind)) != 0;
}

static bool is_written(const struct oci_member *member, const char *field)
{
	if (member->kind == OCI_KIND_IGNORED)
		return false;
	switch ((enum oci_shape)member->shape) {
	case OCI_SHAPE_ONE:
		return is_set(member, field);
	case OCI_SHAPE_OPTIONAL:
		return *(const bool *)field;
	case OCI_SHAPE_LIST:
	case OCI_SHAPE_MAP:
		return ((const struct oci_strings *)(const void *)field)->present;
	}
	return false;
}

static void put_member(struct encoder *e, const struct oci_member *member, const char *field)
{
	if (member->shape == OCI_SHAPE_OPTIONAL)
		field += oci_kind_optional_offset(member->kind);
	if (member->shape == OCI_SHAPE_ONE && member->kind == OCI_KIND_OBJECT)
		field = *(const char *const *)(const void *)field;
	if (member->shape == OCI_SHAPE_LIST)
		put_list(e, member, field);
	else if (member->shape == OCI_SHAPE_MAP)
		put_map(e, member, field);
	else
		put_value(e, member, field);
}

static void put_object(struct encoder *e, const struct oci_table *table, const char *object)
{
	bool first = true;

	put_open(e, "{");
	for (unsigned i = 0; i < table->count; i++) {
		const struct oci_member *member = &table->members[i];
		const char *field = object + member->offset;

		if (!is_written(member, field))
			continue;
		put_next(e, &first);
		put_key(e, member->name);
		put_member(e, member, field);
	}
	put_close(e, first, "}");
}

static int encode(const void *document, enum oci_table_id id, const struct oci_writer *writer)
{
	struct encoder e = {.writer = writer};

	put_object(&e, &oci_tables[id], document);
	flush(&e);
	return e.status;
}

int oci_spec_encode(const struct oci_spec *spec, const struct oci_writer *writer)
{
	return encode(spec, OCI_TABLE_oci_spec, writer);
}

int oci_process_encode(const struct oci_process *process, const struct oci_writer *writer)
{
	return encode(process, OCI_TABLE_oci_process, writer);
}

int oci_resources_encode(const struct oci_resources *resources, const struct oci_writer *writer)
{
	return encode(resources, OCI_TABLE_oci_resources, writer);
}

int oci_state_encode(const struct oci_state *state, const struct oci_writer *writer)
{
	return encode(state, OCI_TABLE_oci_state, writer);
}

int oci_features_encode(const struct oci_features *features, const struct oci_writer *writer)
{
	return encode(features, OCI_TABLE_oci_features, writer);
}

int oci_buffer_write(void *context, const char *bytes, size_t length)
{
	struct oci_buffer *buffer = context;

	if (length >= SIZE_MAX / 4 - buffer->length)
		return -ENOMEM;
	if (buffer->length + length + 1 > buffer->size) {
		size_t size = (buffer->length + length + 1) * 2;
		char *grown = realloc(buffer->bytes, size);

		if (!grown)
			return -ENOMEM;
		buffer->bytes = grown;
		buffer->size = size;
	}
	memcpy(buffer->bytes + buffer->length, bytes, length);
	buffer->length += length;
	buffer->bytes[buffer->length] = '\0';
	return 0;
}

void oci_buffer_free(struct oci_buffer *buffer)
{
	free(buffer->bytes);
	*buffer = (struct oci_buffer){0};
}
