/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tare: the command line.
 *
 * Runs in: the runtime, as its outermost layer; makes the process a known one first (descriptors, signals,
 * umask), then turns words into a request and the result into text and an exit status. */
#include <errno.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/listen.h"
#include "cli/log.h"
#include "cli/output.h"
#include "cli/relro.h"
#include "cli/trace.h"
#include "host/rights.h"
#include "sys/file.h"
#include "sys/process.h"

#define PATH_SIZE 4096

/* What the request refers to. */
struct paths {
	char root[PATH_SIZE], bundle[PATH_SIZE];
};

/* At every start a static glibc asks where the program's file lies, for what might be loaded from beside it. Nothing is, and
 * the kernel's answer costs 45 us: "unknown". A C library that does not know this name is none the worse. */
const char *_dl_get_origin(void);

const char *_dl_get_origin(void)
{
	return (const char *)-1;
}

static const char *base_name(const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;

	return slash ? slash + 1 : path ? path : "tare";
}

/* Callers parse the first word: it is the name under which we were installed for them. */
static const char *program_name(const char *argv0)
{
	const char *name = base_name(argv0);

	return text_equal(name, "runc") || text_equal(name, "crun") ? name : "tare";
}

static void version_print(const struct arguments *args)
{
	printf("%s version %s\ncommit: %s\nspec: 1.3.0\n", args->program, TARE_VERSION,
		TARE_COMMIT);
}

static void help_line(void *ctx, const char *text)
{
	(void)ctx;
	output_line(text);
}

static void global_help(const struct arguments *args)
{
	printf("usage: %s [global options] command [options] [arguments]\n\n"
	       "A low-level container runtime: runs OCI bundles.\n\ncommands:\n",
		args->program);
	for (const struct command *command = commands; command->name; command++)
		printf("   %-10s %s\n", command->name, command->summary);
	printf("\nglobal options:\n");
	options_help(global_options, help_line, NULL);
}

static void command_help(const struct arguments *args, const struct command *command)
{
	printf("usage: %s %s [options] %s\n\n%s\n\noptions:\n", args->program, command->name,
		command->arguments, command->summary);
	options_help(command->options, help_line, NULL);
}

static const struct command *command_find(const char *name)
{
	for (const struct command *command = commands; command->name; command++) {
		if (text_equal(command->name, name))
			return command;
	}
	return NULL;
}

/* Descriptors 0 to 2 must be something, or files opened later would take their place. */
static int stdio_open(struct error *err)
{
	struct pollfd fds[3] = {{.fd = 0}, {.fd = 1}, {.fd = 2}};
	int r = sys_poll(fds, 3, 0);

	if (r < 0)
		return error_system(err, r, "cannot look at the standard descriptors");
	for (int fd = 0; fd < 3; fd++) {
		if (!(fds[fd].revents & POLLNVAL))
			continue;
		r = sys_openat(AT_FDCWD, "/dev/null", O_RDWR, 0);
		if (r != fd)
			return error_system(err, r < 0 ? r : EBADF, "cannot open /dev/null");
		sys_fcntl(fd, F_SETFD, 0);
	}
	return 0;
}

/* Does the command make a process that can get descriptors of the caller's? */
static bool takes_descriptors(const struct command *command)
{
	const struct option *option = command->options;

	while (option->name && !text_equal(option->name, "preserve-fds"))
		option++;
	return option->name;
}

/* Descriptors that the caller did not name are not the container's. */
static int strangers_close(const struct arguments *args, struct error *err)
{
	uint32_t first = 3 + args->request.preserve_fds;
	int r;

	if (args->request.preserve_fds > 65536)
		return error_set(err, ERROR_USAGE, 0,
			"--preserve-fds: %u descriptors are more than a process can hold",
			args->request.preserve_fds);
	for (uint32_t fd = 3; fd < first; fd++) {
		if (sys_fcntl((int)fd, F_GETFD, 0) < 0)
			return error_set(err, ERROR_USAGE, EBADF,
				"cannot preserve descriptor %u, which is not open", fd);
	}
	r = sys_close_range(first, ~0U, CLOSE_RANGE_CLOEXEC);
	return r ? error_system(err, r, "cannot mark descriptors close-on-exec") : 0;
}

static int absolute_path(const char *path, char *buffer, size_t size, struct error *err)
{
	char cwd[PATH_SIZE];
	int r;

	if (path[0] == '/') {
		if (text_print(buffer, size, "%s", path))
			return 0;
		return error_set(err, ERROR_USAGE, ENAMETOOLONG, "cannot use \"%s\"", path);
	}
	r = sys_getcwd(cwd, sizeof(cwd));
	if (r < 0)
		return error_system(err, r, "cannot find the working directory");
	if (!text_print(
		    buffer, size, text_equal(path, ".") || !*path ? "%s" : "%s/%s", cwd, path))
		return error_set(err, ERROR_USAGE, ENAMETOOLONG, "cannot use \"%s\"", path);
	return 0;
}

/* Is /run ours to write? Root of a user namespace is some user; who calls himself root there has a machine in it. */
static bool is_root(const char *runtime_dir)
{
	const char *user = getenv("USER");
	struct error ignored;
	bool inside = false;

	if (sys_geteuid() != 0)
		return false;
	if (!runtime_dir || !*runtime_dir || text_equal(user, "root"))
		return true;
	return host_user_namespace_probe(&inside, &ignored) || !inside;
}

/* The state root of callers that name none. */
static int default_root(
	const struct arguments *args, char *buffer, size_t size, struct error *err)
{
	const char *runtime_dir = getenv("XDG_RUNTIME_DIR");
	bool ok;

	if (is_root(runtime_dir))
		ok = text_print(buffer, size, "/run/%s", args->program);
	else if (runtime_dir && *runtime_dir)
		ok = text_print(buffer, size, "%s/%s", runtime_dir, args->program);
	else
		return error_set(err, ERROR_USAGE, 0,
			"cannot choose a state directory: neither --root nor XDG_RUNTIME_DIR "
			"is set");
	return ok ? 0 : error_set(err, ERROR_USAGE, ENAMETOOLONG, "cannot use XDG_RUNTIME_DIR");
}

static enum cgroup_manager manager_parse(const struct arguments *args)
{
	if (text_equal(args->cgroup_manager, "disabled"))
		return CGROUP_MANAGER_DISABLED;
	if (text_equal(args->cgroup_manager, "systemd") || args->systemd_cgroup)
		return CGROUP_MANAGER_SYSTEMD;
	return CGROUP_MANAGER_CGROUPFS;
}

static enum rootless rootless_parse(const struct arguments *args)
{
	if (text_equal(args->rootless, "true"))
		return ROOTLESS_TRUE;
	return text_equal(args->rootless, "false") ? ROOTLESS_FALSE : ROOTLESS_AUTO;
}

static int paths_complete(struct arguments *args, const struct command *command,
	struct paths *paths, struct error *err)
{
	if (absolute_path(args->bundle ? args->bundle : ".", paths->bundle, PATH_SIZE, err))
		return -1;
	args->request.bundle = paths->bundle;
	args->request.default_root = !args->root || !*args->root;
	args->request.state_root = paths->root;
	if (args->root && strspn(args->root, "/") == strlen(args->root) && *args->root)
		return error_set(err, ERROR_USAGE, 0,
			"\"/\" cannot be the directory of container state");
	if (!args->request.default_root)
		return absolute_path(args->root, paths->root, PATH_SIZE, err);
	return command->stateless ? 0 : default_root(args, paths->root, PATH_SIZE, err);
}

static int positional_check(
	const struct arguments *args, const struct command *command, struct error *err)
{
	if (args->positional_count >= command->min && args->positional_count <= command->max)
		return 0;
	return error_set(err, ERROR_USAGE, 0,
		command->min == command->max ? "\"%s\" requires exactly %d argument(s)"
					     : "\"%s\" requires at least %d argument(s)",
		command->name, command->min);
}

static enum log_level level_parse(const struct arguments *args)
{
	if (args->debug || text_equal(args->log_level, "debug"))
		return LOG_LEVEL_DEBUG;
	return text_equal(args->log_level, "error") ? LOG_LEVEL_ERROR : LOG_LEVEL_WARNING;
}

static void step_debug(void *ctx, const char *who, const char *name, int done)
{
	char line[128];

	(void)ctx;
	text_print(line, sizeof(line), "%s: %s \"%s\"", who, done ? "did" : "begins", name);
	log_debug(line);
}

/* Is standard error, where warnings go by default, the one of the process that the command makes? Callers keep what is
 * written there as the container's words. A person who says run sees it. */
static bool unattended(const struct command *command, const struct arguments *args)
{
	if (args->log || args->debug || args->log_level || !takes_descriptors(command))
		return false;
	return args->request.detach || !text_equal(command->name, "run");
}

static int command_run(const struct command *command, struct arguments *args, int *ret_status,
	struct error *err)
{
	struct caller caller = {.warn = log_warning, .tolerate = log_warning, .trace_fd = -1};
	struct error trace_err;
	int r;

	if (unattended(command, args))
		caller.tolerate = NULL;
	if (args->trace && trace_open(&caller, err))
		return -1;
	if (!args->trace && log_debug_wanted())
		caller.observer.tell = step_debug;
	r = command->run(args, &caller, ret_status, err);
	if (!args->trace || !trace_write(&caller, args->trace, r ? &trace_err : err))
		return r;
	return -1;
}

/* Options and arguments as they come; behind "--", or the first argument of a command that
 * takes another's words, everything is an argument. */
static int words_parse(struct arguments *args, const struct command *command, char **argv,
	int *index, struct error *err)
{
	bool options = true;

	while (argv[*index]) {
		int before = *index;

		if (options && options_parse(command->options, argv, index, args, err))
			return -1;
		if (*index > before && text_equal(argv[*index - 1], "--"))
			options = false;
		if (!argv[*index])
			break;
		if (args->positional_count < POSITIONAL_MAX)
			args->positional[args->positional_count++] = argv[*index];
		++*index;
		if (!args->words)
			args->words = (const char *const *)&argv[*index];
		options = options && !command->ordered;
	}
	return 0;
}

/* Parses the command's own words; 1 when help was asked for and given. */
static int command_parse(struct arguments *args, const struct command *command, char **argv,
	int *index, struct error *err)
{
	if (words_parse(args, command, argv, index, err))
		return -1;
	if (args->help) {
		command_help(args, command);
		return 1;
	}
	if (positional_check(args, command, err))
		return -1;
	args->request.id = args->positional_count ? args->positional[0] : NULL;
	args->request.cgroup_manager = manager_parse(args);
	args->request.rootless = rootless_parse(args);
	args->request.search_path = getenv("PATH");
	if (takes_descriptors(command)) {
		if (!args->debug && !args->log_level)
			log_errors_alone();
		/* What the program that exec adds may end with, callers take for its own status; and what a
		 * service manager passes is for the container's first process. */
		if (command->ordered)
			args->failure = 255;
		else if (listen_take(&args->request, err))
			return -1;
	}
	return strangers_close(args, err);
}

/* Global words: 1 when everything is done, 0 with *ret_command to run. */
static int global_parse(struct arguments *args, char **argv, int *index,
	const struct command **ret_command, struct error *err)
{
	const char *name;

	if (options_parse(global_options, argv, index, args, err) ||
		log_open(args->log, args->log_format, level_parse(args), err))
		return -1;
	name = argv[*index];
	if (args->version) {
		version_print(args);
		return 1;
	}
	if (args->help || !name || text_equal(name, "help")) {
		global_help(args);
		return 1;
	}
	*ret_command = command_find(name);
	++*index;
	return *ret_command ? 0
			    : error_set(err, ERROR_USAGE, 0, "there is no command '%s'", name);
}

static int tare(struct arguments *args, char **argv, struct paths *paths,
	const struct command **ret_command, int *ret_status, struct error *err)
{
	int index = 1, r;

	if (stdio_open(err))
		return -1;
	r = global_parse(args, argv, &index, ret_command, err);
	if (!r)
		r = command_parse(args, *ret_command, argv, &index, err);
	if (r)
		return r < 0 ? -1 : 0;
	if (paths_complete(args, *ret_command, paths, err))
		return -1;
	return command_run(*ret_command, args, ret_status, err);
}

int main(int argc, char **argv)
{
	struct arguments args = {.program = program_name(argc > 0 ? argv[0] : NULL)};
	const struct command *command = NULL;
	struct paths paths;
	struct error err;
	int r, status = 0;

	paths.root[0] = '\0';
	sys_prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	signal(SIGPIPE, SIG_IGN);
	/* Ignored, children would vanish before they are waited for. */
	signal(SIGCHLD, SIG_DFL);
	sys_umask(022);
	error_clear(&err);
	r = relro_protect();
	if (r)
		error_system(&err, r, "cannot make the program's tables read-only");
	else if (argc > 0)
		r = tare(&args, argv, &paths, &command, &status, &err);
	if (!r) {
		r = output_end();
		if (!r)
			return status;
		error_system(&err, r, "cannot write to standard output");
	}
	log_error(command ? command->name : NULL, args.request.id, &err);
	return args.failure ? args.failure : 1;
}
