/* SPDX-License-Identifier: GPL-2.0-or-later */
/* start: lets a created container's init execute the program.
 *
 * Spec: runtime.md "start". Relies on: fifo(7): opening for writing without a reader fails with ENXIO, which
 * means that init is dead; a reader sees the end when the last writer is gone. */
#include "lifecycle/lifecycle.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>

#include "cgroup/oom.h"
#include "init/sync.h"
#include "launch/listener.h"
#include "lifecycle/config.h"
#include "lifecycle/container.h"
#include "lifecycle/hooking.h"
#include "lifecycle/listener.h"
#include "lifecycle/notify.h"
#include "plan/origin.h"
#include "state/notify.h"
#include "state/process.h"
#include "sys/file.h"

#define KILL_MILLISECONDS   10000
#define KILLED_MILLISECONDS 100

struct start {
	const struct request *request;
	const struct caller *caller;
	struct container container;
	int start_fd;
	int result_fd;
	int pidfd;
	int notify_fd; /* where the program says that it is ready; -1 */
};

static int stopped(struct error *err)
{
	return error_set(err, ERROR_STATE, 0, "cannot start a container that has stopped");
}

static int status_check(const struct container *container, struct error *err)
{
	switch (container->status) {
	case STATUS_CREATED:
		return 0;
	case STATUS_STOPPED:
		return stopped(err);
	case STATUS_PAUSED:
		return error_set(
			err, ERROR_STATE, 0, "cannot start a container in the paused state");
	case STATUS_RUNNING:
		return error_set(
			err, ERROR_STATE, 0, "cannot start an already running container");
	case STATUS_CREATING:
	case STATUS_COUNT:
		break;
	}
	return error_set(err, ERROR_STATE, 0, "cannot start a container that is being created");
}

static int open_step(void *ctx, struct error *err)
{
	struct start *start = ctx;
	struct state_dir *dir = &start->container.dir;

	if (status_check(&start->container, err))
		return -1;
	/* It may end at any moment; without it nobody reads the fifo. */
	start->pidfd = process_open(&start->container.state.init);
	if (start->pidfd == -ESRCH)
		return stopped(err);
	if (start->pidfd < 0)
		return error_system(err, start->pidfd, "cannot open the container's init");
	start->result_fd = state_fifo_open(dir, STATE_FIFO_RESULT, O_RDONLY | O_NONBLOCK, err);
	if (start->result_fd < 0)
		return -1;
	start->start_fd = state_fifo_open(dir, STATE_FIFO_START, O_WRONLY | O_NONBLOCK, err);
	if (start->start_fd < 0)
		return err->errnum == ENXIO ? stopped(err) : -1;
	return 0;
}

/* The fifo's absence is what says "running": it goes before the byte. Should the runtime die in
 * between, init sees the hang-up and ends. */
static int start_step(void *ctx, struct error *err)
{
	struct start *start = ctx;
	ssize_t n;

	if (state_fifo_remove(&start->container.dir, STATE_FIFO_START, err))
		return -1;
	n = sys_write(start->start_fd, "0", 1);
	return n < 0 ? error_system(err, (int)n, "cannot wake the container's init") : 0;
}

/* Waits for something to read or for init's end. */
static int result_wait(const struct start *start)
{
	struct pollfd fds[2] = {{.fd = start->result_fd, .events = POLLIN},
		{.fd = start->pidfd, .events = POLLIN}};
	int r;

	do
		r = sys_poll(fds, 2, -1);
	while (r == -EINTR);
	return r < 0 ? r : 0;
}

/* The rest of a message, which was written in one piece with its header. */
static int error_read(const struct start *start, struct error *ret)
{
	ssize_t n = sys_read(start->result_fd, ret, sizeof(*ret));

	if (n == sizeof(*ret))
		return 1;
	return n < 0 ? (int)n : -EPROTO;
}

/* The next message: 1, 0 at the end, or -errno. Two of them may be waiting, and a fifo does not
 * keep them apart. */
static int result_read(const struct start *start, struct sync_message *ret)
{
	ssize_t n;

	do {
		int r = result_wait(start);

		if (r)
			return r;
		n = sys_read(start->result_fd, &ret->header, sizeof(ret->header));
		if (n == -EAGAIN && !process_alive(&start->container.state.init))
			return 0;
	} while (n == -EAGAIN);
	if (n == 0)
		return 0;
	if (n != sizeof(ret->header))
		return n < 0 ? (int)n : -EPROTO;
	return ret->header.type == SYNC_ERROR ? error_read(start, &ret->error) : 1;
}

/* Init has loaded its filter and waits until an agent has the listener. */
static int listener_serve(const struct start *start, int fd, struct error *err)
{
	const struct state *known = &start->container.state;
	struct arena arena = start->container.arena;
	struct oci_state state = {
		.oci_version = known->value[STATE_OCI_VERSION],
		.id = start->request->id,
		.status = OCI_STATUS_CREATED,
		.pid = {.present = true, .value = known->init.pid},
		.bundle = known->value[STATE_BUNDLE],
		.annotations = {.count = known->annotation_count, .present = true},
	};
	const char *text;
	ssize_t n;

	state.annotations.items = arena_array(&arena, struct oci_pair, known->annotation_count);
	for (size_t i = 0; state.annotations.items && i < known->annotation_count; i++)
		state.annotations.items[i] = (struct oci_pair){
			known->annotations[i].name, known->annotations[i].value};
	if (!known->value[STATE_LISTENER] || !state.annotations.items)
		return error_set(err, ERROR_INTERNAL, 0, "there is no seccomp agent on record");
	if (listener_state(&state, known->value[STATE_LISTENER_METADATA], known->init.pid,
		    &arena, &text, err) ||
		listener_pass(start->pidfd, fd, known->value[STATE_LISTENER], text, err))
		return -1;
	n = sys_write(start->start_fd, "1", 1);
	return n < 0 ? error_system(err, (int)n, "cannot wake the container's init") : 0;
}

static int died(struct start *start, struct error *err)
{
	error_set(err, ERROR_STATE, 0,
		"the container's init ended before it could execute the program");
	cgroup_oom_explain(&start->container.cgroups, err);
	return -1;
}

/* The end of the fifo is the exec, or a kill within it: the kernel takes memory for the program's arguments then. It counts a
 * kill before the kill; one counted may also have been of a hook, so that init's end must follow. */
static int executed(struct start *start, struct error *err)
{
	struct pollfd fd = {.fd = start->pidfd, .events = POLLIN};
	struct cgroup_oom oom;

	if (!cgroup_oom_read(&start->container.cgroups, &oom) || !oom.kills ||
		sys_poll(&fd, 1, KILLED_MILLISECONDS) <= 0)
		return 0;
	return died(start, err);
}

/* What init says against it. A hook that failed may have been killed for its memory: it is in the container's cgroup. */
static int refused(struct start *start, struct error *message, struct error *err)
{
	message->text[sizeof(message->text) - 1] = '\0';
	message->step[sizeof(message->step) - 1] = '\0';
	message->pointer[sizeof(message->pointer) - 1] = '\0';
	*err = *message;
	if (origin_is_hook(err->origin))
		cgroup_oom_explain(&start->container.cgroups, err);
	return -1;
}

/* EXECING and the end behind it: the program runs; with an agent it has the listener in between. Anything
 * else: why it does not. */
static int result_step(void *ctx, struct error *err)
{
	struct start *start = ctx;
	struct sync_message message = {0};
	bool listening = start->container.state.value[STATE_LISTENER] != NULL;
	bool execing = false;

	for (;;) {
		int r = result_read(start, &message);

		if (r < 0)
			return error_system(
				err, r, "cannot learn whether the program was started");
		if (r == 0)
			return execing && !listening ? executed(start, err) : died(start, err);
		if (message.header.type == SYNC_ERROR)
			return refused(start, &message.error, err);
		execing |= message.header.type == SYNC_EXECING;
		if (message.header.type != SYNC_LISTENER)
			continue;
		if (listener_serve(start, message.header.value, err))
			return -1;
		listening = false;
	}
}

/* A container that was made without a service manager has no place for it. */
static int notify_step(void *ctx, struct error *err)
{
	struct start *start = ctx;

	if (!start->request->notify_socket)
		return 0;
	return state_notify_listen(&start->container.dir, &start->notify_fd, err);
}

static int poststart_step(void *ctx, struct error *err)
{
	struct start *start = ctx;

	return hooking_poststart(&start->container, start->caller, err);
}

/* When a hook fails the container is stopped and destroyed, and the poststop hooks follow. */
static void destroy(struct start *start)
{
	struct error err;

	if (container_kill(&start->container, KILL_MILLISECONDS, &err) ||
		container_remove(&start->container, &err)) {
		if (start->caller->warn)
			start->caller->warn(err.text);
		return;
	}
	hooking_poststop(&start->container, start->caller);
}

static const struct step steps[] = {
	{"open", open_step, NULL},
	{"notify", notify_step, NULL},
	{"start", start_step, NULL},
	{"result", result_step, NULL},
	{"poststart hooks", poststart_step, NULL},
	{0},
};

int lifecycle_start(
	const struct request *request, const struct caller *caller, struct error *err)
{
	struct start start = {.request = request,
		.caller = caller,
		.start_fd = -1,
		.result_fd = -1,
		.pidfd = -1,
		.notify_fd = -1};
	int *const fds[] = {&start.start_fd, &start.result_fd, &start.pidfd, &start.notify_fd};
	int r;

	if (state_id_check(request->id, err) ||
		container_open(
			&start.container, request->state_root, request->id, STATE_LOCKED, err))
		return -1;
	r = step_run("start", steps, &start, &caller->observer, err);
	if (r && origin_is_hook(err->origin))
		destroy(&start);
	if (r) { /* without config.json there is no line to name */
		config_locate(&(const struct config){0}, err);
	} else {
		state_unlock(&start.container.dir);
		r = notify_wait(start.notify_fd, start.pidfd, start.container.state.init.pid,
			request->notify_socket, err);
	}
	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++) {
		if (*fds[i] >= 0)
			sys_close(*fds[i]);
	}
	container_close(&start.container);
	return r;
}
