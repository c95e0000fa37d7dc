/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What commands print on standard output.
 *
 * Callers: go-runc decodes `state` and `list --format json`; the keys and their order are those of
 * the reference runtime. */
#include "cli/output.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "sys/file.h"

#define COLUMNS 6

struct row {
	char *cell[COLUMNS];
};

struct output_list {
	bool json, quiet;
	uint32_t owner_uid; /* whose name is in `owner` */
	char owner[256];
	size_t count, room;
	struct row *rows;
};

static const char *const headers[COLUMNS] = {
	"ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER"};

/* What a line could not be written a later flush does not know any more. */
int output_end(void)
{
	if (fflush(stdout))
		return -errno;
	return ferror(stdout) ? -EIO : 0;
}

void output_line(const char *text)
{
	puts(text);
}

int output_bytes(void *ctx, const char *bytes, size_t length)
{
	(void)ctx;
	return fwrite(bytes, 1, length, stdout) == length ? 0 : -EIO;
}

/* A JSON string of any length. */
static void json_put(const char *string)
{
	size_t size = strlen(string) * 6 + 3;
	char *buffer = malloc(size);
	struct text text;

	if (!buffer)
		abort();
	text_start(&text, buffer, size);
	json_string(&text, string);
	fputs(buffer, stdout);
	free(buffer);
}

struct layout {
	const char *open, *next, *close, *colon;
};

static const struct layout indented = {"{\n  ", ",\n  ", "\n}", ": "};
static const struct layout compact = {"{", ",", "}", ":"};

static void member_put(const struct layout *layout, const char *key, const char *value)
{
	printf("%s\"%s\"%s", layout->next, key, layout->colon);
	json_put(value);
}

static void view_put(const struct layout *layout, const struct view *view, const char *owner)
{
	printf("%s\"ociVersion\"%s\"1.3.0\"", layout->open, layout->colon);
	member_put(layout, "id", view->id);
	printf("%s\"pid\"%s%d", layout->next, layout->colon, view->pid);
	member_put(layout, "status", view->status);
	member_put(layout, "bundle", view->bundle);
	member_put(layout, "rootfs", view->rootfs);
	member_put(layout, "created", view->created);
	if (view->annotations)
		printf("%s\"annotations\"%s%s", layout->next, layout->colon, view->annotations);
	member_put(layout, "owner", owner);
	fputs(layout->close, stdout);
}

int output_state(void *ctx, const struct view *view, struct error *err)
{
	int r;

	(void)ctx;
	view_put(&indented, view, "");
	r = output_end();
	return r ? error_system(err, r, "cannot write to standard output") : 0;
}

/* The user's name, or "#id" as other runtimes write an id without one. */
static void owner_name(uint32_t uid, char *buffer, size_t size)
{
	char passwd[65536], wanted[16];
	int fd = sys_openat(AT_FDCWD, "/etc/passwd", O_RDONLY, 0);
	ssize_t n = fd < 0 ? 0 : sys_read(fd, passwd, sizeof(passwd) - 1);
	char *rest = passwd;

	if (fd >= 0)
		sys_close(fd);
	passwd[n > 0 ? n : 0] = '\0';
	text_print(wanted, sizeof(wanted), "%u", uid);
	text_print(buffer, size, "#%u", uid);
	while (*rest) {
		char *line = strsep(&rest, "\n");
		char *name = strsep(&line, ":"), *password = strsep(&line, ":");

		if (password && line && text_equal(strsep(&line, ":"), wanted)) {
			text_print(buffer, size, "%s", name);
			return;
		}
		if (!rest)
			return;
	}
}

struct output_list *output_list_start(bool json, bool quiet)
{
	struct output_list *list = calloc(1, sizeof(*list));

	if (list) {
		list->json = json;
		list->quiet = quiet;
	}
	return list;
}

static int row_add(
	struct output_list *list, const char *const cells[COLUMNS], struct error *err)
{
	if (list->count == list->room) {
		size_t room = list->room ? list->room * 2 : 64;
		struct row *rows = reallocarray(list->rows, room, sizeof(*rows));

		if (!rows)
			return error_set(err, ERROR_SYSTEM, ENOMEM, "cannot list containers");
		list->rows = rows;
		list->room = room;
	}
	for (int i = 0; i < COLUMNS; i++) {
		list->rows[list->count].cell[i] = strdup(cells[i]);
		if (!list->rows[list->count].cell[i])
			return error_set(err, ERROR_SYSTEM, ENOMEM, "cannot list containers");
	}
	list->count++;
	return 0;
}

int output_list_add(void *ctx, const struct view *view, struct error *err)
{
	struct output_list *list = ctx;
	const char *owner = list->owner;
	char pid[16];

	if (list->quiet) {
		puts(view->id);
		return 0;
	}
	/* Most containers have the owner of the one before. */
	if (!owner[0] || list->owner_uid != view->owner)
		owner_name(view->owner, list->owner, sizeof(list->owner));
	list->owner_uid = view->owner;
	if (list->json) {
		fputs(list->count++ ? "," : "[", stdout);
		view_put(&compact, view, owner);
		return 0;
	}
	text_print(pid, sizeof(pid), "%d", view->pid);
	return row_add(list,
		(const char *const[]){
			view->id, pid, view->status, view->bundle, view->created, owner},
		err);
}

/* Columns at least 12 wide, three blanks between them, none behind the last. */
static void table_print(const struct output_list *list)
{
	size_t width[COLUMNS];

	for (int i = 0; i < COLUMNS; i++) {
		width[i] = strlen(headers[i]);
		for (size_t row = 0; row < list->count; row++) {
			size_t length = strlen(list->rows[row].cell[i]);

			width[i] = length > width[i] ? length : width[i];
		}
		width[i] = width[i] + 3 < 12 ? 12 : width[i] + 3;
	}
	for (size_t row = 0; row <= list->count; row++) {
		for (int i = 0; i < COLUMNS; i++) {
			const char *cell = row ? list->rows[row - 1].cell[i] : headers[i];

			printf("%-*s%s", i + 1 < COLUMNS ? (int)width[i] : 0, cell,
				i + 1 < COLUMNS ? "" : "\n");
		}
	}
}

int output_list_end(struct output_list *list, bool print)
{
	if (print && list->json && !list->quiet)
		puts(list->count ? "]" : "[]");
	else if (print && !list->quiet)
		table_print(list);
	for (size_t row = 0; list->rows && row < list->count; row++) {
		for (int i = 0; i < COLUMNS; i++)
			free(list->rows[row].cell[i]);
	}
	free(list->rows);
	free(list);
	return output_end();
}
