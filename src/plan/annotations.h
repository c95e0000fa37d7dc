/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The annotations of config.json that have an effect. */
#ifndef PLAN_ANNOTATIONS_H
#define PLAN_ANNOTATIONS_H

#include <stddef.h>

/* The name of number `i`, from 0; NULL behind the last one. One that ends in a '.' stands for all that
 * begin with it. */
const char *annotation_name(size_t i);

#endif
