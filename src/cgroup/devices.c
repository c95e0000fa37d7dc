/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writing limits and device rules.
 *
 * Runs in: the runtime, before a process is in the cgroups.
 * Relies on: devices.allow and devices.deny take one rule in one write; programs of
 *          BPF_CGROUP_DEVICE that are attached with BPF_F_ALLOW_MULTI are asked besides those
 *          of the cgroups above. */
#include "cgroup/apply.h"

#include <errno.h>
#include <string.h>
#include <linux/bpf.h>

#include "cgroup/device.h"
#include "cgroup/file.h"
#include "cgroup/write.h"
#include "sys/file.h"
#include "sys/process.h"

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

static int devices_v1(
	struct cgroup_directory *directory, const struct plan_cgroup *plan, struct error *err)
{
	struct device_files files = {.directory = directory, .fd = {-1, -1}};
	int r;

	if (device_lines_check(plan->device_rules, plan->device_rule_count, err))
		return -1;
	r = rules_write(&files, plan, err);
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
	memcpy(attributes.prog_name, "tare_devices", sizeof("tare_devices"));
	return sys_bpf(BPF_PROG_LOAD, &attributes, sizeof(attributes));
}

static int program_attach(struct cgroup_directory *directory, int program_fd)
{
	int fd = cgroup_file_open(directory, directory->length, "", O_RDONLY | O_DIRECTORY);
	union bpf_attr attributes;
	int r;

	if (fd < 0)
		return fd;
	memset(&attributes, 0, sizeof(attributes));
	attributes.target_fd = (uint32_t)fd;
	attributes.attach_bpf_fd = (uint32_t)program_fd;
	attributes.attach_type = BPF_CGROUP_DEVICE;
	attributes.attach_flags = BPF_F_ALLOW_MULTI;
	r = sys_bpf(BPF_PROG_ATTACH, &attributes, sizeof(attributes));
	sys_close(fd);
	return r;
}

static int devices_v2(
	struct cgroup_directory *directory, const struct plan_cgroup *plan, struct error *err)
{
	struct bpf_insn program[DEVICE_PROGRAM_MAX];
	size_t length;
	int fd, r;

	if (device_program(plan->device_rules, plan->device_rule_count, program, &length, err))
		return -1;
	fd = program_load(program, length);
	if (fd < 0)
		return error_system(err, fd, "cannot load the filter of device rules");
	r = program_attach(directory, fd);
	sys_close(fd);
	if (r)
		return error_system(err, r,
			"cannot attach the filter of device rules to cgroup \"%s\"",
			directory->path);
	return 0;
}

static int devices_apply(
	struct cgroup_set *set, const struct plan_cgroup *plan, struct error *err)
{
	struct cgroup_directory *directory = cgroup_directory_of(set, "devices");
	int r;

	if (!directory)
		r = error_set(err, ERROR_UNSUPPORTED, 0,
			"cgroup controller \"devices\" is not available for the container");
	else if (directory->v2)
		r = devices_v2(directory, plan, err);
	else
		r = devices_v1(directory, plan, err);
	if (r && plan->device_rule_count)
		error_at(err, plan->device_rules[0].origin);
	return r;
}

int cgroup_apply(struct cgroup_set *set, const struct plan_cgroup *plan, struct error *err)
{
	if (cgroup_write_all(set, plan->writes, plan->write_count, NULL, err))
		return -1;
	return plan->has_device_rules ? devices_apply(set, plan, err) : 0;
}
