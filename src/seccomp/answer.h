/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a filter answers, without asking the kernel. */
#ifndef SECCOMP_ANSWER_H
#define SECCOMP_ANSWER_H

#include <linux/seccomp.h>
#include <stdbool.h>
#include <stdint.h>

#include "seccomp/filter.h"

/* Does the call pass (SECCOMP_RET_ALLOW or LOG), whatever its arguments are but those whose bits are set in
 * `known`? */
bool answer_passes(
	const struct filter *filter, const struct seccomp_data *data, unsigned known);

#endif
