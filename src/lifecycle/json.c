/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Recorded annotations as JSON. Pure. */
#include "lifecycle/json.h"

#include <string.h>

#include "base/json.h"

const char *json_annotations(const struct state *state, struct arena *arena)
{
	struct text text;
	size_t size = 3;
	char *data;

	for (size_t i = 0; i < state->annotation_count; i++)
		size += 6 * (strlen(state->annotations[i].name) +
				    strlen(state->annotations[i].value)) +
			8;
	data = arena_alloc(arena, size, 1);
	if (!data)
		return NULL;
	text_start(&text, data, size);
	text_char(&text, '{');
	for (size_t i = 0; i < state->annotation_count; i++) {
		if (i)
			text_char(&text, ',');
		json_string(&text, state->annotations[i].name);
		text_char(&text, ':');
		json_string(&text, state->annotations[i].value);
	}
	text_char(&text, '}');
	return data;
}
