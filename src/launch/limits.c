/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Limits of the finished process, set by pid.
 *
 * Runs in: the runtime, in the host's namespaces, with its capabilities: in a user namespace the same calls
 *          are refused. Without capabilities some are permitted to none but the process itself: then they are set by the
 *          clone's child, and stay over the exec of init.
 * Relies on: prlimit(2), sched_setattr(2), ioprio_set(2); proc(5) "oom_score_adj". */
#include "launch/limits.h"

#include <linux/ioprio.h>
#include <linux/sched/types.h>
#include <string.h>
#include <sys/resource.h>

#include "base/number.h"
#include "base/text.h"
#include "plan/affinity.h"
#include "plan/origin.h"
#include "plan/scheduling.h"
#include "sys/file.h"
#include "sys/process.h"

#define WHO_PROCESS 1 /* IOPRIO_WHO_PROCESS, of an enumeration that the kernel's headers lack */

/* The caller's own score; the one that is wanted if it cannot be read. */
static int64_t oom_score_own(int64_t wanted)
{
	char value[16] = "";
	int fd = sys_openat(AT_FDCWD, "/proc/self/oom_score_adj", O_RDONLY, 0);
	int64_t own = wanted;

	if (fd < 0)
		return own;
	if (sys_read(fd, value, sizeof(value) - 1) > 0)
		value[strcspn(value, "\n")] = '\0';
	sys_close(fd);
	number_i64(value, &own);
	return own;
}

/* Of `pid`, or the caller's if 0. */
static int oom_score_write(int pid, int32_t score, struct error *err)
{
	origin_t origin = origin_make(ORIGIN_PROCESS_OOM_SCORE_ADJ, 0);
	char path[64] = "/proc/self/oom_score_adj", value[16];
	struct text text;
	ssize_t n;
	int fd;

	if (pid)
		text_print(path, sizeof(path), "/proc/%d/oom_score_adj", pid);
	text_start(&text, value, sizeof(value));
	text_i64(&text, score);
	fd = sys_openat(AT_FDCWD, path, O_WRONLY, 0);
	n = fd < 0 ? fd : sys_write(fd, value, text.length);
	if (fd >= 0)
		sys_close(fd);
	if (n >= 0)
		return 0;
	if (n == -EACCES && score < oom_score_own(score))
		return error_system_at(err, origin, (int)n,
			"cannot set the OOM score adjustment to %d, below the caller's own %d: "
			"that "
			"takes CAP_SYS_RESOURCE",
			score, (int)oom_score_own(score));
	return error_system_at(
		err, origin, (int)n, "cannot set the OOM score adjustment to %d", score);
}

static int scheduler_set(int pid, const struct scheduler_op *op, struct error *err)
{
	/* A clamp of utilization has no value in config.json; 0 is none. */
	struct sched_attr attr = {
		.size = sizeof(attr),
		.sched_policy = op->policy,
		.sched_flags = op->flags,
		.sched_nice = op->nice,
		.sched_priority = op->priority,
		.sched_runtime = op->runtime,
		.sched_deadline = op->deadline,
		.sched_period = op->period,
	};
	int r = sys_sched_setattr(pid, &attr);

	return r ? error_system_at(err, origin_make(ORIGIN_SCHEDULER, 0), r,
			   "cannot set the scheduling policy %s",
			   scheduling_policy_name(op->policy))
		 : 0;
}

static int io_priority_set(int pid, uint32_t priority, struct error *err)
{
	int r = sys_ioprio_set(WHO_PROCESS, pid, (int)priority);

	return r ? error_system_at(err, origin_make(ORIGIN_IO_PRIORITY, 0), r,
			   "cannot set the I/O priority %s, level %u",
			   scheduling_io_class_name(IOPRIO_PRIO_CLASS(priority)),
			   (unsigned)IOPRIO_PRIO_DATA(priority))
		 : 0;
}

static int rlimit_failed(const struct rlimit_op *op, int r, struct error *err)
{
	struct rlimit64 own;

	if (r == -EPERM && !sys_prlimit(0, (int)op->resource, NULL, &own) &&
		op->hard > own.rlim_max)
		return error_system_at(err, op->origin, r,
			"cannot set %s to soft %lu, hard %lu: only CAP_SYS_RESOURCE raises "
			"the caller's hard limit, which is %lu",
			op->name, (unsigned long)op->soft, (unsigned long)op->hard,
			(unsigned long)own.rlim_max);
	return error_system_at(err, op->origin, r, "cannot set %s to soft %lu, hard %lu",
		op->name, (unsigned long)op->soft, (unsigned long)op->hard);
}

static int rlimits_set(int pid, const struct plan_process *process, struct error *err)
{
	for (size_t i = 0; i < process->rlimit_count; i++) {
		const struct rlimit_op *op = &process->rlimits[i];
		struct rlimit64 limit = {.rlim_cur = op->soft, .rlim_max = op->hard};
		int r = sys_prlimit(pid, (int)op->resource, &limit, NULL);

		if (r)
			return rlimit_failed(op, r, err);
	}
	return 0;
}

static int scores_set(int pid, const struct plan_process *process, struct error *err)
{
	if (process->set_oom_score_adj && oom_score_write(pid, process->oom_score_adj, err))
		return -1;
	return process->io_priority ? io_priority_set(pid, process->io_priority, err) : 0;
}

int limits_own(const struct plan_process *process, struct error *err)
{
	if (scores_set(0, process, err))
		return -1;
	return process->scheduler ? scheduler_set(0, process->scheduler, err) : 0;
}

void launch_processors_all(int pid)
{
	struct affinity all;

	memset(&all, 0xff, sizeof(all));
	sys_sched_setaffinity(pid, sizeof(all.bits), all.bits);
}

/* Without a user namespace init has set them, while it still was our user. */
static bool rlimits_are_ours(const struct plan *plan)
{
	return plan->namespaces.of[NAMESPACE_USER].how != NAMESPACE_HOST;
}

bool launch_limits_needed(const struct plan *plan)
{
	const struct plan_process *process = &plan->process;

	if (rlimits_are_ours(plan) && process->rlimit_count)
		return true;
	return !plan->child.sets_limits &&
	       (process->set_oom_score_adj || process->io_priority || process->scheduler);
}

int launch_limits(const struct launch *launch, struct error *err)
{
	const struct plan *plan = launch->plan;
	const struct plan_process *process = &plan->process;
	bool others = !plan->child.sets_limits;

	if (others && scores_set(launch->pid, process, err))
		return -1;
	if (rlimits_are_ours(plan) && rlimits_set(launch->pid, process, err))
		return -1;
	return others && process->scheduler
		       ? scheduler_set(launch->pid, process->scheduler, err)
		       : 0;
}
