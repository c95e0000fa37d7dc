/* SPDX-License-Identifier: GPL-2.0-or-later */
/* process.capabilities -> bits. Pure.
 *
 * The rules between the sets are the kernel's (capabilities(7)): what it would refuse is refused
 * here, where the name can be told.
 *
 * Spec: config.md "capabilities"; linux/capability.h */
#include "plan/capabilities.h"

#include <linux/capability.h>

#include "base/text.h"
#include "plan/names.h"

struct capability {
	const char *name;
	uint32_t number;
};

/* Sorted by name. */
/* clang-format off */
static const struct capability capabilities[] = {
	{"CAP_AUDIT_CONTROL",      CAP_AUDIT_CONTROL},
	{"CAP_AUDIT_READ",         CAP_AUDIT_READ},
	{"CAP_AUDIT_WRITE",        CAP_AUDIT_WRITE},
	{"CAP_BLOCK_SUSPEND",      CAP_BLOCK_SUSPEND},
	{"CAP_BPF",                CAP_BPF},
	{"CAP_CHECKPOINT_RESTORE", CAP_CHECKPOINT_RESTORE},
	{"CAP_CHOWN",              CAP_CHOWN},
	{"CAP_DAC_OVERRIDE",       CAP_DAC_OVERRIDE},
	{"CAP_DAC_READ_SEARCH",    CAP_DAC_READ_SEARCH},
	{"CAP_FOWNER",             CAP_FOWNER},
	{"CAP_FSETID",             CAP_FSETID},
	{"CAP_IPC_LOCK",           CAP_IPC_LOCK},
	{"CAP_IPC_OWNER",          CAP_IPC_OWNER},
	{"CAP_KILL",               CAP_KILL},
	{"CAP_LEASE",              CAP_LEASE},
	{"CAP_LINUX_IMMUTABLE",    CAP_LINUX_IMMUTABLE},
	{"CAP_MAC_ADMIN",          CAP_MAC_ADMIN},
	{"CAP_MAC_OVERRIDE",       CAP_MAC_OVERRIDE},
	{"CAP_MKNOD",              CAP_MKNOD},
	{"CAP_NET_ADMIN",          CAP_NET_ADMIN},
	{"CAP_NET_BIND_SERVICE",   CAP_NET_BIND_SERVICE},
	{"CAP_NET_BROADCAST",      CAP_NET_BROADCAST},
	{"CAP_NET_RAW",            CAP_NET_RAW},
	{"CAP_PERFMON",            CAP_PERFMON},
	{"CAP_SETFCAP",            CAP_SETFCAP},
	{"CAP_SETGID",             CAP_SETGID},
	{"CAP_SETPCAP",            CAP_SETPCAP},
	{"CAP_SETUID",             CAP_SETUID},
	{"CAP_SYSLOG",             CAP_SYSLOG},
	{"CAP_SYS_ADMIN",          CAP_SYS_ADMIN},
	{"CAP_SYS_BOOT",           CAP_SYS_BOOT},
	{"CAP_SYS_CHROOT",         CAP_SYS_CHROOT},
	{"CAP_SYS_MODULE",         CAP_SYS_MODULE},
	{"CAP_SYS_NICE",           CAP_SYS_NICE},
	{"CAP_SYS_PACCT",          CAP_SYS_PACCT},
	{"CAP_SYS_PTRACE",         CAP_SYS_PTRACE},
	{"CAP_SYS_RAWIO",          CAP_SYS_RAWIO},
	{"CAP_SYS_RESOURCE",       CAP_SYS_RESOURCE},
	{"CAP_SYS_TIME",           CAP_SYS_TIME},
	{"CAP_SYS_TTY_CONFIG",     CAP_SYS_TTY_CONFIG},
	{"CAP_WAKE_ALARM",         CAP_WAKE_ALARM},
};
/* clang-format on */

#define CAPABILITY_COUNT (sizeof(capabilities) / sizeof(capabilities[0]))

static const struct name_table table = {
	capabilities, CAPABILITY_COUNT, sizeof(capabilities[0])};

int capability_number(const char *name)
{
	const struct capability *found = name_find(&table, name);

	return found ? (int)found->number : -1;
}

const char *capability_name(uint32_t number)
{
	for (size_t i = 0; i < CAPABILITY_COUNT; i++) {
		if (capabilities[i].number == number)
			return capabilities[i].name;
	}
	return NULL;
}

static void unknown_warn(struct builder *b, const char *name)
{
	const char *nearest = name_nearest(&table, name);

	if (nearest)
		builder_warn(b, "the unknown capability \"%s\" is not given (did you mean %s?)",
			name, nearest);
	else
		builder_warn(b, "the unknown capability \"%s\" is not given", name);
}

static uint64_t set_plan(struct builder *b, const struct oci_strings *names)
{
	uint64_t set = 0;

	for (size_t i = 0; i < names->count; i++) {
		int number = capability_number(names->items[i]);

		if (number < 0)
			unknown_warn(b, names->items[i]);
		else if ((uint32_t)number <= b->host->last_capability)
			set |= 1ULL << number;
		else
			builder_warn(b,
				"the capability \"%s\" is not given: this kernel does not have "
				"it",
				names->items[i]);
	}
	return set;
}

static const char *first_name(uint64_t set)
{
	return capability_name((uint32_t)__builtin_ctzll(set));
}

static int sets_check(const struct capability_sets *sets, struct error *err)
{
	uint64_t extra = sets->effective & ~sets->permitted;
	origin_t origin = origin_make(ORIGIN_PROCESS_CAPABILITIES, 0);

	if (extra)
		return builder_refuse(err, origin,
			"%s cannot be effective: it is not in the permitted set",
			first_name(extra));
	extra = sets->inheritable & ~sets->bounding;
	if (extra)
		return builder_refuse(err, origin,
			"%s cannot be inheritable: it is not in the bounding set",
			first_name(extra));
	return 0;
}

/* The kernel refuses these one by one, and callers rely on the container running all the same. */
static void ambient_limit(struct builder *b, struct capability_sets *sets)
{
	uint64_t extra = sets->ambient & ~(sets->permitted & sets->inheritable);

	sets->ambient &= ~extra;
	for (; extra; extra &= extra - 1)
		builder_warn(b,
			"can't raise ambient capability %s: it is not both permitted and "
			"inheritable",
			first_name(extra));
}

int capabilities_plan(struct builder *b, struct error *err)
{
	const struct oci_capabilities *given = b->process->capabilities;
	struct capability_sets *sets = &b->plan->process.capabilities;

	b->plan->process.last_capability = b->host->last_capability;
	if (!given)
		return 0;
	sets->bounding = set_plan(b, &given->bounding);
	sets->effective = set_plan(b, &given->effective);
	sets->permitted = set_plan(b, &given->permitted);
	sets->inheritable = set_plan(b, &given->inheritable);
	sets->ambient = set_plan(b, &given->ambient);
	if (sets_check(sets, err))
		return -1;
	ambient_limit(b, sets);
	return 0;
}
