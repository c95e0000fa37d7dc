/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages of D-Bus: their bytes from values, and back.
 *
 * A buffer that is too small stays `full`; whoever sends it must ask. What is read is checked: a message
 * that is not in the format gives no value. */
#ifndef CGROUP_BUS_MESSAGE_H
#define CGROUP_BUS_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The first bytes of a message, which tell the length of the rest. */
#define BUS_HEAD 16

enum bus_kind {
	BUS_CALL = 1,
	BUS_RETURN = 2,
	BUS_ERROR = 3,
	BUS_SIGNAL = 4,
};

struct bus_buffer {
	uint8_t *data;
	size_t size, length;
	bool full;
};

struct bus_array {
	size_t length_at, start;
};

void bus_align(struct bus_buffer *buffer, size_t alignment);
void bus_u8(struct bus_buffer *buffer, uint8_t value);
void bus_u16(struct bus_buffer *buffer, uint16_t value);
void bus_u32(struct bus_buffer *buffer, uint32_t value);
void bus_u64(struct bus_buffer *buffer, uint64_t value);
void bus_string(struct bus_buffer *buffer, const char *string);
void bus_signature(struct bus_buffer *buffer, const char *signature);
struct bus_array bus_array_start(struct bus_buffer *buffer, size_t alignment);
void bus_array_end(struct bus_buffer *buffer, struct bus_array array);

/* Where a call goes. */
struct bus_method {
	const char *destination; /* NULL on a connection without a bus */
	const char *path, *interface, *name;
	const char *signature; /* of the body */
};

/* The header of a call whose body has `body_length` bytes. */
void bus_header(struct bus_buffer *buffer, const struct bus_method *method, uint32_t serial,
	size_t body_length);

/* What of a message somebody looks at. Strings lie in the message. */
struct bus_message {
	enum bus_kind kind;
	uint32_t reply_to;
	const char *name;      /* of an error, or the member */
	const char *signature; /* "" if there is none */
	const uint8_t *body;
	size_t body_length;
	size_t at; /* what has been read of the body */
};

/* The length of the whole message from its first BUS_HEAD bytes; 0 if that is no message. */
size_t bus_length(const uint8_t *head);

/* False if it is damaged. */
bool bus_parse(const uint8_t *data, size_t length, struct bus_message *ret_message);

/* The next value of the body; NULL and false if there is none. */
const char *bus_read_string(struct bus_message *message);
bool bus_read_u32(struct bus_message *message, uint32_t *ret);

/* The string in a variant. */
const char *bus_read_variant(struct bus_message *message);

#endif
