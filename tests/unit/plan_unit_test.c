/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The unit of systemd that a configuration makes: plan/unit.c, unit-resources.c, unit-value.c. */
#include "plan_help.h"

#define ROOT                                                                                   \
	"{'ociVersion':'1.2.0','root':{'path':'rootfs'},'process':{'cwd':'/','args':['sh'],'"  \
	"user':{'uid':0,'gid':0}},%}"

static struct request request_systemd(void)
{
	struct request request = request_run;

	request.cgroup_manager = CGROUP_MANAGER_SYSTEMD;
	return request;
}

static void a_path_has_three_parts_and_names_a_scope_or_a_slice(void **state)
{
	static const struct plan_row rows[] = {
		{"'linux':{}", "slice=\"system.slice\"", NULL},
		{"'linux':{'cgroupsPath':'a-b.slice:p:n'}",
			"\"/a.slice/a-b.slice/p-n.scope/container\"", NULL},
		{"'linux':{'cgroupsPath':'-.slice:p:n'}", "\"/p-n.scope/container\"", NULL},
		{"'linux':{'cgroupsPath':':p:n'}", "\"/system.slice/p-n.scope/container\"",
			NULL},
		{"'linux':{'cgroupsPath':'::n'}", "\"/system.slice/n.scope/container\"", NULL},
		{"'linux':{'cgroupsPath':'::a-b.slice'}", "\"/a.slice/a-b.slice\"", NULL},
		{"'linux':{'cgroupsPath':'a:b'}", "!slice:prefix:name", "/linux/cgroupsPath"},
		{"'linux':{'cgroupsPath':'/a/b'}", "!slice:prefix:name", NULL},
		{"'linux':{'cgroupsPath':'a.slice:b:c:d'}", "!slice:prefix:name", NULL},
		{"'linux':{'cgroupsPath':'a:b:c'}", "!not the name of a slice", NULL},
		{"'linux':{'cgroupsPath':'-a.slice:b:c'}", "!not the name of a slice", NULL},
		{"'linux':{'cgroupsPath':'a.slice:b:c/d'}", "!no name of a unit", NULL},
		{"'linux':{'cgroupsPath':'a.slice:b:'}", "!no name of a unit", NULL},
	};
	struct request request = request_systemd();

	(void)state;
	PLAN_ROWS(ROOT, rows, &host_v2, &request);
}

static void limits_are_properties_too(void **state)
{
	static const struct plan_row rows[] = {
		{"'linux':{'resources':{'memory':{'limit':-1}}}", "property MemoryMax -1",
			NULL},
		{"'linux':{'resources':{'memory':{'limit':4096}}}", "property MemoryMax 4096",
			NULL},
		{"'linux':{'resources':{'cpu':{'quota':15500,'period':100000}}}",
			"property CPUQuotaPerSecUSec 160000", NULL},
		{"'linux':{'resources':{'cpu':{'quota':1,'period':50000}}}",
			"property CPUQuotaPeriodUSec 50000", NULL},
		{"'linux':{'resources':{'pids':{'limit':0}}}", "property TasksMax 1", NULL},
		{"'linux':{'resources':{'blockIO':{'weight':300,'weightDevice':[{'major':8,'"
		 "minor':0,'weight':500}]}}}",
			"property IOWeight 2930", NULL},
		{"'linux':{'resources':{'devices':[{'allow':true,'access':'rwm'}]}}",
			"property DevicePolicy \"auto\"", NULL},
		{"'linux':{'resources':{'devices':[{'allow':true,'type':'c','major':195,'minor'"
		 ":"
		 "3,'access':'rw'}]}}",
			"\"/dev/char/195:3\" \"rw\"", NULL},
		{"'linux':{'resources':{'devices':[{'allow':true,'type':'b','major':8,'access':"
		 "'r'}]}}",
			"\"block-8\" \"r\"", NULL},
	};
	struct request request = request_systemd();

	(void)state;
	PLAN_ROWS(ROOT, rows, &host_v2, &request);
}

/* The container is in the unit's own cgroup, where systemd writes whatever it has a property for. */
static void limits_of_v1_are_properties_too(void **state)
{
	static const struct plan_row rows[] = {
		{"'linux':{'cgroupsPath':'::n'}", "\"/system.slice/n.scope\"", NULL},
		{"'linux':{'resources':{'memory':{'limit':4096}}}", "property MemoryLimit 4096",
			NULL},
		{"'linux':{'resources':{'cpu':{'shares':512}}}", "property CPUShares 512",
			NULL},
		{"'linux':{'resources':{'cpu':{'quota':15500}}}",
			"property CPUQuotaPerSecUSec 160000", NULL},
		{"'linux':{'resources':{'cpu':{'quota':25000,'period':50000}}}",
			"property CPUQuotaPerSecUSec 500000", NULL},
		{"'linux':{'resources':{'cpu':{'quota':25000,'period':50000}}}",
			"property CPUQuotaPeriodUSec 50000", NULL},
		{"'linux':{'resources':{'cpu':{'quota':-1,'period':50000}}}",
			"property CPUQuotaPerSecUSec -1", NULL},
		{"'linux':{'resources':{'pids':{'limit':9}}}", "property TasksMax 9", NULL},
	};
	struct request request = request_systemd();

	(void)state;
	PLAN_ROWS(ROOT, rows, &host_v1, &request);
}

static void annotations_have_types(void **state)
{
	static const struct plan_row rows[] = {
		{"'annotations':{'org.systemd.property.Foo':'true'}", "property Foo 1", NULL},
		{"'annotations':{'org.systemd.property.Foo':'-5'}", "property Foo -5", NULL},
		{"'annotations':{'org.systemd.property.Foo':'uint64 7'}", "property Foo 7",
			NULL},
		{"'annotations':{'org.systemd.property.FooSec':'3'}",
			"property FooUSec 3000000", NULL},
		{"'annotations':{'org.systemd.property.Foo':'\\\"a b\\\"'}",
			"property Foo \"a b\"", NULL},
		{"'annotations':{'org.systemd.property.Foo':'[\\\"a\\\", \\\"b\\\"]'}",
			"\"a\" \"b\"", NULL},
		{"'annotations':{'org.systemd.property.Foo':'4294967296'}", "!is not a value",
			"/annotations"},
		{"'annotations':{'org.systemd.property.Foo':'[\\\"a\\\"'}", "!is not a value",
			NULL},
		{"'annotations':{'org.systemd.property.Foo':''}", "!is not a value", NULL},
		{"'annotations':{'org.systemd.property.Foo':'[byte 0x3, 255]'}",
			"property Foo 3 255", NULL},
		{"'annotations':{'org.systemd.property.Foo':'@at [1,18446744073709551615]'}",
			"property Foo 1 -1", NULL},
		{"'annotations':{'org.systemd.property.Foo':'@as []'}", "property Foo  <-",
			NULL},
		{"'annotations':{'org.systemd.property.Foo':'int16 -32768'}",
			"property Foo -32768", NULL},
		{"'annotations':{'org.systemd.property.Foo':'objectpath \\'/a\\''}",
			"property Foo \"/a\"", NULL},
		{"'annotations':{'org.systemd.property.FooSec':'uint64 0x10'}",
			"property FooUSec 16000000", NULL},
		{"'annotations':{'org.systemd.property.Foo':'uint16 65536'}", "!is not a value",
			NULL},
		{"'annotations':{'org.systemd.property.Foo':'byte -1'}", "!is not a value",
			NULL},
		{"'annotations':{'org.systemd.property.Foo':'int16 -32769'}", "!is not a value",
			NULL},
		{"'annotations':{'org.systemd.property.Foo':'0x'}", "!is not a value", NULL},
		{"'annotations':{'org.systemd.property.Foo':'[1, true]'}", "!is not a value",
			NULL},
		{"'annotations':{'org.systemd.property.Foo':'[byte 1, uint64 2]'}",
			"!is not a value", NULL},
		{"'annotations':{'org.systemd.property.Foo':'[1 2]'}", "!is not a value", NULL},
		{"'annotations':{'org.systemd.property.Foo':'[]'}", "!is not a value", NULL},
		{"'annotations':{'org.systemd.property.Foo':'@t [1]'}", "!is not a value",
			NULL},
		{"'annotations':{'org.systemd.property.Foo':'@d 1.5'}", "!is not a value",
			NULL},
		{"'annotations':{'org.systemd.property.Foo':'truetrue'}", "!is not a value",
			NULL},
		{"'annotations':{'org.systemd.property.Description':'\\'x\\''}",
			"!set by the runtime", NULL},
		{"'annotations':{'org.systemd.property.F1':'1'}", "!not a property", NULL},
		{"'annotations':{'run.oci.systemd.subgroup':''}", ".scope\"", NULL},
		{"'annotations':{'run.oci.systemd.subgroup':'a/b'}", "!cannot be the name",
			"/annotations/run.oci.systemd.subgroup"},
		{"'annotations':{'run.oci.systemd.subgroup':'','run.oci.delegate-cgroup':'x'}",
			"!which is empty", "/annotations/run.oci.delegate-cgroup"},
		{"'annotations':{'run.oci.delegate-cgroup':'x'}", ".scope/container/x\"", NULL},
	};
	struct request request = request_systemd();

	(void)state;
	PLAN_ROWS(ROOT, rows, &host_v2, &request);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_path_has_three_parts_and_names_a_scope_or_a_slice),
		cmocka_unit_test(limits_are_properties_too),
		cmocka_unit_test(limits_of_v1_are_properties_too),
		cmocka_unit_test(annotations_have_types),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
