/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Passing controllers on to a v2 cgroup.
 *
 * Runs in: the runtime.
 * Relies on: cgroup.controllers names what a cgroup has; writing "+name" to
 *          cgroup.subtree_control passes it on, and is refused as a whole if one name is. */
#include "cgroup/controllers.h"

#include <errno.h>
#include <string.h>

#include "cgroup/file.h"

#define WANTED_MAX 32

/* Without limits too: what a container uses of them is read from their files. */
static const char *const always[] = {"memory", "pids", "cpu", "io"};
#define ALWAYS_COUNT (sizeof(always) / sizeof(always[0]))

struct wanted {
	size_t count;
	const char *names[WANTED_MAX];
};

static void want(struct wanted *wanted, const char *name)
{
	for (size_t i = 0; i < wanted->count; i++) {
		if (!strcmp(wanted->names[i], name))
			return;
	}
	if (wanted->count < WANTED_MAX && strcmp(name, "cgroup"))
		wanted->names[wanted->count++] = name;
}

/* Keeps the names that cgroup path[0..length) has, or those that it has not. */
static void keep(
	struct wanted *wanted, struct cgroup_directory *directory, size_t length, bool if_there)
{
	char list[CGROUP_VALUE_SIZE];
	size_t count = 0;

	if (cgroup_file_read(directory, length, "cgroup.controllers", list, sizeof(list)))
		list[0] = '\0';
	for (size_t i = 0; i < wanted->count; i++) {
		if (cgroup_has_word(list, ' ', wanted->names[i]) == if_there)
			wanted->names[count++] = wanted->names[i];
	}
	wanted->count = count;
}

static int pass_on(struct cgroup_directory *directory, size_t length, const char *const *names,
	size_t count)
{
	char value[CGROUP_VALUE_SIZE];
	struct text text;

	text_start(&text, value, sizeof(value));
	for (size_t i = 0; i < count; i++)
		text_format(&text, "+%s ", names[i]);
	return cgroup_file_write(directory, length, "cgroup.subtree_control", value);
}

static void pass_on_each(
	struct cgroup_directory *directory, size_t length, const struct wanted *wanted)
{
	if (!pass_on(directory, length, wanted->names, wanted->count))
		return;
	for (size_t i = 0; i < wanted->count; i++)
		(void)pass_on(directory, length, &wanted->names[i], 1);
}

void controllers_enable(
	struct cgroup_directory *directory, const struct cgroup_write *writes, size_t count)
{
	struct wanted wanted = {0};
	size_t length = directory->mount_length;

	for (size_t i = 0; i < count; i++)
		want(&wanted, writes[i].controller);
	for (size_t i = 0; i < ALWAYS_COUNT; i++)
		want(&wanted, always[i]);
	keep(&wanted, directory, directory->length, false);
	if (wanted.count)
		keep(&wanted, directory, length, true);
	while (wanted.count && length < directory->length) {
		pass_on_each(directory, length, &wanted);
		length += 1 + strcspn(directory->path + length + 1, "/");
	}
}

int controllers_take_back(struct cgroup_directory *directory)
{
	char list[CGROUP_VALUE_SIZE], value[CGROUP_VALUE_SIZE];
	char *rest = list, *name;
	struct text text;
	int r = cgroup_file_read(
		directory, directory->length, "cgroup.subtree_control", list, sizeof(list));

	if (r || !list[0])
		return r == -ENOENT ? 0 : r;
	text_start(&text, value, sizeof(value));
	while ((name = strsep(&rest, " ")))
		text_format(&text, "-%s ", name);
	return text_ok(&text) ? cgroup_file_write(directory, directory->length,
					"cgroup.subtree_control", value)
			      : -E2BIG;
}
