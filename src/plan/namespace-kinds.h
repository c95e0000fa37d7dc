/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kinds of namespaces are called, and the flags that mean them. */
#ifndef PLAN_NAMESPACE_KINDS_H
#define PLAN_NAMESPACE_KINDS_H

#include "libocispec/config-linux.h"
#include "plan/plan.h"

struct namespace_facts {
	const char *name; /* in config.json */
	const char *file; /* in /proc/PID/ns */
	uint64_t flag;	  /* CLONE_NEW* */
};

extern const struct namespace_facts namespace_facts[NAMESPACE_COUNT];

/* The kind that config.json means. */
enum namespace_kind namespace_kind_of(enum oci_namespace_type type);

#endif
