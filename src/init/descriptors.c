/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which descriptors live how long.
 *
 * Runs in: init.
 * Never:   leaves a descriptor of the host to the container's program.
 * Calls:   close_range (5.9; CLOSE_RANGE_CLOEXEC 5.11), close. */
#include "init/descriptors.h"

#include <linux/close_range.h>

#include "init/steps.h"
#include "sys/file.h"

/* Descriptors from here on are closed at once when they are dropped. */
#define MANY 64

#define KEPT 3

void descriptor_drop(int fd)
{
	if (fd >= MANY)
		sys_close(fd);
}

/* Sorts the descriptors that stay, none (-1) first. */
static void kept_sort(int kept[KEPT])
{
	for (int i = 1; i < KEPT; i++) {
		for (int j = i; j > 0 && kept[j - 1] > kept[j]; j--) {
			int other = kept[j];

			kept[j] = kept[j - 1];
			kept[j - 1] = other;
		}
	}
}

int descriptors_close(void *ctx, struct error *err)
{
	struct init *init = ctx;
	const struct handoff *handoff = init->handoff;
	int kept[KEPT] = {handoff->sync_fd, handoff->start_fd, handoff->result_fd};
	unsigned first = 3 + init->plan->process.preserve_fds, gap = first;
	int r = 0;

	kept_sort(kept);
	for (int i = 0; i < KEPT && !r; i++) {
		if (kept[i] < (int)gap)
			continue;
		if (kept[i] > (int)gap)
			r = sys_close_range(gap, (unsigned)kept[i] - 1, 0);
		gap = (unsigned)kept[i] + 1;
	}
	if (!r)
		r = sys_close_range(gap, ~0U, 0);
	if (!r && gap > first)
		r = sys_close_range(first, gap, CLOSE_RANGE_CLOEXEC);
	return r ? error_system(err, r, "cannot close the descriptors of the set-up") : 0;
}
