/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The members of config.json that nothing acts on yet: given, they are refused, never ignored.
 *
 * A member is neutral, and no reason to refuse, when it is absent, empty, or 0 where the
 * specification or the engines write 0 for "not set". When a part of the plan begins to act on a
 * member its row goes.
 *
 * Pure. */
#include "plan/unsupported.h"

#include "plan/builder.h"
#include "plan/mount-options.h"

enum section {
	ON_LINUX,
	RESOURCES,
	MEMORY,
	CPU,
	BLOCK_IO,
	NETWORK,
	SECTION_COUNT,
};

enum member_kind {
	OBJECT,	  /* a pointer: given if not NULL */
	STRING,	  /* given if not empty */
	LIST,	  /* given if not empty; maps too, since all begin with their count */
	PRESENT,  /* an optional scalar of which every value counts; it begins with `present` */
	TRUE,	  /* struct oci_opt_bool */
	NUMBER16, /* optional numbers: given if not 0 */
	NUMBER32,
	NUMBER64,
};

struct member {
	const char *pointer;
	enum section section;
	enum member_kind kind;
	size_t offset;
};

#define IN_LINUX(kind, name)	ON_LINUX, kind, offsetof(struct oci_linux, name)
#define IN_RESOURCES(name)	RESOURCES, LIST, offsetof(struct oci_resources, name)
#define IN_MEMORY(kind, name)	MEMORY, kind, offsetof(struct oci_memory, name)
#define IN_CPU(kind, name)	CPU, kind, offsetof(struct oci_cpu, name)
#define IN_BLOCK_IO(kind, name) BLOCK_IO, kind, offsetof(struct oci_block_io, name)
#define IN_NETWORK(kind, name)	NETWORK, kind, offsetof(struct oci_network, name)

/* clang-format off */
static const struct member members[] = {
	{"/linux/intelRdt",                  IN_LINUX(OBJECT, intel_rdt)},
	{"/linux/netDevices",                IN_LINUX(LIST, net_devices)},
	{"/linux/resources/hugepageLimits",  IN_RESOURCES(hugepage_limits)},
	{"/linux/resources/rdma",            IN_RESOURCES(rdma)},
	{"/linux/resources/unified",         IN_RESOURCES(unified)},
	{"/linux/resources/memory/reservation", IN_MEMORY(NUMBER64, reservation)},
	{"/linux/resources/memory/swap",     IN_MEMORY(NUMBER64, swap)},
	{"/linux/resources/memory/kernel",   IN_MEMORY(NUMBER64, kernel)},
	{"/linux/resources/memory/kernelTCP", IN_MEMORY(NUMBER64, kernel_tcp)},
	{"/linux/resources/memory/swappiness", IN_MEMORY(PRESENT, swappiness)},
	{"/linux/resources/memory/disableOOMKiller", IN_MEMORY(TRUE, disable_oom_killer)},
	{"/linux/resources/memory/useHierarchy", IN_MEMORY(TRUE, use_hierarchy)},
	{"/linux/resources/memory/checkBeforeUpdate", IN_MEMORY(TRUE, check_before_update)},
	{"/linux/resources/cpu/shares",      IN_CPU(NUMBER64, shares)},
	{"/linux/resources/cpu/quota",       IN_CPU(NUMBER64, quota)},
	{"/linux/resources/cpu/burst",       IN_CPU(NUMBER64, burst)},
	{"/linux/resources/cpu/period",      IN_CPU(NUMBER64, period)},
	{"/linux/resources/cpu/realtimeRuntime", IN_CPU(NUMBER64, realtime_runtime)},
	{"/linux/resources/cpu/realtimePeriod", IN_CPU(NUMBER64, realtime_period)},
	{"/linux/resources/cpu/cpus",        IN_CPU(STRING, cpus)},
	{"/linux/resources/cpu/mems",        IN_CPU(STRING, mems)},
	{"/linux/resources/cpu/idle",        IN_CPU(NUMBER64, idle)},
	{"/linux/resources/blockIO/weight",  IN_BLOCK_IO(NUMBER16, weight)},
	{"/linux/resources/blockIO/leafWeight", IN_BLOCK_IO(NUMBER16, leaf_weight)},
	{"/linux/resources/blockIO/weightDevice", IN_BLOCK_IO(LIST, weight_device)},
	{"/linux/resources/blockIO/throttleReadBpsDevice", IN_BLOCK_IO(LIST, throttle_read_bps_device)},
	{"/linux/resources/blockIO/throttleWriteBpsDevice", IN_BLOCK_IO(LIST, throttle_write_bps_device)},
	{"/linux/resources/blockIO/throttleReadIOPSDevice", IN_BLOCK_IO(LIST, throttle_read_iops_device)},
	{"/linux/resources/blockIO/throttleWriteIOPSDevice", IN_BLOCK_IO(LIST, throttle_write_iops_device)},
	{"/linux/resources/network/classID", IN_NETWORK(NUMBER32, class_id)},
	{"/linux/resources/network/priorities", IN_NETWORK(LIST, priorities)},
};
/* clang-format on */

static bool is_given(const void *place, enum member_kind kind)
{
	const char *string;

	switch (kind) {
	case OBJECT:
		return *(const void *const *)place != NULL;
	case STRING:
		string = *(const char *const *)place;
		return string && string[0];
	case LIST:
		return *(const size_t *)place != 0;
	case PRESENT:
		return *(const bool *)place;
	case TRUE:
		return ((const struct oci_opt_bool *)place)->value;
	case NUMBER16:
		return ((const struct oci_opt_u16 *)place)->value != 0;
	case NUMBER32:
		return ((const struct oci_opt_u32 *)place)->value != 0;
	case NUMBER64:
		return ((const struct oci_opt_u64 *)place)->value != 0;
	}
	return true;
}

static void sections_find(const struct oci_spec *spec, const void *sections[SECTION_COUNT])
{
	const struct oci_linux *on_linux = spec->on_linux;
	const struct oci_resources *resources = on_linux ? on_linux->resources : NULL;

	sections[ON_LINUX] = on_linux;
	sections[RESOURCES] = resources;
	sections[MEMORY] = resources ? resources->memory : NULL;
	sections[CPU] = resources ? resources->cpu : NULL;
	sections[BLOCK_IO] = resources ? resources->block_io : NULL;
	sections[NETWORK] = resources ? resources->network : NULL;
}

struct list {
	struct text *text;
	struct text *first;
	size_t count;
	bool closed;
};

static void list_add(struct list *list, const char *pointer)
{
	size_t before = list->text->length;

	list->count++;
	if (list->first && list->count == 1)
		text_string(list->first, pointer);
	if (list->closed)
		return;
	text_format(list->text, "%s%s", before ? ", " : "", pointer);
	if (text_ok(list->text))
		return;
	list->closed = true;
	list->text->length = before;
	list->text->data[before] = '\0';
	list->text->cut = false;
}

static void mount_list(const struct oci_mount *mount, size_t i, struct list *list)
{
	char pointer[64];
	bool option = false;

	if (mount->uid_mappings.count || mount->gid_mappings.count) {
		text_print(pointer, sizeof(pointer), "/mounts/%zu/%s", i,
			mount->uid_mappings.count ? "uidMappings" : "gidMappings");
		list_add(list, pointer);
	}
	for (size_t o = 0; o < mount->options.count && !option; o++)
		option = mount_option_unsupported(mount->options.items[o]);
	if (option) {
		text_print(pointer, sizeof(pointer), "/mounts/%zu/options", i);
		list_add(list, pointer);
	}
}

size_t unsupported_list(const struct oci_spec *spec, struct text *text, struct text *ret_first)
{
	struct list list = {.text = text, .first = ret_first};
	const void *sections[SECTION_COUNT];

	sections_find(spec, sections);
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		const struct member *m = &members[i];
		const char *section = sections[m->section];

		if (section && is_given(section + m->offset, m->kind))
			list_add(&list, m->pointer);
	}
	for (size_t i = 0; i < spec->mounts.count; i++)
		mount_list(&spec->mounts.items[i], i, &list);
	return list.count;
}

int unsupported_check(struct builder *b, struct error *err)
{
	char buffer[ERROR_TEXT_SIZE - 48], first_buffer[ERROR_POINTER_SIZE];
	struct text list, first;
	size_t count, told = 1;

	text_start(&list, buffer, sizeof(buffer));
	text_start(&first, first_buffer, sizeof(first_buffer));
	count = unsupported_list(b->spec, &list, &first);
	if (!count)
		return 0;
	for (const char *c = buffer; *c; c++)
		told += *c == ',';
	if (told < count)
		error_set(err, ERROR_UNSUPPORTED, 0, "not supported yet: %s and %zu more",
			buffer, count - told);
	else
		error_set(err, ERROR_UNSUPPORTED, 0, "not supported yet: %s", buffer);
	return error_pointer(err, first_buffer);
}
