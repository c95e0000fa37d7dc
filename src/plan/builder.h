/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of plan_build() share: its inputs, the plan in the making, and one function per
 * sub-plan. Included by plan/ alone.
 *
 * Whatever the plan points to is copied into the arena, literals too: init has the arena mapped
 * and nothing else of the runtime. */
#ifndef PLAN_BUILDER_H
#define PLAN_BUILDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "host/host.h"
#include "libocispec/config.h"
#include "plan/origin.h"
#include "plan/plan.h"
#include "plan/request.h"

/* When there are more, the last line says so. */
#define BUILDER_WARNINGS 16

struct mount_options;

struct builder {
	const struct oci_spec *spec;
	const struct oci_linux *on_linux;  /* an empty one if the config has none */
	const struct oci_process *process; /* an empty one if the config has none */
	const struct host *host;
	const struct request *request;
	struct arena *arena;
	struct plan *plan;

	struct mount_op *mounts; /* has room for all of them */
	size_t mount_room;
	struct mount_map *maps; /* NULL until there is one; has room for all */
	bool dev_is_bind;	/* /dev is somebody else's: nothing is made in it */

	/* Where all problems are wanted and not the first one alone: who is told. */
	void (*report)(void *ctx, const struct error *err);
	void *report_ctx;

	size_t warning_count;
	const char *warnings[BUILDER_WARNINGS];
};

/* The sub-plans, in the order in which plan_build() calls them: each may read those before it. */
int namespaces_plan(struct builder *b, struct error *err);
int child_plan(struct builder *b, struct error *err);
int ids_plan(struct builder *b, struct error *err);
int cgroup_plan(struct builder *b, struct error *err);
/* With systemd as the manager: before the resources, and after them. */
int unit_plan(struct builder *b, struct error *err);
int unit_properties_plan(struct builder *b, struct error *err);
int root_plan(struct builder *b, struct error *err);

/* MS_* of linux.rootfsPropagation. */
unsigned long root_propagation(enum oci_rootfs_propagation given);

/* Has the container no mount namespace of its own, but something to mount? */
bool namespaces_mount_on_host(const struct builder *b);
int mounts_plan(struct builder *b, struct error *err);
int devices_plan(struct builder *b, struct error *err);
int paths_plan(struct builder *b, struct error *err);
int resctrl_plan(struct builder *b, struct error *err);
int network_plan(struct builder *b, struct error *err);
int kernel_plan(struct builder *b, struct error *err);
int process_plan(struct builder *b, struct error *err);
int labels_plan(struct builder *b, struct error *err);
int annotations_plan(struct builder *b, struct error *err);
int seccomp_plan(struct builder *b, struct error *err);
int hooks_plan(struct builder *b, struct error *err);

static inline enum namespace_how namespace_how(
	const struct builder *b, enum namespace_kind kind)
{
	return b->plan->namespaces.of[kind].how;
}

/* A caller to whom the first user namespace refuses what it refuses to all but its root. */
static inline bool rootless(const struct builder *b)
{
	return b->host->no_admin || b->host->in_user_namespace;
}

/* An error of the config, with its place; -1. */
#define builder_refuse(err, origin, ...)                                                       \
	(error_set((err), ERROR_CONFIG, 0, __VA_ARGS__), error_at((err), (origin)))

/* Behind everything that can fail while something else is left that does not depend on it: `result` is what it
 * returned. -1 if planning ends here; 0 if it went well, or if all problems are wanted: then this one is told, and
 * what it was about is not in the plan, which nobody will carry out. */
int builder_try(struct builder *b, struct error *err, int result);

/* The arena is full; -1. */
int builder_full(struct error *err);

/* Collects one line for the log, unless it is among the collected ones already. When it does not fit the arena
 * plan_build() fails in the end. */
__attribute__((format(printf, 2, 3))) void builder_warn(
	struct builder *b, const char *format, ...);

/* Formats a string of any length into the arena; NULL when that is full. */
__attribute__((format(printf, 2, 3))) const char *builder_print(
	struct arena *arena, const char *format, ...);

/* Is the id one that the container's user namespace has? Always true where there is none, or one
 * whose maps are not ours to know. */
bool ids_uid_mapped(const struct builder *b, uint32_t uid);
bool ids_gid_mapped(const struct builder *b, uint32_t gid);

/* What the host calls that id; false where that is not known. */
bool ids_uid_on_host(const struct builder *b, uint32_t uid, uint32_t *ret_uid);

/* In place of namespaces_plan() for exec. */
int exec_namespaces_plan(struct builder *b, struct error *err);
int exec_ids_plan(struct builder *b, struct error *err);

/* Parts of process_plan(), in files of their own. */
int scheduling_plan(struct builder *b, struct error *err);
int memory_policy_plan(struct builder *b, struct error *err);
int affinity_plan(struct builder *b, struct error *err);

/* Does the program get a socket to say that it is ready? */
bool notify_wanted(const struct builder *b);

/* The mount with it, after all others. */
int notify_mount_plan(struct builder *b, struct error *err);

/* Adds the mount label to the options of a new file system, where it can have one. */
int label_mount_plan(struct builder *b, struct mount_op *op, struct error *err);

/* The value of an annotation; NULL if there is none. */
const char *builder_annotation(const struct builder *b, const char *name);

/* The same of an annotation that is 1 or 0; false if there is none. */
int builder_annotation_flag(struct builder *b, const char *name, enum origin_place place,
	bool *ret_flag, struct error *err);

/* mount-map.c: idmap, ridmap, and the mappings of a mount. */
int mount_map_plan(struct builder *b, const struct oci_mount *given,
	const struct mount_options *o, struct mount_op *op, struct error *err);

/* The next free mount of the plan, or NULL: builder_full(). */
struct mount_op *mounts_add(struct builder *b);

#endif
