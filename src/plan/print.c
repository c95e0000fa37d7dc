/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plan_print(): the dry run. Pure.
 *
 * The order is the one in which launch/ and init/ do things; a line that begins without a blank
 * names the process that does what follows. */
#include "plan/print.h"

#include <linux/ioprio.h>
#include <linux/personality.h>

#include "plan/capabilities.h"
#include "plan/memory-policy.h"
#include "plan/namespace-kinds.h"
#include "plan/network.h"
#include "plan/origin.h"
#include "plan/print-mounts.h"
#include "plan/print-seccomp.h"
#include "plan/printer.h"
#include "plan/rlimits.h"
#include "plan/scheduling.h"
#include "plan/unit.h"

static const char *const manager_names[] = {
	[CGROUP_MANAGER_CGROUPFS] = "cgroupfs",
	[CGROUP_MANAGER_SYSTEMD] = "systemd",
	[CGROUP_MANAGER_DISABLED] = "disabled",
};

static void line(struct printer *p, bool given, const char *words)
{
	if (!given)
		return;
	printer_add(p, "%s", words);
	printer_end(p, 0);
}

/* A line for a string, if there is one. */
static void setting(
	struct printer *p, const char *name, const char *value, enum origin_place place)
{
	if (!value)
		return;
	printer_add(p, "  %s", name);
	printer_string(p, "", value);
	printer_end(p, origin_make(place, 0));
}

static void number_or_star(struct printer *p, int64_t number)
{
	if (number < 0)
		printer_add(p, "*");
	else
		printer_add(p, "%ld", (long)number);
}

static void device_rule_print(struct printer *p, const struct device_rule *rule)
{
	printer_add(p, "  cgroup device %s %c ", rule->allow ? "allow" : "deny", rule->type);
	number_or_star(p, rule->major);
	printer_add(p, ":");
	number_or_star(p, rule->minor);
	printer_add(p, " %s%s%s", rule->read ? "r" : "", rule->write ? "w" : "",
		rule->mknod ? "m" : "");
	printer_end(p, rule->origin);
}

static void unit_print(struct printer *p, const struct plan_unit *unit)
{
	printer_add(p, "  cgroup unit");
	printer_string(p, "", unit->name);
	printer_string(p, "slice=", unit->slice);
	printer_flag(p, "user", unit->user);
	printer_end(p, 0);
	for (size_t i = 0; i < unit->property_count; i++) {
		const struct unit_property *property = &unit->properties[i];

		printer_add(p, "  cgroup property %s", property->name);
		if (property->string)
			printer_string(p, "", property->string);
		else if (!property->strings)
			printer_add(p, " %ld", (long)property->number);
		for (size_t j = 0; property->strings && j < property->count; j++) {
			if (property->strings[j])
				printer_string(p, "", property->strings[j]);
			else
				printer_add(p, " %ld", (long)property->numbers[j]);
		}
		printer_end(p, property->origin);
	}
}

static void cgroup_print(struct printer *p, const struct plan_cgroup *cgroup)
{
	printer_add(p, "  cgroup manager=%s", manager_names[cgroup->manager]);
	printer_string(p, "", cgroup->path);
	printer_flag(p, "below-own", cgroup->below_own);
	printer_flag(p, "default", cgroup->path_is_own);
	printer_flag(p, "optional", cgroup->optional);
	printer_end(p,
		cgroup->path && !cgroup->path_is_own ? origin_make(ORIGIN_CGROUPS_PATH, 0) : 0);
	if (cgroup->unit)
		unit_print(p, cgroup->unit);
	for (size_t i = 0; i < cgroup->write_count; i++) {
		const struct cgroup_write *write = &cgroup->writes[i];

		printer_add(p, "  cgroup write %s %s", write->controller, write->file);
		printer_string(p, "", write->value);
		printer_flag(p, "optional", write->optional);
		printer_flag(p, "or-next", write->or_next);
		printer_flag(p, "with-next", write->together);
		printer_flag(p, "above-usage", write->usage);
		printer_end(p, write->origin);
	}
	if (cgroup->owner) {
		printer_add(p, "  cgroup owner %u", cgroup->owner);
		printer_end(p, 0);
	}
	line(p, !cgroup->has_device_rules, "  cgroup devices as above it");
	for (size_t i = 0; i < cgroup->device_rule_count; i++)
		device_rule_print(p, &cgroup->device_rules[i]);
}

static void new_print(struct printer *p, uint64_t flags)
{
	struct bit_name names[NAMESPACE_COUNT + 1] = {0};

	for (int kind = 0; kind < NAMESPACE_COUNT; kind++)
		names[kind] = (struct bit_name){
			namespace_facts[kind].flag, namespace_facts[kind].name};
	printer_bits(p, "new", names, flags);
}

static void time_print(struct printer *p, const struct plan_namespaces *n)
{
	printer_add(p, "  unshare time");
	printer_end(p, n->of[NAMESPACE_TIME].origin);
	setting(p, "timens_offsets", n->time_offsets, ORIGIN_TIME_OFFSETS);
}

static void resctrl_print(struct printer *p, const struct plan_resctrl *resctrl)
{
	if (!resctrl)
		return;
	printer_add(p, "  resctrl group");
	printer_string(p, "", resctrl->group);
	printer_flag(p, "must exist", resctrl->must_exist);
	printer_flag(p, "must be new", !resctrl->may_exist);
	printer_end(p, origin_make(ORIGIN_RDT, 0));
	setting(p, "resctrl caches", resctrl->caches, ORIGIN_RDT);
	setting(p, "resctrl schemata", resctrl->schemata, ORIGIN_RDT_SCHEMATA);
	setting(p, "resctrl monitor", resctrl->monitor, ORIGIN_RDT);
}

static void clone_print(struct printer *p, const struct plan *plan)
{
	const struct plan_namespaces *n = &plan->namespaces;

	if (n->new_time && !plan->child.unshares_time)
		time_print(p, n);
	printer_add(p, "  clone");
	new_print(p, n->clone_flags);
	printer_end(p, 0);
	if (plan->child.joins_user) {
		printer_add(p, "  child joins");
		printer_string(p, "", n->of[NAMESPACE_USER].path);
		printer_end(p, n->of[NAMESPACE_USER].origin);
	}
	line(p, plan->child.opens_trees, "  child opens the trees");
	if (plan->child.unshares_time)
		time_print(p, n);
	line(p, plan->child.sets_limits, "  child sets its own limits");
}

static void maps_print(struct printer *p, const struct plan_ids *ids)
{
	if (!ids->uid_map)
		return;
	setting(p, "uid_map", ids->uid_map, ORIGIN_UID_MAPPINGS);
	setting(p, "gid_map", ids->gid_map, ORIGIN_GID_MAPPINGS);
	line(p, ids->uid_helper, "  by newuidmap");
	line(p, ids->gid_helper, "  by newgidmap");
	line(p, ids->deny_setgroups, "  setgroups is denied");
	if (ids->maker_uid || ids->maker_gid)
		printer_add(p, "  made inside by %u:%u,", ids->maker_uid, ids->maker_gid);
	else
		printer_add(p, "  root of the container");
	printer_add(p, " is %u:%u", ids->root_uid, ids->root_gid);
	printer_end(p, 0);
}

static void joined_map_print(
	struct printer *p, const char *name, const struct id_map *map, enum origin_place place)
{
	if (!map->count)
		return;
	printer_add(p, "  must have %s", name);
	for (size_t i = 0; i < map->count; i++)
		printer_add(p, "%s%u %u %u", i ? ", " : " ", map->ranges[i].inside,
			map->ranges[i].outside, map->ranges[i].size);
	printer_end(p, origin_make(place, 0));
}

static void join_print(
	struct printer *p, const struct plan_namespaces *n, enum namespace_kind kind)
{
	printer_add(p, "  join %s", namespace_facts[kind].name);
	printer_string(p, "", n->of[kind].path);
	printer_end(p, n->of[kind].origin);
}

static void others_print(struct printer *p, const struct plan_namespaces *n)
{
	for (int kind = 0; kind < NAMESPACE_COUNT; kind++) {
		if (n->of[kind].how == NAMESPACE_JOIN && kind != NAMESPACE_USER &&
			(kind != NAMESPACE_PID || !n->join_pid_late))
			join_print(p, n, (enum namespace_kind)kind);
	}
}

/* As init has the rights: its own, or those that the user namespace gives. */
static void joins_print(struct printer *p, const struct plan *plan)
{
	const struct plan_namespaces *n = &plan->namespaces;

	if (!plan->child.joins_user)
		others_print(p, n);
	if (n->of[NAMESPACE_USER].how == NAMESPACE_JOIN) {
		join_print(p, n, NAMESPACE_USER);
		joined_map_print(p, "uid_map", &plan->ids.joined_uids, ORIGIN_UID_MAPPINGS);
		joined_map_print(p, "gid_map", &plan->ids.joined_gids, ORIGIN_GID_MAPPINGS);
	}
	if (plan->child.joins_user)
		others_print(p, n);
	if (n->unshare_flags) {
		printer_add(p, "  unshare");
		new_print(p, n->unshare_flags);
		printer_end(p, 0);
	}
}

static void kernel_print(struct printer *p, const struct plan_kernel *kernel)
{
	setting(p, "hostname", kernel->hostname, ORIGIN_HOSTNAME);
	setting(p, "domainname", kernel->domainname, ORIGIN_DOMAINNAME);
	line(p, kernel->loopback, "  loopback up");
	for (size_t i = 0; i < kernel->sysctl_count; i++) {
		printer_add(p, "  sysctl");
		printer_string(p, "", kernel->sysctls[i].rel);
		printer_string(p, "", kernel->sysctls[i].value);
		printer_end(p, kernel->sysctls[i].origin);
	}
}

static void capabilities_print(struct printer *p, const struct capability_sets *sets)
{
	const struct {
		const char *name;
		uint64_t set;
	} rows[] = {
		{"bounding", sets->bounding},
		{"effective", sets->effective},
		{"permitted", sets->permitted},
		{"inheritable", sets->inheritable},
		{"ambient", sets->ambient},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		printer_add(p, "  capabilities %s", rows[i].name);
		for (uint32_t n = 0; n < 64; n++) {
			if (rows[i].set & 1ULL << n)
				printer_add(p, " %s", capability_name(n));
		}
		printer_flag(p, "none", !rows[i].set);
		printer_end(p, 0);
	}
}

static void strings_print(struct printer *p, const char *name, const char *const *items,
	size_t count, enum origin_place place)
{
	for (size_t i = 0; i < count; i++)
		setting(p, name, items[i], place);
}

static void user_print(struct printer *p, const struct plan_process *process)
{
	printer_add(p, "  user %u:%u groups", process->uid, process->gid);
	for (size_t i = 0; i < process->group_count; i++)
		printer_add(p, " %u", process->groups[i]);
	printer_flag(p, "kept", process->keep_groups);
	printer_flag(p, "none", !process->group_count && !process->keep_groups);
	printer_add(p, " umask=0%o", process->umask);
	printer_end(p, 0);
}

static void hooks_print(struct printer *p, const struct plan_hooks *hooks, enum hook_kind kind)
{
	const struct hook_list *list = &hooks->of[kind];

	for (size_t i = 0; i < list->count; i++) {
		const struct hook_op *op = &list->items[i];

		printer_add(p, "  %s hook", op->kind);
		printer_string(p, "", op->path);
		for (const char **arg = op->argv; *arg; arg++)
			printer_string(p, "arg=", *arg);
		for (const char **variable = op->envp; *variable; variable++)
			printer_string(p, "env=", *variable);
		if (op->timeout)
			printer_add(p, " timeout=%u", op->timeout);
		printer_end(p, op->origin);
	}
}

static void payload_print(struct printer *p, const struct plan *plan)
{
	const struct plan_process *process = &plan->process;

	memory_policy_print(p, process->memory_policy);
	if (process->personality) {
		printer_add(p, "  personality %s",
			process->personality == PER_LINUX32 ? "LINUX32" : "unknown");
		printer_end(p, origin_make(ORIGIN_PERSONALITY, 0));
	}
	capabilities_print(p, &process->capabilities);
	user_print(p, process);
	line(p, process->no_new_privileges, "  no_new_privs");
	setting(p, "cwd", process->cwd, ORIGIN_PROCESS_CWD);
	strings_print(p, "env", process->envp, process->envc, ORIGIN_NONE);
	line(p, process->find_home, "  env HOME from passwd");
	if (process->preserve_fds) {
		printer_add(p, "  keep descriptors up to %u", process->preserve_fds + 2);
		printer_end(p, 0);
	}
	line(p, plan->start == START_BY_FIFO, "  wait for start");
	hooks_print(p, &plan->hooks, HOOK_START_CONTAINER);
	strings_print(p, "arg", process->argv, process->argc, ORIGIN_NONE);
	print_seccomp(p, plan->seccomp);
	line(p, true, process->argv ? "  execve" : "  nothing to execute");
}

static void scheduler_print(struct printer *p, const struct scheduler_op *op)
{
	const struct {
		const char *name;
		uint64_t value;
	} times[] = {
		{"runtime", op->runtime}, {"deadline", op->deadline}, {"period", op->period}};

	printer_add(p, "  scheduler %s nice=%d priority=%u", scheduling_policy_name(op->policy),
		op->nice, op->priority);
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]) && op->runtime; i++)
		printer_add(p, " %s=%lu", times[i].name, (unsigned long)times[i].value);
	printer_bits(p, "flags", scheduling_flag_names, op->flags);
	printer_end(p, origin_make(ORIGIN_SCHEDULER, 0));
}

static void limits_print(struct printer *p, const struct plan *plan)
{
	const struct plan_process *process = &plan->process;

	for (size_t i = 0; i < process->rlimit_count; i++) {
		const struct rlimit_op *op = &process->rlimits[i];

		printer_add(p, "  rlimit %s soft=%lu hard=%lu", rlimit_name(op->resource),
			(unsigned long)op->soft, (unsigned long)op->hard);
		printer_end(p, op->origin);
	}
	if (process->set_oom_score_adj) {
		printer_add(p, "  oom_score_adj %d", process->oom_score_adj);
		printer_end(p, origin_make(ORIGIN_PROCESS_OOM_SCORE_ADJ, 0));
	}
	if (process->scheduler)
		scheduler_print(p, process->scheduler);
	if (process->io_priority) {
		printer_add(p, "  ioprio %s level=%u",
			scheduling_io_class_name(IOPRIO_PRIO_CLASS(process->io_priority)),
			(unsigned)IOPRIO_PRIO_DATA(process->io_priority));
		printer_end(p, origin_make(ORIGIN_IO_PRIORITY, 0));
	}
	for (size_t i = 0; i < PLAN_PIDFD_SOCKETS; i++)
		setting(p, "send the pidfd to", plan->pidfd_sockets[i], ORIGIN_NONE);
}

static void init_print(struct printer *p, const struct plan *plan)
{
	const struct plan_process *process = &plan->process;

	line(p, true, plan->namespaces.final_clone ? "builder" : "init");
	joins_print(p, plan);
	line(p, plan->namespaces.maps_after_unshare, "  wait for the id maps");
	setting(p, "session keyring", process->session_keyring, ORIGIN_NONE);
	setting(p, "label of the session keyring", process->key_label.value, ORIGIN_SELINUX);
	kernel_print(p, &plan->kernel);
	print_root(p, &plan->root);
	print_mounts(p, &plan->mounts);
	print_devices(p, &plan->devices);
	hooks_print(p, &plan->hooks, HOOK_PRESTART);
	hooks_print(p, &plan->hooks, HOOK_CREATE_RUNTIME);
	hooks_print(p, &plan->hooks, HOOK_CREATE_CONTAINER);
	if (process->terminal) {
		printer_add(
			p, "  terminal rows=%u columns=%u", process->rows, process->columns);
		printer_end(p, origin_make(ORIGIN_PROCESS_TERMINAL, 0));
	}
	line(p, plan->devices.console, "  bind the terminal on \"dev/console\"");
	for (size_t i = 0; i < process->label_count; i++) {
		printer_add(p, "  label %s", process->labels[i].rel);
		printer_string(p, "", process->labels[i].value);
		printer_end(p, process->labels[i].origin);
	}
	print_paths(p, &plan->paths);
	print_root_switch(p, plan);
	if (plan->namespaces.join_pid_late)
		join_print(p, &plan->namespaces, NAMESPACE_PID);
	line(p, plan->namespaces.final_clone, "init, cloned into the pid namespace");
}

static void later_print(struct printer *p, const struct plan_hooks *hooks)
{
	if (!hooks->of[HOOK_POSTSTART].count && !hooks->of[HOOK_POSTSTOP].count)
		return;
	line(p, true, "runtime, when the program runs and when the container is gone");
	hooks_print(p, hooks, HOOK_POSTSTART);
	hooks_print(p, hooks, HOOK_POSTSTOP);
}

int plan_print(const struct plan *plan,
	int (*write)(void *context, const char *bytes, size_t length), void *context)
{
	struct printer p = {.write = write, .context = context};

	text_start(&p.line, p.buffer, sizeof(p.buffer));
	for (size_t i = 0; i < plan->warning_count; i++) {
		printer_add(&p, "warning");
		printer_string(&p, "", plan->warnings[i]);
		printer_end(&p, 0);
	}
	line(&p, true, "runtime");
	setting(&p, "container", plan->id, ORIGIN_NONE);
	cgroup_print(&p, &plan->cgroup);
	resctrl_print(&p, plan->resctrl);
	print_trees(&p, plan);
	clone_print(&p, plan);
	maps_print(&p, &plan->ids);
	network_print(&p, &plan->network);
	init_print(&p, plan);
	line(&p, true, "runtime, when all of that is done");
	limits_print(&p, plan);
	line(&p, true, "init");
	payload_print(&p, plan);
	later_print(&p, &plan->hooks);
	return p.result;
}
