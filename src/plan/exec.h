/* SPDX-License-Identifier: GPL-2.0-or-later */
/* exec: the process that the caller asks for. Pure. */
#ifndef PLAN_EXEC_H
#define PLAN_EXEC_H

#include "base/arena.h"
#include "base/error.h"
#include "libocispec/config.h"
#include "plan/request.h"

/* The container's own process (NULL: it has none) with what the command line says in its place: the program, the
 * directory, the labels, the terminal; variables, groups and capabilities are added. */
int exec_process_build(const struct oci_process *own, const struct request_exec *given,
	struct arena *arena, struct oci_process *ret, struct error *err);

/* A process of its own description is still one of the container: what that says of limits, labels, capabilities and
 * priorities holds where the description is silent. */
void exec_process_inherit(const struct oci_process *own, struct oci_process *process);

/* What the parts of a plan for exec look at, with room of its own for what differs. */
struct exec_spec {
	struct oci_spec spec;
	struct oci_linux on_linux;
	struct oci_seccomp seccomp;
};

/* Leaves out of a container's configuration what only its making needs: then it is a fifth as long, and exec decodes it each
 * time. `without_rules`: the rules of its seccomp profile too, by far the longest, of which somebody knows the filter.
 * *ret points into the other. */
void exec_spec_reduce(const struct oci_spec *spec, bool without_rules, struct exec_spec *ret);

#endif
