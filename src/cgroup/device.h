/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Device rules as the kernel wants them: lines for cgroup v1, a program for v2. Pure.
 *
 * What the rules mean, on both: each of read, write and mknod is decided by the last rule that
 * matches the device and names this access; what no rule decides is denied. */
#ifndef CGROUP_DEVICE_H
#define CGROUP_DEVICE_H

#include <linux/bpf.h>

#include "base/error.h"
#include "base/text.h"
#include "plan/plan.h"

#define DEVICE_PROGRAM_MAX 1024 /* instructions */

/* Writes the program into `ret_program`, of DEVICE_PROGRAM_MAX instructions, and its length. */
int device_program(const struct device_rule *rules, size_t count, struct bpf_insn *ret_program,
	size_t *ret_length, struct error *err);

/* Every access to every device: such a rule makes all rules before it void. */
bool device_rule_is_all(const struct device_rule *rule);

/* v1: the lines of one rule, at most two: a rule for both types of device that is not for all
 * of them is one for each type. Returns how many. */
#define DEVICE_LINES	 2
#define DEVICE_LINE_SIZE 40
size_t device_lines(const struct device_rule *rule, char ret_lines[][DEVICE_LINE_SIZE]);

/* v1 cannot express every list: a denial takes back only an allowance of exactly the same
 * devices. Finds the first rule that would deny less than it says. */
int device_lines_check(const struct device_rule *rules, size_t count, struct error *err);

#endif
