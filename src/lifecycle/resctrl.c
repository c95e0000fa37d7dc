/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The making of a container's resctrl group, with a record.
 *
 * Runs in: the runtime. */
#include "lifecycle/resctrl.h"

#include <errno.h>

#include "state/record.h"

/* A line for each of two paths. */
#define RECORD_SIZE 16384

int resctrl_make(const struct resctrl *resctrl, struct state_dir *dir, struct arena *arena,
	const char **ret_record, struct error *err)
{
	struct state_record record = {.key = STATE_RESCTRL};
	struct text text;
	char *data;

	if (!resctrl->plan)
		return 0;
	data = arena_alloc(arena, RECORD_SIZE, 1);
	if (!data)
		return error_set(err, ERROR_SYSTEM, ENOMEM, "cannot record the resctrl group");
	text_start(&text, data, RECORD_SIZE);
	resctrl_record_print(resctrl, &text);
	if (!text_ok(&text))
		return error_set(
			err, ERROR_INTERNAL, 0, "the record of the resctrl group does not fit");
	record.value = data;
	if (state_append(dir, &record, 1, err))
		return -1;
	*ret_record = data;
	return resctrl_create(resctrl, err);
}
