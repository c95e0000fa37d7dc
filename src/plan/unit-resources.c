/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values of cgroup files -> properties of a systemd unit, and device rules -> DeviceAllow.
 *
 * Pure. systemd gives its units' cgroups the values of their properties again whenever it likes, as after
 * daemon-reload: what has a property must be said to it. What has none is written into the container's
 * cgroup alone, which systemd leaves to us.
 *
 * Spec: systemd.resource-control(5), org.freedesktop.systemd1(5) */
#include <string.h>

#include "base/number.h"
#include "base/text.h"
#include "plan/builder.h"
#include "plan/unit.h"

#define SECOND_US 1000000
/* systemd rounds to this, and refuses less. */
#define QUOTA_STEP_US 10000
#define MASK_BITS     4096
#define CPU_QUOTA_V1  "cpu.cfs_quota_us"
#define CPU_PERIOD_V1 "cpu.cfs_period_us"

struct resource {
	const char *file;
	const char *property;
	bool (*convert)(const char *value, struct arena *arena, struct unit_property *property);
};

/* "max" and, on v1, -1 is no limit. */
static bool limit_convert(
	const char *value, struct arena *arena, struct unit_property *property)
{
	(void)arena;
	property->type = UNIT_UINT64;
	property->number = UINT64_MAX;
	return text_equal(value, "max") || text_equal(value, "-1") ||
	       !number_u64(value, UINT64_MAX, &property->number);
}

/* "default 100", which v2 has beside the lines for devices. */
static bool weight_convert(
	const char *value, struct arena *arena, struct unit_property *property)
{
	static const char prefix[] = "default ";

	return limit_convert(text_starts(value, prefix) ? value + sizeof(prefix) - 1 : value,
		arena, property);
}

/* 0 is cpu.idle for systemd. */
static bool idle_convert(const char *value, struct arena *arena, struct unit_property *property)
{
	(void)arena;
	property->type = UNIT_UINT64;
	property->number = 0;
	return text_equal(value, "1");
}

/* The number at the start of `value`; what stands behind it is *ret_rest. */
static bool first_number(const char *value, uint64_t *ret, const char **ret_rest)
{
	char word[24];
	size_t length = strcspn(value, " ");

	if (!text_print(word, sizeof(word), "%.*s", (int)length, value))
		return false;
	*ret_rest = value + length + (value[length] == ' ');
	return !number_u64(word, UINT64_MAX / SECOND_US, ret);
}

/* "QUOTA PERIOD" in microseconds -> microseconds in a second. "max" and, on v1, -1 is no quota. */
static bool quota_convert(
	const char *value, struct arena *arena, struct unit_property *property)
{
	uint64_t quota, period = 100000;
	const char *rest;

	(void)arena;
	property->type = UNIT_UINT64;
	property->number = UINT64_MAX;
	if (text_starts(value, "max") || text_starts(value, "-1"))
		return true;
	if (!first_number(value, &quota, &rest) ||
		(*rest && (!first_number(rest, &period, &rest) || !period)))
		return false;
	quota = quota * SECOND_US / period;
	property->number = (quota + QUOTA_STEP_US - 1) / QUOTA_STEP_US * QUOTA_STEP_US;
	return true;
}

static bool period_convert(
	const char *value, struct arena *arena, struct unit_property *property)
{
	const char *period = strchr(value, ' ');

	return period && limit_convert(period + 1, arena, property);
}

/* "0-3,7": a mask, the lowest bit of the first byte first. */
static bool mask_convert(const char *value, struct arena *arena, struct unit_property *property)
{
	uint8_t *bytes = arena_array(arena, uint8_t, MASK_BITS / 8);
	uint64_t from, to;

	property->type = UNIT_BYTES;
	property->bytes = bytes;
	while (bytes && *value) {
		char word[24];
		size_t length = strcspn(value, ",");
		char *dash;

		if (!text_print(word, sizeof(word), "%.*s", (int)length, value))
			return false;
		dash = strchr(word, '-');
		if (dash)
			*dash = '\0';
		if (number_u64(word, MASK_BITS - 1, &from) ||
			number_u64(dash ? dash + 1 : word, MASK_BITS - 1, &to))
			return false;
		for (; from <= to; from++)
			bytes[from / 8] |= (uint8_t)(1 << from % 8);
		if (to / 8 >= property->count)
			property->count = to / 8 + 1;
		value += length + (value[length] == ',');
	}
	return property->count;
}

static bool policy_convert(
	const char *value, struct arena *arena, struct unit_property *property)
{
	property->type = UNIT_STRING;
	property->string = arena_string(arena, text_equal(value, "1") ? "kill" : "continue");
	return true;
}

/* cpu.max has two: the period comes first, since systemd has one of its own otherwise. The quota of v1 is here what
 * cpu.max would be. */
static const struct resource resources[] = {
	{"memory.max", "MemoryMax", limit_convert},
	{"memory.high", "MemoryHigh", limit_convert},
	{"memory.low", "MemoryLow", limit_convert},
	{"memory.min", "MemoryMin", limit_convert},
	{"memory.swap.max", "MemorySwapMax", limit_convert},
	{"memory.zswap.max", "MemoryZSwapMax", limit_convert},
	{"memory.oom.group", "OOMPolicy", policy_convert},
	{"memory.limit_in_bytes", "MemoryLimit", limit_convert},
	{"cpu.weight", "CPUWeight", limit_convert},
	{"cpu.idle", "CPUWeight", idle_convert},
	{"cpu.shares", "CPUShares", limit_convert},
	{"cpu.max", "CPUQuotaPeriodUSec", period_convert},
	{"cpu.max", "CPUQuotaPerSecUSec", quota_convert},
	{CPU_PERIOD_V1, "CPUQuotaPeriodUSec", limit_convert},
	{CPU_QUOTA_V1, "CPUQuotaPerSecUSec", quota_convert},
	{"cpuset.cpus", "AllowedCPUs", mask_convert},
	{"cpuset.mems", "AllowedMemoryNodes", mask_convert},
	{"pids.max", "TasksMax", limit_convert},
	{"io.weight", "IOWeight", weight_convert},
	{"blkio.weight", "BlockIOWeight", limit_convert},
};
#define RESOURCE_COUNT (sizeof(resources) / sizeof(resources[0]))

/* The last write of a file is what counts, without those for one device, which can be unset. */
static const struct cgroup_write *write_find(
	const struct cgroup_write *writes, size_t count, const char *file)
{
	while (count--) {
		if (text_equal(writes[count].file, file) && !writes[count].unset)
			return &writes[count];
	}
	return NULL;
}

/* NULL if the file is not written. */
static const char *value_find(const struct cgroup_write *writes, size_t count,
	const struct cgroup_write *write, struct arena *arena)
{
	const struct cgroup_write *period;

	if (!write || !text_equal(write->file, CPU_QUOTA_V1))
		return write ? write->value : NULL;
	period = write_find(writes, count, CPU_PERIOD_V1);
	return period ? builder_print(arena, "%s %s", write->value, period->value)
		      : write->value;
}

size_t unit_resources(const struct cgroup_write *writes, size_t count, struct arena *arena,
	struct unit_property *ret_properties)
{
	size_t made = 0;

	for (size_t i = 0; i < RESOURCE_COUNT && made < UNIT_RESOURCES; i++) {
		const struct cgroup_write *write = write_find(writes, count, resources[i].file);
		const char *value = value_find(writes, count, write, arena);
		struct unit_property property = {
			.name = resources[i].property, .may_miss = true};

		if (!value || !resources[i].convert(value, arena, &property))
			continue;
		property.origin = write->origin;
		ret_properties[made++] = property;
	}
	return made;
}

/* systemd knows numbers of devices by these paths, whether they exist or not, and "char-N" for all of one
 * driver. A wildcard for the driver alone does not exist: all devices of the type are allowed, and our own
 * rules say which. */
static const char *device_name(const struct device_rule *rule, struct arena *arena)
{
	const char *type = rule->type == 'b' ? "block" : "char";

	if (rule->major < 0)
		return builder_print(arena, "%s-*", type);
	if (rule->minor < 0)
		return builder_print(arena, "%s-%ld", type, (long)rule->major);
	return builder_print(
		arena, "/dev/%s/%ld:%ld", type, (long)rule->major, (long)rule->minor);
}

static const char *device_access(const struct device_rule *rule, struct arena *arena)
{
	return builder_print(arena, "%s%s%s", rule->read ? "r" : "", rule->write ? "w" : "",
		rule->mknod ? "m" : "");
}

static bool rules_allow_all(const struct plan_cgroup *cgroup)
{
	for (size_t i = 0; i < cgroup->device_rule_count; i++) {
		const struct device_rule *rule = &cgroup->device_rules[i];

		if (rule->allow && rule->type == 'a')
			return true;
	}
	return !cgroup->has_device_rules;
}

void unit_devices(const struct plan_cgroup *cgroup, struct arena *arena,
	struct unit_property *ret_properties)
{
	const char **strings =
		arena_array(arena, const char *, 2 * cgroup->device_rule_count + 1);
	const bool all = rules_allow_all(cgroup);
	size_t count = 0;

	for (size_t i = 0; strings && !all && i < cgroup->device_rule_count; i++) {
		const struct device_rule *rule = &cgroup->device_rules[i];

		if (!rule->allow)
			continue;
		strings[count++] = device_name(rule, arena);
		strings[count++] = device_access(rule, arena);
	}
	ret_properties[0] = (struct unit_property){
		.name = "DevicePolicy", .type = UNIT_STRING, .string = all ? "auto" : "strict"};
	ret_properties[1] = (struct unit_property){.name = "DeviceAllow",
		.type = UNIT_DEVICES,
		.count = count / 2,
		.strings = strings};
}
