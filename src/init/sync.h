/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The talk between runtime and init, over one SOCK_SEQPACKET pair.
 *
 * Every message is one packet that begins with struct sync_header. The order is one table,
 * sync_next(), that both sides walk; which messages a plan needs follows from the plan alone.
 * SYNC_ERROR may come from init at any time and is its last word. A packet that is not the
 * expected one, or the end of the stream, makes init exit and the runtime report an error. */
#ifndef INIT_SYNC_H
#define INIT_SYNC_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "plan/plan.h"

enum sync_type {
	SYNC_NONE,
	SYNC_MAPS_WANTED, /* init -> runtime: the user namespace is made or joined (join_early) */
	SYNC_MAPS_WRITTEN, /* runtime -> init (or to the clone's child, before its exec), or compared */
	SYNC_NAMESPACES,   /* init -> runtime: all namespaces are entered */
	SYNC_PARENT_READY, /* runtime -> init: the network devices are in theirs */
	SYNC_ROOT_BUILT,   /* init -> runtime: mounts are there, before pivot: hooks may run */
	SYNC_HOOKS_DONE,   /* runtime -> init */
	SYNC_TERMINAL,	   /* init -> runtime, with one descriptor: the terminal's master */
	SYNC_PROCESS,	   /* builder -> runtime: value is the pid of the final process */
	SYNC_CREATED,	   /* init -> runtime: everything is in place */
	SYNC_RELEASE,	   /* runtime -> init: live on without me */
	SYNC_RELEASED, /* init -> runtime: done; START_BY_FIFO: the socket is closed after it */
	SYNC_EXECING,  /* init -> runtime or start: nothing but execve is left */
	SYNC_LISTENER, /* init -> runtime or start: value is its descriptor for notifications */
	SYNC_LISTENED, /* runtime -> init: somebody has it; from start it is one byte */
	SYNC_ERROR,    /* init -> runtime or start: struct error follows the header */
	SYNC_TYPES,
};

struct sync_header {
	uint32_t type; /* enum sync_type */
	int32_t value;
};

struct sync_message {
	struct sync_header header;
	struct error error; /* only with SYNC_ERROR */
};

/* The message that follows `type` for this plan; SYNC_NONE at the end. Start with SYNC_NONE. */
enum sync_type sync_next(const struct plan *plan, enum sync_type type);

/* "ROOT_BUILT" and so on, for messages about the talk itself. */
const char *sync_name(enum sync_type type);

/* Sends a header, with one descriptor if fd >= 0. 0 or -errno; -EPIPE when the other side is gone. */
int sync_send(int socket_fd, enum sync_type type, int32_t value, int fd);

/* Sends SYNC_ERROR with *err. */
int sync_send_error(int socket_fd, const struct error *err);

/* Receives one message; a descriptor that came with it goes to *ret_fd (-1: none; NULL: refuse one). 0, -EPIPE at
 * the end of the stream, -EPROTO for a malformed packet, or another -errno. */
int sync_receive(int socket_fd, struct sync_message *ret_message, int *ret_fd);

#endif
