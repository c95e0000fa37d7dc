/* SPDX-License-Identifier: GPL-2.0-or-later */
/* HOME from the container's passwd.
 *
 * Runs in: init, after the switch of the root, as root.
 * Never:   follows a link of procfs, blocks on a fifo, or trusts the content: a home that does not fit or is
 *          not a path is none.
 * Calls:   openat2, statx, read.
 * Spec:    none; passwd(5). Other runtimes do it, and shells count on it. */
#include "init/steps.h"

#include "base/text.h"
#include "sys/file.h"

enum { FIELD_UID = 2, FIELD_HOME = 5 };

/* A search through a passwd file that comes in pieces. */
struct passwd_search {
	uint32_t uid;
	unsigned field;	 /* of the line we are in, from 0 */
	uint64_t number; /* the uid field so far */
	bool is_number;
	bool found;	  /* a whole line matched; `home` is its home directory */
	struct text home; /* of the line we are in */
};

static void line_start(struct passwd_search *search)
{
	search->field = 0;
	search->number = 0;
	search->is_number = false;
	text_start(&search->home, search->home.data, search->home.size);
}

static void passwd_start(struct passwd_search *search, uint32_t uid, char *buffer, size_t size)
{
	*search = (struct passwd_search){.uid = uid};
	text_start(&search->home, buffer, size);
	line_start(search);
}

static void line_end(struct passwd_search *search)
{
	if (search->field > FIELD_HOME - 1 && search->is_number &&
		search->number == search->uid && text_ok(&search->home) &&
		search->home.data[0] == '/')
		search->found = true;
	else
		line_start(search);
}

static void uid_digit(struct passwd_search *search, char c)
{
	bool first = search->number == 0 && !search->is_number;

	if (c < '0' || c > '9' || search->number > UINT32_MAX) {
		/* No uid: the sum can never match again. */
		search->number = UINT64_MAX;
		search->is_number = false;
		return;
	}
	if (first)
		search->is_number = true;
	if (search->is_number)
		search->number = search->number * 10 + (uint64_t)(c - '0');
}

/* Reads on; after the last piece with length 0, as the last line may have no end. */
static void passwd_feed(struct passwd_search *search, const char *bytes, size_t length)
{
	if (!length && !search->found)
		line_end(search);
	for (size_t i = 0; i < length && !search->found; i++) {
		if (bytes[i] == '\n')
			line_end(search);
		else if (bytes[i] == ':')
			search->field++;
		else if (search->field == FIELD_UID)
			uid_digit(search, bytes[i]);
		else if (search->field == FIELD_HOME)
			text_char(&search->home, bytes[i]);
	}
}

static int passwd_open(void)
{
	struct open_how how = {
		.flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC,
		.resolve = RESOLVE_NO_MAGICLINKS,
	};
	struct statx stat;
	int fd = sys_openat2(AT_FDCWD, "/etc/passwd", &how);

	if (fd < 0)
		return fd;
	if (!sys_statx(fd, "", AT_EMPTY_PATH, STATX_TYPE, &stat) &&
		(stat.stx_mode & S_IFMT) == S_IFREG)
		return fd;
	sys_close(fd);
	return -1;
}

static void passwd_read(struct passwd_search *search)
{
	char buffer[1024];
	int fd = passwd_open();
	ssize_t r = 1;

	while (fd >= 0 && r > 0 && !search->found) {
		r = sys_read(fd, buffer, sizeof(buffer));
		if (r >= 0)
			passwd_feed(search, buffer, (size_t)r);
	}
	if (fd >= 0)
		sys_close(fd);
}

int home_find(void *ctx, struct error *err)
{
	struct init *init = ctx;
	const struct plan_process *process = &init->plan->process;
	struct passwd_search search;
	char home[INIT_HOME_SIZE - sizeof("HOME=")];

	if (!process->find_home || !process->envp)
		return 0;
	passwd_start(&search, process->uid, home, sizeof(home));
	passwd_read(&search);
	if (!text_print(init->home, sizeof(init->home), "HOME=%s", search.found ? home : "/"))
		return error_set(err, ERROR_INTERNAL, 0, "the home directory is too long");
	process->envp[process->envc] = init->home;
	process->envp[process->envc + 1] = NULL;
	return 0;
}
