/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What callers ask for beside the members of config.json: plan/annotations.c, and listening sockets in process.c. */
#include "plan_help.h"

#define ROOT                                                                                   \
	"{'ociVersion':'1.2.0','root':{'path':'rootfs'},'process':{'cwd':'/"                   \
	"','args':['sh'],'env':['A=1','LISTEN_FDS=9','LISTEN_FDNAMES=x'],'user':{'uid':1,'"    \
	"gid':2,'additionalGids':[5]}}"

static void the_groups_of_the_caller_can_be_kept(void **state)
{
	static const struct plan_row rows[] = {
		{"'run.oci.keep_original_groups':'1'", "  user 1:2 groups kept umask", NULL},
		{"'run.oci.keep_original_groups':'1'",
			"warning \"the additionalGids are not set", NULL},
		{"'run.oci.keep_original_groups':'0'", "  user 1:2 groups 5 umask", NULL},
		{"'run.oci.keep_original_group':'1'", "  user 1:2 groups 5 umask", NULL},
		{"'run.oci.keep_original_groups':'yes'", "!\"yes\" says neither",
			"/annotations/run.oci.keep_original_groups"},
		{"'run.oci.keep_original_groups':''", "!\"\" says neither", NULL},
	};

	(void)state;
	PLAN_ROWS(ROOT ",'annotations':{%}}", rows, &host_v2, &request_run);
}

static void other_ways_to_run_a_program_are_not_ignored(void **state)
{
	static const struct plan_row rows[] = {
		{"'run.oci.handler':'krun'",
			"!there is no \"krun\": this runtime has not a handler",
			"/annotations/run.oci.handler"},
		{"'run.oci.handler':''", "-handler", NULL},
		{"'run.oci.seccomp.plugins':'/a.so'", "!this runtime has not a seccomp plugin",
			"/annotations/run.oci.seccomp.plugins"},
	};

	(void)state;
	PLAN_ROWS(ROOT ",'annotations':{%}}", rows, &host_v2, &request_run);
}

static void a_pidfd_goes_to_whom_option_and_annotation_name(void **state)
{
	static const struct plan_row rows[] = {
		{"'run.oci.pidfd_receiver':'/run/p'", "  send the pidfd to \"/run/p\"\n", NULL},
		{"'run.oci.pidfd_receiver':''", "!the path of the socket",
			"/annotations/run.oci.pidfd_receiver"},
		{"'other':'x'", "-pidfd", NULL},
	};
	static const struct plan_row both[] = {
		{"'run.oci.pidfd_receiver':'/run/p'",
			"  send the pidfd to \"s\"\n  send the pidfd to \"/run/p\"\n", NULL},
	};
	struct request request = request_run;

	(void)state;
	PLAN_ROWS(ROOT ",'annotations':{%}}", rows, &host_v2, &request);
	request.pidfd_socket = "s";
	PLAN_ROWS(ROOT ",'annotations':{%}}", both, &host_v2, &request);
}

static void listening_sockets_are_told_of_in_the_environment(void **state)
{
	static const struct plan_row none[] = {
		{"",
			"  env \"A=1\"\n  env \"LISTEN_FDS=9\"\n  env \"LISTEN_FDNAMES=x\"\n  "
			"env HOME",
			NULL},
	};
	static const struct plan_row two[] = {
		{"",
			"  env \"A=1\"\n  env \"LISTEN_FDS=2\"\n  env \"LISTEN_PID=1\"\n  env "
			"HOME",
			NULL},
		{"", "  keep descriptors up to 4\n", NULL},
	};
	static const struct plan_row named[] = {
		{"", "  env \"LISTEN_PID=1\"\n  env \"LISTEN_FDNAMES=a:b\"\n  env HOME", NULL},
	};
	struct request request = request_run;

	(void)state;
	PLAN_ROWS(ROOT "%}", none, &host_v2, &request);
	request.listen_fds = request.preserve_fds = 2;
	PLAN_ROWS(ROOT "%}", two, &host_v2, &request);
	request.listen_names = "a:b";
	PLAN_ROWS(ROOT "%}", named, &host_v2, &request);
}

static void whoever_starts_a_container_hears_that_it_is_ready(void **state)
{
	static const struct plan_row told[] = {
		{"'mount'", "  env \"NOTIFY_SOCKET=/run/notify/notify.sock\"\n", NULL},
		{"'mount'", "\"/run/tare/web/notify\"", NULL},
		{"'mount'", "\"run/notify\"", NULL},
		{"'pid'", "-notify", NULL},
	};
	static const struct plan_row not_told[] = {{"'mount'", "-notify", NULL}};
	struct request request = request_run;

	(void)state;
	request.notify_socket = "@x";
	PLAN_ROWS(ROOT ",'linux':{'namespaces':[{'type':%}]}}", not_told, &host_v2, &request);
	request.detach = true;
	PLAN_ROWS(ROOT ",'linux':{'namespaces':[{'type':%}]}}", told, &host_v2, &request);
	request.start_at_once = request.detach = false;
	PLAN_ROWS(ROOT ",'linux':{'namespaces':[{'type':%}]}}", told, &host_v2, &request);
	request.notify_socket = NULL;
	PLAN_ROWS(ROOT ",'linux':{'namespaces':[{'type':%}]}}", not_told, &host_v2, &request);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_groups_of_the_caller_can_be_kept),
		cmocka_unit_test(other_ways_to_run_a_program_are_not_ignored),
		cmocka_unit_test(a_pidfd_goes_to_whom_option_and_annotation_name),
		cmocka_unit_test(listening_sockets_are_told_of_in_the_environment),
		cmocka_unit_test(whoever_starts_a_container_hears_that_it_is_ready),
	};

	return cmocka_run_group_tests_name("plan: annotations", tests, NULL, NULL);
}
