/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options of a mount as config.json writes them -> flags, attributes, and file system data. */
#ifndef PLAN_MOUNT_OPTIONS_H
#define PLAN_MOUNT_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "libocispec/types.h"
#include "plan/plan.h"

struct mount_options {
	bool bind;
	bool recursive; /* rbind */
	bool remount;
	bool map, map_recursive; /* idmap, ridmap */
	const char *map_value;	 /* "uids=...;gids=..."; NULL without */
	uint32_t extras;	 /* enum mount_extra */
	uint64_t set, clear;	 /* MOUNT_ATTR_* of the mount, as mount_setattr(2) takes them */
	uint64_t recursive_set, recursive_clear;
	unsigned long superblock; /* MS_* of the file system, which only a new one takes */
	unsigned long propagation[MOUNT_PROPAGATIONS];
	const char *data; /* what is not in the table, comma-separated; NULL if nothing */
};

/* Parses the list; where options contradict each other the last one wins. Names that the table
 * does not know are options of the file system, since no table can list those. */
int mount_options_parse(const struct oci_strings *list, struct arena *arena, origin_t origin,
	struct mount_options *ret_options, struct error *err);

/* The MS_* by which mount(2) sets MOUNT_ATTR_* `attributes`. */
unsigned long mount_options_flags(uint64_t attributes);

/* The options in the order of their names: that at *at, which is 0 in the beginning and moves on; NULL at the
 * end. */
const char *mount_option_next(size_t *at);

#endif
