/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a container does now: its record, compared with its process. */
#ifndef STATE_STATUS_H
#define STATE_STATUS_H

#include "state/record.h"

enum status {
	STATUS_CREATING,
	STATUS_CREATED,
	STATUS_RUNNING,
	STATUS_PAUSED, /* never from state_status(): created or running, and cgroup_frozen() says so */
	STATUS_STOPPED,
	STATUS_COUNT,
};

/* "running" */
const char *status_name(enum status status);

int state_status(const struct state_dir *dir, const struct state *state,
	enum status *ret_status, struct error *err);

#endif
