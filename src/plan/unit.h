/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The unit of systemd that holds a container: its name, its place, its properties. */
#ifndef PLAN_UNIT_H
#define PLAN_UNIT_H

#include "base/arena.h"
#include "base/error.h"
#include "plan/plan.h"

/* The types of properties, as D-Bus has them. Those before UNIT_STRING are numbers. */
enum unit_type {
	UNIT_BOOL,
	UNIT_BYTE,
	UNIT_INT16,
	UNIT_UINT16,
	UNIT_INT32,
	UNIT_UINT32,
	UNIT_INT64,
	UNIT_UINT64,
	UNIT_STRING,
	UNIT_OBJECT,
	UNIT_ARRAY,   /* of `element` */
	UNIT_BYTES,   /* a mask of CPUs or memory nodes, or a string of bytes */
	UNIT_DEVICES, /* pairs of strings */
	UNIT_TYPE_COUNT,
};

struct unit_property {
	const char *name;
	enum unit_type type, element;
	uint64_t number; /* signed ones in two's complement */
	const char *string;
	size_t count; /* of strings (pairs of them for UNIT_DEVICES), of numbers or of bytes */
	const char *const *strings;
	const uint64_t *numbers;
	const uint8_t *bytes;
	/* An older systemd may not know it: then what cgroup/ writes itself must do. */
	bool may_miss;
	origin_t origin;
};

struct plan_unit {
	const char *name; /* "tare-web.scope" */
	const char *slice;
	const char
		*below; /* the container's cgroup below that of the unit, "/container"; or "" */
	bool is_slice;	/* the container's cgroup is that of a slice */
	bool user; /* it is for the user's own systemd; the plan's path is below that one's cgroup */
	size_t property_count;
	const struct unit_property *properties;
};

/* The properties of systemd that say what `writes` say. Those that have none are left out. Returns their
 * number; `ret_properties` has room for UNIT_RESOURCES. */
#define UNIT_RESOURCES 24
size_t unit_resources(const struct cgroup_write *writes, size_t count, struct arena *arena,
	struct unit_property *ret_properties);

/* The properties about devices that allow at least what the rules do; always two. */
void unit_devices(const struct plan_cgroup *cgroup, struct arena *arena,
	struct unit_property *ret_properties);

/* Reads the text of an annotation, as `systemctl set-property` users write GVariant: 'text', true, 5,
 * uint64 5, @t 5, ['a', 'b'], [byte 1, 2], b'bytes'. */
int unit_value_parse(const char *text, struct arena *arena, struct unit_property *property,
	struct error *err);

#endif
