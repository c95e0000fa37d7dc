/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The whole plan of configs that engines wrote, on invented hosts, against golden/NAME.plan.
 *
 * usage: plan_golden_test [--update]     --update writes the files anew: read the difference
 *
 * Members that are not acted on yet are taken out of the recorded configs first: what is refused
 * is tested by plan_refusal_test. */
#include "plan_help.h"

#include "libocispec_help.h"

struct golden {
	const char *name;
	const char
		*config; /* in tests/data/configs, or with a leading '/' in tests/unit/golden */
	const struct host *host;
	struct request request;
};

#define RUN	   .id = "web", .bundle = "/bundle", .start_at_once = true
#define CREATE	   .id = "web", .bundle = "/bundle"
#define CREATE_TTY CREATE, .console_socket = "/run/console.sock"

static const struct golden goldens[] = {
	{"runc-spec.v2", "runc-1.3.6-spec/spec.config.json", &host_v2, {RUN}},
	{"runc-spec.v1", "runc-1.3.6-spec/spec.config.json", &host_v1, {RUN}},
	{"runc-spec.hybrid", "runc-1.3.6-spec/spec.config.json", &host_hybrid, {CREATE_TTY}},
	{"runc-spec-rootless.v2", "runc-1.3.6-spec/spec-rootless.config.json", &host_v2, {RUN}},
	{"crun-spec.v2", "crun-1.28-spec/spec.config.json", &host_v2,
		{RUN, .no_pivot = true, .no_new_keyring = true}},
	{"crun-spec.hybrid", "crun-1.28-spec/spec.config.json", &host_hybrid, {RUN}},
	{"podman.v2", "podman-5.8.6-crun/default.config.json", &host_v2, {CREATE}},
	{"podman-it.hybrid", "podman-5.8.6-crun/it.config.json", &host_hybrid, {CREATE_TTY}},
	{"crun-spec-disabled.v1", "crun-1.28-spec/spec.config.json", &host_v1,
		{RUN, .cgroup_manager = CGROUP_MANAGER_DISABLED, .preserve_fds = 2}},
	{"docker.v2", "docker-28.5.2/default.config.json", &host_v2, {CREATE}},
	{"docker-remap.hybrid", "docker-28.5.2/remap-c1.config.json", &host_hybrid, {CREATE}},
	{"docker-20.v1", "docker-20.10.24/default.config.json", &host_v1, {CREATE}},
	{"containerd-cri.v1", "containerd-1.6.20-cri/default.config.json", &host_v1, {CREATE}},
	{"containerd-userns.v2", "containerd-2.1.9-cri/userns-sandbox.config.json", &host_v2,
		{CREATE}},
	{"buildah.v2", "buildah-1.43.2/default.config.json", &host_v2, {CREATE}},
	{"umoci-uidmap.v2", "umoci-0.6.0/unpack-uidmap.config.json", &host_v2, {RUN}},
	{"joins.v2", "/joins.json", &host_v2, {RUN}},
	{"no-process.v1", "/no-process.json", &host_v1, {CREATE}},
};

static bool updating;

/* Takes out what the invented hosts do not have. The decoded spec is const for those who use it: here it is ours. */
static void spec_reduce(struct oci_spec *spec)
{
	struct oci_linux *on_linux = spec->on_linux;

	on_linux->intel_rdt = NULL;
}

static void golden_compare(const struct golden *golden, const struct planned *p)
{
	char path[4096], name[256];
	FILE *file;
	char *expected;
	size_t length;

	snprintf(name, sizeof(name), "tests/unit/golden/%s.plan", golden->name);
	source_path(path, name);
	if (updating) {
		file = fopen(path, "w");
		assert_non_null(file);
		assert_int_equal(fwrite(p->text, 1, p->length, file), p->length);
		assert_int_equal(fclose(file), 0);
		return;
	}
	expected = file_text(path, &length);
	for (size_t i = 0, line = 1; i < length || i < p->length; i++) {
		if (i >= length || i >= p->length || expected[i] != p->text[i])
			fail_msg("%s differs from line %zu on; the plan is\n%s", path, line,
				p->text);
		line += expected[i] == '\n';
	}
	free(expected);
}

static void golden_check(void **state)
{
	const struct golden *golden = *state;
	char path[4096], name[256];
	struct planned p;
	size_t length;
	char *json;

	snprintf(name, sizeof(name), "tests/%s%s",
		golden->config[0] == '/' ? "unit/golden" : "data/configs/", golden->config);
	json = file_text(source_path(path, name), &length);
	planned_decode(&p, json, length);
	spec_reduce((struct oci_spec *)(uintptr_t)p.spec);
	planned_build(&p, golden->host, &golden->request);
	if (!p.plan)
		fail_msg("%s: %s at %s", golden->name, p.err.text, p.place);
	golden_compare(golden, &p);
	planned_free(&p);
	free(json);
}

int main(int argc, char **argv)
{
	struct CMUnitTest tests[sizeof(goldens) / sizeof(goldens[0])] = {{0}};

	updating = argc > 1 && !strcmp(argv[1], "--update");
	for (size_t i = 0; i < sizeof(goldens) / sizeof(goldens[0]); i++) {
		tests[i].name = goldens[i].name;
		tests[i].test_func = golden_check;
		tests[i].initial_state = (void *)(uintptr_t)&goldens[i];
	}
	return cmocka_run_group_tests_name("plan: golden files", tests, NULL, NULL);
}
