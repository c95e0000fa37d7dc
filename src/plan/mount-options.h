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
	uint64_t set, clear; /* MOUNT_ATTR_* of the mount, as mount_setattr(2) takes them */
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

/* The options that are acted on, in the order of their names: the first one at or behind *at, which is 0 in the
 * beginning and moves on; NULL at the end. */
const char *mount_option_next(size_t *at);

/* An option that the table knows and that nothing acts on yet. */
bool mount_option_unsupported(const char *name);

#endif
