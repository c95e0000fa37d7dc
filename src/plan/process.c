/* SPDX-License-Identifier: GPL-2.0-or-later */
/* process -> who the payload is and what it is given.
 *
 * Pure. A config without a process is legal: there is a container then, and nothing to start.
 *
 * Spec: config.md "process" */
#include <linux/personality.h>
#include <string.h>

#include "base/number.h"
#include "base/text.h"
#include "plan/builder.h"
#include "plan/capabilities.h"
#include "plan/names.h"
#include "plan/rlimits.h"

#define DEFAULT_UMASK 0022

static const char *value_of(const char *variable, const char *name, size_t length)
{
	if (strncmp(variable, name, length) != 0 || variable[length] != '=')
		return NULL;
	return variable + length + 1;
}

static int variable_check(const char *variable, size_t i, struct error *err)
{
	const char *equals = strchr(variable, '=');

	if (!equals)
		return builder_refuse(err, origin_make(ORIGIN_PROCESS_ENV, i),
			"the variable \"%s\" has no '=': NAME=VALUE is accepted", variable);
	if (equals == variable)
		return builder_refuse(err, origin_make(ORIGIN_PROCESS_ENV, i),
			"the variable \"%s\" has no name: NAME=VALUE is accepted", variable);
	return 0;
}

#define MANAGER_VARIABLES 4

static const char *manager_variable(struct builder *b, const char *name)
{
	const struct request *request = b->request;

	if (text_equal(name, "NOTIFY_SOCKET"))
		return arena_string(b->arena, "NOTIFY_SOCKET=/run/notify/notify.sock");
	if (text_equal(name, "LISTEN_FDS"))
		return builder_print(b->arena, "LISTEN_FDS=%u", request->listen_fds);
	if (text_equal(name, "LISTEN_PID"))
		return arena_string(b->arena, "LISTEN_PID=1");
	return request->listen_names
		       ? builder_print(b->arena, "LISTEN_FDNAMES=%s", request->listen_names)
		       : NULL;
}

/* What a service manager says to the program through us: sd_listen_fds(3), for pid 1 of the program's pid namespace,
 * and sd_notify(3). What the config says of these variables does not count then. */
static size_t manager_env_plan(
	struct builder *b, const char **envp, size_t at, struct name_set *seen)
{
	const struct {
		const char *name;
		bool given;
	} rows[MANAGER_VARIABLES] = {
		{"NOTIFY_SOCKET", notify_wanted(b)},
		{"LISTEN_FDNAMES", b->request->listen_fds},
		{"LISTEN_PID", b->request->listen_fds},
		{"LISTEN_FDS", b->request->listen_fds},
	};

	for (size_t i = 0; i < MANAGER_VARIABLES; i++) {
		if (!rows[i].given)
			continue;
		name_set_add(seen, rows[i].name, strlen(rows[i].name), 0, NULL);
		envp[at - 1] = manager_variable(b, rows[i].name);
		at -= envp[at - 1] != NULL;
	}
	return at;
}

/* Of variables with the same name the last one stays, in its place. An empty HOME counts as none. */
static int env_plan(struct builder *b, struct error *err)
{
	const struct oci_strings *given = &b->process->env;
	struct plan_process *process = &b->plan->process;
	size_t room = given->count + MANAGER_VARIABLES, at;
	const char **envp = arena_array(b->arena, const char *, room + 2);
	struct name_set seen;

	if (!envp || !name_set_start(&seen, b->arena, room))
		return builder_full(err);
	at = manager_env_plan(b, envp, room, &seen);
	process->find_home = true;
	for (size_t i = given->count; i-- > 0;) {
		const char *variable = given->items[i];
		const char *home = value_of(variable, "HOME", 4);

		if (builder_try(b, err, variable_check(variable, i, err)))
			return -1;
		if (!name_set_add(&seen, variable, strcspn(variable, "="), 0, NULL))
			continue;
		if (home && home[0])
			process->find_home = false;
		else if (home)
			continue;
		envp[--at] = arena_string(b->arena, variable);
		if (!envp[at])
			return builder_full(err);
		if (value_of(envp[at], "PATH", 4))
			process->path_variable = value_of(envp[at], "PATH", 4);
	}
	process->envp = envp + at;
	process->envc = room - at;
	return 0;
}

static int args_plan(struct builder *b, struct error *err)
{
	const struct oci_strings *given = &b->process->args;
	const char **argv;

	if (!b->spec->process)
		return 0;
	if (!given->count)
		return builder_refuse(err, origin_make(ORIGIN_PROCESS_ARGS, 0),
			"process.args is missing or empty: it names the program to start");
	argv = arena_array(b->arena, const char *, given->count + 1);
	if (!argv)
		return builder_full(err);
	for (size_t i = 0; i < given->count; i++)
		argv[i] = arena_string(b->arena, given->items[i]);
	b->plan->process.argv = argv;
	b->plan->process.argc = given->count;
	return 0;
}

static int cwd_plan(struct builder *b, struct error *err)
{
	const char *cwd = b->process->cwd;

	if (!cwd || cwd[0] != '/')
		return builder_refuse(err, origin_make(ORIGIN_PROCESS_CWD, 0),
			"the working directory \"%s\" is not an absolute path", cwd);
	b->plan->process.cwd = arena_string(b->arena, cwd);
	return b->plan->process.cwd ? 0 : builder_full(err);
}

static int id_check(bool mapped, uint32_t id, enum origin_place place, const char *what,
	const char *member, struct error *err)
{
	if (id == UINT32_MAX)
		return builder_refuse(err, origin_make(place, 0),
			"%u is not a %s: the kernel takes it for \"no change\"", id, what);
	if (!mapped)
		return builder_refuse(err, origin_make(place, 0),
			"the %s %u is not an id of the container: linux.%s does not map it",
			what, id, member);
	return 0;
}

static bool groups_are_denied(const struct builder *b)
{
	return (b->plan->ids.deny_setgroups || b->host->setgroups_denied) &&
	       !text_equal(builder_annotation(b, "run.oci.keep_original_groups"), "1");
}

/* Where setgroups(2) is denied the caller's additional groups stay, and no others can be had; what the primary
 * group is need not be among them. */
static int groups_denied_plan(struct builder *b, struct error *err)
{
	struct plan_process *process = &b->plan->process;

	for (size_t i = 0; i < process->group_count; i++) {
		if (process->groups[i] == process->gid)
			continue;
		return builder_refuse(err, origin_make(ORIGIN_PROCESS_GROUPS, 0),
			"the additional group %u cannot be set: setgroups(2) is denied %s",
			process->groups[i],
			b->host->setgroups_denied
				? "in the user namespace of the caller"
				: "where only the caller's own group is mapped; with ranges of "
				  "/etc/subgid in linux.gidMappings it is not");
	}
	process->keep_groups = true;
	process->group_count = 0;
	return 0;
}

static int groups_plan(struct builder *b, const struct oci_user *user, struct error *err)
{
	struct plan_process *process = &b->plan->process;
	size_t count = user->additional_gids.count;
	uint32_t *groups = arena_array(b->arena, uint32_t, count);
	uint32_t *held = arena_array(b->arena, uint32_t, count);

	if (!groups || !held)
		return builder_full(err);
	for (size_t i = 0; i < count; i++) {
		groups[i] = user->additional_gids.items[i];
		if (builder_try(b, err,
			    id_check(ids_gid_mapped(b, groups[i]), groups[i],
				    ORIGIN_PROCESS_GROUPS, "gid", "gidMappings", err)))
			return -1;
	}
	number_sort(groups, count);
	process->groups = count ? groups : NULL;
	process->groups_held = held;
	process->group_count = count;
	return groups_are_denied(b) ? groups_denied_plan(b, err) : 0;
}

static int umask_check(uint32_t umask, struct error *err)
{
	if (umask <= 0777)
		return 0;
	return builder_refuse(err, origin_make(ORIGIN_PROCESS_USER, 0),
		"the umask %u is not between 0 and 511 (octal 777)", umask);
}

static int user_plan(struct builder *b, struct error *err)
{
	static const struct oci_user root;
	const struct oci_user *user = b->process->user ? b->process->user : &root;
	struct plan_process *process = &b->plan->process;

	process->uid = user->uid;
	process->gid = user->gid;
	process->umask = user->umask.present ? user->umask.value : DEFAULT_UMASK;
	if (builder_try(b, err, umask_check(process->umask, err)) ||
		builder_try(b, err,
			id_check(ids_uid_mapped(b, user->uid), user->uid, ORIGIN_PROCESS_UID,
				"uid", "uidMappings", err)) ||
		builder_try(b, err,
			id_check(ids_gid_mapped(b, user->gid), user->gid, ORIGIN_PROCESS_GID,
				"gid", "gidMappings", err)))
		return -1;
	return groups_plan(b, user, err);
}

/* Who reads the terminal: the runtime in the foreground, else whoever listens on the console socket. */
static int terminal_plan(struct builder *b, struct error *err)
{
	const struct request *request = b->request;
	const struct oci_console_size *size = b->process->console_size;
	struct plan_process *process = &b->plan->process;
	bool detached = request->detach || !request->start_at_once;

	process->terminal = b->process->terminal;
	if (process->terminal && detached && !request->console_socket) {
		error_set(err, ERROR_USAGE, 0,
			"cannot allocate tty if runc will detach without setting console "
			"socket");
		return error_at(err, origin_make(ORIGIN_PROCESS_TERMINAL, 0));
	}
	if (request->console_socket && !(process->terminal && detached))
		return error_set(err, ERROR_USAGE, 0,
			"cannot use console socket: it is for detached containers with "
			"process.terminal");
	if (!process->terminal || !size)
		return 0;
	if (size->height > UINT16_MAX || size->width > UINT16_MAX)
		return builder_refuse(err, origin_make(ORIGIN_PROCESS_TERMINAL, 0),
			"a terminal of %lu rows and %lu columns is too large",
			(unsigned long)size->height, (unsigned long)size->width);
	process->rows = (uint16_t)size->height;
	process->columns = (uint16_t)size->width;
	return 0;
}

static int oom_score_plan(struct builder *b, struct error *err)
{
	const struct oci_opt_i32 *given = &b->process->oom_score_adj;

	if (given->present && (given->value < -1000 || given->value > 1000))
		return builder_refuse(err, origin_make(ORIGIN_PROCESS_OOM_SCORE_ADJ, 0),
			"the oomScoreAdj %d is not between -1000 and 1000", given->value);
	b->plan->process.set_oom_score_adj = given->present;
	b->plan->process.oom_score_adj = given->value;
	return 0;
}

/* Without one the container has the kernel's own, whatever the caller's is. */
static int personality_plan(struct builder *b, struct error *err)
{
	const struct oci_personality *given = b->on_linux->personality;

	if (!given)
		return 0;
	if (given->flags.count)
		return builder_refuse(err, origin_make(ORIGIN_PERSONALITY, 0),
			"\"%s\" is not a flag of a personality: there are none",
			given->flags.items[0]);
	switch (given->domain) {
	case OCI_PERSONALITY_ABSENT:
		return builder_refuse(err, origin_make(ORIGIN_PERSONALITY, 0),
			"the personality has no domain; accepted: LINUX, LINUX32");
	case OCI_PERSONALITY_LINUX:
		break;
	case OCI_PERSONALITY_LINUX32:
		b->plan->process.personality = PER_LINUX32;
		break;
	}
	return 0;
}

int process_plan(struct builder *b, struct error *err)
{
	static int (*const parts[])(struct builder * b, struct error * err) = {args_plan,
		env_plan, cwd_plan, user_plan, terminal_plan, oom_score_plan, personality_plan,
		scheduling_plan, memory_policy_plan, affinity_plan, capabilities_plan,
		rlimits_plan};
	struct plan_process *process = &b->plan->process;

	process->no_new_privileges = b->process->no_new_privileges;
	process->preserve_fds = b->request->preserve_fds;
	if (!b->request->no_new_keyring)
		process->session_keyring = builder_print(b->arena, "_ses.%s", b->request->id);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (builder_try(b, err, parts[i](b, err)))
			return -1;
	}
	return 0;
}
