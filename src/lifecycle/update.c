/* SPDX-License-Identifier: GPL-2.0-or-later */
/* update: other limits for a container, all of them or none.
 *
 * Runs in: the runtime. What is to be written is decided by the same functions as at create. Nothing is recorded: the
 * cgroup's files are what holds.
 * Callers: engines give linux.resources as JSON; what is absent or 0 in it stays as it is. */
#include "lifecycle/lifecycle.h"

#include <errno.h>
#include <string.h>

#include "base/number.h"
#include "cgroup/systemd.h"
#include "cgroup/update.h"
#include "libocispec/decode.h"
#include "lifecycle/config.h"
#include "lifecycle/container.h"
#include "plan/resources.h"
#include "plan/unit.h"

struct update {
	struct container container;
	struct oci_resources resources;
	struct oci_memory memory;
	struct oci_cpu cpu;
};

static int status_check(const struct container *container, struct error *err)
{
	switch (container->status) {
	case STATUS_CREATED:
	case STATUS_RUNNING:
	case STATUS_PAUSED:
		return 0;
	case STATUS_CREATING:
	case STATUS_STOPPED:
	case STATUS_COUNT:
		break;
	}
	return error_set(err, ERROR_STATE, 0, "container not running: it is %s",
		status_name(container->status));
}

/* Copies what is going to be completed. */
static void resources_copy(struct update *update, const struct oci_resources *given)
{
	update->resources = *given;
	if (given->memory) {
		update->memory = *given->memory;
		update->resources.memory = &update->memory;
	}
	if (given->cpu) {
		update->cpu = *given->cpu;
		update->resources.cpu = &update->cpu;
	}
}

static int decode(struct update *update, const struct request *request,
	struct oci_arena *oci_arena, struct error *err)
{
	const struct oci_resources *given;
	struct oci_error where;
	int r = oci_resources_decode(
		request->resources, request->resources_length, oci_arena, &given, &where);

	if (!r) {
		resources_copy(update, given);
		return 0;
	}
	error_set(err, ERROR_CONFIG, r == -EINVAL ? 0 : r,
		"the resources are wrong in line %u, column %u: %s", where.line, where.column,
		where.text);
	return error_pointer(err, where.pointer);
}

/* A limit of swap is one of memory and swap together, of which v2 has no file; and v1 compares the two. */
static void memory_complete(struct update *update)
{
	struct oci_memory *m = &update->memory;
	const bool v1 = !cgroup_unified(&update->container.cgroups) ||
			cgroup_directory_of(&update->container.cgroups, "memory") !=
				cgroup_unified(&update->container.cgroups);
	const char *text;
	uint64_t limit;

	if (!update->resources.memory || m->limit.value || m->swap.value <= 0)
		return;
	text = cgroup_value(&update->container.cgroups, "memory",
		v1 ? "memory.limit_in_bytes" : "memory.max", &update->container.arena);
	if (text && !number_u64(text, INT64_MAX, &limit))
		m->limit.value = (int64_t)limit;
}

static uint64_t number_of(const char *text)
{
	char word[32];
	uint64_t number;

	return text && text_print(word, sizeof(word), "%.*s", (int)strcspn(text, " "), text) &&
			       !number_u64(word, INT64_MAX, &number)
		       ? number
		       : 0;
}

/* On v2 a period is written together with the quota that there is, and systemd, which has a quota per second, needs both of
 * them wherever it is. */
static void cpu_complete(struct update *update)
{
	struct cgroup_set *set = &update->container.cgroups;
	struct arena *arena = &update->container.arena;
	struct oci_cpu *cpu = &update->cpu;
	const char *quota, *period;

	if (!update->resources.cpu || !cpu->period.value == !cpu->quota.value)
		return;
	quota = cgroup_value(set, "cpu", "cpu.max", arena);
	period = quota ? strchr(quota, ' ') : NULL;
	period = period ? period + 1 : NULL;
	if (!quota && set->unit) {
		quota = cgroup_value(set, "cpu", "cpu.cfs_quota_us", arena);
		period = cgroup_value(set, "cpu", "cpu.cfs_period_us", arena);
	}
	if (!cpu->quota.value)
		cpu->quota.value = (int64_t)number_of(quota);
	else if (set->unit && cpu->quota.value > 0)
		cpu->period.value = number_of(period);
}

/* Engines put a denial of everything in front of each list. Alone it says nothing: taken for a list it would be the end of all
 * devices that the container was made with. */
static bool devices_given(const struct oci_device_rule_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct oci_device_rule *rule = &list->items[i];

		if (rule->allow || rule->type == OCI_DEVICE_RULE_CHAR ||
			rule->type == OCI_DEVICE_RULE_BLOCK)
			return true;
	}
	return false;
}

static void warn(void *ctx, const char *text)
{
	const struct caller *caller = ctx;

	if (caller->warn)
		caller->warn(text);
}

static int plan(struct update *update, const struct caller *caller,
	struct host_cgroups *cgroups, struct plan_cgroup *ret_plan, struct error *err)
{
	struct container *container = &update->container;
	const struct resources_place place = {.cgroups = cgroups,
		.disabled = !container->cgroups.count,
		.arena = &container->arena,
		.warn = warn,
		.ctx = (void *)(uintptr_t)caller};

	*ret_plan = (struct plan_cgroup){.manager = container->cgroups.manager};
	if (cgroup_facts(&container->cgroups, &container->arena, cgroups, err))
		return -1;
	memory_complete(update);
	cpu_complete(update);
	if (resources_plan(&place, &update->resources, ret_plan, err))
		return -1;
	if (place.disabled || !devices_given(&update->resources.devices))
		return 0;
	return resources_devices_plan(
		&container->arena, &update->resources.devices, ret_plan, err);
}

/* systemd is told what is in the files already: it would write its own values there again. */
static int unit_update(void *ctx, const struct plan_cgroup *decided, struct error *err)
{
	struct container *container = ctx;
	struct unit_property *properties =
		arena_array(&container->arena, struct unit_property, UNIT_RESOURCES + 2);
	size_t count;

	if (!properties)
		return error_set(
			err, ERROR_SYSTEM, ENOMEM, "cannot tell systemd of the limits");
	count = unit_resources(
		decided->writes, decided->write_count, &container->arena, properties);
	if (decided->has_device_rules && !container->cgroups.unit_user) {
		unit_devices(decided, &container->arena, properties + count);
		count += 2;
	}
	return count ? systemd_set(&container->cgroups, properties, count, err) : 0;
}

static int update_opened(struct update *update, const struct request *request,
	const struct caller *caller, struct error *err)
{
	struct oci_arena oci_arena = {0};
	struct host_cgroups cgroups;
	struct plan_cgroup decided;
	const struct cgroup_partner systemd = {unit_update, &update->container};
	int r = status_check(&update->container, err);

	if (!r && request->changes)
		resources_copy(update, request->changes);
	if (!r && request->resources)
		r = decode(update, request, &oci_arena, err);
	if (!r)
		r = plan(update, caller, &cgroups, &decided, err);
	if (!r)
		r = cgroup_update(&update->container.cgroups, &decided,
			update->container.cgroups.unit ? &systemd : NULL,
			&update->container.arena, err);
	oci_arena_free(&oci_arena);
	return r;
}

int lifecycle_update(
	const struct request *request, const struct caller *caller, struct error *err)
{
	struct update update = {0};
	int r;

	if (state_id_check(request->id, err) ||
		container_open(
			&update.container, request->state_root, request->id, STATE_LOCKED, err))
		return -1;
	r = update_opened(&update, request, caller, err);
	container_close(&update.container);
	if (r)
		config_locate(&(const struct config){0}, err);
	return r;
}
