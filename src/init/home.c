/* SPDX-License-Identifier: GPL-2.0-or-later */
/* HOME from the container's passwd.
 *
 * Runs in: init, after the switch of the root, as root.
 * Never:   follows a link of procfs, blocks on a fifo, or trusts the content: a home that does not fit or is
 *          not a path is none.
 * Calls:   openat2, statx, read, close.
 * Spec:    none; passwd(5). Other runtimes do it, and shells count on it. */
#include "init/steps.h"

#include "base/passwd.h"
#include "init/descriptors.h"
#include "init/root.h"
#include "sys/file.h"

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
