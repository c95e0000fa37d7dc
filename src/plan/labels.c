/* SPDX-License-Identifier: GPL-2.0-or-later */
/* process.apparmorProfile, process.selinuxLabel, linux.mountLabel -> what the kernel's security modules are told.
 *
 * Pure. A profile or label of the process that the host cannot enforce is refused: without it the container would
 * have more rights than it was given. A label of mounts says what others may do with them; where nobody
 * asks it has no effect, and a warning says so.
 *
 * Spec: config.md "apparmorProfile", "selinuxLabel"; config-linux.md "mountLabel" */
#include <string.h>

#include "base/text.h"
#include "plan/builder.h"

static int module_check(bool on, const char *module, const char *value, enum origin_place place,
	struct error *err)
{
	if (!on)
		error_set(err, ERROR_UNSUPPORTED, 0,
			"\"%s\" cannot be enforced: %s is off on this host", value, module);
	else if (strpbrk(value, "\n\""))
		error_set(err, ERROR_CONFIG, 0, "\"%s\" has characters that no name of %s has",
			value, module);
	else
		return 0;
	return error_at(err, origin_make(place, 0));
}

static int label_plan(struct builder *b, struct label_op *op, const char *rel,
	const char *prefix, const char *value, enum origin_place place, struct error *err)
{
	op->rel = arena_string(b->arena, rel);
	op->value = builder_print(b->arena, "%s%s", prefix, value);
	op->origin = origin_make(place, 0);
	return b->arena->full ? builder_full(err) : 0;
}

static bool is_given(const char *value)
{
	return value && value[0];
}

static int apparmor_plan(struct builder *b, const char *profile, struct error *err)
{
	struct plan_process *process = &b->plan->process;

	/* That is what every process is then. */
	if (!is_given(profile) || (text_equal(profile, "unconfined") && !b->host->apparmor))
		return 0;
	if (module_check(b->host->apparmor, "AppArmor", profile, ORIGIN_APPARMOR, err))
		return -1;
	return label_plan(b, &process->labels[process->label_count++], "apparmor/exec", "exec ",
		profile, ORIGIN_APPARMOR, err);
}

static int selinux_plan(struct builder *b, const char *label, struct error *err)
{
	struct plan_process *process = &b->plan->process;

	if (!is_given(label))
		return 0;
	if (module_check(b->host->selinux, "SELinux", label, ORIGIN_SELINUX, err) ||
		label_plan(b, &process->labels[process->label_count++], "exec", "", label,
			ORIGIN_SELINUX, err))
		return -1;
	return label_plan(b, &process->key_label, "keycreate", "", label, ORIGIN_SELINUX, err);
}

int labels_plan(struct builder *b, struct error *err)
{
	struct plan_process *process = &b->plan->process;

	if (builder_try(b, err, apparmor_plan(b, b->process->apparmor_profile, err)) ||
		selinux_plan(b, b->process->selinux_label, err))
		return -1;
	/* exec tells them all while it is where a procfs of its own can be mounted. */
	if (b->request->target && process->key_label.rel) {
		process->labels[process->label_count++] = process->key_label;
		process->key_label = (struct label_op){0};
	}
	return 0;
}

/* Which of the options of a file system the label goes into; engines choose by annotation. */
static int context_option(struct builder *b, const char **ret_option, struct error *err)
{
	static const char *const options[] = {
		"context", "fscontext", "defcontext", "rootcontext"};
	const char *given = builder_annotation(b, "run.oci.mount_context_type");

	*ret_option = given ? NULL : options[0];
	for (size_t i = 0; given && i < sizeof(options) / sizeof(options[0]); i++) {
		if (text_equal(given, options[i]))
			*ret_option = options[i];
	}
	if (*ret_option)
		return 0;
	return builder_refuse(err, origin_make(ORIGIN_MOUNT_CONTEXT, 0),
		"\"%s\" is not a kind of mount label; accepted: context, fscontext, "
		"defcontext, "
		"rootcontext",
		given);
}

int label_mount_plan(struct builder *b, struct mount_op *op, struct error *err)
{
	/* Their files have labels of their own, or none. */
	static const char *const without[] = {"proc", "sysfs", "mqueue"};
	const char *label = b->on_linux->mount_label, *option;

	if (!is_given(label))
		return 0;
	for (size_t i = 0; i < sizeof(without) / sizeof(without[0]); i++) {
		if (text_equal(op->type, without[i]))
			return 0;
	}
	if (!b->host->selinux) {
		builder_warn(b, "the mount label has no effect: SELinux is off on this host");
		return 0;
	}
	if (module_check(true, "SELinux", label, ORIGIN_MOUNT_LABEL, err) ||
		context_option(b, &option, err))
		return -1;
	op->data = builder_print(b->arena, "%s%s%s=\"%s\"", op->data ? op->data : "",
		op->data ? "," : "", option, label);
	return op->data ? 0 : builder_full(err);
}
