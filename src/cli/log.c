/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Errors, warnings and debug lines, as people and as callers read them.
 *
 * Callers: containerd takes the last JSON object whose level is "error", podman parses the whole file as
 * one object, conmon and CRI-O read standard error. So an error leaves exactly one line in the log, and the text goes
 * to standard error as well. */
#include "cli/log.h"

#include <stdint.h>
#include <string.h>
#include <syslog.h>
#include <time.h>

#include "base/text.h"
#include "base/time.h"
#include "base/errno.h"
#include "base/json.h"
#include "cli/log-socket.h"
#include "state/directory.h"
#include "sys/calls.h"
#include "sys/file.h"
#include "sys/process.h"

/* The operation, the id, the error's text, its errno; and all bytes become six in JSON. */
#define MESSAGE (STATE_ID_MAX + sizeof(struct error) + 256)
#define LINE	(6 * (MESSAGE + sizeof(struct error)) + 512)

static struct {
	int fd;
	bool json;
	bool to_file; /* not standard error */
	enum log_level level;
	const char *id; /* of a daemon's entries; NULL: the log is a file */
	enum log_daemon daemon;
} settings = {.fd = 2};

static const char *const levels[] = {
	[LOG_LEVEL_ERROR] = "error",
	[LOG_LEVEL_WARNING] = "warning",
	[LOG_LEVEL_DEBUG] = "debug",
};

static const int priorities[] = {
	[LOG_LEVEL_ERROR] = LOG_ERR,
	[LOG_LEVEL_WARNING] = LOG_WARNING,
	[LOG_LEVEL_DEBUG] = LOG_DEBUG,
};

static const struct {
	const char *prefix;
	enum log_daemon daemon;
} collectors[] = {{"journald:", LOG_TO_JOURNALD}, {"syslog:", LOG_TO_SYSLOG}};

static const char *prefix_skip(const char *path, const char *prefix)
{
	size_t length = strlen(prefix);

	return strncmp(path, prefix, length) ? NULL : path + length;
}

static int target_open(const char *path, struct error *err)
{
	const char *rest = prefix_skip(path, "file:");
	int fd;

	for (size_t i = 0; i < sizeof(collectors) / sizeof(collectors[0]); i++) {
		const char *id = prefix_skip(path, collectors[i].prefix);

		if (!id)
			continue;
		/* It is a line of an entry. */
		if (strpbrk(id, "\n"))
			return error_set(err, ERROR_USAGE, 0,
				"the name of a log has no line breaks: \"%s\"", path);
		settings.id = id;
		settings.daemon = collectors[i].daemon;
		return log_socket_open(collectors[i].daemon, err);
	}
	if (rest)
		path = rest;
	fd = sys_openat(AT_FDCWD, path, O_WRONLY | O_APPEND | O_CREAT, 0644);
	return fd < 0 ? error_system(err, fd, "cannot open the log \"%s\"", path) : fd;
}

int log_open(const char *path, const char *format, enum log_level level, struct error *err)
{
	int fd;

	settings.json = text_equal(format, "json");
	settings.level = level;
	if (!path || !*path)
		return 0;
	fd = target_open(path, err);
	if (fd < 0) {
		settings.id = NULL;
		return -1;
	}
	settings.fd = fd;
	settings.to_file = true;
	return 0;
}

static void text_now(struct text *text)
{
	struct timespec now = {0};

	sys_clock_gettime(CLOCK_REALTIME, &now);
	time_print(text, now.tv_sec);
}

static void line_write(int fd, struct text *text)
{
	if (text_ok(text))
		text_char(text, '\n');
	if (!text_ok(text)) /* too long: cut, but still a line of its own */
		text->data[text->length - 1] = '\n';
	sys_write(fd, text->data, text->length);
}

static void json_member(struct text *text, const char *key, const char *value)
{
	text_format(text, ",\"%s\":", key);
	json_string(text, value);
}

static void line_json(
	struct text *text, enum log_level level, const char *message, const struct error *err)
{
	text_format(text, "{\"level\":\"%s\",\"msg\":", levels[level]);
	json_string(text, message);
	text_string(text, ",\"time\":\"");
	text_now(text);
	text_char(text, '"');
	if (err && errno_name(err->errnum))
		json_member(text, "errno", errno_name(err->errnum));
	if (err && err->pointer[0])
		json_member(text, "pointer", err->pointer);
	if (err && err->line)
		text_format(text, ",\"line\":%u,\"column\":%u", err->line, err->column);
	if (err && err->step[0])
		json_member(text, "step", err->step);
	text_char(text, '}');
}

static void line_text(struct text *text, enum log_level level, const char *message)
{
	text_string(text, "time=\"");
	text_now(text);
	text_format(text, "\" level=%s msg=", levels[level]);
	json_string(text, message);
}

static void log_line(enum log_level level, const char *message, const struct error *err)
{
	char buffer[LINE];
	struct text text;

	if (settings.id) {
		log_socket_send(
			settings.fd, settings.daemon, settings.id, priorities[level], message);
		return;
	}
	text_start(&text, buffer, sizeof(buffer));
	if (settings.json)
		line_json(&text, level, message, err);
	else
		line_text(&text, level, message);
	line_write(settings.fd, &text);
}

static void text_errno(struct text *text, int errnum)
{
	const char *words = errno_words(errnum);

	if (words)
		text_string(text, words);
	else
		text_format(text, "error %d", errnum);
}

/* Every call that is missing would be told by the same errno. */
static void text_missing(struct text *text)
{
	const struct sys_call_since *call = sys_call_missing();

	if (call)
		text_format(text,
			" (%s is missing: this Linux is older than %s, or a filter "
			"forbids the call)",
			call->name, call->since);
}

void log_message(
	struct text *text, const char *operation, const char *id, const struct error *err)
{
	if (operation)
		text_string(text, operation);
	/* A longer one is none, and would leave no room for what is to be said. */
	if (operation && id && id[0])
		text_format(text, " %.*s", STATE_ID_MAX, id);
	if (operation)
		text_string(text, ": ");
	text_string(text, err->text);
	if (err->errnum) {
		text_string(text, ": ");
		text_errno(text, err->errnum);
	}
	if (err->errnum == ENOSYS)
		text_missing(text);
}

/* Names of files, and what a process says that somebody inside has taken over, are not to move a terminal's cursor. */
static void controls_blank(struct text *text)
{
	for (size_t i = 0; i < text->length; i++) {
		unsigned char c = (unsigned char)text->data[i];

		if ((c < ' ' && c != '\n' && c != '\t') || c == 0x7f)
			text->data[i] = '?';
	}
}

static void error_for_person(const char *message, const struct error *err)
{
	char buffer[LINE];
	struct text text;

	text_start(&text, buffer, sizeof(buffer));
	text_format(&text, "tare: %s", message);
	if (err->pointer[0] || err->line) {
		text_string(&text, "\n  config.json");
		if (err->line)
			text_format(&text, ":%u:%u", err->line, err->column);
		if (err->pointer[0])
			text_format(&text, " %s", err->pointer);
	}
	if (err->step[0])
		text_format(&text, "\n  step: %s", err->step);
	controls_blank(&text);
	line_write(2, &text);
}

void log_error(const char *operation, const char *id, const struct error *err)
{
	char message[MESSAGE];
	struct text text;

	text_start(&text, message, sizeof(message));
	log_message(&text, operation, id, err);
	if (settings.to_file || settings.json)
		log_line(LOG_LEVEL_ERROR, message, err);
	if (settings.to_file || !settings.json)
		error_for_person(message, err);
}

void log_warning(const char *text)
{
	char message[MESSAGE];

	if (settings.level < LOG_LEVEL_WARNING)
		return;
	text_print(message, sizeof(message), "%s", text); /* a longer one is cut */
	log_line(LOG_LEVEL_WARNING, message, NULL);
}

void log_errors_alone(void)
{
	if (settings.to_file && settings.json)
		settings.level = LOG_LEVEL_ERROR;
}

bool log_debug_wanted(void)
{
	return settings.level >= LOG_LEVEL_DEBUG;
}

void log_debug(const char *text)
{
	if (log_debug_wanted())
		log_line(LOG_LEVEL_DEBUG, text, NULL);
}
