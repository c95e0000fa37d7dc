/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The commands, as tables of words and options, and the thin functions behind them. */
#include "cli/commands.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/duration.h"
#include "cli/listen.h"
#include "cli/output.h"
#include "cli/problems.h"
#include "cli/ps.h"
#include "cli/signals.h"
#include "cli/spec.h"
#include "host/probe.h"
#include "sys/file.h"
#include "sys/process.h"

#define AT(member) offsetof(struct arguments, member)

/* clang-format off */
#define OPTION_HELP {"help", 'h', OPTION_BOOL, AT(help), NULL, "show this help", NULL}

const struct option global_options[] = {
	{"debug", 0, OPTION_BOOL, AT(debug), NULL, "log debug lines", NULL},
	{"log", 0, OPTION_STRING, AT(log), "FILE", "append the log to FILE; errors go to standard error too", NULL},
	{"log-format", 0, OPTION_CHOICE, AT(log_format), "text|json", "format of log lines", "text|json"},
	{"log-level", 0, OPTION_CHOICE, AT(log_level), "LEVEL", "error, warning (default) or debug", "error|warning|debug"},
	{"root", 0, OPTION_STRING, AT(root), "DIR", "directory of container state", NULL},
	{"systemd-cgroup", 's', OPTION_BOOL, AT(systemd_cgroup), NULL, "let systemd manage cgroups", NULL},
	{"cgroup-manager", 0, OPTION_CHOICE, AT(cgroup_manager), "NAME", "cgroupfs (default), systemd or disabled", "cgroupfs|systemd|disabled"},
	{"rootless", 0, OPTION_CHOICE, AT(rootless), "WORD", "do without a cgroup that cannot be made: auto (default), true, false", "auto|true|false"},
	{"trace", 0, OPTION_STRING, AT(trace), "FILE", "write the time of every step as Chrome/Perfetto JSON", NULL},
	{"version", 'v', OPTION_BOOL, AT(version), NULL, "show the version", NULL},
	OPTION_HELP,
	{0},
};

#define CREATE_OPTIONS \
	{"bundle", 'b', OPTION_STRING, AT(bundle), "DIR", "directory with config.json, default \".\"", NULL}, \
	{"console-socket", 0, OPTION_STRING, AT(request.console_socket), "SOCKET", "send the terminal there", NULL}, \
	{"pid-file", 0, OPTION_STRING, AT(request.pid_file), "FILE", "write the pid of the container's init there", NULL}, \
	{"pidfd-socket", 0, OPTION_STRING, AT(request.pidfd_socket), "SOCKET", "send a pidfd of the container's init there", NULL}, \
	{"no-pivot", 0, OPTION_BOOL, AT(request.no_pivot), NULL, "move the root instead of pivot_root", NULL}, \
	{"no-new-keyring", 0, OPTION_BOOL, AT(request.no_new_keyring), NULL, "keep the caller's session keyring", NULL}, \
	{"preserve-fds", 0, OPTION_NUMBER, AT(request.preserve_fds), "N", "leave descriptors 3 to 2+N open", NULL}

static const struct option create_options[] = {CREATE_OPTIONS, OPTION_HELP, {0}};

static const struct option run_options[] = {
	CREATE_OPTIONS,
	{"detach", 'd', OPTION_BOOL, AT(request.detach), NULL, "return when the container runs", NULL},
	{"keep", 0, OPTION_BOOL, AT(request.keep), NULL, "keep the stopped container", NULL},
	{"no-subreaper", 0, OPTION_BOOL, AT(request.no_subreaper), NULL, "leave orphans of the container to others", NULL},
	OPTION_HELP,
	{0},
};

static const struct option exec_options[] = {
	{"additional-gids", 'g', OPTION_LIST, AT(request.exec.groups), "GID", "one more group of the process", NULL},
	{"apparmor", 0, OPTION_STRING, AT(request.exec.apparmor), "PROFILE", "AppArmor profile of the process", NULL},
	{"cap", 'c', OPTION_LIST, AT(request.exec.capabilities), "CAP", "one more capability of the process", NULL},
	{"cgroup", 0, OPTION_LIST, AT(request.exec.cgroups), "[CTRL:]PATH", "run it in a cgroup below the container's", NULL},
	{"console-socket", 0, OPTION_STRING, AT(request.console_socket), "SOCKET", "send the terminal there", NULL},
	{"cwd", 0, OPTION_STRING, AT(request.exec.cwd), "DIR", "working directory of the process", NULL},
	{"detach", 'd', OPTION_BOOL, AT(request.detach), NULL, "return when the program runs", NULL},
	{"env", 'e', OPTION_LIST, AT(request.exec.env), "NAME=VALUE", "one more variable of the process", NULL},
	{"ignore-paused", 0, OPTION_BOOL, AT(request.exec.ignore_paused), NULL, "wait in a paused container until it is resumed", NULL},
	{"no-new-privs", 0, OPTION_BOOL, AT(request.exec.no_new_privileges), NULL, "set no_new_privs", NULL},
	{"pid-file", 0, OPTION_STRING, AT(request.pid_file), "FILE", "write the pid of the process there when it runs", NULL},
	{"pidfd-socket", 0, OPTION_STRING, AT(request.pidfd_socket), "SOCKET", "send a pidfd of the process there", NULL},
	{"preserve-fds", 0, OPTION_NUMBER, AT(request.preserve_fds), "N", "leave descriptors 3 to 2+N open", NULL},
	{"process", 'p', OPTION_STRING, AT(request.exec.process_file), "FILE", "take all of the process from FILE, as in config.json", NULL},
	{"process-label", 0, OPTION_STRING, AT(request.exec.process_label), "LABEL", "SELinux label of the process", NULL},
	{"tty", 't', OPTION_BOOL, AT(request.exec.tty), NULL, "give it a terminal", NULL},
	{"user", 'u', OPTION_STRING, AT(request.exec.user), "UID[:GID]", "user and group of the process", NULL},
	OPTION_HELP,
	{0},
};

static const struct option plan_options[] = {
	{"bundle", 'b', OPTION_STRING, AT(bundle), "DIR", "directory with config.json, default \".\"", NULL},
	{"no-pivot", 0, OPTION_BOOL, AT(request.no_pivot), NULL, "move the root instead of pivot_root", NULL},
	OPTION_HELP,
	{0},
};

static const struct option check_options[] = {
	{"bundle", 'b', OPTION_STRING, AT(bundle), "DIR", "directory with config.json, default \".\"", NULL},
	{"format", 'f', OPTION_CHOICE, AT(format), "text|json", "form of the answer", "text|json"},
	OPTION_HELP,
	{0},
};

static const struct option plain_options[] = {OPTION_HELP, {0}};

static const struct option kill_options[] = {
	{"all", 'a', OPTION_BOOL, AT(request.all), NULL, "signal every process of the container", NULL},
	OPTION_HELP,
	{0},
};

static const struct option delete_options[] = {
	{"force", 'f', OPTION_BOOL, AT(request.force), NULL, "kill it first, and succeed if it is gone", NULL},
	OPTION_HELP,
	{0},
};

static const struct option list_options[] = {
	{"format", 'f', OPTION_CHOICE, AT(format), "table|json", "form of the list", "table|json"},
	{"quiet", 'q', OPTION_BOOL, AT(quiet), NULL, "ids only", NULL},
	OPTION_HELP,
	{0},
};

static const struct option ps_options[] = {
	{"format", 'f', OPTION_CHOICE, AT(format), "table|json", "lines of ps(1), or an array of pids", "table|json"},
	OPTION_HELP,
	{0},
};

static const struct option events_options[] = {
	{"interval", 0, OPTION_STRING, AT(interval), "TIME", "time between two events, 5s by default", NULL},
	{"stats", 0, OPTION_BOOL, AT(request.stats), NULL, "tell the numbers once, and end", NULL},
	OPTION_HELP,
	{0},
};

#define UPDATE(member) AT(update.member)

static const struct option update_options[] = {
	{"resources", 'r', OPTION_STRING, UPDATE(resources), "FILE", "read limits as JSON from FILE, \"-\" for standard input", NULL},
	{"memory", 0, OPTION_STRING, UPDATE(memory), "BYTES", "limit of memory", NULL},
	{"memory-reservation", 0, OPTION_STRING, UPDATE(memory_reservation), "BYTES", "memory that is protected", NULL},
	{"memory-swap", 0, OPTION_STRING, UPDATE(memory_swap), "BYTES", "limit of memory and swap together", NULL},
	{"cpu-share", 0, OPTION_STRING, UPDATE(cpu_share), "N", "share of CPU time against others", NULL},
	{"cpu-quota", 0, OPTION_STRING, UPDATE(cpu_quota), "USEC", "CPU time in each period", NULL},
	{"cpu-period", 0, OPTION_STRING, UPDATE(cpu_period), "USEC", "length of a period", NULL},
	{"cpu-burst", 0, OPTION_STRING, UPDATE(cpu_burst), "USEC", "unused CPU time that may be saved", NULL},
	{"cpu-idle", 0, OPTION_STRING, UPDATE(cpu_idle), "0|1", "run only when nobody else wants to", NULL},
	{"cpu-rt-period", 0, OPTION_STRING, UPDATE(cpu_rt_period), "USEC", "period of realtime scheduling", NULL},
	{"cpu-rt-runtime", 0, OPTION_STRING, UPDATE(cpu_rt_runtime), "USEC", "realtime CPU time in each period", NULL},
	{"cpuset-cpus", 0, OPTION_STRING, UPDATE(cpuset_cpus), "LIST", "processors, such as 0-3,7", NULL},
	{"cpuset-mems", 0, OPTION_STRING, UPDATE(cpuset_mems), "LIST", "memory nodes", NULL},
	{"pids-limit", 0, OPTION_STRING, UPDATE(pids_limit), "N", "number of processes", NULL},
	{"blkio-weight", 0, OPTION_STRING, UPDATE(blkio_weight), "N", "share of block I/O, 10 to 1000", NULL},
	{"kernel-memory", 0, OPTION_STRING, UPDATE(kernel_memory), "BYTES", "accepted; the kernel has no such limit", NULL},
	{"kernel-memory-tcp", 0, OPTION_STRING, UPDATE(kernel_memory_tcp), "BYTES", "limit of memory of TCP buffers, on cgroup v1", NULL},
	OPTION_HELP,
	{0},
};

static const struct option spec_options[] = {
	{"bundle", 'b', OPTION_STRING, AT(bundle), "DIR", "where to write config.json, default \".\"", NULL},
	{"rootless", 0, OPTION_BOOL, AT(rootless_spec), NULL, "for a caller without root", NULL},
	OPTION_HELP,
	{0},
};
/* clang-format on */

static int create_run(
	struct arguments *args, const struct caller *caller, int *ret_status, struct error *err)
{
	*ret_status = 0;
	if (listen_notify_take(&args->request, err))
		return -1;
	return lifecycle_create(&args->request, caller, err);
}

static int run_run(
	struct arguments *args, const struct caller *caller, int *ret_status, struct error *err)
{
	args->request.start_at_once = true;
	if (listen_notify_take(&args->request, err))
		return -1;
	return lifecycle_run(&args->request, caller, ret_status, err);
}

static int exec_run(
	struct arguments *args, const struct caller *caller, int *ret_status, struct error *err)
{
	struct request_exec *exec = &args->request.exec;
	int r;

	exec->words = args->words;
	r = lifecycle_exec(&args->request, caller, ret_status, err);
	free(exec->groups.items);
	free(exec->capabilities.items);
	free(exec->cgroups.items);
	free(exec->env.items);
	return r;
}

static int start_run(
	struct arguments *args, const struct caller *caller, int *ret_status, struct error *err)
{
	*ret_status = 0;
	if (listen_notify_take(&args->request, err))
		return -1;
	return lifecycle_start(&args->request, caller, err);
}

static int state_run(
	struct arguments *args, const struct caller *caller, int *ret_status, struct error *err)
{
	(void)caller;
	*ret_status = 0;
	return lifecycle_state(&args->request, output_state, NULL, err);
}

static int kill_run(
	struct arguments *args, const struct caller *caller, int *ret_status, struct error *err)
{
	const char *name = args->positional_count > 1 ? args->positional[1] : "SIGTERM";

	*ret_status = 0;
	if (signal_parse(name, &args->request.signal))
		return error_set(err, ERROR_USAGE, 0, "unknown signal \"%s\"", name);
	return lifecycle_kill(&args->request, caller, err);
}

static int delete_run(
	struct arguments *args, const struct caller *caller, int *ret_status, struct error *err)
{
	*ret_status = 0;
	return lifecycle_delete(&args->request, caller, err);
}

static int pause_run(
	struct arguments *args, const struct caller *caller, int *ret_status, struct error *err)
{
	(void)caller;
	*ret_status = 0;
	return lifecycle_pause(&args->request, err);
}

static int resume_run(
	struct arguments *args, const struct caller *caller, int *ret_status, struct error *err)
{
	(void)caller;
	*ret_status = 0;
	return lifecycle_resume(&args->request, err);
}

static int update_run(
	struct arguments *args, const struct caller *caller, int *ret_status, struct error *err)
{
	struct update_changes changes;
	int r;

	*ret_status = 0;
	if (update_parse(&args->update, &changes, &args->request, err))
		return -1;
	r = lifecycle_update(&args->request, caller, err);
	update_free(&args->request);
	return r;
}

static int event_print(void *ctx, const char *line, struct error *err)
{
	int r;

	(void)ctx;
	output_line(line);
	r = output_end();
	return r ? error_system(err, r, "cannot write to standard output") : 0;
}

static int events_run(
	struct arguments *args, const struct caller *caller, int *ret_status, struct error *err)
{
	const char *interval = args->interval ? args->interval : "5s";

	(void)caller;
	*ret_status = 0;
	if (duration_parse(interval, &args->request.interval_ms))
		return error_set(err, ERROR_USAGE, 0,
			"invalid value \"%s\" for --interval: a duration such as 5s or 1m30s "
			"is expected",
			interval);
	if (!args->request.interval_ms)
		return error_set(
			err, ERROR_USAGE, 0, "duration interval must be greater than 0");
	return lifecycle_events(&args->request, event_print, NULL, err);
}

static int list_run(
	struct arguments *args, const struct caller *caller, int *ret_status, struct error *err)
{
	struct output_list *list =
		output_list_start(text_equal(args->format, "json"), args->quiet);
	int r, written;

	*ret_status = 0;
	if (!list)
		return error_set(err, ERROR_SYSTEM, ENOMEM, "cannot list containers");
	r = lifecycle_list(&args->request, caller, output_list_add, list, err);
	written = output_list_end(list, r == 0);
	if (!r && written)
		return error_system(err, written, "cannot write to standard output");
	return r;
}

static int plan_run(
	struct arguments *args, const struct caller *caller, int *ret_status, struct error *err)
{
	*ret_status = 0;
	if (!args->request.id) /* nothing is made, so that any name will do */
		args->request.id = "container";
	/* As run in the foreground, which asks for no console socket. */
	args->request.start_at_once = true;
	return lifecycle_plan(&args->request, caller, output_bytes, NULL, err);
}

static int check_run(
	struct arguments *args, const struct caller *caller, int *ret_status, struct error *err)
{
	struct problems problems = {.json = text_equal(args->format, "json")};
	bool sound = false;

	(void)caller;
	args->request.id = "container"; /* as for plan_run() */
	args->request.start_at_once = true;
	if (lifecycle_check(&args->request, problems_add, &problems, &sound, err))
		return -1;
	*ret_status = sound ? 0 : 1;
	if (problems_end(&problems))
		return error_set(err, ERROR_SYSTEM, EIO, "cannot write the problems");
	return 0;
}

static int features_run(
	struct arguments *args, const struct caller *caller, int *ret_status, struct error *err)
{
	(void)args;
	(void)caller;
	*ret_status = 0;
	return lifecycle_features(output_bytes, NULL, err);
}

static int spec_write(const char *bundle, struct text *text, struct error *err)
{
	char path[4096];
	ssize_t n;
	int fd;

	if (!text_print(path, sizeof(path), "%s/config.json", bundle))
		return error_set(
			err, ERROR_USAGE, ENAMETOOLONG, "cannot use the bundle \"%s\"", bundle);
	fd = sys_openat(AT_FDCWD, path, O_WRONLY | O_CREAT | O_EXCL, 0666);
	if (fd == -EEXIST)
		return error_set(
			err, ERROR_USAGE, 0, "File config.json exists. Remove it first");
	if (fd < 0)
		return error_system(err, fd, "cannot write \"%s\"", path);
	n = sys_write(fd, text->data, text->length);
	sys_close(fd);
	if (n == (ssize_t)text->length)
		return 0;
	sys_unlinkat(AT_FDCWD, path, 0);
	return error_system(err, n < 0 ? (int)n : ENOSPC, "cannot write \"%s\"", path);
}

/* Where it cannot be found out the file has no cgroup namespace, which works everywhere. */
static bool cgroup2_alone(void)
{
	size_t size = 1 << 20;
	void *memory = calloc(1, size);
	struct arena arena;
	struct error ignored;
	struct host host;
	bool alone;

	arena_start(&arena, memory, memory ? size : 0);
	alone = !host_probe(&host, &arena, &ignored) && host.cgroups.layout == CGROUP_V2;
	free(memory);
	return alone;
}

static int spec_run(
	struct arguments *args, const struct caller *caller, int *ret_status, struct error *err)
{
	struct spec_choice choice = {.rootless = args->rootless_spec,
		.cgroup2 = cgroup2_alone(),
		.euid = sys_geteuid(),
		.egid = sys_getegid()};
	char buffer[8192];
	struct text text;

	(void)caller;
	*ret_status = 0;
	text_start(&text, buffer, sizeof(buffer));
	spec_print(&text, &choice);
	if (!text_ok(&text))
		return error_set(
			err, ERROR_INTERNAL, 0, "the default config.json does not fit");
	return spec_write(args->request.bundle, &text, err);
}

/* clang-format off */
const struct command commands[] = {
	{"check", "", "tell all that is wrong with a bundle", check_options, 0, 0, false, true, check_run},
	{"create", "<container-id>", "create a container", create_options, 1, 1, false, false, create_run},
	{"delete", "<container-id>", "remove what a container has left on the host", delete_options, 1, 1, false, false, delete_run},
	{"events", "<container-id>", "print what a container uses, and when it runs out of memory", events_options, 1, 1, false, false, events_run},
	{"exec", "<container-id> <program> [arguments]", "run a program in a container that is there", exec_options, 1, POSITIONAL_MAX, true, false, exec_run},
	{"features", "", "print what this runtime can do, as JSON", plain_options, 0, 0, false, true, features_run},
	{"kill", "<container-id> [signal]", "send a signal to a container's init, SIGTERM by default", kill_options, 1, 2, true, false, kill_run},
	{"list", "", "list the containers of the state root", list_options, 0, 0, false, false, list_run},
	{"pause", "<container-id>", "stop every process of a container until resume", plain_options, 1, 1, false, false, pause_run},
	{"plan", "", "print what create would do, in order, and do nothing", plan_options, 0, 1, false, true, plan_run},
	{"ps", "<container-id> [options of ps]", "show the processes of a container", ps_options, 1, POSITIONAL_MAX - 1, true, false, ps_command},
	{"resume", "<container-id>", "let the processes of a paused container go on", plain_options, 1, 1, false, false, resume_run},
	{"run", "<container-id>", "create and start a container", run_options, 1, 1, false, false, run_run},
	{"spec", "", "write a config.json to start from", spec_options, 0, 0, false, true, spec_run},
	{"start", "<container-id>", "start the program of a created container", plain_options, 1, 1, false, false, start_run},
	{"state", "<container-id>", "print the state of a container", plain_options, 1, 1, false, false, state_run},
	{"update", "<container-id>", "change limits of a container", update_options, 1, 1, false, false, update_run},
	{0},
};
/* clang-format on */
