/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages of D-Bus.
 *
 * Runs in: the runtime, only with systemd as the manager of cgroups.
 * Never:   sends or receives; see bus.c.
 * Trusts:  nothing of what it reads: every length is checked against the message's own.
 * Spec:    D-Bus Specification, "Message Protocol". Numbers are little endian in what is written. */
#include "cgroup/bus-message.h"

#include <string.h>

#define VERSION	      1
#define NAME_MAX_SIZE (1 << 20)

/* Fields of the header. */
enum field {
	FIELD_PATH = 1,
	FIELD_INTERFACE = 2,
	FIELD_MEMBER = 3,
	FIELD_ERROR_NAME = 4,
	FIELD_REPLY_SERIAL = 5,
	FIELD_DESTINATION = 6,
	FIELD_SIGNATURE = 8,
};

static void add(struct bus_buffer *buffer, const void *data, size_t length)
{
	if (buffer->full || length > buffer->size - buffer->length) {
		buffer->full = true;
		return;
	}
	memcpy(buffer->data + buffer->length, data, length);
	buffer->length += length;
}

void bus_align(struct bus_buffer *buffer, size_t alignment)
{
	static const uint8_t zeros[8];

	add(buffer, zeros, -buffer->length & (alignment - 1));
}

void bus_u8(struct bus_buffer *buffer, uint8_t value)
{
	add(buffer, &value, 1);
}

static void number_put(uint8_t *bytes, uint64_t value, size_t size)
{
	for (size_t i = 0; i < size; i++)
		bytes[i] = (uint8_t)(value >> (8 * i));
}

static void number_add(struct bus_buffer *buffer, uint64_t value, size_t size)
{
	uint8_t bytes[8];

	number_put(bytes, value, size);
	bus_align(buffer, size);
	add(buffer, bytes, size);
}

void bus_u16(struct bus_buffer *buffer, uint16_t value)
{
	number_add(buffer, value, 2);
}

void bus_u32(struct bus_buffer *buffer, uint32_t value)
{
	number_add(buffer, value, 4);
}

void bus_u64(struct bus_buffer *buffer, uint64_t value)
{
	number_add(buffer, value, 8);
}

void bus_string(struct bus_buffer *buffer, const char *string)
{
	size_t length = strlen(string);

	bus_u32(buffer, (uint32_t)length);
	add(buffer, string, length + 1);
}

void bus_signature(struct bus_buffer *buffer, const char *signature)
{
	size_t length = strlen(signature);

	bus_u8(buffer, (uint8_t)length);
	add(buffer, signature, length + 1);
}

struct bus_array bus_array_start(struct bus_buffer *buffer, size_t alignment)
{
	struct bus_array array;

	bus_u32(buffer, 0);
	array.length_at = buffer->length - 4;
	bus_align(buffer, alignment);
	array.start = buffer->length;
	return array;
}

void bus_array_end(struct bus_buffer *buffer, struct bus_array array)
{
	if (!buffer->full)
		number_put(buffer->data + array.length_at, buffer->length - array.start, 4);
}

static void field_string(
	struct bus_buffer *buffer, enum field field, const char *type, const char *value)
{
	if (!value || !*value)
		return;
	bus_align(buffer, 8);
	bus_u8(buffer, (uint8_t)field);
	bus_signature(buffer, type);
	if (*type == 'g')
		bus_signature(buffer, value);
	else
		bus_string(buffer, value);
}

void bus_header(struct bus_buffer *buffer, const struct bus_method *method, uint32_t serial,
	size_t body_length)
{
	struct bus_array fields;

	bus_u8(buffer, 'l');
	bus_u8(buffer, BUS_CALL);
	bus_u8(buffer, 0);
	bus_u8(buffer, VERSION);
	bus_u32(buffer, (uint32_t)body_length);
	bus_u32(buffer, serial);
	fields = bus_array_start(buffer, 8);
	field_string(buffer, FIELD_PATH, "o", method->path);
	field_string(buffer, FIELD_INTERFACE, "s", method->interface);
	field_string(buffer, FIELD_MEMBER, "s", method->name);
	field_string(buffer, FIELD_DESTINATION, "s", method->destination);
	field_string(buffer, FIELD_SIGNATURE, "g", method->signature);
	bus_array_end(buffer, fields);
	bus_align(buffer, 8);
}

/* --- reading ---------------------------------------------------------------------------------- */

struct reader {
	const uint8_t *data;
	size_t length, at;
};

static bool skip_to(struct reader *reader, size_t alignment)
{
	size_t at = (reader->at + alignment - 1) & ~(alignment - 1);

	if (at > reader->length)
		return false;
	reader->at = at;
	return true;
}

static uint32_t number_get(const uint8_t *bytes)
{
	return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
	       (uint32_t)bytes[3] << 24;
}

static bool read_u32(struct reader *reader, uint32_t *ret)
{
	if (!skip_to(reader, 4) || reader->length - reader->at < 4)
		return false;
	*ret = number_get(reader->data + reader->at);
	reader->at += 4;
	return true;
}

/* `length` bytes and a NUL. */
static const char *read_text(struct reader *reader, size_t length)
{
	const char *text = (const char *)reader->data + reader->at;

	if (length >= reader->length - reader->at || text[length] || strlen(text) != length)
		return NULL;
	reader->at += length + 1;
	return text;
}

static const char *read_string(struct reader *reader)
{
	uint32_t length;

	return read_u32(reader, &length) ? read_text(reader, length) : NULL;
}

static const char *read_signature(struct reader *reader)
{
	size_t length;

	if (reader->at >= reader->length)
		return NULL;
	length = reader->data[reader->at++];
	return read_text(reader, length);
}

size_t bus_length(const uint8_t *head)
{
	size_t body = number_get(head + 4), fields = number_get(head + 12);

	if (head[0] != 'l' || head[3] != VERSION || body > NAME_MAX_SIZE * 64UL ||
		fields > NAME_MAX_SIZE)
		return 0;
	return BUS_HEAD + ((fields + 7) & ~(size_t)7) + body;
}

static bool field_parse(struct reader *reader, struct bus_message *message)
{
	const char *type, *value;
	uint8_t field;

	if (!skip_to(reader, 8) || reader->at >= reader->length)
		return false;
	field = reader->data[reader->at++];
	type = read_signature(reader);
	if (!type)
		return false;
	if (!strcmp(type, "u")) {
		uint32_t number;

		if (!read_u32(reader, &number))
			return false;
		if (field == FIELD_REPLY_SERIAL)
			message->reply_to = number;
		return true;
	}
	value = !strcmp(type, "g") ? read_signature(reader) : read_string(reader);
	if (field == FIELD_MEMBER || field == FIELD_ERROR_NAME)
		message->name = value;
	if (field == FIELD_SIGNATURE)
		message->signature = value;
	return value;
}

bool bus_parse(const uint8_t *data, size_t length, struct bus_message *ret_message)
{
	size_t fields = number_get(data + 12);
	struct reader reader = {.data = data, .length = BUS_HEAD + fields, .at = BUS_HEAD};

	if (bus_length(data) != length)
		return false;
	*ret_message = (struct bus_message){
		.kind = (enum bus_kind)data[1], .name = "", .signature = ""};
	while (reader.at < reader.length) {
		if (!field_parse(&reader, ret_message))
			return false;
	}
	ret_message->body_length = number_get(data + 4);
	ret_message->body = data + length - ret_message->body_length;
	return true;
}

const char *bus_read_string(struct bus_message *message)
{
	struct reader reader = {message->body, message->body_length, message->at};
	const char *string = read_string(&reader);

	message->at = reader.at;
	return string;
}

bool bus_read_u32(struct bus_message *message, uint32_t *ret)
{
	struct reader reader = {message->body, message->body_length, message->at};
	bool done = read_u32(&reader, ret);

	message->at = reader.at;
	return done;
}

const char *bus_read_variant(struct bus_message *message)
{
	struct reader reader = {message->body, message->body_length, message->at};
	const char *type = read_signature(&reader);

	message->at = reader.at;
	return type && !strcmp(type, "s") ? bus_read_string(message) : NULL;
}
