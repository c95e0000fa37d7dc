/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writing limits.
 *
 * Runs in: the runtime.
 * Relies on: EINVAL is the kernel's answer to a value that does not fit others of the same kind (memory against
 *          memory and swap, quota against period and burst), ENOENT to a file that it does not have. */
#include "cgroup/write.h"

#include <errno.h>
#include <string.h>

#include "base/number.h"
#include "cgroup/controllers.h"
#include "cgroup/file.h"
#include "sys/process.h"

/* Writes that may have to change places. */
#define GROUP_MAX 4

/* A limit that is not to be had because nothing was delegated to the caller. */
static int undelegated_error(const struct cgroup_write *write, struct error *err)
{
	error_set(err, ERROR_UNSUPPORTED, 0,
		"the limit needs a cgroup with the controller \"%s\", and none was delegated "
		"to user "
		"%u",
		write->controller, sys_geteuid());
	return error_at(err, write->origin);
}

/* The one of the system says what a user's systemd has. */
static int undelegated_unit_error(const struct cgroup_write *write, struct error *err)
{
	error_set(err, ERROR_UNSUPPORTED, 0,
		"cgroup controller \"%s\" is not available for the container: the user's "
		"systemd was not given it (Delegate= of user@.service says what it gets)",
		write->controller);
	return error_at(err, write->origin);
}

static int missing_error(struct cgroup_set *set, struct cgroup_directory *directory,
	const struct cgroup_write *write, struct error *err)
{
	char list[CGROUP_VALUE_SIZE];
	bool there = directory && (!directory->v2 || !strcmp(write->controller, "cgroup"));

	if (directory && directory->v2 &&
		!cgroup_file_read(
			directory, directory->length, "cgroup.controllers", list, sizeof(list)))
		there |= cgroup_has_word(list, ' ', write->controller);
	if (!there && set->unit_user)
		return undelegated_unit_error(write, err);
	error_set(err, ERROR_UNSUPPORTED, 0,
		there ? "this kernel has no \"%s\" in cgroups"
		      : "cgroup controller \"%s\" is not available for the container",
		there ? write->file : write->controller);
	return error_at(err, write->origin);
}

static int usage_check(
	struct cgroup_directory *directory, const struct cgroup_write *write, struct error *err)
{
	char text[CGROUP_VALUE_SIZE];
	uint64_t used, limit;

	if (cgroup_file_read(directory, directory->length, write->usage, text, sizeof(text)) ||
		number_u64(text, UINT64_MAX, &used) ||
		number_u64(write->value, UINT64_MAX, &limit) || used <= limit)
		return 0;
	error_set(err, ERROR_STATE, EBUSY,
		"the container uses %lu bytes now, more than the limit of %lu is to be",
		(unsigned long)used, (unsigned long)limit);
	return error_at(err, write->origin);
}

/* Each line is a write of its own. */
static int lines_write(struct cgroup_directory *directory, const char *file, const char *value)
{
	char line[CGROUP_VALUE_SIZE];
	int r = 0;

	if (!strchr(value, '\n'))
		return cgroup_file_write(
			directory, directory->length, file, value[0] ? value : "\n");
	while (*value && !r) {
		size_t length = strcspn(value, "\n");

		if (!text_print(line, sizeof(line), "%.*s", (int)length, value))
			return -E2BIG;
		r = length ? cgroup_file_write(directory, directory->length, file, line) : 0;
		value += length;
		value += *value == '\n';
	}
	return r;
}

/* The line of `text` that begins with the word `key`; its length. */
static size_t line_find(const char *text, const char *key, const char **ret_line)
{
	const size_t length = strlen(key);

	while (*text) {
		size_t line = strcspn(text, "\n");

		if (line > length && !memcmp(text, key, length) && text[length] == ' ') {
			*ret_line = text;
			return line;
		}
		text += line;
		text += *text == '\n';
	}
	return 0;
}

/* What to write to have things as `text`, the content of the file, says they are; NULL if that cannot be told. */
static const char *before_find(
	const struct cgroup_write *write, const char *text, struct arena *arena)
{
	const char *line;
	size_t length, skip;

	if (!write->key)
		return arena_string(arena, text);
	length = line_find(text, write->key, &line);
	if (!length)
		return arena_string(arena, write->unset);
	/* The key is part of what is written, or the name of the line alone. */
	skip = text_starts(write->value, write->key) ? 0 : strlen(write->key) + 1;
	return arena_bytes(arena, line + skip, length - skip);
}

static void undo_add(struct cgroup_undo *undo, struct cgroup_directory *directory,
	const struct cgroup_write *write)
{
	char text[CGROUP_VALUE_SIZE];
	struct cgroup_write back = {.controller = write->controller,
		.file = write->file,
		.origin = write->origin,
		.optional = true};

	if (!undo || undo->count == undo->room ||
		cgroup_file_read(directory, directory->length, write->file, text, sizeof(text)))
		return;
	back.value = before_find(write, text, undo->arena);
	if (!back.value)
		return;
	undo->count++;
	undo->items[undo->room - undo->count] = back;
}

/* 0, the -errno of the kernel with an error, or 1 if the kernel has no such file and that is told to be fine. */
static int write_one(struct cgroup_set *set, const struct cgroup_write *write,
	struct cgroup_undo *undo, struct error *err)
{
	struct cgroup_directory *d = cgroup_directory_of(set, write->controller);
	const size_t undone = undo ? undo->count : 0;
	int r = d ? 0 : -ENOENT;

	if (!r && write->usage && usage_check(d, write, err))
		return -EBUSY;
	if (!r) {
		undo_add(undo, d, write);
		r = lines_write(d, write->file, write->value);
	}
	if (!r)
		return 0;
	if (undo)
		undo->count = undone;
	if (r == -ENOENT && (write->optional || write->or_next))
		return 1;
	if (r == -ENOENT && set->optional && (!d || d->v2))
		return undelegated_error(write, err), r;
	if (r == -ENOENT)
		return missing_error(set, d, write, err), r;
	error_system(err, r, "cannot write \"%s\" to \"%s\" of cgroup \"%s\"", write->value,
		write->file, d->path);
	error_at(err, write->origin);
	return r;
}

/* The writes of a group in the order in which the kernel takes them. */
static int group_write(struct cgroup_set *set, const struct cgroup_write *writes, size_t count,
	struct cgroup_undo *undo, struct error *err)
{
	bool done[GROUP_MAX] = {false};
	size_t first = undo ? undo->count : 0;
	size_t left = count, before;

	do {
		before = left;
		for (size_t i = 0; i < count; i++) {
			int r = done[i] ? 0 : write_one(set, &writes[i], undo, err);

			if (r < 0 && r != -EINVAL)
				return -1;
			left -= !done[i] && r >= 0;
			done[i] |= r >= 0;
		}
	} while (left && left < before);
	/* Going back is a matter of trying, too. */
	for (; undo && first + 1 < undo->count; first++)
		undo->items[undo->room - 2 - first].together = true;
	return left ? -1 : 0;
}

/* The number of writes from this one on that belong together. */
static size_t group_find(const struct cgroup_write *writes, size_t count)
{
	size_t n = 1;

	while (n < count && n < GROUP_MAX && writes[n - 1].together)
		n++;
	return n;
}

static void enable(struct cgroup_set *set, const struct cgroup_write *writes, size_t count)
{
	struct cgroup_directory *unified = cgroup_unified(set);
	bool wanted = set->count == 1;

	for (size_t i = 0; i < count && !wanted; i++)
		wanted = cgroup_directory_of(set, writes[i].controller) == unified;
	if (unified && wanted)
		controllers_enable(unified, writes, count);
}

int cgroup_write_all(struct cgroup_set *set, const struct cgroup_write *writes, size_t count,
	struct cgroup_undo *undo, struct error *err)
{
	enable(set, writes, count);
	for (size_t i = 0, n; i < count; i += n) {
		int r = 0;

		n = group_find(&writes[i], count - i);
		if (n > 1)
			r = group_write(set, &writes[i], n, undo, err);
		else
			r = write_one(set, &writes[i], undo, err);
		if (r < 0)
			return -1;
		n += r == 0 && writes[i].or_next;
	}
	return 0;
}

int cgroup_undo_start(
	struct cgroup_undo *undo, struct arena *arena, size_t count, struct error *err)
{
	*undo = (struct cgroup_undo){.arena = arena,
		.items = arena_array(arena, struct cgroup_write, count),
		.room = count};
	return undo->items ? 0
			   : error_set(err, ERROR_SYSTEM, ENOMEM,
				     "cannot remember what the limits were");
}

int cgroup_undo_run(struct cgroup_set *set, const struct cgroup_undo *undo, struct error *err)
{
	int result = 0;

	for (size_t i = undo->room - undo->count, n; i < undo->room; i += n) {
		n = group_find(&undo->items[i], undo->room - i);
		if (n > 1 ? group_write(set, &undo->items[i], n, NULL, err)
			  : write_one(set, &undo->items[i], NULL, err) < 0)
			result = -1;
	}
	return result;
}
