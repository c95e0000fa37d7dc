/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Device rules, for both versions of cgroups. Pure.
 *
 * The v2 program is given the kind of access, the type and the numbers of a device. It walks
 * the rules from the last to the first; each one that matches decides those kinds of access
 * that no later one has decided. A rule for all access to one device, which most are, is one
 * compare of the two numbers in one key.
 *
 * Relies on: BPF_JMP32 (5.1); device numbers of the kernel have 12 bits major and 20 bits
 *          minor; the verifier refuses code that nothing leads to.
 * Spec:    config-linux.md "Allowed Device list" */
#include "cgroup/device.h"

#include <errno.h>

#define MAJOR_MAX  0xfff
#define MINOR_BITS 20
#define MINOR_MAX  0xfffff
#define ACCESS_ALL (BPF_DEVCG_ACC_MKNOD | BPF_DEVCG_ACC_READ | BPF_DEVCG_ACC_WRITE)

/* Registers of the program. */
enum {
	RESULT = BPF_REG_0,
	CONTEXT = BPF_REG_1,
	TYPE = BPF_REG_2,
	MAJOR = BPF_REG_3,
	MINOR = BPF_REG_4,
	ACCESS = BPF_REG_5, /* what is not decided yet */
	KEY = BPF_REG_6,
};

/* Jumps to these are given their distance when the program is complete. */
enum {
	TO_DENY = 0x7ff0,
	TO_ALLOW = 0x7ff1,
};

struct program {
	struct bpf_insn *code;
	size_t length;
	bool full;
};

static void emit(struct program *program, struct bpf_insn instruction)
{
	if (program->length == DEVICE_PROGRAM_MAX) {
		program->full = true;
		return;
	}
	program->code[program->length++] = instruction;
}

static void emit_load(struct program *program, uint8_t reg, size_t offset)
{
	emit(program, (struct bpf_insn){.code = BPF_LDX | BPF_MEM | BPF_W,
			      .dst_reg = reg & 0xf,
			      .src_reg = CONTEXT,
			      .off = (int16_t)offset});
}

static void emit_immediate(
	struct program *program, uint8_t operation, uint8_t reg, uint32_t value)
{
	emit(program, (struct bpf_insn){.code = BPF_ALU | BPF_K | operation,
			      .dst_reg = reg & 0xf,
			      .imm = (int32_t)value});
}

static void emit_register(
	struct program *program, uint8_t operation, uint8_t reg, uint8_t source)
{
	emit(program, (struct bpf_insn){.code = BPF_ALU | BPF_X | operation,
			      .dst_reg = reg & 0xf,
			      .src_reg = source & 0xf});
}

static void emit_jump(
	struct program *program, uint8_t condition, uint8_t reg, uint32_t value, int distance)
{
	emit(program, (struct bpf_insn){.code = BPF_JMP32 | BPF_K | condition,
			      .dst_reg = reg & 0xf,
			      .off = (int16_t)distance,
			      .imm = (int32_t)value});
}

static void emit_goto(struct program *program, int distance)
{
	emit(program, (struct bpf_insn){.code = BPF_JMP | BPF_JA, .off = (int16_t)distance});
}

static void emit_verdict(struct program *program, uint32_t verdict)
{
	emit(program, (struct bpf_insn){.code = BPF_ALU64 | BPF_MOV | BPF_K,
			      .dst_reg = RESULT,
			      .imm = (int32_t)verdict});
	emit(program, (struct bpf_insn){.code = BPF_JMP | BPF_EXIT});
}

static void emit_head(struct program *program)
{
	emit_load(program, TYPE, offsetof(struct bpf_cgroup_dev_ctx, access_type));
	emit_load(program, MAJOR, offsetof(struct bpf_cgroup_dev_ctx, major));
	emit_load(program, MINOR, offsetof(struct bpf_cgroup_dev_ctx, minor));
	emit_register(program, BPF_MOV, ACCESS, TYPE);
	emit_immediate(program, BPF_RSH, ACCESS, 16);
	emit_immediate(program, BPF_AND, TYPE, 0xffff);
	emit_register(program, BPF_MOV, KEY, MAJOR);
	emit_immediate(program, BPF_LSH, KEY, MINOR_BITS);
	emit_register(program, BPF_OR, KEY, MINOR);
}

static uint32_t rule_access(const struct device_rule *rule)
{
	return (rule->mknod ? BPF_DEVCG_ACC_MKNOD : 0u) |
	       (rule->read ? BPF_DEVCG_ACC_READ : 0u) |
	       (rule->write ? BPF_DEVCG_ACC_WRITE : 0u);
}

/* The register and the value by which a rule knows its devices; false if it is all of them. */
static bool rule_key(const struct device_rule *rule, uint8_t *ret_register, uint32_t *ret_value)
{
	if (rule->major >= 0 && rule->minor >= 0) {
		*ret_register = KEY;
		*ret_value = (uint32_t)rule->major << MINOR_BITS | (uint32_t)rule->minor;
		return true;
	}
	*ret_register = rule->major >= 0 ? MAJOR : MINOR;
	*ret_value = (uint32_t)(rule->major >= 0 ? rule->major : rule->minor);
	return rule->major >= 0 || rule->minor >= 0;
}

/* Returns whether nothing gets past the rule. */
static bool emit_rule(struct program *program, const struct device_rule *rule)
{
	const uint32_t access = rule_access(rule);
	const int verdict = rule->allow ? TO_ALLOW : TO_DENY;
	uint32_t value;
	uint8_t reg;
	bool keyed = rule_key(rule, &reg, &value);

	if (access == ACCESS_ALL && !keyed) {
		emit_goto(program, verdict);
		return true;
	}
	if (access == ACCESS_ALL) {
		emit_jump(program, BPF_JEQ, reg, value, verdict);
		return false;
	}
	if (keyed)
		emit_jump(program, BPF_JNE, reg, value, rule->allow ? 2 : 1);
	if (rule->allow) {
		emit_immediate(program, BPF_AND, ACCESS, ACCESS_ALL & ~access);
		emit_jump(program, BPF_JEQ, ACCESS, 0, verdict);
	} else {
		emit_jump(program, BPF_JSET, ACCESS, access, verdict);
	}
	return false;
}

static bool rule_matters(const struct device_rule *rule, char type)
{
	return (rule->type == 'a' || rule->type == type) && rule_access(rule) &&
	       rule->major <= MAJOR_MAX && rule->minor <= MINOR_MAX;
}

/* The rules for one type of device. Denials before the first allowance say what holds anyway.
 * Returns whether nothing gets past them. */
static bool emit_type(
	struct program *program, const struct device_rule *rules, size_t count, char type)
{
	size_t first = 0;

	while (first < count && !(rules[first].allow && rule_matters(&rules[first], type)))
		first++;
	for (size_t i = count; i > first; i--) {
		if (rule_matters(&rules[i - 1], type) && emit_rule(program, &rules[i - 1]))
			return true;
	}
	return false;
}

/* Gives the jumps to `mark` their distance to the end of the program. */
static bool marks_resolve(struct program *program, int mark)
{
	bool found = false;

	for (size_t i = 0; i < program->length; i++) {
		struct bpf_insn *at = &program->code[i];
		const uint8_t class = BPF_CLASS(at->code);

		if ((class != BPF_JMP && class != BPF_JMP32) || at->off != mark)
			continue;
		at->off = (int16_t)(program->length - i - 1);
		found = true;
	}
	return found;
}

int device_program(const struct device_rule *rules, size_t count, struct bpf_insn *ret_program,
	size_t *ret_length, struct error *err)
{
	struct program program = {.code = ret_program};
	size_t branch;
	bool closed, denies;

	emit_head(&program);
	branch = program.length;
	emit_jump(&program, BPF_JNE, TYPE, BPF_DEVCG_DEV_CHAR, 0);
	if (!emit_type(&program, rules, count, 'c'))
		emit_goto(&program, TO_DENY);
	program.code[branch].off = (int16_t)(program.length - branch - 1);
	closed = emit_type(&program, rules, count, 'b');
	denies = marks_resolve(&program, TO_DENY);
	if (!closed || denies)
		emit_verdict(&program, 0);
	if (marks_resolve(&program, TO_ALLOW))
		emit_verdict(&program, 1);
	if (program.full)
		return error_set(err, ERROR_CONFIG, 0,
			"the device rules make a program of more than %d instructions",
			DEVICE_PROGRAM_MAX);
	*ret_length = program.length;
	return 0;
}

bool device_rule_is_all(const struct device_rule *rule)
{
	return rule->type == 'a' && rule->major < 0 && rule->minor < 0 &&
	       rule_access(rule) == ACCESS_ALL;
}

static void number_print(struct text *text, int64_t number)
{
	if (number < 0)
		text_char(text, '*');
	else
		text_i64(text, number);
}

static void line_print(const struct device_rule *rule, char type, char line[DEVICE_LINE_SIZE])
{
	struct text text;

	text_start(&text, line, DEVICE_LINE_SIZE);
	text_char(&text, type);
	text_char(&text, ' ');
	number_print(&text, rule->major);
	text_char(&text, ':');
	number_print(&text, rule->minor);
	text_char(&text, ' ');
	text_string(&text, rule->read ? "r" : "");
	text_string(&text, rule->write ? "w" : "");
	text_string(&text, rule->mknod ? "m" : "");
}

size_t device_lines(const struct device_rule *rule, char ret_lines[][DEVICE_LINE_SIZE])
{
	if (!rule_access(rule))
		return 0;
	if (device_rule_is_all(rule)) {
		text_print(ret_lines[0], DEVICE_LINE_SIZE, "a");
		return 1;
	}
	if (rule->type != 'a') {
		line_print(rule, rule->type, ret_lines[0]);
		return 1;
	}
	line_print(rule, 'b', ret_lines[0]);
	line_print(rule, 'c', ret_lines[1]);
	return 2;
}

static bool number_overlaps(int64_t a, int64_t b)
{
	return a < 0 || b < 0 || a == b;
}

/* Has `allowed` devices in common with `denied`, but not the same ones? */
static bool rule_survives(const struct device_rule *allowed, const struct device_rule *denied)
{
	if (!allowed->allow || !(rule_access(allowed) & rule_access(denied)))
		return false;
	if (allowed->type != 'a' && denied->type != 'a' && allowed->type != denied->type)
		return false;
	if (allowed->major == denied->major && allowed->minor == denied->minor)
		return false;
	return number_overlaps(allowed->major, denied->major) &&
	       number_overlaps(allowed->minor, denied->minor);
}

static int survivor_check(
	const struct device_rule *rules, size_t from, size_t at, struct error *err)
{
	char lines[DEVICE_LINES][DEVICE_LINE_SIZE];

	for (size_t i = from; i < at; i++) {
		if (!rule_survives(&rules[i], &rules[at]))
			continue;
		device_lines(&rules[at], lines);
		error_set(err, ERROR_UNSUPPORTED, 0,
			"cgroup v1 cannot deny \"%s\" out of what an earlier rule allows",
			lines[0]);
		return error_at(err, rules[at].origin);
	}
	return 0;
}

int device_lines_check(const struct device_rule *rules, size_t count, struct error *err)
{
	bool allows_rest = false;
	size_t from = 0;

	for (size_t i = 0; i < count; i++) {
		if (device_rule_is_all(&rules[i])) {
			allows_rest = rules[i].allow;
			from = i + 1;
		} else if (!rules[i].allow && !allows_rest &&
			   survivor_check(rules, from, i, err)) {
			return -1;
		}
	}
	return 0;
}
