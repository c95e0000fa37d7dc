/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The program init: maps the plan and executes it.
 *
 * Runs in: the process that becomes the container's program, or, with a final clone, first in a builder that makes
 *          that process and ends.
 * Never:   reads configuration, allocates, or goes on after a failure.
 * Trusts:  the memory that the runtime hands over; nobody else can have a descriptor of it.
 * Calls:   mmap, close; the rest in the files of the steps. */
#include "init/main.h"

#include <limits.h>
#include <linux/mman.h>

#include "base/number.h"
#include "base/step.h"
#include "init/builder.h"
#include "init/cwd.h"
#include "init/descriptors.h"
#include "init/devices.h"
#include "init/home.h"
#include "init/identity.h"
#include "init/init.h"
#include "init/kernel.h"
#include "init/mounts.h"
#include "init/namespaces.h"
#include "init/paths.h"
#include "init/pivot.h"
#include "init/program.h"
#include "init/protect.h"
#include "init/start.h"
#include "init/talk.h"
#include "init/terminal.h"
#include "sys/file.h"
#include "sys/process.h"

#define PAGE 4096UL

/* Exit statuses before anything can be said otherwise. */
enum { EXIT_FAILED = 1, EXIT_NO_PLAN = 2 };

/* The step runner knows no types. */
#define STEP(function)                                                                         \
	static int function##_step(void *ctx, struct error *err)                               \
	{                                                                                      \
		return function(ctx, err);                                                     \
	}

/* Hooks of the runtime run while the mounts are there and the root is not yet entered. */
static int hooks_await(struct init *init, struct error *err)
{
	if (talk_say(init, SYNC_ROOT_BUILT, 0, -1, err))
		return -1;
	return talk_wait(init, SYNC_HOOKS_DONE, err);
}

STEP(protect_start)
STEP(namespaces_enter)
STEP(kernel_join_keyring)
STEP(kernel_set_names)
STEP(kernel_raise_loopback)
STEP(kernel_write_sysctls)
STEP(pivot_attach)
STEP(mounts_apply)
STEP(devices_make)
STEP(hooks_await)
STEP(terminal_open)
STEP(cwd_make)
STEP(paths_make_read_only)
STEP(paths_mask)
STEP(mounts_protect)
STEP(pivot_protect)
STEP(pivot_enter)
STEP(terminal_connect)
STEP(home_find)
STEP(cwd_try)
STEP(identity_take)
STEP(cwd_enter)
STEP(program_find)
STEP(descriptors_close)
STEP(terminal_start_session)
STEP(start_release)
STEP(start_wait)
STEP(start_execute)

/* What makes a container. */
static const struct step create_steps[] = {
	{"protect init", protect_start_step, NULL},
	{"namespaces", namespaces_enter_step, NULL},
	{"session keyring", kernel_join_keyring_step, NULL},
	{"names", kernel_set_names_step, NULL},
	{"loopback", kernel_raise_loopback_step, NULL},
	{"sysctls", kernel_write_sysctls_step, NULL},
	{"attach the root", pivot_attach_step, NULL},
	{"mounts", mounts_apply_step, NULL},
	{"devices", devices_make_step, NULL},
	{"hooks", hooks_await_step, NULL},
	{"terminal", terminal_open_step, NULL},
	{"make cwd", cwd_make_step, NULL},
	{"read-only paths", paths_make_read_only_step, NULL},
	{"masked paths", paths_mask_step, NULL},
	{"read-only mounts", mounts_protect_step, NULL},
	{"read-only root", pivot_protect_step, NULL},
	{"enter the root", pivot_enter_step, NULL},
	{0},
};

/* The tail, for whatever has entered a container: the last of it with privilege ... */
static const struct step drop_steps[] = {
	{"standard descriptors", terminal_connect_step, NULL},
	{"home", home_find_step, NULL},
	{"cwd as root", cwd_try_step, NULL},
	{"identity", identity_take_step, NULL},
	{"cwd", cwd_enter_step, NULL},
	{"program", program_find_step, NULL},
	{"descriptors", descriptors_close_step, NULL},
	{0},
};

/* ... and what the process itself does, which may be seen from inside. */
static const struct step start_steps[] = {
	{"session", terminal_start_session_step, NULL},
	{"release", start_release_step, NULL},
	{"wait for start", start_wait_step, NULL},
	{"execute", start_execute_step, NULL},
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

/* The process that becomes the container's program. */
static int process_run(struct init *init)
{
	struct error err;

	steps_run(init, start_steps, &err);
	talk_fail(init, &err);
	return EXIT_FAILED;
}

static int plan_run(struct init *init)
{
	struct error err;

	if (steps_run(init, create_steps, &err) || steps_run(init, drop_steps, &err)) {
		talk_fail(init, &err);
		return EXIT_FAILED;
	}
	if (!init->plan->namespaces.final_clone)
		return process_run(init);
	builder_finish(init, process_run, &err);
	error_step(&err, "init", "final clone");
	talk_fail(init, &err);
	return EXIT_FAILED;
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
	init.root_fd = init.terminal_fd = -1;
	init.late_count = 0;
	sys_exit(plan_run(&init));
}
