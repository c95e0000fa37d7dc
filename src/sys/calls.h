/* SPDX-License-Identifier: GPL-2.0-or-later */
/* System calls that tare needs and older kernels have not. */
#ifndef SYS_CALLS_H
#define SYS_CALLS_H

struct sys_call_since {
	const char *name;
	long number;
	const char *since; /* the first Linux that has it */
};

/* The first of them that is missing here; NULL if none is. */
const struct sys_call_since *sys_call_missing(void);

#endif
