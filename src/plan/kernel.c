/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hostname, domainname, linux.sysctl and the loopback interface: what the kernel is told about the
 * container's own namespaces, and nothing beyond them.
 *
 * Pure. A sysctl is only accepted if it belongs to a namespace of the container: any other would
 * change the host.
 *
 * Spec: config.md "hostname", "domainname"; config-linux.md "sysctl"; namespaces(7) */
#include <string.h>

#include "base/text.h"
#include "plan/builder.h"

#define UTS_NAME_MAX 64

static const struct {
	const char *rel; /* a trailing '/' stands for all below */
	enum namespace_kind kind;
	const char *kind_name;
} allowed[] = {
	{"kernel/msgmax", NAMESPACE_IPC, "ipc"},
	{"kernel/msgmnb", NAMESPACE_IPC, "ipc"},
	{"kernel/msgmni", NAMESPACE_IPC, "ipc"},
	{"kernel/sem", NAMESPACE_IPC, "ipc"},
	{"kernel/shmall", NAMESPACE_IPC, "ipc"},
	{"kernel/shmmax", NAMESPACE_IPC, "ipc"},
	{"kernel/shmmni", NAMESPACE_IPC, "ipc"},
	{"kernel/shm_rmid_forced", NAMESPACE_IPC, "ipc"},
	{"fs/mqueue/", NAMESPACE_IPC, "ipc"},
	{"net/", NAMESPACE_NETWORK, "network"},
	{"kernel/domainname", NAMESPACE_UTS, "uts"},
	{"user/", NAMESPACE_USER, "user"},
};

/* '.' and '/' change places if the first of them is a '.', as in sysctl.d(5): an interface may have
 * a '.' in its name. NULL if it is no path below /proc/sys. */
static const char *key_path(struct arena *arena, const char *key)
{
	const char *first = strpbrk(key, "./");
	bool swap = first && *first == '.';
	char *rel = arena_string(arena, key);
	size_t part = 0;

	for (char *c = rel; c && *c; c++) {
		if (swap && (*c == '.' || *c == '/'))
			*c = *c == '.' ? '/' : '.';
	}
	for (const char *c = rel; c && (*c || part); c++) {
		if (*c != '/' && *c) {
			part++;
			continue;
		}
		if (!part || (part <= 2 && !strncmp(c - part, "..", part)))
			return NULL;
		part = 0;
		if (!*c)
			return rel;
	}
	return NULL;
}

static int sysctl_check(
	const struct builder *b, const char *key, struct sysctl_op *op, struct error *err)
{
	const char *rel = op->rel;

	if (text_equal(rel, "kernel/hostname"))
		return error_set(err, ERROR_CONFIG, 0,
			"\"%s\" cannot be set as a sysctl: that is what hostname is for", key);
	for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++) {
		size_t length = strlen(allowed[i].rel);
		bool below = allowed[i].rel[length - 1] == '/';

		if (below ? strncmp(rel, allowed[i].rel, length) != 0
			  : strcmp(rel, allowed[i].rel) != 0)
			continue;
		op->kind = allowed[i].kind;
		if (namespace_how(b, op->kind) != NAMESPACE_HOST)
			return 0;
		return error_set(err, ERROR_CONFIG, 0,
			"sysctl \"%s\" is not in a separate kernel namespace: "
			"linux.namespaces has no %s namespace",
			key, allowed[i].kind_name);
	}
	return error_set(err, ERROR_CONFIG, 0,
		"sysctl \"%s\" is not in a separate kernel namespace", key);
}

static int domainname_check(
	const struct builder *b, const char *rel, const char *value, struct error *err)
{
	const char *name = b->spec->domainname;

	if (!text_equal(rel, "kernel/domainname") || !name || !name[0] ||
		text_equal(value, name))
		return 0;
	return error_set(err, ERROR_CONFIG, 0,
		"the sysctl kernel.domainname is \"%s\" but domainname is \"%s\"", value, name);
}

static int sysctl_plan(struct builder *b, const struct oci_pair *given, struct sysctl_op *op,
	struct error *err)
{
	op->origin = origin_make(ORIGIN_SYSCTL, 0);
	op->rel = key_path(b->arena, given->key);
	op->value = arena_string(b->arena, given->value);
	if (b->arena->full)
		return builder_full(err);
	if (!op->rel)
		return builder_refuse(
			err, op->origin, "\"%s\" is not the name of a sysctl", given->key);
	if (sysctl_check(b, given->key, op, err) ||
		domainname_check(b, op->rel, op->value, err))
		return error_at(err, op->origin);
	return 0;
}

static int sysctls_plan(struct builder *b, struct error *err)
{
	const struct oci_map *given = &b->on_linux->sysctl;
	struct sysctl_op *items = arena_array(b->arena, struct sysctl_op, given->count);

	if (!items)
		return builder_full(err);
	for (size_t i = 0; i < given->count; i++) {
		if (builder_try(b, err, sysctl_plan(b, &given->items[i], &items[i], err)))
			return -1;
	}
	b->plan->kernel.sysctls = items;
	b->plan->kernel.sysctl_count = given->count;
	return 0;
}

/* "" is how engines write that there is none. */
static int uts_name_plan(struct builder *b, const char *given, enum origin_place place,
	const char *what, const char **ret_name, struct error *err)
{
	if (!given || !given[0])
		return 0;
	if (namespace_how(b, NAMESPACE_UTS) == NAMESPACE_HOST)
		return builder_refuse(err, origin_make(place, 0),
			"the %s \"%s\" would be the host's: linux.namespaces has no uts "
			"namespace",
			what, given);
	if (strlen(given) > UTS_NAME_MAX)
		return builder_refuse(err, origin_make(place, 0),
			"the %s has %zu bytes, the kernel takes %d", what, strlen(given),
			UTS_NAME_MAX);
	*ret_name = arena_string(b->arena, given);
	return *ret_name ? 0 : builder_full(err);
}

int kernel_plan(struct builder *b, struct error *err)
{
	struct plan_kernel *kernel = &b->plan->kernel;

	kernel->loopback = namespace_how(b, NAMESPACE_NETWORK) == NAMESPACE_NEW;
	if (builder_try(b, err,
		    uts_name_plan(b, b->spec->hostname, ORIGIN_HOSTNAME, "hostname",
			    &kernel->hostname, err)) ||
		builder_try(b, err,
			uts_name_plan(b, b->spec->domainname, ORIGIN_DOMAINNAME, "domainname",
				&kernel->domainname, err)))
		return -1;
	return b->on_linux->sysctl.count ? sysctls_plan(b, err) : 0;
}
