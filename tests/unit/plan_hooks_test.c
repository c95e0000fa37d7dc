/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hooks, decided: plan/hooks.c. */
#include "plan_help.h"

#include "plan/hooks.h"

#define CONFIG                                                                                 \
	"{'ociVersion':'1.2.0','root':{'path':'r'},'process':{'cwd':'/','args':['sh'],'env':[" \
	"'P=1','Q=a b']},'hooks':{%}}"

static void the_environment_is_that_of_the_hook_and_no_other(void **state)
{
	static const struct plan_row rows[] = {
		{"'createRuntime':[{'path':'/h','env':['A=b c','K=','A=d']}]",
			"\n  createRuntime hook \"/h\" arg=\"/h\" env=\"A=b c\" env=\"K=\" "
			"env=\"A=d\"  <- /hooks/createRuntime/0\n",
			NULL},
		{"'prestart':[{'path':'/h'}]",
			"\n  prestart hook \"/h\" arg=\"/h\"  <- /hooks/prestart/0\n", NULL},
		{"'createContainer':[{'path':'/h','env':[]}]",
			"\n  createContainer hook \"/h\" arg=\"/h\"  <- "
			"/hooks/createContainer/0\n",
			NULL},
		{"'poststart':[{'path':'/h'}]", "\n  poststart hook \"/h\" arg=\"/h\"  <- ",
			NULL},
		{"'poststop':[{'path':'/h'}]", "\n  poststop hook \"/h\" arg=\"/h\"  <- ",
			NULL},
		/* It runs as the process does, which has an environment already. */
		{"'startContainer':[{'path':'/h'}]",
			"\n  startContainer hook \"/h\" arg=\"/h\" env=\"P=1\" env=\"Q=a b\"  "
			"<- /hooks/startContainer/0\n",
			NULL},
		{"'startContainer':[{'path':'/h','env':[]}]",
			"\n  startContainer hook \"/h\" arg=\"/h\"  <- ", NULL},
		{"'startContainer':[{'path':'/h','env':['S=1']}]",
			"\n  startContainer hook \"/h\" arg=\"/h\" env=\"S=1\"  <- ", NULL},
	};

	(void)state;
	PLAN_ROWS(CONFIG, rows, &host_v2, &request_run);
}

static void args_are_the_words_and_the_path_without_them(void **state)
{
	static const struct plan_row rows[] = {
		{"'poststop':[{'path':'/h','args':['zero','one two','']}]",
			"\n  poststop hook \"/h\" arg=\"zero\" arg=\"one two\" arg=\"\"  <- ",
			NULL},
		{"'poststop':[{'path':'/h','args':[]}]",
			"\n  poststop hook \"/h\" arg=\"/h\"  <- ", NULL},
	};

	(void)state;
	PLAN_ROWS(CONFIG, rows, &host_v2, &request_run);
}

static void a_path_must_be_absolute_whatever_the_kind(void **state)
{
	static const char *const kinds[] = {"prestart", "createRuntime", "createContainer",
		"startContainer", "poststart", "poststop"};

	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		char json[128], text[128], place[64];
		const struct plan_row row = {json, text, place};

		snprintf(json, sizeof(json), "'%s':[{'path':'/h'},{'path':'bin/h'}]", kinds[i]);
		snprintf(text, sizeof(text),
			"!the path \"bin/h\" of the %s hook #1 is not an absolute path",
			kinds[i]);
		snprintf(place, sizeof(place), "/hooks/%s/1/path", kinds[i]);
		plan_rows_check(CONFIG, &row, 1, &host_v2, &request_run);
	}
}

static void timeouts_are_seconds_and_none_is_none(void **state)
{
	static const struct plan_row rows[] = {
		{"'poststart':[{'path':'/h','timeout':1}]", " timeout=1  <- /hooks/poststart/0",
			NULL},
		{"'poststart':[{'path':'/h','timeout':4294967295}]", " timeout=4294967295  <- ",
			NULL},
		{"'poststart':[{'path':'/h'}]", "-timeout", NULL},
	};

	(void)state;
	PLAN_ROWS(CONFIG, rows, &host_v2, &request_run);
}

static void lists_keep_their_order_and_stand_at_their_moment(void **state)
{
	static const struct plan_row rows[] = {
		{"'poststop':[{'path':'/a'},{'path':'/b'}],'poststart':[{'path':'/c'}]",
			"runtime, when the program runs and when the container is gone\n"
			"  poststart hook \"/c\" arg=\"/c\"  <- /hooks/poststart/0\n"
			"  poststop hook \"/a\" arg=\"/a\"  <- /hooks/poststop/0\n"
			"  poststop hook \"/b\" arg=\"/b\"  <- /hooks/poststop/1\n",
			NULL},
		{"'createContainer':[{'path':'/c'}],'createRuntime':[{'path':'/b'}],"
		 "'prestart':[{'path':'/a'}]",
			"  prestart hook \"/a\" arg=\"/a\"  <- /hooks/prestart/0\n"
			"  createRuntime hook \"/b\" arg=\"/b\"  <- /hooks/createRuntime/0\n"
			"  createContainer hook \"/c\" arg=\"/c\"  <- "
			"/hooks/createContainer/0\n",
			NULL},
		{"", "-hook", NULL},
		{"'prestart':[]", "-hook", NULL},
	};

	(void)state;
	PLAN_ROWS(CONFIG, rows, &host_v2, &request_run);
}

#define IN_A_MOUNT_NAMESPACE                                                                   \
	"{'ociVersion':'1.2.0','root':{'path':'r'},'linux':{'namespaces':[{'type':'mount'}]}," \
	"'hooks':{%}}"

static void the_root_can_be_reached_by_its_path_for_those_before_the_switch(void **state)
{
	static const struct plan_row rows[] = {
		{"'prestart':[{'path':'/h'}]", " reachable", NULL},
		{"'createRuntime':[{'path':'/h'}]", " reachable", NULL},
		{"'createContainer':[{'path':'/h'}]", " reachable", NULL},
		{"'startContainer':[{'path':'/h'}],'poststart':[{'path':'/h'}],"
		 "'poststop':[{'path':'/h'}]",
			"-reachable", NULL},
		{"", "-reachable", NULL},
	};

	(void)state;
	PLAN_ROWS(IN_A_MOUNT_NAMESPACE, rows, &host_v2, &request_run);
}

#define MAPS                                                                                   \
	",'uidMappings':[{'containerID':0,'hostID':100000,'size':65536}],'gidMappings':[{"     \
	"'containerID':0,'hostID':100000,'size':65536}]"

static void createContainer_is_not_seen_in_a_pid_namespace_of_others(void **state)
{
	static const struct plan_row rows[] = {
		/* The namespace is joined after the hook. */
		{"{'type':'mount'},{'type':'pid','path':'/p'}]",
			"  createContainer hook \"/h\" arg=\"/h\"  <- "
			"/hooks/createContainer/0\n  pivot_root\n  join pid \"/p\"",
			NULL},
		{"{'type':'mount'},{'type':'pid','path':'/p'},{'type':'user'}]" MAPS,
			"!createContainer hooks are not supported with a new user namespace "
			"and the pid namespace of others",
			"/hooks/createContainer/0"},
		{"{'type':'mount'},{'type':'pid'},{'type':'user'}]" MAPS,
			"  createContainer hook \"/h\"", NULL},
		{"{'type':'mount'},{'type':'user'}]" MAPS, "  createContainer hook \"/h\"",
			NULL},
	};

	(void)state;
	PLAN_ROWS("{'ociVersion':'1.2.0','root':{'path':'r'},'hooks':{'createContainer':[{"
		  "'path':'/h'}]},'linux':{'namespaces':[%}}",
		rows, &host_v2, &request_run);
}

static void one_list_is_decided_without_a_plan(void **state)
{
	struct oci_hook items[] = {{.path = "/a"}, {.path = "/b"}};
	const struct oci_hooks hooks = {.poststop = {.count = 2, .items = items}};
	static char memory[4096];
	struct hook_list list = {0};
	struct arena arena;
	struct error err;

	(void)state;
	items[1].timeout.present = true;
	items[1].timeout.value = 7;
	arena_start(&arena, memory, sizeof(memory));
	assert_int_equal(hooks_decide(&hooks, HOOK_POSTSTOP, NULL, &arena, &list, &err), 0);
	assert_int_equal(list.count, 2);
	assert_string_equal(list.items[0].path, "/a");
	/* What was decoded may be freed. */
	assert_ptr_not_equal(list.items[0].path, items[0].path);
	assert_string_equal(list.items[0].kind, "poststop");
	assert_int_equal(list.items[0].timeout, 0);
	assert_int_equal(list.items[1].timeout, 7);
	assert_int_equal(list.items[1].index, 1);
	assert_null(list.items[1].envp[0]);

	arena_start(&arena, memory, 64);
	assert_int_equal(hooks_decide(&hooks, HOOK_POSTSTOP, NULL, &arena, &list, &err), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_environment_is_that_of_the_hook_and_no_other),
		cmocka_unit_test(args_are_the_words_and_the_path_without_them),
		cmocka_unit_test(a_path_must_be_absolute_whatever_the_kind),
		cmocka_unit_test(timeouts_are_seconds_and_none_is_none),
		cmocka_unit_test(lists_keep_their_order_and_stand_at_their_moment),
		cmocka_unit_test(
			the_root_can_be_reached_by_its_path_for_those_before_the_switch),
		cmocka_unit_test(createContainer_is_not_seen_in_a_pid_namespace_of_others),
		cmocka_unit_test(one_list_is_decided_without_a_plan),
	};

	return cmocka_run_group_tests_name("plan: hooks", tests, NULL, NULL);
}
