/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state of a container as hooks read it. */
#ifndef HOOKS_STATE_H
#define HOOKS_STATE_H

#include "base/arena.h"
#include "base/error.h"
#include "init/handoff.h"
#include "libocispec/encode.h"

/* What does not change in the life of a container. */
struct hook_subject {
	const char *id;
	const char *bundle;
	const char *root;
	struct oci_map annotations;
};

/* One line of JSON with a newline; free it with oci_buffer_free() in any case. Without a pid if that is 0. */
int hook_state_encode(const struct hook_subject *subject, enum oci_status status, int pid,
	struct oci_buffer *ret_json, struct error *err);

/* The same in `arena`, for init to fill in the pid. */
int hook_state_prepare(const struct hook_subject *subject, enum oci_status status,
	struct arena *arena, struct handoff_state *ret_state, struct error *err);

#endif
