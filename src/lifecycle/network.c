/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The way of network devices into a container, and back from one that never was whole.
 *
 * Runs in: the runtime.
 * Relies on: when a network namespace ends the kernel gives physical devices back to the host and destroys others. Only
 *          in one that was joined, and lives on, a device can be left behind.
 * Spec:    config-linux.md "network devices" */
#include "lifecycle/network.h"

#include <errno.h>

#include "sys/file.h"

static size_t record_size(const struct net_set *set)
{
	size_t size = 4096 + set->count * 128;

	for (size_t i = 0; i < set->count; i++) {
		for (size_t a = 0; a < set->devices[i].address_count; a++)
			size += 16 + 2 * set->devices[i].addresses[a].length;
	}
	return size;
}

static int network_record(const struct net_set *set, struct state_dir *dir, struct arena *arena,
	struct error *err)
{
	const size_t size = record_size(set);
	char *data = arena_alloc(arena, size, 1);
	struct state_record record = {.key = STATE_NETWORK, .value = data};
	struct text text;

	if (!data)
		return error_set(
			err, ERROR_SYSTEM, ENOMEM, "cannot record the network devices");
	text_start(&text, data, size);
	set_record_print(set, &text);
	if (!text_ok(&text))
		return error_set(err, ERROR_INTERNAL, 0,
			"the record of the network devices does not fit");
	return state_append(dir, &record, 1, err);
}

int network_move(struct net_set *set, struct launch *launch, struct state_dir *dir,
	struct arena *arena, struct error *err)
{
	if (!set->count)
		return 0;
	if (launch_namespaces(launch, err) || set_enter(set, launch->pidfd, err) ||
		set_names(set, err) || network_record(set, dir, arena, err))
		return -1;
	return set_move(set, err);
}

/* Whoever has removed the namespace has the devices. */
static int set_fetch(struct net_set *set, struct error *err)
{
	int r, fd = sys_openat(AT_FDCWD, set->path, O_RDONLY, 0);

	if (fd == -ENOENT)
		return 0;
	if (fd < 0)
		return error_system(
			err, fd, "cannot open the network namespace \"%s\"", set->path);
	r = set_enter(set, fd, err);
	sys_close(fd);
	return r ? r : set_return(set, err);
}

int network_return(struct container *container, struct error *err)
{
	const char *record = container->state.value[STATE_NETWORK];
	struct net_set set;
	int r;

	if (!record || container->state.ready || container->state.stale)
		return 0;
	r = set_record_parse(record, &container->arena, &set, err);
	if (!r && set.path)
		r = set_fetch(&set, err);
	set_close(&set);
	return r;
}
