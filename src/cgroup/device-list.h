/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The list of devices that a v1 cgroup allows, as the kernel keeps it. Pure. */
#ifndef CGROUP_DEVICE_LIST_H
#define CGROUP_DEVICE_LIST_H

#include "plan/plan.h"

#define DEVICE_LIST_MAX 256

struct device_list {
	bool all; /* everything, but for denials that the kernel does not tell */
	size_t count;
	struct device_rule items[DEVICE_LIST_MAX]; /* allow is true */
};

/* What rules lead to; false if it cannot be kept as a list. */
bool device_list_make(const struct device_rule *rules, size_t count, struct device_list *ret);

/* The content of devices.list; false if it is none. */
bool device_list_parse(const char *text, struct device_list *ret);

/* What of `item` the list does not allow for exactly the same devices; false if nothing. */
bool device_list_lacks(const struct device_list *list, const struct device_rule *item,
	struct device_rule *ret_rest);

#endif
