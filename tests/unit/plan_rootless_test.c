/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Callers without root's rights: plan/child.c, ids.c, and what process.c, cgroup.c and the mounts make of it. */
#include "plan_help.h"

#define ROOT "{'ociVersion':'1.2.0','root':{'path':'rootfs'}"
#define USER "{'type':'user'},{'type':'mount'}"
#define OWN  "[{'containerID':0,'hostID':1000,'size':1}]"
#define MANY                                                                                   \
	"[{'containerID':0,'hostID':1000,'size':1},{'containerID':1,'hostID':5000,'size':9}]"
#define OTHER		 "[{'containerID':0,'hostID':1001,'size':1}]"
#define MAPS(uids, gids) "'uidMappings':" uids ",'gidMappings':" gids

/* An ordinary user of a machine. */
static const struct host host_user = {
	.euid = 1000,
	.egid = 1000,
	.last_capability = 40,
	.audit_arch = AUDIT_ARCH_X86_64,
	.no_admin = true,
	.no_ids = true,
	.foreign_mounts = true,
	.cgroups = {.layout = CGROUP_V2,
		.count = 1,
		.of = {{true, "/sys/fs/cgroup", "", "/user.slice/session.scope", NULL}}},
};

/* Root of a user namespace with a mount namespace, as under podman; and without one. */
static const struct host host_inside = {
	.last_capability = 40,
	.audit_arch = AUDIT_ARCH_X86_64,
	.in_user_namespace = true,
	.cgroups = {.layout = CGROUP_V2,
		.count = 1,
		.of = {{true, "/sys/fs/cgroup", "", "/user.slice/session.scope", NULL}}},
};

static struct host host_bare(void)
{
	struct host host = host_inside;

	host.foreign_mounts = true;
	host.setgroups_denied = true;
	return host;
}

static void a_user_needs_a_user_namespace(void **state)
{
	static const struct plan_row rows[] = {
		{"", "!user 1000 may make containers in a user namespace only",
			"/linux/namespaces"},
		{"{'type':'mount'},{'type':'pid'}", "!in a user namespace only",
			"/linux/namespaces"},
		{"{'type':'user','path':'/u'},{'type':'mount'}",
			"  clone\n  child joins \"/u\"  <- /linux/namespaces/0\n  child opens "
			"the "
			"trees\n",
			NULL},
	};
	struct host bare = host_bare();
	static const struct plan_row inside[] = {
		{"{'type':'mount'}", "  clone new=mount\n  child sets its own limits\n", NULL}};
	static const struct plan_row trees[] = {
		{"{'type':'mount'}", "  clone new=mount\n  child opens the trees\n", NULL},
		{"{'type':'mount','path':'/m'}", "!\"/m\" cannot be joined",
			"/linux/namespaces/0"},
	};

	(void)state;
	PLAN_ROWS(ROOT ",'linux':{'namespaces':[%]}}", rows, &host_user, &request_run);
	PLAN_ROWS(ROOT ",'linux':{'namespaces':[%]}}", inside, &host_inside, &request_run);
	PLAN_ROWS(ROOT ",'linux':{'namespaces':[%]}}", trees, &bare, &request_run);
}

static void the_child_does_what_the_runtime_may_not(void **state)
{
	static const struct plan_row rows[] = {
		{USER,
			"  clone new=user,mount\n  child opens the trees\n  child sets its "
			"own limits\n",
			NULL},
		{USER ",{'type':'time'}",
			"  child opens the trees\n  unshare time  <- /linux/namespaces/2\n",
			NULL},
		/* Rights over it are those over its owner. */
		{USER ",{'type':'network','path':'/n'}",
			"!the network namespace \"/n\" only together with the user namespace "
			"that "
			"owns it",
			"/linux/namespaces/2"},
	};

	(void)state;
	PLAN_ROWS(ROOT ",'linux':{'namespaces':[%]," MAPS(OWN, OWN) "}}", rows, &host_user,
		&request_run);
}

static void of_a_joined_user_namespace_the_mounts_are_made_once(void **state)
{
	static const struct plan_row rows[] = {
		{"{'type':'network','path':'/n'},{'type':'ipc'}",
			"  join network \"/n\"  <- /linux/namespaces/2\n  unshare new=ipc\n",
			NULL},
	};
	static const struct plan_row root[] = {
		{"{'type':'ipc'}", "unshare new=ipc,mount\n", NULL},
	};

	(void)state;
	PLAN_ROWS(ROOT
		",'linux':{'namespaces':[{'type':'user','path':'/u'},{'type':'mount'},%]}}",
		rows, &host_user, &request_run);
	PLAN_ROWS(ROOT
		",'linux':{'namespaces':[{'type':'user','path':'/u'},{'type':'mount'},%]}}",
		root, &host_v2, &request_run);
}

static void more_than_the_own_id_is_mapped_by_helpers(void **state)
{
	static const struct plan_row rows[] = {
		{MAPS(OWN, OWN), "-by new", NULL},
		{MAPS(OWN, OWN), "  setgroups is denied\n", NULL},
		{MAPS(MANY, MANY), "  by newuidmap\n  by newgidmap\n  root", NULL},
		{MAPS(MANY, OWN), "  by newuidmap\n  setgroups is denied\n", NULL},
		{MAPS(OWN, MANY), "  by newgidmap\n  root", NULL},
		{MAPS(OTHER, OWN), "  by newuidmap\n", NULL},
	};
	static const struct plan_row inside[] = {
		{MAPS(MANY, OWN), "-by new", NULL},
		{MAPS(MANY, OWN), "-setgroups is denied", NULL},
	};

	(void)state;
	PLAN_ROWS(ROOT ",'linux':{'namespaces':[" USER "],%}}", rows, &host_user, &request_run);
	PLAN_ROWS(ROOT ",'linux':{'namespaces':[" USER "],%}}", inside, &host_inside,
		&request_run);
}

static void groups_that_cannot_be_set_are_refused(void **state)
{
	static const struct plan_row rows[] = {
		{"'additionalGids':[]", "groups kept", NULL},
		{"'additionalGids':[0]", "groups kept", NULL},
		{"'additionalGids':[0,3]",
			"!the additional group 3 cannot be set: setgroups(2) is denied in the "
			"user "
			"namespace of the caller",
			"/process/user/additionalGids"},
	};
	static const struct plan_row single[] = {
		{"'gid':0,'additionalGids':[1]", "!the gid 1 is not an id of the container",
			"/process/user/additionalGids"},
	};
	struct host bare = host_bare();

	(void)state;
	PLAN_ROWS(ROOT ",'process':{'cwd':'/','args':['x'],'user':{'uid':0,%}}}", rows, &bare,
		&request_run);
	PLAN_ROWS(ROOT ",'process':{'cwd':'/','args':['x'],'user':{'uid':0,%}},'linux':{"
		       "'namespaces':[" USER "]," MAPS(OWN, OWN) "}}",
		single, &host_user, &request_run);
}

static void a_cgroup_is_optional_unless_it_is_named(void **state)
{
	static const struct plan_row rows[] = {
		{"'resources':{'pids':{'limit':5}}",
			"  cgroup manager=cgroupfs \"/user.slice/web\" default optional\n",
			NULL},
		{"'cgroupsPath':'/a'", "  cgroup manager=cgroupfs \"/a\"  <-", NULL},
		{"'resources':{'devices':[{'allow':false,'access':'rwm'}]}", "-warning", NULL},
		{"'resources':{'devices':[{'allow':false,'type':'c','major':1,'access':'rwm'}]"
		 "}",
			"warning \"what linux.resources.devices denies", NULL},
	};
	static const struct plan_row needed[] = {{"'hooks':null", "-optional", NULL}};
	static const struct plan_row wanted[] = {
		{"'hooks':null", "\"/user.slice/web\" default optional\n", NULL}};
	static const struct plan_row none[] = {
		{"'cgroupsPath':''", "  cgroup manager=disabled\n", NULL},
		{"'cgroupsPath':'/a'", "!no cgroup file system", NULL},
	};
	struct request request = request_run;
	struct host host = host_inside;

	(void)state;
	PLAN_ROWS(ROOT ",'linux':{%}}", rows, &host_inside, &request);
	request.rootless = ROOTLESS_FALSE;
	PLAN_ROWS(ROOT ",'linux':{%}}", needed, &host_inside, &request);
	request.rootless = ROOTLESS_TRUE;
	PLAN_ROWS(ROOT ",'linux':{%}}", wanted, &host_v2, &request);
	request.rootless = ROOTLESS_AUTO;
	PLAN_ROWS(ROOT ",'linux':{%}}", needed, &host_v2, &request);
	host.cgroups = (struct host_cgroups){0};
	PLAN_ROWS(ROOT ",'linux':{%}}", none, &host, &request);
}

/* CVE-2023-25809: cgroups that were delegated to the caller belong to root of the container. */
static void the_host_s_cgroups_are_read_only_inside(void **state)
{
	static const struct plan_row rows[] = {
		{"{'destination':'/sys/fs/cgroup','type':'cgroup','source':'cgroup'}",
			"bind tree 0 on \"sys/fs/cgroup\" set=ro", NULL},
		{"{'destination':'/sys','type':'none','source':'/"
		 "sys','options':['rbind','ro']}",
			"bind tree 0 on \"sys\" set=ro recursive-set=ro", NULL},
		{"{'destination':'/sys','type':'sysfs','source':'sysfs','options':['ro']}",
			"bind tree 0 on \"sys\" set=ro recursive-set=ro", NULL},
	};

	(void)state;
	PLAN_ROWS(ROOT ",'mounts':[%],'linux':{'namespaces':[" USER "]," MAPS(OWN, OWN) "}}",
		rows, &host_user, &request_run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_user_needs_a_user_namespace),
		cmocka_unit_test(the_child_does_what_the_runtime_may_not),
		cmocka_unit_test(of_a_joined_user_namespace_the_mounts_are_made_once),
		cmocka_unit_test(more_than_the_own_id_is_mapped_by_helpers),
		cmocka_unit_test(groups_that_cannot_be_set_are_refused),
		cmocka_unit_test(a_cgroup_is_optional_unless_it_is_named),
		cmocka_unit_test(the_host_s_cgroups_are_read_only_inside),
	};

	return cmocka_run_group_tests_name("plan: callers without root", tests, NULL, NULL);
}
