/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files and directories of a container's cgroups, all reached from the hierarchy's mount.
 *
 * `length` says how much of directory->path is meant: all of it for the container's cgroup,
 * less for one above it. Everything returns a value >= 0 or -errno. */
#ifndef CGROUP_FILE_H
#define CGROUP_FILE_H

#include "cgroup/set.h"

#define CGROUP_VALUE_SIZE 4096

/* Is it that the caller lacks the rights? Of either sign. */
bool cgroup_is_denied(int errnum);

/* Opens the mount, once, and checks that a cgroup file system is there: -EMEDIUMTYPE if not. */
int cgroup_mount_open(struct cgroup_directory *directory);

/* `file` may be "": the directory itself. */
int cgroup_file_open(
	struct cgroup_directory *directory, size_t length, const char *file, int flags);

int cgroup_file_write(
	struct cgroup_directory *directory, size_t length, const char *file, const char *value);

/* Reads the whole file without its last newline; -E2BIG if it is longer than the buffer. */
int cgroup_file_read(struct cgroup_directory *directory, size_t length, const char *file,
	char *ret_value, size_t size);

/* Makes the directory path[0..length). */
int cgroup_directory_make(struct cgroup_directory *directory, size_t length);

/* Opens `name` in `dir_fd`, under the same rules. */
int cgroup_below_open(int dir_fd, const char *name, int flags);

/* Is `word` one of the words of `list`, which `separator` stands between? */
bool cgroup_has_word(const char *list, char separator, const char *word);

#endif
