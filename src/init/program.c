/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the program that the container is to run.
 *
 * Runs in: init, inside, as the process's user in its working directory, so that a program that cannot be
 *          executed is an error of create and not of start.
 * Calls:   faccessat2 (5.8), statx.
 * Spec:    config.md "process" (args): as execvp(3). Callers match on the texts. */
#include "init/steps.h"

#include "base/text.h"
#include "plan/origin.h"
#include "sys/file.h"

#define EXECUTE 1 /* X_OK */

/* Composes the next place where PATH has `name`: takes a directory off *path, which is NULL without one. False
 * when there is none left. An empty directory is the working directory. What does not fit leaves `text` cut. */
static bool program_candidate(const char **path, const char *name, struct text *text)
{
	size_t length = 0;

	if (!*path)
		return false;
	while ((*path)[length] && (*path)[length] != ':')
		length++;
	text_start(text, text->data, text->size);
	text_bytes(text, length ? *path : ".", length ? length : 1);
	text_char(text, '/');
	text_string(text, name);
	*path = (*path)[length] ? *path + length + 1 : NULL;
	return true;
}

/* 0 if execve would take it as far as can be said beforehand. */
static int program_check(const char *path)
{
	struct statx stat;
	int access = sys_faccessat2(AT_FDCWD, path, EXECUTE, AT_EACCESS);
	int r;

	if (access && access != -EACCES)
		return access;
	r = sys_statx(AT_FDCWD, path, 0, STATX_TYPE, &stat);
	if (r)
		return access ? access : r;
	if ((stat.stx_mode & S_IFMT) == S_IFDIR)
		return -EISDIR;
	return (stat.stx_mode & S_IFMT) == S_IFREG ? access : -EACCES;
}

static int program_failed(const char *name, int r, const char *why, struct error *err)
{
	error_set(err, ERROR_CONFIG, r, "cannot execute \"%s\"%s", name, why);
	return error_at(err, origin_make(ORIGIN_PROCESS_ARGS, 0));
}

static bool has_slash(const char *name)
{
	while (*name && *name != '/')
		name++;
	return *name == '/';
}

int program_find(void *ctx, struct error *err)
{
	struct init *init = ctx;
	const struct plan_process *process = &init->plan->process;
	const char *path = process->path_variable;
	const char *name = process->argv ? process->argv[0] : NULL;
	struct text text;
	int r;

	if (!name)
		return 0;
	text_start(&text, init->program, sizeof(init->program));
	if (has_slash(name)) {
		text_string(&text, name);
		r = text_ok(&text) ? program_check(init->program) : -ENAMETOOLONG;
		/* Some engines know the one message, some the other. */
		return r ? program_failed(
				   name, r, r == -EISDIR ? ": permission denied" : "", err)
			 : 0;
	}
	while (*name && program_candidate(&path, name, &text)) {
		if (text_ok(&text) && !program_check(init->program))
			return 0;
	}
	return program_failed(name, ENOENT, ": executable file not found in $PATH", err);
}
