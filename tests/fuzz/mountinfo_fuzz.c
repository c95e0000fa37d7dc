/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libFuzzer target for what /proc tells of mounts and cgroups: mountinfo and cgroup of a process, separated by a
 * byte 0xff.
 *
 * What is found lies in the text, or is a string of the arena. */
#include "fuzz.h"

#include "base/arena.h"
#include "host/cgroup.h"
#include "host/mountinfo.h"
#include "host/resctrl.h"

static void span_check(const struct span *span, const char *text, size_t length)
{
	char *copy = malloc(span->length + 1);

	demand(copy != NULL);
	demand(span->start >= text && span->start + span->length <= text + length);
	span_unescape(span, copy);
	demand(strlen(copy) <= span->length);
	span_equal(span, copy);
	free(copy);
}

static void lines_check(const char *text)
{
	const size_t length = strlen(text);
	const char *rest = text;
	struct mountinfo mount;
	bool valid;

	while ((rest = mountinfo_next(rest, &mount, &valid)) != NULL) {
		demand(rest > text && rest <= text + length);
		if (!valid)
			continue;
		span_check(&mount.root, text, length);
		span_check(&mount.point, text, length);
		span_check(&mount.type, text, length);
		span_check(&mount.options, text, length);
		demand(mount.point.length > 0);
		span_has_word(&mount.options, &mount.type);
	}
}

static void cgroups_check(const struct host_cgroups *cgroups)
{
	demand(cgroups->count <= HOST_HIERARCHIES);
	for (size_t i = 0; i < cgroups->count; i++) {
		demand(strlen(cgroups->of[i].mount) > 0);
		demand(strlen(cgroups->of[i].own) > 0);
		demand(!!*cgroups->of[i].controllers || cgroups->of[i].v2);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = {data, size};
	char *mountinfo = input_string(&input), *own = input_string(&input);
	size_t room = 2 * size + 4096;
	struct host_cgroups cgroups = {0};
	char *memory = calloc(1, room);
	struct arena arena;

	demand(memory != NULL);
	arena_start(&arena, memory, room);
	lines_check(mountinfo);
	if (!host_cgroups_parse(mountinfo, own, &arena, &cgroups))
		cgroups_check(&cgroups);
	host_cgroup_own(own, &arena);
	host_resctrl_parse(mountinfo, &arena);
	free(memory);
	free(mountinfo);
	free(own);
	return 0;
}
