/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The default devices, linux.devices, and the links in /dev.
 *
 * Pure. In a user namespace the kernel makes no nodes: there the host's are bound.
 *
 * Spec: config-linux.md "devices", "default devices"; runtime-linux.md "dev symbolic links" */
#include <sys/stat.h>
#include <string.h>

#include "base/text.h"
#include "plan/builder.h"
#include "plan/names.h"
#include "plan/path.h"

#define DEFAULT_MODE 0666
#define MODE_MASK    07777

/* What the kernel keeps of a device number. */
#define MAJOR_MAX 0xfff
#define MINOR_MAX 0xfffff

static const struct {
	const char *target;
	uint32_t major, minor;
} defaults[] = {
	{"dev/null", 1, 3},
	{"dev/zero", 1, 5},
	{"dev/full", 1, 7},
	{"dev/random", 1, 8},
	{"dev/urandom", 1, 9},
	{"dev/tty", 5, 0},
};

#define DEFAULT_COUNT (sizeof(defaults) / sizeof(defaults[0]))

static const struct {
	const char *target;
	const char *value;
} links[] = {
	{"dev/fd", "/proc/self/fd"},
	{"dev/stdin", "/proc/self/fd/0"},
	{"dev/stdout", "/proc/self/fd/1"},
	{"dev/stderr", "/proc/self/fd/2"},
	{"dev/core", "/proc/kcore"},
	{"dev/ptmx", "pts/ptmx"},
};

#define LINK_COUNT (sizeof(links) / sizeof(links[0]))

static const uint32_t file_types[] = {
	[OCI_DEVICE_CHAR] = S_IFCHR,
	[OCI_DEVICE_UNBUFFERED] = S_IFCHR,
	[OCI_DEVICE_BLOCK] = S_IFBLK,
	[OCI_DEVICE_FIFO] = S_IFIFO,
};

static bool nodes_are_refused(const struct builder *b)
{
	return namespace_how(b, NAMESPACE_USER) != NAMESPACE_HOST || b->host->in_user_namespace;
}

/* Decides between node and bind. */
static int kind_plan(
	struct builder *b, struct device_op *op, const char *host_path, struct error *err)
{
	if (!nodes_are_refused(b) || (op->mode & S_IFMT) == S_IFIFO)
		return 0;
	op->kind = DEVICE_BIND;
	op->host_path = arena_string(b->arena, host_path);
	return op->host_path ? 0 : builder_full(err);
}

static int default_plan(struct builder *b, size_t i, struct device_op *op, struct error *err)
{
	op->target = arena_string(b->arena, defaults[i].target);
	op->mode = S_IFCHR | DEFAULT_MODE;
	op->major = defaults[i].major;
	op->minor = defaults[i].minor;
	if (nodes_are_refused(b))
		return kind_plan(b, op, builder_print(b->arena, "/%s", op->target), err);
	return 0;
}

static int number_check(const struct oci_opt_i64 *number, const char *name, uint32_t max,
	bool required, uint32_t *ret, struct error *err)
{
	if (!number->present && required)
		return error_set(err, ERROR_CONFIG, 0,
			"the device has no %s number, which all but fifos need", name);
	if (number->present && (number->value < 0 || number->value > max))
		return error_set(err, ERROR_CONFIG, 0,
			"the %s number %ld of the device is not between 0 and %u", name,
			(long)number->value, max);
	*ret = number->present ? (uint32_t)number->value : 0;
	return 0;
}

static int ids_check(const struct builder *b, const struct device_op *op, struct error *err)
{
	if (op->uid == UINT32_MAX || !ids_uid_mapped(b, op->uid))
		return error_set(err, ERROR_CONFIG, 0,
			"the device's uid %u is not an id of the container", op->uid);
	if (op->gid == UINT32_MAX || !ids_gid_mapped(b, op->gid))
		return error_set(err, ERROR_CONFIG, 0,
			"the device's gid %u is not an id of the container", op->gid);
	return 0;
}

static int given_fill(struct builder *b, const struct oci_device *given, struct device_op *op,
	struct error *err)
{
	bool numbers = given->type != OCI_DEVICE_FIFO;

	/* Engines write the file type into the mode too. */
	op->mode =
		file_types[given->type] |
		(given->file_mode.present ? given->file_mode.value & MODE_MASK : DEFAULT_MODE);
	op->uid = given->uid.value;
	op->gid = given->gid.value;
	if (number_check(&given->major, "major", MAJOR_MAX, numbers, &op->major, err) ||
		number_check(&given->minor, "minor", MINOR_MAX, numbers, &op->minor, err) ||
		ids_check(b, op, err))
		return -1;
	return kind_plan(b, op, given->path, err);
}

/* Made by other means: the link, and the bind of the container's terminal. */
static bool is_special(const struct builder *b, const char *target)
{
	return text_equal(target, "dev/ptmx") ||
	       (b->process->terminal && text_equal(target, "dev/console"));
}

/* Entry `i`: a new device, or in the place of an earlier one of the same path. */
static int given_plan(struct builder *b, size_t i, struct device_op *items, size_t *count,
	struct name_set *set, struct error *err)
{
	const struct oci_device *given = &b->on_linux->devices.items[i];
	uint32_t place = (uint32_t)*count;
	struct device_op op = {.origin = origin_make(ORIGIN_DEVICE, i)};

	op.target = given->path[0] ? path_clean(b->arena, given->path) : ".";
	if (!op.target)
		return builder_full(err);
	if (text_equal(op.target, "."))
		return builder_refuse(
			err, op.origin, "\"%s\" is not the path of a device", given->path);
	if (is_special(b, op.target))
		return 0;
	if (given_fill(b, given, &op, err))
		return error_at(err, op.origin);
	if (name_set_add(set, op.target, strlen(op.target), place, &place))
		(*count)++;
	items[place] = op;
	return 0;
}

static int nodes_plan(struct builder *b, struct error *err)
{
	size_t given = b->on_linux->devices.count;
	struct device_op *items =
		arena_array(b->arena, struct device_op, DEFAULT_COUNT + given);
	size_t count = 0;
	struct name_set set;

	if (!items || !name_set_start(&set, b->arena, DEFAULT_COUNT + given))
		return builder_full(err);
	for (; count < DEFAULT_COUNT; count++) {
		if (default_plan(b, count, &items[count], err))
			return -1;
		name_set_add(&set, items[count].target, strlen(items[count].target),
			(uint32_t)count, NULL);
	}
	for (size_t i = 0; i < given; i++) {
		if (builder_try(b, err, given_plan(b, i, items, &count, &set, err)))
			return -1;
	}
	for (size_t i = 0, tree = b->plan->mounts.tree_count; i < count; i++) {
		if (items[i].kind == DEVICE_BIND)
			items[i].tree = (uint32_t)tree++;
	}
	b->plan->devices.items = items;
	b->plan->devices.count = count;
	return 0;
}

static int links_plan(struct builder *b, struct error *err)
{
	struct link_op *items = arena_array(b->arena, struct link_op, LINK_COUNT);

	if (!items)
		return builder_full(err);
	for (size_t i = 0; i < LINK_COUNT; i++) {
		items[i].target = arena_string(b->arena, links[i].target);
		items[i].value = arena_string(b->arena, links[i].value);
	}
	b->plan->devices.links = items;
	b->plan->devices.link_count = LINK_COUNT;
	return 0;
}

int devices_plan(struct builder *b, struct error *err)
{
	/* Without mounts the nodes would stay behind in the bundle. */
	if (b->plan->root.switch_by == ROOT_CHROOT)
		return 0;
	b->plan->devices.console = b->process->terminal;
	if (b->dev_is_bind)
		return 0;
	if (nodes_plan(b, err))
		return -1;
	return links_plan(b, err);
}
