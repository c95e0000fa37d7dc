/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one table of mount options. Pure.
 *
 * Spec: config.md "mounts", config-linux.md "mount options"; mount(2), mount_setattr(2) */
#include "plan/mount-options.h"

#include <linux/mount.h>
#include <string.h>

#include "plan/builder.h"
#include "plan/names.h"

enum option_kind {
	OPTION_NEUTRAL,
	OPTION_SET, /* an attribute of the mount */
	OPTION_CLEAR,
	OPTION_ATIME, /* one of the three that share a field; 0 is relatime */
	OPTION_RECURSIVE_SET,
	OPTION_RECURSIVE_CLEAR,
	OPTION_RECURSIVE_ATIME,
	OPTION_SUPERBLOCK_SET,
	OPTION_SUPERBLOCK_CLEAR,
	OPTION_PROPAGATION,
	OPTION_BIND,
	OPTION_RBIND,
	OPTION_REMOUNT,
	OPTION_EXTRA, /* MOUNT_* of enum mount_extra */
	OPTION_MAP,   /* bits: recursive; the only ones with a value */
};

struct option {
	const char *name;
	enum option_kind kind;
	uint64_t bits;
};

/* The data of a mount is one page, its final NUL included. */
#define DATA_SIZE 4096

/* Sorted by name. */
/* clang-format off */
static const struct option options[] = {
	{"Z",             OPTION_NEUTRAL, 0}, /* labels: done by the engine */
	{"async",         OPTION_SUPERBLOCK_CLEAR, MS_SYNCHRONOUS}, /* of a file system: recursive or not */
	{"atime",         OPTION_ATIME, 0},
	{"bind",          OPTION_BIND, 0},
	{"copy-symlink",  OPTION_EXTRA, MOUNT_COPY_LINK},
	{"defaults",      OPTION_NEUTRAL, 0},
	{"dest-nofollow", OPTION_EXTRA, MOUNT_TARGET_NO_FOLLOW},
	{"dev",           OPTION_CLEAR, MOUNT_ATTR_NODEV},
	{"diratime",      OPTION_CLEAR, MOUNT_ATTR_NODIRATIME},
	{"dirsync",       OPTION_SUPERBLOCK_SET, MS_DIRSYNC},
	{"exec",          OPTION_CLEAR, MOUNT_ATTR_NOEXEC},
	{"idmap",         OPTION_MAP, 0},
	{"iversion",      OPTION_SUPERBLOCK_SET, MS_I_VERSION},
	{"lazytime",      OPTION_SUPERBLOCK_SET, MS_LAZYTIME},
	{"loud",          OPTION_SUPERBLOCK_CLEAR, MS_SILENT},
	{"mand",          OPTION_SUPERBLOCK_SET, MS_MANDLOCK},
	{"noatime",       OPTION_ATIME, MOUNT_ATTR_NOATIME},
	{"nodev",         OPTION_SET, MOUNT_ATTR_NODEV},
	{"nodiratime",    OPTION_SET, MOUNT_ATTR_NODIRATIME},
	{"noexec",        OPTION_SET, MOUNT_ATTR_NOEXEC},
	{"noiversion",    OPTION_SUPERBLOCK_CLEAR, MS_I_VERSION},
	{"nolazytime",    OPTION_SUPERBLOCK_CLEAR, MS_LAZYTIME},
	{"nomand",        OPTION_SUPERBLOCK_CLEAR, MS_MANDLOCK},
	{"norelatime",    OPTION_ATIME, 0}, /* the kernel has relatime where nothing else is asked */
	{"nostrictatime", OPTION_ATIME, 0},
	{"nosuid",        OPTION_SET, MOUNT_ATTR_NOSUID},
	{"nosymfollow",   OPTION_SET, MOUNT_ATTR_NOSYMFOLLOW},
	{"private",       OPTION_PROPAGATION, MS_PRIVATE},
	{"rasync",        OPTION_SUPERBLOCK_CLEAR, MS_SYNCHRONOUS},
	{"ratime",        OPTION_RECURSIVE_ATIME, 0},
	{"rbind",         OPTION_RBIND, 0},
	{"rdev",          OPTION_RECURSIVE_CLEAR, MOUNT_ATTR_NODEV},
	{"rdiratime",     OPTION_RECURSIVE_CLEAR, MOUNT_ATTR_NODIRATIME},
	{"rdirsync",      OPTION_SUPERBLOCK_SET, MS_DIRSYNC},
	{"relatime",      OPTION_ATIME, 0},
	{"remount",       OPTION_REMOUNT, 0},
	{"rexec",         OPTION_RECURSIVE_CLEAR, MOUNT_ATTR_NOEXEC},
	{"ridmap",        OPTION_MAP, 1},
	{"rmand",         OPTION_SUPERBLOCK_SET, MS_MANDLOCK},
	{"rnoatime",      OPTION_RECURSIVE_ATIME, MOUNT_ATTR_NOATIME},
	{"rnodev",        OPTION_RECURSIVE_SET, MOUNT_ATTR_NODEV},
	{"rnodiratime",   OPTION_RECURSIVE_SET, MOUNT_ATTR_NODIRATIME},
	{"rnoexec",       OPTION_RECURSIVE_SET, MOUNT_ATTR_NOEXEC},
	{"rnomand",       OPTION_SUPERBLOCK_CLEAR, MS_MANDLOCK},
	{"rnorelatime",   OPTION_RECURSIVE_ATIME, 0},
	{"rnostrictatime", OPTION_RECURSIVE_ATIME, 0},
	{"rnosuid",       OPTION_RECURSIVE_SET, MOUNT_ATTR_NOSUID},
	{"rnosymfollow",  OPTION_RECURSIVE_SET, MOUNT_ATTR_NOSYMFOLLOW},
	{"ro",            OPTION_SET, MOUNT_ATTR_RDONLY},
	{"rprivate",      OPTION_PROPAGATION, MS_PRIVATE | MS_REC},
	{"rrelatime",     OPTION_RECURSIVE_ATIME, 0},
	{"rro",           OPTION_RECURSIVE_SET, MOUNT_ATTR_RDONLY},
	{"rrw",           OPTION_RECURSIVE_CLEAR, MOUNT_ATTR_RDONLY},
	{"rshared",       OPTION_PROPAGATION, MS_SHARED | MS_REC},
	{"rslave",        OPTION_PROPAGATION, MS_SLAVE | MS_REC},
	{"rstrictatime",  OPTION_RECURSIVE_ATIME, MOUNT_ATTR_STRICTATIME},
	{"rsuid",         OPTION_RECURSIVE_CLEAR, MOUNT_ATTR_NOSUID},
	{"rsymfollow",    OPTION_RECURSIVE_CLEAR, MOUNT_ATTR_NOSYMFOLLOW},
	{"rsync",         OPTION_SUPERBLOCK_SET, MS_SYNCHRONOUS},
	{"runbindable",   OPTION_PROPAGATION, MS_UNBINDABLE | MS_REC},
	{"rw",            OPTION_CLEAR, MOUNT_ATTR_RDONLY},
	{"shared",        OPTION_PROPAGATION, MS_SHARED},
	{"silent",        OPTION_SUPERBLOCK_SET, MS_SILENT},
	{"slave",         OPTION_PROPAGATION, MS_SLAVE},
	{"src-nofollow",  OPTION_EXTRA, MOUNT_SOURCE_NO_FOLLOW},
	{"strictatime",   OPTION_ATIME, MOUNT_ATTR_STRICTATIME},
	{"suid",          OPTION_CLEAR, MOUNT_ATTR_NOSUID},
	{"symfollow",     OPTION_CLEAR, MOUNT_ATTR_NOSYMFOLLOW},
	{"sync",          OPTION_SUPERBLOCK_SET, MS_SYNCHRONOUS},
	{"tmpcopyup",     OPTION_EXTRA, MOUNT_COPY_UP},
	{"unbindable",    OPTION_PROPAGATION, MS_UNBINDABLE},
	{"z",             OPTION_NEUTRAL, 0},
};
/* clang-format on */

static const struct {
	uint64_t attribute;
	unsigned long flag;
} attribute_flags[] = {
	{MOUNT_ATTR_RDONLY, MS_RDONLY},
	{MOUNT_ATTR_NOSUID, MS_NOSUID},
	{MOUNT_ATTR_NODEV, MS_NODEV},
	{MOUNT_ATTR_NOEXEC, MS_NOEXEC},
	{MOUNT_ATTR_NOATIME, MS_NOATIME},
	{MOUNT_ATTR_STRICTATIME, MS_STRICTATIME},
	{MOUNT_ATTR_NODIRATIME, MS_NODIRATIME},
	{MOUNT_ATTR_NOSYMFOLLOW, MS_NOSYMFOLLOW},
};

unsigned long mount_options_flags(uint64_t attributes)
{
	unsigned long flags = 0;

	for (size_t i = 0; i < sizeof(attribute_flags) / sizeof(attribute_flags[0]); i++) {
		if (attributes & attribute_flags[i].attribute)
			flags |= attribute_flags[i].flag;
	}
	return flags;
}

/* An option may carry a value behind '=': idmap=... is idmap. */
static const struct option *option_find(const char *name, const char **ret_value)
{
	static const struct name_table table = {
		options, sizeof(options) / sizeof(options[0]), sizeof(options[0])};
	const char *value = strchr(name, '=');
	char word[16];
	const struct option *found;

	*ret_value = NULL;
	if (!value)
		return name_find(&table, name);
	if ((size_t)(value - name) >= sizeof(word))
		return NULL;
	memcpy(word, name, (size_t)(value - name));
	word[value - name] = '\0';
	found = name_find(&table, word);
	if (!found || found->kind != OPTION_MAP)
		return NULL;
	*ret_value = value + 1;
	return found;
}

const char *mount_option_next(size_t *at)
{
	return *at < sizeof(options) / sizeof(options[0]) ? options[(*at)++].name : NULL;
}

static void attribute_set(uint64_t *set, uint64_t *clear, uint64_t bits)
{
	*set |= bits;
	*clear &= ~bits;
}

/* The kernel wants the whole field cleared when any of it is set. */
static void atime_set(uint64_t *set, uint64_t *clear, uint64_t bits)
{
	*set = (*set & ~(uint64_t)MOUNT_ATTR__ATIME) | bits;
	*clear |= MOUNT_ATTR__ATIME;
}

static int propagation_add(
	struct mount_options *o, unsigned long flag, origin_t origin, struct error *err)
{
	for (size_t i = 0; i < MOUNT_PROPAGATIONS; i++) {
		if (!o->propagation[i] || o->propagation[i] == flag) {
			o->propagation[i] = flag;
			return 0;
		}
	}
	return builder_refuse(err, origin, "a mount takes at most %d kinds of propagation",
		MOUNT_PROPAGATIONS);
}

static int option_apply(struct mount_options *o, const struct option *option, const char *value,
	origin_t origin, struct error *err)
{
	switch (option->kind) {
	case OPTION_SET:
		attribute_set(&o->set, &o->clear, option->bits);
		break;
	case OPTION_CLEAR:
		attribute_set(&o->clear, &o->set, option->bits);
		break;
	case OPTION_ATIME:
		atime_set(&o->set, &o->clear, option->bits);
		break;
	case OPTION_RECURSIVE_SET:
		attribute_set(&o->recursive_set, &o->recursive_clear, option->bits);
		break;
	case OPTION_RECURSIVE_CLEAR:
		attribute_set(&o->recursive_clear, &o->recursive_set, option->bits);
		break;
	case OPTION_RECURSIVE_ATIME:
		atime_set(&o->recursive_set, &o->recursive_clear, option->bits);
		break;
	case OPTION_SUPERBLOCK_SET:
		o->superblock |= option->bits;
		break;
	case OPTION_SUPERBLOCK_CLEAR:
		o->superblock &= ~option->bits;
		break;
	case OPTION_PROPAGATION:
		return propagation_add(o, option->bits, origin, err);
	case OPTION_RBIND:
		o->recursive = true;
		o->bind = true;
		break;
	case OPTION_BIND:
		o->bind = true;
		break;
	case OPTION_REMOUNT:
		o->remount = true;
		break;
	case OPTION_EXTRA:
		o->extras |= (uint32_t)option->bits;
		break;
	case OPTION_MAP:
		o->map = true;
		o->map_recursive = option->bits;
		o->map_value = value;
		break;
	case OPTION_NEUTRAL:
		break;
	}
	return 0;
}

/* Appends one option to the data; `data` has room for all of the list. */
static char *data_append(char *data, char *end, const char *option)
{
	size_t length = strlen(option);

	if (end != data)
		*end++ = ',';
	memcpy(end, option, length);
	return end + length;
}

static size_t list_size(const struct oci_strings *list)
{
	size_t size = 1;

	for (size_t i = 0; i < list->count; i++)
		size += strlen(list->items[i]) + 1;
	return size;
}

int mount_options_parse(const struct oci_strings *list, struct arena *arena, origin_t origin,
	struct mount_options *ret_options, struct error *err)
{
	struct mount_options o = {0};
	char *data = NULL, *end = NULL;

	for (size_t i = 0; i < list->count; i++) {
		const char *name = list->items[i], *value;
		const struct option *option = option_find(name, &value);

		if (!name[0])
			continue;
		if (option) {
			if (option_apply(&o, option, value, origin, err))
				return -1;
			continue;
		}
		if (!data)
			end = data = arena_alloc(arena, list_size(list), 1);
		if (!data)
			return builder_full(err);
		end = data_append(data, end, name);
	}
	if (end - data >= DATA_SIZE)
		return builder_refuse(err, origin,
			"the options of the file system have %zu bytes, the kernel takes %d",
			(size_t)(end - data), DATA_SIZE - 1);
	o.data = data;
	*ret_options = o;
	return 0;
}
