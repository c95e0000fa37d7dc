/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The resctrl group of a container.
 *
 * Runs in: the runtime.
 * Never:   changes or removes a group that somebody else has made, but for the schemata that the configuration writes to it.
 * Relies on: the kernel makes the files of a group with its directory, and takes them away with it; the processes of a
 *          group that is removed are in the default one.
 * Spec:    config-linux.md "IntelRdt"; the kernel's Documentation/filesystems/resctrl.rst */
#include "cgroup/resctrl.h"

#include <string.h>

#include "plan/origin.h"
#include "sys/file.h"

#define PATH_SIZE 4096
#define FILE_SIZE 16384

static int file_open(const char *directory, const char *file, int flags)
{
	char path[PATH_SIZE];

	if (!text_print(path, sizeof(path), "%s/%s", directory, file))
		return -ENAMETOOLONG;
	return sys_openat(AT_FDCWD, path, flags | O_NOFOLLOW, 0);
}

static int file_write(const char *directory, const char *file, const char *value)
{
	int fd = file_open(directory, file, O_WRONLY);
	ssize_t n = fd < 0 ? fd : sys_write(fd, value, strlen(value));

	if (fd >= 0)
		sys_close(fd);
	return n < 0 ? (int)n : 0;
}

static int file_read(const char *directory, const char *file, char *ret, size_t size)
{
	int fd = file_open(directory, file, O_RDONLY);
	ssize_t n = fd < 0 ? fd : sys_read(fd, ret, size - 1);

	if (fd >= 0)
		sys_close(fd);
	ret[n > 0 ? n : 0] = '\0';
	return n < 0 ? (int)n : (size_t)n == size - 1 ? -E2BIG : 0;
}

/* What stands up to one of the `ends`, without blanks before it; moves on behind it. */
static size_t word_take(const char **at, const char *ends, const char **ret_word)
{
	size_t length;

	*at += strspn(*at, " ");
	*ret_word = *at;
	length = strcspn(*at, ends);
	*at += length;
	return length;
}

static bool words_equal(const char *a, size_t a_length, const char *b, size_t b_length)
{
	return a_length == b_length && !memcmp(a, b, a_length);
}

/* Numbers as the kernel prints and takes them, with zeros before them or without. */
static bool numbers_equal(const char *a, size_t a_length, const char *b, size_t b_length)
{
	for (; a_length > 1 && *a == '0'; a_length--)
		a++;
	for (; b_length > 1 && *b == '0'; b_length--)
		b++;
	if (a_length != b_length)
		return false;
	for (size_t i = 0; i < a_length; i++) {
		if ((a[i] | 0x20) != (b[i] | 0x20))
			return false;
	}
	return true;
}

/* Is one "domain=value" among those of a line? */
static bool domain_match(const char *wanted, size_t name_length, const char *value,
	size_t value_length, const char *have)
{
	while (*have && *have != '\n') {
		const char *name, *number;
		size_t length = word_take(&have, "=;\n", &name), number_length;

		if (*have == '=')
			have++;
		number_length = word_take(&have, ";\n", &number);
		if (numbers_equal(wanted, name_length, name, length))
			return numbers_equal(value, value_length, number, number_length);
		if (*have == ';')
			have++;
	}
	return false;
}

/* The domains of a resource in a file of the kernel; NULL if it has no such resource. */
static const char *resource_find(const char *have, const char *name, size_t length)
{
	while (*have) {
		const char *word;
		size_t found = word_take(&have, ":\n", &word);

		if (*have == ':' && words_equal(name, length, word, found))
			return have + 1;
		have += strcspn(have, "\n");
		have += *have == '\n';
	}
	return NULL;
}

static bool line_match(const char **wanted, const char *have)
{
	const char *name;
	size_t length = word_take(wanted, ":\n", &name);

	have = **wanted == ':' ? resource_find(have, name, length) : NULL;
	if (!have)
		return false;
	++*wanted;
	while (**wanted && **wanted != '\n') {
		const char *domain, *value;
		size_t domain_length = word_take(wanted, "=;\n", &domain), value_length;

		*wanted += **wanted == '=';
		value_length = word_take(wanted, ";\n", &value);
		if (!domain_match(domain, domain_length, value, value_length, have))
			return false;
		*wanted += **wanted == ';';
	}
	return true;
}

bool resctrl_schemata_match(const char *wanted, const char *have)
{
	while (*wanted) {
		if (!line_match(&wanted, have))
			return false;
		wanted += *wanted == '\n';
	}
	return true;
}

static int caches_compare(const struct plan_resctrl *plan, struct error *err)
{
	char have[FILE_SIZE];
	int r;

	if (!plan->caches)
		return 0;
	r = file_read(plan->group, "schemata", have, sizeof(have));
	if (r)
		return error_system_at(err, origin_make(ORIGIN_RDT, 0), r,
			"cannot read the schemata of the resctrl group \"%s\"", plan->group);
	if (resctrl_schemata_match(plan->caches, have))
		return 0;
	error_set(err, ERROR_CONFIG, 0,
		"the resctrl group \"%s\" is there, and its schemata are not those of "
		"l3CacheSchema and memBwSchema",
		plan->group);
	return error_at(err, origin_make(ORIGIN_RDT, 0));
}

int resctrl_find(struct resctrl *resctrl, const struct plan_resctrl *plan, struct error *err)
{
	struct statx status;
	int r;

	*resctrl = (struct resctrl){.plan = plan};
	if (!plan)
		return 0;
	r = sys_statx(AT_FDCWD, plan->group, AT_SYMLINK_NOFOLLOW, STATX_TYPE, &status);
	if (r && r != -ENOENT)
		return error_system_at(err, origin_make(ORIGIN_RDT, 0), r,
			"cannot look at the resctrl group \"%s\"", plan->group);
	resctrl->found = !r;
	if (resctrl->found && plan->may_exist)
		return caches_compare(plan, err);
	if (!resctrl->found && !plan->must_exist)
		return 0;
	error_set(err, ERROR_CONFIG, 0,
		resctrl->found ? "the resctrl group \"%s\" is there already"
			       : "there is no resctrl group \"%s\", and no schema to make it",
		plan->group);
	return error_at(err, origin_make(resctrl->found ? ORIGIN_RDT : ORIGIN_RDT_CLOS, 0));
}

void resctrl_record_print(const struct resctrl *resctrl, struct text *text)
{
	const struct plan_resctrl *plan = resctrl->plan;

	if (plan->monitor)
		text_format(text, "%s\n", plan->monitor);
	if (!resctrl->found)
		text_format(text, "%s\n", plan->group);
}

static int directory_make(const char *path, struct error *err)
{
	int r = sys_mkdirat(AT_FDCWD, path, 0755);

	return r ? error_system_at(err, origin_make(ORIGIN_RDT, 0), r,
			   "cannot make the resctrl group \"%s\"", path)
		 : 0;
}

/* The kernel says in a file of its own what it does not like. */
static int schemata_write(const struct plan_resctrl *plan, const char *schemata,
	enum origin_place place, struct error *err)
{
	char status[128];
	int r = schemata ? file_write(plan->group, "schemata", schemata) : 0;

	if (!r)
		return 0;
	if (file_read(plan->mount, "info/last_cmd_status", status, sizeof(status)))
		status[0] = '\0';
	status[strcspn(status, "\n")] = '\0';
	return error_system_at(err, origin_make(place, 0), r,
		"cannot write the schemata of the resctrl group \"%s\"%s%s", plan->group,
		status[0] ? ": " : "", status);
}

int resctrl_create(const struct resctrl *resctrl, struct error *err)
{
	const struct plan_resctrl *plan = resctrl->plan;

	if (!resctrl->found && (directory_make(plan->group, err) ||
				       schemata_write(plan, plan->caches, ORIGIN_RDT, err)))
		return -1;
	if (schemata_write(plan, plan->schemata, ORIGIN_RDT_SCHEMATA, err))
		return -1;
	return plan->monitor ? directory_make(plan->monitor, err) : 0;
}

int resctrl_assign(const struct resctrl *resctrl, int pid, struct error *err)
{
	const struct plan_resctrl *plan = resctrl->plan;
	char text[16];
	int r;

	if (!plan)
		return 0;
	text_print(text, sizeof(text), "%d", pid);
	r = file_write(plan->group, "tasks", text);
	if (!r && plan->monitor)
		r = file_write(plan->monitor, "tasks", text);
	return r ? error_system_at(err, origin_make(ORIGIN_RDT, 0), r,
			   "cannot put process %d into the resctrl group \"%s\"", pid,
			   plan->group)
		 : 0;
}

int resctrl_remove(const char *record, struct error *err)
{
	int result = 0;

	while (*record) {
		char path[PATH_SIZE];
		size_t length = strcspn(record, "\n");
		int r = -ENAMETOOLONG;

		if (text_print(path, sizeof(path), "%.*s", (int)length, record))
			r = sys_unlinkat(AT_FDCWD, path, AT_REMOVEDIR);
		if (r && r != -ENOENT)
			result = error_system(
				err, r, "cannot remove the resctrl group \"%s\"", path);
		record += length + (record[length] == '\n');
	}
	return result;
}
