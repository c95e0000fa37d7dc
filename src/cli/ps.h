/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command ps: pids as JSON, or the lines of ps(1) about them. */
#ifndef CLI_PS_H
#define CLI_PS_H

#include "cli/commands.h"

int ps_command(struct arguments *args, const struct caller *caller, int *ret_status,
	struct error *err);

#endif
