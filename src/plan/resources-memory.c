/* SPDX-License-Identifier: GPL-2.0-or-later */
/* linux.resources.memory. Pure.
 *
 * 0 is how engines write "not set", and a negative number is no limit: -1 by the specification, -2^63 by an engine that
 * counts with it. memory.swap counts memory and swap together, as v1 does; v2 counts swap alone.
 *
 * Spec: config-linux.md "Memory"; cgroup-v2 "memory.swap.max"; cgroup-v1/memory "memsw" */
#include "base/text.h"
#include "plan/builder.h"
#include "plan/resources-part.h"

#define SWAPPINESS_MAX 100

static const struct resource_file limit_file = {
	"memory", "memory.limit_in_bytes", "memory.max", ORIGIN_MEMORY_LIMIT};
static const struct resource_file swap_file = {
	"memory", "memory.memsw.limit_in_bytes", "memory.swap.max", ORIGIN_MEMORY_SWAP};
static const struct resource_file reservation_file = {
	"memory", "memory.soft_limit_in_bytes", "memory.low", ORIGIN_MEMORY_RESERVATION};
static const struct resource_file kernel_tcp_file = {
	"memory", "memory.kmem.tcp.limit_in_bytes", NULL, ORIGIN_MEMORY_KERNEL_TCP};
static const struct resource_file swappiness_file = {
	"memory", "memory.swappiness", NULL, ORIGIN_MEMORY_SWAPPINESS};
static const struct resource_file oom_file = {
	"memory", "memory.oom_control", NULL, ORIGIN_MEMORY_OOM_KILLER};
static const struct resource_file hierarchy_file = {
	"memory", "memory.use_hierarchy", NULL, ORIGIN_MEMORY_HIERARCHY};

static int number_check(int64_t value, enum origin_place place, struct error *err)
{
	if (value >= -1 || value == INT64_MIN)
		return 0;
	return resources_refuse(err, place, 0,
		"the limit %ld is not -1, which means none, or more", (long)value);
}

/* A value that is given: 1, 0 if it is not, -1 and an error if it is none. */
static int number_given(
	const struct oci_opt_i64 *number, enum origin_place place, struct error *err)
{
	if (!number->value)
		return 0;
	return number_check(number->value, place, err) ? -1 : 1;
}

static int swap_check(const struct oci_memory *m, struct error *err)
{
	const int64_t limit = m->limit.value, swap = m->swap.value;

	if (swap <= 0)
		return 0;
	if (limit <= 0)
		return resources_refuse(err, ORIGIN_MEMORY_SWAP, 0,
			"the limit %ld of memory and swap needs a limit of memory, which is "
			"part of it",
			(long)swap);
	if (swap < limit)
		return resources_refuse(err, ORIGIN_MEMORY_SWAP, 0,
			"the limit %ld of memory and swap is less than %ld, that of memory "
			"alone",
			(long)swap, (long)limit);
	return 0;
}

/* Kernels may be built without accounting of swap: those limit nothing, which is what the ends of the scale
 * ask for. On v1 the two limits may only be set in an order that depends on what they were. */
static int swap_plan(struct resources *r, bool limited, struct error *err)
{
	const struct oci_memory *m = r->given->memory;
	int64_t swap = m->limit.value == -1 && !m->swap.value ? -1 : m->swap.value;
	struct cgroup_write *write;
	int version;

	if (!swap)
		return 0;
	version = resources_version(r, "memory", ORIGIN_MEMORY_SWAP, 0, err);
	if (version < 0)
		return -1;
	if (version == 2 && swap > 0)
		swap -= m->limit.value;
	if (version == 1 && limited)
		r->writes[r->count - 1].together = true;
	write = resources_add(r, &swap_file, 0, resources_number(r, version == 2, swap), err);
	if (!write)
		return -1;
	write->optional = swap < 0 || (version == 2 && swap == 0);
	return 0;
}

static int limits_plan(struct resources *r, struct error *err)
{
	const struct oci_memory *m = r->given->memory;
	int given = number_given(&m->limit, ORIGIN_MEMORY_LIMIT, err);
	int swap = number_given(&m->swap, ORIGIN_MEMORY_SWAP, err);
	struct cgroup_write *write;
	int version;

	if (given < 0 || swap < 0 || swap_check(m, err))
		return -1;
	if (given) {
		version = resources_version(r, "memory", ORIGIN_MEMORY_LIMIT, 0, err);
		if (version < 0)
			return -1;
		write = resources_add(r, &limit_file, 0,
			resources_number(r, version == 2, m->limit.value), err);
		if (!write)
			return -1;
		if (m->check_before_update.value && m->limit.value > 0)
			write->usage = arena_string(r->arena,
				version == 2 ? "memory.current" : "memory.usage_in_bytes");
	}
	return swap_plan(r, given, err);
}

static int reservation_plan(struct resources *r, struct error *err)
{
	const struct oci_opt_i64 *number = &r->given->memory->reservation;
	int version, given = number_given(number, ORIGIN_MEMORY_RESERVATION, err);

	if (given <= 0)
		return given;
	version = resources_version(r, "memory", ORIGIN_MEMORY_RESERVATION, 0, err);
	if (version < 0)
		return -1;
	return resources_add(r, &reservation_file, 0,
		       resources_number(r, version == 2, number->value), err)
		       ? 0
		       : -1;
}

/* Linux 5.16 has taken the limit of kernel memory away, and on v2 it never existed; it is part of memory.limit. */
static int kernel_limits_plan(struct resources *r, struct error *err)
{
	const struct oci_memory *m = r->given->memory;
	int version, kernel = number_given(&m->kernel, ORIGIN_MEMORY_KERNEL, err);
	int tcp = number_given(&m->kernel_tcp, ORIGIN_MEMORY_KERNEL_TCP, err);

	if (kernel < 0 || tcp < 0)
		return -1;
	if (kernel)
		r->place->warn(r->place->ctx,
			"memory.kernel has no effect: kernel memory is part of memory.limit");
	if (!tcp)
		return 0;
	version = resources_version(r, "memory", ORIGIN_MEMORY_KERNEL_TCP, 0, err);
	if (version == 1)
		return resources_add(r, &kernel_tcp_file, 0,
			       resources_number(r, false, m->kernel_tcp.value), err)
			       ? 0
			       : -1;
	r->place->warn(r->place->ctx,
		"memory.kernelTCP has no effect: on cgroup v2 such memory is part of "
		"memory.limit");
	return version < 0 ? -1 : 0;
}

static int swappiness_plan(struct resources *r, struct error *err)
{
	const struct oci_opt_u64 *given = &r->given->memory->swappiness;

	if (!given->present)
		return 0;
	if (given->value > SWAPPINESS_MAX)
		return resources_refuse(err, ORIGIN_MEMORY_SWAPPINESS, 0,
			"the swappiness %lu is more than %d", (unsigned long)given->value,
			SWAPPINESS_MAX);
	return resources_add(r, &swappiness_file, 0,
		       builder_print(r->arena, "%lu", (unsigned long)given->value), err)
		       ? 0
		       : -1;
}

static int switches_plan(struct resources *r, struct error *err)
{
	const struct oci_memory *m = r->given->memory;
	struct cgroup_write *write;
	int version;

	if (m->disable_oom_killer.value) {
		write = resources_add(r, &oom_file, 0, arena_string(r->arena, "1"), err);
		if (!write)
			return -1;
		write->key = arena_string(r->arena, "oom_kill_disable");
	}
	if (!m->use_hierarchy.value)
		return 0;
	version = resources_version(r, "memory", ORIGIN_MEMORY_HIERARCHY, 0, err);
	if (version != 1) /* v2 knows nothing else */
		return version < 0 ? -1 : 0;
	write = resources_add(r, &hierarchy_file, 0, arena_string(r->arena, "1"), err);
	return write ? 0 : -1;
}

int resources_memory(struct resources *r, struct error *err)
{
	if (!r->given->memory)
		return 0;
	if (limits_plan(r, err) || reservation_plan(r, err) || kernel_limits_plan(r, err) ||
		swappiness_plan(r, err) || switches_plan(r, err))
		return -1;
	return 0;
}
