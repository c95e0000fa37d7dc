/* SPDX-License-Identifier: GPL-2.0-or-later */
/* linux.resources.devices -> the rules for devices. Pure.
 *
 * Spec: config-linux.md "Device allowlist" */
#include <string.h>

#include "plan/builder.h"
#include "plan/resources.h"

/* What every container may use, behind the rules of the config: the devices in /dev that everybody expects, terminals,
 * and tun. Nodes of all devices may be made; to open one is another matter. */
static const struct device_rule default_rules[] = {
	{true, 'c', -1, -1, false, false, true, 0}, {true, 'b', -1, -1, false, false, true, 0},
	{true, 'c', 1, 3, true, true, true, 0},	   /* null */
	{true, 'c', 1, 8, true, true, true, 0},	   /* random */
	{true, 'c', 1, 7, true, true, true, 0},	   /* full */
	{true, 'c', 5, 0, true, true, true, 0},	   /* tty */
	{true, 'c', 1, 5, true, true, true, 0},	   /* zero */
	{true, 'c', 1, 9, true, true, true, 0},	   /* urandom */
	{true, 'c', 136, -1, true, true, true, 0}, /* pts */
	{true, 'c', 5, 2, true, true, true, 0},	   /* ptmx */
	{true, 'c', 10, 200, true, true, true, 0}, /* tun */
};

#define DEFAULT_RULE_COUNT (sizeof(default_rules) / sizeof(default_rules[0]))

static const struct device_rule deny_all = {false, 'a', -1, -1, true, true, true, 0};

static int access_parse(const char *access, struct device_rule *rule, struct error *err)
{
	if (!access || !access[0])
		access = "rwm";
	for (; *access; access++) {
		switch (*access) {
		case 'r':
			rule->read = true;
			break;
		case 'w':
			rule->write = true;
			break;
		case 'm':
			rule->mknod = true;
			break;
		default:
			return error_set(err, ERROR_CONFIG, 0,
				"'%c' is not an access to a device: r, w and m are", *access);
		}
	}
	return 0;
}

static int number_parse(
	const struct oci_opt_i64 *given, const char *name, int64_t *ret, struct error *err)
{
	*ret = given->present ? given->value : -1;
	if (*ret < -1 || *ret > UINT32_MAX)
		return error_set(err, ERROR_CONFIG, 0,
			"the %s number %ld is not that of a device, nor -1 for all", name,
			(long)*ret);
	return 0;
}

static int rule_plan(
	const struct oci_device_rule *given, struct device_rule *rule, struct error *err)
{
	static const char types[] = {
		[OCI_DEVICE_RULE_ABSENT] = 'a',
		[OCI_DEVICE_RULE_ALL] = 'a',
		[OCI_DEVICE_RULE_CHAR] = 'c',
		[OCI_DEVICE_RULE_BLOCK] = 'b',
	};

	rule->allow = given->allow;
	rule->type = types[given->type];
	if (access_parse(given->access, rule, err) ||
		number_parse(&given->major, "major", &rule->major, err) ||
		number_parse(&given->minor, "minor", &rule->minor, err))
		return -1;
	return 0;
}

static bool rule_is_total(const struct device_rule *rule)
{
	return rule->type == 'a' && rule->major < 0 && rule->minor < 0 && rule->read &&
	       rule->write && rule->mknod;
}

/* The rules begin with one about all devices, so that what is not named is denied and the result does
 * not depend on the rules of the cgroup above. */
int resources_devices_plan(struct arena *arena, const struct oci_device_rule_list *given,
	struct plan_cgroup *cgroup, struct error *err)
{
	struct device_rule *rules =
		arena_array(arena, struct device_rule, 1 + given->count + DEFAULT_RULE_COUNT);
	size_t count = 1;

	if (!rules)
		return builder_full(err);
	rules[0] = deny_all;
	for (size_t i = 0; i < given->count; i++) {
		struct device_rule *rule = &rules[count++];

		rule->origin = origin_make(ORIGIN_DEVICE_RULE, i);
		if (rule_plan(&given->items[i], rule, err))
			return error_at(err, rule->origin);
	}
	memcpy(rules + count, default_rules, sizeof(default_rules));
	count += DEFAULT_RULE_COUNT;
	if (given->count && rule_is_total(&rules[1])) {
		rules++;
		count--;
	}
	cgroup->has_device_rules = true;
	cgroup->device_rules = rules;
	cgroup->device_rule_count = count;
	return 0;
}

bool resources_devices_deny_one(const struct oci_device_rule_list *given)
{
	struct error ignored;

	for (size_t i = 0; i < given->count; i++) {
		struct device_rule rule = {0};

		if (!rule_plan(&given->items[i], &rule, &ignored) && !rule.allow &&
			!rule_is_total(&rule))
			return true;
	}
	return false;
}
