/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Listing the processes of a container.
 *
 * Runs in: the runtime. Changes nothing.
 * Relies on: cgroup.procs has one decimal pid per line, of any length in all. */
#include "cgroup/processes.h"

#include <errno.h>

#include "cgroup/file.h"
#include "cgroup/walk.h"
#include "sys/file.h"

struct listing {
	int (*tell)(void *ctx, int pid);
	void *ctx;
	int pid;     /* the digits so far, */
	bool digits; /* if there were any */
};

static int list_char(struct listing *listing, char c)
{
	int pid = listing->pid;

	if (c >= '0' && c <= '9') {
		listing->pid = pid * 10 + (c - '0');
		listing->digits = true;
		return 0;
	}
	if (!listing->digits)
		return 0;
	listing->pid = 0;
	listing->digits = false;
	return listing->tell(listing->ctx, pid);
}

static int list_file(struct listing *listing, int fd)
{
	char buffer[1024];
	ssize_t n;

	while ((n = sys_read(fd, buffer, sizeof(buffer))) > 0) {
		for (ssize_t i = 0; i < n; i++) {
			int r = list_char(listing, buffer[i]);

			if (r)
				return r;
		}
	}
	/* Gone meanwhile, or a threaded cgroup: its processes are listed further up. */
	return n == -ENODEV || n == -EOPNOTSUPP ? 0 : (int)n;
}

static int list_cgroup(void *ctx, int dir_fd)
{
	int fd = cgroup_below_open(dir_fd, "cgroup.procs", O_RDONLY);
	int r;

	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	r = list_file(ctx, fd);
	sys_close(fd);
	return r;
}

int cgroup_each_process_of(struct cgroup_directory *directory, int (*tell)(void *ctx, int pid),
	void *ctx, struct error *err)
{
	struct listing listing = {.tell = tell, .ctx = ctx};
	const struct cgroup_visitor visitor = {.enter = list_cgroup, .ctx = &listing};
	int r = cgroup_walk(directory, &visitor);

	if (r && r != -ENOENT)
		return error_system(
			err, r, "cannot list the processes of cgroup \"%s\"", directory->path);
	return 0;
}

int cgroup_each_process(
	struct cgroup_set *set, int (*tell)(void *ctx, int pid), void *ctx, struct error *err)
{
	struct cgroup_directory *directory = cgroup_directory_of(set, "freezer");

	if (!directory && set->count)
		directory = &set->of[0];
	return directory ? cgroup_each_process_of(directory, tell, ctx, err) : 0;
}
