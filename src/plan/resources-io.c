/* SPDX-License-Identifier: GPL-2.0-or-later */
/* linux.resources.blockIO. Pure.
 *
 * Weights are those of the scheduler BFQ where the kernel has it. Otherwise v2 has io.weight (1 to 10000, 100 by
 * default), onto which 10 to 1000 are laid linearly, and v1 had the files of CFQ.
 *
 * Spec: config-linux.md "Block IO"; cgroup-v2 "IO"; block/bfq-iosched */
#include "base/text.h"
#include "plan/builder.h"
#include "plan/resources-part.h"

#define WEIGHT_MIN 10
#define WEIGHT_MAX 1000

/* Two files of one value: the first one that the kernel has. */
struct file_pair {
	struct resource_file first, second;
};

static const struct file_pair weight_files = {
	{"blkio", "blkio.bfq.weight", NULL, ORIGIN_IO_WEIGHT},
	{"blkio", "blkio.weight", NULL, ORIGIN_IO_WEIGHT},
};
static const struct file_pair weight_device_files = {
	{"blkio", "blkio.bfq.weight_device", NULL, ORIGIN_IO_WEIGHT_DEVICE},
	{"blkio", "blkio.weight_device", NULL, ORIGIN_IO_WEIGHT_DEVICE},
};
static const struct file_pair v2_weight_files = {
	{"io", NULL, "io.bfq.weight", ORIGIN_IO_WEIGHT},
	{"io", NULL, "io.weight", ORIGIN_IO_WEIGHT},
};
static const struct file_pair v2_weight_device_files = {
	{"io", NULL, "io.bfq.weight", ORIGIN_IO_WEIGHT_DEVICE},
	{"io", NULL, "io.weight", ORIGIN_IO_WEIGHT_DEVICE},
};
static const struct resource_file leaf_file = {
	"blkio", "blkio.leaf_weight", NULL, ORIGIN_IO_LEAF_WEIGHT};
static const struct resource_file leaf_device_file = {
	"blkio", "blkio.leaf_weight_device", NULL, ORIGIN_IO_WEIGHT_DEVICE};

struct throttle {
	size_t offset; /* of the list in struct oci_block_io */
	struct resource_file v1;
	const char *word; /* of io.max */
};

#define LIST(name) offsetof(struct oci_block_io, name)

static const struct throttle throttles[] = {
	{LIST(throttle_read_bps_device),
		{"blkio", "blkio.throttle.read_bps_device", NULL, ORIGIN_IO_READ_BPS}, "rbps"},
	{LIST(throttle_write_bps_device),
		{"blkio", "blkio.throttle.write_bps_device", NULL, ORIGIN_IO_WRITE_BPS},
		"wbps"},
	{LIST(throttle_read_iops_device),
		{"blkio", "blkio.throttle.read_iops_device", NULL, ORIGIN_IO_READ_IOPS},
		"riops"},
	{LIST(throttle_write_iops_device),
		{"blkio", "blkio.throttle.write_iops_device", NULL, ORIGIN_IO_WRITE_IOPS},
		"wiops"},
};

static bool has_blkio(const struct resources *r)
{
	for (size_t i = 0; i < r->place->cgroups->count; i++) {
		const struct host_hierarchy *h = &r->place->cgroups->of[i];

		if (!h->v2 && text_starts(h->controllers, "blkio"))
			return true;
	}
	return false;
}

/* The controller is called io on v2. */
static int version_find(
	struct resources *r, enum origin_place place, size_t index, struct error *err)
{
	return resources_version(r, has_blkio(r) ? "blkio" : "io", place, index, err);
}

static int weight_check(uint16_t weight, enum origin_place place, size_t i, struct error *err)
{
	if (weight >= WEIGHT_MIN && weight <= WEIGHT_MAX)
		return 0;
	return resources_refuse(err, place, i, "the weight %u is not from %d to %d",
		(unsigned)weight, WEIGHT_MIN, WEIGHT_MAX);
}

static const char *weight_print(struct resources *r, const char *name, unsigned weight)
{
	return name ? builder_print(r->arena, "%s %u", name, weight)
		    : builder_print(r->arena, "%u", weight);
}

/* Two writes, of which one is made. `device` is "MAJOR:MINOR", or NULL for all. */
static int weight_add(struct resources *r, const struct file_pair *files, bool v2,
	uint16_t weight, const char *device, size_t index, struct error *err)
{
	const unsigned other =
		v2 ? 1 + (weight - WEIGHT_MIN) * 9999U / (WEIGHT_MAX - WEIGHT_MIN) : weight;
	const char *name = device ? device : v2 ? "default" : NULL;
	struct cgroup_write *first, *second;

	first = resources_add(r, &files->first, index, weight_print(r, device, weight), err);
	if (!first)
		return -1;
	first->or_next = true;
	second = resources_add(r, &files->second, index, weight_print(r, name, other), err);
	if (!second)
		return -1;
	first->key = device;
	second->key = arena_string(r->arena, name);
	if (device) {
		first->unset = builder_print(r->arena, v2 ? "%s default" : "%s 0", device);
		second->unset = first->unset;
	}
	return 0;
}

static int weight_plan(struct resources *r, struct error *err)
{
	const struct oci_block_io *io = r->given->block_io;
	int version;

	if (io->weight.value) {
		version = version_find(r, ORIGIN_IO_WEIGHT, 0, err);
		if (version < 0 || weight_check(io->weight.value, ORIGIN_IO_WEIGHT, 0, err) ||
			weight_add(r, version == 2 ? &v2_weight_files : &weight_files,
				version == 2, io->weight.value, NULL, 0, err))
			return -1;
	}
	if (!io->leaf_weight.value)
		return 0;
	if (weight_check(io->leaf_weight.value, ORIGIN_IO_LEAF_WEIGHT, 0, err))
		return -1;
	return resources_add(r, &leaf_file, 0,
		       builder_print(r->arena, "%u", (unsigned)io->leaf_weight.value), err)
		       ? 0
		       : -1;
}

static const char *device_print(
	struct resources *r, int64_t major, int64_t minor, origin_t origin, struct error *err)
{
	const char *name;

	if (major < 0 || major > UINT32_MAX || minor < 0 || minor > UINT32_MAX) {
		error_set(err, ERROR_CONFIG, 0, "%ld:%ld is not a device", (long)major,
			(long)minor);
		error_at(err, origin);
		return NULL;
	}
	name = builder_print(r->arena, "%ld:%ld", (long)major, (long)minor);
	if (!name)
		builder_full(err);
	return name;
}

static int leaf_device_add(struct resources *r, uint16_t weight, const char *device,
	size_t index, struct error *err)
{
	struct cgroup_write *write;

	if (!weight)
		return 0;
	if (weight_check(weight, ORIGIN_IO_WEIGHT_DEVICE, index, err))
		return -1;
	write = resources_add(r, &leaf_device_file, index,
		builder_print(r->arena, "%s %u", device, (unsigned)weight), err);
	if (!write)
		return -1;
	write->key = device;
	write->unset = builder_print(r->arena, "%s 0", device);
	return 0;
}

static int weight_device_plan(
	struct resources *r, const struct oci_weight_device *given, size_t i, struct error *err)
{
	const enum origin_place place = ORIGIN_IO_WEIGHT_DEVICE;
	const char *device =
		device_print(r, given->major, given->minor, origin_make(place, i), err);
	int version = device ? version_find(r, place, i, err) : -1;

	if (version < 0)
		return -1;
	if (given->weight.value &&
		(weight_check(given->weight.value, place, i, err) ||
			weight_add(r,
				version == 2 ? &v2_weight_device_files : &weight_device_files,
				version == 2, given->weight.value, device, i, err)))
		return -1;
	return leaf_device_add(r, given->leaf_weight.value, device, i, err);
}

/* A rate of 0 takes a limit away on v1; v2 has a word for it. */
static int throttle_v2(struct resources *r, const struct throttle *throttle, const char *device,
	uint64_t rate, size_t index, struct error *err)
{
	const struct resource_file file = {"io", NULL, "io.max", throttle->v1.place};
	const char *value = rate ? builder_print(r->arena, "%s %s=%lu", device, throttle->word,
					   (unsigned long)rate)
				 : builder_print(r->arena, "%s %s=max", device, throttle->word);
	struct cgroup_write *write = resources_add(r, &file, index, value, err);

	if (!write)
		return -1;
	write->key = device;
	write->unset = builder_print(r->arena, "%s %s=max", device, throttle->word);
	return 0;
}

static int throttle_plan(struct resources *r, const struct throttle *throttle,
	const struct oci_throttle_device *given, size_t i, struct error *err)
{
	const char *device = device_print(
		r, given->major, given->minor, origin_make(throttle->v1.place, i), err);
	int version = device ? version_find(r, throttle->v1.place, i, err) : -1;
	struct cgroup_write *write;

	if (version < 0)
		return -1;
	if (version == 2)
		return throttle_v2(r, throttle, device, given->rate, i, err);
	write = resources_add(r, &throttle->v1, i,
		builder_print(r->arena, "%s %lu", device, (unsigned long)given->rate), err);
	if (!write)
		return -1;
	write->key = device;
	write->unset = builder_print(r->arena, "%s 0", device);
	return 0;
}

static int throttles_plan(struct resources *r, struct error *err)
{
	const char *io = (const char *)r->given->block_io;

	for (size_t t = 0; t < sizeof(throttles) / sizeof(throttles[0]); t++) {
		const struct oci_throttle_device_list *list =
			(const void *)(io + throttles[t].offset);

		for (size_t i = 0; i < list->count; i++) {
			if (resources_try(r, err,
				    throttle_plan(r, &throttles[t], &list->items[i], i, err)))
				return -1;
		}
	}
	return 0;
}

int resources_io(struct resources *r, struct error *err)
{
	const struct oci_block_io *io = r->given->block_io;

	if (!io)
		return 0;
	if (weight_plan(r, err))
		return -1;
	for (size_t i = 0; i < io->weight_device.count; i++) {
		if (resources_try(
			    r, err, weight_device_plan(r, &io->weight_device.items[i], i, err)))
			return -1;
	}
	return throttles_plan(r, err);
}
