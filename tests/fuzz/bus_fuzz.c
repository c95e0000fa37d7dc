/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libFuzzer target for D-Bus: the bytes are a message, and what somebody answers on the connection to systemd.
 *
 * Whatever is read lies in the message, and strings end in it. A connection ends when the answers do. */
#include "fuzz.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "cgroup/bus.h"

static void values_read(struct bus_message *message, const uint8_t *start, size_t length)
{
	uint32_t number;

	demand(message->signature != NULL);
	demand(message->body_length <= length && message->at <= message->body_length);
	for (const char *c = message->signature; *c; c++) {
		const char *string = NULL;

		if (*c == 's' || *c == 'o')
			string = bus_read_string(message);
		else if (*c == 'v')
			string = bus_read_variant(message);
		else
			bus_read_u32(message, &number);
		demand(message->at <= message->body_length);
		if (string)
			demand((const uint8_t *)string >= start &&
				(const uint8_t *)string + strlen(string) < start + length);
	}
	/* A reader may ask for more than there is. */
	bus_read_u32(message, &number);
	bus_read_string(message);
	bus_read_variant(message);
}

static void message_check(const uint8_t *data, size_t size)
{
	struct bus_message message;
	uint8_t *copy = aligned_alloc(8, (size + 7) & ~(size_t)7);
	size_t length;

	if (size < BUS_HEAD || !copy) {
		free(copy);
		return;
	}
	memcpy(copy, data, size);
	length = bus_length(copy);
	demand(!length || length >= BUS_HEAD);
	if (bus_parse(copy, size, &message)) {
		demand(!message.name || strlen(message.name) < size);
		values_read(&message, copy, size);
	}
	free(copy);
}

static void talk_check(const uint8_t *data, size_t size)
{
	struct bus_method method = {.destination = "org.freedesktop.systemd1",
		.path = "/org/freedesktop/systemd1",
		.interface = "org.freedesktop.systemd1.Manager",
		.name = "StopUnit",
		.signature = ""};
	struct bus *bus = calloc(1, sizeof(*bus));
	const struct bus_buffer body = {0};
	struct bus_message answer;
	struct error err = {0};
	struct timespec now;
	int fds[2], room = 1 << 18;

	demand(bus && !socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds));
	setsockopt(fds[1], SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
	demand(!size || write(fds[1], data, size) >= 0);
	shutdown(fds[1], SHUT_WR);
	clock_gettime(CLOCK_MONOTONIC, &now);
	bus->fd = fds[0];
	bus->seconds = 1;
	bus->deadline = (now.tv_sec + 5) * 1000000000LL;
	for (int i = 0; i < 2 && !err.text[0]; i++) {
		if (!bus_call(bus, &method, &body, &answer, &err))
			values_read(&answer, bus->in, sizeof(bus->in));
	}
	while (!err.text[0]) {
		if (!bus_signal(bus, "JobRemoved", &answer, &err))
			values_read(&answer, bus->in, sizeof(bus->in));
	}
	demand(!strchr(err.text, '\n'));
	close(fds[0]);
	close(fds[1]);
	free(bus);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	message_check(data, size);
	talk_check(data, size);
	return 0;
}
