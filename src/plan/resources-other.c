/* SPDX-License-Identifier: GPL-2.0-or-later */
/* linux.resources: pids, hugepageLimits, rdma, network and unified. Pure.
 *
 * Spec: config-linux.md "PIDs", "Huge page limits", "Network", "RDMA", "Unified"; cgroup-v2 */
#include <string.h>

#include "base/text.h"
#include "plan/builder.h"
#include "plan/resources-part.h"

static const struct resource_file pids_file = {
	"pids", "pids.max", "pids.max", ORIGIN_PIDS_LIMIT};
static const struct resource_file rdma_file = {"rdma", "rdma.max", "rdma.max", ORIGIN_RDMA};
static const struct resource_file class_file = {
	"net_cls", "net_cls.classid", NULL, ORIGIN_NETWORK_CLASS};
static const struct resource_file priority_file = {
	"net_prio", "net_prio.ifpriomap", NULL, ORIGIN_NETWORK_PRIORITY};

/* Files of every cgroup that limit something. The others act: what is written to them moves, stops or kills processes, and
 * which, is not the configuration's business. */
static const char *const core_files[] = {
	"cgroup.max.depth", "cgroup.max.descendants", "cgroup.pressure"};
#define CORE_FILE_COUNT (sizeof(core_files) / sizeof(core_files[0]))

/* The kernel could not start the first process under a limit of 0, so that it is 1. */
int resources_pids(struct resources *r, struct error *err)
{
	const struct oci_pids *pids = r->given->pids;
	int64_t limit;

	if (!pids)
		return 0;
	limit = pids->limit ? pids->limit : 1;
	if (limit < -1)
		return resources_refuse(err, ORIGIN_PIDS_LIMIT, 0,
			"the limit %ld is not -1, which means none, or more", (long)limit);
	return resources_add(r, &pids_file, 0, resources_number(r, true, limit), err) ? 0 : -1;
}

/* Reserved pages are limited besides used ones, where the kernel (5.7) can: a process beyond its reservation is refused them
 * at mmap(2) instead of killed later. */
static int hugepage_plan(struct resources *r, size_t i, struct error *err)
{
	const struct oci_hugepage_limit *given = &r->given->hugepage_limits.items[i];
	const char *value = builder_print(r->arena, "%lu", (unsigned long)given->limit);
	const struct resource_file used = {"hugetlb",
		builder_print(r->arena, "hugetlb.%s.limit_in_bytes", given->page_size),
		builder_print(r->arena, "hugetlb.%s.max", given->page_size), ORIGIN_HUGEPAGE};
	const struct resource_file reserved = {"hugetlb",
		builder_print(r->arena, "hugetlb.%s.rsvd.limit_in_bytes", given->page_size),
		builder_print(r->arena, "hugetlb.%s.rsvd.max", given->page_size),
		ORIGIN_HUGEPAGE};
	struct cgroup_write *write;

	if (r->arena->full)
		return builder_full(err);
	if (strchr(given->page_size, '/'))
		return resources_refuse(err, ORIGIN_HUGEPAGE, i, "\"%s\" is no size of a page",
			given->page_size);
	if (!resources_add(r, &used, i, value, err))
		return -1;
	write = resources_add(r, &reserved, i, value, err);
	if (!write)
		return -1;
	write->optional = true;
	return 0;
}

int resources_hugepages(struct resources *r, struct error *err)
{
	for (size_t i = 0; i < r->given->hugepage_limits.count; i++) {
		if (resources_try(r, err, hugepage_plan(r, i, err)))
			return -1;
	}
	return 0;
}

/* A name that stands before a blank, in a line of a kernel file. */
static int name_check(const char *name, enum origin_place place, size_t i, struct error *err)
{
	if (name[0] && !strpbrk(name, " \t\n"))
		return 0;
	return resources_refuse(err, place, i, "\"%s\" is not the name of a device", name);
}

static int rdma_plan(struct resources *r, const struct oci_rdma *given, struct error *err)
{
	char handles[32] = "", objects[32] = "";
	struct cgroup_write *write;

	if (name_check(given->key, ORIGIN_RDMA, 0, err))
		return -1;
	if (!given->hca_handles.present && !given->hca_objects.present)
		return resources_refuse(err, ORIGIN_RDMA, 0,
			"\"%s\" has neither hcaHandles nor hcaObjects", given->key);
	if (given->hca_handles.present)
		text_print(
			handles, sizeof(handles), " hca_handle=%u", given->hca_handles.value);
	if (given->hca_objects.present)
		text_print(
			objects, sizeof(objects), " hca_object=%u", given->hca_objects.value);
	write = resources_add(r, &rdma_file, 0,
		builder_print(r->arena, "%s%s%s", given->key, handles, objects), err);
	if (!write)
		return -1;
	write->key = arena_string(r->arena, given->key);
	write->unset = builder_print(r->arena, "%s hca_handle=max hca_object=max", given->key);
	return 0;
}

int resources_rdma(struct resources *r, struct error *err)
{
	for (size_t i = 0; i < r->given->rdma.count; i++) {
		if (rdma_plan(r, &r->given->rdma.items[i], err))
			return -1;
	}
	return 0;
}

static int priority_plan(struct resources *r, const struct oci_interface_priority *given,
	size_t i, struct error *err)
{
	struct cgroup_write *write;

	if (name_check(given->name, ORIGIN_NETWORK_PRIORITY, i, err))
		return -1;
	write = resources_add(r, &priority_file, i,
		builder_print(r->arena, "%s %u", given->name, given->priority), err);
	if (!write)
		return -1;
	write->key = arena_string(r->arena, given->name);
	write->unset = builder_print(r->arena, "%s 0", given->name);
	return 0;
}

int resources_network(struct resources *r, struct error *err)
{
	const struct oci_network *network = r->given->network;

	if (!network)
		return 0;
	if (network->class_id.value &&
		!resources_add(r, &class_file, 0,
			builder_print(r->arena, "%u", network->class_id.value), err))
		return -1;
	for (size_t i = 0; i < network->priorities.count; i++) {
		if (priority_plan(r, &network->priorities.items[i], i, err))
			return -1;
	}
	return 0;
}

static int file_name_check(const char *name, struct error *err)
{
	if (name[0] == '.' || !strchr(name, '.') || strstr(name, "..") ||
		strpbrk(name, "/ \t\n"))
		return resources_refuse(err, ORIGIN_UNIFIED, 0,
			"\"%s\" is not a file of a cgroup, such as \"memory.high\"", name);
	if (!text_starts(name, "cgroup."))
		return 0;
	for (size_t i = 0; i < CORE_FILE_COUNT; i++) {
		if (!strcmp(name, core_files[i]))
			return 0;
	}
	return resources_refuse(
		err, ORIGIN_UNIFIED, 0, "\"%s\" is not a file of a limit", name);
}

/* The controller is what stands before the first '.', and must be one of the v2 hierarchy. */
static int controller_check(
	struct resources *r, const char *controller, const char *name, struct error *err)
{
	bool there_is_v2 = false;

	for (size_t i = 0; i < r->place->cgroups->count; i++)
		there_is_v2 |= r->place->cgroups->of[i].v2;
	if (!there_is_v2 && !r->place->disabled)
		return resources_refuse(err, ORIGIN_UNIFIED, 0,
			"invalid configuration: \"%s\" is a file of cgroup v2, and this host "
			"has v1",
			name);
	switch (resources_version(r, controller, ORIGIN_UNIFIED, 0, err)) {
	case 2:
		return 0;
	case 1:
		return resources_refuse(err, ORIGIN_UNIFIED, 0,
			"invalid configuration: \"%s\" is a file of cgroup v2, and the "
			"controller is one of v1 on this host",
			name);
	default:
		error_set(err, ERROR_UNSUPPORTED, 0,
			"cannot set \"%s\": controller \"%s\" not available", name, controller);
		return error_at(err, origin_make(ORIGIN_UNIFIED, 0));
	}
}

/* Each line is a write of its own: the kernel takes one device, or one type, at a time. */
static int lines_plan(struct resources *r, const char *controller, const struct oci_pair *pair,
	struct error *err)
{
	const struct resource_file file = {controller, NULL, pair->key, ORIGIN_UNIFIED};
	const char *line = pair->value;

	if (!line[strspn(line, "\n")])
		return resources_refuse(
			err, ORIGIN_UNIFIED, 0, "the value for \"%s\" is empty", pair->key);
	while (*line) {
		size_t length = strcspn(line, "\n");

		if (length &&
			!resources_add(r, &file, 0, arena_bytes(r->arena, line, length), err))
			return -1;
		line += length;
		line += *line == '\n';
	}
	return 0;
}

int resources_unified(struct resources *r, struct error *err)
{
	for (size_t i = 0; i < r->given->unified.count; i++) {
		const struct oci_pair *pair = &r->given->unified.items[i];
		const char *controller;

		if (file_name_check(pair->key, err))
			return -1;
		controller = arena_bytes(r->arena, pair->key, strcspn(pair->key, "."));
		if (!controller)
			return builder_full(err);
		if (controller_check(r, controller, pair->key, err) ||
			lines_plan(r, controller, pair, err))
			return -1;
	}
	return 0;
}
