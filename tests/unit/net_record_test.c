/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The record of network devices, and which names linux.netDevices takes: net/record.c, plan/network.c. */
#include "plan_help.h"

#include <errno.h>

#include "net/set.h"

static const char record[] = "/run/netns/x\n"
			     "device lan0 eth0 up 0a0b0c0d0eff\n"
			     "address 0218800002000000\n"
			     "address 02188000020000000800010000000001\n"
			     "device tun0 tun0 down \n";

static void the_record_is_read_as_it_was_written(void **state)
{
	static char memory[65536];
	char buffer[1024];
	struct arena arena;
	struct net_set set;
	struct error err;
	struct text text;

	(void)state;
	arena_start(&arena, memory, sizeof(memory));
	text_start(&text, buffer, sizeof(buffer));
	assert_int_equal(set_record_parse(record, &arena, &set, &err), 0);
	assert_int_equal(set.count, 2);
	assert_string_equal(set.path, "/run/netns/x");
	assert_true(set.devices[0].up && set.devices[0].moved && set.devices[1].moved);
	assert_int_equal(set.devices[0].address_count, 2);
	assert_int_equal(set.devices[0].hardware[5], 0xff);
	assert_int_equal(set.devices[1].address_count, 0);
	set_record_print(&set, &text);
	assert_true(text_ok(&text));
	assert_string_equal(buffer, record);
	assert_int_equal(set_record_parse("new\n", &arena, &set, &err), 0);
	assert_null(set.path);
}

static void a_damaged_record_is_an_error(void **state)
{
	static const char *const damaged[] = {
		"",
		"new",
		"new\ndevice\n",
		"new\ndevice a b up 0\n",
		"new\ndevice a b up 0g\n",
		"new\ndevice a b UP 00\n",
		"new\ndevice a b\n",
		"new\ndevice a  up 00\n",
		"new\ndevice 0123456789abcdef b up 00\n",
		"new\naddress 0218800002000000\n",
		"new\ndevice a b up 00\naddress 02\n",
		"new\ndevice a b up 00\nother\n",
		"new\ndevice a b up 00",
		("new\ndevice a b up "
		 "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20\n"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(damaged) / sizeof(damaged[0]); i++) {
		static char memory[65536];
		struct arena arena;
		struct net_set set;
		struct error err;

		memset(memory, 0, sizeof(memory));
		arena_start(&arena, memory, sizeof(memory));
		if (!set_record_parse(damaged[i], &arena, &set, &err))
			fail_msg("\"%s\" is taken for a record", damaged[i]);
		assert_int_equal(err.errnum, EUCLEAN);
		assert_int_equal(set.count, 0);
	}
}

#define CONFIG                                                                                 \
	"{'ociVersion':'1.2.0','root':{'path':'r'},'linux':{'namespaces':[{'type':'network'}]" \
	",'netDevices':{%}}}"
#define BAD_INSIDE "!is not a name that a network device can have"

static void names_are_those_that_the_kernel_takes(void **state)
{
	static const struct plan_row rows[] = {
		{"'eth0':{}", "  move network device \"eth0\" as \"eth0\"", NULL},
		{"'eth0':{'name':''}", "as \"eth0\"", NULL},
		{"'eth0':{'name':'net%d'}", "as \"net%d\"", NULL},
		{"'0123456789abcde':{'name':'%d'}", "as \"%d\"", NULL},
		{"'0123456789abcdef':{}", "!is not the name of a network device",
			"/linux/netDevices/0123456789abcdef"},
		{"'a/~b':{}", "!is not the name", "/linux/netDevices/a~1~0b"},
		{"'e%d':{}", "!is not the name", "/linux/netDevices/e%d"},
		{"'e':{'name':'%da'}", BAD_INSIDE, "/linux/netDevices/e"},
		{"'e':{'name':'a%d%d'}", BAD_INSIDE, NULL},
		{"'e':{'name':'..'}", BAD_INSIDE, NULL},
		{"'e':{'name':'a b'}", BAD_INSIDE, NULL},
		{"'e':{'name':'a:b'}", BAD_INSIDE, NULL},
		{"'e':{'name':'x'},'f':{'name':'x'}", "!would be called \"x\"",
			"/linux/netDevices/f"},
		{"'e':{'name':'x%d'},'f':{'name':'x%d'}", "\"f\" as \"x%d\"", NULL},
	};
	static const struct plan_row without[] = {
		{"'e':{}", "!linux.namespaces has none", NULL}};

	(void)state;
	PLAN_ROWS(CONFIG, rows, &host_v2, &request_run);
	PLAN_ROWS("{'ociVersion':'1.2.0','root':{'path':'r'},'linux':{'netDevices':{%}}}",
		without, &host_v2, &request_run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_record_is_read_as_it_was_written),
		cmocka_unit_test(a_damaged_record_is_an_error),
		cmocka_unit_test(names_are_those_that_the_kernel_takes),
	};

	return cmocka_run_group_tests_name("network devices", tests, NULL, NULL);
}
