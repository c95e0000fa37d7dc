/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One network device: what is asked of it, and its way from one network namespace to another. */
#ifndef NET_DEVICE_H
#define NET_DEVICE_H

#include <linux/if.h>

#include "base/arena.h"
#include "net/netlink.h"

#define DEVICE_HARDWARE 32 /* MAX_ADDR_LEN of the kernel */

/* An address that somebody has given it for good: the kernel's own description. */
struct device_address {
	size_t length;
	const unsigned char *bytes; /* struct ifaddrmsg, then attributes */
};

struct device {
	char name[IFNAMSIZ];   /* on the host */
	char inside[IFNAMSIZ]; /* in the container; a template until set_names() */
	bool up;	       /* on the host */
	bool moved;	       /* it may be in the container */
	size_t hardware_length;
	unsigned char
		hardware[DEVICE_HARDWARE]; /* its link-layer address, which goes with it */
	size_t address_count;
	const struct device_address *addresses;
};

/* Fills in what `device->name` is on the side of the socket, with its addresses. -ENODEV if there is none. */
int device_read(struct netlink *netlink, struct device *device, struct arena *arena);

/* 1 if there is a device of that name, 0 if not, or -errno. */
int device_exists(struct netlink *netlink, const char *name);

/* Moves the device `name` to the network namespace of the descriptor, where it is called `new_name`. */
int device_move(struct netlink *netlink, const struct device *device, const char *name,
	int namespace_fd, const char *new_name);

/* Gives the device `name` its addresses back, only those of global scope unless `all`, and sets it up if `up`. */
int device_configure(struct netlink *netlink, const struct device *device, const char *name,
	bool all, bool up);

#endif
