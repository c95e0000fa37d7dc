/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Out of memory.
 *
 * Runs in: the runtime. Changes nothing but for the watch, which ends with its descriptor.
 * Relies on: memory.events (v2) and memory.oom_control (v1, 4.13) count kills; a change of memory.events is told by
 *          inotify; v1 signals an eventfd that is written to cgroup.event_control. */
#include "cgroup/oom.h"

#include <errno.h>
#include <string.h>
#include <sys/inotify.h>

#include "base/number.h"
#include "cgroup/file.h"
#include "plan/origin.h"
#include "sys/file.h"

/* v1 has numbers of pages for no limit. */
#define NO_LIMIT (1UL << 62)

static uint64_t number_read(struct cgroup_directory *d, const char *file, uint64_t missing)
{
	char text[CGROUP_VALUE_SIZE];
	uint64_t value;

	if (cgroup_file_read(d, d->length, file, text, sizeof(text)) ||
		number_u64(text, UINT64_MAX, &value))
		return missing;
	return value;
}

/* The number behind "KEY " at the begin of a line. */
static bool number_find(const char *text, const char *key, uint64_t *ret)
{
	const size_t length = strlen(key);
	char word[24];

	while (*text && (strncmp(text, key, length) != 0 || text[length] != ' ')) {
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
	if (!*text)
		return false;
	text += length + 1;
	return text_print(word, sizeof(word), "%.*s", (int)strcspn(text, "\n"), text) &&
	       !number_u64(word, UINT64_MAX, ret);
}

bool cgroup_oom_read(struct cgroup_set *set, struct cgroup_oom *ret_oom)
{
	struct cgroup_directory *d = cgroup_directory_of(set, "memory");
	char text[CGROUP_VALUE_SIZE];
	uint64_t stuck = 0;

	*ret_oom = (struct cgroup_oom){0};
	if (!d ||
		cgroup_file_read(d, d->length, d->v2 ? "memory.events" : "memory.oom_control",
			text, sizeof(text)) ||
		!number_find(text, "oom_kill", &ret_oom->kills))
		return false;
	number_find(text, "under_oom", &stuck);
	ret_oom->stuck = stuck;
	ret_oom->early = !d->v2;
	if (!ret_oom->kills)
		return true;
	ret_oom->limit =
		number_read(d, d->v2 ? "memory.max" : "memory.limit_in_bytes", UINT64_MAX);
	ret_oom->peak = number_read(d, d->v2 ? "memory.peak" : "memory.max_usage_in_bytes", 0);
	return true;
}

static void reason_print(const struct cgroup_oom *oom, char *buffer, size_t size)
{
	struct text text;

	text_start(&text, buffer, size);
	if (oom->limit >= NO_LIMIT)
		text_string(&text, "has no memory limit, but was killed for want of memory "
				   "above it or on the host");
	else
		text_format(&text, "was killed at its memory limit of %lu bytes", oom->limit);
	if (oom->peak)
		text_format(&text, ", having used up to %lu", oom->peak);
}

/* What a hook has failed with stays beside it: it may have been a child of the hook that was killed. */
void cgroup_oom_explain(struct cgroup_set *set, struct error *err)
{
	const struct error failed = *err;
	const bool hook = origin_is_hook(failed.origin);
	struct cgroup_oom oom;
	char reason[160];

	if (!cgroup_oom_read(set, &oom) || !oom.kills)
		return;
	reason_print(&oom, reason, sizeof(reason));
	error_set(err, ERROR_STATE, ENOMEM, "%s %s%s%s",
		hook ? "a hook in the container" : "the container", reason, hook ? ": " : "",
		hook ? failed.text : "");
	if (hook)
		error_at(err, failed.origin);
	else if (oom.limit < NO_LIMIT)
		error_at(err, origin_make(ORIGIN_MEMORY_LIMIT, 0));
}

/* How often the limit stood in the way. */
static uint64_t refusals_read(struct cgroup_directory *d)
{
	char text[CGROUP_VALUE_SIZE];
	uint64_t count = 0;

	if (!d->v2)
		return number_read(d, "memory.failcnt", 0);
	if (!cgroup_file_read(d, d->length, "memory.events", text, sizeof(text)))
		number_find(text, "max", &count);
	return count;
}

void cgroup_oom_explain_start(struct cgroup_set *set, struct error *err)
{
	struct cgroup_directory *d = cgroup_directory_of(set, "memory");
	uint64_t limit;

	/* An exec whose few arguments find no memory says that they are too many. */
	if ((err->errnum != ENOMEM && err->errnum != E2BIG) || err->origin || !d ||
		!refusals_read(d))
		return;
	limit = number_read(d, d->v2 ? "memory.max" : "memory.limit_in_bytes", UINT64_MAX);
	if (limit >= NO_LIMIT)
		return;
	error_set(err, ERROR_STATE, ENOMEM,
		"the container's memory limit of %lu bytes is too small to start it", limit);
	error_at(err, origin_make(ORIGIN_MEMORY_LIMIT, 0));
}

static int watch_v2(struct cgroup_directory *d)
{
	char path[CGROUP_VALUE_SIZE];
	int r, fd = sys_inotify_init();

	if (fd < 0)
		return fd;
	r = text_print(path, sizeof(path), "%s/memory.events", d->path)
		    ? sys_inotify_add_watch(fd, path, IN_MODIFY)
		    : -ENAMETOOLONG;
	if (r >= 0)
		return fd;
	sys_close(fd);
	return r;
}

static int watch_v1(struct cgroup_directory *d)
{
	char line[64];
	int r, fd = sys_eventfd();
	int control_fd = cgroup_file_open(d, d->length, "memory.oom_control", O_RDONLY);

	r = fd < 0 ? fd : control_fd < 0 ? control_fd : 0;
	if (!r) {
		text_print(line, sizeof(line), "%d %d", fd, control_fd);
		r = cgroup_file_write(d, d->length, "cgroup.event_control", line);
	}
	if (control_fd >= 0)
		sys_close(control_fd);
	if (!r)
		return fd;
	if (fd >= 0)
		sys_close(fd);
	return r;
}

int cgroup_oom_watch(struct cgroup_set *set, struct error *err)
{
	struct cgroup_directory *d = cgroup_directory_of(set, "memory");
	int fd = d ? d->v2 ? watch_v2(d) : watch_v1(d) : -ENOENT;

	return fd < 0 ? error_system(err, fd, "cannot watch the memory of the container") : fd;
}
