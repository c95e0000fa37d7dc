/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libocispec: what is decoded, how it is encoded, and the functions around that. What is refused is
 * in libocispec_bad_test.c, what engines write in libocispec_configs_test.c. */
#include "libocispec_help.h"

#include <errno.h>

static struct oci_arena arena;

static int arena_end(void **state)
{
	(void)state;
	oci_arena_free(&arena);
	return 0;
}

static const struct oci_spec *spec_of(const char *text)
{
	const struct oci_spec *spec = NULL;
	struct oci_error err;

	if (oci_spec_decode(text, strlen(text), &arena, &spec, &err))
		fail_msg("%u:%u %s: %s", err.line, err.column, err.pointer, err.text);
	return spec;
}

static const struct oci_process *process_of(const char *text)
{
	const struct oci_process *process = NULL;
	struct oci_error err;

	if (oci_process_decode(text, strlen(text), &arena, &process, &err))
		fail_msg("%u:%u %s: %s", err.line, err.column, err.pointer, err.text);
	return process;
}

static const struct oci_linux *linux_of(const char *members)
{
	char text[2048];

	snprintf(text, sizeof(text), "{\"ociVersion\":\"1.3.0\",\"linux\":{%s}}", members);
	return spec_of(text)->on_linux;
}

static void what_is_absent_is_null_or_not_present(void **state)
{
	const struct oci_spec *spec = spec_of("{\"ociVersion\":\"1.3.0\"}");
	const struct oci_linux *linux_part = linux_of("");
	const struct oci_process *process = process_of("{\"cwd\":\"/\"}");

	(void)state;
	assert_string_equal(spec->oci_version, "1.3.0");
	assert_null(spec->process);
	assert_null(spec->hostname);
	assert_null(spec->on_linux);
	assert_false(spec->mounts.present);
	assert_false(spec->annotations.present);
	assert_null(linux_part->resources);
	assert_false(linux_part->masked_paths.present);
	assert_int_equal(linux_part->rootfs_propagation, OCI_PROPAGATION_ABSENT);
	assert_null(process->capabilities);
	assert_false(process->oom_score_adj.present);
	assert_false(process->no_new_privileges);
}

static void what_is_empty_is_present(void **state)
{
	const struct oci_linux *linux_part =
		linux_of("\"maskedPaths\":[],\"sysctl\":{},\"resources\":{},\"mountLabel\":"
			 "\"\"");

	(void)state;
	assert_true(linux_part->masked_paths.present);
	assert_int_equal(linux_part->masked_paths.count, 0);
	assert_true(linux_part->sysctl.present);
	assert_non_null(linux_part->resources);
	assert_string_equal(linux_part->mount_label, "");
}

static void null_is_absent_for_objects_lists_and_maps(void **state)
{
	const struct oci_spec *spec =
		spec_of("{\"ociVersion\":\"1.3.0\",\"mounts\":null,\"process\":"
			"null,\"annotations\":null,\"linux\":{\"netDevices\":null,"
			"\"seccomp\":null},\"windows\":null}");

	(void)state;
	assert_false(spec->mounts.present);
	assert_null(spec->process);
	assert_false(spec->annotations.present);
	assert_false(spec->on_linux->net_devices.present);
	assert_null(spec->on_linux->seccomp);
}

static void lists_keep_their_order_and_length(void **state)
{
	static char text[200000];
	const struct oci_process *process;
	size_t length = 0;

	(void)state;
	length += (size_t)snprintf(text, sizeof(text), "{\"cwd\":\"/\",\"args\":[\"0\"");
	for (unsigned i = 1; i < 10000; i++)
		length += (size_t)snprintf(text + length, 32, ",\"%u\"", i);
	snprintf(text + length, 32, "]}");
	process = process_of(text);
	assert_int_equal(process->args.count, 10000);
	for (unsigned i = 0; i < 10000; i++)
		assert_int_equal(strtoul(process->args.items[i], NULL, 10), i);
}

static void lists_inside_lists_do_not_disturb_each_other(void **state)
{
	const struct oci_seccomp *seccomp = linux_of(
		"\"seccomp\":{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":["
		"{\"names\":[\"a\",\"b\"],\"action\":\"SCMP_ACT_ALLOW\"},"
		"{\"names\":[\"c\"],\"action\":\"SCMP_ACT_LOG\",\"args\":[{\"index\":1,"
		"\"value\":18446744073709551615,\"valueTwo\":9223372036854775808,"
		"\"op\":\"SCMP_CMP_MASKED_EQ\"},{\"index\":0,\"value\":2,\"op\":"
		"\"SCMP_CMP_NE\"}]}]}")
						    ->seccomp;
	const struct oci_syscall *first = &seccomp->syscalls.items[0];
	const struct oci_syscall *second = &seccomp->syscalls.items[1];

	(void)state;
	assert_int_equal(seccomp->default_action, OCI_SECCOMP_ERRNO);
	assert_int_equal(seccomp->syscalls.count, 2);
	assert_int_equal(first->names.count, 2);
	assert_string_equal(first->names.items[1], "b");
	assert_int_equal(first->action, OCI_SECCOMP_ALLOW);
	assert_false(first->args.present);
	assert_string_equal(second->names.items[0], "c");
	assert_int_equal(second->args.count, 2);
	assert_true(second->args.items[0].value == UINT64_MAX);
	assert_true(second->args.items[0].value_two == UINT64_C(9223372036854775808));
	assert_int_equal(second->args.items[0].op, OCI_SECCOMP_MASKED_EQ);
	assert_int_equal(second->args.items[1].op, OCI_SECCOMP_NE);
}

static void integers_reach_the_ends_of_their_ranges(void **state)
{
	const struct oci_resources *resources = linux_of(
		"\"resources\":{\"memory\":{\"swap\":-9223372036854775808,\"limit\":"
		"9223372036854775807,\"kernel\":-0},\"cpu\":{\"shares\":"
		"18446744073709551615},\"blockIO\":{\"weight\":65535,\"weightDevice\":["
		"{\"major\":-1,\"minor\":8,\"leafWeight\":10}]}}")
							->resources;
	const struct oci_process *process =
		process_of("{\"cwd\":\"/\",\"oomScoreAdj\":-2147483648,"
			   "\"user\":{\"uid\":4294967294}}");

	(void)state;
	assert_true(resources->memory->swap.present);
	assert_true(resources->memory->swap.value == INT64_MIN);
	assert_true(resources->memory->limit.value == INT64_MAX);
	assert_true(resources->memory->kernel.present);
	assert_true(resources->memory->kernel.value == 0);
	assert_false(resources->memory->reservation.present);
	assert_true(resources->cpu->shares.value == UINT64_MAX);
	assert_int_equal(resources->block_io->weight.value, 65535);
	assert_true(resources->block_io->weight_device.items[0].major == -1);
	assert_int_equal(resources->block_io->weight_device.items[0].leaf_weight.value, 10);
	assert_int_equal(process->oom_score_adj.value, INT32_MIN);
	assert_int_equal(process->user->uid, 4294967294u);
}

static void maps_keep_their_keys(void **state)
{
	const struct oci_linux *linux_part =
		linux_of("\"sysctl\":{\"b\":\"2\",\"a\\n\":\"\"},\"netDevices\":{\"eth0\":{},"
			 "\"eth1\":{\"name\":\"lan\"}},\"resources\":{\"rdma\":{\"mlx5\":{"
			 "\"hcaObjects\":3}}}");

	(void)state;
	assert_int_equal(linux_part->sysctl.count, 2);
	assert_string_equal(linux_part->sysctl.items[0].key, "b");
	assert_string_equal(linux_part->sysctl.items[1].key, "a\n");
	assert_string_equal(linux_part->sysctl.items[1].value, "");
	assert_int_equal(linux_part->net_devices.count, 2);
	assert_string_equal(linux_part->net_devices.items[0].key, "eth0");
	assert_null(linux_part->net_devices.items[0].name);
	assert_string_equal(linux_part->net_devices.items[1].name, "lan");
	assert_string_equal(linux_part->resources->rdma.items[0].key, "mlx5");
	assert_int_equal(linux_part->resources->rdma.items[0].hca_objects.value, 3);
}

static void escapes_become_characters(void **state)
{
	const struct oci_process *process =
		process_of("{\"cw\\u0064\":\"\\/\\\"\\\\\\b\\f\\n\\r\\t\",\"args\":["
			   "\"\\u00e4\\u20AC\\ud83d\\ude00\",\"\xc3\xa4\\u003c\x7f\"]}");

	(void)state;
	assert_string_equal(process->cwd, "/\"\\\b\f\n\r\t");
	assert_string_equal(process->args.items[0], "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80");
	assert_string_equal(process->args.items[1], "\xc3\xa4<\x7f");
}

static void utf8_is_accepted_up_to_its_limits(void **state)
{
	/* The first and last of each length, and the neighbours of the surrogates. */
	static const char text[] =
		"\xc2\x80\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf"
		"\xf0\x90\x80\x80\xf4\x8f\xbf\xbf";
	char document[64];

	(void)state;
	snprintf(document, sizeof(document), "{\"cwd\":\"%s\"}", text);
	assert_string_equal(process_of(document)->cwd, text);
}

static void unknown_keys_and_other_platforms_are_ignored(void **state)
{
	const struct oci_spec *spec =
		spec_of("{\"org.example\":{\"process\":[1.5,null,{}]},\"windows\":"
			"{\"a\":[[]]},\"vm\":5,\"ociVersion\":\"1.3.0\",\"solaris\":"
			"null,\"hostname\":\"h\"}");

	(void)state;
	assert_null(spec->process);
	assert_string_equal(spec->hostname, "h");
}

struct reported {
	unsigned count;
	char text[512];
};

static void report(void *context, const struct oci_error *place)
{
	struct reported *reported = context;
	size_t length = strlen(reported->text);

	reported->count++;
	snprintf(reported->text + length, sizeof(reported->text) - length, "%u:%u %s;",
		place->line, place->column, place->pointer);
}

static void unknown_keys_are_reported(void **state)
{
	static const char text[] =
		"{\"ociVersion\":\"1.3.0\",\n\"x\":{\"y\":1},\"windows\":{\"z\":1},\n"
		"\"mounts\":[{\"destination\":\"/\",\"Type\":\"a\"}],\"annotations\":"
		"{\"k\":\"v\"}}";
	struct reported reported = {0};
	struct oci_error err;

	(void)state;
	assert_int_equal(oci_unknown_keys(text, sizeof(text) - 1, OCI_DOCUMENT_SPEC, report,
				 &reported, &err),
		0);
	assert_string_equal(reported.text, "2:1 /x;3:30 /mounts/0/Type;");
	reported = (struct reported){0};
	assert_int_equal(oci_unknown_keys("{\"a\":1,\"cwd\":2}", 15, OCI_DOCUMENT_PROCESS,
				 report, &reported, &err),
		-EINVAL);
	assert_int_equal(reported.count, 1);
	assert_string_equal(err.pointer, "/cwd");
}

static void a_place_is_found_by_its_pointer(void **state)
{
	static const char text[] =
		"{\n  \"a\": {\"b/~\": [1, {\"c\": [[], \"x\\n\"]}, true]},\n"
		"  \"d\": {\"a\": null, \"\": -1}\n}";
	static const struct {
		const char *pointer;
		int status;
		unsigned line;
		unsigned column;
	} rows[] = {
		{"", 0, 1, 1},
		{"/a", 0, 2, 8},
		{"/a/b~1~0", 0, 2, 16},
		{"/a/b~1~0/0", 0, 2, 17},
		{"/a/b~1~0/1/c", 0, 2, 26},
		{"/a/b~1~0/1/c/0", 0, 2, 27},
		{"/a/b~1~0/1/c/1", 0, 2, 31},
		{"/a/b~1~0/2", 0, 2, 40},
		{"/d", 0, 3, 8},
		{"/d/a", 0, 3, 14},
		{"/d/", 0, 3, 24},
		{"/a/b~1~0/3", -ENOENT, 0, 0},
		{"/a/b~1~0/00", -ENOENT, 0, 0},
		{"/a/b~1~0/-", -ENOENT, 0, 0},
		{"/a/b~1~0/0/x", -ENOENT, 0, 0},
		{"/a/b~1~0/1/c/0/0", -ENOENT, 0, 0},
		{"/b", -ENOENT, 0, 0},
		{"/d/b/c", -ENOENT, 0, 0},
		{"a", -EINVAL, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsigned line = 0, column = 0;
		int status =
			oci_locate(text, sizeof(text) - 1, rows[i].pointer, &line, &column);

		if (status != rows[i].status || line != rows[i].line ||
			column != rows[i].column)
			fail_msg("%s: %d %u:%u", rows[i].pointer, status, line, column);
	}
	assert_int_equal(
		oci_locate("{\"a\":1 x", 8, "/b", &(unsigned){0}, &(unsigned){0}), -EINVAL);
}

static void a_process_is_encoded_in_the_order_of_engines(void **state)
{
	const char *args[] = {"a", "\"\\\x01\x1f\n\t\r\b\f\x7f<\xc3\xa4"};
	struct oci_user user = {.umask = {true, 18}};
	struct oci_process process = {
		.cwd = "/",
		.args = {2, args, true},
		.env = {.present = true},
		.user = &user,
		.no_new_privileges = true,
		.oom_score_adj = {true, -998},
	};
	struct oci_buffer buffer = {0};
	struct oci_writer writer = {oci_buffer_write, &buffer, NULL};

	(void)state;
	assert_int_equal(oci_process_encode(&process, &writer), 0);
	assert_string_equal(buffer.bytes,
		"{\"user\":{\"uid\":0,\"gid\":0,\"umask\":18},\"args\":[\"a\",\"\\\"\\\\\\u0001"
		"\\u001f\\n\\t\\r\\b\\f\x7f<\xc3\xa4\"],\"env\":[],\"cwd\":\"/\","
		"\"noNewPrivileges\":true,\"oomScoreAdj\":-998}");
	oci_buffer_free(&buffer);
}

static void indented_text_has_a_line_per_value(void **state)
{
	const struct oci_state container = {
		.oci_version = "1.3.0",
		.id = "web",
		.status = OCI_STATUS_CREATED,
		.pid = {true, 42},
		.bundle = "/b",
		.annotations = {1, &(struct oci_pair){"k", "v"}, true},
	};
	struct oci_buffer buffer = {0};
	struct oci_writer writer = {oci_buffer_write, &buffer, "  "};

	(void)state;
	assert_int_equal(oci_state_encode(&container, &writer), 0);
	assert_string_equal(buffer.bytes, "{\n"
					  "  \"ociVersion\": \"1.3.0\",\n"
					  "  \"id\": \"web\",\n"
					  "  \"status\": \"created\",\n"
					  "  \"pid\": 42,\n"
					  "  \"bundle\": \"/b\",\n"
					  "  \"annotations\": {\n"
					  "    \"k\": \"v\"\n"
					  "  }\n"
					  "}");
	oci_buffer_free(&buffer);
}

static void empty_lists_stay_on_one_line(void **state)
{
	const struct oci_linux_features linux_part = {.namespaces = {.present = true}};
	const struct oci_features features = {
		.oci_version_min = "1.0.0",
		.oci_version_max = "1.3.0",
		.on_linux = (struct oci_linux_features *)&linux_part,
	};
	struct oci_buffer buffer = {0};
	struct oci_writer writer = {oci_buffer_write, &buffer, "\t"};

	(void)state;
	assert_int_equal(oci_features_encode(&features, &writer), 0);
	assert_string_equal(buffer.bytes,
		"{\n\t\"ociVersionMin\": \"1.0.0\",\n\t\"ociVersionMax\": "
		"\"1.3.0\",\n\t\"linux\": {\n\t\t\"namespaces\": []\n\t}\n}");
	oci_buffer_free(&buffer);
}

static void bytes_that_are_not_utf8_are_replaced(void **state)
{
	const struct oci_process process = {.cwd = "/a\xff\xc3(\xed\xa0\x80"};
	struct oci_buffer buffer = {0};
	struct oci_writer writer = {oci_buffer_write, &buffer, NULL};

	(void)state;
	assert_int_equal(oci_process_encode(&process, &writer), 0);
	assert_string_equal(buffer.bytes,
		"{\"cwd\":\"/a\xef\xbf\xbd\xef\xbf\xbd(\xef\xbf\xbd\xef\xbf\xbd"
		"\xef\xbf\xbd\"}");
	oci_buffer_free(&buffer);
}

static int write_fails(void *context, const char *bytes, size_t length)
{
	(void)bytes;
	(void)length;
	++*(unsigned *)context;
	return -ENOSPC;
}

static void a_failed_write_ends_the_encoding(void **state)
{
	static char cwd[10000];
	const struct oci_process process = {.cwd = cwd};
	unsigned calls = 0;
	struct oci_writer writer = {write_fails, &calls, NULL};

	(void)state;
	memset(cwd, 'a', sizeof(cwd) - 1);
	assert_int_equal(oci_process_encode(&process, &writer), -ENOSPC);
	assert_int_equal(calls, 1);
}

static void an_arena_gives_zeroed_aligned_memory(void **state)
{
	static const size_t sizes[] = {1, 8, 0, 3, 40000, 100, 32768, 32767, 24};

	(void)state;
	for (size_t i = 0; i < 200; i++) {
		size_t size = sizes[i % (sizeof(sizes) / sizeof(sizes[0]))];
		unsigned char *bytes = oci_arena_take(&arena, size);
		const char *copy = oci_arena_copy(&arena, "abc", i % 4);

		assert_non_null(bytes);
		assert_int_equal((uintptr_t)bytes % sizeof(long double), 0);
		for (size_t j = 0; j < size; j++)
			assert_int_equal(bytes[j], 0);
		memset(bytes, 0xff, size);
		assert_int_equal(strlen(copy), i % 4);
	}
	assert_null(oci_arena_take(&arena, SIZE_MAX - 8));
	assert_null(oci_arena_copy(&arena, "", SIZE_MAX));
}

static bool within(const char *bytes, const char *memory, size_t size)
{
	return bytes >= memory && bytes < memory + size;
}

static void an_arena_begins_with_what_it_is_lent(void **state)
{
	char memory[101];
	struct oci_arena lent = {0};
	const char *copy;
	char *bytes;

	(void)state;
	memset(memory, 0xff, sizeof(memory));
	oci_arena_lend(&lent, memory + 1, 99);
	bytes = oci_arena_take(&lent, 40);
	assert_true(within(bytes, memory + 1, 60));
	assert_int_equal((uintptr_t)bytes % sizeof(long double), 0);
	assert_int_equal(bytes[0] | bytes[39], 0);
	assert_false(within(oci_arena_take(&lent, 64), memory, sizeof(memory)));
	oci_arena_free(&lent);
	/* And is empty again. */
	copy = oci_arena_copy(&lent, "a", 1);
	assert_non_null(copy);
	assert_false(within(copy, memory, sizeof(memory)));
	oci_arena_free(&lent);
	/* To the last byte, and not beyond. */
	oci_arena_lend(&lent, memory + 1, 8);
	assert_true(within(oci_arena_copy(&lent, "1234567", 7), memory, sizeof(memory)));
	assert_false(within(oci_arena_copy(&lent, "", 0), memory, sizeof(memory)));
	assert_int_equal(memory[9] & 0xff, 0xff);
	oci_arena_free(&lent);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_arena_begins_with_what_it_is_lent),
		cmocka_unit_test_teardown(what_is_absent_is_null_or_not_present, arena_end),
		cmocka_unit_test_teardown(what_is_empty_is_present, arena_end),
		cmocka_unit_test_teardown(null_is_absent_for_objects_lists_and_maps, arena_end),
		cmocka_unit_test_teardown(lists_keep_their_order_and_length, arena_end),
		cmocka_unit_test_teardown(
			lists_inside_lists_do_not_disturb_each_other, arena_end),
		cmocka_unit_test_teardown(integers_reach_the_ends_of_their_ranges, arena_end),
		cmocka_unit_test_teardown(maps_keep_their_keys, arena_end),
		cmocka_unit_test_teardown(escapes_become_characters, arena_end),
		cmocka_unit_test_teardown(utf8_is_accepted_up_to_its_limits, arena_end),
		cmocka_unit_test_teardown(
			unknown_keys_and_other_platforms_are_ignored, arena_end),
		cmocka_unit_test(unknown_keys_are_reported),
		cmocka_unit_test(a_place_is_found_by_its_pointer),
		cmocka_unit_test(a_process_is_encoded_in_the_order_of_engines),
		cmocka_unit_test(indented_text_has_a_line_per_value),
		cmocka_unit_test(empty_lists_stay_on_one_line),
		cmocka_unit_test(bytes_that_are_not_utf8_are_replaced),
		cmocka_unit_test(a_failed_write_ends_the_encoding),
		cmocka_unit_test_teardown(an_arena_gives_zeroed_aligned_memory, arena_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
