/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A connection to systemd by D-Bus.
 *
 * Runs in: the runtime, only with systemd as the manager of cgroups.
 * Never:   waits past the deadline, whatever the other side does or does not.
 * Relies on: the kernel tells the other side who we are (SO_PEERCRED), so that EXTERNAL needs no name: a name
 *          would be wrong in a user namespace, where our own number is not what systemd sees. That is why
 *          this is not libdbus, which sends one.
 * Spec:    D-Bus Specification, "Authentication Protocol", "Message Bus Messages" */
#include "cgroup/bus.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/un.h>
#include <time.h>

#include "base/text.h"
#include "sys/file.h"
#include "sys/process.h"
#include "sys/socket.h"

#define BUS_NAME      "org.freedesktop.DBus"
#define BUS_PATH      "/org/freedesktop/DBus"
#define SYSTEMD_NAME  "org.freedesktop.systemd1"
#define NANOSECONDS   1000000000LL
#define CONNECT_PAUSE 10000000L

static int64_t now(void)
{
	struct timespec time = {0};

	sys_clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * NANOSECONDS + time.tv_nsec;
}

static int late_error(const struct bus *bus, struct error *err)
{
	return error_set(err, ERROR_SYSTEM, ETIMEDOUT,
		"systemd does not answer: gave up after %u seconds", bus->seconds);
}

static int talk_error(int errnum, struct error *err)
{
	return error_system(err, errnum, "cannot talk to systemd");
}

static int wait_for(const struct bus *bus, short events, struct error *err)
{
	struct pollfd fd = {.fd = bus->fd, .events = events};
	int64_t left;
	int r;

	do {
		left = bus->deadline - now();
		if (left <= 0)
			return late_error(bus, err);
		r = sys_poll(&fd, 1, (int)(left / 1000000) + 1);
	} while (r == -EINTR || !r);
	return r < 0 ? talk_error(r, err) : 0;
}

/* Takes `sent` bytes off the front. */
static void vectors_advance(struct msghdr *message, size_t sent)
{
	while (message->msg_iovlen && sent >= message->msg_iov->iov_len) {
		sent -= message->msg_iov->iov_len;
		message->msg_iov++;
		message->msg_iovlen--;
	}
	if (message->msg_iovlen) {
		message->msg_iov->iov_base = (uint8_t *)message->msg_iov->iov_base + sent;
		message->msg_iov->iov_len -= sent;
	}
}

/* In one call if there is room. */
static int bytes_send(struct bus *bus, struct iovec *vectors, size_t count, struct error *err)
{
	struct msghdr message = {.msg_iov = vectors, .msg_iovlen = count};

	while (message.msg_iovlen) {
		ssize_t n = sys_sendmsg(bus->fd, &message, MSG_NOSIGNAL);

		if (n == -EAGAIN || n == -EINTR) {
			if (wait_for(bus, POLLOUT, err))
				return -1;
			continue;
		}
		if (n < 0)
			return talk_error((int)n, err);
		vectors_advance(&message, (size_t)n);
	}
	return 0;
}

/* Reads something behind what there is. */
static int bytes_receive(struct bus *bus, struct error *err)
{
	ssize_t n;

	for (;;) {
		n = sys_read(bus->fd, bus->in + bus->in_length, BUS_IN_SIZE - bus->in_length);
		if (n != -EAGAIN && n != -EINTR)
			break;
		if (wait_for(bus, POLLIN, err))
			return -1;
	}
	if (n <= 0)
		return talk_error(n ? (int)n : -ECONNRESET, err);
	bus->in_length += (size_t)n;
	return 0;
}

static void in_drop(struct bus *bus, size_t length)
{
	bus->in_length -= length;
	memmove(bus->in, bus->in + length, bus->in_length);
}

/* All of it at once: the other side reads it in its order, and has nothing to ask. */
static int authenticate(struct bus *bus, struct error *err)
{
	char words[] = "\0AUTH EXTERNAL\r\nDATA\r\nBEGIN\r\n";
	struct iovec vector = {words, sizeof(words) - 1};
	char *end;

	if (bytes_send(bus, &vector, 1, err))
		return -1;
	for (;;) {
		while (!(end = memchr(bus->in, '\n', bus->in_length))) {
			if (bus->in_length == BUS_IN_SIZE)
				return talk_error(-EPROTO, err);
			if (bytes_receive(bus, err))
				return -1;
		}
		*end = '\0';
		if (text_starts((char *)bus->in, "REJECTED") ||
			text_starts((char *)bus->in, "ERROR"))
			return talk_error(-EACCES, err);
		if (text_starts((char *)bus->in, "OK "))
			break;
		in_drop(bus, (size_t)(end + 1 - (char *)bus->in));
	}
	in_drop(bus, (size_t)(end + 1 - (char *)bus->in));
	return 0;
}

/* A listener whose queue is full is told by EAGAIN, and by nothing else. */
static int connect_to(struct bus *bus, const struct sockaddr_un *address, struct error *err)
{
	const struct timespec pause = {.tv_nsec = CONNECT_PAUSE};
	int r;

	while ((r = sys_connect(bus->fd, address, sizeof(*address))) == -EAGAIN ||
		r == -EINTR) {
		if (now() >= bus->deadline)
			return late_error(bus, err);
		sys_nanosleep(&pause);
	}
	return r;
}

/* 0, -errno if nobody is there, or 1 with an error. */
static int socket_open(struct bus *bus, const char *path, struct error *err)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int r;

	if (!path)
		return -ENOENT;
	if (!text_print(address.sun_path, sizeof(address.sun_path), "%s", path))
		return -ENAMETOOLONG;
	bus->fd = sys_socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
	if (bus->fd < 0)
		return bus->fd;
	r = connect_to(bus, &address, err);
	if (!r)
		return 0;
	bus_close(bus);
	return r == -1 && err->errnum == ETIMEDOUT ? 1 : r;
}

static int hello(struct bus *bus, struct error *err)
{
	struct bus_method method = {BUS_NAME, BUS_PATH, BUS_NAME, "Hello", NULL};
	struct bus_message answer;

	if (bus_call(bus, &method, NULL, &answer, err))
		return -1;
	return answer.kind == BUS_RETURN ? 0 : talk_error(-EACCES, err);
}

/* On a bus nobody hears of jobs who has not asked to. */
static int subscribe(struct bus *bus, struct error *err)
{
	static const char rule[] = "type='signal',sender='" SYSTEMD_NAME
				   "',interface='org.freedesktop.systemd1.Manager',"
				   "member='JobRemoved'";
	uint8_t room[sizeof(rule) + 8];
	struct bus_buffer body = {.data = room, .size = sizeof(room)};
	struct bus_method match = {BUS_NAME, BUS_PATH, BUS_NAME, "AddMatch", "s"};
	struct bus_message answer;

	bus_string(&body, rule);
	if (bus_call(bus, &match, &body, &answer, err))
		return -1;
	return answer.kind == BUS_RETURN ? 0 : talk_error(-EACCES, err);
}

int bus_open(
	struct bus *bus, const struct bus_address *address, unsigned seconds, struct error *err)
{
	int r;

	bus->fd = -1;
	bus->serial = 0;
	bus->in_length = 0;
	bus->taken = 0;
	bus->seconds = seconds;
	bus->deadline = now() + seconds * NANOSECONDS;
	bus->direct = true;
	r = socket_open(bus, address->direct, err);
	if (r < 0) {
		bus->direct = false;
		r = socket_open(bus, address->bus, err);
	}
	if (r > 0)
		return -1;
	if (r)
		return error_system(err, r, "cannot connect to systemd at \"%s\"",
			address->bus ? address->bus : address->direct);
	if (!authenticate(bus, err) &&
		(bus->direct || (!hello(bus, err) && !subscribe(bus, err))))
		return 0;
	bus_close(bus);
	return -1;
}

void bus_close(struct bus *bus)
{
	if (bus->fd >= 0)
		sys_close(bus->fd);
	bus->fd = -1;
}

/* Removes the message at the front, also one that is larger than the buffer. */
static int message_drop(struct bus *bus, size_t length, struct error *err)
{
	while (length > bus->in_length) {
		length -= bus->in_length;
		bus->in_length = 0;
		if (bytes_receive(bus, err))
			return -1;
	}
	in_drop(bus, length);
	return 0;
}

/* Waits for the next message; *ret_length is what message_drop() takes when it has been looked at. */
static int message_receive(
	struct bus *bus, struct bus_message *ret_message, size_t *ret_length, struct error *err)
{
	size_t length;

	for (;;) {
		while (bus->in_length < BUS_HEAD) {
			if (bytes_receive(bus, err))
				return -1;
		}
		length = bus_length(bus->in);
		if (!length)
			return talk_error(-EPROTO, err);
		if (length <= BUS_IN_SIZE)
			break;
		if (message_drop(bus, length, err))
			return -1;
	}
	while (bus->in_length < length) {
		if (bytes_receive(bus, err))
			return -1;
	}
	*ret_length = length;
	return bus_parse(bus->in, length, ret_message) ? 0 : talk_error(-EPROTO, err);
}

/* The first message that is wanted; the others are dropped, and it itself when the next one is asked for. */
static int message_await(struct bus *bus, uint32_t reply_to, const char *signal,
	struct bus_message *ret_message, struct error *err)
{
	for (;;) {
		if (message_drop(bus, bus->taken, err))
			return -1;
		bus->taken = 0;
		if (message_receive(bus, ret_message, &bus->taken, err))
			return -1;
		if (reply_to ? (ret_message->kind == BUS_RETURN ||
				       ret_message->kind == BUS_ERROR) &&
					ret_message->reply_to == reply_to
			     : ret_message->kind == BUS_SIGNAL &&
					text_equal(ret_message->name, signal))
			return 0;
	}
}

int bus_call(struct bus *bus, struct bus_method *method, const struct bus_buffer *body,
	struct bus_message *ret_answer, struct error *err)
{
	_Alignas(8) uint8_t room[BUS_HEAD_SIZE];
	struct bus_buffer header = {.data = room, .size = sizeof(room)};
	struct iovec vectors[2];

	if (bus->direct)
		method->destination = NULL;
	bus_header(&header, method, ++bus->serial, body ? body->length : 0);
	if (header.full || (body && body->full))
		return error_set(err, ERROR_INTERNAL, ENOBUFS,
			"what systemd is to be told does not fit");
	vectors[0] = (struct iovec){header.data, header.length};
	if (body)
		vectors[1] = (struct iovec){body->data, body->length};
	if (bytes_send(bus, vectors, body ? 2 : 1, err))
		return -1;
	return message_await(bus, bus->serial, NULL, ret_answer, err);
}

int bus_signal(
	struct bus *bus, const char *name, struct bus_message *ret_signal, struct error *err)
{
	return message_await(bus, 0, name, ret_signal, err);
}
