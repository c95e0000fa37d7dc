/* SPDX-License-Identifier: GPL-2.0-or-later */
/* linux.resources -> writes: plan/resources*.c. */
#include "plan_help.h"

#define RESOURCES                                                                              \
	"{'ociVersion':'1.2.0','root':{'path':'rootfs'},'linux':{'cgroupsPath':'/"             \
	"a','resources':{%}}}"
#define AT(place) "/linux/resources/" place

/* Every controller of v1, each in a hierarchy of its own. */
static const struct host host_all_v1 = {
	.last_capability = 40,
	.audit_arch = AUDIT_ARCH_X86_64,
	.cgroups = {.layout = CGROUP_V1,
		.count = 10,
		.of = {{false, "/c/cpu", "cpu,cpuacct", "/", NULL},
			{false, "/c/cpuset", "cpuset", "/", NULL},
			{false, "/c/memory", "memory", "/", NULL},
			{false, "/c/devices", "devices", "/", NULL},
			{false, "/c/pids", "pids", "/", NULL},
			{false, "/c/blkio", "blkio", "/", NULL},
			{false, "/c/hugetlb", "hugetlb", "/", NULL},
			{false, "/c/net", "net_cls,net_prio", "/", NULL},
			{false, "/c/rdma", "rdma", "/", NULL},
			{false, "/c/freezer", "freezer", "/", NULL}}},
};

#define ROWS(rows, host) PLAN_ROWS(RESOURCES, rows, host, &request_run)
#define W		 "  cgroup write "

static void memory_on_v2_counts_swap_alone(void **state)
{
	static const struct plan_row rows[] = {
		{"'memory':{'limit':100,'swap':300}",
			W "memory memory.max \"100\"  <- /linux/resources/memory/limit\n" W
			  "memory memory.swap.max \"200\"  <- /linux/resources/memory/swap\n",
			NULL},
		{"'memory':{'limit':100,'swap':100}", "memory.swap.max \"0\" optional", NULL},
		{"'memory':{'limit':100,'swap':-1}", "memory.swap.max \"max\" optional", NULL},
		{"'memory':{'limit':-1}",
			"memory.max \"max\"  <- /linux/resources/memory/limit\n" W
			"memory memory.swap.max \"max\" optional",
			NULL},
		{"'memory':{'limit':100}", "-memory.swap.max", NULL},
		{"'memory':{'swap':-1}", "memory.swap.max \"max\"", NULL},
		{"'memory':{'swap':-9223372036854775808}", "memory.swap.max \"max\"", NULL},
		{"'memory':{'limit':9223372036854775807,'swap':9223372036854775807}",
			"memory.swap.max \"0\"", NULL},
		{"'memory':{'swap':100}", "!needs a limit of memory", AT("memory/swap")},
		{"'memory':{'limit':-1,'swap':100}", "!needs a limit of memory",
			AT("memory/swap")},
		{"'memory':{'limit':100,'swap':99}", "!is less than 100", AT("memory/swap")},
		{"'memory':{'swap':-2}", "!the limit -2 is not -1", AT("memory/swap")},
		{"'memory':{'reservation':70}", W "memory memory.low \"70\"", NULL},
		{"'memory':{'reservation':-1}", "memory.low \"max\"", NULL},
		{"'memory':{'reservation':-7}", "!the limit -7", AT("memory/reservation")},
		{"'memory':{'limit':100,'checkBeforeUpdate':true}",
			"memory.max \"100\" above-usage", NULL},
		{"'memory':{'kernel':100}", "warning \"memory.kernel has no effect", NULL},
		{"'memory':{'kernelTCP':100}", "warning \"memory.kernelTCP has no effect",
			NULL},
		{"'memory':{'kernelTCP':100}", "-cgroup write", NULL},
		{"'memory':{'swappiness':0}", "!cgroup v2, which has the controller",
			AT("memory/swappiness")},
		{"'memory':{'disableOOMKiller':true}", "!knows no such limit",
			AT("memory/disableOOMKiller")},
		{"'memory':{'disableOOMKiller':false,'useHierarchy':true}", "-cgroup write",
			NULL},
	};

	(void)state;
	ROWS(rows, &host_v2);
}

static void memory_on_v1_counts_memory_and_swap_together(void **state)
{
	static const struct plan_row rows[] = {
		{"'memory':{'limit':100,'swap':300}",
			W "memory memory.limit_in_bytes \"100\" with-next  <- "
			  "/linux/resources/memory/limit\n" W
			  "memory memory.memsw.limit_in_bytes \"300\"  <- "
			  "/linux/resources/memory/swap\n",
			NULL},
		{"'memory':{'limit':-1}",
			"limit_in_bytes \"-1\" with-next  <- /linux/resources/memory/limit\n" W
			"memory memory.memsw.limit_in_bytes \"-1\" optional",
			NULL},
		{"'memory':{'reservation':70}", "memory.soft_limit_in_bytes \"70\"", NULL},
		{"'memory':{'kernel':5}", "warning \"memory.kernel has no effect", NULL},
		{"'memory':{'kernelTCP':5}", "memory.kmem.tcp.limit_in_bytes \"5\"", NULL},
		{"'memory':{'swappiness':0}", "memory.swappiness \"0\"", NULL},
		{"'memory':{'swappiness':100}", "memory.swappiness \"100\"", NULL},
		{"'memory':{'swappiness':101}", "!the swappiness 101 is more than 100",
			AT("memory/swappiness")},
		{"'memory':{'disableOOMKiller':true}", "memory.oom_control \"1\"", NULL},
		{"'memory':{'useHierarchy':true}", "memory.use_hierarchy \"1\"", NULL},
		{"'memory':{'limit':100,'swap':99}", "!is less than 100", AT("memory/swap")},
	};

	(void)state;
	ROWS(rows, &host_all_v1);
}

static void shares_become_a_weight_on_v2(void **state)
{
	static const struct plan_row rows[] = {
		{"'cpu':{'shares':1}", W "cpu cpu.weight \"1\"", NULL},
		{"'cpu':{'shares':2}", "cpu.weight \"1\"", NULL},
		{"'cpu':{'shares':3}", "cpu.weight \"2\"", NULL},
		{"'cpu':{'shares':10}", "cpu.weight \"4\"", NULL},
		{"'cpu':{'shares':100}", "cpu.weight \"17\"", NULL},
		{"'cpu':{'shares':512}", "cpu.weight \"59\"", NULL},
		{"'cpu':{'shares':1023}", "cpu.weight \"100\"", NULL},
		{"'cpu':{'shares':1024}", "cpu.weight \"100\"", NULL},
		{"'cpu':{'shares':1025}", "cpu.weight \"101\"", NULL},
		{"'cpu':{'shares':65536}", "cpu.weight \"3023\"", NULL},
		{"'cpu':{'shares':262143}", "cpu.weight \"10000\"", NULL},
		{"'cpu':{'shares':262144}", "cpu.weight \"10000\"", NULL},
		{"'cpu':{'shares':9999999}", "cpu.weight \"10000\"", NULL},
		{"'cpu':{'shares':0}", "-cgroup write", NULL},
	};
	static const struct plan_row v1[] = {
		{"'cpu':{'shares':9999999}", W "cpu cpu.shares \"9999999\"", NULL}};

	(void)state;
	ROWS(rows, &host_v2);
	ROWS(v1, &host_all_v1);
}

static void cpu_time_is_one_file_on_v2_and_two_on_v1(void **state)
{
	static const struct plan_row v2[] = {
		{"'cpu':{'quota':5000,'period':10000}", W "cpu cpu.max \"5000 10000\"", NULL},
		{"'cpu':{'quota':5000}", W "cpu cpu.max \"5000\"", NULL},
		{"'cpu':{'quota':-1}", "cpu.max \"max\"", NULL},
		{"'cpu':{'quota':-1,'period':7000}", "cpu.max \"max 7000\"", NULL},
		{"'cpu':{'period':7000}",
			"cpu.max \"max 7000\"  <- /linux/resources/cpu/period", NULL},
		{"'cpu':{'quota':5000,'burst':100}",
			"cpu.max \"5000\" with-next  <- /linux/resources/cpu/quota\n" W
			"cpu cpu.max.burst \"100\"  <-",
			NULL},
		{"'cpu':{'burst':0}", "cpu.max.burst \"0\"", NULL},
		{"'cpu':{'idle':1}", W "cpu cpu.idle \"1\"", NULL},
		{"'cpu':{'idle':1,'shares':200}", "warning \"cpu.shares has no effect", NULL},
		{"'cpu':{'idle':1,'shares':200}", "-cpu.weight", NULL},
		{"'cpu':{'idle':0,'shares':1024}",
			"cpu.idle \"0\"  <- /linux/resources/cpu/idle\n" W
			"cpu cpu.weight \"100\"",
			NULL},
		{"'cpu':{'idle':2}", "!neither 0 nor 1", AT("cpu/idle")},
		{"'cpu':{'realtimeRuntime':100}", "!knows no such limit",
			AT("cpu/realtimeRuntime")},
		{"'cpu':{'cpus':'0-1','mems':'0'}",
			W "cpuset cpuset.cpus \"0-1\"  <- /linux/resources/cpu/cpus\n" W
			  "cpuset cpuset.mems \"0\"  <-",
			NULL},
		{"'cpu':{'cpus':'all'}", "!\"all\" is not a list of numbers", AT("cpu/cpus")},
		{"'cpu':{'mems':'0\\n1'}", "!is not a list of numbers", AT("cpu/mems")},
	};
	static const struct plan_row v1[] = {
		{"'cpu':{'quota':5000,'period':10000,'burst':7}",
			W "cpu cpu.cfs_period_us \"10000\" with-next  <- "
			  "/linux/resources/cpu/period\n" W
			  "cpu cpu.cfs_quota_us \"5000\" with-next  <- "
			  "/linux/resources/cpu/quota\n" W "cpu cpu.cfs_burst_us \"7\"  <-",
			NULL},
		{"'cpu':{'quota':-1}", "cpu.cfs_quota_us \"-1\"", NULL},
		{"'cpu':{'realtimeRuntime':100,'realtimePeriod':1000}",
			"cpu.rt_period_us \"1000\" with-next  <- "
			"/linux/resources/cpu/realtimePeriod\n" W
			"cpu cpu.rt_runtime_us \"100\"  <-",
			NULL},
	};

	(void)state;
	ROWS(v2, &host_v2);
	ROWS(v1, &host_all_v1);
}

static void block_io_has_two_files_for_a_weight(void **state)
{
	static const struct plan_row v2[] = {
		{"'blockIO':{'weight':10}",
			W "io io.bfq.weight \"10\" or-next  <- "
			  "/linux/resources/blockIO/weight\n" W
			  "io io.weight \"default 1\"  <-",
			NULL},
		{"'blockIO':{'weight':1000}", "io.weight \"default 10000\"", NULL},
		{"'blockIO':{'weight':500}", "io.weight \"default 4950\"", NULL},
		{"'blockIO':{'weight':9}", "!the weight 9 is not from 10 to 1000",
			AT("blockIO/weight")},
		{"'blockIO':{'weightDevice':[{'major':8,'minor':1,'weight':1001}]}",
			"!the weight 1001", AT("blockIO/weightDevice/0")},
		{"'blockIO':{'weightDevice':[{'major':8,'minor':1,'weight':10}]}",
			W "io io.bfq.weight \"8:1 10\" or-next  <- "
			  "/linux/resources/blockIO/weightDevice/0\n" W
			  "io io.weight \"8:1 1\"",
			NULL},
		{"'blockIO':{'leafWeight':10}", "!\"blkio\"", AT("blockIO/leafWeight")},
		{"'blockIO':{'throttleReadBpsDevice':[{'major':8,'minor':0,'rate':0}],"
		 "'throttleWriteBpsDevice':[{'major':8,'minor':0,'rate':5}],"
		 "'throttleReadIOPSDevice':[{'major':8,'minor':0,'rate':6}],"
		 "'throttleWriteIOPSDevice':[{'major':8,'minor':0,'rate':7}]}",
			W "io io.max \"8:0 rbps=max\"  <- "
			  "/linux/resources/blockIO/throttleReadBpsDevice/0\n" W
			  "io io.max \"8:0 wbps=5\"  <- "
			  "/linux/resources/blockIO/throttleWriteBpsDevice/0\n" W
			  "io io.max \"8:0 riops=6\"  <- "
			  "/linux/resources/blockIO/throttleReadIOPSDevice/0\n" W
			  "io io.max \"8:0 wiops=7\"  <-",
			NULL},
		{"'blockIO':{'throttleReadBpsDevice':[{'major':-1,'minor':0,'rate':5}]}",
			"!-1:0 is not a device", AT("blockIO/throttleReadBpsDevice/0")},
	};
	static const struct plan_row v1[] = {
		{"'blockIO':{'weight':300}",
			W "blkio blkio.bfq.weight \"300\" or-next  <- "
			  "/linux/resources/blockIO/weight\n" W
			  "blkio blkio.weight \"300\"  <-",
			NULL},
		{"'blockIO':{'leafWeight':10}", "blkio.leaf_weight \"10\"", NULL},
		{"'blockIO':{'weightDevice':[{'major':8,'minor':1,'weight':20,'leafWeight':30}"
		 "]}",
			"blkio.bfq.weight_device \"8:1 20\" or-next  <- "
			"/linux/resources/blockIO/weightDevice/0\n" W
			"blkio blkio.weight_device \"8:1 20\"  <- "
			"/linux/resources/blockIO/weightDevice/0\n" W
			"blkio blkio.leaf_weight_device \"8:1 30\"",
			NULL},
		{"'blockIO':{'throttleWriteIOPSDevice':[{'major':8,'minor':0,'rate':7}]}",
			"blkio.throttle.write_iops_device \"8:0 7\"", NULL},
	};

	(void)state;
	ROWS(v2, &host_v2);
	ROWS(v1, &host_all_v1);
}

static void pages_devices_and_networks(void **state)
{
	static const struct plan_row v2[] = {
		{"'hugepageLimits':[{'pageSize':'2MB','limit':4194304}]",
			W "hugetlb hugetlb.2MB.max \"4194304\"  <- "
			  "/linux/resources/hugepageLimits/0\n" W
			  "hugetlb hugetlb.2MB.rsvd.max \"4194304\" optional  <-",
			NULL},
		{"'rdma':{'mlx5_0':{'hcaHandles':3,'hcaObjects':100}}",
			W "rdma rdma.max \"mlx5_0 hca_handle=3 hca_object=100\"  <- "
			  "/linux/resources/rdma",
			NULL},
		{"'rdma':{'mlx5_0':{'hcaObjects':0}}", "\"mlx5_0 hca_object=0\"", NULL},
		{"'rdma':{'mlx5_0':{}}", "!has neither hcaHandles nor hcaObjects", AT("rdma")},
		{"'rdma':{'a b':{'hcaObjects':0}}", "!is not the name of a device", AT("rdma")},
		{"'network':{'classID':1048577}",
			"!this host has no cgroup controller \"net_cls\"",
			AT("network/classID")},
		{"'network':{'priorities':[{'name':'eth0','priority':5}]}", "!\"net_prio\"",
			AT("network/priorities/0")},
	};
	static const struct plan_row v1[] = {
		{"'hugepageLimits':[{'pageSize':'1GB','limit':0}]",
			W "hugetlb hugetlb.1GB.limit_in_bytes \"0\"  <- "
			  "/linux/resources/hugepageLimits/0\n" W
			  "hugetlb hugetlb.1GB.rsvd.limit_in_bytes \"0\" optional",
			NULL},
		{"'network':{'classID':1048577,'priorities':[{'name':'eth0','priority':5}]}",
			W "net_cls net_cls.classid \"1048577\"  <- "
			  "/linux/resources/network/classID\n" W
			  "net_prio net_prio.ifpriomap \"eth0 5\"  <- "
			  "/linux/resources/network/priorities/0",
			NULL},
		{"'rdma':{'mlx5_0':{'hcaHandles':3}}", "rdma.max \"mlx5_0 hca_handle=3\"",
			NULL},
	};

	(void)state;
	ROWS(v2, &host_v2);
	ROWS(v1, &host_all_v1);
}

static void unified_names_files_of_v2_and_nothing_else(void **state)
{
	static const struct plan_row v2[] = {
		{"'unified':{'memory.high':'5'}",
			W "memory memory.high \"5\"  <- /linux/resources/unified\n", NULL},
		{"'unified':{'io.max':'8:0 rbps=1\\n8:16 rbps=2\\n'}",
			W "io io.max \"8:0 rbps=1\"  <- /linux/resources/unified\n" W
			  "io io.max \"8:16 rbps=2\"  <- /linux/resources/unified\n  cgroup "
			  "device",
			NULL},
		{"'pids':{'limit':5},'unified':{'pids.max':'7'}",
			W "pids pids.max \"5\"  <- /linux/resources/pids/limit\n" W
			  "pids pids.max \"7\"  <- /linux/resources/unified",
			NULL},
		{"'unified':{'cgroup.max.depth':'2'}", W "cgroup cgroup.max.depth \"2\"", NULL},
		{"'unified':{'cgroup.procs':'1'}", "!is not a file of a limit", AT("unified")},
		{"'unified':{'cgroup.freeze':'1'}", "!is not a file of a limit", AT("unified")},
		{"'unified':{'memory':'1'}", "!is not a file of a cgroup", AT("unified")},
		{"'unified':{'.memory':'1'}", "!is not a file of a cgroup", AT("unified")},
		{"'unified':{'memory/x.y':'1'}", "!is not a file of a cgroup", AT("unified")},
		{"'unified':{'../a.b':'1'}", "!is not a file of a cgroup", AT("unified")},
		{"'unified':{'memory..high':'1'}", "!is not a file of a cgroup", AT("unified")},
		{"'unified':{'memory.high':''}", "!is empty", AT("unified")},
		{"'unified':{'perf.x':'1'}",
			"!cannot set \"perf.x\": controller \"perf\" not available",
			AT("unified")},
	};
	static const struct plan_row v1[] = {{"'unified':{'memory.high':'5'}",
		"!invalid configuration: \"memory.high\"", AT("unified")}};
	static const struct plan_row hybrid[] = {
		{"'unified':{'memory.high':'5'}", "!invalid configuration: \"memory.high\"",
			AT("unified")},
		{"'unified':{'hugetlb.2MB.max':'5'}", W "hugetlb hugetlb.2MB.max \"5\"", NULL},
	};

	(void)state;
	ROWS(v2, &host_v2);
	ROWS(v1, &host_all_v1);
	ROWS(hybrid, &host_hybrid);
}

static void a_controller_that_the_host_lacks_is_named(void **state)
{
	static const struct plan_row rows[] = {
		{"'memory':{'limit':5}", "!no cgroup controller \"memory\"",
			AT("memory/limit")},
		{"'memory':{'swappiness':5}", "!no cgroup controller \"memory\"",
			AT("memory/swappiness")},
		{"'cpu':{'shares':5}", "!no cgroup controller \"cpu\"", AT("cpu/shares")},
		{"'cpu':{'cpus':'0'}", "!no cgroup controller \"cpuset\"", AT("cpu/cpus")},
		{"'blockIO':{'weight':50}", "!no cgroup controller \"io\"",
			AT("blockIO/weight")},
		{"'rdma':{'m':{'hcaHandles':1}}", "!no cgroup controller \"rdma\"", AT("rdma")},
		{"'hugepageLimits':[{'pageSize':'2MB','limit':4}]",
			"!no cgroup controller \"hugetlb\"", AT("hugepageLimits/0")},
		{"'pids':{'limit':5}", "pids.max \"5\"", NULL},
	};
	struct host host = host_v2;
	struct request request = request_run;
	static const struct plan_row disabled[] = {{"'cpu':{'shares':5}",
		"!a limit of cpu needs a cgroup, and the cgroup manager is disabled",
		AT("cpu/shares")}};

	(void)state;
	host.cgroups.of[0].available = "pids";
	ROWS(rows, &host);
	request.cgroup_manager = CGROUP_MANAGER_DISABLED;
	PLAN_ROWS(RESOURCES, disabled, &host_v2, &request);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_on_v2_counts_swap_alone),
		cmocka_unit_test(memory_on_v1_counts_memory_and_swap_together),
		cmocka_unit_test(shares_become_a_weight_on_v2),
		cmocka_unit_test(cpu_time_is_one_file_on_v2_and_two_on_v1),
		cmocka_unit_test(block_io_has_two_files_for_a_weight),
		cmocka_unit_test(pages_devices_and_networks),
		cmocka_unit_test(unified_names_files_of_v2_and_nothing_else),
		cmocka_unit_test(a_controller_that_the_host_lacks_is_named),
	};

	return cmocka_run_group_tests_name("plan: resources", tests, NULL, NULL);
}
