/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rules of a seccomp profile, checked and with their actions as the kernel knows them. */
#ifndef PLAN_SECCOMP_H
#define PLAN_SECCOMP_H

#include "libocispec/config.h"
#include "plan/plan.h"

/* One of linux.seccomp.syscalls. Names and conditions are the spec's own and not copied into the
 * plan's memory: init gets the program that is made of them, and no rules. */
struct seccomp_rule {
	uint32_t action; /* SECCOMP_RET_*, an errno in its low 16 bits */
	bool any;	 /* one condition is enough; else all of them must hold */
	const struct oci_strings *names;
	const struct oci_seccomp_arg_list *conditions;
};

/* "x86_64" and so on, as the profile names it behind SCMP_ARCH_. */
const char *seccomp_abi_name(enum seccomp_abi abi);

/* The same as config.json has it. */
enum oci_seccomp_arch seccomp_abi_arch(enum seccomp_abi abi);

/* SECCOMP_FILTER_FLAG_*; 0 where the kernel is not told. */
uint32_t seccomp_flag_value(enum oci_seccomp_flag flag);

#endif
