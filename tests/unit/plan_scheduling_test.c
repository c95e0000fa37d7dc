/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Scheduler, I/O priority, memory policy and personality: plan/scheduling.c, memory-policy.c, process.c. */
#include "plan_help.h"

#include "plan/affinity.h"

#define ROOT	"{'ociVersion':'1.2.0','root':{'path':'rootfs'}"
#define PROCESS ROOT ",'process':{'cwd':'/','args':['sh'],%}}"
#define LINUX	ROOT ",'process':{'cwd':'/','args':['sh']},'linux':{%}}"

#define SCHEDULER(policy, rest) "'scheduler':{'policy':'SCHED_" policy "'" rest "}"

static void a_policy_takes_its_own_members(void **state)
{
	static const struct plan_row rows[] = {
		{SCHEDULER("OTHER", ""),
			"\n  scheduler SCHED_OTHER nice=0 priority=0  <- /process/scheduler\n",
			NULL},
		{SCHEDULER("OTHER", ",'nice':-20"), "SCHED_OTHER nice=-20 ", NULL},
		{SCHEDULER("BATCH", ",'nice':19"), "SCHED_BATCH nice=19 ", NULL},
		{SCHEDULER("IDLE", ",'nice':0,'priority':0,'runtime':0"), "SCHED_IDLE nice=0",
			NULL},
		{SCHEDULER("FIFO", ",'priority':1"), "SCHED_FIFO nice=0 priority=1 ", NULL},
		/* A nice value that has no effect is warned of. */
		{SCHEDULER("FIFO", ",'nice':1,'priority':1"), "SCHED_FIFO nice=0 priority=1 ",
			NULL},
		{SCHEDULER("IDLE", ",'nice':1"), "SCHED_IDLE nice=0", NULL},
		{SCHEDULER("RR", ",'priority':99"), "SCHED_RR nice=0 priority=99 ", NULL},
		{SCHEDULER("DEADLINE", ",'runtime':1024,'deadline':1024"),
			"SCHED_DEADLINE nice=0 priority=0 runtime=1024 deadline=1024 period=0 ",
			NULL},
		{SCHEDULER("DEADLINE", ",'runtime':2000,'deadline':3000,'period':4000"),
			"runtime=2000 deadline=3000 period=4000 ", NULL},
		{SCHEDULER("OTHER", ",'flags':['SCHED_FLAG_RESET_ON_FORK','SCHED_FLAG_"
				    "RECLAIM','SCHED_FLAG_DL_OVERRUN']"),
			" flags=RESET_ON_FORK,RECLAIM,DL_OVERRUN  <-", NULL},
		{SCHEDULER("OTHER",
			 ",'flags':['SCHED_FLAG_KEEP_POLICY','SCHED_FLAG_KEEP_PARAMS']"),
			" flags=KEEP_POLICY,KEEP_PARAMS  <-", NULL},
		{SCHEDULER("OTHER", ",'flags':['SCHED_FLAG_UTIL_CLAMP_MIN']"),
			"warning \"a utilization clamp", NULL},
		{SCHEDULER("OTHER", ",'flags':['SCHED_FLAG_UTIL_CLAMP_MAX']"),
			" flags=UTIL_CLAMP_MAX  <-", NULL},
		{"'terminal':false", "-scheduler", NULL},
	};

	(void)state;
	PLAN_ROWS(PROCESS, rows, &host_v2, &request_run);
}

static void what_a_policy_does_not_take_is_refused(void **state)
{
	static const struct plan_row rows[] = {
		{SCHEDULER("OTHER", ",'nice':20"),
			"!the nice value 20 is not between -20 and 19",
			"/process/scheduler/nice"},
		{SCHEDULER("BATCH", ",'nice':-21"), "!the nice value -21",
			"/process/scheduler/nice"},
		{SCHEDULER("FIFO", ""), "!the priority 0 of SCHED_FIFO is not between 1 and 99",
			"/process/scheduler/priority"},
		{SCHEDULER("RR", ",'priority':100"), "!the priority 100 of SCHED_RR",
			"/process/scheduler/priority"},
		{SCHEDULER("RR", ",'priority':-1"), "!the priority -1 of SCHED_RR", NULL},
		{SCHEDULER("OTHER", ",'priority':1"), "!SCHED_OTHER has no priority",
			"/process/scheduler/priority"},
		{SCHEDULER("DEADLINE", ",'runtime':1024,'deadline':1024,'priority':1"),
			"!SCHED_DEADLINE has no priority", NULL},
		{SCHEDULER("OTHER", ",'runtime':1"), "!SCHED_OTHER has no runtime",
			"/process/scheduler/runtime"},
		{SCHEDULER("FIFO", ",'priority':1,'deadline':1"), "!SCHED_FIFO has no deadline",
			"/process/scheduler/deadline"},
		{SCHEDULER("RR", ",'priority':1,'period':1"), "!SCHED_RR has no period",
			"/process/scheduler/period"},
		{SCHEDULER("DEADLINE", ",'runtime':1023,'deadline':9999"),
			"!the runtime of SCHED_DEADLINE is 1023 ns",
			"/process/scheduler/runtime"},
		{SCHEDULER("DEADLINE", ""), "!the runtime of SCHED_DEADLINE is 0 ns", NULL},
		{SCHEDULER("DEADLINE", ",'runtime':2000"),
			"!the deadline of 0 ns is not between the runtime of 2000 ns",
			"/process/scheduler/deadline"},
		{SCHEDULER("DEADLINE", ",'runtime':2000,'deadline':9223372036854775808"),
			"!the deadline of 9223372036854775808 ns",
			"/process/scheduler/deadline"},
		{SCHEDULER("DEADLINE", ",'runtime':2000,'deadline':3000,'period':2999"),
			"!the period of 2999 ns is not between the deadline of 3000 ns",
			"/process/scheduler/period"},
		{SCHEDULER("ISO", ""), "!SCHED_ISO is a name that the kernel reserves",
			"/process/scheduler/policy"},
	};

	(void)state;
	PLAN_ROWS(PROCESS, rows, &host_v2, &request_run);
}

#define IO(class, rest) "'ioPriority':{'class':'IOPRIO_CLASS_" class "'" rest "}"

static void an_io_priority_has_eight_levels(void **state)
{
	static const struct plan_row rows[] = {
		{IO("RT", ",'priority':0"),
			"\n  ioprio IOPRIO_CLASS_RT level=0  <- /process/ioPriority\n", NULL},
		{IO("BE", ",'priority':7"), "ioprio IOPRIO_CLASS_BE level=7 ", NULL},
		{IO("IDLE", ""), "ioprio IOPRIO_CLASS_IDLE level=0 ", NULL},
		{IO("BE", ",'priority':8"), "!the I/O priority 8 is not between 0 and 7",
			"/process/ioPriority"},
		{IO("BE", ",'priority':-1"), "!the I/O priority -1", NULL},
		{"'terminal':false", "-ioprio", NULL},
	};

	(void)state;
	PLAN_ROWS(PROCESS, rows, &host_v2, &request_run);
}

#define POLICY(mode, rest) "'memoryPolicy':{'mode':'MPOL_" mode "'" rest "}"

static void a_memory_policy_has_the_nodes_of_its_mode(void **state)
{
	static const struct plan_row rows[] = {
		{POLICY("DEFAULT", ""),
			"\n  memory policy MPOL_DEFAULT  <- /linux/memoryPolicy\n", NULL},
		{POLICY("LOCAL", ",'nodes':''"), "memory policy MPOL_LOCAL  <-", NULL},
		{POLICY("BIND", ",'nodes':'0-3,7,5,6'"), "MPOL_BIND nodes=0-3,5-7  <-", NULL},
		{POLICY("INTERLEAVE", ",'nodes':'1023'"), "MPOL_INTERLEAVE nodes=1023 ", NULL},
		{POLICY("WEIGHTED_INTERLEAVE", ",'nodes':'0'"),
			"MPOL_WEIGHTED_INTERLEAVE nodes=0 ", NULL},
		{POLICY("PREFERRED", ""), "MPOL_PREFERRED  <-", NULL},
		{POLICY("PREFERRED", ",'nodes':'63-64'"), "MPOL_PREFERRED nodes=63-64 ", NULL},
		{POLICY("PREFERRED_MANY", ",'nodes':'2','flags':['MPOL_F_STATIC_NODES']"),
			"MPOL_PREFERRED_MANY nodes=2 flags=STATIC_NODES  <-", NULL},
		{POLICY("BIND", ",'nodes':'0','flags':['MPOL_F_NUMA_BALANCING','MPOL_F_"
				"RELATIVE_NODES']"),
			" flags=NUMA_BALANCING,RELATIVE_NODES  <-", NULL},
		{"'readonlyPaths':[]", "-memory policy", NULL},
	};
	static const struct plan_row bad[] = {
		{"'memoryPolicy':{}", "!invalid memory policy mode: there is none",
			"/linux/memoryPolicy"},
		{POLICY("DEFAULT", ",'nodes':'0'"),
			"!MPOL_DEFAULT mode requires 0 nodes but got 1",
			"/linux/memoryPolicy/nodes"},
		{POLICY("LOCAL", ",'nodes':'0-3'"),
			"!MPOL_LOCAL mode requires 0 nodes but got 4", NULL},
		{POLICY("BIND", ""),
			"!invalid memory policy node: MPOL_BIND mode requires at least 1 node",
			"/linux/memoryPolicy/nodes"},
		{POLICY("INTERLEAVE", ",'nodes':''"), "!invalid memory policy node", NULL},
		{POLICY("WEIGHTED_INTERLEAVE", ""), "!invalid memory policy node", NULL},
		{POLICY("PREFERRED_MANY", ""), "!invalid memory policy node", NULL},
		{POLICY("BIND", ",'nodes':'0,'"),
			"!invalid memory policy node: \"0,\" is not a list",
			"/linux/memoryPolicy/nodes"},
		{POLICY("BIND", ",'nodes':'3-1'"), "!invalid memory policy node: \"3-1\"",
			NULL},
		{POLICY("BIND", ",'nodes':'a'"), "!invalid memory policy node: \"a\"", NULL},
		{POLICY("BIND", ",'nodes':'1-'"), "!invalid memory policy node: \"1-\"", NULL},
		{POLICY("BIND", ",'nodes':'1024'"), "!invalid memory policy node: \"1024\"",
			NULL},
		{POLICY("BIND", ",'nodes':'99999999999999999999'"),
			"!invalid memory policy node", NULL},
		{POLICY("INTERLEAVE", ",'nodes':'0','flags':['MPOL_F_NUMA_BALANCING']"),
			"!invalid memory policy flag: MPOL_F_NUMA_BALANCING is not for "
			"MPOL_INTERLEAVE",
			"/linux/memoryPolicy/flags"},
		{POLICY("BIND", ",'nodes':'0','flags':['MPOL_F_STATIC_NODES','MPOL_F_RELATIVE_"
				"NODES']"),
			"!invalid memory policy flag: nodes cannot be both", NULL},
		{POLICY("PREFERRED", ",'flags':['MPOL_F_STATIC_NODES']"),
			"!invalid memory policy flag: there are no nodes", NULL},
	};

	(void)state;
	PLAN_ROWS(LINUX, rows, &host_v2, &request_run);
	PLAN_ROWS(LINUX, bad, &host_v2, &request_run);
}

static void a_personality_is_one_of_two(void **state)
{
	static const struct plan_row rows[] = {
		{"'personality':{'domain':'LINUX32'}",
			"\n  personality LINUX32  <- /linux/personality\n", NULL},
		{"'personality':{'domain':'LINUX','flags':[]}", "-personality", NULL},
		{"'personality':{'domain':'LINUX','flags':['ADDR_NO_RANDOMIZE']}",
			"!\"ADDR_NO_RANDOMIZE\" is not a flag of a personality",
			"/linux/personality"},
		{"'personality':{}", "!the personality has no domain; accepted: LINUX, LINUX32",
			"/linux/personality"},
	};

	(void)state;
	PLAN_ROWS(LINUX, rows, &host_v2, &request_run);
}

#define AFFINITY(list) "'execCPUAffinity':{'initial':'" list "','final':'0'}"

/* Only exec acts on them: nothing of the plan is made of a good list. */
static void an_affinity_is_a_list_of_processors(void **state)
{
	static const struct plan_row rows[] = {
		{AFFINITY("0-3,7"), "-0-3", NULL},
		{AFFINITY(" 1 , 3-3,8191 "), "-8191", NULL},
		{AFFINITY(""), "-ffinity", NULL},
		{AFFINITY("3-1"),
			"!\"3-1\" is not a list like \"0-3,7\" of processors below 8192",
			"/process/execCPUAffinity/initial"},
		{AFFINITY("8192"), "!\"8192\" is not a list", NULL},
		{AFFINITY("99999999999999999999"), "!is not a list", NULL},
		{AFFINITY("1,"), "!is not a list", NULL},
		{AFFINITY(",1"), "!is not a list", NULL},
		{AFFINITY("1 2"), "!is not a list", NULL},
		{AFFINITY("-1"), "!is not a list", NULL},
		{AFFINITY("1-"), "!is not a list", NULL},
		{AFFINITY("1-2-3"), "!is not a list", NULL},
		{AFFINITY(" "), "!is not a list", NULL},
		{"'execCPUAffinity':{'final':'2-'}", "!\"2-\" is not a list",
			"/process/execCPUAffinity/final"},
	};

	(void)state;
	PLAN_ROWS(PROCESS, rows, &host_v2, &request_run);
}

static void an_affinity_becomes_bits(void **state)
{
	struct affinity set = {.count = 99};

	(void)state;
	assert_false(affinity_parse("0,x", &set));
	assert_int_equal(set.count, 99);
	assert_true(affinity_parse("0-2, 64,2,8191", &set));
	assert_int_equal(set.count, 5);
	assert_true(set.bits[0] == 7);
	assert_true(set.bits[1] == 1);
	assert_true(set.bits[AFFINITY_CPUS / 64 - 1] == 1ULL << 63);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_policy_takes_its_own_members),
		cmocka_unit_test(what_a_policy_does_not_take_is_refused),
		cmocka_unit_test(an_io_priority_has_eight_levels),
		cmocka_unit_test(a_memory_policy_has_the_nodes_of_its_mode),
		cmocka_unit_test(a_personality_is_one_of_two),
		cmocka_unit_test(an_affinity_is_a_list_of_processors),
		cmocka_unit_test(an_affinity_becomes_bits),
	};

	return cmocka_run_group_tests_name("plan: scheduling", tests, NULL, NULL);
}
