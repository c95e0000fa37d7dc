/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of check that ask this host share. */
#ifndef LIFECYCLE_CHECK_FILES_H
#define LIFECYCLE_CHECK_FILES_H

#include "lifecycle/check.h"

/* Adds a problem of this host. */
__attribute__((format(printf, 5, 6))) void check_tell(struct check *check, bool warning,
	origin_t origin, const char *hint, const char *format, ...);

/* The root, the program, hooks, sources of bind mounts, devices: is it there, and what it must be? */
void check_files(struct check *check);

bool check_mount_is_bind(const struct oci_mount *mount);

/* Are `size` ids from `first` on in the user namespace whose uid_map or gid_map this is? */
bool check_ids_are_ours(const char *map, uint32_t first, uint32_t size);

#endif
