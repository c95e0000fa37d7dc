/* SPDX-License-Identifier: GPL-2.0-or-later */
/* exec: a process more in a container that is there.
 *
 * Runs in: the runtime, without the container's lock: it can be killed and deleted meanwhile, and the process with it.
 * Never:   enters the container; init does, by descriptors that are opened while the container's own init is known to
 *          live, so that they are of this container and no later one.
 * Relies on: pidfd_open(2): a pidfd is readable when its process has ended; its number is not given again before.
 *
 * The process goes by the copy of config.json in the state directory. The plan, init and the talk are those of create:
 * what an added process may do is decided and done by the same code. */
#include "lifecycle/lifecycle.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#include "base/text.h"
#include "cgroup/create.h"
#include "cgroup/enter.h"
#include "cgroup/resctrl.h"
#include "console/relay.h"
#include "host/probe.h"
#include "launch/filter.h"
#include "launch/launch.h"
#include "launch/limits.h"
#include "lifecycle/config.h"
#include "lifecycle/container.h"
#include "lifecycle/handover.h"
#include "lifecycle/kept.h"
#include "lifecycle/listener.h"
#include "lifecycle/pid-file.h"
#include "lifecycle/unit.h"
#include "plan/affinity.h"
#include "plan/build.h"
#include "plan/exec.h"
#include "plan/namespace-kinds.h"
#include "state/process.h"
#include "sys/file.h"
#include "sys/process.h"

/* "mnt:[4026531841]" */
#define NAMESPACE_NAME 40

struct exec {
	struct request request; /* the caller's, and with the target */
	const struct caller *caller;
	struct container container;
	struct config config;
	struct cache_rules rules; /* of the seccomp profile, if there is one */
	struct oci_process process;
	struct oci_spec spec; /* that of the copy, with the process in its place */
	struct request_target target;
	struct memory memory;
	const struct plan *plan;
	struct launch launch;
	int init_pidfd; /* of the container's init; -1 */
	int signal_fd;	/* of the foreground; -1 */
	uint64_t old_mask;
};

static int status_check(const struct exec *exec, struct error *err)
{
	switch (exec->container.status) {
	case STATUS_CREATED:
	case STATUS_RUNNING:
		return 0;
	case STATUS_PAUSED:
		if (exec->request.exec.ignore_paused)
			return 0;
		return error_set(err, ERROR_STATE, 0,
			"cannot exec in a paused container (use --ignore-paused to override)");
	case STATUS_STOPPED:
		return error_set(err, ERROR_STATE, 0, "cannot exec in a stopped container");
	case STATUS_CREATING:
	case STATUS_COUNT:
		break;
	}
	return error_set(
		err, ERROR_STATE, 0, "cannot exec in a container that is being created");
}

static int find_step(void *ctx, struct error *err)
{
	struct exec *exec = ctx;
	const struct state *state = &exec->container.state;
	int r;

	if (container_open(&exec->container, exec->request.state_root, exec->request.id,
		    STATE_UNLOCKED, err) ||
		status_check(exec, err))
		return -1;
	r = process_open(&state->init);
	if (r == -ESRCH)
		return error_set(err, ERROR_STATE, 0, "cannot exec in a stopped container");
	if (r < 0)
		return error_system(err, r, "cannot open the container's init");
	exec->init_pidfd = r;
	exec->target.pid = state->init.pid;
	exec->request.bundle = state->value[STATE_BUNDLE];
	exec->request.no_new_keyring =
		text_equal(state->value[STATE_KEYRING], STATE_KEYRING_KEPT);
	if (!exec->request.bundle)
		return error_set(err, ERROR_STATE, EUCLEAN, "the record of the bundle is lost");
	return 0;
}

/* What the description of a process replaces, and does not need. */
static void replaced_warn(const struct exec *exec)
{
	const struct request_exec *given = &exec->request.exec;

	if (exec->caller->warn &&
		(given->cwd || given->user || given->process_label || given->apparmor ||
			given->no_new_privileges || given->env.count || given->groups.count ||
			given->capabilities.count || given->words[0]))
		exec->caller->warn("--process says all of the process: the other options and "
				   "words about it have no effect");
}

static int read_step(void *ctx, struct error *err)
{
	struct exec *exec = ctx;
	const struct request_exec *given = &exec->request.exec;
	const struct oci_process *process, *own;
	int r = -1;

	if (kept_read(&exec->container.dir, &exec->config, &exec->rules, err))
		return -1;
	own = exec->config.spec->process;
	if (!given->process_file) {
		r = exec_process_build(own, given, &exec->container.arena, &exec->process, err);
	} else if (!config_read_process(&exec->config, given->process_file, &process, err)) {
		exec->process = *process;
		exec_process_inherit(own, &exec->process);
		replaced_warn(exec);
		r = 0;
	}
	exec->spec = *exec->config.spec;
	exec->spec.process = &exec->process;
	return r;
}

/* The name of a process's namespace, which has its number; empty if the kernel has no such kind, or the process has
 * ended. The link is read, not followed: a namespace's file need not be made for that. */
static ssize_t namespace_name(int dir_fd, enum namespace_kind kind, char name[NAMESPACE_NAME])
{
	ssize_t n = sys_readlinkat(dir_fd, namespace_facts[kind].file, name, NAMESPACE_NAME);

	return n == -ENOENT ? 0 : n;
}

/* Those that create has made are others than ours, or can be joined all the same if we are in them. Not that of a
 * user, which nobody can join who is in it. */
static uint32_t namespaces_made(const struct oci_linux *on_linux)
{
	const struct oci_namespace_list *list = &on_linux->namespaces;
	uint32_t made = 0;

	for (size_t i = 0; i < list->count; i++) {
		if (!list->items[i].path)
			made |= 1U << namespace_kind_of(list->items[i].type);
	}
	return made & ~(1U << NAMESPACE_USER);
}

/* Adds to *others. */
static int namespaces_compare(int our_fd, int their_fd, uint32_t *others)
{
	for (int kind = 0; kind < NAMESPACE_COUNT; kind++) {
		char ours[NAMESPACE_NAME], theirs[NAMESPACE_NAME];
		ssize_t n, m;

		if (*others & 1U << kind)
			continue;
		n = namespace_name(our_fd, (enum namespace_kind)kind, ours);
		m = n < 0 ? n : namespace_name(their_fd, (enum namespace_kind)kind, theirs);
		if (m < 0)
			return (int)m;
		if (n != m || memcmp(ours, theirs, (size_t)n) != 0)
			*others |= 1U << kind;
	}
	return 0;
}

static int namespaces_open(const char *process)
{
	char path[32];

	text_print(path, sizeof(path), "/proc/%s/ns", process);
	return sys_openat(AT_FDCWD, path, O_PATH | O_DIRECTORY, 0);
}

static int target_find(struct exec *exec, struct error *err)
{
	int r, our_fd, their_fd = -1;
	char pid[16];

	if (exec->spec.on_linux)
		exec->target.others = namespaces_made(exec->spec.on_linux);
	text_print(pid, sizeof(pid), "%d", exec->target.pid);
	our_fd = namespaces_open("self");
	if (our_fd >= 0)
		their_fd = namespaces_open(pid);
	r = our_fd < 0	   ? our_fd
	    : their_fd < 0 ? their_fd
			   : namespaces_compare(our_fd, their_fd, &exec->target.others);
	if (our_fd >= 0)
		sys_close(our_fd);
	if (their_fd >= 0)
		sys_close(their_fd);
	if (r)
		return error_system(err, r, "cannot look at the container's namespaces");
	exec->request.target = &exec->target;
	return 0;
}

static int plan_make(struct exec *exec, struct error *err)
{
	struct host host;

	exec->request.start_at_once = true;
	if (target_find(exec, err) || host_probe_process(&host, err))
		return -1;
	if (exec->process.apparmor_profile || exec->process.selinux_label)
		host_probe_modules(&host);
	if (exec->spec.on_linux && exec->spec.on_linux->intel_rdt &&
		host_probe_resctrl(&host, &exec->container.arena, err))
		return -1;
	if (memory_open(&exec->memory, err) || plan_build(&exec->spec, &host, &exec->request,
						       &exec->memory.arena, &exec->plan, err))
		return -1;
	if (exec->plan->seccomp && !exec->rules.absent)
		cache_rules_digest(exec->plan->seccomp, &exec->rules);
	launch_start(&exec->launch, &exec->memory);
	return 0;
}

static int plan_step(void *ctx, struct error *err)
{
	struct exec *exec = ctx;

	if (plan_make(exec, err))
		return -1;
	for (size_t i = 0; exec->caller->tolerate && i < exec->plan->warning_count; i++)
		exec->caller->tolerate(exec->plan->warnings[i]);
	return 0;
}

/* The plan is made again with the rules that it lacks. */
static int rules_find(struct exec *exec, struct error *err)
{
	if (kept_read_all(&exec->config, err))
		return -1;
	exec->spec.on_linux = exec->config.spec->on_linux;
	exec->rules.absent = false;
	exec->plan = NULL;
	memory_close(&exec->memory);
	return plan_make(exec, err);
}

static int filter_step(void *ctx, struct error *err)
{
	struct exec *exec = ctx;
	int r;

	do {
		r = filter_make(&exec->memory, exec->plan, &exec->rules,
			exec->request.state_root, &exec->container.arena, err);
	} while (r > 0 && !(r = rules_find(exec, err)));
	return r;
}

static bool has_ended(int pidfd)
{
	return process_end_wait(pidfd, 0) > 0;
}

static int ended(struct error *err)
{
	return error_set(err, ERROR_STATE, 0,
		"cannot exec in a stopped container: it has ended meanwhile");
}

static void cgroups_close(struct launch *launch)
{
	while (launch->cgroup_fd_count)
		sys_close(launch->cgroup_fds[--launch->cgroup_fd_count]);
	if (launch->cgroup_into_fd >= 0)
		sys_close(launch->cgroup_into_fd);
	launch->cgroup_into_fd = -1;
}

static int cgroups_open(struct exec *exec, struct error *err)
{
	struct launch *launch = &exec->launch;

	return cgroup_attach_open(&exec->container.cgroups, LAUNCH_CGROUP_FDS,
		launch->cgroup_fds, &launch->cgroup_fd_count, &launch->cgroup_into_fd, err);
}

/* Until the program starts the caller can end us as any other program, and what we have made with us; it may be stopped or
 * frozen by what is inside. Once it runs signals are for the program. */
static int signals_block(struct exec *exec, struct error *err)
{
	return exec->request.detach ? 0 : relay_signals(&exec->signal_fd, &exec->old_mask, err);
}

/* Or something is done to the process while it waits. */
static bool somebody_is_told(const struct exec *exec)
{
	const struct plan *plan = exec->plan;

	for (size_t i = 0; i < PLAN_PIDFD_SOCKETS; i++) {
		if (plan->pidfd_sockets[i])
			return true;
	}
	return plan->process.affinity_final || plan->resctrl;
}

/* The names of cgroups and namespaces can be another container's as soon as this one has ended; what is open by
 * then cannot. */
static int open_step(void *ctx, struct error *err)
{
	struct exec *exec = ctx;
	const struct request_list *below = &exec->request.exec.cgroups;
	const struct plan_process *process = &exec->plan->process;
	struct error why = {0};

	exec->launch.trace_fd = exec->caller->trace_fd;
	exec->launch.target_fd = exec->init_pidfd;
	if (cgroup_descend(&exec->container.cgroups, below->items, below->count,
		    &exec->container.arena, err) ||
		launch_open(&exec->launch, exec->plan, err))
		return -1;
	if (cgroups_open(exec, below->count ? &why : err))
		return below->count ? error_set(err, ERROR_STATE, why.errnum,
					      "error adding pid to a cgroup of the container: "
					      "%s",
					      why.text)
				    : -1;
	if (has_ended(exec->init_pidfd))
		return ended(err);
	exec->launch.all_processors = !process->affinity_initial && !process->affinity_final &&
				      exec->container.cgroups.count;
	return 0;
}

/* A v2 cgroup that has given its controllers to others takes no process, nor does one with threaded ones beneath. */
static bool clone_may_follow(const struct exec *exec, const struct error *err)
{
	return (err->errnum == EBUSY || err->errnum == ENOENT || err->errnum == ENODEV ||
		       err->errnum == EOPNOTSUPP) &&
	       exec->launch.cgroup_into_fd >= 0 && !exec->request.exec.cgroups.count;
}

static int clone_step(void *ctx, struct error *err)
{
	struct exec *exec = ctx;
	const struct affinity *initial = exec->plan->process.affinity_initial;
	const struct resctrl resctrl = {.plan = exec->plan->resctrl};
	struct launch *launch = &exec->launch;
	int r = initial ? sys_sched_setaffinity(0, sizeof(initial->bits), initial->bits) : 0;

	/* The child has it from us, and we have no wishes. */
	if (r)
		return error_system(err, r, "cannot set the initial CPU affinity");
	r = unit_clone(&exec->container.cgroups, launch, err);
	if (r && clone_may_follow(exec, err)) {
		cgroups_close(launch);
		if (cgroup_follow(&exec->container.cgroups, exec->target.pid,
			    &exec->container.arena, err) ||
			cgroups_open(exec, err))
			return -1;
		r = has_ended(exec->init_pidfd)
			    ? ended(err)
			    : unit_clone(&exec->container.cgroups, launch, err);
	}
	return r ? r : resctrl_assign(&resctrl, launch->pid, err);
}

static void clone_undo(void *ctx)
{
	struct exec *exec = ctx;

	launch_kill(&exec->launch);
}

static int build_step(void *ctx, struct error *err)
{
	struct exec *exec = ctx;

	/* What ends us before RELEASE ends the process too. After it the program may run at any time, and signals are for it: the
	 * process must be known then, which failures end. */
	if (!somebody_is_told(exec) && launch_may_release(&exec->launch) &&
		(launch_process(&exec->launch, err) || signals_block(exec, err) ||
			launch_release_early(&exec->launch, err)))
		return -1;
	return launch_build(&exec->launch, err);
}

static int limits_step(void *ctx, struct error *err)
{
	struct exec *exec = ctx;
	const struct affinity *final = exec->plan->process.affinity_final;
	int r = final ? sys_sched_setaffinity(
				exec->launch.pid, sizeof(final->bits), final->bits)
		      : 0;

	if (r)
		return error_system(err, r, "cannot set the final CPU affinity");
	return launch_limits(&exec->launch, err);
}

static int console_step(void *ctx, struct error *err)
{
	struct exec *exec = ctx;

	return handover_terminal(&exec->launch, exec->request.console_socket, err);
}

static int pidfd_step(void *ctx, struct error *err)
{
	struct exec *exec = ctx;

	return handover_pidfd(&exec->launch, "setns", err);
}

static int listener_tell(struct exec *exec, struct error *err)
{
	const struct plan_seccomp *seccomp = exec->plan->seccomp;
	const struct oci_state state = {
		.oci_version = exec->spec.oci_version,
		.id = exec->request.id,
		.status = exec->container.status == STATUS_CREATED ? OCI_STATUS_CREATED
								   : OCI_STATUS_RUNNING,
		.pid = {.present = true, .value = exec->target.pid},
		.bundle = exec->request.bundle,
		.annotations = exec->spec.annotations,
	};

	if (!seccomp || !seccomp->listener_path)
		return 0;
	return listener_state(&state, seccomp->listener_metadata, exec->launch.pid,
		&exec->container.arena, &exec->launch.listener_state, err);
}

static int signals_step(void *ctx, struct error *err)
{
	struct exec *exec = ctx;

	return exec->signal_fd >= 0 ? 0 : signals_block(exec, err);
}

static int release_step(void *ctx, struct error *err)
{
	struct exec *exec = ctx;

	return listener_tell(exec, err) ? -1 : launch_release(&exec->launch, err);
}

/* Only now: callers take the file for the sign that the program runs. */
static int pid_file_step(void *ctx, struct error *err)
{
	struct exec *exec = ctx;

	if (!exec->request.pid_file)
		return 0;
	return pid_file_write(exec->request.pid_file, exec->launch.pid, err);
}

static const struct step steps[] = {
	{"find", find_step, NULL},
	{"read", read_step, NULL},
	{"plan", plan_step, NULL},
	{"filter", filter_step, NULL},
	{"open", open_step, NULL},
	{"clone", clone_step, clone_undo},
	{"build", build_step, NULL},
	{"limits", limits_step, NULL},
	{"console", console_step, NULL},
	{"pidfd", pidfd_step, NULL},
	{"signals", signals_step, NULL},
	{"release", release_step, NULL},
	{"pid file", pid_file_step, NULL},
	{0},
};

static int exec_run(struct exec *exec, struct error *err)
{
	if (!step_run("exec", steps, exec, &exec->caller->observer, err))
		return 0;
	/* Whatever failed, it did because nothing works in a container that ends. */
	if (err->class == ERROR_SYSTEM && exec->init_pidfd >= 0 && has_ended(exec->init_pidfd))
		return ended(err);
	return -1;
}

static int exec_foreground(struct exec *exec, int *ret_status, struct error *err)
{
	/* It may run for long, or has ended already. */
	if (!has_ended(exec->launch.pidfd)) {
		cgroups_close(&exec->launch);
		cgroup_set_close(&exec->container.cgroups);
		state_close(&exec->container.dir);
	}
	if (!relay_run(exec->signal_fd, exec->launch.pidfd, exec->launch.terminal_fd,
		    ret_status, err))
		return 0;
	/* Nobody would hear of its end. */
	launch_kill(&exec->launch);
	return -1;
}

static void exec_close(struct exec *exec)
{
	if (exec->signal_fd >= 0) {
		sys_close(exec->signal_fd);
		sys_sigprocmask(SIG_SETMASK, &exec->old_mask, NULL);
	}
	if (exec->plan) {
		cgroups_close(&exec->launch);
		launch_close(&exec->launch);
	}
	if (exec->init_pidfd >= 0)
		sys_close(exec->init_pidfd);
	memory_close(&exec->memory);
	config_free(&exec->config);
	container_close(&exec->container);
}

int lifecycle_exec(const struct request *request, const struct caller *caller, int *ret_status,
	struct error *err)
{
	struct exec exec = {.request = *request,
		.caller = caller,
		.container = {.dir = {.dir_fd = -1, .journal_fd = -1}},
		.memory = {.fd = -1},
		.init_pidfd = -1,
		.signal_fd = -1};
	int r;

	*ret_status = 0;
	if (state_id_check(request->id, err))
		return -1;
	r = exec_run(&exec, err);
	if (!r && !request->detach)
		r = exec_foreground(&exec, ret_status, err);
	/* The runtime ends with its process: for the kernel it is less to close and unmap all of it at once. */
	if (!r && !request->detach)
		oci_arena_free(&exec.config.arena);
	else
		exec_close(&exec);
	return r;
}
