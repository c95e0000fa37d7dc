/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What create keeps of a configuration for exec leads to the plan, or the error, that all of it leads to. */
#include "plan_help.h"

#include <glob.h>

#include "libocispec_help.h"
#include "plan/exec.h"
#include "plan/namespace-kinds.h"

static size_t lengths, reduced_lengths;

static const uint32_t others[] = {0, 1U << NAMESPACE_PID, (1U << NAMESPACE_COUNT) - 1};

static struct oci_buffer reduced(const struct oci_spec *spec, bool without_rules)
{
	struct oci_buffer buffer = {0};
	const struct oci_writer writer = {.write = oci_buffer_write, .context = &buffer};
	struct exec_spec reduced;

	exec_spec_reduce(spec, without_rules, &reduced);
	assert_int_equal(oci_spec_encode(&reduced.spec, &writer), 0);
	assert_null(strchr(buffer.bytes, '\n'));
	return buffer;
}

static void compare(const char *name, const char *json, size_t length, bool without_rules,
	const struct host *host, const struct request *request)
{
	struct planned all, less;
	struct oci_buffer text;

	planned_decode(&all, json, length);
	text = reduced(all.spec, without_rules);
	planned_decode(&less, text.bytes, text.length);
	lengths += without_rules ? length : 0;
	reduced_lengths += without_rules ? text.length : 0;
	oci_buffer_free(&text);
	if (without_rules && all.spec->on_linux && all.spec->on_linux->seccomp) {
		struct oci_seccomp *seccomp = all.spec->on_linux->seccomp;

		assert_int_equal(less.spec->on_linux->seccomp->syscalls.count, 0);
		seccomp->syscalls.count = 0;
	}
	planned_build(&all, host, request);
	planned_build(&less, host, request);
	if (!all.plan != !less.plan || strcmp(all.err.text, less.err.text) != 0 ||
		strcmp(all.place, less.place) != 0 || strcmp(all.text, less.text) != 0)
		fail_msg("%s: %s at %s\n%s\nbut reduced: %s at %s\n%s", name, all.err.text,
			all.place, all.text, less.err.text, less.place, less.text);
	planned_free(&all);
	planned_free(&less);
}

/* Those are others than ours in any case. */
static uint32_t namespaces_made(const char *json, size_t length)
{
	struct planned p;
	uint32_t made = 0;

	planned_decode(&p, json, length);
	for (size_t i = 0; p.spec->on_linux && i < p.spec->on_linux->namespaces.count; i++) {
		const struct oci_namespace *item = &p.spec->on_linux->namespaces.items[i];

		if (!item->path)
			made |= 1U << namespace_kind_of(item->type);
	}
	planned_free(&p);
	return made;
}

static void compare_everywhere(const char *name, const char *json, size_t length)
{
	static const struct host *const hosts[] = {&host_v2, &host_v1, &host_hybrid};
	const uint32_t made = namespaces_made(json, length);
	struct request_target target = {.pid = 4242};
	struct request request = request_run;

	request.target = &target;
	for (size_t h = 0; h < 3; h++) {
		for (size_t i = 0; i < 3; i++) {
			target.others = others[i] | made;
			compare(name, json, length, false, hosts[h], &request);
			compare(name, json, length, true, hosts[h], &request);
		}
	}
}

static void what_engines_write_leads_to_the_same_plan(void **state)
{
	char pattern[4096];
	glob_t files;

	(void)state;
	assert_int_equal(glob(source_path(pattern, "tests/data/configs/*/*.config.json"), 0,
				 NULL, &files),
		0);
	assert_true(files.gl_pathc > 100);
	for (size_t i = 0; i < files.gl_pathc; i++) {
		size_t length;
		char *json = file_text(files.gl_pathv[i], &length);

		compare_everywhere(files.gl_pathv[i], json, length);
		free(json);
	}
	globfree(&files);
	assert_in_range(reduced_lengths, 1, lengths / 3);
}

/* What engines seldom or never write, piece by piece: an error of one would hide another's. */
static void what_is_rare_leads_to_the_same_plan(void **state)
{
	static const char *const pieces[] = {
		"'linux':{'personality':{'domain':'LINUX32'}}",
		"'linux':{'memoryPolicy':{'mode':'MPOL_BIND','nodes':'0'}}",
		"'linux':{'intelRdt':{'closID':'x','l3CacheSchema':'L3:0=f'}}",
		"'linux':{'mountLabel':'system_u:object_r:container_file_t:s0'}",
		"'linux':{'rootfsPropagation':'shared'}",
		"'linux':{'timeOffsets':{'boottime':{'secs':5}},'namespaces':[{'type':'time'}]"
		"}",
		"'linux':{'namespaces':[{'type':'user'},{'type':'mount'}],"
		"'uidMappings':[{'containerID':0,'hostID':1000,'size':10}],"
		"'gidMappings':[{'containerID':0,'hostID':1000,'size':10}]}",
		"'linux':{'seccomp':{'defaultAction':'SCMP_ACT_ALLOW','flags':[],"
		"'syscalls':[{'names':['mkdir'],'action':'SCMP_ACT_ERRNO','errnoRet':7}]}}",
		"'linux':{'seccomp':{'defaultAction':'SCMP_ACT_ALLOW','defaultErrnoRet':7}}",
		"'linux':{'cgroupsPath':'/"
		"a','resources':{'pids':{'limit':5}},'sysctl':{'a.b':'c'}}",
		"'annotations':{'run.oci.keep_original_groups':'1','a':'b'}",
		"'annotations':{'run.oci.seccomp_bpf_data':'AAAA'}",
		"'hooks':{'poststop':[{'path':'/x'}]},'hostname':'h','domainname':'d'",
		"'root':{'path':'/','readonly':true}",
		"'mounts':[{'destination':'/a','type':'tmpfs','source':'a'}]",
		"'linux':{'maskedPaths':['/a']}",
		"'linux':{'readonlyPaths':['/a'],'namespaces':[{'type':'mount','path':'/m'}]}",
		"'linux':{'devices':[{'path':'/dev/a','type':'c','major':1,'minor':3}],"
		"'namespaces':[{'type':'mount','path':'/m'}]}",
	};
	char json[2048];

	(void)state;
	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		int length = snprintf(json, sizeof(json),
			"{'ociVersion':'1.3.0',%s'process':{'cwd':'/','args':['a']},%s}",
			strstr(pieces[i], "'root'") ? "" : "'root':{'path':'r'},", pieces[i]);

		for (int at = 0; at < length; at++) {
			if (json[at] == '\'')
				json[at] = '"';
		}
		compare_everywhere(pieces[i], json, (size_t)length);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_engines_write_leads_to_the_same_plan),
		cmocka_unit_test(what_is_rare_leads_to_the_same_plan),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
