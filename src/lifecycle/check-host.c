/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check: what create would find missing on this host, asked beforehand.
 *
 * Runs in: the runtime, as whoever calls it. Changes nothing: it looks at files, at what /proc and /sys tell and
 * at its own rights. What could only be known by trying is not judged.
 *
 * Facts: namespaces(7), ioctl_nsfs(2), user_namespaces(7), capabilities(7), prlimit(2) */
#include <errno.h>
#include <linux/capability.h>
#include <linux/nsfs.h>
#include <stdarg.h>
#include <string.h>
#include <sys/resource.h>

#include "base/number.h"
#include "base/text.h"
#include "libocispec/enums.h"
#include "lifecycle/check.h"
#include "lifecycle/check-files.h"
#include "plan/affinity.h"
#include "plan/capabilities.h"
#include "plan/namespace-kinds.h"
#include "plan/origin.h"
#include "plan/path.h"
#include "plan/rlimits.h"
#include "plan/seccomp.h"
#include "seccomp/prepare.h"
#include "sys/file.h"
#include "sys/process.h"

#define FILE_SIZE 65536

void check_tell(struct check *check, bool warning, origin_t origin, const char *hint,
	const char *format, ...)
{
	char buffer[ERROR_TEXT_SIZE];
	struct error err;
	struct text text;
	va_list args;

	text_start(&text, buffer, sizeof(buffer));
	va_start(args, format);
	text_vformat(&text, format, args);
	va_end(args);
	error_set(&err, ERROR_UNSUPPORTED, 0, "%s", buffer);
	error_at(&err, origin);
	check_add(check, warning, &err, hint);
}

/* The beginning of a file of the kernel's; "" if it cannot be read. */
static void file_text(const char *path, char *buffer, size_t size)
{
	int fd = sys_openat(AT_FDCWD, path, O_RDONLY, 0);
	size_t length = 0;
	ssize_t n;

	while (fd >= 0 && length < size - 1 &&
		(n = sys_read(fd, buffer + length, size - 1 - length)) > 0)
		length += (size_t)n;
	buffer[length] = '\0';
	if (fd >= 0)
		sys_close(fd);
}

/* Is `word` one of the words of a text, which end in blanks or newlines? */
static bool has_word(const char *text, const char *word)
{
	size_t length = strlen(word);

	while (*text) {
		size_t next = strcspn(text, " \t\n");

		if (next == length && !memcmp(text, word, length))
			return true;
		text += next + (text[next] != '\0');
	}
	return false;
}

/* --- namespaces ------------------------------------------------------------------------------- */

static const struct namespace_facts *facts_of(const struct oci_namespace *given)
{
	return &namespace_facts[namespace_kind_of(given->type)];
}

static void joined_check(struct check *check, const struct oci_namespace *given, size_t i)
{
	const char *name = facts_of(given)->name;
	origin_t origin = origin_make(ORIGIN_NAMESPACE_PATH, i);
	int fd = sys_openat(AT_FDCWD, given->path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
	int type;

	if (fd == -ENOENT || fd == -ENOTDIR) {
		check_tell(check, false, origin, "make the namespace before the container",
			"there is no \"%s\" to join", given->path);
		return;
	}
	if (fd < 0)
		return;
	type = sys_ioctl(fd, NS_GET_NSTYPE, NULL);
	if (type < 0)
		check_tell(
			check, false, origin, NULL, "\"%s\" is not a namespace", given->path);
	else if ((uint64_t)type != facts_of(given)->flag)
		check_tell(check, false, origin, NULL, "\"%s\" is not a %s namespace",
			given->path, name);
	sys_close(fd);
}

static void namespaces_check(struct check *check)
{
	const struct oci_namespace_list *given = &check->spec->on_linux->namespaces;
	char path[64];

	for (size_t i = 0; i < given->count; i++) {
		const struct oci_namespace *item = &given->items[i];

		text_print(path, sizeof(path), "/proc/self/ns/%s", facts_of(item)->file);
		if (sys_faccessat(AT_FDCWD, path, 0) == -ENOENT)
			check_tell(check, false, origin_make(ORIGIN_NAMESPACE, i),
				"leave it out, or use a kernel that has them",
				"this kernel has no %s namespaces", facts_of(item)->name);
		else if (item->path && item->path[0] == '/')
			joined_check(check, item, i);
	}
}

/* --- ids -------------------------------------------------------------------------------------- */

/* Reads a number off the text. */
static uint64_t number_next(const char **text)
{
	uint64_t value = 0;

	*text += strspn(*text, " ");
	for (; **text >= '0' && **text <= '9' && value <= UINT32_MAX; ++*text)
		value = value * 10 + (uint64_t)(**text - '0');
	return value;
}

bool check_ids_are_ours(const char *map, uint32_t first, uint32_t size)
{
	uint64_t at = first, end = at + size;
	bool moved = true;

	/* Ranges may be in any order, and one given may lie in several of them. */
	while (at < end && moved) {
		const char *line = map;

		moved = false;
		while (*line) {
			uint64_t inside = number_next(&line);
			uint64_t count;

			number_next(&line);
			count = number_next(&line);
			if (at >= inside && at < inside + count) {
				at = inside + count;
				moved = true;
			}
			line += strcspn(line, "\n");
			line += *line == '\n';
		}
	}
	return at >= end;
}

static void mappings_check(struct check *check, const struct oci_id_mapping_list *list,
	enum origin_place place, const char *path)
{
	char map[FILE_SIZE];

	file_text(path, map, sizeof(map));
	for (size_t i = 0; map[0] && i < list->count; i++) {
		const struct oci_id_mapping *row = &list->items[i];

		if (!check_ids_are_ours(map, row->host_id, row->size))
			check_tell(check, false, origin_make(place, 0),
				"choose ids that /proc/self/uid_map and gid_map have",
				"the caller's own user namespace has not all of the %u ids "
				"from %u",
				row->size, row->host_id);
	}
}

static void ids_check(struct check *check)
{
	const struct oci_linux *on_linux = check->spec->on_linux;
	char count[32];

	if (!check->plan || check->plan->namespaces.of[NAMESPACE_USER].how != NAMESPACE_NEW)
		return;
	mappings_check(
		check, &on_linux->uid_mappings, ORIGIN_UID_MAPPINGS, "/proc/self/uid_map");
	mappings_check(
		check, &on_linux->gid_mappings, ORIGIN_GID_MAPPINGS, "/proc/self/gid_map");
	file_text("/proc/sys/user/max_user_namespaces", count, sizeof(count));
	if (text_equal(count, "0\n"))
		check_tell(check, false, check->plan->namespaces.of[NAMESPACE_USER].origin,
			"raise the sysctl user.max_user_namespaces",
			"this host allows no user namespaces");
}

/* --- rights of the caller --------------------------------------------------------------------- */

static uint64_t own_capabilities(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2] = {{0}};

	if (sys_capget(&header, data) < 0)
		return ~0ULL;
	return data[0].permitted | (uint64_t)data[1].permitted << 32;
}

static void capabilities_check(struct check *check, uint64_t own)
{
	const struct capability_sets *sets = &check->plan->process.capabilities;
	uint64_t wanted = sets->permitted | sets->effective | sets->inheritable | sets->ambient;
	char buffer[ERROR_TEXT_SIZE - 64];
	struct text names;

	/* In a new user namespace the container's root has all of them. */
	if (check->plan->namespaces.of[NAMESPACE_USER].how != NAMESPACE_HOST ||
		!(wanted & ~own))
		return;
	text_start(&names, buffer, sizeof(buffer));
	for (uint32_t number = 0; capability_name(number); number++) {
		if (wanted & ~own & 1ULL << number)
			text_format(&names, "%s%s", names.length ? ", " : "",
				capability_name(number));
	}
	check_tell(check, false, origin_make(ORIGIN_PROCESS_CAPABILITIES, 0),
		"leave them out, or call the runtime with them",
		"the caller cannot give what it has not: %s", buffer);
}

static void rlimits_check(struct check *check)
{
	for (size_t i = 0; i < check->plan->process.rlimit_count; i++) {
		const struct rlimit_op *op = &check->plan->process.rlimits[i];
		struct rlimit64 own;

		if (!rlimit_name(op->resource) ||
			sys_prlimit(0, (int)op->resource, NULL, &own) < 0 ||
			op->hard <= own.rlim_max)
			continue;
		check_tell(check, false, origin_make(ORIGIN_PROCESS_RLIMIT, i),
			"lower it, or call the runtime with CAP_SYS_RESOURCE",
			"the hard limit %lu of %s is above the caller's own, %lu",
			(unsigned long)op->hard, rlimit_name(op->resource),
			(unsigned long)own.rlim_max);
	}
}

/* The kernel takes a list of which it has one. */
static bool processors_there(const struct affinity *wanted, const struct affinity *have)
{
	for (size_t i = 0; i < sizeof(have->bits) / sizeof(have->bits[0]); i++) {
		if (wanted->bits[i] & have->bits[i])
			return true;
	}
	return false;
}

/* Of the processes that exec will add: the plan of the container's own has no lists. */
static void affinity_check(struct check *check)
{
	const struct oci_process *process = check->spec->process;
	const struct oci_exec_cpu_affinity *given = process ? process->exec_cpu_affinity : NULL;
	char online[4096];
	struct affinity have;

	file_text("/sys/devices/system/cpu/online", online, sizeof(online));
	online[strcspn(online, "\n")] = '\0';
	if (!given || !affinity_parse(online, &have))
		return;
	for (unsigned i = 0; i < 2; i++) {
		const char *list = i ? given->final : given->initial;
		struct affinity wanted;

		if (list && affinity_parse(list, &wanted) && !processors_there(&wanted, &have))
			check_tell(check, true,
				origin_make(
					i ? ORIGIN_AFFINITY_FINAL : ORIGIN_AFFINITY_INITIAL, 0),
				"name some that there are",
				"this host has only the processors %s", online);
	}
}

static void oom_score_check(struct check *check)
{
	const struct plan_process *process = &check->plan->process;
	char value[32];
	int64_t own;

	file_text("/proc/self/oom_score_adj", value, sizeof(value));
	value[strcspn(value, "\n")] = '\0';
	if (!process->set_oom_score_adj || number_i64(value, &own) ||
		process->oom_score_adj >= own)
		return;
	check_tell(check, false, origin_make(ORIGIN_PROCESS_OOM_SCORE_ADJ, 0),
		"raise it, or call the runtime with CAP_SYS_RESOURCE",
		"the oomScoreAdj %d is below the caller's own, %ld", process->oom_score_adj,
		(long)own);
}

static void rights_check(struct check *check)
{
	uint64_t own = own_capabilities();

	if (!check->plan)
		return;
	capabilities_check(check, own);
	affinity_check(check);
	if (own >> CAP_SYS_RESOURCE & 1)
		return;
	rlimits_check(check);
	oom_score_check(check);
}

/* --- the kernel ------------------------------------------------------------------------------- */

static void seccomp_check(struct check *check)
{
	const struct oci_seccomp *given = check->spec->on_linux->seccomp;
	struct statx stat;

	if (!given)
		return;
	if (!prepare_flag_supported(0)) {
		check_tell(check, false, origin_make(ORIGIN_SECCOMP, 0),
			"use a kernel with CONFIG_SECCOMP_FILTER",
			"this kernel has no seccomp filters");
		return;
	}
	for (size_t i = 0; i < given->flags.count; i++) {
		enum oci_seccomp_flag flag = given->flags.items[i];

		if (!prepare_flag_supported(seccomp_flag_value(flag)))
			check_tell(check, false, origin_make(ORIGIN_SECCOMP_FLAGS, 0),
				"leave it out", "this kernel does not know %s",
				oci_enum_name(OCI_ENUM_oci_seccomp_flag, flag));
	}
	if (check->plan && check->plan->seccomp && check->plan->seccomp->listener_path &&
		sys_statx(AT_FDCWD, check->plan->seccomp->listener_path, 0, STATX_TYPE, &stat))
		check_tell(check, true, origin_make(ORIGIN_SECCOMP_LISTENER, 0),
			"start the agent before the container", "nobody listens on \"%s\" yet",
			check->plan->seccomp->listener_path);
}

static void sysctls_check(struct check *check)
{
	for (size_t i = 0; check->plan && i < check->plan->kernel.sysctl_count; i++) {
		const struct sysctl_op *op = &check->plan->kernel.sysctls[i];
		char path[4096];

		/* Interfaces of a new network namespace are not here, and what is here not there. */
		if (!op->rel || text_starts(op->rel, "net/") ||
			!text_print(path, sizeof(path), "/proc/sys/%s", op->rel) ||
			sys_faccessat(AT_FDCWD, path, 0) != -ENOENT)
			continue;
		check_tell(check, false, origin_make(ORIGIN_SYSCTL, 0), "leave it out",
			"this kernel has no sysctl \"%s\"", op->rel);
	}
}

static bool type_is_none(const char *type)
{
	return !type || !type[0] || text_equal(type, "none") || text_equal(type, "bind") ||
	       text_starts(type, "cgroup");
}

static void file_systems_check(struct check *check)
{
	char list[FILE_SIZE];

	file_text("/proc/filesystems", list, sizeof(list));
	for (size_t i = 0; list[0] && i < check->spec->mounts.count; i++) {
		const struct oci_mount *mount = &check->spec->mounts.items[i];

		if (check_mount_is_bind(mount) || type_is_none(mount->type) ||
			has_word(list, mount->type))
			continue;
		check_tell(check, true, origin_make(ORIGIN_MOUNT, i),
			"load its module, if it is one",
			"this kernel has no file system \"%s\" now", mount->type);
	}
}

/* Only where AppArmor is on, and shows its profiles. */
static void profile_check(struct check *check)
{
	const char *profile =
		check->spec->process ? check->spec->process->apparmor_profile : NULL;
	char list[FILE_SIZE];

	if (!check->host.apparmor || !profile || !profile[0] ||
		text_equal(profile, "unconfined"))
		return;
	file_text("/sys/kernel/security/apparmor/profiles", list, sizeof(list));
	if (list[0] && strlen(list) < sizeof(list) - 1 && !has_word(list, profile))
		check_tell(check, false, origin_make(ORIGIN_APPARMOR, 0),
			"load it with apparmor_parser", "the profile \"%s\" is not loaded",
			profile);
}

void check_host(struct check *check)
{
	check_files(check);
	rights_check(check);
	profile_check(check);
	file_systems_check(check);
	if (!check->spec->on_linux)
		return;
	namespaces_check(check);
	ids_check(check);
	seccomp_check(check);
	sysctls_check(check);
}
