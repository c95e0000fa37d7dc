/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The clone's child, up to the exec of init. */
#ifndef LAUNCH_CHILD_H
#define LAUNCH_CHILD_H

#include "launch/launch.h"

struct child {
	const struct launch *launch;
	char *const *argv;
	char *const *envp;
};

/* Becomes init. `arg` is a struct child; returns only after an error, which it has sent. */
int child_main(void *arg);

/* Makes a time namespace with its offsets, for the children of the caller and for what it execs. */
int child_unshare_time(const struct plan_namespaces *namespaces, struct error *err);

#endif
