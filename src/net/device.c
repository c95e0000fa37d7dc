/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One network device: what is asked of it, and its way from one network namespace to another.
 *
 * Runs in: the runtime.
 * Relies on: rtnetlink(7). The kernel takes a device down when it moves, and takes its addresses and routes away;
 *          the hardware address, the MTU and the like stay. With IFLA_IFNAME it is renamed in the same request.
 * Spec:    config-linux.md "network devices" */
#include "net/device.h"

#include <errno.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <string.h>

#define NAME_SIZE(name) (strlen(name) + 1)

struct link {
	uint32_t index; /* 0: there is none */
	unsigned flags;
	size_t hardware_length;
	unsigned char hardware[DEVICE_HARDWARE];
};

static int link_take(void *ctx, const struct nlmsghdr *message)
{
	struct link *link = ctx;
	const struct ifinfomsg *info = NLMSG_DATA(message);
	const struct rtattr *hardware;

	if (message->nlmsg_type != RTM_NEWLINK ||
		message->nlmsg_len < NLMSG_LENGTH(sizeof(*info)))
		return 0;
	link->index = (uint32_t)info->ifi_index;
	link->flags = info->ifi_flags;
	hardware = netlink_find(message, sizeof(*info), IFLA_ADDRESS);
	if (!hardware)
		return 0;
	link->hardware_length = RTA_PAYLOAD(hardware);
	if (link->hardware_length > sizeof(link->hardware))
		return -EPROTO;
	memcpy(link->hardware, RTA_DATA(hardware), link->hardware_length);
	return 0;
}

static int link_find(struct netlink *netlink, const char *name, struct link *ret_link)
{
	const struct ifinfomsg any = {.ifi_family = AF_UNSPEC};
	struct netlink_request request;
	int r;

	*ret_link = (struct link){0};
	netlink_start(&request, RTM_GETLINK, 0, &any, sizeof(any));
	netlink_add(&request, IFLA_IFNAME, name, NAME_SIZE(name));
	r = netlink_ask(netlink, &request, link_take, ret_link);
	return r ? r : ret_link->index ? 0 : -ENODEV;
}

int device_exists(struct netlink *netlink, const char *name)
{
	struct link link;
	int r = link_find(netlink, name, &link);

	return r == -ENODEV ? 0 : r ? r : 1;
}

struct collector {
	uint32_t index;
	struct device *device;
	struct device_address *addresses; /* NULL: they are counted */
	struct arena *arena;
};

static uint32_t address_flags(const struct nlmsghdr *message)
{
	const struct ifaddrmsg *info = NLMSG_DATA(message);
	const struct rtattr *flags = netlink_find(message, sizeof(*info), IFA_FLAGS);
	uint32_t value = info->ifa_flags;

	if (flags && RTA_PAYLOAD(flags) >= sizeof(value))
		memcpy(&value, RTA_DATA(flags), sizeof(value));
	return value;
}

static int address_take(void *ctx, const struct nlmsghdr *message)
{
	struct collector *c = ctx;
	const struct ifaddrmsg *info = NLMSG_DATA(message);
	size_t length = message->nlmsg_len - NLMSG_HDRLEN;

	if (message->nlmsg_type != RTM_NEWADDR || length < sizeof(*info) ||
		info->ifa_index != c->index || !(address_flags(message) & IFA_F_PERMANENT))
		return 0;
	if (c->addresses) {
		struct device_address *address = &c->addresses[c->device->address_count];

		address->bytes =
			(unsigned char *)arena_bytes(c->arena, NLMSG_DATA(message), length);
		address->length = length;
		if (!address->bytes)
			return -ENOMEM;
	}
	c->device->address_count++;
	return 0;
}

static int addresses_dump(struct netlink *netlink, struct collector *c)
{
	const struct ifaddrmsg any = {.ifa_family = AF_UNSPEC};
	struct netlink_request request;

	c->device->address_count = 0;
	netlink_start(&request, RTM_GETADDR, NLM_F_DUMP, &any, sizeof(any));
	return netlink_ask(netlink, &request, address_take, c);
}

static int addresses_read(
	struct netlink *netlink, uint32_t index, struct device *device, struct arena *arena)
{
	struct collector c = {.index = index, .device = device, .arena = arena};
	size_t room;
	int r = addresses_dump(netlink, &c);

	if (r)
		return r;
	/* Should some be given right now, they are late. */
	room = device->address_count + 1;
	c.addresses = arena_array(arena, struct device_address, room);
	if (!c.addresses)
		return -ENOMEM;
	device->addresses = c.addresses;
	r = addresses_dump(netlink, &c);
	return r ? r : device->address_count < room ? 0 : -EAGAIN;
}

int device_read(struct netlink *netlink, struct device *device, struct arena *arena)
{
	struct link link;
	int r = link_find(netlink, device->name, &link);

	if (r)
		return r;
	device->up = link.flags & IFF_UP;
	device->hardware_length = link.hardware_length;
	memcpy(device->hardware, link.hardware, sizeof(device->hardware));
	return addresses_read(netlink, link.index, device, arena);
}

/* The device of that name, if it is still the same one. */
static int same_find(struct netlink *netlink, const struct device *device, const char *name,
	struct link *ret_link)
{
	int r = link_find(netlink, name, ret_link);

	if (!r && (ret_link->hardware_length != device->hardware_length ||
			  memcmp(ret_link->hardware, device->hardware,
				  device->hardware_length) != 0))
		r = -ENODEV;
	return r;
}

int device_move(struct netlink *netlink, const struct device *device, const char *name,
	int namespace_fd, const char *new_name)
{
	struct netlink_request request;
	struct ifinfomsg info = {.ifi_family = AF_UNSPEC};
	struct link link;
	int r = same_find(netlink, device, name, &link);

	if (r)
		return r;
	info.ifi_index = (int)link.index;
	netlink_start(&request, RTM_NEWLINK, 0, &info, sizeof(info));
	netlink_add(&request, IFLA_NET_NS_FD, &namespace_fd, sizeof(namespace_fd));
	netlink_add(&request, IFLA_IFNAME, new_name, NAME_SIZE(new_name));
	return netlink_ask(netlink, &request, NULL, NULL);
}

/* Said again as the kernel has told it, for another index. The label of an address begins with the name of its
 * device: with a new name the kernel gives it one. */
static int address_add(struct netlink *netlink, const struct device_address *address,
	uint32_t index, bool labels)
{
	struct netlink_request request;
	struct ifaddrmsg info;
	const struct rtattr *at;
	int left = (int)(address->length - NLMSG_ALIGN(sizeof(info)));

	memcpy(&info, address->bytes, sizeof(info));
	info.ifa_index = index;
	netlink_start(&request, RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE, &info, sizeof(info));
	at = (const struct rtattr *)(const void *)(address->bytes + NLMSG_ALIGN(sizeof(info)));
	for (; left > 0 && RTA_OK(at, left); at = RTA_NEXT(at, left)) {
		if (at->rta_type != IFA_LABEL || labels)
			netlink_add(&request, at->rta_type, RTA_DATA(at), RTA_PAYLOAD(at));
	}
	return netlink_ask(netlink, &request, NULL, NULL);
}

static bool address_global(const struct device_address *address)
{
	struct ifaddrmsg info;

	memcpy(&info, address->bytes, sizeof(info));
	return info.ifa_scope == RT_SCOPE_UNIVERSE;
}

static int set_up(struct netlink *netlink, uint32_t index)
{
	const struct ifinfomsg info = {
		.ifi_index = (int)index, .ifi_flags = IFF_UP, .ifi_change = IFF_UP};
	struct netlink_request request;

	netlink_start(&request, RTM_NEWLINK, 0, &info, sizeof(info));
	return netlink_ask(netlink, &request, NULL, NULL);
}

int device_configure(struct netlink *netlink, const struct device *device, const char *name,
	bool all, bool up)
{
	struct link link;
	int r = same_find(netlink, device, name, &link);

	for (size_t i = 0; !r && i < device->address_count; i++) {
		if (all || address_global(&device->addresses[i]))
			r = address_add(netlink, &device->addresses[i], link.index,
				!strcmp(name, device->name));
	}
	return r || !up ? r : set_up(netlink, link.index);
}
