/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The cgroups of one container: one directory in each hierarchy of the host.
 *
 * A set is made from the plan and the host's facts, or from the record in the container's
 * state: the record alone is enough to find, kill and remove everything. A set has three
 * lives: planned (nobody knows whether the directories are ours), ours (cgroup_create() has
 * succeeded: whatever runs in them is the container's) and, without any directory, disabled. */
#ifndef CGROUP_SET_H
#define CGROUP_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"
#include "host/cgroup.h"
#include "plan/plan.h"

/* Of the paths that cgroup_mount_keep() remembers. */
#define CGROUP_MOUNT_SIZE 128

struct cgroup_directory {
	bool v2;
	bool made;		 /* by cgroup_create() of this process, */
	bool found;		 /* or taken by it as it was, */
	bool left_out;		 /* or not to be had */
	const char *controllers; /* v1: "cpu,cpuacct" or "name=systemd"; v2: "unified" */
	const char *path;	 /* absolute: the hierarchy's mount, '/', the cgroup */
	size_t length;		 /* of `path` */
	size_t mount_length;	 /* of the part of it that is the mount */
	size_t kept_length;	 /* of the part that was there before us and stays when we go */
	int mount_fd;		 /* O_PATH, -1 until something opens it */
};

struct cgroup_set {
	enum cgroup_manager manager;
	bool ours;
	bool optional;		/* those that the caller may not make are left out */
	const char *unit;	/* of systemd; NULL if that is not the manager */
	const char *unit_token; /* the unit's description, which is no other's */
	int held;		/* processes of our own that are in its cgroup to hold it */
	bool unit_user;		/* it is for the user's own systemd */
	size_t count;
	struct cgroup_directory of[HOST_HIERARCHIES];
};

/* Names the directories, changes nothing on the host. The paths lie in `arena` and in `host`.
 */
int cgroup_locate(const struct plan_cgroup *plan, const struct host_cgroups *host,
	struct arena *arena, struct cgroup_set *ret_set, struct error *err);

/* The record's text, of several lines. */
void cgroup_record_print(const struct cgroup_set *set, struct text *text);

/* Reads the text back; the paths lie in `arena`. Anything but what cgroup_record_print()
 * writes is an error. */
int cgroup_record_parse(
	const char *record, struct arena *arena, struct cgroup_set *ret_set, struct error *err);

/* The directory that has `controller` ("memory"): of v1 if there is one, else v2; NULL if
 * there is none. A v2 directory is named for any controller: whether it has it, only its
 * files tell. */
struct cgroup_directory *cgroup_directory_of(struct cgroup_set *set, const char *controller);

/* The v2 directory, of a pure v2 or a hybrid host; NULL if there is none. */
struct cgroup_directory *cgroup_unified(struct cgroup_set *set);

/* The length of what remains of the first `length` bytes of `path` without their last
 * component. */
size_t cgroup_parent_length(const char *path, size_t length);

/* A hierarchy's mount that stays open from one set to the next. */
struct cgroup_mount {
	int fd; /* O_PATH; -1: none */
	bool v2;
	char path[CGROUP_MOUNT_SIZE];
};

/* Gives the mount to the directory of `set` that lies in it. */
void cgroup_mount_lend(struct cgroup_mount *mount, struct cgroup_set *set);

/* Takes one back that has been opened meanwhile, so that cgroup_set_close() does not close it. */
void cgroup_mount_keep(struct cgroup_mount *mount, struct cgroup_set *set);

/* Closes the descriptors. The set stays usable: they are opened again when needed. */
void cgroup_set_close(struct cgroup_set *set);

#endif
