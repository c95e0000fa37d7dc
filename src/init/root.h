/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one place where paths below the container's root become descriptors.
 *
 * Every name below the root is hostile: links lead anywhere, and another container that shares a
 * directory may exchange them while we look. `rel` has no leading '/'; "" is the root itself. */
#ifndef INIT_ROOT_H
#define INIT_ROOT_H

#include "init/init.h"

/* Opens `rel`: links, absolute ones too, and ".." stay below the root; links of procfs that jump
 * elsewhere are refused. A descriptor, or -errno. */
int root_open(int root_fd, const char *rel, int flags);

/* The same, but no component may be a link: -ELOOP. */
int root_open_plain(int root_fd, const char *rel, int flags);

enum root_kind {
	ROOT_DIRECTORY, /* mode 0755 */
	ROOT_FILE,	/* empty, mode 0644 */
};

/* Opens `rel` with O_PATH after making what is missing, the last component as `kind`. Links that lead to
 * something missing are followed below the root. A descriptor, or -errno. */
int root_make(int root_fd, const char *rel, enum root_kind kind);

/* Opens the directory that holds `rel`, making it if it is missing, and points *ret_name to the last component. A
 * descriptor, or -errno. */
int root_parent(int root_fd, const char *rel, const char **ret_name);

/* Opens the file `name`, one component, of a directory with O_PATH, not following a link; made empty if it is
 * missing, to be covered by a mount. A descriptor, or -errno. */
int root_file(int dir_fd, const char *name);

/* Makes the link `rel` that says `value`; -EEXIST if something else is there. */
int root_symlink(int root_fd, const char *rel, const char *value);

/* The same in a directory that root_parent() has opened; there what is no directory gives way. */
int root_symlink_at(int dir_fd, const char *name, const char *value);

#endif
