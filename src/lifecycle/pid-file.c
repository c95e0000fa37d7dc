/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The file that tells the caller the container's pid. Runs in: the runtime. */
#include "lifecycle/pid-file.h"

#include <string.h>

#include "base/text.h"
#include "sys/file.h"

/* "dir/.name" beside "dir/name". */
static bool temporary_name(const char *path, char *buffer, size_t size)
{
	const char *slash = strrchr(path, '/');
	int directory = slash ? (int)(slash - path) + 1 : 0;

	return text_print(buffer, size, "%.*s.%s", directory, path, path + directory);
}

static int content_write(const char *path, int pid)
{
	char number[16];
	struct text text;
	ssize_t n;
	int fd = sys_openat(AT_FDCWD, path, O_WRONLY | O_CREAT | O_EXCL, 0666);

	if (fd < 0)
		return fd;
	text_start(&text, number, sizeof(number));
	text_i64(&text, pid);
	n = sys_write(fd, number, text.length);
	sys_close(fd);
	return n < 0 ? (int)n : (size_t)n == text.length ? 0 : -ENOSPC;
}

int pid_file_write(const char *path, int pid, struct error *err)
{
	char temporary[4096];
	int r;

	if (!temporary_name(path, temporary, sizeof(temporary)))
		return error_set(err, ERROR_USAGE, ENAMETOOLONG,
			"cannot write the pid file \"%s\"", path);
	r = content_write(temporary, pid);
	if (r == -EEXIST) { /* left by a runtime that was killed here */
		sys_unlinkat(AT_FDCWD, temporary, 0);
		r = content_write(temporary, pid);
	}
	if (!r)
		r = sys_renameat(AT_FDCWD, temporary, AT_FDCWD, path);
	if (!r)
		return 0;
	sys_unlinkat(AT_FDCWD, temporary, 0);
	return error_system(err, r, "cannot write the pid file \"%s\"", path);
}

void pid_file_remove(const char *path)
{
	sys_unlinkat(AT_FDCWD, path, 0);
}
