/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Inheritance of cpusets.
 *
 * Runs in: the runtime.
 * Relies on: cpuset.cpus and cpuset.mems of the root cgroup are never empty; a value that is
 *          there already is somebody's decision and stays. */
#include "cgroup/cpuset.h"

#include "cgroup/file.h"

static const char *const files[] = {"cpuset.cpus", "cpuset.mems"};
#define FILE_COUNT (sizeof(files) / sizeof(files[0]))

/* The first length, from path[0..length) upwards, at which the value is not empty. */
static int value_find(struct cgroup_directory *directory, const char *file, size_t length,
	size_t *ret_length, char ret_value[CGROUP_VALUE_SIZE])
{
	for (;;) {
		int r = cgroup_file_read(directory, length, file, ret_value, CGROUP_VALUE_SIZE);

		if (r)
			return r;
		if (ret_value[0] || length <= directory->mount_length)
			break;
		length = cgroup_parent_length(directory->path, length);
	}
	*ret_length = length;
	return 0;
}

/* The length of the path one component longer than the first `length` bytes of it. */
static size_t child_length(const struct cgroup_directory *directory, size_t length)
{
	do
		length++;
	while (length < directory->length && directory->path[length] != '/');
	return length;
}

static int value_inherit(struct cgroup_directory *directory, const char *file)
{
	/* A cpuset that was just made is empty: the search begins above it. */
	const size_t from = directory->made
				    ? cgroup_parent_length(directory->path, directory->length)
				    : directory->length;
	char value[CGROUP_VALUE_SIZE];
	size_t length;
	int r = value_find(directory, file, from, &length, value);

	while (!r && length < directory->length) {
		length = child_length(directory, length);
		r = cgroup_file_write(directory, length, file, value);
	}
	return r;
}

int cpuset_inherit(struct cgroup_directory *directory)
{
	for (size_t i = 0; i < FILE_COUNT; i++) {
		int r = value_inherit(directory, files[i]);

		if (r)
			return r;
	}
	return 0;
}
