/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The configuration that `tare spec` starts a new bundle with. */
#ifndef CLI_SPEC_H
#define CLI_SPEC_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

struct spec_choice {
	bool rootless; /* for a caller without root: a user namespace, no network namespace, no resources */
	bool cgroup2; /* the host has cgroup v2 alone: a cgroup namespace as well */
	uint32_t euid, egid;
};

/* Writes a whole config.json; 8 KiB hold it. */
void spec_print(struct text *text, const struct spec_choice *choice);

#endif
