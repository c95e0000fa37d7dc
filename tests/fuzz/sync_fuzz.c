/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libFuzzer target for the talk between runtime and init: packets of any bytes, some with descriptors, as somebody
 * sends them who has taken over a process inside.
 *
 * Each packet: a byte of flags (1: with a descriptor, 2: with two, 4: the reader wants none), two of the length, and
 * its bytes. What is received has a known type, texts that end, and no descriptor that nobody asked for. */
#include "fuzz.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "init/sync.h"

static bool packet_send(int fd, const void *bytes, size_t length, unsigned descriptors)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(2 * sizeof(int))];
	} control = {0};
	const int fds[2] = {fd, fd};
	struct iovec vector = {(void *)(uintptr_t)bytes, length};
	struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};

	if (descriptors) {
		control.header.cmsg_level = SOL_SOCKET;
		control.header.cmsg_type = SCM_RIGHTS;
		control.header.cmsg_len = CMSG_LEN(descriptors * sizeof(int));
		memcpy(CMSG_DATA(&control.header), fds, descriptors * sizeof(int));
		message.msg_control = &control;
		message.msg_controllen = CMSG_SPACE(descriptors * sizeof(int));
	}
	return sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0;
}

static void packet_receive(int fd, bool wanted)
{
	struct sync_message *message = malloc(sizeof(*message));
	int got = -2, r;

	demand(message != NULL);
	memset(message, 'x', sizeof(*message));
	r = sync_receive(fd, message, wanted ? &got : NULL);
	demand(wanted == (got != -2));
	if (r && wanted)
		demand(got == -1);
	if (!r) {
		demand(message->header.type > SYNC_NONE && message->header.type < SYNC_TYPES);
		demand(sync_name((enum sync_type)message->header.type)[0]);
	}
	if (!r && message->header.type == SYNC_ERROR) {
		demand(strlen(message->error.text) < ERROR_TEXT_SIZE);
		demand(strlen(message->error.step) < ERROR_STEP_SIZE);
		demand(strlen(message->error.pointer) < ERROR_POINTER_SIZE);
	}
	if (got >= 0)
		close(got);
	free(message);
}

/* The lowest number that is free says whether a descriptor has been left open. */
static int lowest(void)
{
	int fd = dup(0);

	close(fd);
	return fd;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = {data, size};
	int fds[2], before = lowest();

	demand(!socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds));
	while (input.size) {
		unsigned flags = input_byte(&input);
		size_t length = input_byte(&input) | (size_t)input_byte(&input) << 8;

		length = length < input.size ? length : input.size;
		if (packet_send(fds[0], input.data, length, (flags & 3) % 3))
			packet_receive(fds[1], !(flags & 4));
		input.data += length;
		input.size -= length;
	}
	close(fds[0]);
	packet_receive(fds[1], true);
	close(fds[1]);
	demand(lowest() == before);
	return 0;
}
