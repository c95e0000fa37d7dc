/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Namespaces, id mappings, root, and what the kernel is told about them: plan/namespaces.c, ids.c, root.c, kernel.c. */
#include "plan_help.h"

#define ROOT "{'ociVersion':'1.2.0','root':{'path':'rootfs'}"

static void namespaces_are_made_and_joined_in_the_order_that_rights_demand(void **state)
{
	static const struct plan_row rows[] = {
		{"{'type':'pid'},{'type':'network'}", "\n  clone new=network,pid\n", NULL},
		{"{'type':'cgroup'},{'type':'pid'}", "\n  clone new=cgroup,pid\n", NULL},
		{"{'type':'time'},{'type':'uts'}",
			"unshare time  <- /linux/namespaces/0\n  clone new=uts\n", NULL},
		{"{'type':'ipc','path':''}", "clone new=ipc\n", NULL},
		{"", "  clone\ninit\n  session", NULL},
		{"{'type':'network','path':'/run/n'},{'type':'ipc'}",
			"clone new=ipc\ninit\n  join network \"/run/n\"  <- "
			"/linux/namespaces/0\n",
			NULL},
		/* A joined pid namespace is entered by a last clone only. */
		{"{'type':'pid','path':'/p'},{'type':'mount'}",
			"  pivot_root\n  join pid \"/p\"  <- /linux/namespaces/0\ninit, cloned",
			NULL},
		{"{'type':'pid','path':'/p'}", "\ninit, cloned into the pid namespace\n", NULL},
		/* A joined user namespace must own what is made: all is made after the join. */
		{"{'type':'mount'},{'type':'user','path':'/u'},{'type':'uts'}",
			"  clone\ninit\n  join user \"/u\"  <- /linux/namespaces/1\n  unshare "
			"new=mount,uts\n",
			NULL},
		{"{'type':'user','path':'/u'},{'type':'pid'},{'type':'mount'}",
			"builder\n  join user \"/u\"  <- /linux/namespaces/0\n  unshare "
			"new=mount,pid\n",
			NULL},
		{"{'type':'pid'},{'type':'pid'}", "!the pid namespace is given twice",
			"/linux/namespaces/1"},
		{"{'type':'pid'},{'type':'pid','path':'/x'}", "!given twice",
			"/linux/namespaces/1"},
		{"{'type':'uts','path':'relative'}",
			"!the path \"relative\" of a namespace is not absolute",
			"/linux/namespaces/0/path"},
		{"{'type':'user'}", "!needs uidMappings and gidMappings",
			"/linux/namespaces/0"},
	};

	(void)state;
	PLAN_ROWS(ROOT ",'linux':{'namespaces':[%]}}", rows, &host_v2, &request_run);
}

static void the_cgroup_namespace_waits_for_the_cgroup_on_v1(void **state)
{
	static const struct plan_row rows[] = {
		{"{'type':'cgroup'},{'type':'pid'}",
			"clone new=pid\ninit\n  unshare new=cgroup\n", NULL},
	};
	static const struct plan_row disabled[] = {
		{"{'type':'cgroup'},{'type':'pid'}", "clone new=cgroup,pid\ninit\n  session",
			NULL},
	};
	struct request request = request_run;

	(void)state;
	PLAN_ROWS(ROOT ",'linux':{'namespaces':[%]}}", rows, &host_v1, &request_run);
	PLAN_ROWS(ROOT ",'linux':{'namespaces':[%]}}", rows, &host_hybrid, &request_run);
	request.cgroup_manager = CGROUP_MANAGER_DISABLED;
	PLAN_ROWS(ROOT ",'linux':{'namespaces':[%]}}", disabled, &host_v1, &request);
}

#define MAP(c, h, s) "{'containerID':" #c ",'hostID':" #h ",'size':" #s "}"
#define BOTH(map)    "'uidMappings':[" map "],'gidMappings':[" map "]"

static void id_mappings_become_the_kernel_s_text(void **state)
{
	static const struct plan_row rows[] = {
		{BOTH(MAP(0, 1000, 1)), "uid_map \"0 1000 1\\n\"  <- /linux/uidMappings\n",
			NULL},
		{BOTH(MAP(0, 1000, 1) "," MAP(1, 100000, 65535)),
			"gid_map \"0 1000 1\\n1 100000 65535\\n\"  <- /linux/gidMappings\n",
			NULL},
		{BOTH(MAP(1, 5, 9) "," MAP(0, 77, 1)), "root of the container is 77:77", NULL},
		{BOTH(MAP(0, 0, 4294967295)), "uid_map \"0 0 4294967295\\n\"", NULL},
		{BOTH(MAP(0, 1, 4294967295)), "!more than there are", "/linux/uidMappings"},
		{BOTH(MAP(0, 0, 0)), "!the id 0 is not mapped", "/linux/uidMappings"},
		{BOTH(MAP(0, 0, 1) "," MAP(1, 1, 0)), "!holds none", "/linux/uidMappings"},
		{BOTH(MAP(1, 0, 10)), "!the id 0 is not mapped", "/linux/uidMappings"},
		{"'uidMappings':[" MAP(0, 0, 1) "]", "!needs uidMappings and gidMappings",
			"/linux/namespaces/0"},
	};

	/* The process of these is 7:8. */
	static const struct plan_row own[] = {
		{BOTH(MAP(7, 1000, 2)), "made inside by 7:8, is 1000:1001\n", NULL},
		{"'uidMappings':[" MAP(7, 1000, 1) "],'gidMappings':[" MAP(0, 5, 9) "]",
			"made inside by 7:0, is 1000:5\n", NULL},
		{BOTH(MAP(0, 1, 9)), "root of the container is 1:1\n", NULL},
		{"'uidMappings':[" MAP(7, 1000, 1) "],'gidMappings':[" MAP(7, 5, 1) "]",
			"!neither the id 0 nor the process's, 8, is mapped",
			"/linux/gidMappings"},
	};

	(void)state;
	PLAN_ROWS(ROOT ",'linux':{'namespaces':[{'type':'user'}],%}}", rows, &host_v2,
		&request_run);
	PLAN_ROWS(ROOT ",'process':{'cwd':'/','args':['a'],'user':{'uid':7,'gid':8}},"
		       "'linux':{'namespaces':[{'type':'user'}],%}}",
		own, &host_v2, &request_run);
}

static void id_mappings_without_a_new_user_namespace_are_refused(void **state)
{
	static const struct plan_row rows[] = {
		{"[]," BOTH(MAP(0, 0, 1)), "!id mappings need a user namespace",
			"/linux/uidMappings"},
		{"[],'gidMappings':[" MAP(0, 0, 1) "]", "!need a user namespace",
			"/linux/gidMappings"},
		{"[],'uidMappings':[],'gidMappings':[]", "  clone\n", NULL},
	};

	(void)state;
	PLAN_ROWS(ROOT ",'linux':{'namespaces':%}}", rows, &host_v2, &request_run);
}

static void id_mappings_of_a_joined_user_namespace_are_compared(void **state)
{
	static const struct plan_row rows[] = {
		{"'uidMappings':[" MAP(0, 100, 10) "],'gidMappings':[" MAP(0, 200, 10) "]",
			"  join user \"/u\"  <- /linux/namespaces/0\n  must have uid_map 0 100 "
			"10  "
			"<- /linux/uidMappings\n  must have gid_map 0 200 10  <- "
			"/linux/gidMappings\n",
			NULL},
		{"'uidMappings':[" MAP(0, 100, 10) "]", "-gid_map", NULL},
		{"'gidMappings':[" MAP(0, 100, 10) "]", "-uid_map", NULL},
		{"'uidMappings':[]", "-must have", NULL},
		/* One way to say it, however it is written. */
		{"'uidMappings':[" MAP(10, 110, 5) "," MAP(20, 120, 1) "," MAP(
			 0, 100, 10) "," MAP(15, 116, 1) "," MAP(16, 117, 2) "]",
			"must have uid_map 0 100 15, 15 116 3, 20 120 1  <-", NULL},
		{"'uidMappings':[" MAP(1, 100, 10) "]", "!the id 0 is not mapped",
			"/linux/uidMappings"},
		{"'gidMappings':[" MAP(0, 100, 1) "," MAP(5, 7, 0) "]", "!holds none or more",
			"/linux/gidMappings"},
	};
	static const struct plan_row ids[] = {
		{"{'uid':9,'gid':0}", "  user 9:0", NULL},
		{"{'uid':10,'gid':0}", "!the uid 10 is not an id of the container",
			"/process/user/uid"},
		{"{'uid':0,'gid':70000}", "  user 0:70000", NULL},
	};

	(void)state;
	PLAN_ROWS(ROOT ",'linux':{'namespaces':[{'type':'user','path':'/u'}],%}}", rows,
		&host_v2, &request_run);
	PLAN_ROWS(ROOT
		",'process':{'cwd':'/','args':['a'],'user':%},'linux':{'namespaces':[{'type':"
		"'user','path':'/u'}],'uidMappings':[" MAP(0, 100, 10) "]}}",
		ids, &host_v2, &request_run);
}

static void time_offsets_are_for_a_new_time_namespace(void **state)
{
	static const struct plan_row rows[] = {
		{"'namespaces':[{'type':'time'}],'timeOffsets':{'boottime':{'secs':-7,'"
		 "nanosecs'"
		 ":999999999},'monotonic':{'secs':5}}",
			"\n  unshare time  <- /linux/namespaces/0\n  timens_offsets "
			"\"monotonic 5 "
			"0\\nboottime -7 999999999\\n\"  <- /linux/timeOffsets\n",
			NULL},
		{"'namespaces':[{'type':'time'}],'timeOffsets':{'boottime':{'secs':-"
		 "9223372036854775808,'nanosecs':1}}",
			"timens_offsets \"boottime -9223372036854775808 1\\n\"", NULL},
		{"'namespaces':[{'type':'time'}],'timeOffsets':{}", "-timens_offsets", NULL},
		{"'namespaces':[],'timeOffsets':{}", "-timens_offsets", NULL},
		{"'namespaces':[{'type':'time'}],'timeOffsets':{'monotonic':{'nanosecs':"
		 "1000000000}}",
			"!the 1000000000 nanoseconds of the monotonic clock's offset",
			"/linux/timeOffsets"},
		{"'namespaces':[{'type':'pid'}],'timeOffsets':{'monotonic':{'secs':0}}",
			"!time offsets need a time namespace", "/linux/timeOffsets"},
		{"'namespaces':[{'type':'time','path':'/t'}],'timeOffsets':{'boottime':{}}",
			"!those of \"/t\" cannot be changed", "/linux/timeOffsets"},
	};

	(void)state;
	PLAN_ROWS(ROOT ",'linux':{%}}", rows, &host_v2, &request_run);
}

static void a_new_user_namespace_with_joined_ones_is_made_by_init(void **state)
{
	static const struct plan_row rows[] = {
		{"{'type':'network','path':'/n'}",
			"init\n  join network \"/n\"  <- /linux/namespaces/2\n"
			"  unshare new=user,mount\n  wait for the id maps\n",
			NULL},
		{"{'type':'uts'}", "clone new=user,mount,uts\n", NULL},
	};

	(void)state;
	PLAN_ROWS(ROOT ",'linux':{" BOTH(MAP(0, 5, 1)) ",'namespaces':[{'type':'user'},{'type':"
						       "'mount'},%]}}",
		rows, &host_v2, &request_run);
}

static void what_needs_a_mount_namespace_is_refused_without_one(void **state)
{
	static const struct plan_row rows[] = {
		{",'mounts':[{'destination':'/proc','type':'proc'}]",
			"!mounts would change the host", "/mounts/0"},
	};
	static const struct plan_row members[] = {
		{"'maskedPaths':['/a']", "!maskedPaths would change", "/linux/maskedPaths/0"},
		{"'readonlyPaths':['/a']", "!readonlyPaths would", "/linux/readonlyPaths/0"},
		{"'rootfsPropagation':'private'", "!rootfsPropagation would",
			"/linux/rootfsPropagation"},
		{"'devices':[{'type':'c','path':'/dev/x','major':1,'minor':3}]",
			"!devices would", "/linux/devices/0"},
		{"'maskedPaths':[],'readonlyPaths':[]", "  chroot\n", NULL},
		{"'maskedPaths':[]", "-device node", NULL},
	};
	static const struct plan_row root[] = {
		{"", "!a read-only root would change the host", "/root/readonly"}};

	(void)state;
	PLAN_ROWS(ROOT ",'linux':{" BOTH(MAP(0, 5, 1)) ",'namespaces':[{'type':'user'}]}%}",
		rows, &host_v2, &request_run);
	PLAN_ROWS(ROOT ",'linux':{" BOTH(MAP(0, 5, 1)) ",'namespaces':[{'type':'user'}],%}}",
		members, &host_v2, &request_run);
	PLAN_ROWS("{'ociVersion':'1.2.0','root':{'path':'r','readonly':true},'linux':{" BOTH(
			  MAP(0, 5, 1)) ",'namespaces':[{'type':'user'}]}%}",
		root, &host_v2, &request_run);
}

static void what_mounts_on_the_host_mounts_in_a_root_of_its_own(void **state)
{
	static const struct plan_row rows[] = {
		{"'mounts':[{'destination':'/proc','type':'proc'}]",
			"bound on itself on the host  <- /root/path\n", NULL},
		{"'linux':{'maskedPaths':['/a']}", "bound on itself", NULL},
		{"'linux':{'devices':[{'type':'c','path':'/dev/x','major':1,'minor':3}]}",
			"bound on itself", NULL},
		{"'linux':{'rootfsPropagation':'rslave'}", "bound on itself", NULL},
		{"'linux':{'rootfsPropagation':'rshared'}", "!rootfsPropagation would",
			"/linux/rootfsPropagation"},
		{"'linux':{'rootfsPropagation':'unbindable'}", "!rootfsPropagation would",
			"/linux/rootfsPropagation"},
		{"'mounts':[]", "-bound on itself", NULL},
		{"'mounts':[{'destination':'/proc','type':'proc'}]", "device node", NULL},
	};

	(void)state;
	PLAN_ROWS(ROOT ",%}", rows, &host_v2, &request_run);
}

static void the_root_is_found_below_the_bundle(void **state)
{
	static const struct plan_row rows[] = {
		{"'root':{'path':'rootfs'}",
			"root \"/bundle/rootfs\" propagation=rslave  <- /root/path", NULL},
		{"'root':{'path':'/srv/x'}", "root \"/srv/x\" propagation=rslave", NULL},
		{"'root':{'path':'r','readonly':true}", "  read-only \".\"  <- /root/readonly",
			NULL},
		{"'root':{'path':''}", "!root.path is missing", "/root"},
		{"'hostname':''", "!root.path is missing", "/root"},
	};
	static const struct plan_row no_pivot[] = {
		{"'rootfsPropagation':'rshared'", "  move the root over", NULL},
		{"'rootfsPropagation':'private'", "!cannot be combined with --no-pivot",
			"/linux/rootfsPropagation"},
	};
	struct request request = request_run;

	(void)state;
	PLAN_ROWS("{'ociVersion':'1.2.0',%,'linux':{'namespaces':[{'type':'mount'}]}}", rows,
		&host_v2, &request_run);
	request.no_pivot = true;
	PLAN_ROWS(ROOT ",'linux':{'namespaces':[{'type':'mount'}],%}}", no_pivot, &host_v2,
		&request);
}

static void names_need_a_uts_namespace(void **state)
{
	static const struct plan_row with[] = {
		{"'hostname':'h','domainname':'d'",
			"  hostname \"h\"  <- /hostname\n  domainname \"d\"  <- /domainname",
			NULL},
		{"'hostname':''", "-hostname", NULL},
		{"'hostname':'"
		 "0123456789012345678901234567890123456789012345678901234567890123'",
			"  hostname \"0", NULL},
		{"'hostname':'"
		 "01234567890123456789012345678901234567890123456789012345678901234'",
			"!has 65 bytes, the kernel takes 64", "/hostname"},
	};
	static const struct plan_row without[] = {
		{"'hostname':'h'", "!the hostname \"h\" would be the host's", "/hostname"},
		{"'domainname':'h'", "!the domainname \"h\" would be the host's",
			"/domainname"},
		{"'hostname':''", "  chroot", NULL},
	};

	(void)state;
	PLAN_ROWS(ROOT ",%,'linux':{'namespaces':[{'type':'uts'}]}}", with, &host_v2,
		&request_run);
	PLAN_ROWS(ROOT ",%}", without, &host_v2, &request_run);
}

static void sysctls_are_those_of_the_container_s_namespaces(void **state)
{
	static const struct plan_row with[] = {
		{"'net.ipv4.ip_forward':'1'",
			"sysctl \"net/ipv4/ip_forward\" \"1\"  <- /linux/sysctl", NULL},
		{"'net/ipv4/conf/eth0.1/forwarding':'1'",
			"sysctl \"net/ipv4/conf/eth0.1/forwarding\"", NULL},
		{"'net.ipv4.conf.eth0/1.forwarding':'1'",
			"sysctl \"net/ipv4/conf/eth0.1/forwarding\"", NULL},
		{"'kernel.msgmax':'9'", "sysctl \"kernel/msgmax\" \"9\"", NULL},
		{"'fs.mqueue.msg_max':'9'", "sysctl \"fs/mqueue/msg_max\" \"9\"", NULL},
		{"'kernel.domainname':'d'", "sysctl \"kernel/domainname\" \"d\"", NULL},
		{"'kernel.hostname':'d'", "!that is what hostname is for", "/linux/sysctl"},
		{"'kernel.msgmaxx':'9'", "!is not in a separate kernel namespace",
			"/linux/sysctl"},
		{"'vm.swappiness':'9'",
			"!sysctl \"vm.swappiness\" is not in a separate kernel namespace",
			NULL},
		{"'kernel.core_pattern':'|/x'", "!is not in a separate kernel namespace", NULL},
		{"'user.max_user_namespaces':'9'", "!has no user namespace", NULL},
		{"'net/../kernel/core_pattern':'|/x'", "!is not the name of a sysctl",
			"/linux/sysctl"},
		{"'net..ipv4':'1'", "!is not the name of a sysctl", NULL},
		{"'net.':'1'", "!is not the name of a sysctl", NULL},
		{"'/net/ipv4':'1'", "!is not the name of a sysctl", NULL},
		{"'net':'1'", "!is not in a separate", NULL},
	};
	static const struct plan_row without[] = {
		{"'net.ipv4.ip_forward':'1'", "!linux.namespaces has no network namespace",
			"/linux/sysctl"},
		{"'kernel.sem':'1'", "!linux.namespaces has no ipc namespace", NULL},
	};

	(void)state;
	PLAN_ROWS(ROOT
		",'linux':{'namespaces':[{'type':'uts'},{'type':'ipc'},{'type':'network'}"
		"],'sysctl':{%}}}",
		with, &host_v2, &request_run);
	PLAN_ROWS(ROOT ",'linux':{'sysctl':{%}}}", without, &host_v2, &request_run);
}

static void a_domainname_may_not_contradict_its_sysctl(void **state)
{
	static const struct plan_row rows[] = {
		{"'d'", "sysctl \"kernel/domainname\" \"d\"", NULL},
		{"'e'", "!kernel.domainname is \"e\" but domainname is \"d\"", "/linux/sysctl"},
	};

	(void)state;
	PLAN_ROWS(ROOT ",'domainname':'d','linux':{'namespaces':[{'type':'uts'}],'sysctl':{"
		       "'kernel.domainname':%}}}",
		rows, &host_v2, &request_run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			namespaces_are_made_and_joined_in_the_order_that_rights_demand),
		cmocka_unit_test(the_cgroup_namespace_waits_for_the_cgroup_on_v1),
		cmocka_unit_test(id_mappings_become_the_kernel_s_text),
		cmocka_unit_test(id_mappings_without_a_new_user_namespace_are_refused),
		cmocka_unit_test(id_mappings_of_a_joined_user_namespace_are_compared),
		cmocka_unit_test(time_offsets_are_for_a_new_time_namespace),
		cmocka_unit_test(a_new_user_namespace_with_joined_ones_is_made_by_init),
		cmocka_unit_test(what_needs_a_mount_namespace_is_refused_without_one),
		cmocka_unit_test(what_mounts_on_the_host_mounts_in_a_root_of_its_own),
		cmocka_unit_test(the_root_is_found_below_the_bundle),
		cmocka_unit_test(names_need_a_uts_namespace),
		cmocka_unit_test(sysctls_are_those_of_the_container_s_namespaces),
		cmocka_unit_test(a_domainname_may_not_contradict_its_sysctl),
	};

	return cmocka_run_group_tests_name("plan: namespaces", tests, NULL, NULL);
}
