/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The container's cgroup and its view of it: plan/cgroup.c, cgroup-mount.c. */
#include "plan_help.h"

#define ROOT  "{'ociVersion':'1.2.0','root':{'path':'rootfs'}"
#define LINUX ROOT ",'linux':{%}}"
#define MOUNT                                                                                  \
	ROOT ",'mounts':[{'destination':'/sys/fs/"                                             \
	     "cgroup','type':'cgroup','options':['nosuid','noexec','nodev','relatime','ro']}]" \
	     ",'linux':{'namespaces':[{'type':'mount'}%]}}"
#define DENY "  cgroup device deny a *:* rwm\n"
#define ALWAYS                                                                                 \
	"  cgroup device allow c *:* m\n  cgroup device allow b *:* m\n"                       \
	"  cgroup device allow c 1:3 rwm\n  cgroup device allow c 1:8 rwm\n"                   \
	"  cgroup device allow c 1:7 rwm\n  cgroup device allow c 5:0 rwm\n"                   \
	"  cgroup device allow c 1:5 rwm\n  cgroup device allow c 1:9 rwm\n"                   \
	"  cgroup device allow c 136:* rwm\n  cgroup device allow c 5:2 rwm\n"                 \
	"  cgroup device allow c 10:200 rwm\n"

static void the_path_depends_on_the_layout(void **state)
{
	static const struct plan_row v2[] = {
		{"", "  cgroup manager=cgroupfs \"/user.slice/web\" default\n", NULL},
		{"'cgroupsPath':''", "\"/user.slice/web\" default\n", NULL},
		{"'cgroupsPath':'/a/b'",
			"  cgroup manager=cgroupfs \"/a/b\"  <- /linux/cgroupsPath\n", NULL},
		{"'cgroupsPath':'//a///b/'", "  cgroup manager=cgroupfs \"/a/b\"  <-", NULL},
		{"'cgroupsPath':'a'", "  cgroup manager=cgroupfs \"/user.slice/a\"  <-", NULL},
		{"'cgroupsPath':'a.slice:b:c'", "\"/user.slice/a.slice:b:c\"", NULL},
		{"'cgroupsPath':'/..a/b..'", "\"/..a/b..\"", NULL},
	};
	static const struct plan_row v1[] = {
		{"", "  cgroup manager=cgroupfs \"/web\" below-own default\n", NULL},
		{"'cgroupsPath':'a/b'", "\"/a/b\" below-own  <-", NULL},
		{"'cgroupsPath':'/a/b'", "\"/a/b\"  <-", NULL},
	};
	static const struct plan_row wrong[] = {
		{"'cgroupsPath':'/a/../b'", "!\"..\" cannot be part of a cgroup's path",
			"/linux/cgroupsPath"},
		{"'cgroupsPath':'./b'", "!\".\" cannot be part of", "/linux/cgroupsPath"},
		{"'cgroupsPath':'/a/b\\nc'", "!cannot be part of", "/linux/cgroupsPath"},
		{"'cgroupsPath':'/'", "!is the root of the hierarchy", "/linux/cgroupsPath"},
	};
	static const struct plan_row root[] = {{"", "\"/web\" default\n", NULL}};
	struct host host = host_v2;

	(void)state;
	PLAN_ROWS(LINUX, v2, &host_v2, &request_run);
	PLAN_ROWS(LINUX, v1, &host_v1, &request_run);
	PLAN_ROWS(LINUX, v1, &host_hybrid, &request_run);
	PLAN_ROWS(LINUX, wrong, &host_v2, &request_run);
	PLAN_ROWS(LINUX, wrong, &host_v1, &request_run);
	host.cgroups.of[0].own = "/";
	PLAN_ROWS(LINUX, root, &host, &request_run);
	host.cgroups.of[0].own = "/init.scope";
	PLAN_ROWS(LINUX, root, &host, &request_run);
}

static void limits_go_to_the_file_of_the_hierarchy(void **state)
{
	static const struct plan_row v2[] = {
		{"'memory':{'limit':1000}",
			"  cgroup write memory memory.max \"1000\"  <- "
			"/linux/resources/memory/limit\n",
			NULL},
		{"'memory':{'limit':-1}", "memory.max \"max\"", NULL},
		{"'memory':{'limit':0}", "-cgroup write", NULL},
		{"'memory':{'limit':9223372036854775807}", "memory.max \"9223372036854775807\"",
			NULL},
		{"'memory':{'limit':-2}", "!the limit -2 is not -1",
			"/linux/resources/memory/limit"},
		{"'pids':{'limit':5}",
			"  cgroup write pids pids.max \"5\"  <- /linux/resources/pids/limit\n",
			NULL},
		{"'pids':{'limit':-1}", "pids.max \"max\"", NULL},
		{"'pids':{'limit':0}", "pids.max \"1\"", NULL},
		{"'pids':{'limit':-5}", "!the limit -5 is not -1",
			"/linux/resources/pids/limit"},
		{"'memory':{'limit':0,'swap':0,'reservation':0,'kernel':0,'kernelTCP':0,'"
		 "disableOOMKiller':false,"
		 "'useHierarchy':false,'checkBeforeUpdate':false},'cpu':{'shares':0,'quota':0,'"
		 "period':0,'cpus':''},"
		 "'blockIO':{'weight':0,'weightDevice':[]},'hugepageLimits':[],'network':{'"
		 "classID':0},'unified':{}",
			"-cgroup write", NULL},
	};
	static const struct plan_row v1[] = {
		{"'memory':{'limit':1000}",
			"  cgroup write memory memory.limit_in_bytes \"1000\"", NULL},
		{"'memory':{'limit':-1}", "memory.limit_in_bytes \"-1\"", NULL},
		{"'pids':{'limit':-1}", "pids.max \"max\"", NULL},
	};
	static const struct plan_row hybrid[] = {
		{"'memory':{'limit':-1}", "memory.limit_in_bytes \"-1\"", NULL},
		{"'pids':{'limit':-1}", "pids.max \"max\"",
			NULL}, /* in the v2 hierarchy, if at all */
	};
	static const struct plan_row absent[] = {
		{"'memory':{'limit':-1}",
			"!this host has no cgroup controller \"memory\" for a limit",
			"/linux/resources/memory/limit"},
	};
	struct host host = host_v1;

	(void)state;
	PLAN_ROWS(ROOT ",'linux':{'resources':{%}}}", v2, &host_v2, &request_run);
	PLAN_ROWS(ROOT ",'linux':{'resources':{%}}}", v1, &host_v1, &request_run);
	PLAN_ROWS(ROOT ",'linux':{'resources':{%}}}", hybrid, &host_hybrid, &request_run);
	host.cgroups.count = 1;
	PLAN_ROWS(ROOT ",'linux':{'resources':{%}}}", absent, &host, &request_run);
}

static void device_rules_keep_their_order_and_end_in_the_defaults(void **state)
{
	static const struct plan_row rows[] = {
		{"", "default\n" DENY ALWAYS "  clone", NULL},
		{"{'allow':false,'access':'rwm'}",
			"  cgroup device deny a *:* rwm  <- "
			"/linux/resources/devices/0\n" ALWAYS,
			NULL},
		{"{'allow':false,'access':'rwm'}", "-" DENY, NULL},
		{"{'allow':true}",
			"  cgroup device allow a *:* rwm  <- "
			"/linux/resources/devices/0\n" ALWAYS,
			NULL},
		{"{'allow':true,'type':'c','major':10,'minor':229,'access':'rw'},{'allow':"
		 "false,'type':'b','access':'m'}",
			DENY
			"  cgroup device allow c 10:229 rw  <- /linux/resources/devices/0\n"
			"  cgroup device deny b *:* m  <- /linux/resources/devices/1\n" ALWAYS,
			NULL},
		{"{'allow':true,'type':'c','major':-1,'minor':-1}",
			"  cgroup device allow c *:* rwm  <-", NULL},
		{"{'allow':true,'type':'a','access':'r'}",
			DENY "  cgroup device allow a *:* r  <-", NULL},
		{"{'allow':true,'access':'x'}", "!'x' is not an access to a device",
			"/linux/resources/devices/0"},
		{"{'allow':true,'major':-2}", "!the major number -2",
			"/linux/resources/devices/0"},
		{"{'allow':true,'minor':4294967296}", "!the minor number 4294967296",
			"/linux/resources/devices/0"},
	};
	static const struct plan_row nested[] = {
		{"{'allow':true}", "  cgroup devices as above it\n", NULL}};
	struct host host = host_v2;

	(void)state;
	PLAN_ROWS(ROOT ",'linux':{'resources':{'devices':[%]}}}", rows, &host_v2, &request_run);
	host.in_user_namespace = true;
	PLAN_ROWS(ROOT ",'linux':{'resources':{'devices':[%]}}}", nested, &host, &request_run);
}

static void without_a_manager_there_is_no_cgroup(void **state)
{
	static const struct plan_row rows[] = {
		{"'cgroupsPath':'/a'",
			"  cgroup manager=disabled\n  cgroup devices as above it\n", NULL},
		{"'resources':{'devices':[{'allow':true}]}",
			"warning \"the rules of linux.resources.devices have no effect", NULL},
		{"'resources':{'memory':{'limit':5}}", "!a limit of memory needs a cgroup",
			"/linux/resources/memory/limit"},
	};
	static const struct plan_row systemd[] = {
		{"", "  cgroup unit \"tare-web.scope\" slice=\"system.slice\"\n", NULL}};
	static const struct plan_row none[] = {
		{"", "!this host has no cgroup file system mounted", ""}};
	struct request request = request_run;
	struct host host = {.last_capability = 40};

	(void)state;
	request.cgroup_manager = CGROUP_MANAGER_DISABLED;
	PLAN_ROWS(LINUX, rows, &host_v2, &request);
	PLAN_ROWS(LINUX, rows, &host, &request);
	request.cgroup_manager = CGROUP_MANAGER_SYSTEMD;
	PLAN_ROWS(LINUX, systemd, &host_v2, &request);
	PLAN_ROWS(LINUX, none, &host, &request_run);
}

static void a_cgroup_is_handed_over_with_a_namespace_and_a_writable_mount(void **state)
{
#define OWNED(options, namespaces, more)                                                       \
	ROOT ",'process':{'args':['a'],'cwd':'/','user':{'uid':%,'gid':0}},"                   \
	     "'mounts':[{'destination':'/sys/fs/"                                              \
	     "cgroup','type':'cgroup','source':'cgroup','options':[" options "]}],"            \
	     "'linux':{'namespaces':[{'type':'mount'}" namespaces "]" more "}}"
#define MAPS                                                                                   \
	",'uidMappings':[{'containerID':0,'hostID':100000,'size':1000}],'gidMappings':[{"      \
	"'containerID':0,'hostID':100000,'size':1000}]"
	static const struct plan_row user[] = {
		{"0", "  cgroup owner 100000\n", NULL}, {"5", "  cgroup owner 100005\n", NULL}};
	static const struct plan_row host[] = {
		{"0", "-cgroup owner", NULL}, {"5", "  cgroup owner 5\n", NULL}};
	static const struct plan_row none[] = {
		{"0", "-cgroup owner", NULL}, {"5", "-cgroup owner", NULL}};

	(void)state;
	PLAN_ROWS(OWNED("'rw'", ",{'type':'cgroup'},{'type':'user'}", MAPS), user, &host_v2,
		&request_run);
	PLAN_ROWS(OWNED("", ",{'type':'cgroup'}", ""), host, &host_v2, &request_run);
	PLAN_ROWS(
		OWNED("'nosuid','ro'", ",{'type':'cgroup'}", ""), none, &host_v2, &request_run);
	PLAN_ROWS(OWNED("'rw'", "", ""), none, &host_v2, &request_run);
	PLAN_ROWS(OWNED("'rw'", ",{'type':'cgroup'}", ""), none, &host_hybrid, &request_run);
}

static void on_v2_the_mount_is_the_one_hierarchy(void **state)
{
	static const struct plan_row rows[] = {
		{",{'type':'cgroup'}",
			"  mount cgroup2 \"cgroup2\" on \"sys/fs/cgroup\" "
			"flags=ro,nosuid,nodev,noexec  <- /mounts/0\n",
			NULL},
		{",{'type':'cgroup','path':'/c'}", "  mount cgroup2 \"cgroup2\" on", NULL},
		{",{'type':'cgroup','path':'/c'},{'type':'user','path':'/u'}",
			"  mount cgroup2 \"cgroup2\" on", NULL},
		{"", "open tree 0 \"/sys/fs/cgroup\"  <- /mounts/0\n", NULL},
		{"",
			"  bind tree 0 on \"sys/fs/cgroup\" set=ro,nosuid,nodev,noexec "
			"clear=atime  <- /mounts/0\n",
			NULL},
	};

	static const struct plan_row joined[] = {{",{'type':'cgroup','path':'/c'}",
		"open tree 0 \"/sys/fs/cgroup\"  <- /mounts/0\n", NULL}};
	struct host host = host_v2;

	(void)state;
	PLAN_ROWS(MOUNT, rows, &host_v2, &request_run);
	host.joins_own_cgroup_namespace = true;
	PLAN_ROWS(MOUNT, joined, &host, &request_run);
}

#define ON "on \"sys/fs/cgroup"
#define RO "\" flags=ro,nosuid,nodev,noexec "
#define TOP                                                                                    \
	"  mount tmpfs \"tmpfs\" " ON                                                          \
	"\" flags=nosuid,nodev,noexec data=\"mode=755\" read-only-late  <- /mounts/0\n"

static void on_v1_the_mount_is_a_directory_of_hierarchies(void **state)
{
	static const struct plan_row rows[] = {
		{",{'type':'cgroup'}",
			TOP "  mount cgroup \"cgroup\" " ON "/cpu,cpuacct" RO
			    "data=\"cpu,cpuacct\"  <- /mounts/0\n"
			    "  link \"cpu,cpuacct\" " ON "/cpu\"  <- /mounts/0\n"
			    "  link \"cpu,cpuacct\" " ON "/cpuacct\"  <- /mounts/0\n"
			    "  mount cgroup \"cgroup\" " ON "/memory" RO
			    "data=\"memory\"  <- /mounts/0\n"
			    "  mount cgroup \"cgroup\" " ON "/devices" RO
			    "data=\"devices\"  <- /mounts/0\n"
			    "  mount cgroup \"cgroup\" " ON "/pids" RO
			    "data=\"pids\"  <- /mounts/0\n"
			    "  mount cgroup \"cgroup\" " ON "/systemd" RO
			    "data=\"name=systemd\"  <- /mounts/0\n"
			    "  device",
			NULL},
		{"",
			"  open tree 0 \"/sys/fs/cgroup/cpu,cpuacct/web\"  <- /mounts/0\n"
			"  open tree 1 \"/sys/fs/cgroup/memory/engine/one/web\"  <- /mounts/0\n"
			"  open tree 2 \"/sys/fs/cgroup/devices/web\"  <- /mounts/0\n"
			"  open tree 3 \"/sys/fs/cgroup/pids/web\"  <- /mounts/0\n"
			"  open tree 4 \"/sys/fs/cgroup/systemd/user.slice/web\"  <- "
			"/mounts/0\n",
			NULL},
		{"",
			TOP
			"  bind tree 0 " ON
			"/cpu,cpuacct\" set=ro,nosuid,nodev,noexec clear=atime  <- /mounts/0\n",
			NULL},
		{"", "\n  read-only \"sys/fs/cgroup\"  <- /mounts/0\n", NULL},
	};
	static const struct plan_row given[] = {
		{"", "open tree 1 \"/sys/fs/cgroup/memory/a/b\"", NULL}};
	static const struct plan_row disabled[] = {
		{"", "open tree 1 \"/sys/fs/cgroup/memory/engine/one\"  <-", NULL}};
	static const struct plan_row hybrid[] = {{"", "-unified", NULL}};
	struct request request = request_run;

	(void)state;
	PLAN_ROWS(MOUNT, rows, &host_v1, &request_run);
	PLAN_ROWS(MOUNT, hybrid, &host_hybrid, &request_run);
	PLAN_ROWS(ROOT
		",'mounts':[{'destination':'/c','type':'cgroup'}],'linux':{'cgroupsPath':"
		"'/a/b','namespaces':[{'type':'mount'}%]}}",
		given, &host_v1, &request_run);
	request.cgroup_manager = CGROUP_MANAGER_DISABLED;
	PLAN_ROWS(MOUNT, disabled, &host_v1, &request);
}

static void other_cgroup_mounts_are_decided_or_refused(void **state)
{
	static const struct plan_row hybrid[] = {
		{"'type':'cgroup2'", "open tree 0 \"/sys/fs/cgroup/unified\"", NULL},
		{"'type':'cgroup2','options':['nsdelegate']",
			"open tree 0 \"/sys/fs/cgroup/unified\"", NULL},
		{"'type':'cgroup2','options':['nsdelegate','nsdelegated']",
			"!takes no options of a file system, such as "
			"\"nsdelegate,nsdelegated\"",
			"/mounts/0"},
		{"'type':'cgroup','options':['nsdelegate']",
			"!takes no options of a file system, such as \"nsdelegate\"",
			"/mounts/0"},
		{"'type':'cgroup','options':['memory']",
			"!takes no options of a file system, such as \"memory\"", "/mounts/0"},
		{"'type':'cgroup','options':['rw','rslave']",
			ON "\" flags=nosuid,nodev,noexec data=\"mode=755\" propagation=rslave",
			NULL},
		{"'type':'cgroup','source':'/sys/fs/cgroup','options':['rbind']",
			"open tree 0 \"/sys/fs/cgroup\" recursive", NULL},
	};
	static const struct plan_row v1[] = {
		{"'type':'cgroup2'", "!this host has no cgroup v2", "/mounts/0"}};
	static const struct plan_row none[] = {
		{"'type':'cgroup'", "!this host has no cgroup file system", "/mounts/0"}};
	struct request request = request_run;
	struct host host = {.last_capability = 40};

	(void)state;
#define ANY                                                                                    \
	ROOT ",'mounts':[{'destination':'/sys/fs/"                                             \
	     "cgroup',%}],'linux':{'namespaces':[{'type':'mount'}]}}"
	PLAN_ROWS(ANY, hybrid, &host_hybrid, &request_run);
	PLAN_ROWS(ANY, v1, &host_v1, &request_run);
	request.cgroup_manager = CGROUP_MANAGER_DISABLED;
	PLAN_ROWS(ANY, none, &host, &request);
}

/* CVE-2023-25809: whoever is root of the user namespace may own cgroups of the host. */
static void in_a_user_namespace_the_hosts_tree_is_read_only(void **state)
{
	static const struct plan_row rows[] = {
		{"{'type':'user'}", "bind tree 0 on \"sys/fs/cgroup\" set=ro", NULL},
		{"{'type':'user'},{'type':'cgroup'}", "-bind tree 0 on \"sys/fs/cgroup\"",
			NULL},
	};
	static const struct plan_row host[] = {{"{'type':'pid'}", "-set=ro", NULL}};

	(void)state;
#define WRITABLE                                                                               \
	ROOT ",'mounts':[{'destination':'/sys/fs/cgroup','type':'cgroup','options':['rw']}],"  \
	     "'linux':{'namespaces':[{'type':'mount'},%]"
#define MAP_ALL "[{'containerID':0,'hostID':100000,'size':65536}]"
	PLAN_ROWS(WRITABLE ",'uidMappings':" MAP_ALL ",'gidMappings':" MAP_ALL "}}", rows,
		&host_v2, &request_run);
	PLAN_ROWS(WRITABLE "}}", host, &host_v2, &request_run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_path_depends_on_the_layout),
		cmocka_unit_test(limits_go_to_the_file_of_the_hierarchy),
		cmocka_unit_test(device_rules_keep_their_order_and_end_in_the_defaults),
		cmocka_unit_test(without_a_manager_there_is_no_cgroup),
		cmocka_unit_test(a_cgroup_is_handed_over_with_a_namespace_and_a_writable_mount),
		cmocka_unit_test(on_v2_the_mount_is_the_one_hierarchy),
		cmocka_unit_test(on_v1_the_mount_is_a_directory_of_hierarchies),
		cmocka_unit_test(other_cgroup_mounts_are_decided_or_refused),
		cmocka_unit_test(in_a_user_namespace_the_hosts_tree_is_read_only),
	};

	return cmocka_run_group_tests_name("plan: cgroup", tests, NULL, NULL);
}
