/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The freezer: a hierarchy of its own on v1, a property of every cgroup on v2.
 *
 * Runs in: the runtime.
 * Relies on: a v1 cgroup is FROZEN for as long as it or one above it says so, and a frozen
 *          task does not even die there; on v2 SIGKILL ends frozen processes too. */
#include "cgroup/freezer.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "cgroup/await.h"
#include "cgroup/file.h"
#include "cgroup/walk.h"
#include "sys/file.h"
#include "sys/process.h"

#define FIRST_WAIT_NS 50000L
#define LAST_WAIT_NS  5000000L

/* The v1 freezer if the host has it: it is the one that stops signals. */
static struct cgroup_directory *freezer_of(struct cgroup_set *set)
{
	return cgroup_directory_of(set, "freezer");
}

/* Reads a file of the freezer; an empty value if the cgroup is gone. */
static int freezer_read(struct cgroup_directory *directory, const char *file,
	char ret_value[CGROUP_VALUE_SIZE], struct error *err)
{
	int r = cgroup_file_read(
		directory, directory->length, file, ret_value, CGROUP_VALUE_SIZE);

	if (r == -ENOENT || r == -ENODEV) {
		ret_value[0] = '\0';
		return 0;
	}
	if (r)
		return error_system(
			err, r, "cannot read \"%s\" of cgroup \"%s\"", file, directory->path);
	return 0;
}

static int frozen_v1(struct cgroup_directory *directory, bool complete, struct error *err)
{
	char value[CGROUP_VALUE_SIZE];

	if (freezer_read(directory, "freezer.state", value, err))
		return -1;
	return !strcmp(value, "FROZEN") || (!complete && !strcmp(value, "FREEZING"));
}

static int frozen_v2(struct cgroup_directory *directory, struct error *err)
{
	char value[CGROUP_VALUE_SIZE];

	if (freezer_read(directory, "cgroup.events", value, err))
		return -1;
	return cgroup_has_word(value, '\n', "frozen 1");
}

int cgroup_frozen_now(struct cgroup_directory *directory, struct error *err)
{
	if (directory->v2)
		return frozen_v2(directory, err);
	if (!cgroup_has_word(directory->controllers, ',', "freezer"))
		return 0;
	return frozen_v1(directory, false, err);
}

int cgroup_frozen(struct cgroup_set *set, struct error *err)
{
	struct cgroup_directory *directory = freezer_of(set);

	return directory ? cgroup_frozen_now(directory, err) : 0;
}

static int freeze_wait_v1(
	struct cgroup_directory *directory, long left_ns, bool *ret_frozen, struct error *err)
{
	struct timespec pause = {.tv_nsec = FIRST_WAIT_NS};

	for (;;) {
		int frozen = frozen_v1(directory, true, err);

		if (frozen < 0)
			return -1;
		*ret_frozen = frozen;
		if (frozen || left_ns <= 0)
			return 0;
		sys_nanosleep(&pause);
		left_ns -= pause.tv_nsec;
		if (pause.tv_nsec < LAST_WAIT_NS)
			pause.tv_nsec *= 2;
	}
}

static int freeze_wait(struct cgroup_directory *directory, unsigned milliseconds,
	bool *ret_frozen, struct error *err)
{
	long left_ns = (long)milliseconds * 1000000;
	int r;

	if (!directory->v2)
		return freeze_wait_v1(directory, left_ns, ret_frozen, err);
	r = cgroup_await(directory, "frozen 1", &left_ns);
	*ret_frozen = r >= 0;
	if (r >= 0 || r == -ETIMEDOUT || r == -ENOENT || r == -ENODEV)
		return 0;
	return error_system(err, r, "cannot wait for cgroup \"%s\" to freeze", directory->path);
}

int cgroup_freeze(
	struct cgroup_set *set, unsigned milliseconds, bool *ret_frozen, struct error *err)
{
	struct cgroup_directory *directory = freezer_of(set);
	int r;

	if (!directory)
		return error_set(err, ERROR_UNSUPPORTED, 0, "this host has no freezer");
	if (directory->v2)
		r = cgroup_file_write(directory, directory->length, "cgroup.freeze", "1");
	else
		r = cgroup_file_write(directory, directory->length, "freezer.state", "FROZEN");
	if (r)
		return error_system(err, r, "cannot freeze cgroup \"%s\"", directory->path);
	return freeze_wait(directory, milliseconds, ret_frozen, err);
}

static int thaw_one(void *ctx, int dir_fd)
{
	int fd = cgroup_below_open(dir_fd, "freezer.state", O_WRONLY);
	ssize_t n;

	(void)ctx;
	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	n = sys_write(fd, "THAWED", strlen("THAWED"));
	sys_close(fd);
	return n < 0 && n != -ENODEV ? (int)n : 0;
}

int cgroup_thaw(struct cgroup_set *set, struct error *err)
{
	const struct cgroup_visitor visitor = {.enter = thaw_one};
	struct cgroup_directory *directory = freezer_of(set);
	int r;

	if (!directory)
		return 0;
	if (directory->v2)
		r = cgroup_file_write(directory, directory->length, "cgroup.freeze", "0");
	else
		r = cgroup_walk(directory, &visitor);
	if (r && r != -ENOENT && r != -ENODEV)
		return error_system(err, r, "cannot thaw cgroup \"%s\"", directory->path);
	return 0;
}
