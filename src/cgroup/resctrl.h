/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The resctrl group of a container: its share of caches and memory bandwidth. */
#ifndef CGROUP_RESCTRL_H
#define CGROUP_RESCTRL_H

#include <stdbool.h>

#include "base/error.h"
#include "base/text.h"
#include "plan/plan.h"

struct resctrl {
	const struct plan_resctrl *plan; /* NULL: the container is in no group of its own */
	bool found;			 /* the group is there, and somebody else's */
};

/* Looks whether the group is there and, if the plan asks for that, as it must be. Changes nothing. */
int resctrl_find(struct resctrl *resctrl, const struct plan_resctrl *plan, struct error *err);

/* The directories that resctrl_create() makes, each in a line, in the order in which resctrl_remove() takes them away. */
void resctrl_record_print(const struct resctrl *resctrl, struct text *text);

/* Makes what the record tells of, and writes the schemata. What a failure leaves is in the record. */
int resctrl_create(const struct resctrl *resctrl, struct error *err);

/* Puts a process into the group, and whatever it makes from now on. */
int resctrl_assign(const struct resctrl *resctrl, int pid, struct error *err);

/* Removes the directories of a record. Those that are gone already are no error. */
int resctrl_remove(const char *record, struct error *err);

/* Is all that `wanted` says of a resource and its domains what `have`, a file of the kernel, says of them? */
bool resctrl_schemata_match(const char *wanted, const char *have);

#endif
