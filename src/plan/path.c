/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Paths as text. Pure. */
#include "plan/path.h"

#include <string.h>

#include "plan/builder.h"

/* Length of the path `out` without its last component. */
static size_t parent_length(const char *out, size_t length)
{
	while (length > 0 && out[length - 1] != '/')
		length--;
	return length > 0 ? length - 1 : 0;
}

const char *path_clean(struct arena *arena, const char *path)
{
	char *out = arena_alloc(arena, strlen(path) + 2, 1);
	size_t length = 0;

	if (!out)
		return NULL;
	while (*path) {
		size_t part = strcspn(path, "/");

		if (part == 2 && path[0] == '.' && path[1] == '.') {
			length = parent_length(out, length);
		} else if (part && !(part == 1 && path[0] == '.')) {
			if (length)
				out[length++] = '/';
			memcpy(out + length, path, part);
			length += part;
		}
		path += part;
		path += *path == '/';
	}
	if (!length)
		out[length++] = '.';
	out[length] = '\0';
	return out;
}

const char *path_below(const char *path, const char *top)
{
	size_t length = strlen(top);

	if (strncmp(path, top, length) != 0)
		return NULL;
	if (path[length] == '/')
		return path + length + 1;
	return path[length] ? NULL : path + length;
}

const char *path_absolute(struct arena *arena, const char *directory, const char *path)
{
	if (path[0] == '/')
		return arena_string(arena, path);
	return builder_print(arena, "%s/%s", directory, path);
}
