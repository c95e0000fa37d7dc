/* SPDX-License-Identifier: GPL-2.0-or-later */
/* linux.netDevices -> which devices of the host move into the container, and what they are called there.
 *
 * Pure. Whether the host has them, and whether a name is free inside, is asked later and nowhere else.
 *
 * Spec: config-linux.md "network devices"; the names are those that dev_valid_name() of the kernel takes */
#include "plan/network.h"

#include <linux/if.h>
#include <string.h>

#include "plan/builder.h"

int network_error_at(struct error *err, const char *name)
{
	char buffer[ERROR_POINTER_SIZE];
	struct text pointer;

	text_start(&pointer, buffer, sizeof(buffer));
	text_string(&pointer, "/linux/netDevices/");
	for (; *name; name++) {
		if (*name == '~' || *name == '/')
			text_string(&pointer, *name == '~' ? "~0" : "~1");
		else
			text_char(&pointer, *name);
	}
	return error_pointer(err, text_ok(&pointer) ? buffer : "/linux/netDevices");
}

void network_print(struct printer *p, const struct plan_network *network)
{
	for (size_t i = 0; i < network->count; i++) {
		printer_add(p, "  move network device");
		printer_string(p, "", network->devices[i].name);
		printer_string(p, "as ", network->devices[i].inside);
		printer_end(p, origin_make(ORIGIN_NET_DEVICES, 0));
	}
}

/* With a "%d" at its end the name is one of many, of which a free one is taken. */
static bool name_ok(const char *name, bool template)
{
	size_t length = strlen(name);
	size_t plain = strcspn(name, "/:% \t\n\v\f\r");

	if (!length || length >= IFNAMSIZ || !strcmp(name, ".") || !strcmp(name, ".."))
		return false;
	return plain == length || (template && !strcmp(name + plain, "%d"));
}

static int device_check(struct builder *b, const struct oci_net_device *given,
	struct net_device_op *op, struct error *err)
{
	const char *inside = given->name && given->name[0] ? given->name : given->key;

	if (!name_ok(given->key, false)) {
		error_set(err, ERROR_CONFIG, 0, "\"%s\" is not the name of a network device",
			given->key);
		return network_error_at(err, given->key);
	}
	if (!name_ok(inside, true)) {
		error_set(err, ERROR_CONFIG, 0,
			"\"%s\" is not a name that a network device can have", inside);
		return network_error_at(err, given->key);
	}
	op->name = arena_string(b->arena, given->key);
	op->inside = arena_string(b->arena, inside);
	return op->name && op->inside ? 0 : builder_full(err);
}

static int names_differ(const struct plan_network *network, struct error *err)
{
	for (size_t i = 0; i < network->count; i++) {
		const char *name = network->devices[i].inside;

		for (size_t earlier = 0; earlier < i && !strchr(name, '%'); earlier++) {
			if (strcmp(name, network->devices[earlier].inside) != 0)
				continue;
			error_set(err, ERROR_CONFIG, 0,
				"two network devices would be called \"%s\" in the container",
				name);
			return network_error_at(err, network->devices[i].name);
		}
	}
	return 0;
}

int network_plan(struct builder *b, struct error *err)
{
	const struct oci_net_device_map *given = &b->on_linux->net_devices;
	origin_t origin = origin_make(ORIGIN_NET_DEVICES, 0);
	struct net_device_op *devices;
	size_t count = 0;

	if (!given->count)
		return 0;
	if (namespace_how(b, NAMESPACE_NETWORK) == NAMESPACE_HOST)
		return builder_refuse(err, origin,
			"network devices are moved into a network namespace: linux.namespaces "
			"has none");
	if (b->host->euid) {
		error_set(err, ERROR_UNSUPPORTED, 0,
			"only root can move network devices, and this is user %u",
			b->host->euid);
		return error_at(err, origin);
	}
	devices = arena_array(b->arena, struct net_device_op, given->count);
	if (!devices)
		return builder_full(err);
	for (size_t i = 0; i < given->count; i++) {
		if (!device_check(b, &given->items[i], &devices[count], err))
			count++;
		else if (builder_try(b, err, -1))
			return -1;
	}
	b->plan->network = (struct plan_network){count, devices};
	return names_differ(&b->plan->network, err);
}
