/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libFuzzer target for answers of rtnetlink: packets of any bytes, of two bytes of length and as many more, to the
 * questions that are asked about a device.
 *
 * The kernel's end is a socket pair. Numbers of sequence are put in where a message has one, as those who read
 * pass over what does not answer them; the end of an answer is put behind it. */
#include "fuzz.h"

#include <sys/socket.h>
#include <unistd.h>

#include "net/device.h"

#define PACKET 8192

static void sequence_set(uint8_t *packet, size_t size, uint32_t sequence)
{
	struct nlmsghdr *message = (struct nlmsghdr *)(void *)packet;

	for (ssize_t left = (ssize_t)size; NLMSG_OK(message, left);
		message = NLMSG_NEXT(message, left))
		message->nlmsg_seq = sequence;
}

/* What the kernel says before the question is asked: it waits in the socket. */
static void answer_write(int fd, struct input *input, uint32_t sequence)
{
	_Alignas(8) uint8_t packet[PACKET];
	struct nlmsghdr end = {
		.nlmsg_len = sizeof(end), .nlmsg_type = NLMSG_DONE, .nlmsg_seq = sequence};
	unsigned packets = 1 + input_byte(input) % 3;

	while (packets-- && input->size) {
		size_t length = input_byte(input) | (size_t)(input_byte(input) & 15) << 8;

		length = length < input->size ? length : input->size;
		memcpy(packet, input->data, length);
		sequence_set(packet, length, sequence);
		demand(!length || send(fd, packet, length, MSG_DONTWAIT) >= 0);
		input->data += length;
		input->size -= length;
	}
	demand(send(fd, &end, sizeof(end), MSG_DONTWAIT) >= 0);
}

static void device_check(const struct device *device, const char *memory, size_t room)
{
	demand(device->hardware_length <= sizeof(device->hardware));
	for (size_t i = 0; i < device->address_count; i++) {
		const struct device_address *a = &device->addresses[i];

		demand((const char *)a->bytes >= memory &&
			(const char *)a->bytes + a->length <= memory + room);
	}
}

static void ask(
	struct input *input, unsigned question, struct device *device, struct arena *arena)
{
	struct netlink netlink = {.sequence = 1};
	int fds[2], r;

	demand(!socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds));
	netlink.fd = fds[0];
	/* A question about a device may be several, each with the next number. */
	for (uint32_t i = 0; i < 4; i++)
		answer_write(fds[1], input, netlink.sequence + 1 + i);
	switch (question % 4) {
	case 0:
		r = device_read(&netlink, device, arena);
		if (!r)
			device_check(device, arena->base, arena->size);
		break;
	case 1:
		device_exists(&netlink, "eth0");
		break;
	case 2:
		device_move(&netlink, device, "eth0", fds[0], "inside");
		break;
	default:
		device_configure(&netlink, device, "eth0", question & 4, question & 8);
		break;
	}
	close(fds[0]);
	close(fds[1]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = {data, size};
	struct device device = {.name = "eth0", .inside = "eth1"};
	const size_t room = 16384;
	char *memory = calloc(1, room);
	struct arena arena;

	demand(memory != NULL);
	arena_start(&arena, memory, room);
	/* The first reads; what comes then may give back what was read. */
	ask(&input, 0, &device, &arena);
	while (input.size)
		ask(&input, 1 + input_byte(&input), &device, &arena);
	free(memory);
	return 0;
}
