/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Questions and orders to the kernel's network configuration, over rtnetlink. */
#ifndef NET_NETLINK_H
#define NET_NETLINK_H

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A socket acts on the network namespace in which it was made. */
struct netlink {
	int fd; /* -1: closed */
	uint32_t sequence;
};

#define NETLINK_REQUEST 1024

struct netlink_request {
	_Alignas(NLMSG_ALIGNTO) unsigned char bytes[NETLINK_REQUEST];
	size_t length;
	bool full; /* something did not fit: it is never sent */
};

/* One in the runtime's own network namespace; 0 or -errno. */
int netlink_open(struct netlink *netlink);
void netlink_close(struct netlink *netlink);

/* Begins a request of `type` (RTM_*) with its fixed part. */
void netlink_start(struct netlink_request *request, uint16_t type, uint16_t flags,
	const void *body, size_t size);
void netlink_add(
	struct netlink_request *request, uint16_t type, const void *value, size_t size);

/* Sends it and calls each(), unless that is NULL, with every message of the answer. 0, -errno of the kernel, or the first
 * value of each() that is not 0. */
int netlink_ask(struct netlink *netlink, struct netlink_request *request,
	int (*each)(void *ctx, const struct nlmsghdr *message), void *ctx);

/* The attribute of a message whose fixed part has `size` bytes; NULL if it has none. */
const struct rtattr *netlink_find(const struct nlmsghdr *message, size_t size, uint16_t type);

#endif
