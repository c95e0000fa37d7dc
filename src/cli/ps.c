/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ps: the container's processes.
 *
 * The table is that of the host's ps(1), called with the caller's options or with -ef: its header, and those of its lines that
 * have a pid of the container under "PID". Engines pass on what their users ask for.
 *
 * Runs in: the runtime; ps is a child with the caller's environment. */
#include "cli/ps.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/number.h"
#include "base/text.h"
#include "sys/file.h"
#include "sys/process.h"

#define BLANKS	       " \t\n"
#define CANNOT_EXECUTE 127
#define USUAL_PATH     "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

struct pids {
	size_t count, room;
	int *items;
};

static int pid_add(void *ctx, int pid)
{
	struct pids *pids = ctx;
	int *items = pids->items;

	if (!pid) /* not of our pid namespace: there is no number for it */
		return 0;
	if (pids->count == pids->room) {
		pids->room = pids->room ? pids->room * 2 : 64;
		items = reallocarray(items, pids->room, sizeof(*items));
		if (!items)
			return -ENOMEM;
		pids->items = items;
	}
	items[pids->count++] = pid;
	return 0;
}

static bool pid_is_there(const struct pids *pids, const char *text, size_t length)
{
	char word[16];
	uint64_t pid;

	if (!text_print(word, sizeof(word), "%.*s", (int)length, text) ||
		number_u64(word, INT32_MAX, &pid))
		return false;
	for (size_t i = 0; i < pids->count; i++) {
		if (pids->items[i] == (int)pid)
			return true;
	}
	return false;
}

static void json_print(const struct pids *pids)
{
	for (size_t i = 0; i < pids->count; i++)
		printf("%s%d", i ? "," : "[", pids->items[i]);
	puts(pids->count ? "]" : "[]");
}

/* The nth word of a line; its length, 0 if there is none. */
static size_t word_find(const char *line, size_t index, const char **ret_word)
{
	for (;; index--) {
		size_t length;

		line += strspn(line, " \t");
		length = strcspn(line, BLANKS);
		if (!index || !length) {
			*ret_word = line;
			return length;
		}
		line += length;
	}
}

static int column_find(const char *header, size_t *ret_column, struct error *err)
{
	const char *word;
	size_t length;

	for (size_t i = 0; (length = word_find(header, i, &word)); i++) {
		if (length == 3 && !memcmp(word, "PID", 3)) {
			*ret_column = i;
			return 0;
		}
	}
	return error_set(err, ERROR_USAGE, 0,
		"with these options ps has no column PID, by which its lines are found");
}

static int table_print(const struct pids *pids, const char *output, struct error *err)
{
	const char *line = output, *word;
	size_t column = 0;

	if (column_find(output, &column, err))
		return -1;
	while (*line) {
		size_t length = strcspn(line, "\n");
		size_t word_length = word_find(line, column, &word);

		if (line == output || pid_is_there(pids, word, word_length))
			printf("%.*s\n", (int)length, line);
		line += length;
		line += *line == '\n';
	}
	return 0;
}

struct program {
	char *const *argv;
	int output_fd;
};

/* Each place of PATH in turn: what cannot be executed there may be found further on. */
static int program_run(void *arg)
{
	const struct program *program = arg;
	const char *path = getenv("PATH");
	char file[4096];

	if (sys_dup3(program->output_fd, 1, 0) < 0)
		return CANNOT_EXECUTE;
	for (path = path && *path ? path : USUAL_PATH; *path;) {
		size_t length = strcspn(path, ":");

		if (text_print(file, sizeof(file), "%.*s/ps", (int)length, path))
			sys_execve(file, program->argv, environ);
		path += length;
		path += *path == ':';
	}
	return CANNOT_EXECUTE;
}

static int program_wait(struct program *program, struct error *err)
{
	int status = 0, r;
	int pid = sys_clone_plain(SIGCHLD, NULL, program_run, program);

	if (pid < 0)
		return error_system(err, pid, "cannot make a process for ps");
	do
		r = sys_wait4(pid, &status, 0);
	while (r == -EINTR);
	if (r < 0)
		return error_system(err, r, "cannot wait for ps");
	if (!status)
		return 0;
	if (status == CANNOT_EXECUTE << 8)
		return error_set(err, ERROR_SYSTEM, ENOENT, "cannot execute \"ps\"");
	return error_set(
		err, ERROR_USAGE, 0, "ps has failed with exit status %d", status >> 8 & 0xff);
}

static char *output_read(int fd)
{
	long size = sys_lseek(fd, 0, SEEK_END);
	char *text = size < 0 ? NULL : calloc(1, (size_t)size + 1);
	ssize_t n = 1;

	for (long done = 0; text && done < size && n > 0; done += n)
		n = sys_pread(fd, text + done, (size_t)(size - done), done);
	return text;
}

static int table_make(struct arguments *args, const struct pids *pids, struct error *err)
{
	char *argv[POSITIONAL_MAX + 2] = {(char *)"ps", (char *)"-ef"};
	struct program program = {.argv = argv};
	char *output;
	int r;

	for (int i = 1; i < args->positional_count; i++) {
		argv[i] = args->positional[i];
		argv[i + 1] = NULL;
	}
	program.output_fd = sys_memfd_create("ps", 0);
	if (program.output_fd < 0)
		return error_system(err, program.output_fd, "cannot make memory for ps");
	r = program_wait(&program, err);
	output = r ? NULL : output_read(program.output_fd);
	sys_close(program.output_fd);
	if (r)
		return r;
	r = output ? table_print(pids, output, err)
		   : error_set(err, ERROR_SYSTEM, ENOMEM, "cannot read what ps has said");
	free(output);
	return r;
}

int ps_command(
	struct arguments *args, const struct caller *caller, int *ret_status, struct error *err)
{
	struct pids pids = {0};
	int r;

	(void)caller;
	*ret_status = 0;
	r = lifecycle_ps(&args->request, pid_add, &pids, err);
	if (!r && text_equal(args->format, "json"))
		json_print(&pids);
	else if (!r)
		r = table_make(args, &pids, err);
	free(pids.items);
	return r;
}
