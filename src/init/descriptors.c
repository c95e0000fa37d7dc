/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which descriptors live how long.
 *
 * Runs in: init.
 * Never:   leaves a descriptor of the host to the container's program.
 * Calls:   close_range (5.9; CLOSE_RANGE_CLOEXEC 5.11), close, statx. */
#include "init/descriptors.h"

#include <linux/close_range.h>

#include "init/steps.h"
#include "sys/file.h"

/* Descriptors from here on are closed at once when they are dropped. */
#define MANY 64

#define KEPT 5

void descriptor_drop(int fd)
{
	if (fd >= MANY)
		sys_close(fd);
}

int descriptor_type(int fd)
{
	struct statx stat;
	int r = sys_statx(fd, "", AT_EMPTY_PATH, STATX_TYPE, &stat);

	return r ? r : stat.stx_mode & S_IFMT;
}

bool descriptor_is_device(int fd, uint32_t major, uint32_t minor)
{
	struct statx stat;

	return !sys_statx(fd, "", AT_EMPTY_PATH, STATX_TYPE, &stat) &&
	       (stat.stx_mode & S_IFMT) == S_IFCHR && stat.stx_rdev_major == major &&
	       stat.stx_rdev_minor == minor;
}

/* The first of those that stay from `gap` on; -1 if there is none. */
static int kept_next(const int kept[KEPT], unsigned gap)
{
	int next = -1;

	for (int i = 0; i < KEPT; i++) {
		if (kept[i] >= (int)gap && (next < 0 || kept[i] < next))
			next = kept[i];
	}
	return next;
}

int descriptors_close(void *ctx, struct error *err)
{
	struct init *init = ctx;
	const struct handoff *handoff = init->handoff;
	bool hooks = init->plan->hooks.of[HOOK_START_CONTAINER].count;
	const int kept[KEPT] = {handoff->sync_fd, handoff->start_fd, handoff->result_fd,
		hooks ? handoff->hook_stdout : -1, hooks ? handoff->hook_stderr : -1};
	unsigned first = 3 + init->plan->process.preserve_fds, gap = first;
	int next, r = 0;

	while (!r && (next = kept_next(kept, gap)) >= 0) {
		if (next > (int)gap)
			r = sys_close_range(gap, (unsigned)next - 1, 0);
		gap = (unsigned)next + 1;
	}
	if (!r)
		r = sys_close_range(gap, ~0U, 0);
	if (!r && gap > first)
		r = sys_close_range(first, gap, CLOSE_RANGE_CLOEXEC);
	return r ? error_system(err, r, "cannot close the descriptors of the set-up") : 0;
}
