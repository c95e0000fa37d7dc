/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Security modules: plan/labels.c. */
#include "plan_help.h"

#define PROCESS                                                                                \
	"{'ociVersion':'1.2.0','root':{'path':'r'},'process':{'cwd':'/','args':['sh'],%}}"

static void a_profile_needs_apparmor(void **state)
{
	static const struct plan_row on[] = {
		{"'apparmorProfile':'docker-default'",
			"\n  label apparmor/exec \"exec docker-default\"  <- "
			"/process/apparmorProfile\n",
			NULL},
		{"'apparmorProfile':'unconfined'", "  label apparmor/exec \"exec unconfined\"",
			NULL},
		{"'apparmorProfile':''", "-label", NULL},
		{"'apparmorProfile':'a\\nb'", "!has characters that no name of AppArmor has",
			"/process/apparmorProfile"},
	};
	static const struct plan_row off[] = {
		{"'apparmorProfile':'docker-default'",
			"!\"docker-default\" cannot be enforced: AppArmor is off on this host",
			"/process/apparmorProfile"},
		{"'apparmorProfile':'unconfined'", "-label", NULL},
		{"'apparmorProfile':''", "-label", NULL},
	};
	struct host host = host_v2;

	(void)state;
	PLAN_ROWS(PROCESS, on, &host, &request_run);
	host.apparmor = false;
	PLAN_ROWS(PROCESS, off, &host, &request_run);
}

static void a_label_needs_selinux(void **state)
{
	static const struct plan_row on[] = {
		{"'selinuxLabel':'u:r:t:s0:c1,c2'",
			"\n  label exec \"u:r:t:s0:c1,c2\"  <- /process/selinuxLabel\n", NULL},
		{"'selinuxLabel':'u:r:t:s0'", "\n  label of the session keyring \"u:r:t:s0\"",
			NULL},
		{"'selinuxLabel':''", "-label", NULL},
	};
	static const struct plan_row off[] = {
		{"'selinuxLabel':'u:r:t:s0'",
			"!\"u:r:t:s0\" cannot be enforced: SELinux is off on this host",
			"/process/selinuxLabel"},
	};
	struct host host = host_v2;

	(void)state;
	PLAN_ROWS(PROCESS, off, &host, &request_run);
	host.selinux = true;
	PLAN_ROWS(PROCESS, on, &host, &request_run);
}

#define MOUNTS                                                                                 \
	"{'ociVersion':'1.2.0','root':{'path':'r'},'mounts':[{'destination':'/proc','type':"   \
	"'proc'},{'destination':'/t','type':'tmpfs','options':['size=1']},{'destination':"     \
	"'/u','type':'tmpfs'},{'destination':'/q','type':'mqueue'}],%}"
#define ON_LINUX "'linux':{'namespaces':[{'type':'mount'}],'mountLabel':'u:o:t:s0:c1,c2'}"

static void a_label_of_mounts_goes_to_file_systems_that_take_one(void **state)
{
	static const struct plan_row on[] = {
		{ON_LINUX, "size=1,context=\\\"u:o:t:s0:c1,c2\\\"\"", NULL},
		{ON_LINUX, "\"context=\\\"u:o:t:s0:c1,c2\\\"\"", NULL},
		{ON_LINUX ",'annotations':{'run.oci.mount_context_type':'rootcontext'}",
			",rootcontext=\\\"u:o:t", NULL},
		{ON_LINUX ",'annotations':{'run.oci.mount_context_type':'context'}",
			"-rootcontext", NULL},
		{ON_LINUX ",'annotations':{'run.oci.mount_context_type':'best'}",
			"!\"best\" is not a kind of mount label",
			"/annotations/run.oci.mount_context_type"},
		{"'linux':{'namespaces':[{'type':'mount'}],'mountLabel':'a\\\"'}",
			"!has characters that no name of SELinux has", "/linux/mountLabel"},
		{"'linux':{'namespaces':[{'type':'mount'}],'mountLabel':''}", "-context", NULL},
	};
	static const struct plan_row off[] = {
		{ON_LINUX, "warning \"the mount label has no effect: SELinux is off", NULL},
		{ON_LINUX, "-context", NULL},
	};
	struct host host = host_v2;

	(void)state;
	PLAN_ROWS(MOUNTS, off, &host, &request_run);
	host.selinux = true;
	PLAN_ROWS(MOUNTS, on, &host, &request_run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_profile_needs_apparmor),
		cmocka_unit_test(a_label_needs_selinux),
		cmocka_unit_test(a_label_of_mounts_goes_to_file_systems_that_take_one),
	};

	return cmocka_run_group_tests_name("plan: labels", tests, NULL, NULL);
}
