/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Making a container's cgroups.
 *
 * Runs in: the runtime.
 * Never:   makes a directory that the record does not name; takes one in which something
 *          runs.
 * Relies on: a mkdir that succeeds makes an empty cgroup; a task that writes "0" to the v1
 *          file `tasks` moves itself alone, which costs no grace period, unlike a pid in
 *          cgroup.procs. */
#include "cgroup/create.h"

#include <errno.h>
#include <string.h>

#include "cgroup/controllers.h"
#include "cgroup/cpuset.h"
#include "cgroup/file.h"
#include "cgroup/freezer.h"
#include "cgroup/processes.h"
#include "sys/file.h"
#include "sys/process.h"

/* How often directories above ours may vanish while we make ours below them. */
#define PARENT_TRIES 8

#define WRITABLE 2 /* access(2) */

static int make_error(const struct cgroup_directory *directory, int errnum, struct error *err)
{
	if (errnum == -EMEDIUMTYPE)
		return error_set(err, ERROR_UNSUPPORTED, 0,
			"\"%.*s\" is not a cgroup file system", (int)directory->mount_length,
			directory->path);
	if (errnum == -EACCES || errnum == -EPERM)
		return error_system(err, errnum,
			"cannot make cgroup \"%s\": the one above it was not delegated to user "
			"%u "
			"(--cgroup-manager disabled does without)",
			directory->path, sys_geteuid());
	return error_system(err, errnum, "cannot make cgroup \"%s\"", directory->path);
}

/* Corrects kept_length to what exists of the path. 1 if the record does not say so yet. */
static int kept_find(struct cgroup_directory *directory)
{
	size_t kept = cgroup_parent_length(directory->path, directory->length);
	int fd;

	for (;;) {
		fd = cgroup_file_open(directory, kept, "", O_PATH | O_DIRECTORY);
		if (fd != -ENOENT || kept <= directory->mount_length)
			break;
		kept = cgroup_parent_length(directory->path, kept);
	}
	if (fd < 0)
		return fd;
	sys_close(fd);
	/* What was missing before is ours even if it exists now: we may have made it. */
	if (kept >= directory->kept_length)
		return 0;
	directory->kept_length = kept;
	return 1;
}

/* Finds out which directories above the container's are missing, in all hierarchies that are
 * still to be made, and has it recorded. */
static int parents_record(
	struct cgroup_set *set, const struct cgroup_recorder *recorder, struct error *err)
{
	bool changed = false;

	for (size_t i = 0; i < set->count; i++) {
		int r = set->of[i].made ? 0 : kept_find(&set->of[i]);

		if (r < 0)
			return make_error(&set->of[i], r, err);
		changed |= r;
	}
	return changed ? recorder->record(recorder->ctx, set, err) : 0;
}

static bool parents_found(const struct cgroup_directory *directory)
{
	return directory->kept_length <
	       cgroup_parent_length(directory->path, directory->length);
}

/* Makes each directory below path[0..kept_length). The last one's result counts. */
static int path_make(struct cgroup_directory *directory)
{
	size_t length = directory->kept_length;
	int r;

	do {
		length += 1 + strcspn(directory->path + length + 1, "/");
		r = cgroup_directory_make(directory, length);
	} while (length < directory->length && (!r || r == -EEXIST));
	return r;
}

static int directory_create(struct cgroup_set *set, struct cgroup_directory *directory,
	const struct cgroup_recorder *recorder, struct error *err)
{
	int r = cgroup_directory_make(directory, directory->length);

	for (int i = 0; r == -ENOENT && i < PARENT_TRIES; i++) {
		/* One hierarchy has found it out for all of them. */
		if ((i || !parents_found(directory)) && parents_record(set, recorder, err))
			return -1;
		r = path_make(directory);
	}
	if (r && r != -EEXIST)
		return make_error(directory, r, err);
	directory->made = !r;
	directory->found = r;
	return 0;
}

/* On v2 a process may go from one cgroup to another only for whom it may go to the one that holds both. For those of a
 * delegated cgroup that is so. */
static bool may_enter(struct cgroup_directory *directory)
{
	char path[CGROUP_VALUE_SIZE];
	const size_t parent = cgroup_parent_length(directory->path, directory->length);

	if (!directory->v2 || !text_print(path, sizeof(path), "%.*s/cgroup.procs", (int)parent,
				      directory->path))
		return true;
	return !cgroup_is_denied(sys_faccessat(AT_FDCWD, path, WRITABLE));
}

static void left_out_drop(struct cgroup_set *set)
{
	size_t kept = 0;

	for (size_t i = 0; i < set->count; i++) {
		if (!set->of[i].left_out)
			set->of[kept++] = set->of[i];
		else if (set->of[i].mount_fd >= 0)
			sys_close(set->of[i].mount_fd);
	}
	set->count = kept;
}

/* Of optional ones those that the caller may not make are recorded, but never there. */
static int set_create(
	struct cgroup_set *set, const struct cgroup_recorder *recorder, struct error *err)
{
	for (size_t i = 0; i < set->count; i++) {
		struct cgroup_directory *d = &set->of[i];

		d->left_out = set->optional && !may_enter(d);
		if (d->left_out || !directory_create(set, d, recorder, err))
			continue;
		if (!set->optional || !cgroup_is_denied(err->errnum))
			return -1;
		d->left_out = true;
	}
	left_out_drop(set);
	return 0;
}

static int count_one(void *ctx, int pid)
{
	int *count = ctx;

	(void)pid;
	(*count)++;
	return 0;
}

static int empty_check(struct cgroup_directory *directory, int held, struct error *err)
{
	int count = 0;

	if (directory->made)
		return 0;
	if (cgroup_each_process_of(directory, count_one, &count, err))
		return -1;
	if (count > held)
		return error_set(err, ERROR_STATE, 0,
			"container's cgroup is not empty: %d process(es) found", count - held);
	return 0;
}

/* A process that enters a frozen cgroup stops before its exec, and the vfork of the runtime
 * with it. A directory that we made directly below the mount cannot be frozen. */
static int frozen_check(struct cgroup_directory *directory, struct error *err)
{
	int frozen;

	if (directory->made && cgroup_parent_length(directory->path, directory->length) ==
				       directory->mount_length)
		return 0;
	frozen = cgroup_frozen_now(directory, err);
	if (frozen > 0)
		return error_set(err, ERROR_STATE, 0, "container's cgroup unexpectedly frozen");
	return frozen;
}

/* One that was there before may have been left as an inner node of the tree. Nobody is in it or below it. */
static int leaf_make(struct cgroup_directory *directory, struct error *err)
{
	int r = directory->v2 && !directory->made ? controllers_take_back(directory) : 0;

	return r ? error_system(err, r,
			   "cgroup \"%s\" passes controllers on to others below it, which "
			   "cannot "
			   "be taken back, and so no process may be in it",
			   directory->path)
		 : 0;
}

static int directory_prepare(struct cgroup_directory *directory, int held, struct error *err)
{
	int r;

	if (empty_check(directory, held, err) || frozen_check(directory, err) ||
		leaf_make(directory, err))
		return -1;
	if (directory->v2 || !cgroup_has_word(directory->controllers, ',', "cpuset"))
		return 0;
	r = cpuset_inherit(directory);
	if (r)
		return error_system(err, r,
			"cannot give CPUs and memory nodes to cgroup \"%s\"", directory->path);
	return 0;
}

int cgroup_create(
	struct cgroup_set *set, const struct cgroup_recorder *recorder, struct error *err)
{
	if (!set->count)
		return 0;
	if (set_create(set, recorder, err))
		return -1;
	for (size_t i = 0; i < set->count; i++) {
		if (directory_prepare(&set->of[i], set->held, err))
			return -1;
	}
	set->ours = true;
	return recorder->record(recorder->ctx, set, err);
}

static int attach_error(const struct cgroup_directory *directory, int errnum, struct error *err)
{
	return error_system(err, errnum, "cannot open cgroup \"%s\"", directory->path);
}

int cgroup_attach_open(struct cgroup_set *set, size_t max, int *ret_fds, size_t *ret_count,
	int *ret_into_fd, struct error *err)
{
	int into_fd = -1, fd;
	size_t count = 0;

	for (size_t i = 0; i < set->count; i++) {
		struct cgroup_directory *d = &set->of[i];

		if (d->v2)
			fd = cgroup_file_open(d, d->length, "", O_PATH | O_DIRECTORY);
		else if (count < max)
			fd = cgroup_file_open(d, d->length, "tasks", O_WRONLY);
		else
			fd = -E2BIG;
		if (fd < 0) {
			attach_error(d, fd, err);
			goto out;
		}
		if (d->v2)
			into_fd = fd;
		else
			ret_fds[count++] = fd;
	}
	*ret_count = count;
	*ret_into_fd = into_fd;
	return 0;
out:
	while (count)
		sys_close(ret_fds[--count]);
	if (into_fd >= 0)
		sys_close(into_fd);
	return -1;
}

int cgroup_procs_open(struct cgroup_set *set, struct error *err)
{
	struct cgroup_directory *d = cgroup_unified(set);
	int fd;

	if (!d)
		return error_set(err, ERROR_INTERNAL, 0, "the container has no v2 cgroup");
	fd = cgroup_file_open(d, d->length, "cgroup.procs", O_WRONLY);
	return fd < 0 ? attach_error(d, fd, err) : fd;
}
