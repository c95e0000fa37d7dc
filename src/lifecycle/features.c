/* SPDX-License-Identifier: GPL-2.0-or-later */
/* features: what this runtime can do, as JSON.
 *
 * Nothing is listed here a second time. Names come from the tables that decode and decide them, and
 * whether something works is asked of the plan: a small config that uses it is planned for an
 * invented host, so that an answer changes when the plan does.
 *
 * Runs in: the runtime. The answers are those of the program, whatever the host can do, but for the
 * seccomp flags that the kernel takes. No file is read: callers ask often, and from odd places.
 *
 * Spec: features.md, features-linux.md */
#include <errno.h>
#include <linux/audit.h>
#include <string.h>

#include "base/text.h"
#include "libocispec/decode.h"
#include "libocispec/encode.h"
#include "libocispec/enums.h"
#include "lifecycle/lifecycle.h"
#include "lifecycle/scratch.h"
#include "plan/annotations.h"
#include "plan/build.h"
#include "plan/capabilities.h"
#include "plan/hooks.h"
#include "plan/mount-options.h"
#include "plan/seccomp.h"
#include "seccomp/abi.h"
#include "seccomp/prepare.h"

enum question {
	ASK_V1,
	ASK_V2,
	ASK_SYSTEMD,
	ASK_SYSTEMD_USER,
	ASK_RDMA,
	ASK_SECCOMP,
	ASK_APPARMOR,
	ASK_SELINUX,
	ASK_INTEL_RDT,
	ASK_SCHEMATA,
	ASK_MONITORING,
	ASK_IDMAP,
	ASK_NET_DEVICES,
	ASK_COUNT,
};

#define MOUNT_NAMESPACE "\"namespaces\":[{\"type\":\"mount\"}]"
#define MAPPINGS                                                                               \
	"\"uidMappings\":[{\"containerID\":0,\"hostID\":1000,\"size\":1}],"                    \
	"\"gidMappings\":[{\"containerID\":0,\"hostID\":1000,\"size\":1}]"

/* A config that uses the feature, and who asks for it. */
static const struct {
	enum cgroup_layout layout;
	enum cgroup_manager manager;
	uint32_t euid;
	const char *json; /* what stands beside ociVersion and root */
} questions[ASK_COUNT] = {
	[ASK_V1] = {.layout = CGROUP_V1,
		.json = "\"linux\":{\"resources\":{\"memory\":{\"limit\":1048576}}}"},
	[ASK_V2] = {.layout = CGROUP_V2,
		.json = "\"linux\":{\"resources\":{\"memory\":{\"limit\":1048576}}}"},
	[ASK_SYSTEMD] = {.layout = CGROUP_V2,
		.manager = CGROUP_MANAGER_SYSTEMD,
		.json = "\"linux\":{}"},
	[ASK_SYSTEMD_USER] = {.layout = CGROUP_V2,
		.manager = CGROUP_MANAGER_SYSTEMD,
		.euid = 1000,
		.json = "\"linux\":{\"namespaces\":[{\"type\":\"user\"},{\"type\":\"mount\"}]"
			"," MAPPINGS "}"},
	[ASK_RDMA] = {.layout = CGROUP_V2,
		.json = "\"linux\":{\"resources\":{\"rdma\":{\"d\":{\"hcaHandles\":1}}}}"},
	[ASK_SECCOMP] = {.layout = CGROUP_V2,
		.json = "\"linux\":{\"seccomp\":{\"defaultAction\":\"SCMP_ACT_ALLOW\"}}"},
	[ASK_APPARMOR] = {.layout = CGROUP_V2,
		.json = "\"process\":{\"cwd\":\"/\",\"args\":[\"a\"],"
			"\"apparmorProfile\":\"p\"}"},
	[ASK_SELINUX] = {.layout = CGROUP_V2,
		.json = "\"process\":{\"cwd\":\"/\",\"args\":[\"a\"],\"selinuxLabel\":\"l\"}"},
	[ASK_INTEL_RDT] = {.layout = CGROUP_V2,
		.json = "\"linux\":{\"intelRdt\":{\"closID\":\"c\"}}"},
	[ASK_SCHEMATA] = {.layout = CGROUP_V2,
		.json = "\"linux\":{\"intelRdt\":{\"closID\":\"c\",\"schemata\":[\"MB:0=50\"]}"
			"}"},
	[ASK_MONITORING] = {.layout = CGROUP_V2,
		.json = "\"linux\":{\"intelRdt\":{\"closID\":\"c\",\"enableMonitoring\":true}"
			"}"},
	[ASK_IDMAP] = {.layout = CGROUP_V2,
		.json = "\"linux\":{" MOUNT_NAMESPACE "},\"mounts\":[{\"destination\":\"/m\","
			"\"source\":\"/s\",\"options\":[\"bind\"]," MAPPINGS "}]"},
	[ASK_NET_DEVICES] = {.layout = CGROUP_V2,
		.json = "\"linux\":{\"namespaces\":[{\"type\":\"network\"}],"
			"\"netDevices\":{\"eth0\":{}}}"},
};

#define VERSION_MIN "1.0.0"
#define VERSION_MAX "1.3.0"

/* Room for the longest list. */
#define NAMES_MAX 128

struct features {
	struct arena arena;
	bool works[ASK_COUNT];
};

static bool question_ask(struct features *f, enum question q)
{
	const struct host host = {.euid = questions[q].euid,
		.egid = questions[q].euid,
		.last_capability = 40,
		.audit_arch = AUDIT_ARCH_X86_64,
		.apparmor = true,
		.selinux = true,
		.resctrl = "/sys/fs/resctrl",
		.cgroups = {.layout = questions[q].layout,
			.count = 1,
			.of = {{.v2 = questions[q].layout == CGROUP_V2,
				.mount = "/sys/fs/cgroup/memory",
				.controllers = "memory",
				.own = "/"}}}};
	const struct request request = {.id = "features",
		.bundle = "/",
		.state_root = "/run",
		.start_at_once = true,
		.cgroup_manager = questions[q].manager};
	struct oci_arena memory = {0};
	const struct oci_spec *spec;
	const struct plan *plan;
	struct oci_error ignored;
	struct error err;
	char json[512];
	bool works;

	text_print(json, sizeof(json), "{\"ociVersion\":\"%s\",\"root\":{\"path\":\"r\"},%s}",
		VERSION_MAX, questions[q].json);
	works = !oci_spec_decode(json, strlen(json), &memory, &spec, &ignored) &&
		!plan_build(spec, &host, &request, &f->arena, &plan, &err);
	oci_arena_free(&memory);
	return works;
}

static void name_add(struct oci_strings *list, struct features *f, const char *name)
{
	if (!list->items)
		list->items = arena_array(&f->arena, const char *, NAMES_MAX);
	list->present = true;
	if (list->items && list->count < NAMES_MAX)
		list->items[list->count++] = name;
	else
		f->arena.full = true;
}

static struct oci_strings enum_list(struct features *f, enum oci_enum_id id)
{
	struct oci_strings list = {.present = true};

	for (unsigned value = 1; oci_enum_name(id, value); value++)
		name_add(&list, f, oci_enum_name(id, value));
	return list;
}

static struct oci_strings hook_list(struct features *f)
{
	struct oci_strings list = {.present = true};

	for (int kind = 0; kind < HOOK_KINDS; kind++)
		name_add(&list, f, hook_kind_name((enum hook_kind)kind));
	return list;
}

static struct oci_strings mount_option_list(struct features *f)
{
	struct oci_strings list = {.present = true};
	const char *name;

	for (size_t at = 0; (name = mount_option_next(&at));)
		name_add(&list, f, name);
	return list;
}

static struct oci_strings capability_list(struct features *f)
{
	struct oci_strings list = {.present = true};

	for (uint32_t number = 0; capability_name(number); number++)
		name_add(&list, f, capability_name(number));
	return list;
}

static struct oci_strings arch_list(struct features *f)
{
	struct oci_strings list = {.present = true};

	for (unsigned abi = 0; abi < SECCOMP_ABI_COUNT; abi++)
		name_add(&list, f,
			oci_enum_name(OCI_ENUM_oci_seccomp_arch,
				seccomp_abi_arch((enum seccomp_abi)abi)));
	return list;
}

static struct oci_strings supported_flag_list(struct features *f)
{
	const enum oci_enum_id id = OCI_ENUM_oci_seccomp_flag;
	struct oci_strings list = {.present = true};

	for (unsigned value = 1; oci_enum_name(id, value); value++) {
		if (prepare_flag_supported(seccomp_flag_value((enum oci_seccomp_flag)value)))
			name_add(&list, f, oci_enum_name(id, value));
	}
	return list;
}

static struct oci_strings annotation_list(struct features *f)
{
	struct oci_strings list = {.present = true};

	for (size_t i = 0; annotation_name(i); i++)
		name_add(&list, f, annotation_name(i));
	return list;
}

/* About the program itself, under the names that its peers use. */
static struct oci_map annotation_map(struct features *f)
{
	static struct oci_pair const rows[] = {
		{"io.github.seccomp.libseccomp.version", NULL},
		{"org.opencontainers.runc.checkpoint.enabled", "false"},
		{"run.oci.tare.commit", TARE_COMMIT},
		{"run.oci.tare.version", TARE_VERSION},
	};
	const size_t count = sizeof(rows) / sizeof(rows[0]);
	struct oci_map map = {.present = true};
	unsigned library[3];
	char version[64];

	abi_library(library);
	text_print(version, sizeof(version), "%u.%u.%u", library[0], library[1], library[2]);
	map.items = arena_array(&f->arena, struct oci_pair, count);
	if (!map.items)
		return map;
	memcpy(map.items, rows, sizeof(rows));
	map.items[0].value = arena_string(&f->arena, version);
	map.count = count;
	return map;
}

static struct oci_opt_bool answer(const struct features *f, enum question q)
{
	return (struct oci_opt_bool){.present = true, .value = f->works[q]};
}

static int features_write(struct features *f,
	int (*write)(void *ctx, const char *bytes, size_t length), void *ctx)
{
	const struct oci_writer writer = {.write = write, .context = ctx, .indent = "  "};
	struct oci_cgroup_features cgroup = {.v1 = answer(f, ASK_V1),
		.v2 = answer(f, ASK_V2),
		.systemd = answer(f, ASK_SYSTEMD),
		.systemd_user = answer(f, ASK_SYSTEMD_USER),
		.rdma = answer(f, ASK_RDMA)};
	struct oci_seccomp_features seccomp = {.enabled = answer(f, ASK_SECCOMP),
		.actions = enum_list(f, OCI_ENUM_oci_seccomp_action),
		.operators = enum_list(f, OCI_ENUM_oci_seccomp_operator),
		.archs = arch_list(f),
		.known_flags = enum_list(f, OCI_ENUM_oci_seccomp_flag),
		.supported_flags = supported_flag_list(f)};
	struct oci_enabled apparmor = {answer(f, ASK_APPARMOR)};
	struct oci_enabled selinux = {answer(f, ASK_SELINUX)};
	struct oci_intel_rdt_features intel_rdt = {.enabled = answer(f, ASK_INTEL_RDT),
		.schemata = answer(f, ASK_SCHEMATA),
		.monitoring = answer(f, ASK_MONITORING)};
	struct oci_memory_policy_features memory_policy = {
		.modes = enum_list(f, OCI_ENUM_oci_memory_policy_mode),
		.flags = enum_list(f, OCI_ENUM_oci_memory_policy_flag)};
	struct oci_enabled idmap = {answer(f, ASK_IDMAP)};
	struct oci_mount_extensions extensions = {.idmap = &idmap};
	struct oci_enabled net_devices = {answer(f, ASK_NET_DEVICES)};
	struct oci_linux_features on_linux = {
		.namespaces = enum_list(f, OCI_ENUM_oci_namespace_type),
		.capabilities = capability_list(f),
		.cgroup = &cgroup,
		.seccomp = &seccomp,
		.apparmor = &apparmor,
		.selinux = &selinux,
		.intel_rdt = &intel_rdt,
		.memory_policy = &memory_policy,
		.mount_extensions = &extensions,
		.net_devices = &net_devices};
	struct oci_features features = {.oci_version_min = VERSION_MIN,
		.oci_version_max = VERSION_MAX,
		.hooks = hook_list(f),
		.mount_options = mount_option_list(f),
		.on_linux = &on_linux,
		.annotations = annotation_map(f),
		.potentially_unsafe_config_annotations = annotation_list(f)};

	if (f->arena.full)
		return -ENOMEM;
	return oci_features_encode(&features, &writer);
}

int lifecycle_features(
	int (*write)(void *ctx, const char *bytes, size_t length), void *ctx, struct error *err)
{
	struct features features = {0};
	int r;

	if (scratch_open(&features.arena, err))
		return -1;
	for (int q = 0; q < ASK_COUNT; q++)
		features.works[q] = question_ask(&features, (enum question)q);
	r = features_write(&features, write, ctx);
	if (!r)
		r = write(ctx, "\n", 1);
	if (r)
		error_system(err, r, "cannot write the features");
	scratch_close(&features.arena);
	return r ? -1 : 0;
}
