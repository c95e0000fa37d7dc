/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ways to make system calls: what a filter sees of each, and the numbers of its calls. */
#ifndef SECCOMP_ABI_H
#define SECCOMP_ABI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plan/plan.h"

struct abi {
	uint32_t audit;	  /* AUDIT_ARCH_*, the `arch` of struct seccomp_data */
	uint32_t token;	  /* SCMP_ARCH_* of libseccomp */
	uint32_t first;	  /* its numbers go from here to the next ABI's of the same `audit` */
	bool narrow;	  /* arguments have 32 bits: nothing above them is compared */
	bool multiplexed; /* socketcall and ipc stand for many calls */
};

extern const struct abi abi_table[SECCOMP_ABI_COUNT];

/* A call has a number, or is made through another one whose first argument tells it, or both. */
struct abi_number {
	bool direct;
	uint32_t number;
	bool through;
	uint32_t carrier; /* the number of socketcall or ipc */
	uint32_t call;	  /* what its first argument must be */
};

/* False if the ABI has no call of that name, or none that this libseccomp knows of. */
bool abi_resolve(const struct abi *abi, const char *name, struct abi_number *ret);

/* Major, minor and micro version of the library that knows the numbers. */
void abi_library(unsigned ret_version[3]);

#endif
