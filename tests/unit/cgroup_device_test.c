/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Device rules: the v2 program is run by a small interpreter and compared with what the rules
 * mean, for every access to every device of a small world; v1 lines are compared with their
 * text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cgroup/device.h"
#include "plan/origin.h"

#define ALL_ACCESS 7u

static const int64_t majors[] = {0, 1, 5, 136, 4095};
static const int64_t minors[] = {0, 1, 3, 0xfffff};
#define MAJOR_COUNT (sizeof(majors) / sizeof(majors[0]))
#define MINOR_COUNT (sizeof(minors) / sizeof(minors[0]))

struct access {
	char type;
	uint32_t major, minor;
	uint32_t access;
};

static struct device_rule rule(
	bool allow, char type, int64_t major, int64_t minor, const char *access)
{
	return (struct device_rule){.allow = allow,
		.type = type,
		.major = major,
		.minor = minor,
		.read = strchr(access, 'r'),
		.write = strchr(access, 'w'),
		.mknod = strchr(access, 'm'),
		.origin = origin_make(ORIGIN_DEVICE_RULE, 7)};
}

/* What the rules mean: each kind of access is decided by the last rule that names it. */
static bool means(const struct device_rule *rules, size_t count, const struct access *asked)
{
	for (uint32_t bit = 1; bit <= 4; bit <<= 1) {
		bool allowed = false;

		for (size_t i = 0; i < count && asked->access & bit; i++) {
			const struct device_rule *r = &rules[i];
			const uint32_t named = (r->mknod ? BPF_DEVCG_ACC_MKNOD : 0u) |
					       (r->read ? BPF_DEVCG_ACC_READ : 0u) |
					       (r->write ? BPF_DEVCG_ACC_WRITE : 0u);

			if ((r->type == 'a' || r->type == asked->type) && named & bit &&
				(r->major < 0 || r->major == asked->major) &&
				(r->minor < 0 || r->minor == asked->minor))
				allowed = r->allow;
		}
		if (asked->access & bit && !allowed)
			return false;
	}
	return true;
}

static uint32_t compute(uint8_t operation, uint32_t a, uint32_t b)
{
	switch (operation) {
	case BPF_MOV:
		return b;
	case BPF_AND:
		return a & b;
	case BPF_OR:
		return a | b;
	case BPF_LSH:
		return a << b;
	case BPF_RSH:
		return a >> b;
	default:
		fail_msg("operation %02x", operation);
		return 0;
	}
}

static bool jumps(uint8_t condition, uint32_t a, uint32_t b)
{
	switch (condition) {
	case BPF_JEQ:
		return a == b;
	case BPF_JNE:
		return a != b;
	case BPF_JSET:
		return a & b;
	default:
		fail_msg("condition %02x", condition);
		return false;
	}
}

static uint32_t run(const struct bpf_insn *code, size_t length, const struct access *asked)
{
	const struct bpf_cgroup_dev_ctx context = {
		.access_type = asked->access << 16 |
			       (asked->type == 'c' ? BPF_DEVCG_DEV_CHAR : BPF_DEVCG_DEV_BLOCK),
		.major = asked->major,
		.minor = asked->minor};
	uint32_t reg[11] = {0};

	for (size_t at = 0; at < length; at++) {
		const struct bpf_insn *i = &code[at];
		const uint32_t operand =
			BPF_SRC(i->code) == BPF_X ? reg[i->src_reg] : (uint32_t)i->imm;

		switch (BPF_CLASS(i->code)) {
		case BPF_LDX:
			memcpy(&reg[i->dst_reg], (const char *)&context + i->off, 4);
			break;
		case BPF_ALU:
		case BPF_ALU64:
			reg[i->dst_reg] = compute(BPF_OP(i->code), reg[i->dst_reg], operand);
			break;
		case BPF_JMP32:
			if (jumps(BPF_OP(i->code), reg[i->dst_reg], operand))
				at += (size_t)i->off;
			break;
		case BPF_JMP:
			if (BPF_OP(i->code) == BPF_EXIT)
				return reg[0];
			assert_int_equal(BPF_OP(i->code), BPF_JA);
			at += (size_t)i->off;
			break;
		default:
			fail_msg("class %02x", i->code);
		}
	}
	fail_msg("the program runs past its end");
	return 0;
}

/* What the kernel's verifier asks for: forward jumps inside the program, and no dead code. */
static void verify(const struct bpf_insn *code, size_t length)
{
	bool reached[DEVICE_PROGRAM_MAX + 1] = {true};

	for (size_t at = 0; at < length; at++) {
		const uint8_t class = BPF_CLASS(code[at].code);
		const bool jump = class == BPF_JMP || class == BPF_JMP32;
		const uint8_t op = BPF_OP(code[at].code);

		assert_true(reached[at]);
		if (jump && op != BPF_EXIT) {
			assert_in_range(code[at].off, 0, length - at - 2);
			reached[at + 1 + (size_t)code[at].off] = true;
		}
		if (class != BPF_JMP || (op != BPF_EXIT && op != BPF_JA))
			reached[at + 1] = true;
	}
	assert_false(reached[length]);
}

static void compare_device(const struct bpf_insn *code, size_t length,
	const struct device_rule *rules, size_t count, int64_t major, int64_t minor)
{
	for (uint32_t access = 1; access <= ALL_ACCESS; access++) {
		struct access asked = {'c', (uint32_t)major, (uint32_t)minor, access};

		assert_int_equal(run(code, length, &asked), means(rules, count, &asked));
		asked.type = 'b';
		assert_int_equal(run(code, length, &asked), means(rules, count, &asked));
	}
}

static size_t compare(const struct device_rule *rules, size_t count)
{
	static struct bpf_insn code[DEVICE_PROGRAM_MAX];
	struct error err;
	size_t length;

	assert_int_equal(device_program(rules, count, code, &length, &err), 0);
	verify(code, length);
	for (size_t i = 0; i < MAJOR_COUNT; i++) {
		for (size_t j = 0; j < MINOR_COUNT; j++)
			compare_device(code, length, rules, count, majors[i], minors[j]);
	}
	return length;
}

static void no_rules_deny_everything(void **state)
{
	(void)state;
	compare(NULL, 0);
}

static void single_rules_of_every_shape(void **state)
{
	static const char types[] = {'a', 'b', 'c'};
	static const char *const accesses[] = {"", "r", "w", "m", "rw", "rm", "wm", "rwm"};
	static const int64_t numbers[] = {-1, 1, 4095, 4096};

	(void)state;
	for (size_t n = 0; n < 2 * 3 * 8 * 4 * 4; n++) {
		const struct device_rule one = rule(n & 1, types[n / 2 % 3],
			numbers[n / 48 % 4], numbers[n / 192], accesses[n / 6 % 8]);

		compare(&one, 1);
	}
}

static struct device_rule random_rule(uint32_t *seed)
{
	static const char types[] = {'a', 'b', 'c', 'c'};
	struct device_rule made = {0};
	uint32_t n = *seed = *seed * 1664525u + 1013904223u;

	n >>= 8;
	made.allow = n & 1;
	made.type = types[n >> 1 & 3];
	made.major = n & 8 ? majors[(n >> 4) % MAJOR_COUNT] : -1;
	made.minor = n & 128 ? minors[n >> 8 & 3] : -1;
	made.read = n & 1024;
	made.write = n & 2048;
	made.mknod = n & 4096;
	if (n & 0x6000)
		made.read = made.write = made.mknod = true;
	return made;
}

static void random_lists_mean_what_they_say(void **state)
{
	struct device_rule rules[12];
	uint32_t seed = 1;

	(void)state;
	for (size_t n = 0; n < 20000; n++) {
		const size_t count = n % 12 + 1;

		for (size_t i = 0; i < count; i++)
			rules[i] = random_rule(&seed);
		compare(rules, count);
	}
}

static void usual_list_is_compact(void **state)
{
	const struct device_rule rules[] = {
		rule(false, 'a', -1, -1, "rwm"),
		rule(true, 'c', -1, -1, "m"),
		rule(true, 'b', -1, -1, "m"),
		rule(true, 'c', 1, 3, "rwm"),
		rule(true, 'c', 1, 8, "rwm"),
		rule(true, 'c', 1, 7, "rwm"),
		rule(true, 'c', 5, 0, "rwm"),
		rule(true, 'c', 1, 5, "rwm"),
		rule(true, 'c', 1, 9, "rwm"),
		rule(true, 'c', 136, -1, "rwm"),
		rule(true, 'c', 5, 2, "rwm"),
	};

	(void)state;
	assert_in_range(compare(rules, sizeof(rules) / sizeof(rules[0])), 1, 27);
}

static void too_many_rules_are_an_error(void **state)
{
	static struct device_rule rules[DEVICE_PROGRAM_MAX];
	static struct bpf_insn code[DEVICE_PROGRAM_MAX];
	struct error err;
	size_t length;

	(void)state;
	for (size_t i = 0; i < DEVICE_PROGRAM_MAX; i++)
		rules[i] = rule(true, 'c', 1, (int64_t)i, "rwm");
	assert_int_equal(
		device_program(rules, DEVICE_PROGRAM_MAX - 64, code, &length, &err), 0);
	verify(code, length);
	assert_int_equal(device_program(rules, DEVICE_PROGRAM_MAX, code, &length, &err), -1);
	assert_int_equal(err.class, ERROR_CONFIG);
}

static void line_is(const struct device_rule made, const char *first, const char *second)
{
	char lines[DEVICE_LINES][DEVICE_LINE_SIZE];
	const size_t count = device_lines(&made, lines);

	assert_int_equal(count, (first ? 1 : 0) + (second ? 1 : 0));
	if (first)
		assert_string_equal(lines[0], first);
	if (second)
		assert_string_equal(lines[1], second);
}

static void lines_of_version_1(void **state)
{
	(void)state;
	line_is(rule(false, 'a', -1, -1, "rwm"), "a", NULL);
	/* To the kernel "a" is everything, whatever follows. */
	line_is(rule(false, 'a', -1, -1, "rw"), "b *:* rw", "c *:* rw");
	line_is(rule(true, 'a', 10, 200, "rwm"), "b 10:200 rwm", "c 10:200 rwm");
	line_is(rule(true, 'c', 136, -1, "rm"), "c 136:* rm", NULL);
	line_is(rule(true, 'b', -1, 4294967295, "w"), "b *:4294967295 w", NULL);
	line_is(rule(true, 'c', 1, 3, ""), NULL, NULL);
}

static void denials_that_version_1_would_lose_are_refused(void **state)
{
	const struct device_rule deny_all = rule(false, 'a', -1, -1, "rwm");
	const struct device_rule allow_all = rule(true, 'a', -1, -1, "rwm");
	const struct device_rule null = rule(true, 'c', 1, 3, "rwm");
	const struct device_rule memory = rule(true, 'c', 1, -1, "rwm");
	const struct device_rule no_null = rule(false, 'c', 1, 3, "rwm");
	const struct device_rule no_null_write = rule(false, 'a', 1, 3, "w");
	const struct device_rule no_block = rule(false, 'b', 1, 3, "rwm");
	const struct {
		int expected;
		size_t count;
		struct device_rule rules[4];
	} rows[] = {
		{0, 2, {deny_all, null}},
		{0, 3, {deny_all, null, no_null}},
		{0, 3, {deny_all, null, no_null_write}},
		{-1, 3, {deny_all, memory, no_null}},
		{-1, 2, {memory, no_null_write}},
		{0, 3, {deny_all, memory, no_block}},
		{0, 2, {allow_all, no_null}},
		{0, 3, {allow_all, memory, no_null}},
		{0, 4, {memory, deny_all, null, no_null}},
		{-1, 4, {allow_all, deny_all, memory, no_null}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct error err = {0};

		assert_int_equal(device_lines_check(rows[i].rules, rows[i].count, &err),
			rows[i].expected);
		if (!rows[i].expected)
			continue;
		assert_int_equal(err.class, ERROR_UNSUPPORTED);
		assert_int_equal(err.origin, origin_make(ORIGIN_DEVICE_RULE, 7));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_rules_deny_everything),
		cmocka_unit_test(single_rules_of_every_shape),
		cmocka_unit_test(random_lists_mean_what_they_say),
		cmocka_unit_test(usual_list_is_compact),
		cmocka_unit_test(too_many_rules_are_an_error),
		cmocka_unit_test(lines_of_version_1),
		cmocka_unit_test(denials_that_version_1_would_lose_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
