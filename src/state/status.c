/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The status of a container.
 *
 * Runs in: the runtime. Changes nothing.
 * Spec:    runtime.md "state" */
#include "state/status.h"

#include <string.h>

#include "state/process.h"

static const char *const names[STATUS_COUNT] = {
	[STATUS_CREATING] = "creating",
	[STATUS_CREATED] = "created",
	[STATUS_RUNNING] = "running",
	[STATUS_PAUSED] = "paused",
	[STATUS_STOPPED] = "stopped",
};

const char *status_name(enum status status)
{
	return names[status];
}

/* Of a container whose process is not recorded yet, or not whole yet. */
static enum status status_early(const struct state *state)
{
	return process_alive(state->init.pid ? &state->init : &state->creator) ? STATUS_CREATING
									       : STATUS_STOPPED;
}

int state_status(const struct state_dir *dir, const struct state *state,
	enum status *ret_status, struct error *err)
{
	const char *mode = state->value[STATE_START_MODE];
	int waiting = 0;

	*ret_status = STATUS_STOPPED;
	if (state->stale)
		return 0;
	/* A damaged record may have lost that it was ready. */
	if (!state->ready && !state->damaged) {
		*ret_status = status_early(state);
		return 0;
	}
	if (!process_alive(&state->init))
		return 0;
	if (!mode || strcmp(mode, STATE_START_ONCE))
		waiting = state_fifo_present(dir, STATE_FIFO_START, err);
	if (waiting < 0)
		return -1;
	*ret_status = waiting ? STATUS_CREATED : STATUS_RUNNING;
	return 0;
}
