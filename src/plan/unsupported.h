/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which members of config.json nothing acts on yet. */
#ifndef PLAN_UNSUPPORTED_H
#define PLAN_UNSUPPORTED_H

#include <stddef.h>

#include "base/text.h"
#include "libocispec/config.h"

/* Writes the JSON pointers of all such members that are given and not neutral, separated by ", ", and returns
 * how many there are. `ret_first`, unless NULL, gets the first one alone. A pointer that does not fit
 * `text` is not written, nor any after it. */
size_t unsupported_list(const struct oci_spec *spec, struct text *text, struct text *ret_first);

#endif
