/* SPDX-License-Identifier: GPL-2.0-or-later */
/* events: what a container uses, once or again and again, and when it runs out of memory.
 *
 * Runs in: the runtime; takes no lock, and ends with the container. One event is one line of JSON, of the reference
 * runtime's shape. */
#include "lifecycle/lifecycle.h"

#include <errno.h>
#include <poll.h>
#include <time.h>

#include "base/json.h"
#include "cgroup/oom.h"
#include "lifecycle/container.h"
#include "lifecycle/scratch.h"
#include "lifecycle/stats.h"
#include "state/process.h"
#include "sys/file.h"
#include "sys/process.h"

#define LINE_MAX_SIZE ((size_t)4 << 20)
#define AGAIN_MS_MAX  64

struct events {
	struct container container;
	const struct request *request;
	event_fn *tell;
	void *ctx;
	int pidfd;
	int oom_fd; /* -1: cannot be watched */
	uint64_t kills;
	int64_t again_ms; /* until the number of kills is looked at again; 0: not before something tells */
};

static int64_t now(void)
{
	struct timespec time = {0};

	sys_clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static int line_tell(struct events *events, const char *type, bool stats, struct error *err)
{
	struct arena arena;
	struct text text;
	char *data;
	int r;

	if (scratch_open(&arena, err))
		return -1;
	data = arena_alloc(&arena, LINE_MAX_SIZE, 1);
	text_start(&text, data, LINE_MAX_SIZE);
	text_format(&text, "{\"type\":\"%s\",\"id\":", type);
	json_string(&text, events->request->id);
	if (stats) {
		text_string(&text, ",\"data\":");
		stats_print(&events->container.cgroups, &arena, &text);
	}
	text_char(&text, '}');
	r = text_ok(&text) && !arena.full
		    ? events->tell(events->ctx, data, err)
		    : error_set(err, ERROR_INTERNAL, ENOMEM, "the statistics do not fit");
	scratch_close(&arena);
	return r;
}

/* The watch of v1 tells of a kill before it is counted: then the number is looked at again, in growing intervals. */
static void look_again(struct events *events, const struct cgroup_oom *oom, bool watched)
{
	if (watched)
		events->again_ms = oom->early ? 1 : 0;
	else
		events->again_ms = events->again_ms < AGAIN_MS_MAX ? events->again_ms * 2 : 0;
}

/* A watch tells that something has changed; the number of kills tells what. */
static int oom_tell(struct events *events, bool watched, struct error *err)
{
	struct cgroup_oom oom;
	char buffer[4096];

	if (watched)
		sys_read(events->oom_fd, buffer, sizeof(buffer));
	if (!cgroup_oom_read(&events->container.cgroups, &oom)) {
		events->again_ms = 0;
		return 0;
	}
	if (oom.kills <= events->kills && !(watched && oom.stuck)) {
		look_again(events, &oom, watched);
		return 0;
	}
	events->kills = oom.kills;
	events->again_ms = 0;
	return line_tell(events, "oom", false, err);
}

static int64_t shorter(int64_t left, int64_t again_ms)
{
	if (again_ms && again_ms < left)
		left = again_ms;
	return left < 0 ? 0 : left > INT32_MAX ? INT32_MAX : left;
}

/* 1 when the container has ended. */
static int wait_until(struct events *events, int64_t deadline, struct error *err)
{
	for (;;) {
		struct pollfd fds[2] = {{.fd = events->pidfd, .events = POLLIN},
			{.fd = events->oom_fd, .events = POLLIN}};
		int64_t left = deadline - now();
		int r = sys_poll(fds, 2, (int)shorter(left, events->again_ms));
		bool watched = r > 0 && fds[1].revents;

		if (r < 0 && r != -EINTR)
			return error_system(err, r, "cannot wait for events");
		if ((watched || events->again_ms) && oom_tell(events, watched, err))
			return -1;
		if (r > 0 && fds[0].revents)
			return oom_tell(events, false, err) ? -1 : 1;
		if (left <= 0)
			return 0;
	}
}

static int follow(struct events *events, struct error *err)
{
	const int64_t interval = (int64_t)events->request->interval_ms;
	struct cgroup_oom oom;
	struct error ignored;
	int r = 0;

	events->oom_fd = cgroup_oom_watch(&events->container.cgroups, &ignored);
	if (cgroup_oom_read(&events->container.cgroups, &oom))
		events->kills = oom.kills;
	for (int64_t next = now() + interval; !r; next += interval) {
		r = wait_until(events, next, err);
		if (!r)
			r = line_tell(events, "stats", true, err);
	}
	if (events->oom_fd >= 0)
		sys_close(events->oom_fd);
	return r < 0 ? -1 : 0;
}

static int events_opened(struct events *events, struct error *err)
{
	struct container *container = &events->container;
	int r;

	if (container->status == STATUS_STOPPED || container->status == STATUS_CREATING)
		return error_set(err, ERROR_STATE, 0, "container with id %s is not running",
			events->request->id);
	if (!container->cgroups.count)
		return error_set(err, ERROR_UNSUPPORTED, 0,
			"the container has no cgroup that could tell what it uses");
	if (events->request->stats)
		return line_tell(events, "stats", true, err);
	events->pidfd = process_open(&container->state.init);
	if (events->pidfd < 0)
		return error_system(err, events->pidfd, "cannot open the container's init");
	r = follow(events, err);
	sys_close(events->pidfd);
	return r;
}

int lifecycle_events(
	const struct request *request, event_fn *tell, void *ctx, struct error *err)
{
	struct events events = {.request = request, .tell = tell, .ctx = ctx, .oom_fd = -1};
	int r;

	if (state_id_check(request->id, err) ||
		container_open(&events.container, request->state_root, request->id,
			STATE_UNLOCKED, err))
		return -1;
	r = events_opened(&events, err);
	container_close(&events.container);
	return r;
}
