/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A seccomp filter that somebody else has compiled. Pure. */
#ifndef PLAN_SECCOMP_DATA_H
#define PLAN_SECCOMP_DATA_H

#include "plan/builder.h"

#define SECCOMP_DATA_NAME "run.oci.seccomp_bpf_data"

/* Takes the program from the value of the annotation, and says whether it notifies. */
int seccomp_data_plan(struct builder *b, const char *data, struct plan_seccomp *seccomp,
	bool *ret_notify, struct error *err);

#endif
