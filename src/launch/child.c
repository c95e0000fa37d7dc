/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The child of the clone, up to the exec of init.
 *
 * Runs in: the clone's child. It shares the runtime's memory (CLONE_VM|CLONE_VFORK) unless a user or time namespace
 *          forbids it or it has work of the runtime's to do (plan.child); it makes raw system calls only, touches nothing but its
 *          own stack and the handoff, and never returns to the runtime's code.
 * Relies on: a thread that writes "0" to a v1 cgroup's tasks moves itself without a grace period; what it is
 *          nobody can take over: where it is in a user namespace of others, it is not dumpable. */
#include "launch/child.h"

#include <signal.h>
#include <string.h>

#include "launch/limits.h"
#include "launch/trees.h"
#include "plan/origin.h"
#include "sys/file.h"
#include "sys/process.h"

static int child_cgroups(const struct launch *launch, struct error *err)
{
	for (size_t i = 0; i < launch->cgroup_fd_count; i++) {
		ssize_t n = sys_write(launch->cgroup_fds[i], "0", 1);

		if (n < 0)
			return error_system(err, (int)n, "cannot enter the container's cgroup");
	}
	return 0;
}

static int child_processors(const struct launch *launch)
{
	if (launch->all_processors)
		launch_processors_all(0);
	return 0;
}

static int file_write(const char *path, const char *content)
{
	int fd = sys_openat(AT_FDCWD, path, O_WRONLY, 0);
	ssize_t n = fd < 0 ? fd : sys_write(fd, content, strlen(content));

	if (fd >= 0)
		sys_close(fd);
	return n < 0 ? (int)n : 0;
}

/* A new time namespace is for the children of whoever unshares it, and its offsets can be set until the first
 * one is in it. */
int child_unshare_time(const struct plan_namespaces *namespaces, struct error *err)
{
	int r = sys_unshare(CLONE_NEWTIME);

	if (r)
		return error_system_at(err, namespaces->of[NAMESPACE_TIME].origin, r,
			"cannot make a time namespace");
	if (!namespaces->time_offsets)
		return 0;
	r = file_write("/proc/self/timens_offsets", namespaces->time_offsets);
	return r ? error_system_at(err, origin_make(ORIGIN_TIME_OFFSETS, 0), r,
			   "cannot set the offsets of the time namespace")
		 : 0;
}

/* A new user namespace: the maps must be there before the exec. */
static int child_maps(const struct launch *launch, struct error *err)
{
	struct sync_message message;
	int r;

	if (!launch->plan->ids.uid_map || launch->plan->namespaces.maps_after_unshare)
		return 0;
	/* A runtime that has died before we could ask to die with it is told by the end of the socket, once that is nobody's: until the
	 * exec we hold the lock of the state directory with it. */
	sys_close(launch->sync_fd);
	r = sync_receive(launch->init_sync_fd, &message, NULL);
	if (r || message.header.type != SYNC_MAPS_WRITTEN)
		return error_system(
			err, r ? r : -EPROTO, "cannot learn that the id maps are written");
	return 0;
}

static int child_join(const struct launch *launch, struct error *err)
{
	const struct namespace_op *op = &launch->plan->namespaces.of[NAMESPACE_USER];
	int r;

	if (!launch->plan->child.joins_user)
		return 0;
	r = sys_setns(launch->memory->handoff->namespace_fds[NAMESPACE_USER], CLONE_NEWUSER);
	return r ? error_system_at(err, op->origin, r, "cannot join the user namespace \"%s\"",
			   op->path)
		 : 0;
}

/* The clone has made the mount namespace, unless others are to be joined first. */
static int child_trees(const struct launch *launch, struct error *err)
{
	const struct plan *plan = launch->plan;
	int r;

	if (!plan->child.opens_trees)
		return 0;
	r = plan->namespaces.clone_flags & CLONE_NEWNS ? 0 : sys_unshare(CLONE_NEWNS);
	if (r)
		return error_system_at(err, plan->namespaces.of[NAMESPACE_MOUNT].origin, r,
			"cannot make a mount namespace");
	return trees_open(launch->memory->handoff, plan, err);
}

/* Before the child is root of the user namespace: then it may be another user to whom the caller's files are closed. */
static int child_instead(const struct launch *launch, struct error *err)
{
	const struct plan_child *child = &launch->plan->child;

	if ((child->sets_limits && limits_own(&launch->plan->process, err)) ||
		child_join(launch, err) || child_trees(launch, err))
		return -1;
	return child->unshares_time ? child_unshare_time(&launch->plan->namespaces, err) : 0;
}

/* An exec leaves somebody who is not root the ambient capabilities alone. init has others than it is to have no longer
 * than where there is a root. */
static int child_keep_capabilities(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2];
	int r = sys_capget(&header, data);

	for (int i = 0; i < 2 && !r; i++)
		data[i].inheritable = data[i].permitted;
	if (!r)
		r = sys_capset(&header, data);
	for (unsigned number = 0; number < 64 && !r; number++) {
		if (data[number / 32].permitted >> number % 32 & 1)
			r = sys_prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, number, 0, 0);
	}
	return r;
}

/* The process must be root of its user namespace before the exec, or the exec loses all capabilities. */
static int child_identity(const struct launch *launch, struct error *err)
{
	const struct plan *plan = launch->plan;
	const struct plan_ids *ids = &plan->ids;
	int r;

	if ((!ids->uid_map || plan->namespaces.maps_after_unshare) && !plan->child.joins_user)
		return 0;
	r = plan->process.keep_groups ? 0 : sys_setgroups(0, NULL);
	if (r == -EPERM) /* setgroups is denied in this user namespace */
		r = 0;
	if (!r)
		r = sys_setresgid(ids->maker_gid, ids->maker_gid, ids->maker_gid);
	if (!r)
		r = sys_setresuid(ids->maker_uid, ids->maker_uid, ids->maker_uid);
	if (!r && ids->maker_uid)
		r = child_keep_capabilities();
	return r ? error_system_at(
			   err, plan->namespaces.of[NAMESPACE_USER].origin, r, ROOT_NEEDED)
		 : 0;
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
		inherit(handoff->trace_fd) | inherit(handoff->target_fd);

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

__attribute__((no_sanitize("address", "undefined"))) int child_main(void *arg)
{
	const struct child *child = arg;
	const struct launch *launch = child->launch;
	struct error err;

	sys_prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (child_cgroups(launch, &err) || child_processors(launch) ||
		child_maps(launch, &err) || child_instead(launch, &err) ||
		child_identity(launch, &err) || child_exec(child, &err)) {
		error_step(&err, "clone", "child");
		sync_send_error(launch->init_sync_fd, &err);
	}
	return 1;
}
