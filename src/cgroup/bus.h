/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A connection to systemd by D-Bus: one call at a time, and nothing waits longer than it may. */
#ifndef CGROUP_BUS_H
#define CGROUP_BUS_H

#include "base/error.h"
#include "cgroup/bus-message.h"

#define BUS_IN_SIZE   16384
#define BUS_HEAD_SIZE 1024

struct bus {
	int fd;
	bool direct; /* systemd itself, without a bus between */
	uint32_t serial;
	int64_t deadline; /* of everything that is done on the connection, in nanoseconds */
	unsigned seconds; /* until then, for messages */
	size_t taken;	  /* of `in`: the message that was handed out last */
	size_t in_length;
	_Alignas(8) uint8_t in[BUS_IN_SIZE];
};

/* Where systemd listens. */
struct bus_address {
	const char *direct; /* a socket of its own; NULL if there is none */
	const char *bus;    /* that of a message bus; NULL if there is none */
};

/* Connects to the first of the two that is there. */
int bus_open(struct bus *bus, const struct bus_address *address, unsigned seconds,
	struct error *err);
void bus_close(struct bus *bus);

/* Calls a method and waits for the answer, which is an error of D-Bus as often as not: *ret_answer tells.
 * What the answer points to is good until the next call. -1 if there is none. */
int bus_call(struct bus *bus, struct bus_method *method, const struct bus_buffer *body,
	struct bus_message *ret_answer, struct error *err);

/* The next signal of that name. */
int bus_signal(
	struct bus *bus, const char *name, struct bus_message *ret_signal, struct error *err);

#endif
