/* SPDX-License-Identifier: GPL-2.0-or-later */
/* create: from a bundle to a container that waits for start; and the same for run.
 *
 * Runs in: the runtime. Spec: runtime.md "create", "lifecycle".
 * Each step's effect on the host is in the record before it happens, so that delete --force can
 * take it back after a SIGKILL at any point. */
#include "lifecycle/create.h"

#include <string.h>
#include <time.h>

#include "base/time.h"
#include "cgroup/apply.h"
#include "cgroup/create.h"
#include "cgroup/oom.h"
#include "launch/filter.h"
#include "launch/limits.h"
#include "lifecycle/cgroups.h"
#include "lifecycle/facts.h"
#include "lifecycle/handover.h"
#include "lifecycle/hooking.h"
#include "lifecycle/kept.h"
#include "lifecycle/listener.h"
#include "lifecycle/network.h"
#include "lifecycle/pid-file.h"
#include "lifecycle/resctrl.h"
#include "lifecycle/root-mount.h"
#include "lifecycle/scratch.h"
#include "lifecycle/unit.h"
#include "plan/build.h"
#include "state/notify.h"
#include "state/process.h"
#include "state/record.h"
#include "sys/file.h"
#include "sys/process.h"

#define RECORD_MAX 65536

static int read_step(void *ctx, struct error *err)
{
	struct create *create = ctx;

	return config_read(&create->config, create->request->bundle, err);
}

static int plan_step(void *ctx, struct error *err)
{
	struct create *create = ctx;
	const struct plan *plan;

	if (facts_ask(create->config.spec, &create->host, &create->arena, err))
		return -1;
	if (memory_open(&create->memory, err) ||
		plan_build(create->config.spec, &create->host, create->request,
			&create->memory.arena, &plan, err) ||
		set_read(plan, &create->arena, &create->net, err) ||
		resctrl_find(&create->resctrl, plan->resctrl, err))
		return -1;
	create->plan = plan;
	hooking_start(&create->hooks, &create->dir, create->request, create->config.spec, plan,
		create->caller);
	launch_start(&create->launch, &create->memory);
	create->launch.search_path = create->request->search_path;
	for (size_t i = 0; create->caller->tolerate && i < plan->warning_count; i++)
		create->caller->tolerate(plan->warnings[i]);
	return 0;
}

static int reserve_step(void *ctx, struct error *err)
{
	struct create *create = ctx;
	const struct request *request = create->request;

	if (state_root_make(request->state_root, err))
		return -1;
	return state_create(request->state_root, request->id, &create->dir, err);
}

static void reserve_undo(void *ctx)
{
	struct create *create = ctx;
	struct error ignored;

	if (create->dir.dir_fd >= 0 && !create->left_behind)
		state_remove(&create->dir, &ignored);
}

static void created_print(char *buffer, size_t size)
{
	struct timespec now = {0};
	struct text text;

	sys_clock_gettime(CLOCK_REALTIME, &now);
	text_start(&text, buffer, size);
	time_print_nanoseconds(&text, now.tv_sec, now.tv_nsec);
}

static int cgroup_record(struct create *create, const struct cgroup_set *set, struct error *err)
{
	char *data = arena_alloc(&create->arena, RECORD_MAX, 1);
	struct text text;

	if (!data)
		return error_set(err, ERROR_SYSTEM, ENOMEM, "cannot record the cgroups");
	text_start(&text, data, RECORD_MAX);
	cgroup_record_print(set, &text);
	if (!text_ok(&text))
		return error_set(
			err, ERROR_INTERNAL, 0, "the record of the cgroups does not fit");
	create->arena.used =
		(size_t)(data - create->arena.base) + ((text.length + 8) & ~(size_t)7);
	create->cgroup_record = data;
	return 0;
}

static int cgroups_locate(struct create *create, struct error *err)
{
	if (unit_locate(create, err) ||
		cgroup_locate(&create->plan->cgroup, &create->host.cgroups, &create->arena,
			&create->cgroups, err))
		return -1;
	return unit_name(create, err);
}

static int record_step(void *ctx, struct error *err)
{
	struct create *create = ctx;
	const struct oci_spec *spec = create->config.spec;
	size_t count = 0, annotations = spec->annotations.count;
	struct state_record *records =
		arena_array(&create->arena, struct state_record, annotations + 13);
	struct state_process self = {.pid = sys_getpid()};
	char created[64], owner[16], creator[STATE_PROCESS_TEXT];
	const char *hooks;

	if (!records)
		return error_set(err, ERROR_SYSTEM, ENOMEM, "cannot record the container");
	if (cgroups_locate(create, err) || cgroup_record(create, &create->cgroups, err) ||
		hooking_record(spec, &create->arena, &hooks, err))
		return -1;
	process_start_time(self.pid, &self.start_time);
	process_print(&self, creator);
	created_print(created, sizeof(created));
	text_print(owner, sizeof(owner), "%u", create->host.euid);
	records[count++] = (struct state_record){STATE_OCI_VERSION, NULL, spec->oci_version};
	records[count++] = (struct state_record){STATE_BUNDLE, NULL, create->request->bundle};
	records[count++] = (struct state_record){STATE_ROOT, NULL, create->plan->root.path};
	records[count++] = (struct state_record){STATE_CREATED, NULL, created};
	records[count++] = (struct state_record){STATE_OWNER, NULL, owner};
	records[count++] = (struct state_record){STATE_CREATOR, NULL, creator};
	records[count++] = (struct state_record){STATE_CGROUP, NULL, create->cgroup_record};
	records[count++] = (struct state_record){STATE_START_MODE, NULL,
		create->plan->start == START_BY_FIFO ? STATE_START_FIFO : STATE_START_ONCE};
	records[count++] = (struct state_record){STATE_PIDS, NULL,
		create->plan->namespaces.of[NAMESPACE_PID].how == NAMESPACE_NEW
			? NULL
			: STATE_PIDS_SHARED};
	if (create->plan->seccomp) {
		records[count++] = (struct state_record){
			STATE_LISTENER, NULL, create->plan->seccomp->listener_path};
		records[count++] = (struct state_record){STATE_LISTENER_METADATA, NULL,
			create->plan->seccomp->listener_metadata};
	}
	records[count++] = (struct state_record){STATE_HOOKS, NULL, hooks};
	records[count++] = (struct state_record){STATE_KEYRING, NULL,
		create->request->no_new_keyring ? STATE_KEYRING_KEPT : NULL};
	for (size_t i = 0; i < annotations; i++)
		records[count++] = (struct state_record){STATE_ANNOTATION,
			spec->annotations.items[i].key, spec->annotations.items[i].value};
	if (state_append(&create->dir, records, count, err))
		return -1;
	return kept_write(&create->dir, &create->config, create->plan->seccomp, &create->rules,
		&create->arena, err);
}

static int cgroup_changed(void *ctx, const struct cgroup_set *set, struct error *err)
{
	struct create *create = ctx;
	struct state_record record = {.key = STATE_CGROUP};

	if (cgroup_record(create, set, err))
		return -1;
	record.value = create->cgroup_record;
	return state_append(&create->dir, &record, 1, err);
}

/* Before anything runs: a profile that this kernel cannot take is refused here. */
static int filter_step(void *ctx, struct error *err)
{
	struct create *create = ctx;

	return filter_make(&create->memory, create->plan, &create->rules,
		create->request->state_root, &create->arena, err);
}

static int cgroup_step(void *ctx, struct error *err)
{
	struct create *create = ctx;
	struct cgroup_recorder recorder = {cgroup_changed, create};

	if (create->plan->cgroup.unit && unit_start(create, err))
		return -1;
	if (cgroup_create(&create->cgroups, &recorder, err) || unit_settle(create, err))
		return -1;
	return cgroup_apply(&create->cgroups, &create->plan->cgroup, err);
}

static int resctrl_step(void *ctx, struct error *err)
{
	struct create *create = ctx;

	return resctrl_make(
		&create->resctrl, &create->dir, &create->arena, &create->resctrl_record, err);
}

/* Deleted by somebody else while a hook ran: what has its names now is another's. */
static bool create_is_lost(const struct create *create)
{
	return create->dir.dir_fd < 0;
}

static void cgroup_undo(void *ctx)
{
	struct create *create = ctx;
	struct error err;

	unit_release(create);
	if (create_is_lost(create) || !cgroups_end(&create->cgroups, &err))
		return;
	create->left_behind = true;
	if (create->caller->warn)
		create->caller->warn(err.text);
}

static void resctrl_undo(void *ctx)
{
	struct create *create = ctx;
	struct error ignored;

	if (create->resctrl_record && !create_is_lost(create))
		resctrl_remove(create->resctrl_record, &ignored);
}

static int fifos_open(struct create *create, struct error *err)
{
	if (create->plan->start != START_BY_FIFO)
		return 0;
	if (state_fifos_make(&create->dir, err))
		return -1;
	create->launch.start_fd =
		state_fifo_open(&create->dir, STATE_FIFO_START, O_RDONLY | O_NONBLOCK, err);
	if (create->launch.start_fd < 0)
		return -1;
	/* Open for reading too, so that writing never waits for `start`. */
	create->launch.result_fd =
		state_fifo_open(&create->dir, STATE_FIFO_RESULT, O_RDWR, err);
	return create->launch.result_fd < 0 ? -1 : 0;
}

static int open_step(void *ctx, struct error *err)
{
	struct create *create = ctx;
	struct launch *launch = &create->launch;

	launch->trace_fd = create->caller->trace_fd;
	if (create->plan->notify && state_notify_make(&create->dir, err))
		return -1;
	if (fifos_open(create, err) ||
		hooks_hand_over(&create->hooks, &create->plan->hooks, create->memory.handoff,
			&create->memory.arena, err) ||
		launch_open(launch, create->plan, err))
		return -1;
	if (root_mount_record(
		    create->plan, create->memory.handoff->root_tree, &create->dir, err))
		return -1;
	return cgroup_attach_open(&create->cgroups, LAUNCH_CGROUP_FDS, launch->cgroup_fds,
		&launch->cgroup_fd_count, &launch->cgroup_into_fd, err);
}

static void open_undo(void *ctx)
{
	struct create *create = ctx;
	struct error ignored;

	if (!create_is_lost(create))
		root_mount_end(create->plan, &create->dir, &create->arena, &ignored);
}

/* Why init could not do it, if it was killed for its memory. */
static int out_of_memory(struct create *create, int r, struct error *err)
{
	if (r)
		cgroup_oom_explain(&create->cgroups, err);
	return r;
}

/* The same before the program's turn. */
static int too_small(struct create *create, int r, struct error *err)
{
	if (out_of_memory(create, r, err))
		cgroup_oom_explain_start(&create->cgroups, err);
	return r;
}

static int clone_step(void *ctx, struct error *err)
{
	struct create *create = ctx;

	if (too_small(create, unit_clone(&create->cgroups, &create->launch, err), err))
		return -1;
	unit_release(create);
	return resctrl_assign(&create->resctrl, create->launch.pid, err);
}

static void clone_undo(void *ctx)
{
	struct create *create = ctx;

	launch_kill(&create->launch);
}

static int network_step(void *ctx, struct error *err)
{
	struct create *create = ctx;

	return network_move(&create->net, &create->launch, &create->dir, &create->arena, err);
}

static void network_undo(void *ctx)
{
	struct create *create = ctx;
	struct error err;

	if (set_return(&create->net, &err) && create->caller->warn)
		create->caller->warn(err.text);
}

/* Until the record is written, init lives and dies with the runtime. */
static int init_record(struct create *create, struct error *err)
{
	struct state_process init = {.pid = create->launch.pid};
	int r = process_start_time(init.pid, &init.start_time);

	if (r == -ESRCH) /* already dead: what it had to say comes next */
		return 0;
	if (r)
		return error_system(
			err, r, "cannot read the start time of the container's init");
	return state_append_init(&create->dir, &init, create->cgroup_record, err);
}

/* The new process if a builder has made one. */
static int record_changed(struct create *create, int pid, struct error *err)
{
	return create->launch.pid == pid ? 0 : init_record(create, err);
}

static int mount_step(void *ctx, struct error *err)
{
	struct create *create = ctx;
	int pid = create->launch.pid;

	if (init_record(create, err) ||
		too_small(create, launch_mount(&create->launch, err), err))
		return -1;
	return record_changed(create, pid, err);
}

static int hooks_step(void *ctx, struct error *err)
{
	struct create *create = ctx;
	const struct hook_list *lists = create->plan->hooks.of;
	int pid = create->launch.pid;

	create->hooked = true;
	if (hooking_run(&create->hooks, &lists[HOOK_PRESTART], OCI_STATUS_CREATING, pid, err))
		return -1;
	return hooking_run(
		&create->hooks, &lists[HOOK_CREATE_RUNTIME], OCI_STATUS_CREATING, pid, err);
}

static int build_step(void *ctx, struct error *err)
{
	struct create *create = ctx;
	int pid = create->launch.pid;

	return too_small(create, launch_build(&create->launch, err), err)
		       ? -1
		       : record_changed(create, pid, err);
}

static int limits_step(void *ctx, struct error *err)
{
	struct create *create = ctx;

	if (create->cgroups.count)
		launch_processors_all(create->launch.pid);
	return launch_limits(&create->launch, err);
}

static int console_step(void *ctx, struct error *err)
{
	struct create *create = ctx;

	return handover_terminal(&create->launch, create->request->console_socket, err);
}

static int pidfd_step(void *ctx, struct error *err)
{
	struct create *create = ctx;

	return handover_pidfd(&create->launch, "standard", err);
}

static int ready_step(void *ctx, struct error *err)
{
	struct create *create = ctx;
	struct state_record record = {.key = STATE_READY, .value = "1"};

	return state_append(&create->dir, &record, 1, err);
}

static int pid_file_step(void *ctx, struct error *err)
{
	struct create *create = ctx;

	if (!create->request->pid_file)
		return 0;
	return pid_file_write(create->request->pid_file, create->launch.pid, err);
}

static void pid_file_undo(void *ctx)
{
	struct create *create = ctx;

	if (create->request->pid_file)
		pid_file_remove(create->request->pid_file);
}

/* `start` tells the agent of a container that waits for it. */
static int listener_tell(struct create *create, struct error *err)
{
	const struct plan_seccomp *seccomp = create->plan->seccomp;
	const struct oci_spec *spec = create->config.spec;
	const struct oci_state state = {
		.oci_version = spec->oci_version,
		.id = create->request->id,
		.status = OCI_STATUS_CREATING,
		.pid = {.present = true, .value = create->launch.pid},
		.bundle = create->request->bundle,
		.annotations = spec->annotations,
	};

	if (!seccomp || !seccomp->listener_path || create->plan->start != START_AT_ONCE)
		return 0;
	return listener_state(&state, seccomp->listener_metadata, create->launch.pid,
		&create->arena, &create->launch.listener_state, err);
}

/* With START_BY_FIFO it is `start` that listens. */
static int notify_step(void *ctx, struct error *err)
{
	struct create *create = ctx;

	if (create->plan->start != START_AT_ONCE)
		return 0;
	return state_notify_listen(&create->dir, &create->notify_fd, err);
}

static int release_step(void *ctx, struct error *err)
{
	struct create *create = ctx;

	if (listener_tell(create, err))
		return -1;
	return out_of_memory(create, launch_release(&create->launch, err), err);
}

/* After create, start does it. */
static int poststart_step(void *ctx, struct error *err)
{
	struct create *create = ctx;

	if (create->plan->start != START_AT_ONCE)
		return 0;
	return hooking_run(&create->hooks, &create->plan->hooks.of[HOOK_POSTSTART],
		OCI_STATUS_RUNNING, create->launch.pid, err);
}

static const struct step plan_steps[] = {
	{"read", read_step, NULL},
	{"plan", plan_step, NULL},
	{0},
};

static const struct step build_steps[] = {
	{"reserve", reserve_step, reserve_undo},
	{"record", record_step, NULL},
	{"filter", filter_step, NULL},
	{"cgroup", cgroup_step, cgroup_undo},
	{"resctrl", resctrl_step, resctrl_undo},
	{"open", open_step, open_undo},
	{"clone", clone_step, clone_undo},
	{"network", network_step, network_undo},
	{"mount", mount_step, NULL},
	{"hooks", hooks_step, NULL},
	{"build", build_step, NULL},
	{"limits", limits_step, NULL},
	{"console", console_step, NULL},
	{"pidfd", pidfd_step, NULL},
	{"ready", ready_step, NULL},
	{"pid file", pid_file_step, pid_file_undo},
	{"notify", notify_step, NULL},
	{"release", release_step, NULL},
	{"poststart hooks", poststart_step, NULL},
	{0},
};

int create_start(struct create *create, const struct request *request,
	const struct caller *caller, struct error *err)
{
	*create = (struct create){.request = request,
		.caller = caller,
		.memory = {.fd = -1},
		.dir = {.dir_fd = -1, .journal_fd = -1},
		.notify_fd = -1};
	set_start(&create->net);
	return scratch_open(&create->arena, err);
}

static const char *operation(const struct create *create)
{
	return create->request->start_at_once ? "run" : "create";
}

int create_plan(struct create *create, struct error *err)
{
	if (!step_run(operation(create), plan_steps, create, &create->caller->observer, err))
		return 0;
	config_locate(&create->config, err);
	return -1;
}

/* When nothing is left, the record neither: the hooks die with us. */
static void poststop(struct create *create)
{
	create->hooks.started = NULL;
	hooks_run_stopped(&create->hooks, &create->plan->hooks.of[HOOK_POSTSTOP]);
}

int create_run(struct create *create, struct error *err)
{
	if (state_id_check(create->request->id, err) || create_plan(create, err))
		return -1;
	if (!step_run(operation(create), build_steps, create, &create->caller->observer, err))
		return 0;
	config_locate(&create->config, err);
	if (create->hooked && !create_is_lost(create))
		poststop(create);
	return -1;
}

int create_remove(struct create *create, struct error *err)
{
	if (cgroups_end(&create->cgroups, err))
		return -1;
	if (create->resctrl_record && resctrl_remove(create->resctrl_record, err))
		return -1;
	if (root_mount_end(create->plan, &create->dir, &create->arena, err) ||
		state_remove(&create->dir, err))
		return -1;
	poststop(create);
	return 0;
}

void create_close(struct create *create)
{
	if (create->plan)
		launch_close(&create->launch);
	if (create->notify_fd >= 0)
		sys_close(create->notify_fd);
	cgroup_set_close(&create->cgroups);
	set_close(&create->net);
	state_close(&create->dir);
	memory_close(&create->memory);
	config_free(&create->config);
	scratch_close(&create->arena);
}

int lifecycle_create(
	const struct request *request, const struct caller *caller, struct error *err)
{
	struct create create;
	int r = create_start(&create, request, caller, err);

	if (!r)
		r = create_run(&create, err);
	create_close(&create);
	return r;
}
