/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The process of a hook, and the state that it reads: init/hook-process.c, hooks/state.c. The children are real. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "hooks/state.h"
#include "init/hook-process.h"
#include "plan/origin.h"

#define LARGE ((size_t)300000)

struct call {
	struct hook_run run;
	struct hook_op op;
	struct error err;
	int result;
	char out[512]; /* what it wrote to standard output */
	char said[1024];
	double seconds;
};

/* Runs `script` by sh; what is to differ from the usual is in `call` already. */
static void call_script(struct call *call, const char *script)
{
	static const char *envp[] = {"PATH=/usr/bin:/bin", "ONE=1", NULL};
	const char *argv[] = {"sh", "-c", script, NULL};
	struct timespec begin, end;
	int fd = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	struct text text;
	ssize_t n;

	assert_true(fd >= 3);
	call->op.kind = "createRuntime";
	call->op.index = 2;
	call->op.origin = origin_make(ORIGIN_HOOK_CREATE_RUNTIME, 2);
	call->op.path = call->op.path ? call->op.path : "/bin/sh";
	call->op.argv = argv;
	call->op.envp = envp;
	call->run.op = &call->op;
	call->run.cwd_fd = call->run.cwd_fd ? call->run.cwd_fd : -1;
	call->run.stderr_fd = -1;
	call->run.stdout_fd = fd;
	call->run.umask = 027;
	error_clear(&call->err);
	clock_gettime(CLOCK_MONOTONIC, &begin);
	call->result = hook_run(&call->run, &call->err);
	clock_gettime(CLOCK_MONOTONIC, &end);
	call->seconds = (double)(end.tv_sec - begin.tv_sec) +
			(double)(end.tv_nsec - begin.tv_nsec) / 1e9;
	n = pread(fd, call->out, sizeof(call->out) - 1, 0);
	assert_true(n >= 0);
	call->out[n] = '\0';
	close(fd);
	text_start(&text, call->said, sizeof(call->said));
	hook_said(&call->run, &text);
}

/* No child of ours is left, not even a dead one. */
static void no_child_is_left(void)
{
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

static void it_reads_its_input_and_has_its_environment(void **state)
{
	struct call call = {.run = {.input = "{\"id\":1}\n", .input_length = 9}};

	(void)state;
	call_script(
		&call, "cat; env | grep -v -e ^PWD -e ^_ -e ^SHLVL -e ^OLDPWD | sort; umask");
	assert_int_equal(call.result, 0);
	assert_string_equal(call.out, "{\"id\":1}\nONE=1\nPATH=/usr/bin:/bin\n0027\n");
	no_child_is_left();
}

static void nobody_has_to_read(void **state)
{
	struct call call = {.run = {.input_length = LARGE}};
	char *large = malloc(LARGE);

	(void)state;
	assert_non_null(large);
	memset(large, 'x', LARGE);
	call.run.input = large;
	call_script(&call, "exec <&-; exit 0");
	assert_int_equal(call.result, 0);
	call_script(&call, "wc -c");
	assert_string_equal(call.out, "300000\n");
	free(large);
	no_child_is_left();
}

static void it_runs_where_it_is_told_with_three_descriptors_and_default_signals(void **state)
{
	struct call call = {.run = {.cwd_fd = open("/usr", O_PATH)}};

	(void)state;
	call_script(&call, "pwd; ls /proc/self/fd | tr '\\n' ' '; "
			   "grep -e ^SigBlk -e ^SigIgn /proc/self/status | cut -f2");
	assert_int_equal(call.result, 0);
	/* The fourth is the directory that ls reads. */
	assert_string_equal(call.out, "/usr\n0 1 2 3 0000000000000000\n0000000000000000\n");
	close(call.run.cwd_fd);
}

static void a_failure_names_hook_place_status_and_what_it_said(void **state)
{
	struct call call = {0};

	(void)state;
	call_script(&call, "echo one >&2; printf 'why\\033[0m\\n\\n' >&2; exit 7");
	assert_int_equal(call.result, -1);
	assert_string_equal(call.err.text, "error running createRuntime hook #2: \"/bin/sh\" "
					   "ended with exit status 7: one; why [0m");
	assert_int_equal(call.err.origin, origin_make(ORIGIN_HOOK_CREATE_RUNTIME, 2));
	assert_int_equal(call.err.errnum, 0);
	assert_string_equal(call.said, "one; why [0m");
	no_child_is_left();
}

static void a_signal_is_told(void **state)
{
	struct call call = {0};

	(void)state;
	call_script(&call, "kill -USR1 $$");
	assert_int_equal(call.result, -1);
	assert_string_equal(call.err.text,
		"error running createRuntime hook #2: \"/bin/sh\" was killed by signal 10");
}

static void what_cannot_be_executed_says_why(void **state)
{
	struct call call = {.op = {.path = "/no/such/hook"}};

	(void)state;
	call_script(&call, "");
	assert_int_equal(call.result, -1);
	assert_int_equal(call.err.errnum, ENOENT);
	assert_string_equal(call.err.text,
		"error running createRuntime hook #2: cannot execute \"/no/such/hook\"");
	no_child_is_left();
}

static void the_end_of_what_it_said_is_kept(void **state)
{
	struct call call = {0};

	(void)state;
	call_script(
		&call, "i=0; while [ $i -lt 1000 ]; do echo \"line $i\"; i=$((i+1)); done >&2");
	assert_int_equal(call.result, 0);
	assert_int_equal(call.run.said, 8890);
	assert_int_equal(
		strncmp(call.said + strlen(call.said) - 18, "line 998; line 999", 18), 0);
	assert_true(strlen(call.said) >= sizeof(call.said) - 4);
}

static void time_that_is_up_ends_it_and_what_it_started(void **state)
{
	struct call call = {.op = {.timeout = 1}};
	long other;

	(void)state;
	call_script(&call, "sleep 1000 & echo $!; echo waits >&2; wait");
	assert_int_equal(call.result, -1);
	assert_string_equal(call.err.text, "error running createRuntime hook #2: hook ran past "
					   "specified timeout of 1.0s: waits");
	assert_true(call.seconds >= 0.9 && call.seconds < 10);
	other = strtol(call.out, NULL, 10);
	assert_true(other > 1);
	/* It is nobody's child here and is reaped by others, at some time. */
	for (int i = 0; i < 500 && !kill((pid_t)other, 0); i++) {
		char path[64], stat[256] = "";
		FILE *file;

		snprintf(path, sizeof(path), "/proc/%ld/stat", other);
		file = fopen(path, "re");
		if (!file || !fgets(stat, sizeof(stat), file) || strstr(stat, ") Z")) {
			if (file)
				fclose(file);
			break;
		}
		fclose(file);
		assert_true(i < 499);
		nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
	}
	no_child_is_left();
}

static void one_left_behind_is_not_waited_for(void **state)
{
	struct call call = {.op = {.timeout = 60}};

	(void)state;
	/* It holds all three descriptors. */
	call_script(&call, "sleep 5 & echo $!");
	assert_int_equal(call.result, 0);
	assert_true(call.seconds < 4);
	kill((pid_t)strtol(call.out, NULL, 10), SIGKILL);
}

static int refuse(void *ctx, int pid, struct error *err)
{
	*(int *)ctx = pid;
	/* Long enough for one that does not wait to be there. */
	usleep(200000);
	return error_set(err, ERROR_STATE, EEXIST, "not this one");
}

static void nothing_is_executed_that_nobody_wants(void **state)
{
	int pid = 0;
	struct call call = {.run = {.started = refuse, .ctx = &pid}};

	(void)state;
	call_script(&call, "echo ran");
	assert_int_equal(call.result, -1);
	assert_string_equal(call.err.text, "not this one");
	assert_string_equal(call.out, "");
	assert_true(pid > 1);
	assert_int_equal(kill(pid, 0), -1);
	no_child_is_left();
}

static int confine_refused(void *ctx)
{
	(void)ctx;
	return -EACCES;
}

static int confine_marked(void *ctx)
{
	(void)ctx;
	return write(1, "confined ", 9) == 9 ? 0 : -EIO;
}

static void it_is_confined_before_it_is_executed_or_not_at_all(void **state)
{
	struct call call = {.run = {.confine = confine_marked}};

	(void)state;
	call_script(&call, "echo ran");
	assert_int_equal(call.result, 0);
	assert_string_equal(call.out, "confined ran\n");
	call.run.confine = confine_refused;
	call_script(&call, "echo ran");
	assert_int_equal(call.result, -1);
	assert_int_equal(call.err.errnum, EACCES);
	assert_string_equal(call.out, "");
	no_child_is_left();
}

/* --- the state ----------------------------------------------------------------------------------- */

static const struct oci_pair pairs[] = {{"quotes \"pid\":7", "\"pid\":8\n"}, {"one", "1"}};
static const struct hook_subject subject = {.id = "web",
	.bundle = "/bundle",
	.root = "/bundle/root",
	.annotations = {.count = 2, .items = (struct oci_pair *)pairs, .present = true}};

#define STATE_END                                                                              \
	"\"bundle\":\"/bundle\",\"root\":\"/bundle/root\",\"annotations\":{\"quotes "          \
	"\\\"pid\\\":7\":\"\\\"pid\\\":8\\n\",\"one\":\"1\"}}\n"

static void the_state_is_one_line_of_json(void **state)
{
	struct oci_buffer json;
	struct error err;

	(void)state;
	assert_int_equal(hook_state_encode(&subject, OCI_STATUS_RUNNING, 77, &json, &err), 0);
	assert_int_equal(json.length, strlen(json.bytes));
	assert_string_equal(json.bytes, "{\"ociVersion\":\"1.3.0\",\"id\":\"web\",\"status\":"
					"\"running\",\"pid\":77," STATE_END);
	oci_buffer_free(&json);
	assert_int_equal(hook_state_encode(&subject, OCI_STATUS_STOPPED, 0, &json, &err), 0);
	assert_string_equal(json.bytes, "{\"ociVersion\":\"1.3.0\",\"id\":\"web\",\"status\":"
					"\"stopped\"," STATE_END);
	oci_buffer_free(&json);
}

static void the_prepared_state_has_room_for_any_pid(void **state)
{
	static char memory[4096];
	struct handoff_state prepared = {0};
	struct arena arena;
	struct error err;
	char blank[HANDOFF_PID_ROOM];

	(void)state;
	memset(blank, ' ', sizeof(blank));
	arena_start(&arena, memory, sizeof(memory));
	assert_int_equal(
		hook_state_prepare(&subject, OCI_STATUS_CREATED, &arena, &prepared, &err), 0);
	assert_memory_equal(prepared.json,
		"{\"ociVersion\":\"1.3.0\",\"id\":\"web\",\"status\":\"created\",\"pid\":",
		prepared.pid_at);
	assert_memory_equal(prepared.json + prepared.pid_at, blank, sizeof(blank));
	assert_int_equal(prepared.json[prepared.pid_at + HANDOFF_PID_ROOM], ',');
	assert_memory_equal(prepared.json + prepared.length - strlen(STATE_END), STATE_END,
		strlen(STATE_END));
	arena_start(&arena, memory, 64);
	assert_int_equal(
		hook_state_prepare(&subject, OCI_STATUS_CREATED, &arena, &prepared, &err), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_reads_its_input_and_has_its_environment),
		cmocka_unit_test(nobody_has_to_read),
		cmocka_unit_test(
			it_runs_where_it_is_told_with_three_descriptors_and_default_signals),
		cmocka_unit_test(a_failure_names_hook_place_status_and_what_it_said),
		cmocka_unit_test(a_signal_is_told),
		cmocka_unit_test(what_cannot_be_executed_says_why),
		cmocka_unit_test(the_end_of_what_it_said_is_kept),
		cmocka_unit_test(time_that_is_up_ends_it_and_what_it_started),
		cmocka_unit_test(one_left_behind_is_not_waited_for),
		cmocka_unit_test(nothing_is_executed_that_nobody_wants),
		cmocka_unit_test(it_is_confined_before_it_is_executed_or_not_at_all),
		cmocka_unit_test(the_state_is_one_line_of_json),
		cmocka_unit_test(the_prepared_state_has_room_for_any_pid),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests_name("hooks", tests, NULL, NULL);
}
