/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The seccomp profile as lines of the printed plan. Pure. */
#include "plan/print-seccomp.h"

#include <linux/seccomp.h>

#include "plan/origin.h"
#include "plan/seccomp.h"

#define NAMES_PER_LINE 12

static const struct bit_name flag_names[] = {
	{SECCOMP_FILTER_FLAG_LOG, "log"},
	{SECCOMP_FILTER_FLAG_SPEC_ALLOW, "spec_allow"},
	{SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV, "wait_killable_recv"},
	{0, NULL},
};

static const struct {
	const char *name;
	uint32_t value;
	bool has_data;
} actions[] = {
	{"kill thread", SECCOMP_RET_KILL_THREAD, false},
	{"kill process", SECCOMP_RET_KILL_PROCESS, false},
	{"trap", SECCOMP_RET_TRAP, false},
	{"errno", SECCOMP_RET_ERRNO, true},
	{"trace", SECCOMP_RET_TRACE, true},
	{"allow", SECCOMP_RET_ALLOW, false},
	{"log", SECCOMP_RET_LOG, false},
	{"notify", SECCOMP_RET_USER_NOTIF, false},
};

static const char *const operators[] = {
	[OCI_SECCOMP_NE] = "!=",
	[OCI_SECCOMP_LT] = "<",
	[OCI_SECCOMP_LE] = "<=",
	[OCI_SECCOMP_EQ] = "==",
	[OCI_SECCOMP_GE] = ">=",
	[OCI_SECCOMP_GT] = ">",
};

static void action_print(struct printer *p, uint32_t action)
{
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
		if (actions[i].value != (action & SECCOMP_RET_ACTION_FULL))
			continue;
		printer_add(p, " %s", actions[i].name);
		if (actions[i].has_data)
			printer_add(p, " %u", action & SECCOMP_RET_DATA);
	}
}

static void condition_print(struct printer *p, const struct oci_seccomp_arg *c)
{
	if (c->op == OCI_SECCOMP_MASKED_EQ)
		printer_add(p, " arg%u & 0x%lx == 0x%lx", c->index, (unsigned long)c->value,
			(unsigned long)c->value_two);
	else
		printer_add(p, " arg%u %s 0x%lx", c->index, operators[c->op],
			(unsigned long)c->value);
}

static void rule_print(struct printer *p, const struct seccomp_rule *rule, size_t number)
{
	for (size_t i = 0; i < rule->names->count; i++) {
		if (i % NAMES_PER_LINE == 0) {
			if (i)
				printer_end(p, 0);
			printer_add(p, "  seccomp");
			action_print(p, rule->action);
		}
		printer_string(p, "", rule->names->items[i]);
	}
	for (size_t i = 0; i < rule->conditions->count; i++) {
		printer_add(p, !i ? " if" : rule->any ? " or" : " and");
		condition_print(p, &rule->conditions->items[i]);
	}
	printer_end(p, origin_make(ORIGIN_SECCOMP_NAMES, number));
}

static void rules_print(struct printer *p, const struct plan_seccomp *seccomp)
{
	for (size_t i = 0; i < seccomp->rule_count; i++)
		rule_print(p, &seccomp->rules[i], i);
	if (seccomp->newer_enosys) {
		printer_add(p, "  seccomp errno 38 for what is newer than these");
		printer_end(p, 0);
	}
	printer_add(p, "  seccomp");
	action_print(p, seccomp->default_action);
	printer_add(p, " for all else");
	printer_end(p, origin_make(ORIGIN_SECCOMP_DEFAULT, 0));
}

void print_seccomp(struct printer *p, const struct plan_seccomp *seccomp)
{
	if (!seccomp)
		return;
	printer_add(p, "  seccomp for");
	for (unsigned abi = 0; abi < SECCOMP_ABI_COUNT; abi++) {
		if (seccomp->abis & 1U << abi)
			printer_add(p, " %s", seccomp_abi_name((enum seccomp_abi)abi));
	}
	printer_bits(p, "flags", flag_names, seccomp->flags);
	printer_flag(p, "strict", seccomp->strict);
	printer_end(p, origin_make(ORIGIN_SECCOMP, 0));
	if (seccomp->code) {
		printer_add(p, "  seccomp program of %zu instructions", seccomp->code_count);
		printer_end(p, origin_make(ORIGIN_SECCOMP_DATA, 0));
	} else {
		rules_print(p, seccomp);
	}
	if (seccomp->listener_path) {
		printer_add(p, "  seccomp listener");
		printer_string(p, "", seccomp->listener_path);
		printer_string(p, "metadata=", seccomp->listener_metadata);
		printer_end(p, origin_make(ORIGIN_SECCOMP_LISTENER, 0));
	}
}
