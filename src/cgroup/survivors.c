/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who is still there, and why.
 *
 * Runs in: the runtime. Changes nothing.
 * Relies on: /proc/PID/stat: "PID (NAME) STATE ...", where NAME may hold anything; D is a process in the kernel that no signal
 *          reaches. freezer.parent_freezing (v1): whether a cgroup above holds this one frozen, where SIGKILL has no effect. */
#include "cgroup/survivors.h"

#include <errno.h>
#include <string.h>

#include "cgroup/file.h"
#include "cgroup/processes.h"
#include "sys/file.h"

#define NAMED_MAX 4

struct survivors {
	unsigned count;
	char list[200];
	struct text text;
};

static bool stat_read(int pid, char *ret_stat, size_t size)
{
	char path[32];
	ssize_t n;
	int fd;

	text_print(path, sizeof(path), "/proc/%d/stat", pid);
	fd = sys_openat(AT_FDCWD, path, O_RDONLY, 0);
	if (fd < 0)
		return false;
	n = sys_read(fd, ret_stat, size - 1);
	sys_close(fd);
	ret_stat[n > 0 ? n : 0] = '\0';
	return n > 0;
}

/* The container chooses the name: what could mislead a terminal is not shown. */
static void name_print(struct text *text, const char *name, size_t length)
{
	for (size_t i = 0; i < length; i++)
		text_char(text, name[i] > ' ' && name[i] < 0x7f ? name[i] : '?');
}

static int survivor_add(void *ctx, int pid)
{
	struct survivors *survivors = ctx;
	struct text *text = &survivors->text;
	char stat[512];
	const char *from, *to;

	if (!pid) {
		survivors->count++; /* one that this pid namespace does not show */
		return 0;
	}
	if (!stat_read(pid, stat, sizeof(stat)))
		return 0;
	from = strchr(stat, '(');
	to = strrchr(stat, ')');
	if (!from || !to || to < from || to[1] != ' ' || to[2] == 'Z' || to[2] == 'X')
		return 0;
	if (survivors->count++ >= NAMED_MAX)
		return 0;
	text_format(text, "%s%d (", text->length ? ", " : ": ", pid);
	name_print(text, from + 1, (size_t)(to - from - 1));
	text_format(text, ", state %c)", to[2]);
	return 0;
}

/* Why they do not end, if it can be told. */
static const char *reason_find(struct cgroup_set *set)
{
	struct cgroup_directory *d = cgroup_directory_of(set, "freezer");
	char value[CGROUP_VALUE_SIZE];

	if (!d || d->v2 ||
		cgroup_file_read(
			d, d->length, "freezer.parent_freezing", value, sizeof(value)) ||
		strcmp(value, "1") != 0)
		return "";
	return "; a cgroup above theirs is frozen, which holds them";
}

void cgroup_survivors_tell(struct cgroup_set *set, struct error *err)
{
	struct survivors survivors = {0};
	struct error ignored;

	if (!set->ours)
		return;
	text_start(&survivors.text, survivors.list, sizeof(survivors.list));
	/* A process may be in one hierarchy and have left another. */
	for (size_t i = 0; i < set->count && !survivors.count; i++)
		cgroup_each_process_of(&set->of[i], survivor_add, &survivors, &ignored);
	if (survivors.count)
		error_set(err, ERROR_STATE, ETIMEDOUT,
			"%u process(es) of the container do not end after SIGKILL%s%s%s",
			survivors.count, survivors.list,
			survivors.count > NAMED_MAX ? ", ..." : "", reason_find(set));
}
