/* SPDX-License-Identifier: GPL-2.0-or-later */
/* System calls that tare needs and older kernels have not. */
#ifndef HOST_CALLS_H
#define HOST_CALLS_H

struct host_call {
	const char *name;
	long number;
	const char *since; /* the first Linux that has it */
};

/* The first of them that is missing here; NULL if none is. */
const struct host_call *host_call_missing(void);

#endif
