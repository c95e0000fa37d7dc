/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What exec makes of the container's process and of the command line: plan/exec.c. */
#include "plan_help.h"

#include "plan/exec.h"

#define MEMORY 65536

static const char *const words[] = {"ls", "-l", NULL};
static const char *const args[] = {"init"}, *const env[] = {"A=1"};
static const uint32_t groups[] = {5};
static const char *const bounding[] = {"CAP_KILL"}, *const inheritable[] = {"CAP_CHOWN"};
static struct oci_user user = {.uid = 7,
	.gid = 8,
	.additional_gids = {.count = 1, .items = (uint32_t *)(uintptr_t)groups}};
static struct oci_capabilities capabilities = {
	.bounding = {.items = (const char **)(uintptr_t)bounding, .count = 1},
	.inheritable = {.items = (const char **)(uintptr_t)inheritable, .count = 1},
};
static const struct oci_process own = {
	.cwd = "/own",
	.args = {.items = (const char **)(uintptr_t)args, .count = 1},
	.env = {.items = (const char **)(uintptr_t)env, .count = 1},
	.user = &user,
	.capabilities = &capabilities,
	.selinux_label = "own_label",
	.apparmor_profile = "own_profile",
};

/* The error's text, or NULL. */
static const char *build(const struct oci_process *process, const struct request_exec *given,
	size_t room, struct oci_process *ret)
{
	static _Alignas(16) char memory[MEMORY];
	static struct error err;
	struct arena arena;

	memset(memory, 0, sizeof(memory));
	arena_start(&arena, memory, room);
	return exec_process_build(process, given, &arena, ret, &err) ? err.text : NULL;
}

static void what_is_not_named_is_the_containers(void **state)
{
	const struct request_exec given = {.words = words};
	struct oci_process process;

	(void)state;
	assert_null(build(&own, &given, MEMORY, &process));
	assert_int_equal(process.args.count, 2);
	assert_string_equal(process.args.items[0], "ls");
	assert_string_equal(process.args.items[1], "-l");
	assert_string_equal(process.cwd, "/own");
	assert_int_equal(process.env.count, 1);
	assert_int_equal(process.user->uid, 7);
	assert_int_equal(process.user->gid, 8);
	assert_int_equal(process.user->additional_gids.count, 1);
	assert_ptr_equal(process.capabilities, &capabilities);
	assert_string_equal(process.selinux_label, "own_label");
	assert_string_equal(process.apparmor_profile, "own_profile");
	assert_false(process.terminal);
	assert_false(process.no_new_privileges);
}

static void what_is_named_is_put_in_its_place_or_added(void **state)
{
	const char *more_env[] = {"B=2"}, *more_groups[] = {"6", "4294967294"};
	const char *more_capabilities[] = {"CAP_CHOWN", "CAP_SETUID"};
	const struct request_exec given = {.words = words,
		.cwd = "/there",
		.user = "3:4",
		.process_label = "label",
		.apparmor = "profile",
		.tty = true,
		.no_new_privileges = true,
		.env = {1, more_env},
		.groups = {2, more_groups},
		.capabilities = {2, more_capabilities}};
	struct oci_process process;

	(void)state;
	assert_null(build(&own, &given, MEMORY, &process));
	assert_string_equal(process.cwd, "/there");
	assert_int_equal(process.user->uid, 3);
	assert_int_equal(process.user->gid, 4);
	assert_int_equal(process.user->additional_gids.count, 3);
	assert_int_equal(process.user->additional_gids.items[0], 5);
	assert_int_equal(process.user->additional_gids.items[2], 4294967294U);
	assert_string_equal(process.env.items[1], "B=2");
	assert_string_equal(process.selinux_label, "label");
	assert_string_equal(process.apparmor_profile, "profile");
	assert_true(process.terminal);
	assert_true(process.no_new_privileges);
	assert_int_equal(process.capabilities->bounding.count, 3);
	assert_int_equal(process.capabilities->effective.count, 2);
	assert_int_equal(process.capabilities->permitted.count, 2);
	assert_int_equal(process.capabilities->inheritable.count, 1);
	/* Only what is inheritable can be ambient. */
	assert_int_equal(process.capabilities->ambient.count, 1);
	assert_string_equal(process.capabilities->ambient.items[0], "CAP_CHOWN");
	/* The container's own are as they were. */
	assert_int_equal(capabilities.bounding.count, 1);
	assert_int_equal(user.uid, 7);
}

static void a_container_without_a_process_has_the_least(void **state)
{
	const char *more[] = {"CAP_KILL"};
	const struct request_exec given = {
		.words = words, .user = "9", .capabilities = {1, more}};
	struct oci_process process;

	(void)state;
	assert_null(build(NULL, &given, MEMORY, &process));
	assert_string_equal(process.cwd, "/");
	assert_int_equal(process.user->uid, 9);
	assert_int_equal(process.user->gid, 0);
	assert_int_equal(process.capabilities->bounding.count, 1);
	assert_int_equal(process.capabilities->ambient.count, 0);
}

static void ids_that_are_none_are_refused(void **state)
{
	static const char *const users[] = {"-1", "4294967295", "4294967296", "1:-1",
		"1:4294967295", "a", "", ":1", "1:", "1:2:3", "00000000000000000001:1", " 1"};
	const char *bad_groups[] = {"-1"};
	const struct request_exec with_groups = {.words = words, .groups = {1, bad_groups}};
	struct oci_process process;

	(void)state;
	for (size_t i = 0; i < sizeof(users) / sizeof(users[0]); i++) {
		const struct request_exec given = {.words = words, .user = users[i]};
		const char *text = build(&own, &given, MEMORY, &process);

		assert_non_null(text);
		assert_non_null(strstr(text, "for --user: ids are numbers from 0 to 42949672"));
	}
	assert_non_null(
		strstr(build(&own, &with_groups, MEMORY, &process), "--additional-gids"));
}

static void nothing_to_execute_is_refused(void **state)
{
	static const char *const none[] = {NULL};
	const struct request_exec empty = {.words = none}, missing = {0};
	struct oci_process process;

	(void)state;
	assert_non_null(strstr(build(&own, &empty, MEMORY, &process), "cannot be empty"));
	assert_non_null(strstr(build(&own, &missing, MEMORY, &process), "cannot be empty"));
}

static void too_little_memory_is_an_error_at_every_size(void **state)
{
	const char *more_env[] = {"B=2"}, *more_groups[] = {"6"}, *more[] = {"CAP_CHOWN"};
	const struct request_exec given = {.words = words,
		.env = {1, more_env},
		.groups = {1, more_groups},
		.capabilities = {1, more}};
	struct oci_process process;
	size_t room = 0;
	const char *text;

	(void)state;
	while ((text = build(&own, &given, room, &process)) != NULL) {
		assert_string_equal(text, "the command line is too long");
		room++;
	}
	assert_true(room > 64 && room < 4096);
}

static void a_description_of_its_own_leaves_the_rest_to_the_container(void **state)
{
	static const struct oci_process full = {.capabilities = &capabilities,
		.selinux_label = "a",
		.apparmor_profile = "b",
		.oom_score_adj = {.present = true, .value = 3}};
	struct oci_process process = {.selinux_label = ""};
	struct oci_process other = {.selinux_label = "mine", .apparmor_profile = "my"};

	(void)state;
	exec_process_inherit(NULL, &process);
	assert_null(process.capabilities);
	exec_process_inherit(&full, &process);
	assert_ptr_equal(process.capabilities, &capabilities);
	assert_string_equal(process.selinux_label, "a");
	assert_string_equal(process.apparmor_profile, "b");
	assert_true(process.oom_score_adj.present);
	exec_process_inherit(&full, &other);
	assert_string_equal(other.selinux_label, "mine");
	assert_string_equal(other.apparmor_profile, "my");
}

static void namespaces_are_joined_where_the_container_is_elsewhere(void **state)
{
	static const char json[] = "{\"ociVersion\":\"1.2.0\",\"root\":{\"path\":\"r\"},"
				   "\"process\":{\"cwd\":\"/\",\"args\":[\"a\"]}}";
	const struct request_target target = {.pid = 4242, .others = 1U << NAMESPACE_PID};
	const struct request_target all = {.pid = 4242, .others = 0xff};
	struct request request = request_run;
	struct planned p;

	(void)state;
	request.target = &target;
	planned_decode(&p, json, strlen(json));
	planned_build(&p, &host_v2, &request);
	assert_non_null(p.plan);
	assert_int_equal(p.plan->namespaces.of[NAMESPACE_PID].how, NAMESPACE_JOIN);
	assert_int_equal(p.plan->namespaces.of[NAMESPACE_MOUNT].how, NAMESPACE_HOST);
	assert_true(p.plan->namespaces.final_clone);
	planned_free(&p);
	request.target = &all;
	planned_decode(&p, json, strlen(json));
	planned_build(&p, &host_v2, &request);
	assert_non_null(p.plan);
	assert_int_equal(p.plan->namespaces.of[NAMESPACE_MOUNT].how, NAMESPACE_JOIN);
	planned_free(&p);
}

/* A policy that is not for children is lost with the builder: then the runtime sets it, when the process is made. */
static void the_child_sets_its_limits_but_for_a_scheduler(void **state)
{
	static const char *const processes[] = {"\"oomScoreAdj\":5",
		"\"scheduler\":{\"policy\":\"SCHED_RR\",\"priority\":1,\"flags\":[\"SCHED_FLAG_"
		"RESET_ON_FORK\"]}"};
	const struct request_target target = {.pid = 4242, .others = 1U << NAMESPACE_PID};
	struct request request = request_run;
	struct planned p;
	char json[256];

	(void)state;
	request.target = &target;
	for (int i = 0; i < 2; i++) {
		snprintf(json, sizeof(json),
			"{\"ociVersion\":\"1.2.0\",\"root\":{\"path\":\"r\"},"
			"\"process\":{\"cwd\":\"/\",\"args\":[\"a\"],%s}}",
			processes[i]);
		planned_decode(&p, json, strlen(json));
		planned_build(&p, &host_v2, &request);
		assert_non_null(p.plan);
		assert_int_equal(p.plan->child.sets_limits, i == 0);
		planned_free(&p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_named_is_the_containers),
		cmocka_unit_test(what_is_named_is_put_in_its_place_or_added),
		cmocka_unit_test(a_container_without_a_process_has_the_least),
		cmocka_unit_test(ids_that_are_none_are_refused),
		cmocka_unit_test(nothing_to_execute_is_refused),
		cmocka_unit_test(too_little_memory_is_an_error_at_every_size),
		cmocka_unit_test(a_description_of_its_own_leaves_the_rest_to_the_container),
		cmocka_unit_test(namespaces_are_joined_where_the_container_is_elsewhere),
		cmocka_unit_test(the_child_sets_its_limits_but_for_a_scheduler),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
