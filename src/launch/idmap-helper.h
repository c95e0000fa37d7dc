/* SPDX-License-Identifier: GPL-2.0-or-later */
/* newuidmap and newgidmap: who may map more than his own id has it from them. */
#ifndef LAUNCH_IDMAP_HELPER_H
#define LAUNCH_IDMAP_HELPER_H

#include "base/error.h"

struct idmap_helper {
	const char *program; /* "newuidmap" */
	const char *grants;  /* "/etc/subuid": the ranges that it may write */
	const char *what;    /* "user" */
	unsigned id;	     /* the caller's own */
	const char *map;     /* lines of three numbers, as in uid_map */
	origin_t origin;
};

/* Has the program write the map of process `pid`. What it says when it fails is part of the error, with what the caller was
 * granted instead. */
int idmap_helper_run(
	const struct idmap_helper *helper, int pid, const char *search_path, struct error *err);

#endif
