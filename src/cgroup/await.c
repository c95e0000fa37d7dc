/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Waiting for changes of a cgroup of v2 that somebody else makes.
 *
 * Runs in: the runtime. Changes nothing.
 * Relies on: poll() tells of a change since the last read by POLLPRI, but the kernel holds a second change back for up to
 *          10 ms. Hence it is looked at a few times within these, and waited for afterwards. inotify tells of directories that are removed. */
#include "cgroup/await.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/inotify.h>
#include <time.h>

#include "cgroup/file.h"
#include "sys/file.h"
#include "sys/process.h"

#define HELD_BACK_MS   10
#define MILLISECOND_NS 1000000L

static long now(void)
{
	struct timespec time = {0};

	sys_clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000 * MILLISECOND_NS + time.tv_nsec;
}

/* 1 if the line is there, 0 or -errno. */
static int line_find(int fd, const char *line)
{
	char value[256];
	ssize_t n = sys_pread(fd, value, sizeof(value) - 1, 0);

	if (n < 0)
		return (int)n;
	value[n] = '\0';
	return cgroup_has_word(value, '\n', line);
}

static int line_await(int events_fd, const char *line, long until)
{
	struct pollfd fd = {.fd = events_fd, .events = POLLPRI};
	long pause = 1;
	bool waited = false;

	for (;;) {
		long left = (until - now() + MILLISECOND_NS - 1) / MILLISECOND_NS;
		int r = line_find(events_fd, line);

		if (r)
			return r < 0 ? r : waited;
		if (left <= 0)
			return -ETIMEDOUT;
		r = sys_poll(&fd, 1, (int)(pause < left ? pause : left));
		if (r < 0 && r != -EINTR)
			return r;
		waited = true;
		pause = pause < HELD_BACK_MS ? 2 * pause : left;
	}
}

int cgroup_await(struct cgroup_directory *directory, const char *line, long *left_ns)
{
	const long since = now();
	int r, fd = cgroup_file_open(directory, directory->length, "cgroup.events", O_RDONLY);

	if (fd < 0)
		return fd;
	r = line_await(fd, line, since + *left_ns);
	sys_close(fd);
	*left_ns -= now() - since;
	return r;
}

static bool is_gone(struct cgroup_directory *directory, size_t length)
{
	int fd = cgroup_file_open(directory, length, "", O_PATH | O_DIRECTORY);

	if (fd >= 0)
		sys_close(fd);
	return fd == -ENOENT;
}

static bool gone_await(
	struct cgroup_directory *directory, size_t length, int watch_fd, long until)
{
	struct pollfd fd = {.fd = watch_fd, .events = POLLIN};
	char events[1024];

	while (!is_gone(directory, length)) {
		long left = (until - now()) / MILLISECOND_NS;

		if (left <= 0)
			return false;
		if (sys_poll(&fd, 1, (int)left) > 0)
			sys_read(watch_fd, events, sizeof(events));
	}
	return true;
}

bool cgroup_await_gone(struct cgroup_directory *directory, size_t length, unsigned milliseconds)
{
	const size_t parent = cgroup_parent_length(directory->path, length);
	char path[CGROUP_VALUE_SIZE];
	bool gone = is_gone(directory, length);
	int fd;

	if (gone || !text_print(path, sizeof(path), "%.*s", (int)parent, directory->path))
		return gone;
	fd = sys_inotify_init();
	if (fd < 0)
		return false;
	gone = sys_inotify_add_watch(fd, path, IN_DELETE | IN_ONLYDIR) >= 0 &&
	       gone_await(directory, length, fd, now() + milliseconds * MILLISECOND_NS);
	sys_close(fd);
	return gone;
}
