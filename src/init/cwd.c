/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The process's working directory.
 *
 * Runs in: init; cwd_make() before the switch of the root, the others after it.
 * Never:   leaves the process in a directory outside the container: a link of procfs to one that some
 *          process has open would lead there, and the kernel then has no absolute name for it.
 * Calls:   openat2, mkdirat, chdir, getcwd.
 * Spec:    config.md "process" (cwd). */
#include "init/steps.h"

#include "base/text.h"
#include "init/descriptors.h"
#include "init/root.h"
#include "plan/origin.h"
#include "sys/file.h"

static int cwd_failed(const struct init *init, int r, const char *what, struct error *err)
{
	return error_system_at(err, origin_make(ORIGIN_PROCESS_CWD, 0), r,
		"cannot %s the working directory \"%s\"", what, init->plan->process.cwd);
}

int cwd_make(void *ctx, struct error *err)
{
	struct init *init = ctx;
	const char *rel = init->plan->process.cwd;
	int fd;

	while (rel && *rel == '/')
		rel++;
	if (!rel || !*rel)
		return 0;
	fd = root_open(init->root_fd, rel, O_PATH | O_DIRECTORY);
	if (fd == -ENOENT)
		fd = root_make(init->root_fd, rel, ROOT_DIRECTORY);
	if (fd < 0)
		return cwd_failed(init, fd, "make", err);
	descriptor_drop(fd);
	return 0;
}

int cwd_try(void *ctx, struct error *err)
{
	struct init *init = ctx;
	int r = init->plan->process.cwd ? sys_chdir(init->plan->process.cwd) : 0;

	init->in_cwd = r == 0;
	return r && r != -EACCES && r != -EPERM ? cwd_failed(init, r, "enter", err) : 0;
}

int cwd_enter(void *ctx, struct error *err)
{
	struct init *init = ctx;
	char path[PATH_MAX];
	int r = init->in_cwd ? 0 : sys_chdir(init->plan->process.cwd);

	if (r)
		return cwd_failed(init, r, "enter", err);
	if (!init->plan->process.cwd || text_equal(init->plan->process.cwd, "/"))
		return 0;
	r = sys_getcwd(path, sizeof(path));
	if (r < 0)
		return cwd_failed(init, r, "find the name of", err);
	if (path[0] == '/')
		return 0;
	error_set(err, ERROR_CONFIG, 0,
		"the working directory \"%s\" lies outside the container",
		init->plan->process.cwd);
	return error_at(err, origin_make(ORIGIN_PROCESS_CWD, 0));
}
