/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of resources_plan() share: its input, and the list in the making. Included by
 * plan/resources*.c alone. */
#ifndef PLAN_RESOURCES_PART_H
#define PLAN_RESOURCES_PART_H

#include "plan/origin.h"
#include "plan/resources.h"

struct resources {
	const struct resources_place *place;
	const struct oci_resources *given;
	struct arena *arena;
	struct cgroup_write *writes; /* has room for all of them */
	size_t count, room;
};

/* The file of one value in each version of cgroups; NULL where that version has none. */
struct resource_file {
	const char *controller;
	const char *v1, *v2;
	enum origin_place place;
};

/* The parts, in the order in which the values are written. */
int resources_memory(struct resources *r, struct error *err);
int resources_cpu(struct resources *r, struct error *err);
int resources_pids(struct resources *r, struct error *err);
int resources_io(struct resources *r, struct error *err);
int resources_hugepages(struct resources *r, struct error *err);
int resources_rdma(struct resources *r, struct error *err);
int resources_network(struct resources *r, struct error *err);
int resources_unified(struct resources *r, struct error *err); /* the last one: it wins */

/* Behind what can fail while other limits are left: -1 to stop, 0 if `result` is, or if all refusals are wanted. */
int resources_try(const struct resources *r, struct error *err, int result);

/* 1 or 2: the version of the hierarchy that has the controller; -1 and an error if none has. */
int resources_version(struct resources *r, const char *controller, enum origin_place place,
	size_t index, struct error *err);

/* Adds one write to the list: the next one, for its other members; NULL and an error where this host cannot have it. `index`
 * is that of the place in config.json. `value` is already in the arena. */
struct cgroup_write *resources_add(struct resources *r, const struct resource_file *file,
	size_t index, const char *value, struct error *err);

/* A number that is -1 for no limit: "max" where the file knows the word. */
const char *resources_number(struct resources *r, bool word, int64_t value);

/* An error of the config, with its place. */
#define resources_refuse(err, place, index, ...)                                               \
	(error_set((err), ERROR_CONFIG, 0, __VA_ARGS__),                                       \
		error_at((err), origin_make((place), (index))))

#endif
