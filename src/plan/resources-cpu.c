/* SPDX-License-Identifier: GPL-2.0-or-later */
/* linux.resources.cpu. Pure, without the mathematics library.
 *
 * On v2 the shares (2 to 262144, 1024 by default) are a weight (1 to 10000, 100 by default): the weight is 10 to the power of
 * (l * l + 125 * l) / 612 - 7 / 34, rounded up, where l is the binary logarithm of the shares. That keeps both ends and both
 * defaults.
 *
 * Spec: config-linux.md "CPU"; cgroup-v2 "CPU"; scheduler/sched-bwc */
#include "base/text.h"
#include "plan/builder.h"
#include "plan/resources-part.h"

#define SHARES_MIN 2
#define SHARES_MAX 262144
#define WEIGHT_MAX 10000

static const struct resource_file shares_file = {
	"cpu", "cpu.shares", "cpu.weight", ORIGIN_CPU_SHARES};
static const struct resource_file idle_file = {"cpu", "cpu.idle", "cpu.idle", ORIGIN_CPU_IDLE};
static const struct resource_file period_file = {
	"cpu", "cpu.cfs_period_us", "cpu.max", ORIGIN_CPU_PERIOD};
static const struct resource_file quota_file = {
	"cpu", "cpu.cfs_quota_us", "cpu.max", ORIGIN_CPU_QUOTA};
static const struct resource_file burst_file = {
	"cpu", "cpu.cfs_burst_us", "cpu.max.burst", ORIGIN_CPU_BURST};
static const struct resource_file realtime_period_file = {
	"cpu", "cpu.rt_period_us", NULL, ORIGIN_CPU_REALTIME_PERIOD};
static const struct resource_file realtime_runtime_file = {
	"cpu", "cpu.rt_runtime_us", NULL, ORIGIN_CPU_REALTIME_RUNTIME};
static const struct resource_file cpus_file = {
	"cpuset", "cpuset.cpus", "cpuset.cpus", ORIGIN_CPU_CPUS};
static const struct resource_file mems_file = {
	"cpuset", "cpuset.mems", "cpuset.mems", ORIGIN_CPU_MEMS};

/* The binary logarithm of a number of at least 1: its integral part, and for the rest
 * ln(m) = 2 * (z + z^3 / 3 + z^5 / 5 + ...) with z = (m - 1) / (m + 1) of at most 1 / 3. */
static double logarithm(double number)
{
	const double ln2 = 0.693147180559945309417;
	double z, power, sum = 0;
	int whole = 0;

	while (number >= 2) {
		number /= 2;
		whole++;
	}
	z = (number - 1) / (number + 1);
	power = z;
	for (int i = 1; i < 40; i += 2) {
		sum += power / i;
		power *= z * z;
	}
	return whole + 2 * sum / ln2;
}

/* 10 to a power from 0 to 4, by the series of the exponential function for a sixteenth of it. */
static double power_of_ten(double exponent)
{
	const double ln10 = 2.302585092994045684018;
	double x = exponent * ln10 / 16, term = 1, sum = 1;

	for (int i = 1; i < 24; i++) {
		term *= x / i;
		sum += term;
	}
	for (int i = 0; i < 4; i++)
		sum *= sum;
	return sum;
}

/* No result but those of 2, 1024 and 262144 is nearer to an integer than a millionth. */
static unsigned weight_of(uint64_t shares)
{
	double l, exact;
	unsigned whole;

	if (shares <= SHARES_MIN)
		return 1;
	if (shares >= SHARES_MAX)
		return WEIGHT_MAX;
	l = logarithm((double)shares);
	exact = power_of_ten((l * l + 125 * l) / 612 - 7.0 / 34) - 1e-8;
	whole = (unsigned)exact;
	return whole + (exact > whole);
}

static const char *unsigned_print(struct resources *r, uint64_t value)
{
	return builder_print(r->arena, "%lu", (unsigned long)value);
}

/* An idle cgroup has the least share there is, and the kernel takes no other. */
static int shares_plan(struct resources *r, struct error *err)
{
	const struct oci_cpu *cpu = r->given->cpu;
	int version;

	if (cpu->idle.present) {
		if (cpu->idle.value != 0 && cpu->idle.value != 1)
			return resources_refuse(err, ORIGIN_CPU_IDLE, 0,
				"the value %ld of idle is neither 0 nor 1",
				(long)cpu->idle.value);
		if (!resources_add(r, &idle_file, 0,
			    arena_string(r->arena, cpu->idle.value ? "1" : "0"), err))
			return -1;
	}
	if (!cpu->shares.value)
		return 0;
	if (cpu->idle.value) {
		r->place->warn(r->place->ctx,
			"cpu.shares has no effect: with cpu.idle the share is the least");
		return 0;
	}
	version = resources_version(r, "cpu", ORIGIN_CPU_SHARES, 0, err);
	if (version < 0)
		return -1;
	return resources_add(r, &shares_file, 0,
		       unsigned_print(r,
			       version == 2 ? weight_of(cpu->shares.value) : cpu->shares.value),
		       err)
		       ? 0
		       : -1;
}

/* The next write may have to come before the last one: which of them the kernel takes first depends on the
 * values of before. */
static void last_together(struct resources *r, bool there_is_one)
{
	if (there_is_one)
		r->writes[r->count - 1].together = true;
}

/* v2 has one file for both; a single word is a quota, and leaves the period as it is. */
static int bandwidth_v2(struct resources *r, struct error *err)
{
	const struct oci_cpu *cpu = r->given->cpu;
	const char *quota = cpu->quota.value > 0 ? unsigned_print(r, (uint64_t)cpu->quota.value)
						 : arena_string(r->arena, "max");

	if (!quota)
		return builder_full(err);
	if (!cpu->period.value)
		return resources_add(r, &quota_file, 0, quota, err) ? 0 : -1;
	return resources_add(r, cpu->quota.value ? &quota_file : &period_file, 0,
		       builder_print(
			       r->arena, "%s %lu", quota, (unsigned long)cpu->period.value),
		       err)
		       ? 0
		       : -1;
}

static int bandwidth_v1(struct resources *r, struct error *err)
{
	const struct oci_cpu *cpu = r->given->cpu;

	if (cpu->period.value &&
		!resources_add(r, &period_file, 0, unsigned_print(r, cpu->period.value), err))
		return -1;
	if (!cpu->quota.value)
		return 0;
	last_together(r, cpu->period.value);
	return resources_add(
		       r, &quota_file, 0, resources_number(r, false, cpu->quota.value), err)
		       ? 0
		       : -1;
}

static int bandwidth_plan(struct resources *r, struct error *err)
{
	const struct oci_cpu *cpu = r->given->cpu;
	bool given = cpu->quota.value || cpu->period.value;
	int version;

	if (given) {
		version = resources_version(r, "cpu",
			cpu->quota.value ? ORIGIN_CPU_QUOTA : ORIGIN_CPU_PERIOD, 0, err);
		if (version < 0 || (version == 2 ? bandwidth_v2(r, err) : bandwidth_v1(r, err)))
			return -1;
	}
	if (!cpu->burst.present)
		return 0;
	last_together(r, given);
	return resources_add(r, &burst_file, 0, unsigned_print(r, cpu->burst.value), err) ? 0
											  : -1;
}

static int realtime_plan(struct resources *r, struct error *err)
{
	const struct oci_cpu *cpu = r->given->cpu;

	if (cpu->realtime_period.value &&
		!resources_add(r, &realtime_period_file, 0,
			unsigned_print(r, cpu->realtime_period.value), err))
		return -1;
	if (!cpu->realtime_runtime.value)
		return 0;
	last_together(r, cpu->realtime_period.value);
	return resources_add(r, &realtime_runtime_file, 0,
		       resources_number(r, false, cpu->realtime_runtime.value), err)
		       ? 0
		       : -1;
}

static int set_plan(struct resources *r, const struct resource_file *file, const char *list,
	struct error *err)
{
	if (!list || !list[0])
		return 0;
	for (const char *c = list; *c; c++) {
		if ((*c < '0' || *c > '9') && *c != ',' && *c != '-' && *c != ':' && *c != '/')
			return resources_refuse(err, file->place, 0,
				"\"%s\" is not a list of numbers such as 0-3,7", list);
	}
	return resources_add(r, file, 0, arena_string(r->arena, list), err) ? 0 : -1;
}

int resources_cpu(struct resources *r, struct error *err)
{
	const struct oci_cpu *cpu = r->given->cpu;

	if (!cpu)
		return 0;
	if (shares_plan(r, err) || realtime_plan(r, err) || bandwidth_plan(r, err) ||
		set_plan(r, &cpus_file, cpu->cpus, err) ||
		set_plan(r, &mems_file, cpu->mems, err))
		return -1;
	return 0;
}
