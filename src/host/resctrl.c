/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where this host's resctrl file system is, by its mount table. Pure.
 *
 * Of several mounts the last one counts, since it covers those before it at the same place. One that shows only a part of
 * it, a group, is none: groups cannot be made there. */
#include "host/resctrl.h"

#include "host/mountinfo.h"

const char *host_resctrl_parse(const char *mountinfo, struct arena *arena)
{
	struct mountinfo mount, found = {0};
	char *point;
	bool valid;

	while ((mountinfo = mountinfo_next(mountinfo, &mount, &valid))) {
		if (valid && span_equal(&mount.type, "resctrl") && span_equal(&mount.root, "/"))
			found = mount;
	}
	point = found.point.length ? arena_alloc(arena, found.point.length + 1, 1) : NULL;
	if (point)
		span_unescape(&found.point, point);
	return point;
}
