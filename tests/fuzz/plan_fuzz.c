/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libFuzzer target for plan/: a config.json is decoded and planned for invented hosts.
 *
 * Whatever is accepted is printed, which follows every pointer of the plan, after the spec has been
 * freed where the plan may not refer to it. Whatever is refused has one line of text. Half of the mutations
 * change one scalar of the JSON, so that the inputs get past the decoder. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <linux/audit.h>

#include "libocispec/decode.h"
#include "plan/build.h"
#include "plan/origin.h"
#include "plan/print.h"

#define MEMORY ((size_t)1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);

static const struct host hosts[] = {
	{.last_capability = 40,
		.audit_arch = AUDIT_ARCH_X86_64,
		.apparmor = true,
		.selinux = true,
		.resctrl = "/sys/fs/resctrl",
		.cgroups = {.layout = CGROUP_V2,
			.count = 1,
			.of = {{true, "/sys/fs/cgroup", "", "/user.slice",
				"cpuset cpu io memory hugetlb pids rdma misc"}}}},
	{.last_capability = 30,
		.audit_arch = AUDIT_ARCH_AARCH64,
		.cgroups = {.layout = CGROUP_V1,
			.count = 5,
			.of = {{false, "/sys/fs/cgroup/cpu,cpuacct", "cpu,cpuacct", "/", NULL},
				{false, "/sys/fs/cgroup/memory", "memory", "/engine/one", NULL},
				{false, "/sys/fs/cgroup/devices", "devices", "/", NULL},
				{false, "/sys/fs/cgroup/pids", "pids", "/", NULL},
				{false, "/sys/fs/cgroup/systemd", "name=systemd", "/", NULL}}}},
	{.euid = 1000,
		.egid = 1000,
		.last_capability = 40,
		.audit_arch = AUDIT_ARCH_X86_64,
		.no_admin = true,
		.no_ids = true,
		.foreign_mounts = true,
		.cgroups = {.layout = CGROUP_NONE}},
	{.last_capability = 40, .audit_arch = AUDIT_ARCH_X86_64},
};

static const struct request_target target = {.pid = 4242, .others = 0xff};

static const struct request requests[] = {
	{.id = "web", .bundle = "/bundle", .state_root = "/run/tare", .start_at_once = true},
	{.id = "web",
		.bundle = "/bundle",
		.state_root = "/run/tare",
		.console_socket = "/run/console",
		.no_pivot = true,
		.no_new_keyring = true,
		.preserve_fds = 3,
		.listen_fds = 1},
	{.id = "web",
		.bundle = "/bundle",
		.state_root = "/run/user/1000/tare",
		.cgroup_manager = CGROUP_MANAGER_SYSTEMD,
		.detach = true},
	{.id = "web",
		.bundle = "/bundle",
		.state_root = "/run/tare",
		.start_at_once = true,
		.target = &target},
};

/* Values that some member or other takes, or takes amiss. */
static const char *const scalars[] = {"0", "1", "-1", "4294967295", "2147483648",
	"-9223372036854775808", "18446744073709551615", "65536", "true", "false", "null",
	"\"\"", "\"/\"", "\"a\"", "\"..\"", "\"/proc\"", "\"/sys/fs/cgroup\"", "\"../../x\"",
	"\"bind\"", "\"rbind\"", "\"tmpfs\"", "\"cgroup\"", "\"proc\"", "\"ro\"", "\"rro\"",
	"\"idmap\"", "\"rslave\"", "\"size=1\"", "\"user\"", "\"mount\"", "\"time\"", "\"pid\"",
	"\"network\"", "\"/proc/1/ns/net\"", "\"SCMP_ACT_NOTIFY\"", "\"SCMP_CMP_MASKED_EQ\"",
	"\"CAP_SYS_ADMIN\"", "\"RLIMIT_NOFILE\"", "\"SCHED_DEADLINE\"", "\"kernel.shmmax\"",
	"\"net.ipv4.ip_forward\"", "\"slice:prefix:name\"", "\"0-3,7\"", "[]", "{}", "[\"a\"]",
	"{\"a\":\"b\"}"};

static void demand(bool condition)
{
	if (!condition)
		abort();
}

static int count_write(void *context, const char *bytes, size_t length)
{
	demand(bytes || !length);
	*(size_t *)context += length;
	return 0;
}

static void problem_note(void *context, const struct error *err)
{
	demand(err->text[0] && !strchr(err->text, '\n'));
	++*(size_t *)context;
}

/* What is looked at for all its problems has some if it is refused, and none if it is not. */
static void problems_compare(const struct oci_spec *spec, const struct host *host,
	const struct request *request, bool refused)
{
	const struct plan *plan = NULL;
	struct error err = {0};
	struct arena arena;
	size_t problems = 0;
	char *memory = calloc(1, MEMORY);
	int r;

	demand(memory != NULL);
	arena_start(&arena, memory, MEMORY);
	r = plan_check(spec, host, request, &arena, problem_note, &problems, &plan, &err);
	demand(refused == (r || problems));
	free(memory);
}

static void spec_plan(
	const char *text, size_t length, const struct host *host, const struct request *request)
{
	struct oci_arena spec_arena = {0};
	const struct oci_spec *spec;
	const struct plan *plan = NULL;
	struct oci_error decoded;
	struct arena arena;
	struct error err = {0};
	size_t printed = 0;
	char *memory;
	int r;

	if (oci_spec_decode(text, length, &spec_arena, &spec, &decoded)) {
		oci_arena_free(&spec_arena);
		return;
	}
	/* What an arena gives is zero; memory of an older plan would hide what is not. */
	memory = calloc(1, MEMORY);
	demand(memory != NULL);
	arena_start(&arena, memory, MEMORY);
	r = plan_build(spec, host, request, &arena, &plan, &err);
	problems_compare(spec, host, request, r);
	if (r || !plan->seccomp)
		oci_arena_free(&spec_arena);
	if (r) {
		demand(err.text[0] && memchr(err.text, '\0', sizeof(err.text)));
		demand(!strchr(err.text, '\n'));
	} else {
		demand((const char *)plan == memory);
		demand(!plan_print(plan, count_write, &printed) && printed);
	}
	oci_arena_free(&spec_arena);
	free(memory);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	demand(text != NULL);
	if (size)
		memcpy(text, data, size);
	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++)
		spec_plan(text, size, &hosts[i], &requests[i]);
	free(text);
	return 0;
}

/* The end of the string, number or word that begins at `at`. */
static size_t scalar_end(const uint8_t *data, size_t size, size_t at)
{
	bool string = data[at] == '"';

	for (at++; at < size; at++) {
		if (string && data[at] == '\\')
			at++;
		else if (string ? data[at] == '"'
				: !strchr("+-.0123456789abcdefghijklmnopqrstuvwxyzE", data[at]))
			return string ? at + 1 : at;
	}
	return size;
}

/* The nth scalar, counted over and over; false if there is none. */
static bool scalar_find(
	const uint8_t *data, size_t size, size_t n, size_t *ret_start, size_t *ret_end)
{
	size_t count = 0;

	for (int round = 0; round < 2; round++) {
		for (size_t at = 0, i = 0; at < size; at++) {
			if (!strchr("\"-0123456789tfn", data[at]) || !data[at])
				continue;
			*ret_start = at;
			*ret_end = scalar_end(data, size, at);
			if (round && i == n % count)
				return true;
			i++;
			count += !round;
			at = *ret_end - 1;
		}
		if (!count)
			return false;
	}
	return false;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
	const char *with = scalars[seed / 2 % (sizeof(scalars) / sizeof(scalars[0]))];
	size_t start, end, length = strlen(with);

	if (seed % 2 || !scalar_find(data, size, seed / 128, &start, &end) ||
		size - (end - start) + length > max_size)
		return LLVMFuzzerMutate(data, size, max_size);
	memmove(data + start + length, data + end, size - end);
	memcpy(data + start, with, length);
	return size - (end - start) + length;
}
