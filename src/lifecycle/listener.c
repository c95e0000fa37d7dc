/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a seccomp agent is told of a container.
 *
 * Runs in: the runtime. Spec: config-linux.md "The Container Process State". */
#include "lifecycle/listener.h"

#include <errno.h>
#include <string.h>

#include "base/json.h"
#include "libocispec/encode.h"

/* As long as a JSON string can become. */
static size_t room_for(const char *string)
{
	return string ? 6 * strlen(string) + 2 : 2;
}

static int print(const struct oci_state *state, const struct oci_buffer *inner,
	const char *metadata, int pid, struct arena *arena, const char **ret_state)
{
	struct text text;
	const size_t size =
		inner->length + room_for(state->oci_version) + room_for(metadata) + 128;
	char *data = arena_alloc(arena, size, 1);

	if (!data)
		return -ENOMEM;
	text_start(&text, data, size);
	text_string(&text, "{\"ociVersion\":");
	json_string(&text, state->oci_version);
	text_format(&text, ",\"fds\":[\"seccompFd\"],\"pid\":%d", pid);
	if (metadata) {
		text_string(&text, ",\"metadata\":");
		json_string(&text, metadata);
	}
	text_string(&text, ",\"state\":");
	text_bytes(&text, inner->bytes, inner->length);
	text_char(&text, '}');
	*ret_state = data;
	return text_ok(&text) ? 0 : -ENOMEM;
}

int listener_state(const struct oci_state *state, const char *metadata, int pid,
	struct arena *arena, const char **ret_state, struct error *err)
{
	struct oci_buffer buffer = {0};
	const struct oci_writer writer = {.write = oci_buffer_write, .context = &buffer};
	int r = oci_state_encode(state, &writer);

	if (!r)
		r = print(state, &buffer, metadata, pid, arena, ret_state);
	oci_buffer_free(&buffer);
	return r ? error_system(err, r, "cannot describe the container to the seccomp agent")
		 : 0;
}
