/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages of D-Bus: what is written is read back, and no damage is taken for a message. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "cgroup/bus-message.h"

static const struct bus_method method = {
	"org.example", "/org/example", "org.example.Iface", "Member", "su"};

static size_t message_make(uint8_t *data, size_t size)
{
	_Alignas(8) uint8_t room[256];
	struct bus_buffer body = {.data = room, .size = sizeof(room)};
	struct bus_buffer message = {.data = data, .size = size};

	bus_string(&body, "text");
	bus_u32(&body, 7);
	bus_header(&message, &method, 3, body.length);
	assert_false(message.full);
	memcpy(data + message.length, room, body.length);
	return message.length + body.length;
}

static void what_is_written_is_read_back(void **state)
{
	_Alignas(8) uint8_t data[512] = {0};
	size_t length = message_make(data, sizeof(data));
	struct bus_message message;
	uint32_t number;

	(void)state;
	assert_int_equal(bus_length(data), length);
	assert_true(bus_parse(data, length, &message));
	assert_int_equal(message.kind, BUS_CALL);
	assert_string_equal(message.name, "Member");
	assert_string_equal(message.signature, "su");
	assert_string_equal(bus_read_string(&message), "text");
	assert_true(bus_read_u32(&message, &number));
	assert_int_equal(number, 7);
	assert_false(bus_read_u32(&message, &number));
}

static void arrays_do_not_count_the_gap_in_front(void **state)
{
	_Alignas(8) uint8_t room[64] = {0};
	struct bus_buffer buffer = {.data = room, .size = sizeof(room)};
	struct bus_array array = bus_array_start(&buffer, 8);

	(void)state;
	bus_u64(&buffer, 1);
	bus_array_end(&buffer, array);
	assert_int_equal(room[0], 8);
	assert_int_equal(buffer.length, 16);
}

static void a_buffer_that_is_too_small_says_so(void **state)
{
	uint8_t room[8];
	struct bus_buffer buffer = {.data = room, .size = sizeof(room)};

	(void)state;
	bus_string(&buffer, "too long for it");
	assert_true(buffer.full);
	bus_array_end(&buffer, (struct bus_array){.length_at = 100});
}

/* Each byte in turn is another: nothing is read outside of the message, whatever comes out. */
static void damage_is_survived(void **state)
{
	_Alignas(8) uint8_t data[512] = {0}, damaged[512];
	size_t length = message_make(data, sizeof(data));

	(void)state;
	for (size_t i = 0; i < length; i++) {
		for (unsigned value = 0; value < 256; value += 15) {
			struct bus_message message;

			memcpy(damaged, data, sizeof(data));
			damaged[i] = (uint8_t)value;
			if (bus_length(damaged) == length &&
				bus_parse(damaged, length, &message))
				bus_read_variant(&message);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read_back),
		cmocka_unit_test(arrays_do_not_count_the_gap_in_front),
		cmocka_unit_test(a_buffer_that_is_too_small_says_so),
		cmocka_unit_test(damage_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
