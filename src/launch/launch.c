/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parent's half of making a process.
 *
 * Runs in: the runtime, in the host's namespaces; it never enters a namespace of a container.
 *          The only setns is the one back to its own time namespace, for its next children.
 * Relies on: pidfds (Linux 5.3). */
#include "launch/launch.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "base/text.h"
#include "launch/child.h"
#include "launch/clone.h"
#include "launch/idmap.h"
#include "launch/image.h"
#include "launch/limits.h"
#include "launch/listener.h"
#include "launch/open.h"
#include "launch/trees.h"
#include "plan/origin.h"
#include "state/process.h"
#include "sys/file.h"
#include "sys/process.h"
#include "sys/socket.h"

/* From the end of its socket to that of the process. */
#define END_MILLISECONDS 1000

static void fd_close(int *fd)
{
	if (*fd >= 0)
		sys_close(*fd);
	*fd = -1;
}

static void inherited_close(struct launch *launch)
{
	if (launch->inherited)
		open_close(launch->memory->handoff, launch->plan);
	launch->inherited = false;
}

void launch_start(struct launch *launch, struct memory *memory)
{
	struct handoff *handoff = memory->handoff;

	*launch = (struct launch){.memory = memory,
		.image_fd = -1,
		.sync_fd = -1,
		.init_sync_fd = -1,
		.start_fd = -1,
		.result_fd = -1,
		.trace_fd = -1,
		.target_fd = -1,
		.cgroup_into_fd = -1,
		.pidfd = -1,
		.builder_pidfd = -1,
		.terminal_fd = -1};
	handoff->root_tree = handoff->root_dir = handoff->trace_fd = -1;
	handoff->hook_stdout = handoff->hook_stderr = -1;
	handoff->start_fd = handoff->result_fd = handoff->sync_fd = -1;
	for (size_t i = 0; i < NAMESPACE_COUNT; i++)
		handoff->namespace_fds[i] = -1;
}

static int sync_open(struct launch *launch, struct error *err)
{
	int fds[2];
	int r = sys_socketpair(AF_UNIX, SOCK_SEQPACKET, fds);

	if (r)
		return error_system(err, r, "cannot make a socket pair");
	launch->sync_fd = fds[0];
	launch->init_sync_fd = fds[1];
	return 0;
}

int launch_open(struct launch *launch, const struct plan *plan, struct error *err)
{
	struct handoff *handoff = launch->memory->handoff;

	launch->plan = plan;
	launch->inherited = true;
	if (open_namespaces(handoff, plan, err) ||
		trees_prepare(handoff, plan, &launch->memory->arena, err) ||
		(!plan->child.opens_trees && trees_open(handoff, plan, err)) ||
		sync_open(launch, err) || image_open(&launch->image_fd, err))
		return -1;
	handoff->sync_fd = launch->init_sync_fd;
	handoff->start_fd = launch->start_fd;
	handoff->result_fd = launch->result_fd;
	handoff->trace_fd = launch->trace_fd;
	handoff->target_fd = launch->target_fd;
	return memory_finish(launch->memory, plan, err);
}

/* The runtime itself has never left its time namespace. Its next children, hooks, are to be in it too. */
static int time_return(struct error *err)
{
	int fd = sys_openat(AT_FDCWD, "/proc/self/ns/time", O_RDONLY, 0);
	int r = fd < 0 ? fd : sys_setns(fd, CLONE_NEWTIME);

	if (fd >= 0)
		sys_close(fd);
	return r ? error_system(err, r, "cannot leave the container's time namespace") : 0;
}

static int clone_with_time(struct launch *launch, struct error *err)
{
	const struct plan_namespaces *namespaces = &launch->plan->namespaces;
	struct error late;
	int r = child_unshare_time(namespaces, err) ? -1 : clone_init(launch, err);

	return time_return(r ? &late : err) ? -1 : r;
}

static int clone_now(struct launch *launch, struct error *err)
{
	const struct plan *plan = launch->plan;

	return plan->namespaces.new_time && !plan->child.unshares_time
		       ? clone_with_time(launch, err)
		       : clone_init(launch, err);
}

/* The working directory follows the clone into its new mount namespace. A descriptor of the directory would not, and by its
 * path root of a user namespace may be unable to find it. */
static int clone_in_root(struct launch *launch, struct error *err)
{
	int r, back_fd = sys_openat(AT_FDCWD, ".", O_PATH | O_DIRECTORY, 0);

	if (back_fd < 0)
		return error_system(err, back_fd, "cannot open the working directory");
	r = sys_chdir(launch->plan->root.path);
	if (r) {
		error_system(err, r, "cannot enter the root file system \"%s\"",
			launch->plan->root.path);
		error_at(err, origin_make(ORIGIN_ROOT_PATH, 0));
	} else {
		r = clone_now(launch, err);
		sys_fchdir(back_fd);
	}
	sys_close(back_fd);
	return r;
}

int launch_clone(struct launch *launch, struct error *err)
{
	int r = launch->plan->root.reachable ? clone_in_root(launch, err)
					     : clone_now(launch, err);

	if (!r)
		inherited_close(launch);
	return r;
}

/* Why the other side is silent: from its exit status. */
static int launch_died(struct launch *launch, struct error *err)
{
	siginfo_t info = {0};
	int r = -ECHILD;

	if (launch->pidfd >= 0) {
		process_end_wait(launch->pidfd, END_MILLISECONDS);
		r = sys_waitid(P_PIDFD, launch->pidfd, &info, WEXITED | WNOHANG | WNOWAIT);
	}
	if (r || info.si_pid == 0)
		return error_set(
			err, ERROR_SYSTEM, 0, "the container's init closed the connection");
	if (info.si_code == CLD_EXITED)
		return error_set(err, ERROR_SYSTEM, 0,
			"the container's init ended with status %d before the container was "
			"built",
			info.si_status);
	return error_set(err, ERROR_SYSTEM, 0,
		"the container's init was killed by signal %d before the container was built",
		info.si_status);
}

static int message_receive(struct launch *launch, enum sync_type expected,
	struct sync_message *ret, struct error *err)
{
	int fd = -1;
	int *const ret_fd = expected == SYNC_TERMINAL ? &fd : NULL;
	int r = sync_receive(launch->sync_fd, ret, ret_fd);

	/* That our RELEASE was not heard is told before what was said. */
	if (r == -ECONNRESET && launch->released_early)
		r = sync_receive(launch->sync_fd, ret, ret_fd);

	if (r == -EPIPE || r == -ECONNRESET)
		return launch_died(launch, err);
	if (r)
		return error_system(err, r, "cannot receive %s from init", sync_name(expected));
	if (ret->header.type == SYNC_ERROR) {
		*err = ret->error;
		return -1;
	}
	if (ret->header.type != expected) {
		fd_close(&fd);
		return error_set(err, ERROR_INTERNAL, 0, "init sent %s where %s was due",
			sync_name(ret->header.type), sync_name(expected));
	}
	if (expected == SYNC_TERMINAL)
		launch->terminal_fd = fd;
	return 0;
}

static int message_send(struct launch *launch, enum sync_type type, struct error *err)
{
	struct sync_message message;
	int r = sync_send(launch->sync_fd, type, 0, -1);

	if (!r)
		return 0;
	/* What init had to say stands in the socket still; while it lives it waits, as we would for it. */
	if ((r == -EPIPE || r == -ECONNRESET) &&
		!sync_receive(launch->sync_fd, &message, NULL) &&
		message.header.type == SYNC_ERROR) {
		*err = message.error;
		return -1;
	}
	if (r == -EPIPE || r == -ECONNRESET)
		return launch_died(launch, err);
	return error_system(err, r, "cannot send %s to init", sync_name(type));
}

static void reap(int pidfd, int milliseconds)
{
	siginfo_t info;

	process_end_wait(pidfd, milliseconds);
	sys_waitid(P_PIDFD, pidfd, &info, WEXITED | WNOHANG);
}

/* It is about to exit; who can freeze it gains nothing but a dead child of ours. */
static void builder_reap(struct launch *launch)
{
	if (launch->builder_pidfd >= 0)
		reap(launch->builder_pidfd, END_MILLISECONDS);
	fd_close(&launch->builder_pidfd);
}

/* The builder has made the process that stays and is about to exit. The new one is our child
 * by CLONE_PARENT, so that its pid cannot be taken by another before we wait for it. */
static int process_adopt(struct launch *launch, int pid, struct error *err)
{
	int pidfd = pid > 0 && pid != launch->pid ? sys_pidfd_open(pid, 0) : -ESRCH;
	siginfo_t info;
	int r = pidfd;

	/* Who sends this may be in the hands of somebody who traces it: it names a child of ours, or nothing. */
	if (pidfd >= 0) {
		r = sys_waitid(P_PIDFD, pidfd, &info, WEXITED | WNOHANG | WNOWAIT);
		if (r)
			sys_close(pidfd);
	}
	if (r < 0)
		return error_system(err, r, "cannot open process %d", pid);
	/* Its end takes the kernel a while: who waits for the process does not wait for that. */
	launch->builder_pidfd = launch->pidfd;
	launch->pidfd = pidfd;
	launch->pid = pid;
	return 0;
}

static int talk_step(struct launch *launch, enum sync_type type, struct error *err)
{
	struct sync_message message;

	switch (type) {
	case SYNC_RELEASE:
		return launch->released_early ? 0 : message_send(launch, type, err);
	case SYNC_MAPS_WRITTEN:
		if (launch->plan->ids.compare ? idmap_compare(launch->pid, launch->plan, err)
					      : idmap_write(launch->pid, &launch->plan->ids,
							launch->search_path, err))
			return -1;
		return message_send(launch, type, err);
	case SYNC_PARENT_READY:
	case SYNC_HOOKS_DONE:
	case SYNC_LISTENED:
		return message_send(launch, type, err);
	case SYNC_PROCESS:
		if (message_receive(launch, type, &message, err))
			return -1;
		return process_adopt(launch, message.header.value, err);
	case SYNC_MAPS_WANTED:
	case SYNC_NAMESPACES:
	case SYNC_ROOT_BUILT:
	case SYNC_TERMINAL:
	case SYNC_CREATED:
	case SYNC_RELEASED:
	case SYNC_EXECING:
		return message_receive(launch, type, &message, err);
	case SYNC_LISTENER:
		if (message_receive(launch, type, &message, err))
			return -1;
		return listener_pass(launch->pidfd, message.header.value,
			launch->plan->seccomp->listener_path, launch->listener_state, err);
	case SYNC_NONE:
	case SYNC_ERROR:
	case SYNC_TYPES:
		break;
	}
	return error_set(err, ERROR_INTERNAL, 0, "%s is not part of the talk", sync_name(type));
}

/* Exchanges messages until `until` is done, or to the end of the talk with SYNC_NONE. */
static int talk(struct launch *launch, enum sync_type until, struct error *err)
{
	for (;;) {
		enum sync_type next = sync_next(launch->plan, launch->last);

		if (next == SYNC_NONE)
			return 0;
		if (talk_step(launch, next, err))
			return -1;
		launch->last = next;
		if (next == until)
			return 0;
	}
}

int launch_namespaces(struct launch *launch, struct error *err)
{
	return talk(launch, SYNC_NAMESPACES, err);
}

int launch_mount(struct launch *launch, struct error *err)
{
	return hooks_before_root(&launch->plan->hooks) ? talk(launch, SYNC_ROOT_BUILT, err) : 0;
}

/* KERNEL < 6.2: only a fork enters a time namespace that was unshared, and what the clone's child does is an exec. */
static int time_check(const struct launch *launch, struct error *err)
{
	struct statx now, wanted;
	char path[64];
	int r;

	text_print(path, sizeof(path), "/proc/%d/ns/time", launch->pid);
	r = sys_statx(AT_FDCWD, path, 0, STATX_INO, &now);
	text_print(path, sizeof(path), "/proc/%d/ns/time_for_children", launch->pid);
	if (!r)
		r = sys_statx(AT_FDCWD, path, 0, STATX_INO, &wanted);
	if (!r && now.stx_ino == wanted.stx_ino)
		return 0;
	error_set(err, ERROR_UNSUPPORTED, r,
		"cannot enter the time namespace: without root's rights it takes Linux 6.2");
	return error_at(err, launch->plan->namespaces.of[NAMESPACE_TIME].origin);
}

bool launch_may_release(const struct launch *launch)
{
	const struct plan *plan = launch->plan;
	enum sync_type type = SYNC_NONE;

	if (plan->start != START_AT_ONCE || !plan->namespaces.final_clone ||
		launch_limits_needed(plan))
		return false;
	while ((type = sync_next(plan, type)) != SYNC_NONE) {
		if (type != SYNC_PROCESS && type != SYNC_CREATED && type != SYNC_RELEASE &&
			type != SYNC_EXECING)
			return false;
	}
	return true;
}

int launch_process(struct launch *launch, struct error *err)
{
	return talk(launch, SYNC_PROCESS, err);
}

int launch_release_early(struct launch *launch, struct error *err)
{
	launch->released_early = true;
	return message_send(launch, SYNC_RELEASE, err);
}

int launch_build(struct launch *launch, struct error *err)
{
	if (talk(launch, SYNC_CREATED, err))
		return -1;
	return launch->plan->child.unshares_time ? time_check(launch, err) : 0;
}

/* After EXECING the socket ends with a successful execve, or tells why it failed. */
static int exec_confirm(struct launch *launch, struct error *err)
{
	struct sync_message message;
	int r = sync_receive(launch->sync_fd, &message, NULL);

	if (r == -EPIPE || r == -ECONNRESET)
		return 0;
	if (r)
		return error_system(err, r, "cannot learn whether the program was started");
	if (message.header.type == SYNC_ERROR)
		*err = message.error;
	else
		error_set(err, ERROR_INTERNAL, 0, "init sent %s after EXECING",
			sync_name(message.header.type));
	return -1;
}

int launch_release(struct launch *launch, struct error *err)
{
	int r = talk(launch, SYNC_NONE, err);

	if (!r && launch->plan->start == START_AT_ONCE)
		r = exec_confirm(launch, err);
	if (!r)
		builder_reap(launch);
	return r;
}

void launch_kill(struct launch *launch)
{
	if (launch->pidfd < 0)
		return;
	sys_pidfd_send_signal(launch->pidfd, SIGKILL);
	reap(launch->pidfd, -1);
	fd_close(&launch->pidfd);
	builder_reap(launch);
	launch->pid = 0;
}

void launch_close(struct launch *launch)
{
	inherited_close(launch);
	fd_close(&launch->image_fd);
	fd_close(&launch->sync_fd);
	fd_close(&launch->init_sync_fd);
	fd_close(&launch->start_fd);
	fd_close(&launch->result_fd);
	fd_close(&launch->terminal_fd);
	fd_close(&launch->pidfd);
	fd_close(&launch->builder_pidfd);
}
