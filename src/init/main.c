/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The program init: maps the plan and executes it.
 *
 * Runs in: the process that becomes the container's program, or, with a final clone, first in a builder that makes
 *          that process and ends.
 * Never:   reads configuration, allocates, or goes on after a failure.
 * Trusts:  the memory that the runtime hands over; nobody else can have a descriptor of it.
 * Calls:   mmap, close, clone (clone3 is refused by some seccomp profiles), exit_group; the rest in the files of the steps. */
#include <limits.h>
#include <linux/mman.h>
#include <signal.h>

#include "base/number.h"
#include "base/step.h"
#include "init/steps.h"
#include "init/init.h"
#include "init/talk.h"
#include "sys/file.h"
#include "sys/process.h"

#define PAGE 4096UL

/* Exit statuses before anything can be said otherwise. */
enum { EXIT_FAILED = 1, EXIT_NO_PLAN = 2 };

/* Hooks of the runtime run while the mounts are there and the root is not yet entered. */
static int hooks_await(void *ctx, struct error *err)
{
	struct init *init = ctx;

	if (talk_say(init, SYNC_ROOT_BUILT, 0, -1, err))
		return -1;
	return talk_wait(init, SYNC_HOOKS_DONE, err);
}

static const struct step enter_steps[] = {
	{"protect init", protect_start, NULL},
	{"namespaces", namespaces_enter, NULL},
	{0},
};

/* What makes a container. */
static const struct step create_steps[] = {
	{"session keyring", kernel_join_keyring, NULL},
	{"names", kernel_set_names, NULL},
	{"loopback", kernel_raise_loopback, NULL},
	{"sysctls", kernel_write_sysctls, NULL},
	{"attach the root", pivot_attach, NULL},
	{"mounts", mounts_apply, NULL},
	{"devices", devices_make, NULL},
	{"hooks of the host", hooks_await, NULL},
	{"createContainer hooks", hooks_create_container, NULL},
	{"labels", kernel_set_labels, NULL},
	{"terminal", terminal_open, NULL},
	{"make cwd", cwd_make, NULL},
	{"read-only paths", paths_make_read_only, NULL},
	{"masked paths", paths_mask, NULL},
	{"read-only mounts", mounts_protect, NULL},
	{"read-only root", pivot_protect, NULL},
	{"enter the root", pivot_enter, NULL},
	{"pid namespace", namespaces_join_pid, NULL},
	{0},
};

/* What enters one that is there. The labels, which are for the program alone, are written outside. */
static const struct step exec_steps[] = {
	{"protect init", protect_start, NULL},
	{"labels", kernel_set_labels, NULL},
	{"namespaces", namespaces_follow, NULL},
	{"session keyring", kernel_join_keyring, NULL},
	{"root", pivot_find, NULL},
	{"terminal", terminal_open, NULL},
	{0},
};

/* The tail, for whatever has entered a container: the last of it with privilege ... */
static const struct step drop_steps[] = {
	{"standard descriptors", terminal_connect, NULL},
	{"home", home_find, NULL},
	{"cwd as root", cwd_try, NULL},
	{"limits", identity_limit, NULL},
	{"identity", identity_take, NULL},
	{"cwd", cwd_enter, NULL},
	{"program", program_find, NULL},
	{"descriptors", descriptors_close, NULL},
	{"filter", seccomp_load_early, NULL},
	{0},
};

/* ... and what the process itself does, which may be seen from inside. */
static const struct step start_steps[] = {
	{"session", terminal_start_session, NULL},
	{"release", start_release, NULL},
	{"wait for start", start_wait, NULL},
	{"startContainer hooks", hooks_start_container, NULL},
	{"execute", start_execute, NULL},
	{0},
};

static void span_tell(void *ctx, const char *who, const char *name, int done)
{
	struct init *init = ctx;

	if (done)
		trace_end(init->trace, init->span);
	else
		init->span = trace_begin(init->trace, who, name);
}

static int steps_run(struct init *init, const struct step *steps, struct error *err)
{
	const struct step_observer observer = {.tell = span_tell, .ctx = init};

	return step_run("init", steps, init, init->trace ? &observer : NULL, err);
}

static int fail(const struct init *init, const struct error *err)
{
	talk_fail(init, err);
	return EXIT_FAILED;
}

/* Runs what is left; the last step does not return. */
static int process_run(struct init *init)
{
	struct error err;

	steps_run(init, start_steps, &err);
	return fail(init, &err);
}

static int final_clone_failed(const struct init *init, int r)
{
	struct error err;

	error_system(&err, r, "cannot make the process in its pid namespace");
	error_step(&err, "init", "final clone");
	return fail(init, &err);
}

static int final_run(void *arg)
{
	struct init *init = arg;
	struct error err;

	init->process_pid = *init->final_pid;
	/* The kernel does not say that it could not write it. */
	if (init->process_pid <= 0)
		return final_clone_failed(init, -EFAULT);
	return protect_again(&err) ? fail(init, &err) : init->final_run(init);
}

/* Ends this process with a clone that goes on with run(), as a child of the runtime; returns only with an error. The child
 * has memory of its own, though it needs none: who traces it from inside would have the builder, which is outside. */
static int final_clone(struct init *init, int (*run)(struct init *init))
{
	int r;

	init->final_run = run;
	/* The number is there before the child runs. */
	r = sys_clone_plain(
		CLONE_PARENT | CLONE_PARENT_SETTID | SIGCHLD, init->final_pid, final_run, init);
	if (r > 0)
		sys_exit(0);
	return final_clone_failed(init, r);
}

static int build_run(struct init *init)
{
	struct error err;

	if (steps_run(init, init->plan->exec ? exec_steps : create_steps, &err) ||
		steps_run(init, drop_steps, &err))
		return fail(init, &err);
	if (init->plan->namespaces.of[NAMESPACE_PID].how == NAMESPACE_JOIN)
		return final_clone(init, process_run);
	return process_run(init);
}

/* Who is in a pid namespace when? In a new one nobody else is: the process enters it first, and mounts its procfs. In one
 * that was joined others may look at it: a builder outside does all that needs privilege, drops it, and only then
 * makes the process. */
static int plan_run(struct init *init)
{
	const struct plan_namespaces *namespaces = &init->plan->namespaces;
	/* Before there are limits of the process. */
	int *pid = namespaces->final_clone
			   ? sys_mmap(NULL, sizeof(*pid), PROT_READ | PROT_WRITE,
				     MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0)
			   : NULL;
	struct error err;

	init->final_pid = pid;
	if (sys_is_error(pid))
		return final_clone_failed(init, (int)(long)pid);
	if (!init->plan->exec && steps_run(init, enter_steps, &err))
		return fail(init, &err);
	if (namespaces->final_clone && namespaces->of[NAMESPACE_PID].how != NAMESPACE_JOIN)
		return final_clone(init, build_run);
	return build_run(init);
}

/* Where both programs have the plan. The first page says how large it is. Writable, but only for us: HOME is added. */
static const struct handoff *plan_map(int fd)
{
	const int protection = PROT_READ | PROT_WRITE;
	const int flags = MAP_PRIVATE | MAP_FIXED_NOREPLACE;
	const struct handoff *handoff =
		sys_mmap((void *)PLAN_ADDRESS, PAGE, protection, flags, fd, 0);

	if (sys_is_error(handoff) || (unsigned long)handoff != PLAN_ADDRESS ||
		handoff->magic != HANDOFF_MAGIC || handoff->size > PLAN_SIZE)
		return NULL;
	if (handoff->size > PAGE && sys_is_error(sys_mmap((void *)(PLAN_ADDRESS + PAGE),
					    handoff->size - PAGE, protection, flags, fd, PAGE)))
		return NULL;
	return handoff;
}

/* Tracing may fail; the container must not for that. */
static struct trace *trace_map(int fd)
{
	void *trace = fd < 0 ? NULL
			     : sys_mmap(NULL, sizeof(struct trace), PROT_READ | PROT_WRITE,
				       MAP_SHARED, fd, 0);

	return trace && !sys_is_error(trace) ? trace : NULL;
}

void init_main(int argc, const char *const *argv)
{
	struct init init;
	uint64_t fd;

	if (argc != 2 || number_u64(argv[1], INT_MAX, &fd))
		sys_exit(EXIT_NO_PLAN);
	init.handoff = plan_map((int)fd);
	sys_close((int)fd);
	if (!init.handoff)
		sys_exit(EXIT_NO_PLAN);
	init.plan = init.handoff->plan;
	init.trace = trace_map(init.handoff->trace_fd);
	/* Without join_early the maps were written before the exec. */
	init.said = init.plan->namespaces.join_early ? SYNC_NONE : SYNC_MAPS_WRITTEN;
	init.released = init.in_cwd = false;
	init.root_fd = init.terminal_fd = init.listener_fd = -1;
	init.place_fds[PLACE_PROC] = init.place_fds[PLACE_SYS] = -1;
	init.late_count = 0;
	sys_exit(plan_run(&init));
}
