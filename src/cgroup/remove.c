/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Removing a container's cgroups.
 *
 * Runs in: the runtime.
 * Never:   removes anything but empty directories; looks below a cgroup that may be another's.
 * Relies on: rmdir of a cgroup with processes, dying ones included, or with cgroups below it is
 *          EBUSY. */
#include "cgroup/remove.h"

#include <errno.h>
#include <time.h>

#include "cgroup/await.h"
#include "cgroup/file.h"
#include "cgroup/walk.h"
#include "sys/file.h"
#include "sys/process.h"

#define FIRST_WAIT_NS 100000L
#define LAST_WAIT_NS  5000000L

struct patience {
	long left_ns;
	long pause_ns;
};

/* Waits for dying processes; false when the time is up. v1 tells nothing, and v2 not of a cgroup that the container makes
 * below meanwhile. */
static bool patience_wait(struct patience *patience, struct cgroup_directory *directory)
{
	const struct timespec pause = {.tv_nsec = patience->pause_ns};

	if (patience->left_ns <= 0)
		return false;
	if (directory->v2 && cgroup_await(directory, "populated 0", &patience->left_ns) > 0)
		return true;
	sys_nanosleep(&pause);
	patience->left_ns -= patience->pause_ns;
	if (patience->pause_ns < LAST_WAIT_NS)
		patience->pause_ns *= 2;
	return true;
}

static int path_remove(const struct cgroup_directory *directory, size_t length)
{
	char path[CGROUP_VALUE_SIZE];
	int r;

	if (!text_print(path, sizeof(path), "%.*s", (int)length, directory->path))
		return -ENAMETOOLONG;
	r = sys_unlinkat(AT_FDCWD, path, AT_REMOVEDIR);
	return r == -ENOENT ? 0 : r;
}

static int directory_remove(struct cgroup_directory *directory, struct patience *patience)
{
	int r;

	do {
		r = cgroup_prune(directory);
		if (r && r != -ENOENT && r != -EBUSY)
			return r;
		r = path_remove(directory, directory->length);
	} while (r == -EBUSY && patience_wait(patience, directory));
	return r;
}

/* The ones above it that were made for it, unless others have come to use them. */
static void parents_remove(const struct cgroup_directory *directory)
{
	size_t length = cgroup_parent_length(directory->path, directory->length);

	while (length > directory->kept_length && !path_remove(directory, length))
		length = cgroup_parent_length(directory->path, length);
}

int cgroup_remove(struct cgroup_set *set, unsigned milliseconds, struct error *err)
{
	struct patience patience = {
		.left_ns = (long)milliseconds * 1000000, .pause_ns = FIRST_WAIT_NS};
	int result = 0;

	for (size_t i = 0; i < set->count; i++) {
		struct cgroup_directory *d = &set->of[i];
		int r;

		if (!set->ours && d->found)
			continue; /* somebody else's */
		r = path_remove(d, d->length);
		if (r == -EBUSY && !set->ours && !d->made)
			continue; /* the same, as far as the record tells */
		if (r == -EBUSY)
			r = directory_remove(d, &patience);
		if (r)
			result = error_system(err, r, "cannot remove cgroup \"%s\"", d->path);
		else
			parents_remove(d);
	}
	return result;
}
