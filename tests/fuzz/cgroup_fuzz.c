/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libFuzzer target for files of cgroups and of resctrl: statistics, devices, schemata.
 *
 * The first byte says whether they are those of v1 or v2; each file that is asked for is the next text of the input, which
 * end with a byte 0xff. What is printed of them is JSON as far as braces and quotes go. */
#include "fuzz.h"

#include "base/arena.h"

struct cgroup_set;
static struct input answers;

static const char *file_content(
	struct cgroup_set *set, const char *controller, const char *file, struct arena *arena)
{
	char *text;
	const char *copy;

	(void)set;
	(void)controller;
	(void)file;
	if (!answers.size)
		return NULL;
	text = input_string(&answers);
	/* They come without their last newline. */
	if (*text && text[strlen(text) - 1] == '\n')
		text[strlen(text) - 1] = '\0';
	copy = arena_string(arena, text);
	free(text);
	return copy;
}

/* Its own calls for files end here. */
#define cgroup_value file_content
#include "lifecycle/stats.c"
#undef cgroup_value

#include "cgroup/device-list.h"
#include "cgroup/resctrl.h"

#define MEMORY ((size_t)1 << 19)

static void json_check(const char *json)
{
	int depth = 0;
	bool string = false;

	for (; *json; json++) {
		if (*json == '"')
			string = !string;
		depth += !string && (*json == '{' || *json == '[');
		depth -= !string && (*json == '}' || *json == ']');
		demand(depth >= 0 && *json != '\n');
	}
	demand(!depth && !string);
}

static void stats_check(bool v2)
{
	static const char *const names[] = {
		"cpu,cpuacct", "memory", "pids", "blkio", "hugetlb", "rdma", "cpuset"};
	char *memory = calloc(1, MEMORY), *json = malloc(MEMORY);
	struct cgroup_set set = {.count = v2 ? 1 : 7};
	struct arena arena;
	struct text text;

	demand(memory && json);
	for (size_t i = 0; i < set.count; i++)
		set.of[i] = (struct cgroup_directory){.v2 = v2,
			.controllers = v2 ? "" : names[i],
			.path = "/sys/fs/cgroup/x",
			.mount_fd = -1};
	arena_start(&arena, memory, MEMORY);
	text_start(&text, json, MEMORY);
	stats_print(&set, &arena, &text);
	if (text_ok(&text))
		json_check(json);
	free(memory);
	free(json);
}

static void devices_check(const char *text, const char *other)
{
	struct device_list *list = malloc(sizeof(*list)), *wanted = malloc(sizeof(*wanted));
	struct device_rule rest;

	demand(list && wanted);
	if (device_list_parse(text, list)) {
		demand(list->count <= DEVICE_LIST_MAX);
		for (size_t i = 0; i < list->count; i++)
			device_list_lacks(list, &list->items[i], &rest);
		if (device_list_parse(other, wanted))
			for (size_t i = 0; i < wanted->count; i++)
				device_list_lacks(list, &wanted->items[i], &rest);
	}
	free(list);
	free(wanted);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = {data, size};
	bool v2 = input_byte(&input) & 1;
	char *text, *other;

	answers = input;
	stats_check(v2);
	text = input_string(&input);
	other = input_string(&input);
	devices_check(text, other);
	resctrl_schemata_match(text, other);
	resctrl_schemata_match(text, text);
	free(text);
	free(other);
	return 0;
}
