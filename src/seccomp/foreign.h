/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A filter that somebody else has compiled. */
#ifndef SECCOMP_FOREIGN_H
#define SECCOMP_FOREIGN_H

#include "base/error.h"
#include "seccomp/filter.h"

/* Does the kernel take the program? */
int foreign_check(const struct filter *filter, struct error *err);

#endif
