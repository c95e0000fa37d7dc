/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The clone, and its child up to the exec of init.
 *
 * Runs in: the runtime, and the clone's child. The child shares the runtime's memory (CLONE_VM|CLONE_VFORK) unless
 *          a user or time namespace forbids it; it makes raw system calls only, touches nothing but its own
 *          stack, and never returns.
 * Relies on: clone3 with CLONE_PIDFD, CLONE_CLEAR_SIGHAND (5.5) and CLONE_INTO_CGROUP (5.7); a
 *          thread that writes "0" to a v1 cgroup's tasks moves itself without a grace period. */
#include "launch/clone.h"

#include <signal.h>

#include "base/text.h"
#include "sys/file.h"
#include "sys/process.h"

#define CHILD_STACK 16384

struct child {
	const struct launch *launch;
	char *const *argv;
	char *const *envp;
};

static int child_cgroups(const struct launch *launch, struct error *err)
{
	for (size_t i = 0; i < launch->cgroup_fd_count; i++) {
		ssize_t n = sys_write(launch->cgroup_fds[i], "0", 1);

		if (n < 0)
			return error_system(err, (int)n, "cannot enter the container's cgroup");
	}
	return 0;
}

/* A new user namespace: the maps must be there and the process be its root before the exec, or
 * the exec loses all capabilities. */
static int child_identity(const struct launch *launch, struct error *err)
{
	struct sync_message message;
	int r;

	if (!launch->plan->ids.uid_map || launch->plan->namespaces.maps_after_unshare)
		return 0;
	r = sync_receive(launch->init_sync_fd, &message, NULL);
	if (r || message.header.type != SYNC_MAPS_WRITTEN)
		return error_system(
			err, r ? r : -EPROTO, "cannot learn that the id maps are written");
	r = launch->plan->process.keep_groups ? 0 : sys_setgroups(0, NULL);
	if (r == -EPERM) /* setgroups is denied in this user namespace */
		r = 0;
	if (!r)
		r = sys_setresgid(0, 0, 0);
	if (!r)
		r = sys_setresuid(0, 0, 0);
	return r ? error_system(err, r, "cannot become root of the user namespace") : 0;
}

static int inherit(int fd)
{
	return fd < 0 ? 0 : sys_fcntl(fd, F_SETFD, 0);
}

static int child_inherit(const struct launch *launch)
{
	const struct handoff *handoff = launch->memory->handoff;
	int r = inherit(launch->memory->fd) | inherit(handoff->sync_fd) |
		inherit(handoff->start_fd) | inherit(handoff->result_fd) |
		inherit(handoff->root_tree) | inherit(handoff->root_dir) |
		inherit(handoff->hook_stdout) | inherit(handoff->hook_stderr) |
		inherit(handoff->trace_fd);

	for (size_t i = 0; i < NAMESPACE_COUNT; i++)
		r |= inherit(handoff->namespace_fds[i]);
	for (uint32_t i = 0; i < handoff->tree_count; i++)
		r |= inherit(handoff->trees[i]);
	return r ? -EBADF : 0;
}

static int child_exec(const struct child *child, struct error *err)
{
	int r = child_inherit(child->launch);

	if (r)
		return error_system(err, r, "cannot pass descriptors to the init program");
	r = sys_execveat(child->launch->image_fd, "", child->argv, child->envp, AT_EMPTY_PATH);
	return error_system(err, r, "cannot execute the init program");
}

__attribute__((no_sanitize("address", "undefined"))) static int child_main(void *arg)
{
	const struct child *child = arg;
	const struct launch *launch = child->launch;
	struct error err;

	sys_prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (child_cgroups(launch, &err) || child_identity(launch, &err) ||
		child_exec(child, &err)) {
		error_step(&err, "clone", "child");
		sync_send_error(launch->init_sync_fd, &err);
	}
	return 1;
}

static int child_clone(struct launch *launch, struct child *child)
{
	const struct plan_namespaces *namespaces = &launch->plan->namespaces;
	_Alignas(16) char stack[CHILD_STACK];
	int pidfd = -1;
	struct clone_args args = {
		.flags = namespaces->clone_flags | CLONE_PIDFD | CLONE_CLEAR_SIGHAND,
		.pidfd = (uint64_t)(uintptr_t)&pidfd,
		.exit_signal = SIGCHLD,
	};
	int pid;

	if (!(namespaces->clone_flags & CLONE_NEWUSER) && !namespaces->new_time) {
		args.flags |= CLONE_VM | CLONE_VFORK;
		args.stack = (uint64_t)(uintptr_t)stack;
		args.stack_size = sizeof(stack);
	}
	if (launch->cgroup_into_fd >= 0) {
		args.flags |= CLONE_INTO_CGROUP;
		args.cgroup = (uint64_t)launch->cgroup_into_fd;
	}
	pid = sys_clone(&args, child_main, child);
	if (pid >= 0)
		launch->pidfd = pidfd;
	return pid;
}

int clone_init(struct launch *launch, struct error *err)
{
	char plan_fd[16];
	char name[] = "tare:[init]";
	char *argv[] = {name, plan_fd, NULL};
	char *envp[] = {NULL};
	struct child child = {.launch = launch, .argv = argv, .envp = envp};
	int pid;

	text_print(plan_fd, sizeof(plan_fd), "%d", launch->memory->fd);
	pid = child_clone(launch, &child);
	sys_close(launch->init_sync_fd);
	launch->init_sync_fd = -1;
	if (pid < 0)
		return error_system(err, pid, "cannot create the container's first process");
	launch->pid = pid;
	return 0;
}
