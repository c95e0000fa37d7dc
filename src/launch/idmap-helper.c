/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs newuidmap and newgidmap.
 *
 * Runs in: the runtime; the program, which is setuid, in a child.
 * Never:   lets the program have anything of ours: its environment is empty, its descriptors are /dev/null and a pipe.
 * Trusts:  the caller's PATH, as the caller's other words.
 * Relies on: newuidmap(1): the process must belong to the caller and be dumpable, or /proc says that it is root's. */
#include "launch/idmap-helper.h"

#include <linux/close_range.h>
#include <signal.h>
#include <string.h>

#include "base/text.h"
#include "launch/subid.h"
#include "sys/file.h"
#include "sys/process.h"

#define USUAL_PLACES "/usr/bin:/bin:/usr/local/bin:/usr/sbin:/sbin"
#define EXECUTABLE   1 /* access(2) */
#define PATH_SIZE    4096
#define TEXT_SIZE    (340 * 34)
#define ARGS	     (340 * 3 + 3)
#define SAID_SIZE    192
#define FILE_SIZE    65536

struct child {
	const char *path;
	char *const *argv;
	int said_fd;
};

static bool place_find(const char *places, const char *program, char path[PATH_SIZE])
{
	while (places && *places) {
		int length = (int)strcspn(places, ":");

		if (*places == '/' &&
			text_print(path, PATH_SIZE, "%.*s/%s", length, places, program) &&
			!sys_faccessat(AT_FDCWD, path, EXECUTABLE))
			return true;
		places += length;
		places += *places == ':';
	}
	return false;
}

static int child_run(void *arg)
{
	const struct child *child = arg;
	char *envp[] = {NULL};
	int r, null_fd = sys_openat(AT_FDCWD, "/dev/null", O_RDWR, 0);

	r = null_fd < 0 ? null_fd : sys_dup3(null_fd, 0, 0);
	if (r >= 0)
		r = sys_dup3(null_fd, 1, 0);
	if (r >= 0)
		r = sys_dup3(child->said_fd, 2, 0);
	if (r >= 0)
		r = sys_close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
	if (r >= 0)
		sys_execve(child->path, child->argv, envp);
	return 127;
}

/* What fits of what it says, in one line; reads on to its end. */
static void said_read(int fd, char said[SAID_SIZE])
{
	char rest[256];
	size_t length = 0;
	ssize_t n;

	do {
		n = length < SAID_SIZE - 1 ? sys_read(fd, said + length, SAID_SIZE - 1 - length)
					   : sys_read(fd, rest, sizeof(rest));
		if (n > 0 && length < SAID_SIZE - 1)
			length += (size_t)n;
	} while (n > 0);
	while (length && said[length - 1] == '\n')
		length--;
	said[length] = '\0';
	for (char *c = said; *c; c++)
		*c = (unsigned char)*c < ' ' || *c == 0x7f ? ' ' : *c;
}

/* Its wait status, or -errno. */
static int program_run(const char *path, char *const *argv, char said[SAID_SIZE])
{
	int pid, status = 0, fds[2];
	struct child child = {.path = path, .argv = argv};
	int r = sys_pipe2(fds, 0);

	if (r)
		return r;
	child.said_fd = fds[1];
	pid = sys_clone_plain(SIGCHLD, NULL, child_run, &child);
	sys_close(fds[1]);
	if (pid >= 0)
		said_read(fds[0], said);
	sys_close(fds[0]);
	r = pid;
	while (pid > 0 && (r = sys_wait4(pid, &status, 0)) == -EINTR)
		;
	return r < 0 ? r : status;
}

static void file_text(const char *path, char text[FILE_SIZE])
{
	int fd = sys_openat(AT_FDCWD, path, O_RDONLY, 0);
	size_t length = 0;
	ssize_t n = fd;

	while (n >= 0 && length < FILE_SIZE - 1) {
		n = sys_read(fd, text + length, FILE_SIZE - 1 - length);
		if (n <= 0)
			break;
		length += (size_t)n;
	}
	if (fd >= 0)
		sys_close(fd);
	text[length] = '\0';
}

/* What the caller may map, or why the program has no rights: what can be found out about the cause. */
static void cause_print(const struct idmap_helper *helper, struct text *text)
{
	char content[FILE_SIZE];
	const char *name = "";
	char user[64];
	size_t length;

	if (sys_prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1) {
		text_string(text, "; no_new_privs of the caller keeps it from its rights");
		return;
	}
	file_text("/etc/passwd", content);
	length = subid_user(content, sys_geteuid(), &name);
	if (!length || length >= sizeof(user))
		length = 0;
	memcpy(user, name, length);
	user[length] = '\0';
	file_text(helper->grants, content);
	text_format(text, "; %s gives %s%s%u ", helper->grants, user,
		length ? ", uid " : "uid ", sys_geteuid());
	if (!subid_print(content, user, length, sys_geteuid(), text))
		text_string(text, "no ids");
}

static int helper_failed(const struct idmap_helper *helper, const char *path, int status,
	const char *said, struct error *err)
{
	char buffer[ERROR_TEXT_SIZE - 64];
	struct text text;

	if (status < 0)
		return error_system_at(err, helper->origin, status, "cannot run \"%s\"", path);
	text_start(&text, buffer, sizeof(buffer));
	if (said[0])
		text_string(&text, said);
	else
		text_format(&text, "\"%s\" ended with status %d", path,
			status & 0x7f ? 128 + (status & 0x7f) : status >> 8 & 0xff);
	cause_print(helper, &text);
	error_set(err, ERROR_SYSTEM, 0, "cannot write the %s id mappings: %s", helper->what,
		buffer);
	return error_at(err, helper->origin);
}

int idmap_helper_run(
	const struct idmap_helper *helper, int pid, const char *search_path, struct error *err)
{
	char path[PATH_SIZE], words[TEXT_SIZE + 16], said[SAID_SIZE];
	char *argv[ARGS + 1];
	size_t count = 0;
	int status;

	said[0] = '\0';
	if (!place_find(search_path, helper->program, path) &&
		!place_find(USUAL_PLACES, helper->program, path)) {
		error_set(err, ERROR_UNSUPPORTED, 0,
			"cannot map more than the %s id %u: %s is neither in PATH nor in "
			"/usr/bin "
			"(package uidmap, or shadow)",
			helper->what, helper->id, helper->program);
		return error_at(err, helper->origin);
	}
	text_print(words, sizeof(words), "%d %s", pid, helper->map);
	argv[count++] = path;
	for (char *word = words; *word && count < ARGS; word += strspn(word, " \n")) {
		argv[count++] = word;
		word += strcspn(word, " \n");
		if (*word)
			*word++ = '\0';
	}
	argv[count] = NULL;
	status = program_run(path, argv, said);
	return status ? helper_failed(helper, path, status, said, err) : 0;
}
