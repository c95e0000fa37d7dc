/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the cgroup hierarchies are: parsers of two files of /proc. Pure.
 *
 * /proc/self/cgroup says which hierarchies there are and which controllers share one; mountinfo says where each is
 * mounted. A mount may show only a part of a hierarchy (a container without a cgroup namespace):
 * then the own cgroup is told from that part's root.
 *
 * Facts: cgroups(7), proc(5) */
#include "host/cgroup.h"

#include <string.h>

#include "base/text.h"
#include "host/mountinfo.h"

#define USUAL_PLACE "/sys/fs/cgroup"
#define MOUNTS	    64

/* One line of /proc/self/cgroup: "4:memory:/user.slice". */
struct membership {
	struct span controllers; /* empty for v2 */
	struct span path;
};

static const char *membership_next(const char *text, struct membership *ret, bool *ret_valid)
{
	size_t length = strcspn(text, "\n");
	const char *first, *second;

	if (!*text)
		return NULL;
	first = memchr(text, ':', length);
	second = first ? memchr(first + 1, ':', length - (size_t)(first + 1 - text)) : NULL;
	*ret_valid = second && second[1] == '/';
	if (*ret_valid) {
		ret->controllers = (struct span){first + 1, (size_t)(second - first - 1)};
		ret->path = (struct span){second + 1, (size_t)(text + length - second - 1)};
	}
	return text + length + (text[length] == '\n');
}

static bool is_mount_of(const struct mountinfo *mount, const struct membership *m)
{
	const char *comma;
	struct span first = m->controllers;

	if (!m->controllers.length)
		return span_equal(&mount->type, "cgroup2");
	/* One is enough: no controller is in two hierarchies. */
	comma = memchr(first.start, ',', first.length);
	if (comma)
		first.length = (size_t)(comma - first.start);
	return span_equal(&mount->type, "cgroup") && span_has_word(&mount->options, &first);
}

static bool is_usual(const struct mountinfo *mount)
{
	return mount->point.length >= sizeof(USUAL_PLACE) - 1 &&
	       !memcmp(mount->point.start, USUAL_PLACE, sizeof(USUAL_PLACE) - 1);
}

/* Every mount of a hierarchy, found in one pass over the text. Those beyond MOUNTS are copies: there are not that
 * many hierarchies. */
static size_t mounts_find(const char *mountinfo, struct mountinfo found[MOUNTS])
{
	size_t count = 0;
	bool valid;

	while (count < MOUNTS &&
		(mountinfo = mountinfo_next(mountinfo, &found[count], &valid))) {
		if (valid && (span_equal(&found[count].type, "cgroup") ||
				     span_equal(&found[count].type, "cgroup2")))
			count++;
	}
	return count;
}

/* The mount of a hierarchy: the last one at the usual place, since it covers those before it; else the first one. */
static const struct mountinfo *mount_of(
	const struct mountinfo *mounts, size_t count, const struct membership *m)
{
	const struct mountinfo *found = NULL;

	for (size_t i = 0; i < count; i++) {
		if (is_mount_of(&mounts[i], m) && (!found || is_usual(&mounts[i])))
			found = &mounts[i];
	}
	return found;
}

static char *span_copy(struct arena *arena, const struct span *span)
{
	char *copy = arena_alloc(arena, span->length + 1, 1);

	if (copy)
		span_unescape(span, copy);
	return copy;
}

/* `own` without the part `root` of it that the mount does not show. */
static const char *own_below(const char *own, const char *root)
{
	size_t length = strlen(root);

	if (!strcmp(root, "/"))
		return own;
	if (strncmp(own, root, length) != 0 || (own[length] && own[length] != '/'))
		return "/"; /* the mount shows another part */
	return own[length] ? own + length : "/";
}

/* False when the arena is full. */
static bool hierarchy_fill(struct host_hierarchy *h, const struct membership *m,
	const struct mountinfo *mount, struct arena *arena)
{
	char *own = arena_bytes(arena, m->path.start, m->path.length);
	char *root = span_copy(arena, &mount->root);

	h->v2 = !m->controllers.length;
	h->mount = span_copy(arena, &mount->point);
	h->controllers = arena_bytes(arena, m->controllers.start, m->controllers.length);
	if (!own || !root || !h->mount || !h->controllers)
		return false;
	h->own = own_below(own, root);
	return true;
}

static enum cgroup_layout layout_of(const struct host_cgroups *cgroups)
{
	size_t unified = 0;

	for (size_t i = 0; i < cgroups->count; i++)
		unified += cgroups->of[i].v2;
	if (!cgroups->count)
		return CGROUP_NONE;
	if (!unified)
		return CGROUP_V1;
	return unified == cgroups->count ? CGROUP_V2 : CGROUP_HYBRID;
}

int host_cgroups_parse(const char *mountinfo, const char *own, struct arena *arena,
	struct host_cgroups *ret_cgroups)
{
	struct host_cgroups *cgroups = ret_cgroups;
	struct mountinfo mounts[MOUNTS];
	size_t mount_count = mounts_find(mountinfo, mounts);
	struct membership m;
	bool valid;

	*cgroups = (struct host_cgroups){0};
	while ((own = membership_next(own, &m, &valid))) {
		const struct mountinfo *mount =
			valid ? mount_of(mounts, mount_count, &m) : NULL;

		if (!mount || cgroups->count == HOST_HIERARCHIES)
			continue;
		if (!hierarchy_fill(&cgroups->of[cgroups->count], &m, mount, arena))
			return -1;
		cgroups->count++;
	}
	cgroups->layout = layout_of(cgroups);
	return 0;
}

const char *host_cgroup_own(const char *own, struct arena *arena)
{
	struct membership m;
	bool valid;

	while ((own = membership_next(own, &m, &valid))) {
		if (valid && !m.controllers.length)
			return arena_bytes(arena, m.path.start, m.path.length);
	}
	return arena_string(arena, "/");
}
