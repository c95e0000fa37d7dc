/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The payload: plan/process.c, capabilities.c, rlimits.c. */
#include "plan_help.h"

#define ROOT	"{'ociVersion':'1.2.0','root':{'path':'rootfs'}"
#define PROCESS ROOT ",'process':{'cwd':'/','args':['sh'],%}}"

static void arguments_and_directory_are_required(void **state)
{
	static const struct plan_row rows[] = {
		{"'cwd':'/w','args':['a','','b c']",
			"  arg \"a\"\n  arg \"\"\n  arg \"b c\"\n  execve\n", NULL},
		{"'cwd':'/w','args':['a']", "  cwd \"/w\"  <- /process/cwd\n", NULL},
		{"'cwd':'/w'", "!process.args is missing or empty", "/process/args"},
		{"'cwd':'/w','args':[]", "!process.args is missing or empty", "/process/args"},
		{"'cwd':'w','args':['a']",
			"!the working directory \"w\" is not an absolute path", "/process/cwd"},
		{"'cwd':'','args':['a']", "!is not an absolute path", "/process/cwd"},
	};
	static const struct plan_row none[] = {
		{"", "  nothing to execute\n", NULL},
		{"", "  cwd \"/\"", NULL},
		{"", "  capabilities bounding none\n", NULL},
	};

	(void)state;
	PLAN_ROWS(ROOT ",'process':{%}}", rows, &host_v2, &request_run);
	PLAN_ROWS(ROOT "%}", none, &host_v2, &request_run);
}

static void of_equal_variables_the_last_one_stays(void **state)
{
	static const struct plan_row rows[] = {
		{"'env':['A=1','B=2','A=3','AB=']",
			"  env \"B=2\"\n  env \"A=3\"\n  env \"AB=\"\n  env HOME from passwd\n",
			NULL},
		{"'env':['HOME=/h','X=']", "  env \"HOME=/h\"\n  env \"X=\"\n  arg", NULL},
		{"'env':['HOME=','X=1']", "\n  env \"X=1\"\n  env HOME from passwd\n", NULL},
		{"'env':['HOME=','X=1']", "-HOME=", NULL},
		{"'env':['HOME=/a','HOME=']", "-HOME=", NULL},
		{"'env':['HOME=','HOME=/a']", "  env \"HOME=/a\"\n  arg", NULL},
		{"'env':[]", "  env HOME from passwd\n", NULL},
		{"'env':['A=1','B']", "!the variable \"B\" has no '='", "/process/env/1"},
		{"'env':['']", "!has no '='", "/process/env/0"},
		{"'env':['=x']", "!the variable \"=x\" has no name", "/process/env/0"},
		{"'env':['A=b=c','A==']", "  env \"A==\"\n", NULL},
	};

	(void)state;
	PLAN_ROWS(PROCESS, rows, &host_v2, &request_run);
}

static void the_search_path_is_that_of_the_last_variable(void **state)
{
	static const char json[] =
		"{\"ociVersion\":\"1.2.0\",\"root\":{\"path\":\"r\"},\"process\":{\"cwd\":\"/"
		"\","
		"\"args\":[\"a\"],\"env\":[\"PATH=/x\",\"PATHS=/z\",\"PATH=/y\"]}}";
	struct planned p;

	(void)state;
	planned_decode(&p, json, sizeof(json) - 1);
	planned_build(&p, &host_v2, &request_run);
	assert_non_null(p.plan);
	assert_string_equal(p.plan->process.path_variable, "/y");
	assert_int_equal(p.plan->process.envc, 2);
	assert_null(p.plan->process.envp[2]);
	assert_null(p.plan->process.envp[3]); /* room for HOME and its end */
	assert_null(p.plan->process.argv[1]);
	planned_free(&p);
}

static void the_user_is_taken_as_it_is_or_refused(void **state)
{
	static const struct plan_row rows[] = {
		{"'user':{'uid':1,'gid':2}", "  user 1:2 groups none umask=022\n", NULL},
		{"'user':{'uid':4294967294,'gid':2,'additionalGids':[5,3,5]}",
			"  user 4294967294:2 groups 3 5 5 umask=022\n", NULL},
		{"'user':{'uid':0,'gid':0,'umask':63}", "umask=077\n", NULL},
		{"'user':{'uid':0,'gid':0,'umask':0}", "umask=00\n", NULL},
		{"'user':{'uid':0,'gid':0,'umask':512}",
			"!the umask 512 is not between 0 and 511", "/process/user"},
		{"'terminal':false", "  user 0:0 groups none umask=022\n", NULL},
	};
	static const struct plan_row mapped[] = {
		{"'uid':9,'gid':4", "  user 9:4", NULL},
		{"'uid':10,'gid':4",
			"!the uid 10 is not an id of the container: linux.uidMappings",
			"/process/user/uid"},
		{"'uid':1,'gid':5",
			"!the gid 5 is not an id of the container: linux.gidMappings",
			"/process/user/gid"},
		{"'uid':1,'gid':4,'additionalGids':[0,7]", "!the gid 7 is not an id",
			"/process/user/additionalGids"},
	};

	(void)state;
	PLAN_ROWS(PROCESS, rows, &host_v2, &request_run);
	PLAN_ROWS(ROOT
		",'process':{'cwd':'/','args':['sh'],'user':{%}},'linux':{'uidMappings':[{"
		"'containerID':0,'hostID':100,'size':10}],'gidMappings':[{'containerID':"
		"0,'hostID':100,'size':5}],'namespaces':[{'type':'user'}]}}",
		mapped, &host_v2, &request_run);
}

/* The decoder refuses this id already; a spec may come from elsewhere. */
static void the_id_that_means_no_change_is_refused(void **state)
{
	static const char json[] =
		"{\"ociVersion\":\"1.2.0\",\"root\":{\"path\":\"r\"},\"process\":{\"cwd\":\"/"
		"\","
		"\"args\":[\"a\"],\"user\":{\"uid\":1,\"gid\":2,\"additionalGids\":[3]}}}";
	static const char *const places[] = {
		"/process/user/uid", "/process/user/gid", "/process/user/additionalGids"};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct planned p;
		struct oci_user *user;

		planned_decode(&p, json, sizeof(json) - 1);
		user = p.spec->process->user;
		*(i == 0	 ? &user->uid
			: i == 1 ? &user->gid
				 : &user->additional_gids.items[0]) = UINT32_MAX;
		planned_build(&p, &host_v2, &request_run);
		assert_null(p.plan);
		assert_string_equal(p.place, places[i]);
		planned_free(&p);
	}
}

#define SETS(b, e, p, i, a)                                                                    \
	"'capabilities':{'bounding':[" b "],'effective':[" e "],'permitted':[" p               \
	"],'inheritable':[" i "],'ambient':[" a "]}"

static void capabilities_are_given_as_they_are_written(void **state)
{
	static const struct plan_row rows[] = {
		{"'terminal':false",
			"capabilities bounding none\n  capabilities effective none\n  "
			"capabilities permitted "
			"none\n  capabilities inheritable none\n  capabilities ambient none\n",
			NULL},
		{"'capabilities':{}", "capabilities bounding none\n", NULL},
		{"'capabilities':{'bounding':['CAP_KILL','CAP_CHOWN']}",
			"bounding CAP_CHOWN CAP_KILL\n  capabilities effective none\n", NULL},
		{SETS("'CAP_KILL'", "'CAP_KILL'", "'CAP_KILL'", "'CAP_KILL'", "'CAP_KILL'"),
			"inheritable CAP_KILL\n  capabilities ambient CAP_KILL\n", NULL},
		{SETS("'CAP_KILL'", "'CAP_KILL'", "'CAP_KILL'", "", "'CAP_KILL'"),
			"inheritable none\n  capabilities ambient none\n", NULL},
		{SETS("'CAP_KILL'", "'CAP_KILL'", "'CAP_KILL'", "", "'CAP_KILL'"),
			"warning \"can't raise ambient capability CAP_KILL: it is not both",
			NULL},
		{SETS("'CAP_KILL'", "'CAP_KILL'", "", "", ""),
			"!CAP_KILL cannot be effective: it is not in the permitted",
			"/process/capabilities"},
		{SETS("", "", "", "'CAP_BPF'", ""),
			"!CAP_BPF cannot be inheritable: it is not in the bounding",
			"/process/capabilities"},
		{SETS("'CAP_CHECKPOINT_RESTORE'", "", "", "", ""),
			"bounding CAP_CHECKPOINT_RESTORE\n", NULL},
		{SETS("'CAP_KIL'", "", "", "", ""),
			"warning \"the unknown capability \\\"CAP_KIL\\\" is not given (did "
			"you mean CAP_KILL?)\"",
			NULL},
		{SETS("'CAP_EVERYTHING','kill'", "", "", "", ""),
			"capabilities bounding none\n", NULL},
	};
	static const struct plan_row old[] = {
		{SETS("'CAP_BPF'", "'CAP_BPF'", "'CAP_BPF'", "", ""),
			"capabilities effective none\n", NULL},
		{SETS("'CAP_BPF'", "", "", "", ""),
			"\\\"CAP_BPF\\\" is not given: this kernel does not have it\"", NULL},
	};
	struct host host = host_v2;

	(void)state;
	PLAN_ROWS(PROCESS, rows, &host_v2, &request_run);
	host.last_capability = 37;
	PLAN_ROWS(PROCESS, old, &host, &request_run);
}

static void each_unknown_capability_is_told_once_and_not_too_often(void **state)
{
	char json[4096] = "'capabilities':{'bounding':['CAP_X','CAP_X'],'effective':['CAP_X']}";
	struct plan_row row = {json,
		"warning \"the unknown capability \\\"CAP_X\\\" is not given\"\nruntime", NULL};
	size_t length;

	(void)state;
	plan_rows_check(PROCESS, &row, 1, &host_v2, &request_run);
	length = (size_t)snprintf(json, sizeof(json), "'capabilities':{'bounding':['CAP_0'");
	for (int i = 1; i < 100; i++)
		length +=
			(size_t)snprintf(json + length, sizeof(json) - length, ",'CAP_%d'", i);
	snprintf(json + length, sizeof(json) - length, "]}");
	row.expect = "\\\"CAP_14\\\" is not given\"\nwarning \"more warnings are left "
		     "out\"\nruntime";
	plan_rows_check(PROCESS, &row, 1, &host_v2, &request_run);
}

static void every_capability_of_the_kernel_has_its_number(void **state)
{
	static const char *const names[] = {"CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH",
		"FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP", "LINUX_IMMUTABLE",
		"NET_BIND_SERVICE", "NET_BROADCAST", "NET_ADMIN", "NET_RAW", "IPC_LOCK",
		"IPC_OWNER", "SYS_MODULE", "SYS_RAWIO", "SYS_CHROOT", "SYS_PTRACE", "SYS_PACCT",
		"SYS_ADMIN", "SYS_BOOT", "SYS_NICE", "SYS_RESOURCE", "SYS_TIME",
		"SYS_TTY_CONFIG", "MKNOD", "LEASE", "AUDIT_WRITE", "AUDIT_CONTROL", "SETFCAP",
		"MAC_OVERRIDE", "MAC_ADMIN", "SYSLOG", "WAKE_ALARM", "BLOCK_SUSPEND",
		"AUDIT_READ", "PERFMON", "BPF", "CHECKPOINT_RESTORE"};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char json[200];
		struct planned p;

		snprintf(json, sizeof(json),
			"{\"ociVersion\":\"1.2.0\",\"root\":{\"path\":\"r\"},\"process\":{"
			"\"cwd\":\"/\",\"args\":[\"a\"],"
			"\"capabilities\":{\"bounding\":[\"CAP_%s\"]}}}",
			names[i]);
		planned_decode(&p, json, strlen(json));
		planned_build(&p, &host_v2, &request_run);
		assert_non_null(p.plan);
		if (p.plan->process.capabilities.bounding != 1ULL << i)
			fail_msg("CAP_%s is not %zu", names[i], i);
		planned_free(&p);
	}
}

#define LIMIT(type, soft, hard) "{'type':'" type "','soft':" #soft ",'hard':" #hard "}"

static void limits_are_known_by_name_and_given_once(void **state)
{
	static const struct plan_row rows[] = {
		{LIMIT("RLIMIT_NOFILE", 10, 20),
			"  rlimit RLIMIT_NOFILE soft=10 hard=20  <- /process/rlimits/0\n",
			NULL},
		{LIMIT("RLIMIT_CORE", 18446744073709551615, 18446744073709551615),
			"soft=18446744073709551615 hard=18446744073709551615", NULL},
		{LIMIT("RLIMIT_AS", 1, 1) "," LIMIT("RLIMIT_STACK", 2, 2),
			"RLIMIT_STACK soft=2 hard=2  <- /process/rlimits/1", NULL},
		{LIMIT("RLIMIT_AS", 1, 1) "," LIMIT("RLIMIT_AS", 2, 2),
			"!RLIMIT_AS is given twice", "/process/rlimits/1"},
		{LIMIT("RLIMIT_AS", 2, 1),
			"!the soft limit 2 of RLIMIT_AS is above its hard limit 1",
			"/process/rlimits/0"},
		{LIMIT("RLIMIT_FSIZ", 1, 1),
			"!\"RLIMIT_FSIZ\" is not a resource limit (did you mean RLIMIT_FSIZE?)",
			"/process/rlimits/0"},
		{LIMIT("RLIMIT_EVERYTHING", 1, 1),
			"!\"RLIMIT_EVERYTHING\" is not a resource limit: getrlimit(2)", NULL},
	};
	static const char *const names[] = {"CPU", "FSIZE", "DATA", "STACK", "CORE", "RSS",
		"NPROC", "NOFILE", "MEMLOCK", "AS", "LOCKS", "SIGPENDING", "MSGQUEUE", "NICE",
		"RTPRIO", "RTTIME"};

	(void)state;
	PLAN_ROWS(ROOT ",'process':{'cwd':'/','args':['a'],'rlimits':[%]}}", rows, &host_v2,
		&request_run);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char json[100], expect[100];
		struct plan_row row = {json, expect, NULL};

		snprintf(
			json, sizeof(json), "{'type':'RLIMIT_%s','soft':1,'hard':2}", names[i]);
		snprintf(expect, sizeof(expect), "rlimit RLIMIT_%s soft=1 hard=2", names[i]);
		plan_rows_check(ROOT ",'process':{'cwd':'/','args':['a'],'rlimits':[%]}}", &row,
			1, &host_v2, &request_run);
	}
}

static void the_other_members_are_taken_over(void **state)
{
	static const struct plan_row rows[] = {
		{"'noNewPrivileges':true", "\n  no_new_privs\n", NULL},
		{"'noNewPrivileges':false", "-no_new_privs", NULL},
		{"'oomScoreAdj':-1000", "  oom_score_adj -1000  <- /process/oomScoreAdj\n",
			NULL},
		{"'oomScoreAdj':0", "  oom_score_adj 0  <-", NULL},
		{"'terminal':false", "-oom_score_adj", NULL},
		{"'oomScoreAdj':1001", "!the oomScoreAdj 1001 is not between -1000 and 1000",
			"/process/oomScoreAdj"},
		{"'oomScoreAdj':-1001", "!is not between", NULL},
		{"'apparmorProfile':''", "  execve", NULL},
	};
	static const struct plan_row fds[] = {
		{"'terminal':false", "  keep descriptors up to 6\n", NULL}};
	static const struct plan_row keyring[] = {{"'terminal':false", "-keyring", NULL}};
	struct request request = request_run;

	(void)state;
	PLAN_ROWS(PROCESS, rows, &host_v2, &request_run);
	request.preserve_fds = 4;
	PLAN_ROWS(PROCESS, fds, &host_v2, &request);
	request.no_new_keyring = true;
	PLAN_ROWS(PROCESS, keyring, &host_v2, &request);
}

static void a_terminal_needs_somebody_to_read_it(void **state)
{
	static const struct plan_row foreground[] = {
		{"'terminal':true", "  terminal rows=0 columns=0  <- /process/terminal\n",
			NULL},
		{"'terminal':true,'consoleSize':{'height':24,'width':80}",
			"  terminal rows=24 columns=80  <-", NULL},
		{"'terminal':false,'consoleSize':{'height':99999,'width':80}", "-terminal",
			NULL},
		{"'terminal':true,'consoleSize':{'height':65536,'width':80}",
			"!65536 rows and 80 columns is too large", "/process/terminal"},
	};
	static const struct plan_row detached[] = {
		{"'terminal':true", "!cannot allocate tty", "/process/terminal"},
		{"'terminal':false", "  wait for start\n", NULL},
	};
	static const struct plan_row socket[] = {
		{"'terminal':true", "  terminal rows=0", NULL},
		{"'terminal':false", "!cannot use console socket", ""},
	};
	static const struct plan_row both[] = {
		{"'terminal':true", "!cannot use console socket", ""}};
	struct request request = request_run;

	(void)state;
	PLAN_ROWS(PROCESS, foreground, &host_v2, &request);
	request.start_at_once = false;
	PLAN_ROWS(PROCESS, detached, &host_v2, &request);
	request.console_socket = "/s";
	PLAN_ROWS(PROCESS, socket, &host_v2, &request);
	request.start_at_once = true;
	PLAN_ROWS(PROCESS, both, &host_v2, &request);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arguments_and_directory_are_required),
		cmocka_unit_test(of_equal_variables_the_last_one_stays),
		cmocka_unit_test(the_search_path_is_that_of_the_last_variable),
		cmocka_unit_test(the_user_is_taken_as_it_is_or_refused),
		cmocka_unit_test(the_id_that_means_no_change_is_refused),
		cmocka_unit_test(capabilities_are_given_as_they_are_written),
		cmocka_unit_test(each_unknown_capability_is_told_once_and_not_too_often),
		cmocka_unit_test(every_capability_of_the_kernel_has_its_number),
		cmocka_unit_test(limits_are_known_by_name_and_given_once),
		cmocka_unit_test(the_other_members_are_taken_over),
		cmocka_unit_test(a_terminal_needs_somebody_to_read_it),
	};

	return cmocka_run_group_tests_name("plan: process", tests, NULL, NULL);
}
