/* SPDX-License-Identifier: GPL-2.0-or-later */
/* features, both ways: what is listed is accepted by the plan, and what the plan accepts is listed. */
#include "plan_help.h"

#include <dirent.h>
#include <linux/capability.h>

#include "libocispec/tables.h"
#include "libocispec_help.h"
#include "lifecycle/lifecycle.h"
#include "plan/mount-options.h"

/* One decoded answer for all cases. */
struct answer {
	struct oci_buffer text;
	struct oci_arena arena;
	const struct oci_features *features;
};

static int answer_open(void **state)
{
	struct answer *a = calloc(1, sizeof(*a));
	struct oci_error where;
	struct error err;

	assert_non_null(a);
	assert_int_equal(lifecycle_features(oci_buffer_write, &a->text, &err), 0);
	if (oci_features_decode(a->text.bytes, a->text.length, &a->arena, &a->features, &where))
		fail_msg("%s: %s", where.pointer, where.text);
	*state = a;
	return 0;
}

static int answer_close(void **state)
{
	struct answer *a = *state;

	oci_arena_free(&a->arena);
	oci_buffer_free(&a->text);
	free(a);
	return 0;
}

static const struct oci_features *listed(void **state)
{
	return ((struct answer *)*state)->features;
}

static bool has(const struct oci_strings *list, const char *name)
{
	for (size_t i = 0; i < list->count; i++) {
		if (!strcmp(list->items[i], name))
			return true;
	}
	return false;
}

static bool has_no_doubles(const struct oci_strings *list)
{
	for (size_t i = 0; i < list->count; i++) {
		for (size_t j = 0; j < i; j++) {
			if (!strcmp(list->items[i], list->items[j]))
				return false;
		}
	}
	return list->present && list->count;
}

/* Plans a part of config.json with ' for " and `word` for %: is it accepted? */
static bool plan_takes(const struct host *host, const char *part, const char *word)
{
	const char *hole = strchr(part, '%');
	char json[4096];
	struct planned p;
	bool taken;

	assert_non_null(hole);
	snprintf(json, sizeof(json), "{'ociVersion':'1.3.0','root':{'path':'r'},%.*s%s%s",
		(int)(hole - part), part, word, hole + 1);
	for (char *c = json; *c; c++)
		*c = *c == '\'' ? '"' : *c;
	planned_decode(&p, json, strlen(json));
	planned_build(&p, host, &request_run);
	taken = p.plan;
	planned_free(&p);
	return taken;
}

/* What mounts can be told, wherever that was read: the specification, the manual pages of mount(8), other runtimes. */
static const char *const option_words[] = {"async", "atime", "bind", "defaults", "dev",
	"diratime", "dirsync", "exec", "iversion", "lazytime", "loud", "mand", "noatime",
	"nodev", "nodiratime", "noexec", "noiversion", "nolazytime", "nomand", "norelatime",
	"nostrictatime", "nosuid", "nosymfollow", "private", "ratime", "rbind", "rdev",
	"rdiratime", "relatime", "remount", "rexec", "rnoatime", "rnodev", "rnodiratime",
	"rnoexec", "rnorelatime", "rnostrictatime", "rnosuid", "rnosymfollow", "ro", "rprivate",
	"rrelatime", "rro", "rrw", "rshared", "rslave", "rstrictatime", "rsuid", "rsymfollow",
	"runbindable", "rw", "shared", "silent", "slave", "strictatime", "suid", "symfollow",
	"sync", "unbindable", "tmpcopyup", "copy-symlink", "dest-nofollow", "src-nofollow",
	"idmap", "ridmap", "z", "Z", "acl", "noacl", "rsync", "rasync", "rdirsync", "rmand",
	"rnomand", "auto", "noauto", "user", "nouser", "group", "owner", "_netdev", "nofail",
	"move", "rmove", "make-shared", "rnolazytime", "O", "U", "nocopy", "copy"};

/* Does the plan know the word, instead of handing it to the file system? */
static bool option_is_known(const char *word)
{
	struct oci_strings list = {.count = 1, .items = &word, .present = true};
	struct mount_options options;
	char memory[4096] = {0};
	struct arena arena;
	struct error err;

	arena_start(&arena, memory, sizeof(memory));
	assert_int_equal(mount_options_parse(&list, &arena, 0, &options, &err), 0);
	return !options.data;
}

static void mount_options_are_those_that_the_plan_acts_on(void **state)
{
	const struct oci_strings *options = &listed(state)->mount_options;

	assert_true(has_no_doubles(options));
	for (size_t i = 0; i < options->count; i++) {
		const char *name = options->items[i];

		if (!option_is_known(name))
			fail_msg("\"%s\" is listed, and nothing acts on it", name);
	}
	for (size_t i = 0; i < sizeof(option_words) / sizeof(option_words[0]); i++) {
		const char *name = option_words[i];
		bool works = option_is_known(name);

		if (works != has(options, name))
			fail_msg("\"%s\" %s", name, works ? "is not listed" : "is listed");
	}
	/* Containerd and CRI-O look for this one. */
	assert_true(has(options, "rro"));
}

static void hooks_are_the_members_of_hooks(void **state)
{
	const struct oci_table *table = &oci_tables[OCI_TABLE_oci_hooks];

	assert_int_equal(listed(state)->hooks.count, table->count);
	for (unsigned i = 0; i < table->count; i++) {
		const char *name = table->members[i].name;

		assert_true(has(&listed(state)->hooks, name));
		assert_true(plan_takes(&host_v2, "'hooks':{'%':[{'path':'/h'}]}}", name));
	}
}

/* Each value of the enumeration: listed exactly if the plan takes the config. */
static void check_enum(enum oci_enum_id id, const struct oci_strings *list, const char *part)
{
	size_t taken = 0;

	assert_true(has_no_doubles(list));
	for (unsigned value = 1; oci_enum_name(id, value); value++) {
		const char *name = oci_enum_name(id, value);
		bool takes = plan_takes(&host_v2, part, name);

		if (takes != has(list, name))
			fail_msg("%s %s", name, takes ? "is not listed" : "is listed");
		taken += takes;
	}
	assert_int_equal(taken, list->count);
}

static void namespaces_are_those_that_the_plan_makes(void **state)
{
	check_enum(OCI_ENUM_oci_namespace_type, &listed(state)->on_linux->namespaces,
		"'linux':{'namespaces':[{'type':'%','path':'/proc/1/ns/x'}]}}");
}

static void capabilities_are_those_of_the_kernel(void **state)
{
	const struct oci_strings *names = &listed(state)->on_linux->capabilities;

	assert_true(has_no_doubles(names));
	assert_int_equal(names->count, CAP_LAST_CAP + 1);
	for (size_t i = 0; i < names->count; i++) {
		char json[256];
		struct planned p;

		snprintf(json, sizeof(json),
			"{\"ociVersion\":\"1.3.0\",\"root\":{\"path\":\"r\"},\"process\":{"
			"\"cwd\":\"/\","
			"\"args\":[\"a\"],\"capabilities\":{\"bounding\":[\"%s\"]}}}",
			names->items[i]);
		planned_decode(&p, json, strlen(json));
		planned_build(&p, &host_v2, &request_run);
		assert_non_null(p.plan);
		assert_int_equal(p.plan->process.capabilities.bounding, 1ULL << i);
		planned_free(&p);
	}
}

static void seccomp_words_are_those_that_the_plan_takes(void **state)
{
	const struct oci_seccomp_features *seccomp = listed(state)->on_linux->seccomp;

	assert_true(seccomp->enabled.value);
	check_enum(OCI_ENUM_oci_seccomp_action, &seccomp->actions,
		"'linux':{'seccomp':{'defaultAction':'SCMP_ACT_ALLOW','listenerPath':'/s',"
		"'syscalls':[{'names':['getcwd'],'action':'%'}]}}}");
	check_enum(OCI_ENUM_oci_seccomp_operator, &seccomp->operators,
		"'linux':{'seccomp':{'defaultAction':'SCMP_ACT_ALLOW',"
		"'syscalls':[{'names':['getcwd'],'action':'SCMP_ACT_LOG',"
		"'args':[{'index':0,'value':1,'op':'%'}]}]}}}");
	check_enum(OCI_ENUM_oci_seccomp_flag, &seccomp->known_flags,
		"'linux':{'seccomp':{'defaultAction':'SCMP_ACT_ALLOW','listenerPath':'/s',"
		"'flags':['%'],"
		"'syscalls':[{'names':['getcwd'],'action':'SCMP_ACT_NOTIFY'}]}}}");
	for (size_t i = 0; i < seccomp->supported_flags.count; i++)
		assert_true(has(&seccomp->known_flags, seccomp->supported_flags.items[i]));
}

/* Does a profile for this instruction set have an effect on a machine of this kind? */
static bool arch_has_effect(const char *name, uint32_t machine)
{
	struct host host = host_v2;
	struct planned p;
	char json[512];
	bool effect;

	host.audit_arch = machine;
	snprintf(json, sizeof(json),
		"{\"ociVersion\":\"1.3.0\",\"root\":{\"path\":\"r\"},\"linux\":{\"seccomp\":{"
		"\"defaultAction\":\"SCMP_ACT_ALLOW\",\"architectures\":[\"%s\"]}}}",
		name);
	planned_decode(&p, json, strlen(json));
	planned_build(&p, &host, &request_run);
	assert_non_null(p.plan);
	effect = !p.plan->warning_count;
	planned_free(&p);
	return effect;
}

static void architectures_are_those_with_an_effect(void **state)
{
	const struct oci_strings *archs = &listed(state)->on_linux->seccomp->archs;
	size_t effects = 0;

	assert_true(has_no_doubles(archs));
	for (unsigned value = 1; oci_enum_name(OCI_ENUM_oci_seccomp_arch, value); value++) {
		const char *name = oci_enum_name(OCI_ENUM_oci_seccomp_arch, value);
		bool effect = arch_has_effect(name, AUDIT_ARCH_X86_64) ||
			      arch_has_effect(name, AUDIT_ARCH_AARCH64);

		assert_int_equal(has(archs, name), effect);
		effects += effect;
	}
	assert_int_equal(archs->count, effects);
}

static void memory_policies_are_those_that_the_plan_takes(void **state)
{
	const struct oci_memory_policy_features *policy =
		listed(state)->on_linux->memory_policy;

	for (size_t i = 0; i < policy->modes.count; i++) {
		const char *name = policy->modes.items[i];

		assert_true(
			plan_takes(&host_v2,
				"'linux':{'memoryPolicy':{'mode':'%','nodes':'0'}}}", name) ||
			plan_takes(&host_v2, "'linux':{'memoryPolicy':{'mode':'%'}}}", name));
	}
	for (unsigned value = 1; oci_enum_name(OCI_ENUM_oci_memory_policy_mode, value); value++)
		assert_true(has(
			&policy->modes, oci_enum_name(OCI_ENUM_oci_memory_policy_mode, value)));
	check_enum(OCI_ENUM_oci_memory_policy_flag, &policy->flags,
		"'linux':{'memoryPolicy':{'mode':'MPOL_BIND','nodes':'0','flags':['%']}}}");
}

/* What is refused as not implemented is not there, and what is there is not refused. */
static void switches_are_those_that_nobody_refuses(void **state)
{
	const struct oci_linux_features *on_linux = listed(state)->on_linux;
	const struct {
		bool listed;
		const char *json;
	} rows[] = {
		{on_linux->cgroup->rdma.value,
			"'linux':{'resources':{'rdma':{'d':{'hcaObjects':2}}}}}"},
		{on_linux->intel_rdt->enabled.value, "'linux':{'intelRdt':{'closID':'c'}}}"},
		{on_linux->intel_rdt->schemata.value,
			"'linux':{'intelRdt':{'schemata':['L3:0=f']}}}"},
		{on_linux->intel_rdt->monitoring.value,
			"'linux':{'intelRdt':{'enableMonitoring':true}}}"},
		{on_linux->net_devices->enabled.value,
			"'linux':{'namespaces':[{'type':'network'}],'netDevices':{'eth0':{'"
			"name':'e'}}}}"},
		{on_linux->mount_extensions->idmap->enabled.value,
			"'mounts':[{'destination':'/m','source':'/s','options':['bind'],"
			"'uidMappings':[{'containerID':0,'hostID':1,'size':1}],"
			"'gidMappings':[{'containerID':0,'hostID':1,'size':1}]}],"
			"'linux':{'namespaces':[{'type':'mount'}]}}"},
	};
	struct host host = host_v2;

	host.resctrl = "/sys/fs/resctrl";

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char json[1024];
		struct planned p;

		snprintf(json, sizeof(json), "{'ociVersion':'1.3.0','root':{'path':'r'},%s",
			rows[i].json);
		for (char *c = json; *c; c++)
			*c = *c == '\'' ? '"' : *c;
		planned_decode(&p, json, strlen(json));
		planned_build(&p, &host, &request_run);
		if (rows[i].listed != (p.plan != NULL))
			fail_msg("%s: listed as %s", json, rows[i].listed ? "true" : "false");
		planned_free(&p);
	}
	assert_true(on_linux->cgroup->v1.value);
	assert_true(on_linux->cgroup->v2.value);
	assert_true(on_linux->apparmor->enabled.value);
	assert_true(on_linux->selinux->enabled.value);
}

static void the_systemd_manager_is_there_if_the_plan_takes_it(void **state)
{
	static const char json[] = "{\"ociVersion\":\"1.3.0\",\"root\":{\"path\":\"r\"}}";
	const struct request request = {.id = "web",
		.bundle = "/bundle",
		.state_root = "/run/tare",
		.start_at_once = true,
		.cgroup_manager = CGROUP_MANAGER_SYSTEMD};
	struct planned p;

	planned_decode(&p, json, sizeof(json) - 1);
	planned_build(&p, &host_v2, &request);
	assert_int_equal(listed(state)->on_linux->cgroup->systemd.value, p.plan != NULL);
	planned_free(&p);
}

/* Calls `found` for each name of an annotation in the sources below a folder. */
static void annotations_find(
	const char *folder, void (*found)(void *ctx, const char *), void *ctx)
{
	struct dirent **entries;
	int count = scandir(folder, &entries, NULL, alphasort);

	assert_true(count >= 0);
	for (int i = 0; i < count; i++) {
		const char *name = entries[i]->d_name, *dot = strrchr(name, '.');
		char path[4096];
		size_t length;
		char *text;

		snprintf(path, sizeof(path), "%s/%s", folder, name);
		if (!dot)
			annotations_find(path, found, ctx);
		if (dot && (!strcmp(dot, ".c") || !strcmp(dot, ".h")) &&
			strcmp(name, "annotations.c") != 0 && strcmp(name, "features.c") != 0) {
			text = file_text(path, &length);
			text = realloc(text, length + 1);
			assert_non_null(text);
			text[length] = '\0';
			for (char *at = text; (at = strstr(at, "\"")); at++) {
				char word[64];
				size_t end = strcspn(at + 1, "\"\n ");

				if ((strncmp(at + 1, "run.oci.", 8) != 0 &&
					    strncmp(at + 1, "org.", 4) != 0) ||
					!strncmp(at + 1, "org.freedesktop.", 16) ||
					at[end + 1] != '"' || end >= sizeof(word))
					continue;
				snprintf(word, sizeof(word), "%.*s", (int)end, at + 1);
				found(ctx, word);
			}
			free(text);
		}
		free(entries[i]);
	}
	free(entries);
}

struct names_seen {
	const struct oci_strings *list;
	bool seen[64];
};

static void annotation_check(void *ctx, const char *name)
{
	struct names_seen *names = ctx;

	for (size_t i = 0; i < names->list->count; i++) {
		if (!strcmp(names->list->items[i], name)) {
			names->seen[i] = true;
			return;
		}
	}
	fail_msg("\"%s\" is acted on and not in the list of src/plan/annotations.c", name);
}

static void annotations_are_those_that_the_sources_name(void **state)
{
	const struct oci_strings *list = &listed(state)->potentially_unsafe_config_annotations;
	struct names_seen names = {.list = list};
	char path[4096];

	assert_true(has_no_doubles(list));
	assert_true(list->count < 64);
	annotations_find(source_path(path, "src"), annotation_check, &names);
	for (size_t i = 0; i < list->count; i++) {
		/* These two stand in annotations.c itself. */
		if (!names.seen[i] &&
			strcmp(list->items[i], "run.oci.keep_original_groups") != 0 &&
			strcmp(list->items[i], "run.oci.pidfd_receiver") != 0)
			fail_msg("\"%s\" is listed, and nothing acts on it", list->items[i]);
	}
}

static void versions_are_what_callers_expect(void **state)
{
	const struct oci_features *features = listed(state);
	struct answer *a = *state;

	assert_string_equal(features->oci_version_min, "1.0.0");
	assert_string_equal(features->oci_version_max, "1.3.0");
	assert_true(features->annotations.count >= 2);
	assert_int_equal(a->text.bytes[a->text.length - 1], '\n');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mount_options_are_those_that_the_plan_acts_on),
		cmocka_unit_test(hooks_are_the_members_of_hooks),
		cmocka_unit_test(namespaces_are_those_that_the_plan_makes),
		cmocka_unit_test(capabilities_are_those_of_the_kernel),
		cmocka_unit_test(seccomp_words_are_those_that_the_plan_takes),
		cmocka_unit_test(architectures_are_those_with_an_effect),
		cmocka_unit_test(memory_policies_are_those_that_the_plan_takes),
		cmocka_unit_test(switches_are_those_that_nobody_refuses),
		cmocka_unit_test(the_systemd_manager_is_there_if_the_plan_takes_it),
		cmocka_unit_test(annotations_are_those_that_the_sources_name),
		cmocka_unit_test(versions_are_what_callers_expect),
	};

	return cmocka_run_group_tests_name("features", tests, answer_open, answer_close);
}
