/* SPDX-License-Identifier: GPL-2.0-or-later */
/* process.scheduler and process.ioPriority -> what sched_setattr and ioprio_set are given.
 *
 * Pure. A member that the policy has no use for is refused unless it is 0, which is how engines write that
 * it is not set.
 *
 * Spec: config.md "scheduler", "ioPriority"; sched(7), ioprio_set(2) */
#include "plan/scheduling.h"

#include <linux/ioprio.h>
#include <linux/sched.h>

#include "plan/builder.h"

/* What the kernel needs of a deadline: less runtime than this it cannot account for. */
#define RUNTIME_LEAST 1024
#define TIME_MOST     (UINT64_MAX >> 1)

#define NICE_LEAST     (-20)
#define NICE_MOST      19
#define PRIORITY_LEAST 1
#define PRIORITY_MOST  99
#define IO_LEVELS      8

struct policy {
	const char *name;
	uint32_t number;
	bool nice, priority, times; /* which members it takes */
};

static const struct policy policies[] = {
	[OCI_SCHED_OTHER] = {"SCHED_OTHER", SCHED_NORMAL, .nice = true},
	[OCI_SCHED_FIFO] = {"SCHED_FIFO", SCHED_FIFO, .priority = true},
	[OCI_SCHED_RR] = {"SCHED_RR", SCHED_RR, .priority = true},
	[OCI_SCHED_BATCH] = {"SCHED_BATCH", SCHED_BATCH, .nice = true},
	[OCI_SCHED_IDLE] = {"SCHED_IDLE", SCHED_IDLE, .nice = false},
	[OCI_SCHED_DEADLINE] = {"SCHED_DEADLINE", SCHED_DEADLINE, .times = true},
};

#define POLICY_COUNT (sizeof(policies) / sizeof(policies[0]))

static const uint64_t flags[] = {
	[OCI_SCHED_FLAG_RESET_ON_FORK] = SCHED_FLAG_RESET_ON_FORK,
	[OCI_SCHED_FLAG_RECLAIM] = SCHED_FLAG_RECLAIM,
	[OCI_SCHED_FLAG_DL_OVERRUN] = SCHED_FLAG_DL_OVERRUN,
	[OCI_SCHED_FLAG_KEEP_POLICY] = SCHED_FLAG_KEEP_POLICY,
	[OCI_SCHED_FLAG_KEEP_PARAMS] = SCHED_FLAG_KEEP_PARAMS,
	[OCI_SCHED_FLAG_UTIL_CLAMP_MIN] = SCHED_FLAG_UTIL_CLAMP_MIN,
	[OCI_SCHED_FLAG_UTIL_CLAMP_MAX] = SCHED_FLAG_UTIL_CLAMP_MAX,
};

const struct bit_name scheduling_flag_names[] = {
	{SCHED_FLAG_RESET_ON_FORK, "RESET_ON_FORK"},
	{SCHED_FLAG_RECLAIM, "RECLAIM"},
	{SCHED_FLAG_DL_OVERRUN, "DL_OVERRUN"},
	{SCHED_FLAG_KEEP_POLICY, "KEEP_POLICY"},
	{SCHED_FLAG_KEEP_PARAMS, "KEEP_PARAMS"},
	{SCHED_FLAG_UTIL_CLAMP_MIN, "UTIL_CLAMP_MIN"},
	{SCHED_FLAG_UTIL_CLAMP_MAX, "UTIL_CLAMP_MAX"},
	{0, NULL},
};

const char *scheduling_policy_name(uint32_t policy)
{
	for (size_t i = 0; i < POLICY_COUNT; i++) {
		if (policies[i].name && policies[i].number == policy)
			return policies[i].name;
	}
	return NULL;
}

const char *scheduling_io_class_name(uint32_t class)
{
	static const char *const names[] = {
		[IOPRIO_CLASS_RT] = "IOPRIO_CLASS_RT",
		[IOPRIO_CLASS_BE] = "IOPRIO_CLASS_BE",
		[IOPRIO_CLASS_IDLE] = "IOPRIO_CLASS_IDLE",
	};

	return class < sizeof(names) / sizeof(names[0]) ? names[class] : NULL;
}

static int nice_plan(struct builder *b, const struct oci_scheduler *given,
	const struct policy *policy, struct scheduler_op *op, struct error *err)
{
	int32_t nice = given->nice.value;

	if (nice < NICE_LEAST || nice > NICE_MOST)
		return builder_refuse(err, origin_make(ORIGIN_SCHEDULER_NICE, 0),
			"the nice value %d is not between %d and %d", nice, NICE_LEAST,
			NICE_MOST);
	if (nice && !policy->nice)
		builder_warn(b, "%s has no nice value: SCHED_OTHER and SCHED_BATCH have",
			policy->name);
	op->nice = policy->nice ? nice : 0;
	return 0;
}

static int priority_plan(const struct oci_scheduler *given, const struct policy *policy,
	struct scheduler_op *op, struct error *err)
{
	int32_t priority = given->priority.value;

	if (priority && !policy->priority)
		return builder_refuse(err, origin_make(ORIGIN_SCHEDULER_PRIORITY, 0),
			"%s has no priority: SCHED_FIFO and SCHED_RR have", policy->name);
	if (policy->priority && (priority < PRIORITY_LEAST || priority > PRIORITY_MOST))
		return builder_refuse(err, origin_make(ORIGIN_SCHEDULER_PRIORITY, 0),
			"the priority %d of %s is not between %d and %d", priority,
			policy->name, PRIORITY_LEAST, PRIORITY_MOST);
	op->priority = (uint32_t)priority;
	return 0;
}

/* runtime <= deadline <= period, where no period means that it is the deadline. */
static int deadline_check(const struct scheduler_op *op, struct error *err)
{
	if (op->runtime < RUNTIME_LEAST)
		return builder_refuse(err, origin_make(ORIGIN_SCHEDULER_RUNTIME, 0),
			"the runtime of SCHED_DEADLINE is %lu ns: at least %d are accepted",
			(unsigned long)op->runtime, RUNTIME_LEAST);
	if (op->deadline < op->runtime || op->deadline > TIME_MOST)
		return builder_refuse(err, origin_make(ORIGIN_SCHEDULER_DEADLINE, 0),
			"the deadline of %lu ns is not between the runtime of %lu ns and 2^63",
			(unsigned long)op->deadline, (unsigned long)op->runtime);
	if (op->period && (op->period < op->deadline || op->period > TIME_MOST))
		return builder_refuse(err, origin_make(ORIGIN_SCHEDULER_PERIOD, 0),
			"the period of %lu ns is not between the deadline of %lu ns and 2^63",
			(unsigned long)op->period, (unsigned long)op->deadline);
	return 0;
}

static int times_plan(const struct oci_scheduler *given, const struct policy *policy,
	struct scheduler_op *op, struct error *err)
{
	const struct {
		enum origin_place place;
		const char *name;
		uint64_t value;
		uint64_t *to;
	} rows[] = {
		{ORIGIN_SCHEDULER_RUNTIME, "runtime", given->runtime.value, &op->runtime},
		{ORIGIN_SCHEDULER_DEADLINE, "deadline", given->deadline.value, &op->deadline},
		{ORIGIN_SCHEDULER_PERIOD, "period", given->period.value, &op->period},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].value && !policy->times)
			return builder_refuse(err, origin_make(rows[i].place, 0),
				"%s has no %s: SCHED_DEADLINE has", policy->name, rows[i].name);
		*rows[i].to = rows[i].value;
	}
	return policy->times ? deadline_check(op, err) : 0;
}

static int scheduler_plan(struct builder *b, struct error *err)
{
	const struct oci_scheduler *given = b->process->scheduler;
	const struct policy *policy;
	struct scheduler_op *op;

	if (!given)
		return 0;
	policy = (size_t)given->policy < POLICY_COUNT ? &policies[given->policy] : policies;
	if (!policy->name)
		return builder_refuse(err, origin_make(ORIGIN_SCHEDULER_POLICY, 0),
			"SCHED_ISO is a name that the kernel reserves for a policy that it "
			"does "
			"not have");
	op = arena_new(b->arena, struct scheduler_op);
	if (!op)
		return builder_full(err);
	op->policy = policy->number;
	for (size_t i = 0; i < given->flags.count; i++)
		op->flags |= flags[given->flags.items[i]];
	if (op->flags & SCHED_FLAG_UTIL_CLAMP)
		builder_warn(b, "a utilization clamp of the scheduler is 0, as config.json has "
				"no value for it");
	b->plan->process.scheduler = op;
	return nice_plan(b, given, policy, op, err) || priority_plan(given, policy, op, err)
		       ? -1
		       : times_plan(given, policy, op, err);
}

static int io_priority_plan(struct builder *b, struct error *err)
{
	static const uint32_t classes[] = {
		[OCI_IOPRIO_CLASS_RT] = IOPRIO_CLASS_RT,
		[OCI_IOPRIO_CLASS_BE] = IOPRIO_CLASS_BE,
		[OCI_IOPRIO_CLASS_IDLE] = IOPRIO_CLASS_IDLE,
	};
	const struct oci_io_priority *given = b->process->io_priority;

	if (!given)
		return 0;
	if (given->priority.value < 0 || given->priority.value >= IO_LEVELS)
		return builder_refuse(err, origin_make(ORIGIN_IO_PRIORITY, 0),
			"the I/O priority %d is not between 0 and %d", given->priority.value,
			IO_LEVELS - 1);
	b->plan->process.io_priority =
		classes[given->class] << IOPRIO_CLASS_SHIFT | (uint32_t)given->priority.value;
	return 0;
}

int scheduling_plan(struct builder *b, struct error *err)
{
	if (builder_try(b, err, scheduler_plan(b, err)))
		return -1;
	return io_priority_plan(b, err);
}
