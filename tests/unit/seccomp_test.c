/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a profile means: rows of rules, calls and answers, a reference that goes through the rules one by one
 * for every call, against thousands of invented profiles, and what prepare_filter() is asked of filters. */
#include "seccomp_help.h"

#include <errno.h>

#include "seccomp/abi.h"
#include "seccomp/answer.h"

#define ALLOW  SECCOMP_RET_ALLOW
#define THREAD SECCOMP_RET_KILL_THREAD
#define X32    0x40000000

#define X64 AUDIT_ARCH_X86_64
#define X86 AUDIT_ARCH_I386

/* --- rows --- */

struct row {
	const char *profile;
	uint32_t arch;
	int number;
	uint64_t args[6];
	uint32_t answer;
};

#define ALL "'architectures':['SCMP_ARCH_X86_64','SCMP_ARCH_X86','SCMP_ARCH_X32']"

#define READ_ALONE                                                                             \
	"{'defaultAction':'SCMP_ACT_ERRNO','syscalls':[{'names':['read'],"                     \
	"'action':'SCMP_ACT_ALLOW'}]}"
#define READ_ALL                                                                               \
	"{'defaultAction':'SCMP_ACT_ERRNO'," ALL ",'syscalls':[{'names':['read'],"             \
	"'action':'SCMP_ACT_ALLOW'}]}"

/* Rules for personality (135 on x86_64), whose number is the highest named. */
#define RULES(rules) "{'defaultAction':'SCMP_ACT_ERRNO','syscalls':[" rules "]}"
#define RULE(action, args)                                                                     \
	"{'names':['personality'],'action':'SCMP_ACT_" action "','args':[" args "]}"
#define ARG(index, op, value) "{'index':" #index ",'value':" #value ",'op':'SCMP_CMP_" op "'}"
#define MASK(index, mask, value)                                                               \
	"{'index':" #index ",'value':" #mask ",'valueTwo':" #value ",'op':'SCMP_CMP_MASKED_"   \
	"EQ'}"

#define SOCKET(default_action, action, args)                                                   \
	"{'defaultAction':'SCMP_ACT_" default_action "'," ALL                                  \
	",'syscalls':[{'names':['socket','read','setns'],'action':'SCMP_ACT_" action           \
	"','args':[" args "]}]}"

/* clang-format off */
static const struct row rows[] = {
	/* What is allowed, what is not, and what is newer than the profile. */
	{READ_ALONE, X64, 0, {0}, ALLOW},
	{READ_ALONE, X64, 1, {0}, ERRNO(ENOSYS)},
	{READ_ALONE, X64, 1000, {0}, ERRNO(ENOSYS)},
	{READ_ALONE, X64, X32 - 1, {0}, ERRNO(ENOSYS)},
	{READ_ALL, X86, 2, {0}, ERRNO(EPERM)},
	{READ_ALL, X86, 3, {0}, ALLOW},
	{READ_ALL, X86, 4, {0}, ERRNO(ENOSYS)},
	{READ_ALL, X86, -1, {0}, ERRNO(ENOSYS)},
	/* Ways to make calls that the profile does not name. */
	{READ_ALONE, X86, 3, {0}, THREAD},
	{READ_ALONE, X64, X32, {0}, THREAD},
	{READ_ALONE, X64, -2, {0}, THREAD},
	{READ_ALONE, X64, -1, {0}, ERRNO(EPERM)}, /* a tracer made the call void */
	{READ_ALONE, AUDIT_ARCH_AARCH64, 0, {0}, THREAD},
	{READ_ALONE, 0, 0, {0}, THREAD},
	{READ_ALL, X64, X32, {0}, ALLOW},
	{READ_ALL, X64, X32 + 1, {0}, ERRNO(ENOSYS)},
	/* One architecture has none of the calls. */
	{"{'defaultAction':'SCMP_ACT_ERRNO'," ALL ",'syscalls':[{'names':['_llseek'],'action':"
	 "'SCMP_ACT_ALLOW'}]}", X64, 140, {0}, ERRNO(EPERM)},
	{"{'defaultAction':'SCMP_ACT_ERRNO'," ALL ",'syscalls':[{'names':['_llseek'],'action':"
	 "'SCMP_ACT_ALLOW'}]}", X86, 140, {0}, ALLOW},
	/* No ENOSYS: for whom everything new is welcome, who says it himself, who names nothing. */
	{"{'defaultAction':'SCMP_ACT_ALLOW','syscalls':[{'names':['read'],'action':"
	 "'SCMP_ACT_ERRNO'}]}", X64, 1000, {0}, ALLOW},
	{"{'defaultAction':'SCMP_ACT_LOG','syscalls':[{'names':['read'],'action':"
	 "'SCMP_ACT_ERRNO'}]}", X64, 1000, {0}, SECCOMP_RET_LOG},
	{"{'defaultAction':'SCMP_ACT_TRACE','syscalls':[{'names':['read'],'action':"
	 "'SCMP_ACT_ERRNO'}]}", X64, 1000, {0}, SECCOMP_RET_TRACE | EPERM},
	{"{'defaultAction':'SCMP_ACT_ERRNO','defaultErrnoRet':38,'syscalls':[{'names':['read'],"
	 "'action':'SCMP_ACT_ALLOW'}]}", X64, 1, {0}, ERRNO(ENOSYS)},
	{"{'defaultAction':'SCMP_ACT_ERRNO'}", X64, 1000, {0}, ERRNO(EPERM)},
	{"{'defaultAction':'SCMP_ACT_ERRNO','syscalls':[{'names':['no_such_call'],'action':"
	 "'SCMP_ACT_ALLOW'}]}", X64, 1000, {0}, ERRNO(EPERM)},
	{"{'defaultAction':'SCMP_ACT_KILL_PROCESS','syscalls':[{'names':['read'],'action':"
	 "'SCMP_ACT_ALLOW'}]}", X64, 1, {0}, ERRNO(ENOSYS)},
	/* A rule that says what the default says counts for its number alone. */
	{RULES("{'names':['personality'],'action':'SCMP_ACT_ERRNO'}"), X64, 134, {0}, ERRNO(EPERM)},
	{RULES("{'names':['personality'],'action':'SCMP_ACT_ERRNO'}"), X64, 136, {0}, ERRNO(ENOSYS)},
	{RULES("{'names':['personality'],'action':'SCMP_ACT_ERRNO'},{'names':['personality'],"
	 "'action':'SCMP_ACT_ALLOW'}"), X64, 135, {0}, ALLOW},
	/* Without conditions the first one decides, wherever those with conditions stand. */
	{RULES(RULE("TRAP", "") "," RULE("ALLOW", "")), X64, 135, {0}, SECCOMP_RET_TRAP},
	{RULES(RULE("TRAP", ARG(0, "EQ", 7)) "," RULE("ALLOW", "")), X64, 135, {7}, ALLOW},
	{RULES(RULE("ALLOW", "") "," RULE("TRAP", ARG(0, "EQ", 7))), X64, 135, {7}, ALLOW},
	/* With conditions the most restrictive of those that hold, in whatever order. */
	{RULES(RULE("ALLOW", ARG(0, "GE", 5)) "," RULE("TRAP", ARG(0, "EQ", 7))), X64, 135, {7},
	 SECCOMP_RET_TRAP},
	{RULES(RULE("TRAP", ARG(0, "EQ", 7)) "," RULE("ALLOW", ARG(0, "GE", 5))), X64, 135, {7},
	 SECCOMP_RET_TRAP},
	{RULES(RULE("TRAP", ARG(0, "EQ", 7)) "," RULE("ALLOW", ARG(0, "GE", 5))), X64, 135, {8}, ALLOW},
	{RULES(RULE("ALLOW", ARG(0, "EQ", 1)) "," RULE("KILL_PROCESS", ARG(1, "EQ", 2))), X64, 135,
	 {1, 2}, SECCOMP_RET_KILL_PROCESS},
	{RULES(RULE("KILL", ARG(0, "EQ", 1)) "," RULE("KILL_PROCESS", ARG(0, "EQ", 1))), X64, 135,
	 {1}, SECCOMP_RET_KILL_PROCESS},
	/* All of the conditions of a rule, but any of several on one argument. */
	{RULES(RULE("ALLOW", ARG(0, "EQ", 1) "," ARG(1, "EQ", 2))), X64, 135, {1, 2}, ALLOW},
	{RULES(RULE("ALLOW", ARG(0, "EQ", 1) "," ARG(1, "EQ", 2))), X64, 135, {1, 3}, ERRNO(EPERM)},
	{RULES(RULE("ALLOW", ARG(0, "EQ", 1) "," ARG(0, "EQ", 2))), X64, 135, {2}, ALLOW},
	{RULES(RULE("ALLOW", ARG(0, "EQ", 1) "," ARG(0, "EQ", 2))), X64, 135, {3}, ERRNO(EPERM)},
	{RULES(RULE("ALLOW", ARG(0, "EQ", 1) "," ARG(0, "EQ", 2) "," ARG(5, "GT", 9))), X64, 135,
	 {3, 0, 0, 0, 0, 10}, ALLOW},
	/* The operators, over 64 bits. */
	{RULES(RULE("ALLOW", ARG(2, "EQ", 4294967297))), X64, 135, {0, 0, 0x100000001}, ALLOW},
	{RULES(RULE("ALLOW", ARG(2, "EQ", 4294967297))), X64, 135, {0, 0, 1}, ERRNO(EPERM)},
	{RULES(RULE("ALLOW", ARG(2, "EQ", 4294967297))), X64, 135, {0, 0, 0x100000000}, ERRNO(EPERM)},
	{RULES(RULE("ALLOW", ARG(2, "NE", 1))), X64, 135, {0, 0, 1}, ERRNO(EPERM)},
	{RULES(RULE("ALLOW", ARG(2, "NE", 1))), X64, 135, {0, 0, 0x100000001}, ALLOW},
	{RULES(RULE("ALLOW", ARG(2, "GT", 4294967295))), X64, 135, {0, 0, 0xffffffff}, ERRNO(EPERM)},
	{RULES(RULE("ALLOW", ARG(2, "GT", 4294967295))), X64, 135, {0, 0, 0x100000000}, ALLOW},
	{RULES(RULE("ALLOW", ARG(2, "GE", 4294967296))), X64, 135, {0, 0, 0xffffffff}, ERRNO(EPERM)},
	{RULES(RULE("ALLOW", ARG(2, "GE", 4294967296))), X64, 135, {0, 0, 0x100000000}, ALLOW},
	{RULES(RULE("ALLOW", ARG(2, "LT", 4294967296))), X64, 135, {0, 0, 0xffffffff}, ALLOW},
	{RULES(RULE("ALLOW", ARG(2, "LT", 4294967296))), X64, 135, {0, 0, 0x100000000}, ERRNO(EPERM)},
	{RULES(RULE("ALLOW", ARG(2, "LE", 4294967296))), X64, 135, {0, 0, 0x100000000}, ALLOW},
	{RULES(RULE("ALLOW", ARG(2, "LE", 4294967296))), X64, 135, {0, 0, 0x100000001}, ERRNO(EPERM)},
	{RULES(RULE("ALLOW", ARG(0, "GT", 18446744073709551614))), X64, 135, {UINT64_MAX}, ALLOW},
	{RULES(RULE("ALLOW", MASK(0, 2114060288, 0))), X64, 135, {0x10000000}, ERRNO(EPERM)},
	{RULES(RULE("ALLOW", MASK(0, 2114060288, 0))), X64, 135, {0xf00000001}, ALLOW},
	{RULES(RULE("ALLOW", MASK(0, 68719476736, 68719476736))), X64, 135, {0x1000000000}, ALLOW},
	{RULES(RULE("ALLOW", MASK(0, 68719476736, 68719476736))), X64, 135, {0x2000000000}, ERRNO(EPERM)},
	{RULES(RULE("ALLOW", MASK(0, 0, 5))), X64, 135, {77}, ALLOW},
	/* Architectures with arguments of 32 bits. */
	{"{'defaultAction':'SCMP_ACT_ERRNO'," ALL ",'syscalls':[" RULE("ALLOW", ARG(0, "EQ", 4294967295))
	 "]}", X86, 136, {0xffffffff}, ALLOW},
	{"{'defaultAction':'SCMP_ACT_ERRNO'," ALL ",'syscalls':[" RULE("ALLOW", ARG(0, "EQ", 18446744073709551615))
	 "]}", X86, 136, {0xffffffff}, ALLOW},
	/* socket on x86: by its number, or the first within socketcall, whose arguments nobody sees. */
	{SOCKET("ERRNO", "ALLOW", ""), X86, 359, {0}, ALLOW},
	{SOCKET("ERRNO", "ALLOW", ""), X86, 102, {1}, ALLOW},
	{SOCKET("ERRNO", "ALLOW", ""), X86, 102, {2}, ERRNO(EPERM)},
	{SOCKET("ERRNO", "ALLOW", ARG(0, "NE", 38)), X86, 359, {2}, ALLOW},
	{SOCKET("ERRNO", "ALLOW", ARG(0, "NE", 38)), X86, 359, {38}, ERRNO(EPERM)},
	{SOCKET("ERRNO", "ALLOW", ARG(0, "NE", 38)), X86, 102, {1}, ERRNO(EPERM)},
	{SOCKET("ALLOW", "ERRNO", ARG(0, "EQ", 38)), X86, 359, {38}, ERRNO(EPERM)},
	{SOCKET("ALLOW", "ERRNO", ARG(0, "EQ", 38)), X86, 102, {1}, ERRNO(EPERM)},
	{SOCKET("ALLOW", "ERRNO", ARG(0, "EQ", 38)), X86, 102, {2}, ALLOW},
	/* Actions. */
	{RULES(RULE("LOG", "")), X64, 135, {0}, SECCOMP_RET_LOG},
	{RULES(RULE("TRACE", "")), X64, 135, {0}, SECCOMP_RET_TRACE | EPERM},
	{RULES(RULE("KILL", "")), X64, 135, {0}, THREAD},
	{RULES("{'names':['personality'],'action':'SCMP_ACT_TRACE','errnoRet':65535}"), X64, 135, {0},
	 SECCOMP_RET_TRACE | 65535},
	{RULES("{'names':['personality'],'action':'SCMP_ACT_ERRNO','errnoRet':4095}"), X64, 135, {0},
	 ERRNO(4095)},
	{RULES("{'names':['personality'],'action':'SCMP_ACT_ERRNO','errnoRet':0}"), X64, 135, {0}, ERRNO(0)},
};
/* clang-format on */

static void a_call_gets_the_answer_of_the_profile(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct seccomp_data data = {.arch = rows[i].arch, .nr = rows[i].number};
		struct profile p;
		uint32_t answer;

		for (unsigned a = 0; a < 6; a++)
			data.args[a] = rows[i].args[a];
		profile_make(&p, rows[i].profile);
		answer = simulate(&p.filter, &data);
		if (answer != rows[i].answer)
			fail_msg("%s\ncall %d(0x%llx, ...) gets 0x%x and not 0x%x",
				rows[i].profile, rows[i].number, data.args[0], answer,
				rows[i].answer);
		profile_free(&p);
	}
}

/* --- the reference: all rules for every call --- */

static bool condition_holds(const struct oci_seccomp_arg *c, const uint64_t *args, bool narrow)
{
	uint64_t width = narrow ? UINT32_MAX : UINT64_MAX;
	uint64_t arg = args[c->index] & width, value = c->value & width;

	switch (c->op) {
	case OCI_SECCOMP_NE:
		return arg != value;
	case OCI_SECCOMP_LT:
		return arg < value;
	case OCI_SECCOMP_LE:
		return arg <= value;
	case OCI_SECCOMP_EQ:
		return arg == value;
	case OCI_SECCOMP_GE:
		return arg >= value;
	case OCI_SECCOMP_GT:
		return arg > value;
	case OCI_SECCOMP_MASKED_EQ:
		return (arg & value) == (c->value_two & value);
	case OCI_SECCOMP_OPERATOR_ABSENT:
		break;
	}
	fail_msg("an operator is missing");
	return false;
}

static bool rule_holds(const struct seccomp_rule *rule, const uint64_t *args, bool narrow)
{
	size_t held = 0;

	for (size_t i = 0; i < rule->conditions->count; i++)
		held += condition_holds(&rule->conditions->items[i], args, narrow);
	return rule->any ? held > 0 : held == rule->conditions->count;
}

struct reference {
	const struct plan_seccomp *seccomp;
	bool decided; /* by a rule without conditions */
	bool some;    /* by others */
	uint32_t action;
	uint32_t highest;
	bool named; /* the ABI has at least one call of the profile */
};

static int32_t order(uint32_t action)
{
	return (int32_t)(action & SECCOMP_RET_ACTION_FULL);
}

static void reference_take(struct reference *r, uint32_t action)
{
	if (!r->some || order(action) < order(r->action))
		r->action = action;
	r->some = true;
}

static void reference_rule(struct reference *r, const struct seccomp_rule *rule,
	const struct abi *abi, const struct abi_number *number, const struct seccomp_data *data)
{
	uint32_t nr = (uint32_t)data->nr, highest = number->direct ? number->number : 0;
	uint32_t fallback = r->seccomp->default_action;

	if (number->through && number->carrier > highest)
		highest = number->carrier;
	r->highest = highest > r->highest ? highest : r->highest;
	r->named = true;
	if (rule->action == fallback || r->decided)
		return;
	if (number->direct && number->number == nr && !rule->conditions->count) {
		r->decided = true;
		r->action = rule->action;
	} else if (number->direct && number->number == nr) {
		if (rule_holds(rule, (const uint64_t *)data->args, abi->narrow))
			reference_take(r, rule->action);
	} else if (number->through && number->carrier == nr &&
		   (uint32_t)data->args[0] == number->call) {
		if (!rule->conditions->count || order(rule->action) <= order(fallback))
			reference_take(r, rule->action);
	}
}

static const struct abi *reference_abi(
	const struct plan_seccomp *seccomp, const struct seccomp_data *data)
{
	for (unsigned abi = SECCOMP_ABI_COUNT; abi-- > 0;) {
		if (abi_table[abi].audit == data->arch &&
			(uint32_t)data->nr >= abi_table[abi].first)
			return seccomp->abis & 1U << abi ? &abi_table[abi] : NULL;
	}
	return NULL;
}

static uint32_t reference_answer(
	const struct plan_seccomp *seccomp, const struct seccomp_data *data)
{
	struct reference r = {.seccomp = seccomp};
	const struct abi *abi = reference_abi(seccomp, data);
	struct abi_number number;

	if (!abi)
		return data->nr == -1 && data->arch == AUDIT_ARCH_X86_64
			       ? seccomp->default_action
			       : THREAD;
	for (size_t i = 0; i < seccomp->rule_count; i++) {
		const struct seccomp_rule *rule = &seccomp->rules[i];

		for (size_t n = 0; n < rule->names->count; n++) {
			if (abi_resolve(abi, rule->names->items[n], &number))
				reference_rule(&r, rule, abi, &number, data);
		}
	}
	if (r.decided || r.some)
		return r.action;
	if (r.named && seccomp->newer_enosys && (uint32_t)data->nr > r.highest)
		return ERRNO(ENOSYS);
	return seccomp->default_action;
}

/* --- invented profiles --- */

static uint32_t random_next(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005 + 1442695040888963407;
	return (uint32_t)(*seed >> 33);
}

static uint64_t random_value(uint64_t *seed)
{
	static const uint64_t interesting[] = {0, 1, 2, 3, 0x7fffffff, 0x80000000, 0xffffffff,
		0x100000000, 0x100000001, 0x8000000000000000, 0xffffffff00000000,
		0xffffffffffffffff};
	uint32_t pick = random_next(seed) % 16;

	if (pick < sizeof(interesting) / sizeof(interesting[0]))
		return interesting[pick];
	return (uint64_t)random_next(seed) << 32 | random_next(seed);
}

/* Few names and many rules, so that rules meet. */
static const char *const names[] = {"read", "write", "open", "personality", "clone", "socket",
	"bind", "accept", "recv", "shmat", "semop", "socketcall", "ipc", "time", "setuid32",
	"futex_waitv", "no_such_call", "rt_sigaction", "dup3", "_llseek"};

static void random_rule(FILE *out, uint64_t *seed)
{
	static const char *const actions[] = {"'SCMP_ACT_ALLOW'", "'SCMP_ACT_LOG'",
		"'SCMP_ACT_ERRNO','errnoRet':9", "'SCMP_ACT_ERRNO'", "'SCMP_ACT_TRAP'",
		"'SCMP_ACT_KILL_PROCESS'", "'SCMP_ACT_KILL'", "'SCMP_ACT_TRACE'"};
	static const char *const operators[] = {
		"NE", "LT", "LE", "EQ", "GE", "GT", "MASKED_EQ"};
	unsigned name_count = 1 + random_next(seed) % 3, count = random_next(seed) % 5;

	fputs("{'names':[", out);
	for (unsigned i = 0; i < name_count; i++)
		fprintf(out, "%s'%s'", i ? "," : "",
			names[random_next(seed) % (sizeof(names) / sizeof(names[0]))]);
	fprintf(out, "],'action':%s,'args':[", actions[random_next(seed) % 8]);
	for (unsigned i = 0; i < count; i++)
		fprintf(out, "%s{'index':%u,'value':%llu,'valueTwo':%llu,'op':'SCMP_CMP_%s'}",
			i ? "," : "", random_next(seed) % 6,
			(unsigned long long)random_value(seed),
			(unsigned long long)random_value(seed),
			operators[random_next(seed) % 7]);
	fputs("]}", out);
}

static char *random_profile(uint64_t *seed)
{
	static const char *const defaults[] = {"'SCMP_ACT_ERRNO'", "'SCMP_ACT_ALLOW'",
		"'SCMP_ACT_ERRNO','defaultErrnoRet':38", "'SCMP_ACT_KILL'", "'SCMP_ACT_LOG'"};
	static const char *const architectures[] = {"", "'SCMP_ARCH_X86'",
		"'SCMP_ARCH_X86_64','SCMP_ARCH_X32'",
		"'SCMP_ARCH_X86_64','SCMP_ARCH_X86','SCMP_ARCH_X32'"};
	unsigned count = random_next(seed) % 60;
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	fprintf(out, "{'defaultAction':%s,'architectures':[%s],'syscalls':[",
		defaults[random_next(seed) % 5], architectures[random_next(seed) % 4]);
	for (unsigned i = 0; i < count; i++) {
		fputs(i ? "," : "", out);
		random_rule(out, seed);
	}
	fputs("]}", out);
	fclose(out);
	return text;
}

/* Mostly numbers that have rules; arguments near the values of the rules are found by themselves, since both
 * come from the same few. */
static void random_call(uint64_t *seed, struct seccomp_data *data)
{
	const struct abi *abi = &abi_table[random_next(seed) % (SECCOMP_ABI_X32 + 1)];
	const char *name = names[random_next(seed) % (sizeof(names) / sizeof(names[0]))];
	struct abi_number number;

	data->arch = abi->audit;
	data->nr = (int)(abi->first + random_next(seed) % 480);
	if (random_next(seed) % 8 && abi_resolve(abi, name, &number))
		data->nr = (int)(number.direct && random_next(seed) % 4 ? number.number
				 : number.through			? number.carrier
									: number.number);
	for (unsigned i = 0; i < 6; i++)
		data->args[i] = random_value(seed);
	if (random_next(seed) % 2)
		data->args[0] = random_next(seed) % 26;
}

static void invented_profiles_mean_what_their_rules_say(void **state)
{
	uint64_t seed = 7;

	(void)state;
	for (unsigned i = 0; i < 400; i++) {
		char *text = random_profile(&seed);
		struct profile p;

		profile_make(&p, text);
		for (unsigned call = 0; call < 400; call++) {
			struct seccomp_data data = {0};
			uint32_t ours, theirs;

			random_call(&seed, &data);
			ours = simulate(&p.filter, &data);
			theirs = reference_answer(p.seccomp, &data);
			if (ours == theirs)
				continue;
			fprintf(stderr, "# %s\n", text);
			fail_msg("arch 0x%x call 0x%x (0x%llx, 0x%llx, 0x%llx, 0x%llx, 0x%llx, "
				 "0x%llx): 0x%x and not 0x%x",
				data.arch, (unsigned)data.nr, data.args[0], data.args[1],
				data.args[2], data.args[3], data.args[4], data.args[5], ours,
				theirs);
		}
		profile_free(&p);
		free(text);
	}
}

/* --- size --- */

static void a_profile_that_the_kernel_cannot_take_is_refused(void **state)
{
	char *text, *json;
	struct profile p;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	assert_non_null(out);
	fputs("{'defaultAction':'SCMP_ACT_ERRNO','syscalls':[", out);
	for (unsigned i = 0; i < 2000; i++)
		fprintf(out, "%s" RULE("ALLOW", "{'index':0,'value':%u,'op':'SCMP_CMP_EQ'}"),
			i ? "," : "", i * 7);
	fputs("]}", out);
	fclose(out);
	json = profile_config(text);
	profile_plan(&p, json, strlen(json), AUDIT_ARCH_X86_64);
	assert_non_null(p.seccomp);
	assert_int_equal(compile_profile(p.seccomp, &p.arena, &p.filter, &p.err), -1);
	assert_non_null(strstr(p.err.text, "more than 4096 instructions"));
	profile_free(&p);
	free(json);
	free(text);
}

/* --- does a call pass whatever its arguments are? --- */

static bool passes(const char *profile, int number, uint64_t first_argument, unsigned known)
{
	struct seccomp_data data = {
		.arch = AUDIT_ARCH_X86_64, .nr = number, .args = {first_argument}};
	struct profile p;
	bool yes;

	profile_make(&p, profile);
	yes = answer_passes(&p.filter, &data, known);
	profile_free(&p);
	return yes;
}

static void a_call_passes_only_if_no_argument_can_stop_it(void **state)
{
	(void)state;
	assert_true(passes(RULES(RULE("ALLOW", "")), 135, 0, 0));
	assert_true(passes(RULES(RULE("LOG", "")), 135, 0, 0));
	assert_false(passes(RULES(RULE("ALLOW", "")), 134, 0, 0));
	assert_false(passes(RULES(RULE("TRAP", "")), 135, 0, 0));
	assert_false(passes(RULES(RULE("ALLOW", ARG(0, "EQ", 0))), 135, 0, 0));
	assert_true(passes(RULES(RULE("ALLOW", ARG(0, "EQ", 0))), 135, 0, 1));
	assert_false(passes(RULES(RULE("ALLOW", ARG(0, "EQ", 0))), 135, 1, 1));
	assert_false(passes(RULES(RULE("ALLOW", ARG(1, "EQ", 0))), 135, 0, 1));
	assert_true(passes(RULES(RULE("ALLOW", MASK(0, 2114060288, 0))), 135, 0x8011, 1));
	assert_false(passes(RULES(RULE("ALLOW", MASK(0, 2114060288, 0))), 135, 0x10000000, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_call_gets_the_answer_of_the_profile),
		cmocka_unit_test(invented_profiles_mean_what_their_rules_say),
		cmocka_unit_test(a_profile_that_the_kernel_cannot_take_is_refused),
		cmocka_unit_test(a_call_passes_only_if_no_argument_can_stop_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
