/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writing device rules.
 *
 * Runs in: the runtime.
 * Relies on: devices.allow and devices.deny take one rule in one write; programs of
 *          BPF_CGROUP_DEVICE that are attached with BPF_F_ALLOW_MULTI are asked besides those
 *          of the cgroups above, and BPF_F_REPLACE (5.6) changes one for another in one step. */
#include "cgroup/devices.h"

#include <errno.h>
#include <string.h>
#include <linux/bpf.h>

#include "cgroup/device.h"
#include "cgroup/device-list.h"
#include "cgroup/file.h"
#include "sys/file.h"
#include "sys/process.h"

#define PROGRAM_NAME "tare_devices"
#define PROGRAMS_MAX 64

struct device_files {
	struct cgroup_directory *directory;
	int fd[2]; /* devices.deny, devices.allow; -1 until one is needed */
};

static int line_write(struct device_files *files, bool allow, const char *line)
{
	static const char *const names[] = {"devices.deny", "devices.allow"};
	int *fd = &files->fd[allow];
	ssize_t n;

	if (*fd < 0)
		*fd = cgroup_file_open(
			files->directory, files->directory->length, names[allow], O_WRONLY);
	if (*fd < 0)
		return *fd;
	n = sys_write(*fd, line, strlen(line));
	return n < 0 ? (int)n : 0;
}

static int rule_write(
	struct device_files *files, const struct device_rule *rule, struct error *err)
{
	char lines[DEVICE_LINES][DEVICE_LINE_SIZE];
	const size_t count = device_lines(rule, lines);

	for (size_t i = 0; i < count; i++) {
		int r = line_write(files, rule->allow, lines[i]);

		if (!r)
			continue;
		error_system(err, r, "cannot %s device \"%s\" in cgroup \"%s\"",
			rule->allow ? "allow" : "deny", lines[i], files->directory->path);
		return error_at(err, rule->origin);
	}
	return 0;
}

/* A new cgroup allows what the one above it does; the list is to begin with nothing. */
static int rules_write(
	struct device_files *files, const struct plan_cgroup *plan, struct error *err)
{
	const struct device_rule nothing = {.type = 'a',
		.major = -1,
		.minor = -1,
		.read = true,
		.write = true,
		.mknod = true,
		.origin = plan->device_rule_count ? plan->device_rules[0].origin : 0};

	if (!plan->device_rule_count || !device_rule_is_all(&plan->device_rules[0])) {
		if (rule_write(files, &nothing, err))
			return -1;
	}
	for (size_t i = 0; i < plan->device_rule_count; i++) {
		if (rule_write(files, &plan->device_rules[i], err))
			return -1;
	}
	return 0;
}

/* First what is new, then what is no longer: nothing that is in both lists is ever denied. */
static int lists_write(struct device_files *files, const struct device_list *old,
	const struct device_list *new, struct error *err)
{
	struct device_rule rest;

	for (size_t i = 0; i < new->count; i++) {
		if (device_list_lacks(old, &new->items[i], &rest) &&
			rule_write(files, &rest, err))
			return -1;
	}
	for (size_t i = 0; i < old->count; i++) {
		if (!device_list_lacks(new, &old->items[i], &rest))
			continue;
		rest.allow = false;
		if (rule_write(files, &rest, err))
			return -1;
	}
	return 0;
}

/* From or to a cgroup that allows everything there is no way but the whole list. */
static int list_change(
	struct device_files *files, const struct plan_cgroup *plan, struct error *err)
{
	struct cgroup_directory *d = files->directory;
	char text[4 * CGROUP_VALUE_SIZE];
	struct device_list old, new;
	struct error second;

	if (cgroup_file_read(d, d->length, "devices.list", text, sizeof(text)) ||
		!device_list_parse(text, &old) || old.all ||
		!device_list_make(plan->device_rules, plan->device_rule_count, &new) || new.all)
		return rules_write(files, plan, err);
	if (!lists_write(files, &old, &new, err))
		return 0;
	if (!cgroup_file_read(d, d->length, "devices.list", text, sizeof(text)) &&
		device_list_parse(text, &new))
		lists_write(files, &new, &old, &second);
	return -1;
}

static int devices_v1(struct cgroup_directory *directory, const struct plan_cgroup *plan,
	bool change, struct error *err)
{
	struct device_files files = {.directory = directory, .fd = {-1, -1}};
	int r;

	if (device_lines_check(plan->device_rules, plan->device_rule_count, err))
		return -1;
	r = change ? list_change(&files, plan, err) : rules_write(&files, plan, err);
	for (size_t i = 0; i < 2; i++) {
		if (files.fd[i] >= 0)
			sys_close(files.fd[i]);
	}
	return r;
}

static int program_load(const struct bpf_insn *program, size_t length)
{
	static const char license[] = "GPL";
	union bpf_attr attributes;

	memset(&attributes, 0, sizeof(attributes));
	attributes.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
	attributes.insns = (uint64_t)(uintptr_t)program;
	attributes.insn_cnt = (uint32_t)length;
	attributes.license = (uint64_t)(uintptr_t)license;
	memcpy(attributes.prog_name, PROGRAM_NAME, sizeof(PROGRAM_NAME));
	return sys_bpf(BPF_PROG_LOAD, &attributes, sizeof(attributes));
}

/* Is it a program of ours? They are told by their name. */
static bool program_is_ours(int fd)
{
	struct bpf_prog_info info;
	union bpf_attr attributes;

	memset(&info, 0, sizeof(info));
	memset(&attributes, 0, sizeof(attributes));
	attributes.info.bpf_fd = (uint32_t)fd;
	attributes.info.info_len = sizeof(info);
	attributes.info.info = (uint64_t)(uintptr_t)&info;
	return !sys_bpf(BPF_OBJ_GET_INFO_BY_FD, &attributes, sizeof(attributes)) &&
	       !strcmp(info.name, PROGRAM_NAME);
}

/* The program that is attached already; a descriptor, -ENOENT if there is none of ours, or another -errno. */
static int program_find(int cgroup_fd)
{
	uint32_t ids[PROGRAMS_MAX] = {0};
	union bpf_attr attributes;
	uint32_t count;
	int r;

	memset(&attributes, 0, sizeof(attributes));
	attributes.query.target_fd = (uint32_t)cgroup_fd;
	attributes.query.attach_type = BPF_CGROUP_DEVICE;
	attributes.query.prog_ids = (uint64_t)(uintptr_t)ids;
	attributes.query.prog_cnt = PROGRAMS_MAX;
	r = sys_bpf(BPF_PROG_QUERY, &attributes, sizeof(attributes));
	if (r)
		return r;
	count = attributes.query.prog_cnt;
	for (uint32_t i = 0; i < count; i++) {
		int fd;

		memset(&attributes, 0, sizeof(attributes));
		attributes.prog_id = ids[i];
		fd = sys_bpf(BPF_PROG_GET_FD_BY_ID, &attributes, sizeof(attributes));
		if (fd >= 0 && program_is_ours(fd))
			return fd;
		if (fd >= 0)
			sys_close(fd);
	}
	return -ENOENT;
}

/* In the place of the one that is there, if `change`. */
static int program_attach(struct cgroup_directory *directory, int program_fd, bool change)
{
	int fd = cgroup_file_open(directory, directory->length, "", O_RDONLY | O_DIRECTORY);
	int old_fd, r;
	union bpf_attr attributes;

	if (fd < 0)
		return fd;
	old_fd = change ? program_find(fd) : -ENOENT;
	memset(&attributes, 0, sizeof(attributes));
	attributes.target_fd = (uint32_t)fd;
	attributes.attach_bpf_fd = (uint32_t)program_fd;
	attributes.attach_type = BPF_CGROUP_DEVICE;
	attributes.attach_flags = BPF_F_ALLOW_MULTI;
	if (old_fd >= 0) {
		attributes.attach_flags |= BPF_F_REPLACE;
		attributes.replace_bpf_fd = (uint32_t)old_fd;
	}
	r = old_fd < 0 && old_fd != -ENOENT
		    ? old_fd
		    : sys_bpf(BPF_PROG_ATTACH, &attributes, sizeof(attributes));
	if (old_fd >= 0)
		sys_close(old_fd);
	sys_close(fd);
	return r;
}

static int devices_v2(struct cgroup_directory *directory, const struct plan_cgroup *plan,
	bool change, struct error *err)
{
	struct bpf_insn program[DEVICE_PROGRAM_MAX];
	size_t length;
	int fd, r;

	if (device_program(plan->device_rules, plan->device_rule_count, program, &length, err))
		return -1;
	fd = program_load(program, length);
	if (fd < 0)
		return error_system(err, fd, "cannot load the filter of device rules");
	r = program_attach(directory, fd, change);
	sys_close(fd);
	if (r)
		return error_system(err, r,
			"cannot attach the filter of device rules to cgroup \"%s\"",
			directory->path);
	return 0;
}

static int devices_write(
	struct cgroup_set *set, const struct plan_cgroup *plan, bool change, struct error *err)
{
	struct cgroup_directory *directory = cgroup_directory_of(set, "devices");
	int r;

	if (!directory)
		r = error_set(err, ERROR_UNSUPPORTED, 0,
			"cgroup controller \"devices\" is not available for the container");
	else if (directory->v2)
		r = devices_v2(directory, plan, change, err);
	else
		r = devices_v1(directory, plan, change, err);
	if (r && plan->device_rule_count)
		error_at(err, plan->device_rules[0].origin);
	return r;
}

int cgroup_devices_apply(
	struct cgroup_set *set, const struct plan_cgroup *plan, struct error *err)
{
	return devices_write(set, plan, false, err);
}

int cgroup_devices_change(
	struct cgroup_set *set, const struct plan_cgroup *plan, struct error *err)
{
	return devices_write(set, plan, true, err);
}
