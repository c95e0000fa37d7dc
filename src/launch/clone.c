/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The clone.
 *
 * Runs in: the runtime.
 * Relies on: clone3 with CLONE_PIDFD, CLONE_CLEAR_SIGHAND (5.5) and CLONE_INTO_CGROUP (5.7). */
#include "launch/clone.h"

#include <signal.h>

#include "base/text.h"
#include "launch/child.h"
#include "sys/file.h"
#include "sys/process.h"

#define CHILD_STACK 16384

static bool memory_is_shared(const struct plan *plan)
{
	return !(plan->namespaces.clone_flags & CLONE_NEWUSER) && !plan->namespaces.new_time &&
	       !plan->child.opens_trees && !plan->child.joins_user;
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

	if (memory_is_shared(launch->plan)) {
		args.flags |= CLONE_VM | CLONE_VFORK;
		args.stack = (uint64_t)(uintptr_t)stack;
		args.stack_size = sizeof(stack);
	}
	if (launch->by_child) {
		args.flags |= CLONE_PARENT;
		args.exit_signal = 0; /* is the caller's own */
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

/* 0 if the file cannot be read, or holds another number. */
static bool file_is_zero(const char *path)
{
	char value[2] = {0};
	int fd = sys_openat(AT_FDCWD, path, O_RDONLY, 0);

	if (fd < 0)
		return false;
	sys_read(fd, value, sizeof(value));
	sys_close(fd);
	return value[0] == '0' && value[1] == '\n';
}

static int clone_failed(const struct launch *launch, int r, struct error *err)
{
	const char *const what = launch->plan->exec
					 ? "cannot create a process of the container"
					 : "cannot create the container's first process";
	static const char *const switches[] = {"/proc/sys/user/max_user_namespaces",
		"/proc/sys/kernel/unprivileged_userns_clone"};

	for (size_t i = 0; i < 2 && launch->plan->namespaces.clone_flags & CLONE_NEWUSER; i++) {
		if (file_is_zero(switches[i]))
			return error_system_at(err,
				launch->plan->namespaces.of[NAMESPACE_USER].origin, r,
				"%s: %s is 0, which forbids user namespaces", what,
				switches[i]);
	}
	if (launch->cgroup_into_fd >= 0 && r == -EACCES)
		return error_system(err, r,
			"%s in its cgroup: the one that holds both it and the caller's was not "
			"delegated to user %u",
			what, sys_geteuid());
	return error_system(err, r, "%s", what);
}

int clone_init(struct launch *launch, struct error *err)
{
	char plan_fd[16];
	char name[] = "tare:[init]";
	char *argv[] = {name, plan_fd, NULL};
	char *envp[] = {NULL};
	struct child child = {.launch = launch, .argv = argv, .envp = envp};
	/* Until its maps are written, or while it sets its own limits, the child must be its user's in /proc; it
	 * inherits that. */
	bool dumpable =
		(launch->plan->ids.uid_map || launch->plan->child.sets_limits) && sys_geteuid();
	int pid;

	text_print(plan_fd, sizeof(plan_fd), "%d", launch->memory->fd);
	if (dumpable)
		sys_prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
	pid = child_clone(launch, &child);
	if (dumpable)
		sys_prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	if (pid < 0)
		return clone_failed(launch, pid, err);
	sys_close(launch->init_sync_fd);
	launch->init_sync_fd = -1;
	launch->pid = pid;
	return 0;
}
