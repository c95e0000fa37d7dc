/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Mounts, devices, masked and read-only paths: plan/mounts.c, mount-options.c, devices.c, paths.c. */
#include "plan_help.h"

#define ROOT	 "{'ociVersion':'1.2.0','root':{'path':'rootfs'}"
#define MOUNT_NS "'linux':{'namespaces':[{'type':'mount'}]}"
#define OPTIONS_OF(type)                                                                       \
	ROOT ",'mounts':[{'destination':'/t','type':'" type                                    \
	     "','source':'s','options':[%]}]," MOUNT_NS "}"
#define MOUNTS ROOT ",'mounts':[%]," MOUNT_NS "}"

static void each_option_of_a_new_file_system_is_a_flag_or_its_data(void **state)
{
	static const struct plan_row rows[] = {
		{"'ro'", "mount ext4 \"s\" on \"t\" flags=ro  <-", NULL},
		{"'ro','rw'", "mount ext4 \"s\" on \"t\"  <-", NULL},
		{"'rw','ro'", "flags=ro  <-", NULL},
		{"'nosuid','nodev','noexec'", "flags=nosuid,nodev,noexec  <-", NULL},
		{"'nosuid','suid','dev','exec'", "on \"t\"  <-", NULL},
		{"'noatime','nodiratime'", "flags=noatime,nodiratime  <-", NULL},
		{"'noatime','relatime'", "on \"t\"  <-", NULL},
		{"'noatime','strictatime'", "flags=strictatime  <-", NULL},
		{"'strictatime','atime'", "on \"t\"  <-", NULL},
		{"'strictatime','norelatime'", "on \"t\"  <-", NULL},
		{"'nodiratime','diratime'", "on \"t\"  <-", NULL},
		{"'nosymfollow'", "flags=nosymfollow  <-", NULL},
		{"'nosymfollow','symfollow'", "on \"t\"  <-", NULL},
		{"'sync','dirsync','mand','silent','iversion','lazytime'",
			"flags=sync,dirsync,mand,silent,iversion,lazytime  <-", NULL},
		{"'sync','async','mand','nomand','silent','loud','iversion','noiversion','"
		 "lazytime','nolazytime'",
			"on \"t\"  <-", NULL},
		{"'rro','rnosuid','rnodev','rnoexec','rnoatime','rnosymfollow'",
			"flags=ro,nosuid,nodev,noexec,nosymfollow,noatime  <-", NULL},
		{"'defaults','','z','Z'", "on \"t\"  <-", NULL},
		{"'mode=1','size=2k','x'", "on \"t\" data=\"mode=1,size=2k,x\"", NULL},
		{"'private'", "on \"t\" propagation=private", NULL},
		{"'rshared','unbindable'", "propagation=rshared propagation=unbindable", NULL},
		{"'slave','slave','rslave','runbindable','shared'",
			"propagation=slave propagation=rslave "
			"propagation=runbindable propagation=shared",
			NULL},
		{"'slave','rslave','runbindable','shared','private'", "!at most 4",
			"/mounts/0/options"},
		{"'rsync','rdirsync','rmand'", "flags=sync,dirsync,mand  <-", NULL},
		{"'sync','rasync','mand','rnomand'", "on \"t\"  <-", NULL},
		{"'tmpcopyup'", "!tmpcopyup is an option of a tmpfs", "/mounts/0/options"},
		{"'src-nofollow'", "!options of a bind mount", "/mounts/0/options"},
		{"'copy-symlink'", "!options of a bind mount", "/mounts/0/options"},
		{"'dest-nofollow'", "!options of a bind mount", "/mounts/0/options"},
		{"'idmap'", "!only a bind mount can have its ids mapped, and \"ext4\" is none",
			"/mounts/0"},
		{"'ro=1','idmapx=1'", "data=\"ro=1,idmapx=1\"", NULL},
	};

	(void)state;
	PLAN_ROWS(OPTIONS_OF("ext4"), rows, &host_v2, &request_run);
}

static void the_options_of_a_bind_are_attributes(void **state)
{
	static const struct plan_row rows[] = {
		{"'bind'", "open tree 0 \"/bundle/s\"  <- /mounts/0\n", NULL},
		{"'rbind'", "open tree 0 \"/bundle/s\" recursive  <- /mounts/0\n", NULL},
		{"", "bind tree 0 on \"t\"  <-", NULL},
		{"'ro'", "bind tree 0 on \"t\" set=ro  <-", NULL},
		{"'rw','suid','dev','exec'", "on \"t\" clear=ro,nosuid,nodev,noexec  <-", NULL},
		{"'ro','rw'", "on \"t\" clear=ro  <-", NULL},
		{"'noatime'", "on \"t\" set=noatime clear=atime  <-", NULL},
		{"'strictatime','relatime'", "on \"t\" clear=atime  <-", NULL},
		{"'rro'", "on \"t\" recursive-set=ro  <-", NULL},
		{"'rro','rrw','rsuid','rdev','rexec','rdiratime','rsymfollow'",
			"recursive-clear=ro,nosuid,nodev,noexec,nodiratime,nosymfollow  <-",
			NULL},
		{"'rnoatime','rstrictatime'",
			"recursive-set=strictatime recursive-clear=atime  <-", NULL},
		{"'rnodiratime','ratime','rrelatime','rnorelatime','rnostrictatime'",
			"recursive-set=nodiratime recursive-clear=atime  <-", NULL},
		{"'nocopy'",
			"warning \"the options \\\"nocopy\\\" of the mount on \\\"/t\\\" are "
			"ignored",
			NULL},
		{"'sync'",
			"warning \"options of the mount on \\\"/t\\\" that concern a whole "
			"file system",
			NULL},
		{"'silent'", "-warning", NULL},
		{"'src-nofollow','dest-nofollow','copy-symlink'",
			"on \"t\" copy-link source-no-follow target-no-follow  <-", NULL},
		{"'tmpcopyup'", "!tmpcopyup is an option of a tmpfs", "/mounts/0/options"},
		{"'rsync'", "warning \"options of the mount on", NULL},
		{"'remount','dest-nofollow'", "!options of a bind mount", NULL},
		{"'remount','ro'", "  remount on \"t\" set=ro  <- /mounts/0", NULL},
		{"'remount','size=1'",
			"!a remount cannot change options of the file system: size=1",
			"/mounts/0"},
		{"'remount','sync'", "!a remount cannot change options", NULL},
	};

	(void)state;
	PLAN_ROWS(OPTIONS_OF("bind"), rows, &host_v2, &request_run);
}

static void mounts_are_known_by_their_type_and_options(void **state)
{
	static const struct plan_row rows[] = {
		{"{'destination':'/a','source':'/x','options':['rbind']}",
			"open tree 0 \"/x\" recursive", NULL},
		{"{'destination':'/a','type':'none','source':'/x','options':['bind']}",
			"bind tree 0 on \"a\"", NULL},
		{"{'destination':'/a','type':'none','options':['rshared']}",
			"  remount on \"a\" propagation=rshared", NULL},
		{"{'destination':'/a','type':'none','source':'/x'}",
			"!has neither a type nor the option bind", "/mounts/0"},
		{"{'destination':'/a'}", "!the mount on \"/a\" has neither a type",
			"/mounts/0"},
		{"{'destination':'/a','type':'bind'}", "!a bind mount needs a source",
			"/mounts/0"},
		{"{'destination':'/a','type':'tmpfs'}",
			"mount tmpfs \"tmpfs\" on \"a\" copy-mode  <-", NULL},
		{"{'destination':'/a','type':'tmpfs','options':['size=1','mode=700']}",
			"data=\"size=1,mode=700\"  <-", NULL},
		{"{'destination':'/a','type':'tmpfs','options':['tmpcopyup']}",
			"on \"a\" copy-mode copy-up copy-owner  <-", NULL},
		{"{'destination':'/a','type':'tmpfs','options':['gid=1','tmpcopyup']}",
			"data=\"gid=1\" copy-mode copy-up  <-", NULL},
		{"{'destination':'/a','type':'tmpfs','options':['ro']}",
			"mount tmpfs \"tmpfs\" on \"a\" read-only-late copy-mode", NULL},
		{"{'destination':'/a','type':'tmpfs','options':['ro']}",
			"\n  read-only \"a\"  <- /mounts/0\n  pivot_root\n", NULL},
		{"{'destination':'/dev','type':'devtmpfs','options':['ro']}",
			"on \"dev\" read-only-late", NULL},
		{"{'destination':'/a/../b//./c/','type':'tmpfs'}", "on \"b/c\"", NULL},
		{"{'destination':'/../../b','type':'tmpfs'}", "on \"b\"", NULL},
		{"{'destination':'b/c','type':'tmpfs'}", "on \"b/c\"", NULL},
		{"{'destination':'b/c','type':'tmpfs'}",
			"warning \"the mount destination \\\"b/c\\\" is not absolute", NULL},
		{"{'destination':'','type':'tmpfs'}", "!the destination of the mount is empty",
			"/mounts/0/destination"},
		{"{'destination':'/','type':'tmpfs'}", "!nothing can be mounted on \"/\"",
			"/mounts/0"},
		{"{'destination':'/a/..','type':'bind','source':'/x'}",
			"!nothing can be mounted on \"/\"", "/mounts/0"},
		{"{'destination':'/','options':['remount','ro']}", "  remount on \".\" set=ro",
			NULL},
		{"{'destination':'/a','type':'bind','source':'/x'},{'destination':'/"
		 "b','type':'bind','source':'/y'}",
			"bind tree 1 on \"b\"  <- /mounts/1", NULL},
	};

	(void)state;
	PLAN_ROWS(MOUNTS, rows, &host_v2, &request_run);
}

static void only_the_kernel_s_own_file_systems_are_mounted_on_proc_and_sys(void **state)
{
	static const struct plan_row rows[] = {
		{"{'destination':'/proc','type':'proc'}",
			"mount proc \"proc\" on \"proc\" directory-only", NULL},
		{"{'destination':'/proc','type':'proc','options':['hidepid=2']}",
			"data=\"hidepid=2\" directory-only", NULL},
		{"{'destination':'/proc','type':'tmpfs'}",
			"!\"tmpfs\" cannot be mounted on \"/proc\": only proc may be",
			"/mounts/0"},
		{"{'destination':'/x/../proc/','type':'tmpfs'}",
			"!cannot be mounted on \"/proc\"", NULL},
		{"{'destination':'/proc','type':'bind','source':'/proc'}",
			"bind tree 0 on \"proc\" directory-only", NULL},
		{"{'destination':'/proc','type':'bind','source':'/tmp'}",
			"!\"/tmp\" cannot be mounted on \"/proc\"", NULL},
		{"{'destination':'/proc','type':'bind','source':'proc'}",
			"!\"/bundle/proc\" cannot be mounted", NULL},
		{"{'destination':'/proc','options':['remount','ro']}",
			"remount on \"proc\" set=ro", NULL},
		{"{'destination':'/sys','type':'sysfs'}",
			"mount sysfs \"sysfs\" on \"sys\" directory-only", NULL},
		{"{'destination':'/sys','type':'bind','source':'/sys'}",
			"bind tree 0 on \"sys\" directory-only", NULL},
		{"{'destination':'/sys','type':'tmpfs'}",
			"!only sysfs may be, or a bind of the host's /sys", NULL},
		{"{'destination':'/sys/fs/x','type':'tmpfs'}", "on \"sys/fs/x\"", NULL},
		{"{'destination':'/proc/cpuinfo','type':'bind','source':'/x'}",
			"on \"proc/cpuinfo\"", NULL},
		{"{'destination':'/proc/meminfo','type':'bind','source':'/x'}",
			"on \"proc/meminfo\"", NULL},
		{"{'destination':'/proc/sys/kernel/ns_last_pid','type':'bind','source':'/x'}",
			"on \"proc/sys/kernel", NULL},
		{"{'destination':'/proc/self/attr','type':'tmpfs'}",
			"!nothing may be mounted on \"/proc/self/attr\"", "/mounts/0"},
		{"{'destination':'/proc/cpuinfo/x','type':'tmpfs'}", "!inside /proc", NULL},
		{"{'destination':'/proc/sys','type':'bind','source':'/x'}", "!inside /proc",
			NULL},
		{"{'destination':'/procfs','type':'tmpfs'}", "on \"procfs\"", NULL},
	};

	(void)state;
	PLAN_ROWS(MOUNTS, rows, &host_v2, &request_run);
}

#define SYSFS "'mounts':[{'destination':'/sys','type':'sysfs','options':['ro']}]"
#define MAPPED                                                                                 \
	"'uidMappings':[{'containerID':0,'hostID':5,'size':9}],'gidMappings':[{'containerID':" \
	"0,'hostID':5,'size':9}]"

static void a_sysfs_that_the_kernel_would_refuse_is_the_host_s(void **state)
{
	static const struct plan_row rows[] = {
		{MAPPED ",'namespaces':[{'type':'user'},{'type':'mount'},{'type':'network'}]",
			"mount sysfs \"sysfs\" on \"sys\" flags=ro directory-only", NULL},
		{MAPPED ",'namespaces':[{'type':'user'},{'type':'mount'}]",
			"bind tree 0 on \"sys\" set=ro directory-only", NULL},
		{MAPPED ",'namespaces':[{'type':'user'},{'type':'mount'},{'type':'network','"
			"path':'/n'}]",
			"open tree 0 \"/sys\" recursive", NULL},
		{"'namespaces':[{'type':'user','path':'/"
		 "u'},{'type':'mount'},{'type':'network','path':'/n'}]",
			"mount sysfs \"sysfs\" on \"sys\" flags=ro set=ro directory-only "
			"or-tree 0 on-errno 1",
			NULL},
		{"'namespaces':[{'type':'mount'}]",
			"mount sysfs \"sysfs\" on \"sys\" flags=ro directory-only", NULL},
	};

	(void)state;
	PLAN_ROWS(ROOT "," SYSFS ",'linux':{%}}", rows, &host_v2, &request_run);
}

static void ids_in_the_data_of_a_mount_must_be_mapped(void **state)
{
	static const struct plan_row rows[] = {
		{"'type':'devpts','options':['gid=5']", "data=\"gid=5\"", NULL},
		{"'type':'devpts','options':['gid=9']",
			"!\"gid=9\" is not an id of the container: linux.gidMappings",
			"/mounts/0"},
		{"'type':'tmpfs','options':['mode=1','uid=4294967295']",
			"!\"uid=4294967295\" is not an id", NULL},
		{"'type':'tmpfs','options':['uid=99999999999999999999']", "!is not an id",
			NULL},
		{"'type':'vfat','options':['gid=9']", "data=\"gid=9\"", NULL},
	};

	(void)state;
	PLAN_ROWS(ROOT ",'mounts':[{'destination':'/t',%}],'linux':{" MAPPED
		       ",'namespaces':[{'type':'user'},{'type':'mount'}]}}",
		rows, &host_v2, &request_run);
}

static void data_is_at_most_a_page(void **state)
{
	char json[8192], option[4200];
	struct plan_row row = {
		json, "!have 4096 bytes, the kernel takes 4095", "/mounts/0/options"};

	(void)state;
	memset(option, 'x', sizeof(option));
	option[4096] = '\0';
	snprintf(json, sizeof(json), "'%s'", option);
	plan_rows_check(OPTIONS_OF("tmpfs"), &row, 1, &host_v2, &request_run);
	option[4095] = '\0';
	snprintf(json, sizeof(json), "'%s'", option);
	row = (struct plan_row){json, "data=\"xxxx", NULL};
	plan_rows_check(OPTIONS_OF("tmpfs"), &row, 1, &host_v2, &request_run);
}

static void devices_are_the_defaults_and_those_of_the_config(void **state)
{
	static const struct plan_row rows[] = {
		{"", "device node c 1:3 mode=0666 on \"dev/null\"\n", NULL},
		{"", "  link \"pts/ptmx\" on \"dev/ptmx\"\n", NULL},
		{"{'type':'c','path':'/dev/"
		 "fuse','major':10,'minor':229,'fileMode':438,'uid':1,'gid':2}",
			"device node c 10:229 mode=0666 on \"dev/fuse\" uid=1 gid=2  <- "
			"/linux/devices/0\n",
			NULL},
		{"{'type':'b','path':'/dev/sda','major':8,'minor':0,'fileMode':25008}",
			"device node b 8:0 mode=0660 on", NULL},
		/* The type decides, whatever the mode says of it. */
		{"{'type':'c','path':'/dev/x','major':8,'minor':1,'fileMode':25008}",
			"device node c 8:1 mode=0660 on", NULL},
		{"{'type':'u','path':'/dev/x','major':8,'minor':0}",
			"device node c 8:0 mode=0666 on", NULL},
		{"{'type':'p','path':'/dev/x'}", "device node p 0:0 mode=0666 on", NULL},
		{"{'type':'p','path':'/dev/x','major':8,'minor':7}",
			"device node p 8:7 mode=0666 on", NULL},
		{"{'type':'c','path':'/dev/null','major':9,'minor':9}",
			"device node c 9:9 mode=0666 on \"dev/null\"", NULL},
		{"{'type':'c','path':'/dev/null','major':9,'minor':9}", "-device node c 1:3",
			NULL},
		{"{'type':'c','path':'/dev/a','major':1,'minor':1},{'type':'c','path':'/dev//"
		 "a','major':2,'minor':2}",
			"-device node c 1:1", NULL},
		{"{'type':'c','path':'/dev/ptmx','major':5,'minor':2}", "-device node c 5:2",
			NULL},
		{"{'type':'c','path':'/a/b','major':5,'minor':2}", "on \"a/b\"", NULL},
		{"{'type':'c','path':'/dev/x','minor':2}", "!the device has no major number",
			"/linux/devices/0"},
		{"{'type':'b','path':'/dev/x','major':2}", "!the device has no minor number",
			"/linux/devices/0"},
		{"{'type':'b','path':'/dev/x','major':-1,'minor':0}",
			"!the major number -1 of the device", NULL},
		{"{'type':'b','path':'/dev/x','major':4096,'minor':0}",
			"!is not between 0 and 4095", NULL},
		{"{'type':'b','path':'/dev/x','major':0,'minor':1048576}",
			"!is not between 0 and 1048575", NULL},
		{"{'type':'b','path':'/','major':0,'minor':1}",
			"!\"/\" is not the path of a device", NULL},
	};

	(void)state;
	PLAN_ROWS(ROOT ",'linux':{'namespaces':[{'type':'mount'}],'devices':[%]}}", rows,
		&host_v2, &request_run);
}

static void in_a_user_namespace_the_host_s_devices_are_bound(void **state)
{
	static const struct plan_row rows[] = {
		{"{'type':'c','path':'/dev/fuse','major':10,'minor':229}",
			"open tree 6 \"/dev/fuse\"  <- /linux/devices/0\n", NULL},
		{"{'type':'c','path':'/dev/fuse','major':10,'minor':229}",
			"device bind tree 6 on \"dev/fuse\"  <- /linux/devices/0\n", NULL},
		{"", "device bind tree 0 on \"dev/null\"\n", NULL},
		{"{'type':'p','path':'/dev/f'}", "device node p 0:0 mode=0666 on \"dev/f\"",
			NULL},
		{"{'type':'c','path':'/dev/x','major':1,'minor':2,'uid':9}",
			"!the device's uid 9 is not an id", "/linux/devices/0"},
		{"{'type':'c','path':'/dev/x','major':1,'minor':2,'gid':9}",
			"!the device's gid 9 is not an id", NULL},
	};
	static const struct plan_row nested[] = {
		{"", "device bind tree 0 on \"dev/null\"\n", NULL}};
	struct host host = host_v2;

	(void)state;
	PLAN_ROWS(ROOT ",'linux':{" MAPPED
		       ",'namespaces':[{'type':'user'},{'type':'mount'}],'devices':[%]}}",
		rows, &host_v2, &request_run);
	host.in_user_namespace = true;
	PLAN_ROWS(ROOT "%,'linux':{'namespaces':[{'type':'mount'}]}}", nested, &host,
		&request_run);
}

static void nothing_is_made_in_a_dev_that_is_bound(void **state)
{
	static const struct plan_row rows[] = {
		{"{'destination':'/dev','type':'bind','source':'/dev'}", "-\n  device ", NULL},
		{"{'destination':'/dev/','type':'none','source':'/dev','options':['rbind']}",
			"-\n  link ", NULL},
		{"{'destination':'/dev/shm','type':'bind','source':'/dev'}",
			"device node c 1:3", NULL},
	};

	(void)state;
	PLAN_ROWS(MOUNTS, rows, &host_v2, &request_run);
}

static void paths_are_masked_once(void **state)
{
	static const struct plan_row rows[] = {
		{"'maskedPaths':['/proc/kcore','/proc//kcore/','/x']",
			"  mask \"proc/kcore\"  <- /linux/maskedPaths/0\n  mask \"x\"  <- "
			"/linux/maskedPaths/2\n",
			NULL},
		{"'readonlyPaths':['/a','/b','/a']",
			"  read-only path \"a\"  <- /linux/readonlyPaths/0\n"
			"  read-only path \"b\"  <- /linux/readonlyPaths/1\n  pivot_root",
			NULL},
		{"'readonlyPaths':['/']", "  read-only path \".\"", NULL},
		{"'maskedPaths':['/']", "!\"/\" cannot be masked", "/linux/maskedPaths/0"},
		{"'maskedPaths':['a']", "!the path \"a\" is not absolute",
			"/linux/maskedPaths/0"},
		{"'readonlyPaths':['/a','']", "!the path \"\" is not absolute",
			"/linux/readonlyPaths/1"},
	};

	(void)state;
	PLAN_ROWS(ROOT ",'linux':{'namespaces':[{'type':'mount'}],%}}", rows, &host_v2,
		&request_run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_option_of_a_new_file_system_is_a_flag_or_its_data),
		cmocka_unit_test(the_options_of_a_bind_are_attributes),
		cmocka_unit_test(mounts_are_known_by_their_type_and_options),
		cmocka_unit_test(
			only_the_kernel_s_own_file_systems_are_mounted_on_proc_and_sys),
		cmocka_unit_test(a_sysfs_that_the_kernel_would_refuse_is_the_host_s),
		cmocka_unit_test(ids_in_the_data_of_a_mount_must_be_mapped),
		cmocka_unit_test(data_is_at_most_a_page),
		cmocka_unit_test(devices_are_the_defaults_and_those_of_the_config),
		cmocka_unit_test(in_a_user_namespace_the_host_s_devices_are_bound),
		cmocka_unit_test(nothing_is_made_in_a_dev_that_is_bound),
		cmocka_unit_test(paths_are_masked_once),
	};

	return cmocka_run_group_tests_name("plan: mounts", tests, NULL, NULL);
}
