/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state of a container as hooks read it.
 *
 * Runs in: the runtime. Spec: runtime.md "state" */
#include "hooks/state.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#define SPEC_VERSION "1.3.0"

/* INT_MAX has as many digits as any pid. */
#define PID_MARK   INT_MAX
#define PID_MEMBER "\"pid\":"

int hook_state_encode(const struct hook_subject *subject, enum oci_status status, int pid,
	struct oci_buffer *ret_json, struct error *err)
{
	const struct oci_state state = {.oci_version = SPEC_VERSION,
		.id = subject->id,
		.status = status,
		.pid = {.present = pid > 0, .value = pid},
		.bundle = subject->bundle,
		.root = subject->root,
		.annotations = subject->annotations};
	const struct oci_writer writer = {.write = oci_buffer_write, .context = ret_json};
	int r;

	*ret_json = (struct oci_buffer){0};
	r = oci_state_encode(&state, &writer);
	if (!r)
		r = oci_buffer_write(ret_json, "\n", 1);
	return r ? error_system(err, r, "cannot compose the container's state") : 0;
}

/* The first "pid": is the member: before it stand version, id and status alone, and in a string the quotes would be
 * escaped. */
static int pid_blank(char *json, struct handoff_state *state, struct error *err)
{
	char *member = strstr(json, PID_MEMBER);

	if (!member)
		return error_set(err, ERROR_INTERNAL, 0, "the container's state has no pid");
	member += sizeof(PID_MEMBER) - 1;
	memset(member, ' ', HANDOFF_PID_ROOM);
	state->pid_at = (uint32_t)(member - json);
	return 0;
}

int hook_state_prepare(const struct hook_subject *subject, enum oci_status status,
	struct arena *arena, struct handoff_state *ret_state, struct error *err)
{
	struct oci_buffer json;
	int r = hook_state_encode(subject, status, PID_MARK, &json, err);

	if (!r) {
		ret_state->json = arena_bytes(arena, json.bytes, json.length);
		ret_state->length = (uint32_t)json.length;
		r = ret_state->json ? pid_blank(ret_state->json, ret_state, err)
				    : error_set(err, ERROR_CONFIG, ENOMEM,
					      "cannot keep the state for the hooks");
	}
	oci_buffer_free(&json);
	return r;
}
