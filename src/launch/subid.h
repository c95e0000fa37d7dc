/* SPDX-License-Identifier: GPL-2.0-or-later */
/* /etc/subuid and /etc/subgid: which ids a user may map into his user namespaces. Pure. */
#ifndef LAUNCH_SUBID_H
#define LAUNCH_SUBID_H

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

/* Finds the name of `uid` in the text of a passwd(5); its length, 0 if it has none. */
size_t subid_user(const char *passwd, uint32_t uid, const char **ret_name);

/* Prints the ranges that the text of a subuid(5) gives to the user, as "100000-165535, 200000-200000"; false if there
 * are none. `name` may be empty. */
bool subid_print(
	const char *subid, const char *name, size_t length, uint32_t uid, struct text *text);

#endif
