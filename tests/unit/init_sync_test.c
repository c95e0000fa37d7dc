/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The order of the talk between runtime and init, and its packets. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "init/talk.c"
#include "sys/socket.h"

static const char *const argv[] = {"sh", NULL};

static void expect(const struct plan *plan, const char *names)
{
	char got[256];
	struct text text;
	enum sync_type type = SYNC_NONE;

	text_start(&text, got, sizeof(got));
	while ((type = sync_next(plan, type)) != SYNC_NONE)
		text_format(&text, "%s ", sync_name(type));
	assert_string_equal(got, names);
}

static void the_plan_decides_which_messages_there_are(void **state)
{
	struct plan plan = {.start = START_AT_ONCE, .process = {.argv = (const char **)argv}};

	(void)state;
	expect(&plan, "CREATED RELEASE EXECING ");
	plan.start = START_BY_FIFO;
	expect(&plan, "CREATED RELEASE RELEASED ");
	plan.ids.uid_map = "0 100000 65536\n";
	expect(&plan, "MAPS_WRITTEN CREATED RELEASE RELEASED ");
	plan.namespaces.maps_after_unshare = true;
	plan.namespaces.final_clone = true;
	plan.process.terminal = true;
	expect(&plan, "MAPS_WANTED MAPS_WRITTEN TERMINAL PROCESS CREATED RELEASE RELEASED ");
	plan.process.argv = NULL;
	expect(&plan, "MAPS_WANTED MAPS_WRITTEN PROCESS CREATED RELEASE RELEASED ");
}

struct ends {
	int ours, theirs;
	struct plan plan;
	struct handoff handoff;
	struct init init;
};

static int open_ends(void **state)
{
	static struct ends ends;
	int fds[2];

	memset(&ends, 0, sizeof(ends));
	assert_int_equal(sys_socketpair(AF_UNIX, SOCK_SEQPACKET, fds), 0);
	ends.ours = fds[0];
	ends.theirs = fds[1];
	ends.handoff.sync_fd = fds[0];
	ends.init.handoff = &ends.handoff;
	ends.init.plan = &ends.plan;
	*state = &ends;
	return 0;
}

static int close_ends(void **state)
{
	struct ends *ends = *state;

	sys_close(ends->ours);
	sys_close(ends->theirs);
	return 0;
}

static void packets_arrive_whole_with_their_descriptor(void **state)
{
	struct ends *ends = *state;
	struct sync_message message;
	int fd;

	assert_int_equal(sync_send(ends->ours, SYNC_TERMINAL, 7, 0), 0);
	assert_int_equal(sync_receive(ends->theirs, &message, &fd), 0);
	assert_int_equal(message.header.type, SYNC_TERMINAL);
	assert_int_equal(message.header.value, 7);
	assert_true(fd > 2);
	assert_int_equal(sys_fcntl(fd, F_GETFD, 0), FD_CLOEXEC);
	sys_close(fd);
	assert_int_equal(sync_send(ends->ours, SYNC_TERMINAL, 7, 0), 0);
	assert_int_equal(sync_receive(ends->theirs, &message, NULL), -EPROTO);
	sys_close(ends->ours);
	assert_int_equal(sync_receive(ends->theirs, &message, &fd), -EPIPE);
}

/* Sends `size` bytes of a header with `count` descriptors. */
static void descriptors_send(int socket_fd, size_t size, size_t count)
{
	struct sync_header header = {.type = SYNC_TERMINAL};
	const int fds[2] = {0, 0};
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(fds))];
	} control = {.header = {.cmsg_level = SOL_SOCKET,
			     .cmsg_type = SCM_RIGHTS,
			     .cmsg_len = CMSG_LEN(count * sizeof(int))}};
	struct iovec vector = {&header, size};
	struct msghdr message = {.msg_iov = &vector,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = CMSG_SPACE(count * sizeof(int))};

	memcpy(CMSG_DATA(&control.header), fds, count * sizeof(int));
	assert_int_equal(sys_sendmsg(socket_fd, &message, 0), size);
}

static void no_descriptor_stays_open_that_nobody_gets(void **state)
{
	struct ends *ends = *state;
	struct sync_message message;
	int fd, before = sys_fcntl(0, F_DUPFD, 0);

	sys_close(before);
	descriptors_send(ends->ours, sizeof(struct sync_header), 2);
	assert_int_equal(sync_receive(ends->theirs, &message, &fd), -EPROTO);
	assert_int_equal(fd, -1);
	descriptors_send(ends->ours, 0, 1);
	assert_int_equal(sync_receive(ends->theirs, &message, &fd), -EPIPE);
	descriptors_send(ends->ours, 1, 1);
	assert_int_equal(sync_receive(ends->theirs, &message, &fd), -EPROTO);
	fd = sys_fcntl(0, F_DUPFD, 0);
	assert_int_equal(fd, before);
	sys_close(fd);
}

static void an_error_arrives_and_its_texts_end(void **state)
{
	struct ends *ends = *state;
	struct sync_message message;
	struct error err;

	error_set(&err, ERROR_SYSTEM, EPERM, "cannot mount");
	memset(err.step, 'x', sizeof(err.step));
	assert_int_equal(sync_send_error(ends->ours, &err), 0);
	assert_int_equal(sync_receive(ends->theirs, &message, NULL), 0);
	assert_int_equal(message.header.type, SYNC_ERROR);
	assert_int_equal(message.error.errnum, EPERM);
	assert_string_equal(message.error.text, "cannot mount");
	assert_int_equal(strlen(message.error.step), ERROR_STEP_SIZE - 1);
}

static void malformed_packets_are_refused(void **state)
{
	struct ends *ends = *state;
	struct sync_message message;
	const struct sync_message bad[] = {
		{.header = {.type = SYNC_NONE}},
		{.header = {.type = SYNC_TYPES}},
		{.header = {.type = 0x10000 | SYNC_CREATED}},
	};
	const uint32_t sizes[] = {1, sizeof(struct sync_header) - 1,
		sizeof(struct sync_header) + 1, sizeof(message) - 1};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		sys_write(ends->ours, &bad[i].header, sizeof(bad[i].header));
		assert_int_equal(sync_receive(ends->theirs, &message, NULL), -EPROTO);
	}
	memset(&message, 0, sizeof(message));
	message.header.type = SYNC_CREATED;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		sys_write(ends->ours, &message, sizes[i]);
		assert_int_equal(sync_receive(ends->theirs, &message, NULL), -EPROTO);
		message.header.type = SYNC_CREATED;
	}
}

static void init_says_only_what_is_due(void **state)
{
	struct ends *ends = *state;
	struct sync_message message;
	struct error err;

	assert_int_equal(talk_say(&ends->init, SYNC_TERMINAL, 0, -1, &err), 0);
	assert_int_equal(talk_say(&ends->init, SYNC_CREATED, 3, -1, &err), 0);
	assert_int_equal(sync_receive(ends->theirs, &message, NULL), 0);
	assert_int_equal(message.header.type, SYNC_CREATED);
	assert_int_equal(talk_say(&ends->init, SYNC_RELEASED, 0, -1, &err), -1);
	assert_int_equal(err.class, ERROR_INTERNAL);
	assert_string_equal(err.text, "RELEASE is due before RELEASED");
}

static void init_ends_when_the_runtime_says_something_else(void **state)
{
	struct ends *ends = *state;
	struct error err;

	ends->init.said = SYNC_CREATED;
	sync_send(ends->theirs, SYNC_HOOKS_DONE, 0, -1);
	assert_int_equal(talk_wait(&ends->init, SYNC_RELEASE, &err), -1);
	assert_string_equal(err.text, "the runtime said HOOKS_DONE instead of RELEASE");
	ends->init.said = SYNC_CREATED;
	sys_close(ends->theirs);
	assert_int_equal(talk_wait(&ends->init, SYNC_RELEASE, &err), -1);
	assert_int_equal(err.errnum, EPIPE);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, open_ends, close_ends)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_plan_decides_which_messages_there_are),
		CASE(packets_arrive_whole_with_their_descriptor),
		CASE(no_descriptor_stays_open_that_nobody_gets),
		CASE(an_error_arrives_and_its_texts_end),
		CASE(malformed_packets_are_refused),
		CASE(init_says_only_what_is_due),
		CASE(init_ends_when_the_runtime_says_something_else),
	};

	return cmocka_run_group_tests_name("init sync", tests, NULL, NULL);
}
