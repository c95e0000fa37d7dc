/* SPDX-License-Identifier: GPL-2.0-or-later */
/* HOME from the container's passwd.
 *
 * Runs in: init, after the switch of the root, as root.
 * Never:   follows a link of procfs, blocks on a fifo, or trusts the content: a home that does not fit or is
 *          not a path is none.
 * Calls:   openat2, statx, read, close.
 * Spec:    none; passwd(5). Other runtimes do it, and shells count on it. */
#include "init/steps.h"

#include "base/number.h"
#include "base/text.h"
#include "init/descriptors.h"
#include "init/root.h"
#include "sys/file.h"

enum { FIELD_UID = 2, FIELD_HOME = 5 };

/* A search through a passwd file that comes in pieces. */
struct passwd_search {
	uint32_t uid;
	unsigned field;		  /* of the line we are in, from 0 */
	struct text number, home; /* its fields so far */
	char digits[12];
	bool found; /* a whole line matched; `home` is its home directory */
};

static void line_start(struct passwd_search *search)
{
	search->field = 0;
	text_start(&search->number, search->digits, sizeof(search->digits));
	text_start(&search->home, search->home.data, search->home.size);
}

static void passwd_start(struct passwd_search *search, uint32_t uid, char *buffer, size_t size)
{
	*search = (struct passwd_search){.uid = uid, .home = {.data = buffer, .size = size}};
	line_start(search);
}

static void line_end(struct passwd_search *search)
{
	uint32_t uid;

	if (search->field >= FIELD_HOME && text_ok(&search->number) &&
		!number_id(search->digits, &uid) && uid == search->uid &&
		text_ok(&search->home) && search->home.data[0] == '/')
		search->found = true;
	else
		line_start(search);
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
			text_char(&search->number, bytes[i]);
		else if (search->field == FIELD_HOME)
			text_char(&search->home, bytes[i]);
	}
}

/* A file that cannot be read has no home for anybody. */
static void passwd_read(int root_fd, struct passwd_search *search)
{
	char buffer[1024];
	int fd = root_open(root_fd, "etc/passwd", O_RDONLY | O_NONBLOCK | O_NOCTTY);
	ssize_t r = fd >= 0 && descriptor_type(fd) == S_IFREG;

	while (r > 0 && !search->found) {
		r = sys_read(fd, buffer, sizeof(buffer));
		if (r >= 0)
			passwd_feed(search, buffer, (size_t)r);
	}
	if (fd >= 0)
		descriptor_drop(fd);
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
	passwd_read(init->root_fd, &search);
	if (!text_print(init->home, sizeof(init->home), "HOME=%s", search.found ? home : "/"))
		return error_set(err, ERROR_INTERNAL, 0, "the home directory is too long");
	process->envp[process->envc] = init->home;
	process->envp[process->envc + 1] = NULL;
	return 0;
}
