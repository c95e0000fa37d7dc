/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The network devices of a container: to it, and back if it does not come to be.
 *
 * Runs in: the runtime, which stays in its own network namespace.
 * Never:   takes a device out of a container that has once been whole: that is the namespace's owner's affair, and the
 *          kernel's when the namespace ends.
 * Relies on: SIOCGSKNS (4.9) gives the namespace of a socket.
 * Spec:    config-linux.md "network devices" */
#include "net/set.h"

#include <errno.h>
#include <linux/sockios.h>
#include <string.h>

#include "net/enter.h"
#include "plan/network.h"
#include "plan/origin.h"
#include "sys/file.h"

void set_start(struct net_set *set)
{
	*set = (struct net_set){.host.fd = -1, .inside.fd = -1};
}

void set_close(struct net_set *set)
{
	netlink_close(&set->host);
	netlink_close(&set->inside);
}

static int host_open(struct net_set *set, struct error *err)
{
	int r = set->host.fd >= 0 ? 0 : netlink_open(&set->host);

	return r ? error_system_at(err, origin_make(ORIGIN_NET_DEVICES, 0), r,
			   "cannot open a netlink socket")
		 : 0;
}

static int device_failed(
	const struct device *device, int errnum, const char *what, struct error *err)
{
	error_system(err, errnum, "cannot %s the network device \"%s\"", what, device->name);
	return network_error_at(err, device->name);
}

int set_read(
	const struct plan *plan, struct arena *arena, struct net_set *set, struct error *err)
{
	const struct plan_network *network = &plan->network;

	if (!network->count)
		return 0;
	if (host_open(set, err))
		return -1;
	set->path = plan->namespaces.of[NAMESPACE_NETWORK].path;
	set->devices = arena_array(arena, struct device, network->count);
	if (!set->devices)
		return error_set(err, ERROR_SYSTEM, ENOMEM, "cannot note the network devices");
	for (; set->count < network->count; set->count++) {
		const struct net_device_op *op = &network->devices[set->count];
		struct device *device = &set->devices[set->count];
		int r;

		text_print(device->name, sizeof(device->name), "%s", op->name);
		text_print(device->inside, sizeof(device->inside), "%s", op->inside);
		r = device_read(&set->host, device, arena);
		if (r == -ENODEV) {
			error_set(err, ERROR_CONFIG, ENODEV,
				"this host has no network device \"%s\"", op->name);
			return network_error_at(err, op->name);
		}
		if (r)
			return device_failed(device, r, "look at", err);
	}
	return 0;
}

static bool same_namespace(int a_fd, int b_fd)
{
	struct statx a, b;

	return !sys_statx(a_fd, "", AT_EMPTY_PATH, STATX_INO, &a) &&
	       !sys_statx(b_fd, "", AT_EMPTY_PATH, STATX_INO, &b) && a.stx_ino == b.stx_ino &&
	       a.stx_dev_major == b.stx_dev_major && a.stx_dev_minor == b.stx_dev_minor;
}

static int namespace_of(const struct netlink *netlink)
{
	return sys_ioctl(netlink->fd, SIOCGSKNS, NULL);
}

static void fd_close(int fd)
{
	if (fd >= 0)
		sys_close(fd);
}

/* Whether both sides are one. */
static int sides_same(const struct net_set *set)
{
	int host_fd = namespace_of(&set->host), inside_fd = namespace_of(&set->inside);
	int r = host_fd < 0 ? host_fd : inside_fd < 0 ? inside_fd : 0;

	if (!r)
		r = same_namespace(host_fd, inside_fd);
	fd_close(host_fd);
	fd_close(inside_fd);
	return r;
}

int set_enter(struct net_set *set, int namespace_fd, struct error *err)
{
	const origin_t origin = origin_make(ORIGIN_NET_DEVICES, 0);
	int r;

	if (host_open(set, err))
		return -1;
	r = enter_open(namespace_fd, &set->inside);
	if (!r)
		r = sides_same(set);
	if (r < 0)
		return error_system_at(
			err, origin, r, "cannot reach the container's network namespace");
	if (!r)
		return 0;
	error_set(err, ERROR_CONFIG, 0,
		"network devices are moved into another network namespace: the container's is "
		"the runtime's own");
	return error_at(err, origin);
}

static bool name_chosen(const struct net_set *set, const struct device *until, const char *name)
{
	for (const struct device *d = set->devices; d < until; d++) {
		if (!strcmp(d->inside, name))
			return true;
	}
	return false;
}

/* A template becomes the first name of its kind that is free, and that does not stand further down. */
static int template_fill(struct net_set *set, struct device *device)
{
	char name[IFNAMSIZ];
	const size_t length = strcspn(device->inside, "%");
	int r = 1;

	for (unsigned number = 0; r > 0; number++) {
		if (!text_print(
			    name, sizeof(name), "%.*s%u", (int)length, device->inside, number))
			return -ENFILE;
		if (!name_chosen(set, set->devices + set->count, name))
			r = device_exists(&set->inside, name);
	}
	if (!r)
		memcpy(device->inside, name, sizeof(name));
	return r;
}

static int name_choose(struct net_set *set, struct device *device, struct error *err)
{
	int r;

	if (strchr(device->inside, '%'))
		r = template_fill(set, device);
	else
		r = device_exists(&set->inside, device->inside);
	if (r <= 0)
		return r ? device_failed(device, r, "find a name for", err) : 0;
	error_set(err, ERROR_CONFIG, EEXIST,
		"the container's network namespace has a device \"%s\" already",
		device->inside);
	return network_error_at(err, device->name);
}

int set_names(struct net_set *set, struct error *err)
{
	for (size_t i = 0; i < set->count; i++) {
		if (name_choose(set, &set->devices[i], err))
			return -1;
	}
	return 0;
}

static int device_send(
	struct net_set *set, struct device *device, int inside_fd, struct error *err)
{
	int r;

	device->moved = true;
	r = device_move(&set->host, device, device->name, inside_fd, device->inside);
	if (r)
		return device_failed(device, r, "move", err);
	r = device_configure(&set->inside, device, device->inside, false, true);
	return r ? device_failed(device, r, "configure", err) : 0;
}

int set_move(struct net_set *set, struct error *err)
{
	int inside_fd = namespace_of(&set->inside);
	int r = 0;

	if (inside_fd < 0)
		return error_system_at(err, origin_make(ORIGIN_NET_DEVICES, 0), inside_fd,
			"cannot reach the container's network namespace");
	for (size_t i = 0; !r && i < set->count; i++)
		r = device_send(set, &set->devices[i], inside_fd, err);
	sys_close(inside_fd);
	return r;
}

/* One that is not there has never come, or is on its way back with the kernel. */
static int device_fetch(struct net_set *set, struct device *device, int host_fd)
{
	int r = device_move(&set->inside, device, device->inside, host_fd, device->name);

	if (r)
		return r == -ENODEV ? 0 : r;
	device->moved = false;
	return device_configure(&set->host, device, device->name, true, device->up);
}

int set_return(struct net_set *set, struct error *err)
{
	int host_fd = set->inside.fd < 0 ? -1 : namespace_of(&set->host);
	int result = 0;

	for (size_t i = set->count; host_fd >= 0 && i-- > 0;) {
		struct device *device = &set->devices[i];
		int r = device->moved ? device_fetch(set, device, host_fd) : 0;

		if (r)
			result = device_failed(device, r, "bring back", err);
	}
	fd_close(host_fd);
	return result;
}
