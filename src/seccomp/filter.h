/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A filter: the program that the kernel runs before each system call. */
#ifndef SECCOMP_FILTER_H
#define SECCOMP_FILTER_H

#include <linux/filter.h>
#include <stddef.h>
#include <stdint.h>

struct filter {
	const struct sock_filter *code;
	size_t count;
};

#endif
