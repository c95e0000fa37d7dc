/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The network devices that one container gets, or that its record tells of. */
#ifndef NET_SET_H
#define NET_SET_H

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"
#include "net/device.h"
#include "plan/plan.h"

struct net_set {
	const char *path; /* of the network namespace, if the container joins one */
	size_t count;
	struct device *devices;
	struct netlink host, inside; /* of the runtime's and of the container's namespace */
};

/* A set without devices; close it with set_close() in any case. */
void set_start(struct net_set *set);
void set_close(struct net_set *set);

/* Looks for the devices of the plan on the host. One that is missing is an error with its place in config.json. */
int set_read(
	const struct plan *plan, struct arena *arena, struct net_set *set, struct error *err);

/* Opens the container's network namespace, of which the descriptor is, or of which a process is. */
int set_enter(struct net_set *set, int namespace_fd, struct error *err);

/* Chooses free names inside, after set_enter(). One that is taken is an error. */
int set_names(struct net_set *set, struct error *err);

/* Moves all of them, gives them their addresses of global scope, and sets them up. After set_names() and after the
 * record: a failure leaves some where they have got to, for set_return(). */
int set_move(struct net_set *set, struct error *err);

/* Brings back what is in the container still, with names, addresses and state as before; routes are lost. All are tried;
 * the last failure is the error. */
int set_return(struct net_set *set, struct error *err);

/* The record's text, of several lines, after set_names(). */
void set_record_print(const struct net_set *set, struct text *text);

/* Reads the text back; everything in it may have been moved. Strings lie in `arena`. Anything else than what
 * set_record_print() writes is an error. */
int set_record_parse(
	const char *record, struct arena *arena, struct net_set *set, struct error *err);

#endif
