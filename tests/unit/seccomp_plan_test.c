/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the plan makes of a profile, and which profiles it refuses. */
#include "plan_help.h"

#define CONFIG                                                                                 \
	"{'ociVersion':'1.0.0','root':{'path':'rootfs'},'process':{'cwd':'/','args':['x']},"   \
	"%}"

#define PROFILE(members) "'linux':{'seccomp':{'defaultAction':'SCMP_ACT_ALLOW'" members "}}"
#define RULES(rules)	 PROFILE(",'syscalls':[" rules "]")
#define RULE(action)	 "{'names':['getpid'],'action':'SCMP_ACT_" action "}"
#define DATA(base64)	 "'annotations':{'run.oci.seccomp_bpf_data':'" base64 "'}"

#define RETURN_ALLOW  "BgAAAAAA/38="
#define RETURN_NOTIFY "BgAAAAAAwH8="

/* clang-format off */
static const struct plan_row rows[] = {
	{"'linux':{}", "-seccomp", NULL},
	/* Actions and what they return. */
	{PROFILE(""), "  seccomp allow for all else  <- /linux/seccomp/defaultAction", NULL},
	{PROFILE(""), "-is newer", NULL},
	{"'linux':{'seccomp':{'defaultAction':'SCMP_ACT_ERRNO'}}", "  seccomp errno 1 for all else", NULL},
	{"'linux':{'seccomp':{'defaultAction':'SCMP_ACT_ERRNO'}}",
	 "  seccomp errno 38 for what is newer than these", NULL},
	{"'linux':{'seccomp':{'defaultAction':'SCMP_ACT_ERRNO','defaultErrnoRet':38}}", "-is newer", NULL},
	{"'linux':{'seccomp':{'defaultAction':'SCMP_ACT_TRACE'}}", "-is newer", NULL},
	{"'linux':{'seccomp':{'defaultAction':'SCMP_ACT_KILL'}}", "  seccomp kill thread for all else", NULL},
	{RULES(RULE("ERRNO','errnoRet':0")), "  seccomp errno 0 \"getpid\"  <- /linux/seccomp/syscalls/0/names", NULL},
	{RULES(RULE("ERRNO','errnoRet':4095")), "  seccomp errno 4095 \"getpid\"", NULL},
	{RULES(RULE("TRACE','errnoRet':65535")), "  seccomp trace 65535 \"getpid\"", NULL},
	{RULES(RULE("KILL_PROCESS'")), "  seccomp kill process \"getpid\"", NULL},
	{RULES(RULE("TRAP'")), "  seccomp trap \"getpid\"", NULL},
	{RULES(RULE("LOG'")), "  seccomp log \"getpid\"", NULL},
	{RULES(RULE("ERRNO','errnoRet':4096")), "!SCMP_ACT_ERRNO can return at most 4095, not 4096",
	 "/linux/seccomp/syscalls/0/errnoRet"},
	{RULES(RULE("LOG'") "," RULE("TRACE','errnoRet':65536")), "!can return at most 65535",
	 "/linux/seccomp/syscalls/1/errnoRet"},
	{RULES(RULE("TRAP','errnoRet':1")), "!SCMP_ACT_TRAP does not return an errno",
	 "/linux/seccomp/syscalls/0/errnoRet"},
	{PROFILE(",'defaultErrnoRet':1"), "!SCMP_ACT_ALLOW does not return an errno",
	 "/linux/seccomp/defaultErrnoRet"},
	/* Conditions. */
	{RULES("{'names':['getpid'],'action':'SCMP_ACT_LOG','args':[{'index':0,'value':1,'op':'SCMP_CMP_LE'},"
	       "{'index':5,'value':18446744073709551615,'op':'SCMP_CMP_NE'}]}"),
	 "\"getpid\" if arg0 <= 0x1 and arg5 != 0xffffffffffffffff  <-", NULL},
	{RULES("{'names':['getpid'],'action':'SCMP_ACT_LOG','args':[{'index':1,'value':1,'op':'SCMP_CMP_GT'},"
	       "{'index':1,'value':6,'valueTwo':2,'op':'SCMP_CMP_MASKED_EQ'}]}"),
	 "\"getpid\" if arg1 > 0x1 or arg1 & 0x6 == 0x2  <-", NULL},
	{RULES("{'names':['getpid'],'action':'SCMP_ACT_LOG','args':[{'index':6,'value':1,'op':'SCMP_CMP_EQ'}]}"),
	 "!no argument with index 6", "/linux/seccomp/syscalls/0/args"},
	/* Architectures. */
	{PROFILE(""), "  seccomp for X86_64 flags", NULL},
	{PROFILE(",'architectures':['SCMP_ARCH_X32','SCMP_ARCH_X86','SCMP_ARCH_X86']"),
	 "  seccomp for X86_64 X86 X32 flags", NULL},
	{PROFILE(",'architectures':['SCMP_ARCH_AARCH64']"), "  seccomp for X86_64 flags", NULL},
	{PROFILE(",'architectures':['SCMP_ARCH_X86','SCMP_ARCH_AARCH64']"),
	 "warning \"/linux/seccomp/architectures/1 is not one of this machine's: it has no effect\"", NULL},
	/* Flags. */
	{PROFILE(""), "flags=spec_allow  <- /linux/seccomp", NULL},
	{PROFILE(",'flags':[]"), "  seccomp for X86_64  <- /linux/seccomp", NULL},
	{PROFILE(",'flags':['SECCOMP_FILTER_FLAG_TSYNC','SECCOMP_FILTER_FLAG_LOG']"), "flags=log  <-", NULL},
	{PROFILE(",'flags':['SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV']"), "!needs a rule with SCMP_ACT_NOTIFY",
	 "/linux/seccomp/flags"},
	/* Notifications. */
	{PROFILE(",'listenerPath':'/l','listenerMetadata':'m','syscalls':[" RULE("NOTIFY'") "]"),
	 "  seccomp listener \"/l\" metadata=\"m\"  <- /linux/seccomp/listenerPath", NULL},
	{PROFILE(",'listenerPath':'/l','flags':['SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV'],'syscalls':["
		 RULE("NOTIFY'") "]"), "flags=wait_killable_recv", NULL},
	{PROFILE(",'listenerPath':'/l','syscalls':[" RULE("LOG'") "]"), "-listener", NULL},
	{RULES(RULE("NOTIFY'")), "!SCMP_ACT_NOTIFY needs \"listenerPath\"", "/linux/seccomp"},
	{RULES(RULE("NOTIFY'")) ",'annotations':{'run.oci.seccomp.receiver':'/r'}", "  seccomp listener \"/r\"", NULL},
	{PROFILE(",'listenerPath':'/l','syscalls':[{'names':['read','write'],'action':'SCMP_ACT_NOTIFY'}]"),
	 "!SCMP_ACT_NOTIFY cannot be used for the write syscall", "/linux/seccomp/syscalls/0/names"},
	/* Unknown names. */
	{RULES(RULE("LOG'")) ",'annotations':{'run.oci.seccomp_fail_unknown_syscall':'1'}",
	 "  seccomp for X86_64 flags=spec_allow strict", NULL},
	{RULES(RULE("LOG'")) ",'annotations':{'run.oci.seccomp_fail_unknown_syscall':'0'}", "-strict", NULL},
	{RULES(RULE("LOG'")) ",'annotations':{'run.oci.seccomp_fail_unknown_syscall':'yes'}",
	 "!\"yes\" says neither yes nor no", "/annotations/run.oci.seccomp_fail_unknown_syscall"},
	/* A program in place of a profile. */
	{DATA(RETURN_ALLOW), "  seccomp program of 1 instructions  <- /annotations/run.oci.seccomp_bpf_data", NULL},
	{DATA(RETURN_ALLOW), "  seccomp for X86_64 flags=spec_allow", NULL},
	{DATA(RETURN_ALLOW) "," RULES(RULE("TRAP'")), "-getpid", NULL},
	{DATA(RETURN_ALLOW) "," RULES(RULE("TRAP'")),
	 "warning \"the rules of linux.seccomp have no effect", NULL},
	{DATA(RETURN_ALLOW) "," PROFILE(",'flags':['SECCOMP_FILTER_FLAG_LOG']"), "  seccomp for X86_64 flags=log", NULL},
	{DATA(RETURN_NOTIFY), "!SCMP_ACT_NOTIFY needs", "/linux/seccomp"},
	{DATA(RETURN_NOTIFY) "," PROFILE(",'listenerPath':'/l'"), "  seccomp listener \"/l\"", NULL},
	{DATA(RETURN_NOTIFY "','run.oci.seccomp.receiver':'/r"), "  seccomp listener \"/r\"", NULL},
	{DATA(""), "!the seccomp program has 0 bytes", "/annotations/run.oci.seccomp_bpf_data"},
	{DATA("BgAAAAAA/38A"), "!the seccomp program has 9 bytes", NULL},
	{DATA("BgAAAAAA/38"), "!is not base64", NULL},
	{DATA("BgAAAAAA/3=="), "!is not base64", NULL},
	{DATA("BgAAAAAA_38="), "!is not base64", NULL},
	{DATA("BgAAAAAA/38=BgAAAAAA/38="), "!is not base64", NULL},
	{DATA("===="), "!is not base64", NULL},
	{DATA("BgAA\\nAAAA/38="), "!is not base64", NULL},
	{"'linux':{'seccomp':{'defaultAction':'SCMP_ACT_NOTIFY','listenerPath':'/l'}}",
	 "!SCMP_ACT_NOTIFY cannot be used as default action", "/linux/seccomp/defaultAction"},
};
/* clang-format on */

static void a_profile_is_decided_or_refused(void **state)
{
	(void)state;
	plan_rows_check(CONFIG, rows, sizeof(rows) / sizeof(rows[0]), &host_v2, &request_run);
}

static void a_machine_without_filters_is_told_of(void **state)
{
	struct host host = host_v2;
	const struct plan_row row = {
		PROFILE(""), "!no seccomp filters for this kind of machine", NULL};

	(void)state;
	host.audit_arch = 0;
	plan_rows_check(CONFIG, &row, 1, &host, &request_run);
}

/* 4097 times "ld [0]" are 32,776 bytes. */
static void a_program_has_at_most_4096_instructions(void **state)
{
	static const char before[] = "'annotations':{'run.oci.seccomp_bpf_data':'";
	enum { DIGITS = 43700 };
	size_t size = sizeof(before) + DIGITS + sizeof("AA=='}");
	char *json = malloc(size);
	const struct plan_row row = {json, "!has 4097 instructions, the kernel takes 4096",
		"/annotations/run.oci.seccomp_bpf_data"};

	(void)state;
	assert_non_null(json);
	memset(json, 'A', size);
	memcpy(json, before, sizeof(before) - 1);
	snprintf(json + sizeof(before) - 1 + DIGITS, sizeof("AA=='}"), "AA=='}");
	plan_rows_check(CONFIG, &row, 1, &host_v2, &request_run);
	free(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_profile_is_decided_or_refused),
		cmocka_unit_test(a_program_has_at_most_4096_instructions),
		cmocka_unit_test(a_machine_without_filters_is_told_of),
	};

	return cmocka_run_group_tests_name("plan: seccomp", tests, NULL, NULL);
}
