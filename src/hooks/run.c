/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hooks on the host.
 *
 * Runs in: the runtime, which waits; its children are the hooks, with the runtime's rights, in its namespaces and in the bundle
 *          as their working directory: hooks look for config.json, and the caller's directory would be another one in
 *          each of create, start and delete.
 * Never:   holds the container's lock meanwhile; whoever calls has let go of it.
 * Trusts:  the programs: they are the caller's. Not that they read, end, or leave nothing behind.
 * Spec:    config.md "POSIX-platform Hooks", runtime.md "lifecycle" */
#include "hooks/run.h"

#include <string.h>

#include "base/errno.h"
#include "init/hook-process.h"
#include "sys/file.h"

#define HOST_UMASK  0022
#define OUTPUT_MODE 0700

/* Annotations that name files for what hooks print, relative to the bundle. */
#define STDOUT_FILE "run.oci.hooks.stdout"
#define STDERR_FILE "run.oci.hooks.stderr"

struct outputs {
	int bundle_fd; /* -1: the bundle is gone */
	int stdout_fd;
	int stderr_fd; /* -1: captured */
};

static const char *annotation(const struct hook_subject *subject, const char *name)
{
	for (size_t i = 0; i < subject->annotations.count; i++) {
		if (!strcmp(subject->annotations.items[i].key, name))
			return subject->annotations.items[i].value;
	}
	return NULL;
}

/* *ret_fd stays as it is without the annotation. */
static int output_open(const struct hook_subject *subject, const char *name, int dir_fd,
	int *ret_fd, struct error *err)
{
	const char *path = annotation(subject, name);
	int fd;

	if (!path || !path[0])
		return 0;
	fd = sys_openat(dir_fd < 0 ? AT_FDCWD : dir_fd, path,
		O_WRONLY | O_CREAT | O_APPEND | O_NOCTTY, OUTPUT_MODE);
	if (fd < 0)
		return error_system(
			err, fd, "cannot open \"%s\" of the annotation %s", path, name);
	*ret_fd = fd;
	return 0;
}

static void fd_close(int fd)
{
	if (fd >= 0)
		sys_close(fd);
}

static void outputs_close(const struct outputs *outputs)
{
	fd_close(outputs->bundle_fd);
	fd_close(outputs->stdout_fd);
	fd_close(outputs->stderr_fd);
}

static int outputs_open(
	const struct hook_subject *subject, struct outputs *outputs, struct error *err)
{
	int fd = sys_openat(AT_FDCWD, subject->bundle, O_PATH | O_DIRECTORY, 0);

	*outputs = (struct outputs){.bundle_fd = fd, .stdout_fd = -1, .stderr_fd = -1};
	/* When the container is deleted, its bundle may be already. */
	if (fd < 0)
		outputs->bundle_fd = sys_openat(AT_FDCWD, "/", O_PATH | O_DIRECTORY, 0);
	if (output_open(subject, STDOUT_FILE, fd, &outputs->stdout_fd, err) ||
		output_open(subject, STDERR_FILE, fd, &outputs->stderr_fd, err))
		goto out;
	if (outputs->stdout_fd < 0) {
		outputs->stdout_fd = sys_openat(AT_FDCWD, "/dev/null", O_WRONLY | O_NOCTTY, 0);
		if (outputs->stdout_fd < 0) {
			error_system(err, outputs->stdout_fd, "cannot open \"/dev/null\"");
			goto out;
		}
	}
	return 0;
out:
	outputs_close(outputs);
	return -1;
}

/* The error has room for the last lines only; a warning tells all, where that is more. */
static void said_warn(
	const struct hooks *hooks, const struct hook_run *run, const struct error *err)
{
	char buffer[HOOK_TAIL + 128];
	struct text text;
	size_t begin;

	if (!hooks->warn || !run->said)
		return;
	text_start(&text, buffer, sizeof(buffer));
	text_format(&text, "the %s hook #%u said: ", run->op->kind, run->op->index);
	begin = text.length;
	hook_said(run, &text);
	if (!strstr(err->text, buffer + begin))
		hooks->warn(buffer);
}

static void error_warn(const struct hooks *hooks, const struct error *err)
{
	char buffer[ERROR_TEXT_SIZE + 64];

	text_print(buffer, sizeof(buffer), err->errnum ? "%s: %s" : "%s", err->text,
		err->errnum ? errno_words(err->errnum) : "");
	if (hooks->warn)
		hooks->warn(buffer);
}

static int one_run(const struct hooks *hooks, const struct hook_op *op,
	const struct outputs *outputs, const struct oci_buffer *json, struct error *err)
{
	struct hook_run run = {.op = op,
		.input = json->bytes,
		.input_length = json->length,
		.cwd_fd = outputs->bundle_fd,
		.stdout_fd = outputs->stdout_fd,
		.stderr_fd = outputs->stderr_fd,
		.umask = HOST_UMASK,
		.started = hooks->started,
		.ctx = hooks->ctx};

	if (!hook_run(&run, err))
		return 0;
	said_warn(hooks, &run, err);
	return -1;
}

/* With `keep_going` a failure is a warning. */
static int list_run(const struct hooks *hooks, const struct hook_list *list,
	enum oci_status status, int pid, bool keep_going, struct error *err)
{
	struct outputs outputs;
	struct oci_buffer json;
	int r = 0;

	if (!list->count)
		return 0;
	if (outputs_open(&hooks->subject, &outputs, err))
		return -1;
	r = hook_state_encode(&hooks->subject, status, pid, &json, err);
	for (size_t i = 0; !r && i < list->count; i++) {
		r = one_run(hooks, &list->items[i], &outputs, &json, err);
		if (r && keep_going) {
			error_warn(hooks, err);
			r = 0;
		}
	}
	oci_buffer_free(&json);
	outputs_close(&outputs);
	return r;
}

int hooks_run(const struct hooks *hooks, const struct hook_list *list, enum oci_status status,
	int pid, struct error *err)
{
	return list_run(hooks, list, status, pid, false, err);
}

void hooks_run_stopped(const struct hooks *hooks, const struct hook_list *list)
{
	struct error err;

	if (list_run(hooks, list, OCI_STATUS_STOPPED, 0, true, &err))
		error_warn(hooks, &err);
}

int hooks_hand_over(const struct hooks *hooks, const struct plan_hooks *plan,
	struct handoff *handoff, struct arena *arena, struct error *err)
{
	const struct hook_subject *subject = &hooks->subject;
	bool creating = plan->of[HOOK_CREATE_CONTAINER].count;
	bool created = plan->of[HOOK_START_CONTAINER].count;
	struct outputs outputs;

	if (!creating && !created)
		return 0;
	if ((creating && hook_state_prepare(subject, OCI_STATUS_CREATING, arena,
				 &handoff->creating, err)) ||
		(created && hook_state_prepare(subject, OCI_STATUS_CREATED, arena,
				    &handoff->created, err)) ||
		outputs_open(subject, &outputs, err))
		return -1;
	fd_close(outputs.bundle_fd);
	handoff->hook_stdout = outputs.stdout_fd;
	handoff->hook_stderr = outputs.stderr_fd;
	return 0;
}
